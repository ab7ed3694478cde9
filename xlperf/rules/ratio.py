"""The weight times a rate (按比例)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from xlperf.functions import scoring
from xlperf.functions.plain.scores import CAP, DEDUCT, ZERO
from xlperf.rules.parameters import Block, Owner
from xlperf.rules.part import Id, Points
from xlperf.rules.phrases import PLAIN_NAMES, Names, exact, percent
from xlperf.rules.rule import DataRule, Facts, Limit, Places, Told
from xlperf.values import compare
from xlperf.wording import beside, number, points, threshold


class RatioRule(DataRule):
    """The weight times a rate.

    `over`: what a rate over 100% gives: the weight, 0, or (扣分) from `over_rate` on `over_points` less than the weight.
    """

    kind: Literal["ratio"]
    value: Id
    over: Literal["封顶", "归零", "扣分"] = "封顶"
    over_rate: Annotated[float, Field(ge=1)] | None = None
    over_points: Points | None = None

    label: ClassVar[str] = "按比例"
    has_fixed_points: ClassVar[bool] = False

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        given = (self.over_rate is not None, self.over_points is not None)
        if given != (self.over == DEDUCT,) * 2:
            raise ValueError("over_rate、over_points 只用于、也必须用于 over 为 扣分 的规则")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """The rate."""
        return (self.value,)

    def formula(self, places: Places) -> str:
        """The weight times the rate."""
        over = "" if self.over == CAP else f',"{self.over}"'
        if self.over_rate is not None and self.over_points is not None:
            over += f",{self.over_rate:.15g},{self.over_points:.15g}"
        return f"PERF_SCORE_RATIO({places.weight},{self.value}{over})"

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """Nothing."""
        return ()

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """None that the numbers alone show."""
        yield from ()

    def words(self, facts: Facts) -> Told:
        """`分值 5 × 97.92% = 4.90`."""
        rate, weight = facts.number(self.value), facts.weight
        score = scoring.score_ratio(weight, rate, self.over, self.over_rate, self.over_points)
        value = beside(rate, 1, facts.kind(self.value))
        if self.over == DEDUCT and self.over_rate is not None and compare(rate, self.over_rate) >= 0:
            limit = threshold(self.over_rate, "rate")
            text = f"{value} 达到 {limit}，目标偏低，按标准扣 {number(self.over_points or 0)} 分"
        elif compare(rate, 1) > 0:
            text = f"{value} 超过 100%，"
            text += f"以满分 {number(weight)} 为限" if self.over in (CAP, DEDUCT) else "按标准不得分"
        elif compare(rate, 0) < 0:
            text = f"{value} 低于 0，不得分"
        else:
            return Told(f"分值 {number(weight)} × {value} = {points(score)}", score, score)
        return Told(f"{text}：{points(score)} 分", score, score)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """Its ends. Above 100% the score jumps to 0 or stays where it is; either way that is where to look."""
        over = () if self.over_rate is None else (self.over_rate,)
        yield Limit((self.value,), lambda values: values[0], (0.0, 1.0, *over), is_step=False)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`得分=分值×支出率，超过100%的按满分计`."""
        over = "超过100%的不得分" if self.over == ZERO else "超过100%的按满分计"
        if self.over_rate is not None and self.over_points is not None:
            over += f"，达到{percent(self.over_rate)}的从满分中扣{exact(self.over_points)}分"
        return f"得分=分值×{names.label(self.value)}，{over}"
