"""Points off for each one short of a target count (数量)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from xlperf.functions import scoring
from xlperf.rules.deduct import not_below_zero
from xlperf.rules.parameters import Block, Owner
from xlperf.rules.part import Id, Points
from xlperf.rules.phrases import PLAIN_NAMES, UNTIL_NOTHING, Names, exact
from xlperf.rules.reading.forms import FULL, GIVE, OFF, Form, Found, Situation, Statement, one
from xlperf.rules.reading.subjects import relations_of, value_of
from xlperf.rules.rule import DataRule, Facts, Limit, Places, Told
from xlperf.wording import number, points


class CountRule(DataRule):
    """Points off for each one short of a target count."""

    kind: Literal["count"]
    count: Id
    target: float
    points: Points

    label: ClassVar[str] = "数量"
    has_fixed_points: ClassVar[bool] = True

    @property
    def ids(self) -> tuple[str, ...]:
        """The count."""
        return (self.count,)

    def formula(self, places: Places) -> str:
        """The weight less so many points for each one short."""
        return f"PERF_SCORE_COUNT({places.weight},{self.count},{self.target:.15g},{self.points:.15g})"

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """Nothing."""
        return ()

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """None that the numbers alone show."""
        yield from ()

    def words(self, facts: Facts) -> Told:
        """`实际 1，目标 3，少 2，每少一项扣 0.5 分：2 − 2 × 0.5 = 1.00`."""
        count = facts.number(self.count)
        score = scoring.score_count(facts.weight, count, self.target, self.points)
        head = f"实际 {number(count)}，目标 {number(self.target)}"
        short = self.target - count
        if short <= 0:
            return Told(f"{head}，已达到：{points(score)} 分", score, score)
        way = f"{number(facts.weight)} − {number(short)} × {number(self.points)} = "
        rest = not_below_zero(facts.weight - short * self.points, score)
        return Told(f"{head}，少 {number(short)}，每少一项扣 {number(self.points)} 分：{way}{rest}", score, score)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """The target, and where nothing is left."""
        end = self.target - facts.weight / self.points if self.points else self.target
        yield Limit((self.count,), lambda values: values[0], (self.target, end), is_step=False)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`培训次数达到3项的得满分，每少1项扣1分，扣完为止`."""
        head = f"{names.label(self.count)}达到{exact(self.target)}项的得满分"
        return f"{head}，每少1项扣{exact(self.points)}分，{UNTIL_NOTHING}"


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """A target count, and what each one short of it takes."""
    target, short = statements
    subject, relations, again = _counted(target), relations_of(target), relations_of(short)
    if subject is None or len(relations) != 1 or relations[0].operator != "≥" or relations[0].unit == "%":
        return
    if again and ([r.limit for r in again] != [relations[0].limit] or again[0].operator != "<"):
        return
    outcome, each = short.outcome, short.each
    if outcome is None or outcome.kind != OFF or each is None or each.amount != 1:
        return
    if target.outcome is not None and target.outcome.kind not in (FULL, GIVE):
        return
    if not situation.is_full(target.outcome, target):
        return
    count = value_of(subject, relations, situation)
    rule = CountRule(kind="count", count=count, target=relations[0].limit, points=float(outcome.amount))
    yield one(rule, situation.text(*statements))


def _counted(target: Statement) -> str | None:
    """What is counted: what is compared, with the facts that it is the number of."""
    if len(target.compared) != 1 or target.compared[0].other:
        return None
    before = [cause.subject for cause in target.facts if cause.end <= target.compared[0].start]
    return "".join((*before, target.compared[0].subject))


def _read_gain(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """每完成1项得2分，最高10分: as many as make up the weight, less so much for each one short of that."""
    (gain,) = statements
    if gain.outcome is None or gain.outcome.kind != GIVE or gain.each is None or gain.each.amount != 1 or gain.causes:
        return
    if situation.weight is None:
        situation.doubt("ask_weight", "最多计多少没有写明，请给出分值", gain)
        return
    if not gain.outcome.amount:
        return
    target = situation.weight / gain.outcome.amount
    count = situation.values.named(f"{gain.each.text.removeprefix('每')}的数量", "count")
    rule = CountRule(kind="count", count=count, target=float(target), points=float(gain.outcome.amount))
    yield one(rule, situation.text(gain))


FORMS = (
    Form(
        "gain",
        "GAIN",
        _read_gain,
        (
            (
                "EACH_GAIN.32",
                "/每(?:完成|增加|新增|获得|开展|举办|组织|培训|达到|发展|建成|引进|有)?(?:一|1)"
                r"(?:个|项|次|篇|件|例|起|名|人|家|户|份|场|条|期)[^，；。扣0-9]{0,12}(?=，?(?:得|加|计)\d)/",
            ),
        ),
    ),
    Form(
        "count",
        "(VALUE | COMPARED) SHORT",
        _read,
        (
            (
                "EACH_SHORT.32",
                "/(?:每|若|如)?(?:少于|少|缺少|缺)(?:一|1|1个|一个)(?:个|点|项|处|例|次|条|份|篇|场|人|家|类|种|期)(?=[^，；。]{0,6}(?:，?扣))/",
            ),
        ),
    ),
)
