"""Scoring texts as formulas: the official text in a cell is read and carried out (a text in two senses is never guessed at)."""

from __future__ import annotations

from typing import NoReturn

from xlperf.errors import CellError
from xlperf.functions.plain.operands import NoPlainFormError, Operand
from xlperf.functions.scoring.arguments import WEIGHT, checked_weight
from xlperf.registry import Kind, Parameter, worksheet_function
from xlperf.values import Value, is_blank

_ORDINALS = "一二三四五六七八"
_TEXT = Parameter("text", Kind.TEXT, "评分标准原文所在的格（公式里直接写的文字不能超过 255 个字符）")
_VALUES = tuple(
    Parameter(
        f"value{number}",
        Kind.VALUES,
        "可省略。原文要用的第一个数，或几个数的区域；按原文先后：比率按公式给分子、分母（就是比率的，分母处写“比率”），核查结果给处数或选项"
        if number == 1
        else f"可省略。第{ordinal}个",
        is_required=False,
    )
    for number, ordinal in enumerate(_ORDINALS, 1)
)


def _no_plain_form(
    weight: Operand, text: Operand, value1: Operand, value2: Operand, value3: Operand, value4: Operand,
    value5: Operand, value6: Operand, value7: Operand, value8: Operand,
) -> NoReturn:  # fmt: skip
    """No formula of Excel's own reads a text."""
    raise NoPlainFormError("读评分标准原文的函数没有普通公式；普通公式版请用 xlperf new 由标准生成")


@worksheet_function(
    "PERF_SCORE_RULE",
    label="按原文得分",
    help="照评分标准原文算得分。原文有两种读法、没读懂得 #VALUE!，须评价组判断、缺数得 #N/A；为什么，用 PERF_EXPLAIN_RULE 看。",
    parameters=(WEIGHT, _TEXT, *_VALUES),
    native=_no_plain_form,
)
def score_rule(
    weight: float, text: str, value1: list[Value] | None = None, value2: list[Value] | None = None,
    value3: list[Value] | None = None, value4: list[Value] | None = None, value5: list[Value] | None = None,
    value6: list[Value] | None = None, value7: list[Value] | None = None, value8: list[Value] | None = None,
) -> float:  # fmt: skip
    """The score that an official scoring text gives for figures; a text that may be read in two ways gives none.

    Args:
        weight: points.
        text: the official text, by reference: a literal in a formula holds 255 characters.
        value1: the first figure that the text needs, or a range of several, in the order of the text; a rate that the
            text defines as a quotient takes two, numerator and denominator (比率 in the second place: it is the rate
            itself); what is found at a point (问题处数, an option) stands behind the figures of that point.
        value2: the second.
        value3: the third.
        value4: the fourth.
        value5: the fifth.
        value6: the sixth.
        value7: the seventh.
        value8: the eighth.
    Returns: points from 0 to the weight, two places.
    Errors: #N/A: an input is blank, the evaluator has to judge; #VALUE!: two readings, not understood, text for a number,
        too many figures; #DIV/0!: a denominator is zero; #NUM!: negative weight.
    Source: the texts of 仁化 2021 and 延津 2022 (部门预算支出率, 预算调整率).
    Examples:
        =PERF_SCORE_RULE(5,"得分=支出率×分值",0.9792) -> 4.9
        =PERF_SCORE_RULE(5,"本指标得分=实际支出数/预算数×分值",209.26,213.7) -> 4.9
        =PERF_SCORE_RULE(5,"本指标得分=实际支出数/预算数×分值",0.9792,"比率") -> 4.9
        =PERF_SCORE_RULE(3,"支出率≥90%得3分，≥80%得2分，＜80%不得分",0.9) -> 3
        =PERF_SCORE_RULE(5,"每发现一项不符扣2分，扣完为止",1) -> 3
        =PERF_SCORE_RULE(5,"由评价组酌情给分") -> #N/A
        =PERF_SCORE_RULE(5,"支出率≥95%得满分，每低1个百分点扣0.5分，扣完为止",0.9) -> #VALUE!
    """
    from xlperf.rules.executed_text import executed

    given = (value1, value2, value3, value4, value5, value6, value7, value8)
    return executed(text, checked_weight(weight), _flat(given)).score


@worksheet_function(
    "PERF_EXPLAIN_RULE",
    label="按原文得分的说明",
    help="一句话说明照评分标准原文怎样算出得分，或为什么算不出（两种读法并列写出，没读懂的引出原文）。不给数时说明读成了什么、要哪些数。",
    parameters=(WEIGHT, _TEXT, *_VALUES),
    native=_no_plain_form,
)
def explain_rule(
    weight: float, text: str, value1: list[Value] | None = None, value2: list[Value] | None = None,
    value3: list[Value] | None = None, value4: list[Value] | None = None, value5: list[Value] | None = None,
    value6: list[Value] | None = None, value7: list[Value] | None = None, value8: list[Value] | None = None,
) -> str:  # fmt: skip
    """One sentence of how an official scoring text comes to its score, or why it gives none.

    Args:
        weight: points.
        text: the official text, by reference.
        value1: the first figure that the text needs, as of PERF_SCORE_RULE; none at all: what the text is understood as.
        value2: the second.
        value3: the third.
        value4: the fourth.
        value5: the fifth.
        value6: the sixth.
        value7: the seventh.
        value8: the eighth.
    Returns: text.
    Errors: #N/A: no weight, no text; #VALUE!: the weight is text; #NUM!: negative weight; an error in a figure is passed on.
    Source: the words are those of xlperf explain.
    Examples:
        =PERF_EXPLAIN_RULE(5,"得分=支出率×分值",0.9792) -> "分值 5 × 97.92% = 4.90"
        =PERF_EXPLAIN_RULE(5,"由评价组酌情给分") -> "须评价组判断：“由评价组酌情给分”"
    """
    from xlperf.rules.executed_text import described, executed

    values = _flat((value1, value2, value3, value4, value5, value6, value7, value8))
    passed_on = next((value for value in values if isinstance(value, CellError)), None)
    if passed_on is not None:
        raise passed_on
    full = checked_weight(weight)
    if all(is_blank(value) for value in values):
        return described(text, full)
    try:
        return executed(text, full, values).sentence
    except CellError as error:
        return f"算不出：{error.reason or error}"


def _flat(given: tuple[list[Value] | None, ...]) -> list[Value]:
    """All figures in their order; one that is left out is blank, as in Excel."""
    return [value for values in given for value in ([None] if values is None else values)]
