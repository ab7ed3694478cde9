"""The weight times the part that is done (完成率)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from xlperf.functions import scoring
from xlperf.rules.parameters import Block, Owner
from xlperf.rules.part import Id
from xlperf.rules.phrases import PLAIN_NAMES, Names
from xlperf.rules.rule import DataRule, Facts, Limit, Places, Told
from xlperf.wording import number, points


class DoneRule(DataRule):
    """The weight times the part that is done."""

    kind: Literal["done"]
    done: Id
    total: Id
    not_applicable: Id | None = None

    label: ClassVar[str] = "完成率"
    has_fixed_points: ClassVar[bool] = False

    @property
    def ids(self) -> tuple[str, ...]:
        """What is done, all there is, and what is left out."""
        return (self.done, self.total, *((self.not_applicable,) if self.not_applicable else ()))

    def formula(self, places: Places) -> str:
        """The weight times the part."""
        return f"PERF_SCORE_DONE({places.weight},{','.join(self.ids)})"

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """Nothing."""
        return ()

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """None that the numbers alone show."""
        yield from ()

    def words(self, facts: Facts) -> Told:
        """`完成 12，共 14：分值 3 × 12 ÷ 14 = 2.57`."""
        done, total = facts.number(self.done), facts.number(self.total)
        left_out = 0.0 if self.not_applicable is None else facts.number(self.not_applicable)
        score = scoring.score_done(facts.weight, done, total, left_out)
        whole = f"（{number(total)} − 不适用 {number(left_out)}）" if left_out else number(total)
        text = f"完成 {number(done)}，共 {number(total)}：分值 {number(facts.weight)} × {number(done)} ÷ {whole}"
        return Told(f"{text} = {points(score)}", score, score)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """The ends: nothing and everything done."""
        yield Limit(self.ids, _part, (0.0, 1.0), is_step=False)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`得分=分值×已完成数÷（总数－不适用数）`."""
        total = names.label(self.total)
        whole = f"（{total}－{names.label(self.not_applicable)}）" if self.not_applicable else total
        return f"得分=分值×{names.label(self.done)}÷{whole}"


def _part(values: Sequence[float]) -> float | None:
    done, total, *left_out = values
    whole = total - sum(left_out)
    return done / whole if whole else None
