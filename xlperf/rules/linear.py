"""A share of the weight off for each step beyond a threshold (超限线性扣)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from xlperf.functions import scoring
from xlperf.functions.plain.scores import BELOW, EITHER, STARTED_STEPS, WHOLE_STEPS
from xlperf.rules.deduct import not_below_zero, share_text
from xlperf.rules.parameters import Block, Owner
from xlperf.rules.part import Id
from xlperf.rules.phrases import PLAIN_NAMES, UNTIL_NOTHING, Names, share
from xlperf.rules.rule import DataRule, Facts, Limit, Places, Told
from xlperf.values import compare, round_half_up
from xlperf.wording import beside, number, points, threshold

_UNFINISHED = {"按比例": "按比例扣", WHOLE_STEPS: "不扣", STARTED_STEPS: "也扣"}


class LinearRule(DataRule):
    """A share of the weight off for each step beyond a threshold."""

    kind: Literal["linear"]
    value: Id
    threshold: float
    step: Annotated[float, Field(gt=0)]
    share: Annotated[float, Field(gt=0, le=1)]
    direction: Literal["高于", "低于", "双向"] = "高于"
    partial: Literal["按比例", "不足不扣", "不足也扣"] = "按比例"
    over: float | None = None

    label: ClassVar[str] = "超限线性扣"
    has_fixed_points: ClassVar[bool] = False

    @property
    def ids(self) -> tuple[str, ...]:
        """The value."""
        return (self.value,)

    def formula(self, places: Places) -> str:
        """The weight less its share for each step."""
        over = "" if self.over is None else f",{self.over:.15g}"
        numbers = f"{self.threshold:.15g},{self.step:.15g},{self.share:.15g}"
        options = f'"{self.direction}","{self.partial}"{over}'
        return f"PERF_SCORE_LINEAR({places.weight},{self.value},{numbers},{options})"

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """Nothing."""
        return ()

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """None that the numbers alone show."""
        yield from ()

    def words(self, facts: Facts) -> Told:
        """`35.52% 高于 10%，相差 25.52 个百分点，每 1 个百分点扣分值的 3%（不足的按比例扣）：…= 0.47`."""
        value, kind, weight = facts.number(self.value), facts.kind(self.value), facts.weight
        arguments = (self.threshold, self.step, self.share, self.direction, self.partial, self.over)
        score = scoring.score_linear(weight, value, *arguments)
        limit, text = threshold(self.threshold, kind), beside(value, self.threshold, kind)
        if self.over is not None and compare(value, self.over) > 0:
            text = beside(value, self.over, kind)
            return Told(f"{text} 超过 {threshold(self.over, kind)}，按标准不得分：{points(score)} 分", score, score)
        compared = abs(value) if self.direction == EITHER else value
        excess = self.threshold - value if self.direction == BELOW else compared - self.threshold
        text = f"{text} 的绝对值" if self.direction == EITHER else f"{text} "
        if compare(excess, 0) <= 0:
            sign = "≥" if self.direction == BELOW else "≤"
            return Told(f"{text.rstrip()} {sign} {limit}，不扣分：{points(score)} 分", score, score)
        steps, way = _steps(excess / self.step, self.partial)
        unit = f"{number(self.step * 100)} 个百分点" if kind == "rate" else number(self.step)
        word = "低于" if self.direction == BELOW else "高于"
        apart = f"{number(round_half_up(excess * 100, 4))} 个百分点" if kind == "rate" else number(excess)
        each = share_text(self.share)
        head = f"{text}{word} {limit}，相差 {apart}，每 {unit}扣分值的 {each}（{way}）"
        calculation = f"{number(weight)} ×（1 − {number(round_half_up(steps, 4))} × {each}）= "
        rest = not_below_zero(weight * (1 - steps * self.share), score)
        return Told(f"{head}：{calculation}{rest}", score, score)

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """Where deduction begins and where nothing is left."""
        sign = -1 if self.direction == BELOW else 1
        ends = {self.threshold, self.threshold + sign * self.step / self.share}
        ends |= {-value for value in ends} if self.direction == EITHER else set()
        ends |= set() if self.over is None else {self.over}
        yield Limit((self.value,), lambda values: values[0], tuple(sorted(ends)), is_step=False)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`支出率不低于95%的得满分；每低1个百分点扣分值的5%（不足的按比例扣），扣完为止；超过100%的不得分`."""
        name, limit = names.label(self.value), names.limit(self.threshold, self.value)
        word = "低" if self.direction == BELOW else "高"
        subject = f"{name}的绝对值" if self.direction == EITHER else name
        step = names.difference(self.step, self.value)
        each = f"每{word}{step}扣分值的{share(self.share)}（不足的{_UNFINISHED[self.partial]}）"
        over = "" if self.over is None else f"；{name}超过{names.limit(self.over, self.value)}的不得分"
        return f"{subject}不{word}于{limit}的得满分；{each}，{UNTIL_NOTHING}{over}"


def _steps(steps: float, partial: str) -> tuple[float, str]:
    """The steps that count, and how an unfinished one is taken."""
    whole = round_half_up(steps, 10)
    if partial == WHOLE_STEPS:
        return math.floor(whole), "不足的不扣"
    if partial == STARTED_STEPS:
        return math.ceil(whole), "不足的也扣"
    return whole, "不足的按比例扣"
