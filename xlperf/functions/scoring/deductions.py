"""Points off the weight: for each problem, for each step beyond a threshold."""

from __future__ import annotations

import math

from xlperf.errors import out_of_range
from xlperf.functions.plain import scores as plain_scores
from xlperf.functions.plain.scores import ABOVE, BELOW, EITHER, PROPORTIONAL, STARTED_STEPS, WHOLE_STEPS
from xlperf.functions.scoring.arguments import WEIGHT, bounded, checked_count, checked_option
from xlperf.registry import Kind, Parameter, worksheet_function
from xlperf.values import compare, round_half_up


@worksheet_function(
    "PERF_SCORE_DEDUCT",
    label="按处扣分",
    help="分值−处数×每处扣分，扣完为止。",
    parameters=(
        WEIGHT,
        Parameter("count", Kind.NUMBER, "查出的问题处数"),
        Parameter("points", Kind.NUMBER, "每处扣几分"),
    ),
    native=plain_scores.score_deduct,
)
def score_deduct(weight: float, count: float, points: float) -> float:
    """The weight less so many points for each problem found, down to 0.

    Args:
        weight: points.
        count: problems found, a whole number.
        points: points taken off for each.
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: an input is blank; #VALUE!: text; #NUM!: a negative or broken count.
    Source: 仁化 2021 预算编制规范性 (发现一项没有满足的扣1分，扣完为止).
    Examples:
        =PERF_SCORE_DEDUCT(3,2,1) -> 1
        =PERF_SCORE_DEDUCT(3,5,1) -> 0
        =PERF_SCORE_DEDUCT(3,-1,1) -> #NUM!
    """
    return bounded(weight - checked_count(count, "处数") * points, weight)


@worksheet_function(
    "PERF_SCORE_DEDUCT_SHARE",
    label="按处扣分值比例",
    help="分值×(1−处数×每处扣分值的比例)，扣完为止。50% 就是 0.5，与“每处扣几分”不同。",
    parameters=(
        WEIGHT,
        Parameter("count", Kind.NUMBER, "查出的问题处数"),
        Parameter("share", Kind.NUMBER, "每处扣分值的几成，如 1/3、25%"),
    ),
    native=plain_scores.score_deduct_share,
)
def score_deduct_share(weight: float, count: float, share: float) -> float:
    """The weight less a share of it for each problem found, down to 0.

    Args:
        weight: points.
        count: problems found, a whole number.
        share: part of the weight taken off for each (1/3, 0.25).
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: an input is blank; #VALUE!: text; #NUM!: a negative or broken count.
    Source: 延津 2022 A11, A12, A21, A23 (每点扣权重 1/3, 25%, 50%).
    Examples:
        =PERF_SCORE_DEDUCT_SHARE(2,2,0.25) -> 1
        =PERF_SCORE_DEDUCT_SHARE(1,3,1/3) -> 0
    """
    return bounded(weight * (1 - checked_count(count, "处数") * share), weight)


@worksheet_function(
    "PERF_SCORE_LINEAR",
    label="超限线性扣分",
    help="超过界限后每一步扣分值的一个比例，扣完为止。方向：高于（默认）、低于、双向；不足一步：按比例（默认）、不足不扣、不足也扣。",
    parameters=(
        WEIGHT,
        Parameter("value", Kind.NUMBER, "用来比较的数，如比率"),
        Parameter("threshold", Kind.NUMBER, "不扣分的界限"),
        Parameter("step", Kind.NUMBER, "一步的大小，如 1%"),
        Parameter("share", Kind.NUMBER, "每步扣分值的比例，如 3%"),
        Parameter("direction", Kind.TEXT, "可省略。高于（默认）、低于、双向（按绝对值）", is_required=False),
        Parameter("partial", Kind.TEXT, "可省略。按比例（默认）、不足不扣、不足也扣", is_required=False),
        Parameter("over", Kind.NUMBER, "可省略。超过此数得 0 分，如 100%", is_required=False),
    ),
    native=plain_scores.score_linear,
)
def score_linear(
    weight: float,
    value: float,
    threshold: float,
    step: float,
    share: float,
    direction: str | None = None,
    partial: str | None = None,
    over: float | None = None,
) -> float:
    """The weight less a share of it for each step by which a value is beyond a threshold, down to 0.

    Args:
        weight: points.
        value: the number compared, in the unit of threshold and step.
        threshold: the last value that costs nothing.
        step: the size of a step, above 0.
        share: part of the weight taken off for each step.
        direction: 高于 (default), 低于, or 双向 (the absolute value is compared).
        partial: an unfinished step: 按比例 (default), 不足不扣 or 不足也扣.
        over: the value above which the score is 0.
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: an input is blank; #VALUE!: text, an unknown option; #NUM!: a step not above 0, negative weight.
    Source: 延津 2022 B11 (>10%每1%扣权重3%), B12 (>100%不得分), B51.
    Examples:
        =PERF_SCORE_LINEAR(2,0.3552,0.1,0.01,0.03) -> 0.47
        =PERF_SCORE_LINEAR(2,0.3552,0.1,0.01,0.03,"高于","不足不扣") -> 0.5
        =PERF_SCORE_LINEAR(2,0.3552,0.1,0.01,0.03,"高于","不足也扣") -> 0.44
        =PERF_SCORE_LINEAR(2,0.93,0.95,0.01,0.05,"低于") -> 1.8
        =PERF_SCORE_LINEAR(2,1.01,0.95,0.01,0.05,"低于",,1) -> 0
    """
    side = checked_option(direction, ABOVE, BELOW, EITHER)
    way = checked_option(partial, PROPORTIONAL, WHOLE_STEPS, STARTED_STEPS)
    if step <= 0:
        raise out_of_range("一步的大小应大于 0")
    if over is not None and compare(value, over) > 0:
        return bounded(0, weight)
    excess = threshold - value if side == BELOW else (abs(value) if side == EITHER else value) - threshold
    steps = round_half_up(max(excess, 0.0) / step, 10)
    if way == WHOLE_STEPS:
        steps = math.floor(steps)
    elif way == STARTED_STEPS:
        steps = math.ceil(steps)
    return bounded(weight * (1 - steps * share), weight)
