"""Rule scores: points between 0 and the weight, rounded half up to 0.01. Each function is one kind of rubric."""

from __future__ import annotations

import math

from xlperf.errors import missing, out_of_range, wrong_type, zero_denominator
from xlperf.functions.plain import scores as plain_scores
from xlperf.functions.plain.scores import (
    ABOVE,
    BELOW,
    CAP,
    DEDUCT,
    EITHER,
    PROPORTIONAL,
    STARTED_STEPS,
    WHOLE_STEPS,
    ZERO,
)
from xlperf.functions.tiers import first_that_holds, option_points
from xlperf.registry import Kind, Parameter, as_flag, as_number, worksheet_function
from xlperf.values import COMPARED_PLACES, Grid, Value, compare, round_half_up

WEIGHT = Parameter("weight", Kind.NUMBER, "指标或要点的分值")


def bounded(points: float, weight: float) -> float:
    """Points kept between 0 and the weight, then rounded half up to 0.01."""
    return round_half_up(min(max(points, 0.0), _weight(weight)))


def _weight(weight: float) -> float:
    if weight < 0:
        raise out_of_range("分值不能为负")
    return weight


def _count(value: float, name: str) -> float:
    """A whole number; the binary dust of a calculation does not make it a broken one."""
    number = round_half_up(value, COMPARED_PLACES)
    if number < 0 or number != math.floor(number):
        raise out_of_range(f"{name} 应为非负整数")
    return number


def _option(given: str | None, *allowed: str) -> str:
    """The chosen option; the first is the default."""
    if given is None:
        return allowed[0]
    if given not in allowed:
        raise wrong_type(f"选项“{given}”不认识，可用：{'、'.join(allowed)}")
    return given


def _points(result: float | str) -> float:
    if isinstance(result, str):
        raise wrong_type(f"得分“{result}”不是数字")
    return result


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
    at_excess = _option(over, CAP, ZERO, DEDUCT)
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


@worksheet_function(
    "PERF_SCORE_TIERS",
    label="分档得分",
    help="从上到下第一个符合的档给分。分档表三列：比较符、界限、得分；也可写成文字，如 ≥100%:2; ≥80%:1.5; 否则:0。没有一档适用得 #N/A。",
    parameters=(
        WEIGHT,
        Parameter("value", Kind.NUMBER, "用来比较的数，如比率"),
        Parameter("tiers", Kind.TABLE, "分档表：区域（比较符、界限、得分）或文字"),
    ),
    native=plain_scores.score_tiers,
)
def score_tiers(weight: float, value: float, tiers: Grid | Value) -> float:
    """The points of the first tier that applies; 85%~90% style limits keep their ≥ and ＞ apart.

    Args:
        weight: points; no tier gives more.
        value: the number compared (at ten decimals), in the unit of the thresholds.
        tiers: a range of rows (operator, threshold, points) or text.
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: an input is blank, or no tier applies; #VALUE!: text, an unreadable tier; #NUM!: negative weight.
    Source: 仁化 2021 绩效目标覆盖率, 结转结余率, 固定资产利用率, 预算调整率.
    Examples:
        =PERF_SCORE_TIERS(2,0.8,"≥100%:2; ≥80%:1.5; ≥60%:1; 否则:0") -> 1.5
        =PERF_SCORE_TIERS(2,1.05,"≤100%:2; >100%:0") -> 0
        =PERF_SCORE_TIERS(2,0.1+0.2,"≤30%:2; 否则:0") -> 2
        =PERF_SCORE_TIERS(2,0.5,"≥60%:1") -> #N/A
    """
    return bounded(_points(first_that_holds(value, tiers)), weight)


@worksheet_function(
    "PERF_SCORE_CHOICE",
    label="选项得分",
    help="按选项给分，如“按规定公开:1.5; 未达要求:1; 没有公开:0”。选项不在表里得 #VALUE!。",
    parameters=(
        WEIGHT,
        Parameter("choice", Kind.TEXT, "选中的选项"),
        Parameter("table", Kind.TABLE, "选项表：区域（选项、得分）或文字"),
    ),
    native=plain_scores.score_choice,
)
def score_choice(weight: float, choice: str, table: Grid | Value) -> float:
    """The points that belong to a chosen option.

    Args:
        weight: points; no option gives more.
        choice: one of the options, as written in the table.
        table: a range of rows (option, points) or text.
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: an input is blank; #VALUE!: not an option, an unreadable table; #NUM!: negative weight.
    Source: 仁化 2021 预决算信息.
    Examples:
        =PERF_SCORE_CHOICE(1.5,"未达要求","按规定公开:1.5; 未达要求:1; 没有公开:0") -> 1
        =PERF_SCORE_CHOICE(1.5,"其他","按规定公开:1.5; 没有公开:0") -> #VALUE!
    """
    name = choice.strip()
    if not name:
        raise missing("没有选")
    points = option_points(name, table)
    if points is None:
        raise wrong_type(f"选项“{choice}”不在表里")
    return bounded(points, weight)


@worksheet_function(
    "PERF_SCORE_CHECKLIST",
    label="要点清单得分",
    help="各要点符合程度（TRUE/FALSE 或 0～1）乘以占分值的比例后相加，超过分值的封顶。不给比例时平均分配。",
    parameters=(
        WEIGHT,
        Parameter("met", Kind.VALUES, "各要点是否符合：TRUE/FALSE，部分符合填 0～1"),
        Parameter("shares", Kind.NUMBERS, "可省略。各要点占分值的比例，如 50%", is_required=False),
    ),
    native=plain_scores.score_checklist,
)
def score_checklist(weight: float, met: list[Value], shares: list[float] | None = None) -> float:
    """The weight shared out over points to be met, each met wholly, partly or not; capped at the weight.

    Args:
        weight: points.
        met: one a point: TRUE, FALSE or 0 to 1.
        shares: one a point: its share of the weight (0.5 = half); equal shares where left out.
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: a point is blank; #VALUE!: text, lists of unequal length; #NUM!: not within 0 and 1.
    Source: 仁化 2021 预算编制合理性 (5×1), 绩效指标明确性 (2+1+1+1 of 4: capped); 延津 2022 A22 (50/25/25).
    Examples:
        =PERF_SCORE_CHECKLIST(5,{TRUE,FALSE,TRUE,TRUE,TRUE}) -> 4
        =PERF_SCORE_CHECKLIST(2,{1,0.5,0},{0.5,0.25,0.25}) -> 1.25
        =PERF_SCORE_CHECKLIST(4,{1,1,1,1},{0.5,0.25,0.25,0.25}) -> 4
    """
    degrees = [_degree(value) for value in met]
    parts = [1 / len(degrees)] * len(degrees) if shares is None else shares
    if len(parts) != len(degrees):
        raise wrong_type("要点数与比例数不一致")
    return bounded(weight * math.fsum(d * s for d, s in zip(degrees, parts, strict=True)), weight)


def _degree(value: Value) -> float:
    degree = float(as_flag(value, "met")) if isinstance(value, bool) else as_number(value, "met")
    if not 0 <= degree <= 1:
        raise out_of_range("符合程度应在 0～1 之间")
    return degree


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
    return bounded(weight - _count(count, "处数") * points, weight)


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
    return bounded(weight * (1 - _count(count, "处数") * share), weight)


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
    side = _option(direction, ABOVE, BELOW, EITHER)
    way = _option(partial, PROPORTIONAL, WHOLE_STEPS, STARTED_STEPS)
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
    short = max(_count(target, "目标项数") - _count(count, "实际项数"), 0)
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
    return bounded(_points(first_that_holds(change, tiers)), weight)


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
    applicable = _count(total, "总数") - _count(not_applicable or 0.0, "不适用数")
    if applicable < _count(done, "已完成数"):
        raise out_of_range("已完成数多于总数")
    if applicable == 0:
        raise zero_denominator("总数为零")
    return bounded(weight * done / applicable, weight)


@worksheet_function(
    "PERF_SCORE_PARTS",
    label="要点合计得分",
    help="各要点得分相加，超过分值的封顶。任一要点缺数据得 #N/A。",
    parameters=(
        Parameter("parts", Kind.NUMBERS, "各要点的得分"),
        Parameter("weight", Kind.NUMBER, "指标的分值"),
    ),
    native=plain_scores.score_parts,
)
def score_parts(parts: list[float], weight: float) -> float:
    """The sum of an indicator's points, capped at its weight.

    Args:
        parts: the points of each part.
        weight: the indicator's weight.
    Returns: points from 0 to the weight, two places.
    Errors: an error in a part is passed on; #N/A: a part is blank; #VALUE!: text; #NUM!: negative weight.
    Source: 仁化 2021 预决算信息 (1.5+1.5), 绩效指标明确性 (5 of 4).
    Examples:
        =PERF_SCORE_PARTS({1.5,1},3) -> 2.5
        =PERF_SCORE_PARTS({2,1,1,1},4) -> 4
    """
    return bounded(math.fsum(parts), weight)


@worksheet_function(
    "PERF_SCORE_GATE",
    label="门槛得分",
    help="过了门槛按得分计，没过按“否则”计（默认 0 分）。",
    parameters=(
        Parameter("score", Kind.ANY, "过了门槛时的得分"),
        Parameter("passed", Kind.FLAG, "是否过了门槛：TRUE 或 FALSE"),
        Parameter("otherwise", Kind.NUMBER, "可省略。没过门槛时的得分，默认 0", is_required=False),
    ),
    native=plain_scores.score_gate,
)
def score_gate(score: Value, passed: bool, otherwise: float | None = None) -> float:
    """A score that counts only behind a gate: a veto, or evidence that must be there first.

    Args:
        score: points; looked at only where the gate is passed.
        passed: TRUE or FALSE.
        otherwise: points where it is not (default 0).
    Returns: points, two places.
    Errors: #N/A: passed is blank, or the score is where it counts; #VALUE!: text; an error in the score is passed on.
    Source: 仁化 2021 项目监管 (绩效评价等级有低或差的，本项不得分).
    Examples:
        =PERF_SCORE_GATE(4.5,TRUE) -> 4.5
        =PERF_SCORE_GATE(4.5,FALSE) -> 0
        =PERF_SCORE_GATE(NA(),FALSE,1) -> 1
    """
    return round_half_up(as_number(score, "score") if passed else otherwise or 0.0)
