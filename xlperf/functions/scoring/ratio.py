"""The weight times a rate."""

from __future__ import annotations

from xlperf.errors import missing, out_of_range
from xlperf.functions.plain import scores as plain_scores
from xlperf.functions.plain.scores import CAP, DEDUCT, ZERO
from xlperf.functions.scoring.arguments import WEIGHT, bounded, checked_option
from xlperf.registry import Kind, Parameter, worksheet_function
from xlperf.values import compare


@worksheet_function(
    "PERF_SCORE_RATIO",
    label="按比例得分",
    help="分值×比率，保留两位小数。比率超过 100% 时：封顶（默认，得满分）、归零（得 0 分）、扣分（达到 over_rate 扣 over_points 分，未达到得满分）。",
    parameters=(
        WEIGHT,
        Parameter("rate", Kind.NUMBER, "比率，1 表示 100%"),
        Parameter("over", Kind.TEXT, "可省略。超过 100% 时：封顶（默认）、归零、扣分", is_required=False),
        Parameter("over_rate", Kind.NUMBER, "可省略。“扣分”用：达到此比率即扣分，如 130%", is_required=False),
        Parameter("over_points", Kind.NUMBER, "可省略。“扣分”用：扣几分", is_required=False),
    ),
    native=plain_scores.score_ratio,
)
def score_ratio(
    weight: float,
    rate: float,
    over: str | None = None,
    over_rate: float | None = None,
    over_points: float | None = None,
) -> float:
    """The weight times a rate; a rate over 100% is capped, gives 0, or costs points from a certain rate on.

    Args:
        weight: points.
        rate: ratio, 1 = 100%; below 0 gives 0.
        over: 封顶 (default), 归零 or 扣分, for a rate over 100%.
        over_rate: with 扣分 the ratio from which points are taken off the weight, 1 or more; below it, the whole weight.
        over_points: with 扣分 the points taken off.
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: an input is blank, 扣分 without its rate or points; #VALUE!: text, an unknown option; #NUM!: a
        negative weight, an over_rate below 1, negative points.
    Source: 仁化 2021 部门预算支出率, 政府采购执行率 (如实际采购金额大于采购计划金额则本项不得分); 扣分: 实际超目标 30% 及以上扣 2 分.
    Examples:
        =PERF_SCORE_RATIO(5,209.26/213.7) -> 4.9
        =PERF_SCORE_RATIO(2,1.2) -> 2
        =PERF_SCORE_RATIO(2,1.2,"归零") -> 0
        =PERF_SCORE_RATIO(10,1.35,"扣分",130%,2) -> 8
        =PERF_SCORE_RATIO(10,1.2,"扣分",130%,2) -> 10
    """
    at_excess = checked_option(over, CAP, ZERO, DEDUCT)
    if at_excess == DEDUCT:
        if over_rate is None or over_points is None:
            raise missing("扣分的比率或分数未填")
        if compare(over_rate, 1) < 0 or over_points < 0:
            raise out_of_range("扣分的比率不能小于 100%，分数不能为负")
        if compare(rate, over_rate) >= 0:
            return bounded(weight - over_points, weight)
    if compare(rate, 1) > 0 and at_excess == ZERO:
        return bounded(0, weight)
    return bounded(weight * rate, weight)
