"""Surveys: the rate of satisfaction from the counts of each option, by a scheme that is written out."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from operator import truediv

from xlperf.errors import missing, out_of_range, zero_denominator
from xlperf.functions.plain import survey as plain_surveys
from xlperf.functions.survey_schemes import DEFAULT_SCHEME, POOLED, RESULT_PLACES, TRUNCATED, parse_scheme
from xlperf.registry import Kind, Parameter, as_number, worksheet_function
from xlperf.values import Grid, Value, exact, is_blank, round_half_up


@worksheet_function(
    "PERF_SATISFACTION",
    label="问卷满意度",
    help="由各题各选项的份数按口径算满意度，1 表示 100%。选项由好到差，按位次取权重；没有的选项留空，整行空白的题不计；一题全为 0 得 #DIV/0!。",
    parameters=(
        Parameter("counts", Kind.TABLE, "份数区域：一题一行，一个选项一列，由好到差；不计入的选项（如不了解）留空"),
        Parameter(
            "scheme",
            Kind.TEXT,
            "可省略。权重（前两档，或 100/80/60/40/20）,题平均或合并,四舍五入或截断（到 0.01%，不写不取整）；默认 前两档,题平均",
            is_required=False,
        ),
    ),
    native=plain_surveys.satisfaction,
)
def satisfaction(counts: Grid | Value, scheme: str | None = None) -> float:
    """The rate of satisfaction of a survey: options weighted by their position, questions averaged or pooled.

    Args:
        counts: a range of counts, one row a question, one column an option from best to worst; blank: no such option.
        scheme: text: 前两档 or weights in percent such as 100/80/60/40/20, which a question with fewer options takes
            from the first on; then 题平均 (default) or 合并; then 四舍五入, 截断 (to 0.01 %) or nothing (unrounded).
    Returns: ratio, 1 = 100%.
    Errors: #N/A: nothing is filled in; #VALUE!: text, an unknown scheme, more options than weights; #NUM!: a negative or
        broken count; #DIV/0!: a question that nobody answered; an error in a count is passed on.
    Source: 延津 2022 附件2: 工作人员 323/330 = 97.88%.
    Examples:
        =PERF_SATISFACTION({49,5,1,0,0}) -> 0.981818181818182
        =PERF_SATISFACTION({57,18,3,0,0;66,10,2,"",""},"100/75/50/25/0,合并,四舍五入") -> 0.9391
        =PERF_SATISFACTION({2,1,0},"前两档,题平均,截断") -> 1
        =PERF_SATISFACTION({2,1,0},"满意就行") -> #VALUE!
    """
    rows = counts if isinstance(counts, list) else [[counts]]
    # Text is refused before any number is, as in the plain formula.
    filled = [[(n, as_number(cell, "份数")) for n, cell in enumerate(row) if not is_blank(cell)] for row in rows]
    questions = [row for row in filled if row]
    if not questions:
        raise missing("没有一题填了份数")
    _require_whole(count for row in questions for _, count in row)
    answers = [math.fsum(count for _, count in row) for row in questions]
    if 0 in answers:
        raise zero_denominator("有一题没有人回答")
    # Only now, as in the plain formula, whether the scheme is one and fits.
    chosen = parse_scheme(DEFAULT_SCHEME if scheme is None else scheme)
    points = [math.fsum(chosen.weight(position) * count for position, count in row) for row in questions]
    if chosen.pooling == POOLED:
        result = math.fsum(points) / math.fsum(answers)
    else:
        result = math.fsum(map(truediv, points, answers)) / len(questions)
    return _rounded(result / 100, chosen.rounding)


def _require_whole(counts: Iterable[float]) -> None:
    for count in counts:
        if count < 0 or count != math.floor(count):
            raise out_of_range(f"份数 {count:g} 应为非负整数")


def _rounded(value: float, rounding: str) -> float:
    if rounding == TRUNCATED:
        return float(exact(value).quantize(Decimal(1).scaleb(-RESULT_PLACES), ROUND_DOWN))
    return round_half_up(value, RESULT_PLACES) if rounding else value
