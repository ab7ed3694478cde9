"""Points by facts: a test passed, a target count, the change on last year, the part that is done."""

from __future__ import annotations

import math

from xlperf.errors import out_of_range, zero_denominator
from xlperf.functions.plain import scores as plain_scores
from xlperf.functions.scoring.arguments import WEIGHT, bounded, checked_count, checked_points
from xlperf.functions.tiers import first_that_holds
from xlperf.registry import Kind, Parameter, worksheet_function
from xlperf.values import Grid, Value


@worksheet_function(
    "PERF_SCORE_PASS",
    label="达标得分",
    help="达标得满分，否则 0 分。",
    parameters=(WEIGHT, Parameter("passed", Kind.FLAG, "是否达标：TRUE 或 FALSE")),
    native=plain_scores.score_pass,
)
def score_pass(weight: float, passed: bool) -> float:
    """The whole weight or nothing.

    Args:
        weight: points.
        passed: TRUE or FALSE (1 or 0).
    Returns: the weight or 0, two places.
    Errors: #N/A: an input is blank; #VALUE!: text; #NUM!: negative weight.
    Source: 仁化 2021 预算编制规划性, 公用经费控制率, 网络信息安全事件.
    Examples:
        =PERF_SCORE_PASS(2,53.61<=53.61) -> 2
        =PERF_SCORE_PASS(2,FALSE) -> 0
    """
    return bounded(weight if passed else 0, weight)


@worksheet_function(
    "PERF_SCORE_COUNT",
    label="数量达标得分",
    help="达到目标数得满分，每少一项扣若干分，扣完为止。",
    parameters=(
        WEIGHT,
        Parameter("count", Kind.NUMBER, "实际项数"),
        Parameter("target", Kind.NUMBER, "目标项数"),
        Parameter("points", Kind.NUMBER, "每少一项扣几分"),
    ),
    native=plain_scores.score_count,
)
def score_count(weight: float, count: float, target: float, points: float) -> float:
    """The weight where a target count is reached, less so many points for each one short.

    Args:
        weight: points.
        count: what was reached, a whole number.
        target: what was aimed at, a whole number.
        points: points taken off for each one short.
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: an input is blank; #VALUE!: text; #NUM!: a negative or broken count.
    Source: 延津 2022 D21 (≥3项满分，少一项扣1分: none at all still gives 6-3=3).
    Examples:
        =PERF_SCORE_COUNT(6,4,3,1) -> 6
        =PERF_SCORE_COUNT(6,0,3,1) -> 3
    """
    short = max(checked_count(target, "目标项数") - checked_count(count, "实际项数"), 0)
    return bounded(weight - short * points, weight)


@worksheet_function(
    "PERF_SCORE_CHANGE",
    label="同比变动得分",
    help="按(本年−上年)÷上年分档给分。上年本年都为零时先按“零对零”给分；上年为零而本年不为零，视为无限大的变动。",
    parameters=(
        WEIGHT,
        Parameter("current", Kind.NUMBER, "本年数"),
        Parameter("previous", Kind.NUMBER, "上年数"),
        Parameter("tiers", Kind.TABLE, "变动率的分档表：区域（比较符、界限、得分）或文字"),
        Parameter("zero_zero", Kind.NUMBER, "可省略。上年、本年都为零时的得分", is_required=False),
    ),
    native=plain_scores.score_change,
)
def score_change(
    weight: float, current: float, previous: float, tiers: Grid | Value, zero_zero: float | None = None
) -> float:
    """Points by tiers of the change on last year; the special case 0 to 0 goes before the ordinary tiers.

    Args:
        weight: points.
        current: this year's amount.
        previous: last year's amount, in the same unit.
        tiers: rows (operator, threshold of the change rate, points) or text.
        zero_zero: points where both years are 0. From 0 to something counts as a change beyond every threshold.
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: an input is blank, no tier applies; #VALUE!: text; #DIV/0!: 0 to 0 without zero_zero.
    Source: 仁化 2021 国库集中支付结转结余存量资金效率性, tier 5 before tier 3.
    Examples:
        =PERF_SCORE_CHANGE(3,0,0,"≤-15%:3; ≤-10%:2; ≤0:1; >0:0",3) -> 3
        =PERF_SCORE_CHANGE(3,88,100,"≤-15%:3; ≤-10%:2; ≤0:1; >0:0",3) -> 2
        =PERF_SCORE_CHANGE(3,5,0,"≤-15%:3; ≤-10%:2; ≤0:1; >0:0",3) -> 0
        =PERF_SCORE_CHANGE(3,0,0,"≤-15%:3; ≤-10%:2; ≤0:1; >0:0") -> #DIV/0!
    """
    if previous == 0 and current == 0:
        if zero_zero is None:
            raise zero_denominator("上年、本年都为零")
        return bounded(zero_zero, weight)
    change = math.copysign(math.inf, current) if previous == 0 else (current - previous) / previous
    return bounded(checked_points(first_that_holds(change, tiers)), weight)


@worksheet_function(
    "PERF_SCORE_DONE",
    label="完成率得分",
    help="分值×已完成数÷总数；不适用的从总数中剔除。已完成多于总数得 #NUM!，总数为零得 #DIV/0!。",
    parameters=(
        WEIGHT,
        Parameter("done", Kind.NUMBER, "已完成数（缺证据的视为未完成）"),
        Parameter("total", Kind.NUMBER, "总数"),
        Parameter("not_applicable", Kind.NUMBER, "可省略。不适用数，从总数中剔除", is_required=False),
    ),
    native=plain_scores.score_done,
)
def score_done(weight: float, done: float, total: float, not_applicable: float | None = None) -> float:
    """The weight times the part of the applicable items that are done.

    Args:
        weight: points.
        done: items done, a whole number; those without evidence don't count.
        total: all items, a whole number.
        not_applicable: items that don't apply, taken out of the total (default 0).
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: an input is blank; #VALUE!: text; #NUM!: a broken count, more done than there are; #DIV/0!: none.
    Source: 仁化 2021 重点工作完成率, 绩效目标完成率 (12/14×3 = 2.57), 项目完成及时性.
    Examples:
        =PERF_SCORE_DONE(3,12,14) -> 2.57
        =PERF_SCORE_DONE(3,4,5,1) -> 3
        =PERF_SCORE_DONE(3,0,0) -> #DIV/0!
        =PERF_SCORE_DONE(3,5,4) -> #NUM!
    """
    applicable = checked_count(total, "总数") - checked_count(not_applicable or 0.0, "不适用数")
    if applicable < checked_count(done, "已完成数"):
        raise out_of_range("已完成数多于总数")
    if applicable == 0:
        raise zero_denominator("总数为零")
    return bounded(weight * done / applicable, weight)
