"""Points that the evaluator finds met, partly met, not met, not applicable or without evidence (要点核查)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from xlperf.functions import scoring
from xlperf.functions.tiers import option_points
from xlperf.rules.finding_cell import Choices
from xlperf.rules.parameters import Block, Named, Owner, Row, Table
from xlperf.rules.phrases import PLAIN_NAMES, Names
from xlperf.rules.reading.forms import FULL, GIVE, NONE, SHARE, Form, Found, ReadPoint, Situation, Statement
from xlperf.rules.rule import Facts, Limit, Places, Rule, Scale, Told
from xlperf.values import compare, is_blank
from xlperf.wording import number, points

MET, PARTLY_MET, NOT_MET, NOT_APPLICABLE, NO_EVIDENCE = FINDINGS = ("符合", "部分符合", "不符合", "不适用", "缺证据")
DEGREES = Table(
    "核查结果换算（1 得该要点满分，0 不得分）", ("", "", "核查结果", "符合程度", "", "说明"), is_sorted=True
)
BOUNDS = (("low", "下限"), ("high", "上限"))
_DEGREES = {"zero": (0.0, 0.0), "open": (0.0, 1.0), "full": (1.0, 1.0)}
_SKIPPED = {"refuse": "", "full": "，不适用得满分", "zero": "，不适用不得分", "open": "，不适用由评价人认定"}
_PRINTED = {
    "refuse": "不设“不适用”",
    "full": "不适用的得满分",
    "zero": "不适用的不得分",
    "open": "不适用的由评价人在0分至满分之间认定",
}


class FindingRule(Rule):
    """The evaluator finds the point met, partly met, not met, not applicable or without evidence.

    `partial`: what a partly met point gives, 0 or an open interval (酌情). `not_applicable`: whether that finding is
    refused, gives full points, 0, or an open interval.
    """

    kind: Literal["finding"]
    partial: Literal["zero", "open"] = "zero"
    not_applicable: Literal["refuse", "full", "zero", "open"] = "refuse"

    label: ClassVar[str] = "要点核查"
    scale: ClassVar[Scale] = Scale.STATED
    has_fixed_points: ClassVar[bool] = False
    ids: ClassVar[tuple[str, ...]] = ()
    figures: ClassVar[tuple[str, ...]] = ()

    @property
    def finding(self) -> Choices:
        """All findings, 不适用 only where the standard knows it; a report may say it all the same."""
        offered = tuple(name for name in FINDINGS if name != NOT_APPLICABLE or self.not_applicable != "refuse")
        return Choices(offered, FINDINGS)

    def formulas(self, places: Places) -> tuple[str, str]:
        """The degree to which the finding counts as met, of the weight."""
        low, high = (
            f"PERF_SCORE_CHECKLIST({places.weight},PERF_SCORE_CHOICE(1,{places.finding},{self._table(bound)}))"
            for bound in ("low", "high")
        )
        return low, high if "open" in (self.partial, self.not_applicable) else places.low

    def _table(self, bound: str) -> str:
        """The name of the parameter table that turns a finding into a degree from 0 to 1."""
        return f"met_{self.partial}_{self.not_applicable}_{bound}"

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """One table for each way in which standards treat partly met and not applicable points, and each bound."""
        rows: list[Row] = []
        names = []
        for index, (bound, label) in enumerate(BOUNDS):
            first = len(rows)
            text = f"{'可酌情' if self.partial == 'open' else '无酌情条款'}{_SKIPPED[self.not_applicable]}：{label}"
            rows += [Row((None, text, name, self._degree(name, index), None, None)) for name in self.finding.choices]
            names.append(Named(self._table(bound), "sign", "limit", (first, len(rows) - 1)))
        return (Block(DEGREES, tuple(rows), tuple(names), self.not_applicable + self.partial),)

    def _degree(self, finding: str, bound: int) -> float:
        """How far a finding counts as met at the lower (0) or upper (1) bound."""
        if finding == PARTLY_MET:
            return _DEGREES[self.partial][bound]
        if finding == NOT_APPLICABLE:
            return _DEGREES[self.not_applicable][bound]
        return 1.0 if finding == MET else 0.0

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """None: there are no numbers."""
        yield from ()

    def words(self, facts: Facts) -> Told:
        """`“部分符合”，可酌情给分，在 0.00～2.00 分之间由评价人认定`."""
        if is_blank(facts.finding):
            return Told("还没有填核查结果，规则分算不出")
        name = str(facts.finding)
        low, high = (option_points(name, facts.table(self._table(bound))) for bound in ("low", "high"))
        if low is None or high is None:
            return Told(f"核查结果“{name}”不在可选的范围内")
        bounds = (scoring.score_checklist(facts.weight, [low]), scoring.score_checklist(facts.weight, [high]))
        if compare(low, high) != 0:
            why = "可酌情给分" if name == PARTLY_MET else "标准没有写明怎样给分"
            text = f"{why}，在 {points(bounds[0])}～{points(bounds[1])} 分之间由评价人认定"
        elif compare(low, 1) == 0:
            text = f"得满分 {points(bounds[0])}"
        elif compare(low, 0) == 0:
            text = "标准没有酌情给分的规定，不得分" if name == PARTLY_MET else "不得分"
        else:
            text = f"分值 {number(facts.weight)} × {number(low)} = {points(bounds[0])}"
        return Told(f"“{name}”，{text}", *bounds)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """None: it reads no figures."""
        yield from ()

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`符合的得满分；部分符合的酌情给分；不符合、缺证据的不得分；不设“不适用”`."""
        partly = "部分符合的不得分" if self.partial == "zero" else "部分符合的在0分至满分之间酌情给分"
        return f"符合的得满分；{partly}；不符合、缺证据的不得分；{_PRINTED[self.not_applicable]}"


_LACKING = ("没有", "完全没有", "无", "未", "不", "缺", "否")


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """A point for each fact that earns something; what stands with it says what becomes of it where it isn't met."""
    groups: list[list[Statement]] = []
    for statement in statements:
        if statement.type in ("FACT", "HEAD") and not (groups and groups[-1][-1].type == "HEAD"):
            groups.append([statement])
        else:
            groups[-1].append(statement)
    points = [_point(group, situation, is_only=len(groups) == 1) for group in groups]
    if None in points:
        return
    yield Found(tuple(point for point in points if point is not None))


def _point(group: Sequence[Statement], situation: Situation, *, is_only: bool) -> ReadPoint | None:
    head = group[0].outcome if group[0].type == "HEAD" else None
    fact = next(s for s in group if s.type == "FACT")
    within = situation if head is None else situation.within(head.amount)
    weight = within.given(fact.outcome)
    if fact.outcome is None or fact.outcome.kind not in (FULL, GIVE, SHARE):
        return None
    if is_only and situation.weight is None and fact.outcome.kind == FULL:
        weight = None
    elif weight is None or (head is not None and weight != head.amount):
        situation.doubt("ask_weight", "满分是几分没有写明，请给出分值", *group)
        return None
    if is_only and situation.weight is not None and weight != situation.weight:
        return None
    if any(s.type == "NOT_FACT" and not _is_complement(s) for s in group):
        return None
    is_open = situation.is_open or any(s.type in ("OPEN", "ELSE_DISCRETION") for s in group)
    text = situation.text(*group)
    return ReadPoint(text, None if is_only else weight, FindingRule(kind="finding", partial="open" if is_open else "zero"))


def _is_complement(statement: Statement) -> bool:
    """没有…的，不得分: the opposite of what earns the points, and no veto on the whole."""
    first = statement.causes[0].subject if statement.causes else ""
    return first.startswith(_LACKING) and "指标" not in statement.text


FORM = Form("finding", "(HEAD? FACT FREE? (NOT_FACT | ELSE_NONE | ELSE_DISCRETION | OPEN)?)+", _read)
