"""From rule scores to the result: the award that counts, the total, the grade."""

from __future__ import annotations

import math

from xlperf.errors import CellError, missing, out_of_range, wrong_type, zero_denominator
from xlperf.functions.plain import summary as plain_summary
from xlperf.functions.tiers import first_that_holds
from xlperf.registry import Kind, Parameter, as_number, worksheet_function
from xlperf.values import Grid, Value, as_text, compare, is_blank, round_half_up

NOT_COMPUTABLE = ("#N/A", "#DIV/0!")


@worksheet_function(
    "PERF_AWARD",
    label="计入得分",
    help="有评定分用评定分，没有用确定的规则分，都没有得 #N/A。评定分与确定的规则分不等、或规则只给区间、或缺数据时必须写理由，否则得 #VALUE!。",
    parameters=(
        Parameter("rule_low", Kind.ANY, "规则分下限"),
        Parameter("rule_high", Kind.ANY, "规则分上限；与下限相等就是确定的规则分"),
        Parameter("award", Kind.NUMBER, "评定分，可留空", is_required=False),
        Parameter("reason", Kind.ANY, "改判或认定的理由，可留空", is_required=False),
    ),
    native=plain_summary.award,
)
def award(rule_low: Value, rule_high: Value, award: float | None = None, reason: Value = None) -> float:
    """The score that counts: the award, else the determined rule score; a needed reason must be there.

    Args:
        rule_low: the rule score's lower bound (points), or the error that says it can't be had.
        rule_high: its upper bound; equal bounds are a determined score.
        award: the evaluator's score (points), blank where the rule stands.
        reason: text; needed unless the award equals a determined rule score.
    Returns: points, two places.
    Errors: #N/A: no award, and no determined rule score; #VALUE!: a needed reason is missing, text for a number.
    Source: the working papers' three columns 规则分, 评定分, 理由.
    Examples:
        =PERF_AWARD(2,2) -> 2
        =PERF_AWARD(0,0,2,"县里统一调配") -> 2
        =PERF_AWARD(0,0,2) -> #VALUE!
        =PERF_AWARD(0,4,3,"酌情") -> 3
        =PERF_AWARD(0,4) -> #N/A
        =PERF_AWARD(NA(),NA(),2,"无上年数") -> 2
    """
    determined = _determined(rule_low, rule_high)
    if award is None:
        if determined is None:
            raise missing("规则分不确定，须由评价人评定")
        return round_half_up(determined)
    if determined is None or compare(round_half_up(award), round_half_up(determined)) != 0:
        if isinstance(reason, CellError):
            raise reason
        if is_blank(reason) or not str(reason).strip():
            raise wrong_type("评定分与规则分不同，须写理由")
    return round_half_up(award)


def _determined(low: Value, high: Value) -> float | None:
    """The one rule score, or None where the rule leaves room or lacks data; wrong inputs are passed on."""
    is_known = True
    for bound in (low, high):
        if isinstance(bound, CellError):
            if bound.code not in NOT_COMPUTABLE:
                raise bound
            is_known = False
        elif is_blank(bound):
            is_known = False
    if not is_known:
        return None
    lower, upper = as_number(low, "rule_low"), as_number(high, "rule_high")
    return lower if compare(lower, upper) == 0 else None


@worksheet_function(
    "PERF_TOTAL",
    label="合计得分",
    help="各项得分相加，保留两位小数；任一项出错或未填，合计也出错。可给总分上限。",
    parameters=(
        Parameter("scores", Kind.NUMBERS, "各项得分"),
        Parameter("cap", Kind.NUMBER, "可省略。合计的上限", is_required=False),
    ),
    native=plain_summary.total,
)
def total(scores: list[float], cap: float | None = None) -> float:
    """The sum of scores, never more than a cap; nothing is hidden: one error makes the total an error.

    Args:
        scores: points.
        cap: the highest total allowed (points).
    Returns: points, two places.
    Errors: an error in a score is passed on; #N/A: a score is blank; #VALUE!: text.
    Source: 评分表“合计”.
    Examples:
        =PERF_TOTAL({15,32.5,35.07}) -> 82.57
        =PERF_TOTAL({60,45},100) -> 100
    """
    points = round_half_up(math.fsum(scores))
    return points if cap is None else min(points, round_half_up(cap))


@worksheet_function(
    "PERF_RESCALE",
    label="折算得分",
    help="不适用的指标剔除后按满分折算：得分×满分÷参评指标的分值，保留两位小数。参评分值为零得 #DIV/0!。",
    parameters=(
        Parameter("score", Kind.NUMBER, "参评指标的得分"),
        Parameter("counted", Kind.NUMBER, "参评指标的分值合计"),
        Parameter("full", Kind.NUMBER, "折算后的满分，如 100"),
    ),
    native=plain_summary.rescale,
)
def rescale(score: float, counted: float, full: float) -> float:
    """A score of the indicators that apply, in proportion to the full marks.

    Args:
        score: points reached.
        counted: the weights of the indicators that apply, together (points).
        full: the full marks (points).
    Returns: points, two places.
    Errors: #N/A: an input is blank; #VALUE!: text; #NUM!: negative weights; #DIV/0!: no indicator applies.
    Source: 不适用指标剔除后按比例折算为百分制.
    Examples:
        =PERF_RESCALE(82,95,100) -> 86.32
        =PERF_RESCALE(0,95,100) -> 0
        =PERF_RESCALE(82,0,100) -> #DIV/0!
    """
    if counted < 0 or full < 0:
        raise out_of_range("分值不能为负")
    if counted == 0:
        raise zero_denominator("参评指标的分值为零")
    return round_half_up(score * full / counted)


@worksheet_function(
    "PERF_GRADE",
    label="等级",
    help="总分对应的等级。等级表三列：比较符、界限、等级；也可写成文字，如 ≥90:优; ≥80:良; ≥60:中; 否则:差。",
    parameters=(
        Parameter("score", Kind.NUMBER, "总分"),
        Parameter("bands", Kind.TABLE, "等级表：区域（比较符、界限、等级）或文字"),
    ),
    native=plain_summary.grade,
)
def grade(score: float, bands: Grid | Value) -> str:
    """The grade of a total by half-open bands.

    Args:
        score: points, compared after rounding to two places.
        bands: a range of rows (operator, threshold, grade) or text.
    Returns: the grade's name.
    Errors: #N/A: an input is blank, no band applies; #VALUE!: text for the score, an unreadable band.
    Source: the framework's table of grades.
    Examples:
        =PERF_GRADE(82.57,"≥90:优; ≥80:良; ≥60:中; 否则:差") -> "良"
        =PERF_GRADE(89.999,"≥90:优; ≥80:良; ≥60:中; 否则:差") -> "优"
        =PERF_GRADE(79.6,"≥90:优; ≥80:良; ≥60:中; 否则:差") -> "中"
    """
    return as_text(first_that_holds(round_half_up(score), bands))
