"""Points that the evaluator finds met, partly met, not met, not applicable or without evidence (要点核查)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import ClassVar, Literal

from xlperf.functions import scoring
from xlperf.functions.tiers import option_points
from xlperf.rules.finding_cell import Choices
from xlperf.rules.parameters import Block, Named, Owner, Row, Table
from xlperf.rules.phrases import PLAIN_NAMES, Names
from xlperf.rules.reading.amounts import CIRCLED, fraction
from xlperf.rules.reading.forms import FULL, GIVE, SHARE, Form, Found, ReadPoint, Situation, Statement, one
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
        """All findings, 不适用 only where the standard knows it; a report may say it all the same.

        Whether a problem leaves the point partly met nobody but the evaluator can say; it says nothing where that gives
        as little.
        """
        offered = tuple(name for name in FINDINGS if name != NOT_APPLICABLE or self.not_applicable != "refuse")
        return Choices(offered, FINDINGS, NOT_MET if self.partial == "zero" else "")

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
    if statements[-1].type == "WORTH" or (len(statements) == 1 and statements[0].text.startswith("(")):
        yield from _read_task(statements, situation)
        return
    groups: list[list[Statement]] = []
    for statement in statements:
        if statement.type in ("FACT", "HEAD") and not (groups and groups[-1][-1].type == "HEAD"):
            groups.append([statement])
        else:
            groups[-1].append(statement)
    if any(s.type == "FREE" and not _is_bracket(s, situation) for s in statements):
        return
    repeated = [s for s in statements if s.type in ("SHORT", "CASE")]
    points = [_point(group, situation, is_only=len(groups) == 1) for group in groups]
    found = tuple(point for point in points if point is not None)
    if len(found) < len(points) or not _adds_up(found, repeated, situation, statements):
        return
    yield Found(found)


def _read_task(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """A task with what it is worth in brackets: all or nothing, since it says no more; or at discretion."""
    worth = statements[-1].outcome
    if worth is None or situation.weight not in (None, worth.amount):
        return
    situation.doubt("below_line", "只写明分值，没有写明没有全部做到的怎样给分", *statements)
    for partial, choice in _TASK_WAYS:
        yield one(FindingRule(kind="finding", partial=partial), situation.text(*statements), choice)


_TASK_WAYS: tuple[tuple[Literal["zero", "open"], str], ...] = (
    ("zero", "没有全部做到的不得分"),
    ("open", "部分做到的酌情给分"),
)


def _adds_up(
    points: Sequence[ReadPoint], repeated: Sequence[Statement], situation: Situation, statements: Sequence[Statement]
) -> bool:
    """Whether the points are parts of the weight, not options of which one applies; a wrong sum is to be confirmed."""
    weights = [point.weight for point in points if point.weight is not None]
    if any(s.outcome is None or {s.outcome.amount} != set(weights) for s in repeated):
        return False
    if situation.weight is None or not weights or sum(weights) == situation.weight:
        return True
    if max(weights) == situation.weight:
        return False
    parts = "+".join(f"{float(weight):g}" for weight in weights)
    text = f"各项合计 {parts}={float(sum(weights)):g} 分，与分值 {float(situation.weight):g} 不等"
    situation.doubt("points_sum", text, *statements)
    return True


def _is_bracket(statement: Statement, situation: Situation) -> bool:
    """（需提供检查底稿，否则不得分）: what stands in brackets behind a point."""
    text = situation.text(statement)
    return text.startswith("(") and not any(sign.isdigit() for sign in text)


def _point(group: Sequence[Statement], situation: Situation, *, is_only: bool) -> ReadPoint | None:
    head = group[0].outcome if group[0].type == "HEAD" else None
    fact = next((s for s in group if s.type == "FACT"), None)
    if fact is None:
        return None
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
    return ReadPoint(
        text, None if is_only else weight, FindingRule(kind="finding", partial="open" if is_open else "zero")
    )


def _is_complement(statement: Statement) -> bool:
    """没有…的，不得分: the opposite of what earns the points, and no veto on the whole."""
    if "相应" in statement.text:
        return True
    first = statement.causes[0].subject if statement.causes else ""
    return first.startswith(_LACKING) and "指标" not in statement.text


def _read_shares(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """①占50%，其余要点各占25%: a point for each, with its share of the weight."""
    shares = [s for s in statements if s.type == "PART_SHARE"]
    if not any(s.type.startswith(("ELSE", "OPEN")) for s in statements):
        situation.note("below_line", "没有写明不符合的怎样给分，按不得分读", shares[0].start, shares[-1].end)
    is_open = any(s.type in ("OPEN", "ELSE_DISCRETION") for s in statements)
    named: list[tuple[str, Fraction]] = []
    for statement in shares:
        share = fraction(statement.text)
        names = _names_of(statement)
        if names == [_REST]:
            left = (1 - sum(part for _, part in named)) / share
            if left.denominator != 1 or left < 1:
                situation.doubt("points_sum", "其余各项的占比与分值合不上", statement)
                return
            names = [f"其余第{n}项" for n in range(1, int(left) + 1)]
        if not names or (len(names) > 1 and "各" not in statement.text):
            return
        named += [(name, share) for name in names]
    if sum(part for _, part in named) != 1:
        situation.doubt("points_sum", f"各项占比合计 {float(sum(p for _, p in named)):.4g}，不是 1", *shares)
    if situation.weight is None:
        situation.doubt("ask_weight", "各项占分值的几成，请给出分值", *shares)
        return
    partial: Literal["zero", "open"] = "open" if is_open or situation.is_open else "zero"
    rule = FindingRule(kind="finding", partial=partial)
    yield Found(tuple(ReadPoint(name, share * situation.weight, rule) for name, share in _described(named, situation)))


_REST = "其余"


def _names_of(statement: Statement) -> list[str]:
    """What has the share: ②③, A、B, or the rest."""
    said = "、".join(cause.subject for cause in statement.causes)
    if said.startswith(("其余", "其他", "剩余")):
        return [_REST]
    if said and set(said) <= set(CIRCLED) | {"、"}:
        return [sign for sign in said if sign in CIRCLED]
    return [name for name in said.split("、") if name]


def _described(named: Sequence[tuple[str, Fraction]], situation: Situation) -> list[tuple[str, Fraction]]:
    """The points by what the text beside lists, where it lists as many."""
    listed = situation.requirements
    is_by_number = all(name in CIRCLED or name.startswith("其余第") for name, _ in named)
    if len(listed) == len(named) and is_by_number:
        return [(text, share) for text, (_, share) in zip(listed, named, strict=True)]
    return [(f"要点{name}" if name in CIRCLED else name, share) for name, share in named]


def _read_each(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """具备一个要素得分值的50%: as many points as make up the whole."""
    each = statements[-1]
    outcome, weight = each.outcome, situation.weight
    if outcome is None or outcome.kind not in (SHARE, GIVE) or outcome.amount <= 0:
        return
    if weight is None:
        situation.doubt("ask_weight", "每项占分值的几成，请给出分值", each)
        return
    share = outcome.amount if outcome.kind == SHARE else outcome.amount / weight
    count = 1 / share
    listed = tuple(situation.text(s) for s in statements[:-1]) or situation.requirements
    if count.denominator != 1 or count < 2 or (listed and len(listed) != count):
        situation.doubt("points_sum", f"每项得分值的 {float(share):.4g}，与要点的项数合不上", each)
        return
    texts = listed or [f"第{n}个要素" for n in range(1, int(count) + 1)]
    rule = FindingRule(kind="finding", partial="open" if situation.is_open else "zero")
    yield Found(tuple(ReadPoint(text, share * weight, rule) for text in texts))


FORMS = (
    Form(
        "finding",
        "(HEAD? FACT FREE? (NOT_FACT | ELSE_NONE NOT_FACT? | ELSE_DISCRETION | OPEN NOT_FACT?)?)+ (SHORT | CASE)? | FREE WORTH",
        _read,
    ),
    Form(
        "shares",
        "PART_SHARE+ (FACT (ELSE_NONE | ELSE_DISCRETION)? | OPEN)?",
        _read_shares,
        (("PART_SHARE.33", '"各"? "占" WEIGHT? "的"? PART ("的"? WEIGHT)?'),),
    ),
    Form(
        "each_met",
        "FREE* MET",
        _read_each,
        (
            (
                "EACH_MET.33",
                "/(?:每)?(?:具备|符合|满足|做到|具有)(?:一|1)(?:个|项|点|条)(?:要素|要点|条件|要求|标准)?(?=的?，?(?:得|计|给))/",
            ),
        ),
    ),
)
