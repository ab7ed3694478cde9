"""Points, or a share of the weight, off for each problem that is counted in the working paper (按处扣分)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from xlperf.functions import scoring
from xlperf.rules.finding_cell import Count
from xlperf.rules.parameters import Block, Owner
from xlperf.rules.part import Points
from xlperf.rules.phrases import PLAIN_NAMES, UNTIL_NOTHING, Names, exact, share
from xlperf.rules.reading.forms import FULL, GIVE, OFF, OFF_SHARE, Form, Found, Situation, Statement, one
from xlperf.rules.reading.subjects import relations_of
from xlperf.rules.rule import Facts, Limit, Places, Rule, Scale, Told
from xlperf.rules.tiers import TiersRule
from xlperf.values import compare, is_blank, is_number, round_half_up
from xlperf.wording import number, points

_UNITS = (2, 3, 4, 5, 6, 7, 8, 9)


class CountedRule(Rule):
    """A rule that takes something off for each problem."""

    scale: ClassVar[Scale] = Scale.STATED
    ids: ClassVar[tuple[str, ...]] = ()
    figures: ClassVar[tuple[str, ...]] = ()

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """Nothing."""
        return ()

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """None that the numbers alone show."""
        yield from ()

    def words(self, facts: Facts) -> Told:
        """What is left after so many problems, or that they have not been counted."""
        if is_blank(facts.finding):
            return Told("还没有填问题处数，规则分算不出")
        if not is_number(facts.finding):
            return Told(f"问题处数应为数字，现为“{facts.finding}”，规则分算不出")
        return self.counted(facts.weight, float(facts.finding))

    @abstractmethod
    def counted(self, weight: float, count: float) -> Told:
        """What is left after so many problems."""

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """None: it reads no figures."""
        yield from ()


class DeductRule(CountedRule):
    """So many points off for each problem counted in the working paper."""

    kind: Literal["deduct"]
    points: Points

    label: ClassVar[str] = "按处扣分"
    has_fixed_points: ClassVar[bool] = True

    @property
    def finding(self) -> Count:
        """How many problems."""
        return Count(lambda weight: self.points / weight)

    def formulas(self, places: Places) -> tuple[str, str]:
        """The weight less so many points each."""
        return f"PERF_SCORE_DEDUCT({places.weight},{places.finding},{self.points:.15g})", places.low

    def counted(self, weight: float, count: float) -> Told:
        """`分值 3 − 2 处 × 1 分 = 1.00`."""
        score = scoring.score_deduct(weight, count, self.points)
        way = f"分值 {number(weight)} − {number(count)} 处 × {number(self.points)} 分 = "
        return Told(way + not_below_zero(weight - count * self.points, score), score, score)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`每发现一处扣0.5分，扣完为止`."""
        return f"每发现一处扣{exact(self.points)}分，{UNTIL_NOTHING}"


class DeductShareRule(CountedRule):
    """A share of the weight off for each problem counted in the working paper."""

    kind: Literal["deduct_share"]
    share: Annotated[float, Field(gt=0, le=1)]

    label: ClassVar[str] = "按处扣比例"
    has_fixed_points: ClassVar[bool] = False

    @property
    def finding(self) -> Count:
        """How many problems."""
        return Count(lambda weight: self.share)

    def formulas(self, places: Places) -> tuple[str, str]:
        """The weight less a share of it each."""
        return f"PERF_SCORE_DEDUCT_SHARE({places.weight},{places.finding},{self.share:.15g})", places.low

    def counted(self, weight: float, count: float) -> Told:
        """`分值 2 ×（1 − 1 处 × 1/3）= 1.33`."""
        score = scoring.score_deduct_share(weight, count, self.share)
        way = f"分值 {number(weight)} ×（1 − {number(count)} 处 × {share_text(self.share)}）= "
        return Told(way + not_below_zero(weight * (1 - count * self.share), score), score, score)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`每发现一处扣分值的1/3，扣完为止`."""
        return f"每发现一处扣分值的{share(self.share)}，{UNTIL_NOTHING}"


def not_below_zero(rest: float, score: float) -> str:
    """What is left of a weight, or that nothing is."""
    if compare(rest, 0) < 0:
        return f"{number(round_half_up(rest))}，{UNTIL_NOTHING}：{points(score)}"
    return points(score)


def share_text(part: float) -> str:
    """A part of the weight as people read it: 25%, or 1/3 where a percentage would never end."""
    rounded = round_half_up(part * 100, 10)
    if compare(rounded, round_half_up(rounded)) == 0:
        return f"{rounded:g}%"
    found = next((f"{Fraction(part).limit_denominator(n)}" for n in _UNITS if _is_part(part, n)), None)
    return found or f"{rounded:.6g}%"


def _is_part(part: float, parts: int) -> bool:
    return abs(part * parts - round(part * parts)) < 1e-9


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """So much for each case of what the text requires; one rule where all cases cost the same."""
    cases = [s for s in statements if s.type in ("CASE", "SHORT")]
    outcomes = {s.outcome for s in cases}
    full = next((s for s in statements if s.type == "FACT"), None)
    if len(outcomes) > 1 or (outcome := cases[0].outcome) is None or any(s.compared for s in statements):
        return
    if full is not None and full.outcome is not None and full.outcome.kind not in (FULL, GIVE):
        return
    if full is not None and situation.weight is not None and situation.given(full.outcome) != situation.weight:
        return
    if statements[-1].type == "WORTH" and situation.weight not in (None, situation.given(statements[-1].outcome)):
        return
    if statements[-1].type == "FREE" and not statements[-1].item:
        return
    text = situation.text(*statements)
    if outcome.kind == OFF and situation.weight is not None and outcome.amount > situation.weight:
        situation.note("tier_over_weight", "一处扣的分数超过分值", cases[0].start, cases[0].end)
    if outcome.kind == OFF:
        yield one(DeductRule(kind="deduct", points=float(outcome.amount)), text)
    elif outcome.kind == OFF_SHARE and 0 < outcome.amount <= 1:
        yield one(DeductShareRule(kind="deduct_share", share=float(outcome.amount)), text)


def _read_once(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """发现一次的扣0.5分，两次及以上的不得分: so much for the first case, and nothing left from a certain number on."""
    case, none = statements
    relations = relations_of(none)
    if len(relations) != 1 or relations[0].operator != "≥" or relations[0].limit != 2 or len(none.causes) != 1:
        return
    if case.outcome is None or case.outcome.kind != OFF or case.each is None or case.each.amount != 1:
        return
    if situation.weight is None:
        situation.doubt("ask_weight", "扣的分数要与分值比较，请给出分值", case)
        return
    rest = situation.weight - case.outcome.amount
    if rest < 0:
        return
    value = situation.values.named(f"{none.causes[0].subject}的{relations[0].unit}数", "count")
    rows = f"≥2:0; ≥1:{exact(float(rest))}; 否则:{exact(float(situation.weight))}"
    yield one(TiersRule(kind="tiers", value=value, tiers=rows), situation.text(*statements))


FORMS = (
    Form("once", "CASE NOT_VALUE", _read_once),
    Form(
        "deduct",
        "FREE* (FACT FREE*)? (CASE+ | SHORT) (FREE+ | WORTH)?",
        _read,
        (
            (
                "EACH_CASE.32",
                "/(?:每(?:存在|发现|出现|发生|有|查出|违反)?(?:一|1|1个|一个)?|(?:存在|发现|出现|发生|查出|违反|有)(?:一|1)|(?<=，)(?:一|1)|每?(?:延期|延迟|逾期|推迟|滞后|超期|迟报|晚报)(?:一|1))(?:天|日|周|个工作日|个月|个(?!百)|点|项|处|例|次|条|起|笔|份|人次|人|张|件|家|类|种|宗)"
                "(?=[^，；。]{0,14}，?扣(?!相应分))/",
            ),
        ),
    ),
)
