"""Points by a table: tiers of a value, options, a checklist."""

from __future__ import annotations

import math

from xlperf.errors import missing, out_of_range, wrong_type
from xlperf.functions.plain import scores as plain_scores
from xlperf.functions.scoring.arguments import WEIGHT, bounded, checked_points
from xlperf.functions.tiers import first_that_holds, option_points
from xlperf.registry import Kind, Parameter, as_flag, as_number, worksheet_function
from xlperf.values import Grid, Value


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
    return bounded(checked_points(first_that_holds(value, tiers)), weight)


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
