"""Comparisons as plain formulas."""

from __future__ import annotations

from collections.abc import Callable

from xlperf.errors import CellError
from xlperf.functions import forms, tierforms
from xlperf.functions.forms import MISSING, OUT_OF_RANGE, WRONG
from xlperf.functions.operands import Operand, Shape, condition, literal
from xlperf.functions.tiers import OPERATORS, operator
from xlperf.values import is_blank, is_number


def meets(values: Operand, operators: Operand, thresholds: Operand) -> Operand:
    """All conditions; one that certainly does not hold decides over those that lack data, an error decides over all."""
    columns = [[cell for row in operand.cells() for cell in row] for operand in (values, operators, thresholds)]
    if len({len(column) for column in columns}) > 1:
        return condition(WRONG)
    rows = list(zip(*columns, strict=True))
    text = _test(*rows[0]) if len(rows) == 1 else _all_of(rows)
    return condition(forms.unmoved((values, operators, thresholds), text))


def _all_of(rows: list[tuple[Operand, Operand, Operand]]) -> str:
    """TRUE, FALSE or an error. An error but for #N/A and #DIV/0! comes first, then FALSE, then those two."""
    tests = [_test(*row) for row in rows]
    text = "TRUE"
    for test in reversed(tests):
        text = f"IF({test},{text})"
    surely = ",".join(f"IFERROR({test},TRUE)" for test in tests)
    text = f"IF(AND({surely}),{text},FALSE)"
    for value, _, threshold in reversed(rows):
        sides = _sides(value, threshold, lambda: "TRUE", None, True)
        text = f"IF(OR(IFERROR(ERROR.TYPE({sides}),7)={{2,7}}),{text},{sides})"
    return text


def _test(value: Operand, sign: Operand, threshold: Operand) -> str:
    """One condition: TRUE, FALSE or an error."""
    if sign.is_known:
        try:
            name = operator(sign.value)  # type: ignore[arg-type]
        except CellError as error:
            return literal(error)
        return _sides(value, threshold, lambda: _compared(value, name, threshold), name == "=", name in OPERATORS)
    text = _sides(value, threshold, lambda: tierforms.compared_by_cell(value, sign, threshold), None, True)
    return f'IF({forms.stripped(sign)}="",{MISSING},{text})'


def _compared(value: Operand, name: str, threshold: Operand) -> str:
    return tierforms.compared(value, name, threshold) if name in OPERATORS else WRONG


def _sides(
    value: Operand, threshold: Operand, comparison: Callable[[], str], is_equality: bool | None, is_known: bool
) -> str:
    """The comparison of two numbers, or of two truth values by =; `is_equality` is None where a cell says which."""
    fixed = [side for side in (value, threshold) if side.is_known]
    for side in fixed:
        if isinstance(side.value, CellError) or is_blank(side.value):
            return literal(side.value) if isinstance(side.value, CellError) else MISSING
    if not is_known:
        return WRONG
    logical = _logical(value, threshold, is_equality)
    wrong = f'IF({value.atom}="",{MISSING},IF({threshold.atom}="",{MISSING},{logical}))'
    if any(not is_number(side.value) for side in fixed):
        return logical if len(fixed) == 2 else wrong
    tested = [f"ISNUMBER({side.text})" for side in (value, threshold) if not side.is_known]
    if not tested:
        return comparison()
    test = tested[0] if len(tested) == 1 else f"AND({','.join(tested)})"
    return f"IF({test},{comparison()},{wrong})"


def _logical(value: Operand, threshold: Operand, is_equality: bool | None) -> str:
    """The comparison of two truth values, #VALUE! for all else; both are there."""
    sides = (value, threshold)
    if is_equality is False or any(side.is_known and not isinstance(side.value, bool) for side in sides):
        return WRONG
    if all(isinstance(side.value, bool) for side in sides):
        return literal(value.value is threshold.value) if is_equality else WRONG
    tests = [f"ISLOGICAL({side.text})" for side in sides if not side.is_known and side.shape is not Shape.FLAG]
    if is_equality is None:
        return WRONG if not tests else f"IF(AND({','.join(tests)}),{value.atom}={threshold.atom},{WRONG})"
    return (
        f"IF(AND({','.join(tests)}),{value.atom}={threshold.atom},{WRONG})"
        if tests
        else f"{value.atom}={threshold.atom}"
    )


def same(a: Operand, b: Operand, terms: Operand) -> Operand:
    """The difference at 15 digits of the amounts against the tolerance."""
    digits = f"MIN(10,14-INT(LOG10(MAX(1,ABS({a.text}),ABS({b.text})))))"
    difference = f"ABS(ROUND({tierforms.ten_places(a)}-{tierforms.ten_places(b)},{digits}))"
    if terms.is_known and is_number(terms.value):
        given = f"{difference}<={literal(terms.value / 100)}"  # type: ignore[operator]
        text = given if terms.value >= 0 else OUT_OF_RANGE  # type: ignore[operator]
    else:
        given = f"IF({terms.atom}<0,{OUT_OF_RANGE},{difference}<={terms.atom}/100)"
        text = forms.optional_number(terms, given, f"{difference}<=0.01")
    return condition(forms.guarded((a, b), text))
