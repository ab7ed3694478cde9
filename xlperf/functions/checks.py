"""Comparisons: whether a threshold is met, whether two amounts are the same."""

from __future__ import annotations

from decimal import Decimal

from xlperf.errors import CellError, missing, out_of_range, wrong_type
from xlperf.functions import tiers
from xlperf.functions.plain import checks as plain_checks
from xlperf.registry import Kind, Parameter, worksheet_function
from xlperf.values import COMPARED_PLACES, Value, compare, exact, is_blank, is_number, round_half_up

SMALLEST_UNIT = Decimal("0.01")


@worksheet_function(
    "PERF_MEETS",
    label="是否达标",
    help="各项数值与界限比较：有一项不符得 FALSE；没有不符而有缺数据得 #N/A；全部符合得 TRUE。",
    parameters=(
        Parameter("values", Kind.VALUES, "数值，一个或一列；也可以是 TRUE/FALSE"),
        Parameter("operators", Kind.VALUES, "比较符，一个或一列：≥ > ≤ < ="),
        Parameter("thresholds", Kind.VALUES, "界限，一个或一列"),
    ),
    native=plain_checks.meets,
)
def meets(values: list[Value], operators: list[Value], thresholds: list[Value]) -> bool:
    """Whether every value meets its threshold; one that certainly does not decides, even where others lack data.

    Args:
        values: numbers, or TRUE/FALSE.
        operators: one each: ≥ > ≤ < =.
        thresholds: one each, in the value's unit.
    Returns: TRUE or FALSE; numbers are compared at ten decimals.
    Errors: #N/A: nothing fails but something is missing; #VALUE!: text, an unknown operator, lists of unequal length.
    Source: 仁化 2021 政务服务好差评 (five conditions), 公用经费控制率 (决算数≤调整预算数).
    Examples:
        =PERF_MEETS(53.61,"≤",53.61) -> TRUE
        =PERF_MEETS({1,0.1103},{"≥","≥"},{0.9,0.1738}) -> FALSE
        =PERF_MEETS("10","≥",9) -> #VALUE!
    """
    if not len(values) == len(operators) == len(thresholds):
        raise wrong_type("数值、比较符、界限的个数不一致")
    holds = True
    absent: CellError | None = None
    for value, sign, threshold in zip(values, operators, thresholds, strict=True):
        try:
            holds = _holds(value, tiers.operator(sign), threshold) and holds
        except CellError as error:
            if error.code not in ("#N/A", "#DIV/0!"):
                raise
            # It is a cell's value: what it would carry along is a whole workbook.
            kept = error.with_traceback(None)
            absent = absent or kept
    if holds and absent is not None:
        raise absent
    return holds


def _holds(value: Value, sign: str, threshold: Value) -> bool:
    if sign not in tiers.OPERATORS:
        raise wrong_type("这里不能用“否则”")
    for side in (value, threshold):
        if isinstance(side, CellError):
            raise side
        if is_blank(side):
            raise missing("数值或界限未填")
    if isinstance(value, bool) and isinstance(threshold, bool) and sign == "=":
        return value is threshold
    if is_number(value) and is_number(threshold):
        return tiers.OPERATORS[sign](compare(value, threshold))
    raise wrong_type(f"“{value}”与“{threshold}”不能比较")


@worksheet_function(
    "PERF_SAME",
    label="是否相符",
    help="两数按十进制比较，差不超过 项数×0.01 即相符（舍入差）。",
    parameters=(
        Parameter("a", Kind.NUMBER, "一边的数"),
        Parameter("b", Kind.NUMBER, "另一边的数"),
        Parameter("terms", Kind.NUMBER, "可省略。参与加减的项数，默认 1；填 0 要求完全相等", is_required=False),
    ),
    native=plain_checks.same,
)
def same(a: float, b: float, terms: float | None = None) -> bool:
    """Whether two amounts agree but for the rounding of published figures, compared as decimals.

    Args:
        a: an amount.
        b: an amount, in the same unit.
        terms: how many rounded figures went in; each allows 0.01 (default 1).
    Returns: TRUE or FALSE.
    Errors: #N/A: an input is blank; #VALUE!: text; #NUM!: negative terms.
    Source: 勾稽 tolerance: 项数×最小公布单位 0.01 万元; 95.36+10.23-105.58 is 0.01, in binary more.
    Examples:
        =PERF_SAME(95.36+10.23,105.58) -> TRUE
        =PERF_SAME(95.36+10.23,105.57) -> FALSE
        =PERF_SAME(30.62,30.63,0) -> FALSE
        =PERF_SAME(5-4.9,0.1,0) -> TRUE
    """
    if terms is not None and terms < 0:
        raise out_of_range("项数不能为负")
    apart, allowed = abs(a - b), 0.01 * (1.0 if terms is None else terms)
    # Most amounts are so far from the tolerance that neither the cut to 15 digits nor the rounding to ten places matters.
    doubt = 2e-10 + 2e-14 * (abs(a) + abs(b) + allowed)
    if apart > allowed + doubt:
        return False
    if a == b or apart < allowed - doubt:
        return True
    tolerance = SMALLEST_UNIT * exact(1.0 if terms is None else terms)
    return abs(_amount(a) - _amount(b)) <= tolerance


def _amount(value: float) -> Decimal:
    """An amount without the binary dust of a subtraction: 5-4.9 is 0.1."""
    return exact(round_half_up(value, COMPARED_PLACES))
