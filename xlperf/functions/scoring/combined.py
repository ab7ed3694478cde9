"""Points made of points: parts that add up, a gate before them."""

from __future__ import annotations

import math

from xlperf.functions.plain import scores as plain_scores
from xlperf.functions.scoring.arguments import bounded
from xlperf.registry import Kind, Parameter, as_number, worksheet_function
from xlperf.values import Value, round_half_up


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
