"""Comparisons as plain formulas."""

from __future__ import annotations

from xlperf.errors import CellError
from xlperf.functions.plain import pieces
from xlperf.functions.plain import tiers as plain_tiers
from xlperf.functions.plain.operands import Operand, Shape, condition, literal
from xlperf.functions.plain.pieces import MISSING, OUT_OF_RANGE, WRONG
from xlperf.functions.tiers import OPERATORS, operator
from xlperf.values import is_blank, is_number

EQUALS = plain_tiers.spellings("=")


def meets(values: Operand, operators: Operand, thresholds: Operand) -> Operand:
    """All conditions; one that certainly does not hold decides over those that lack data, an error decides over all."""
    columns = [[cell for row in operand.cells() for cell in row] for operand in (values, operators, thresholds)]
    if len({len(column) for column in columns}) > 1:
        return condition(WRONG)
    rows = list(zip(*columns, strict=True))
    text = _checked(rows[0][1], _test(*rows[0])) if len(rows) == 1 else _all_of(rows)
    return condition(pieces.unmoved((values, operators, thresholds), text))


def _all_of(rows: list[tuple[Operand, Operand, Operand]]) -> str:
    """TRUE, FALSE or an error. An error but for #N/A and #DIV/0! comes first, then FALSE, then those two."""
    tests = [_test(*row) for row in rows]
    text = "TRUE"
    for test in reversed(tests):
        text = f"IF({test},{text})"
    surely = ",".join(f"IFERROR({test},TRUE)" for test in tests)
    text = f"IF(AND({surely}),{text},FALSE)"
    for value, sign, threshold in reversed(rows):
        sides = _sides(value, threshold, "TRUE", _equality(sign))
        text = _checked(sign, f"IF(OR(IFERROR(ERROR.TYPE({sides}),7)={{2,7}}),{text},{sides})")
    return text


def _test(value: Operand, sign: Operand, threshold: Operand) -> str:
    """One condition: TRUE, FALSE or an error; the operator is one, or blank."""
    if not sign.is_known:
        comparison = plain_tiers.compared_by_cell(value, sign, threshold)
        return f'IF({pieces.stripped(sign)}="",{MISSING},{_sides(value, threshold, comparison, _equality(sign))})'
    try:
        name = operator(sign.value)  # type: ignore[arg-type]
    except CellError as error:
        return literal(error)
    if name not in OPERATORS:
        return WRONG
    return _sides(value, threshold, plain_tiers.compared(value, name, threshold), _equality(sign))


def _checked(sign: Operand, then: str) -> str:
    """`then` where a cell names an operator or none yet, else #VALUE!."""
    return then if sign.is_known else f"IF({plain_tiers.is_operator(sign)},{then},{WRONG})"


def _equality(sign: Operand) -> str:
    """Whether an operator is =, as a formula; TRUE or FALSE where it is known."""
    if sign.is_known:
        return "TRUE" if str(sign.value).strip() in EQUALS else "FALSE"
    return f"OR({pieces.stripped(sign)}={{{','.join(map(literal, EQUALS))}}})"


def _sides(value: Operand, threshold: Operand, comparison: str, equality: str) -> str:
    """The comparison of two numbers, or of two truth values by =; else the error."""
    sides = (value, threshold)
    for side in sides:
        if isinstance(side.value, CellError):
            return literal(side.value)
        if side.is_known and is_blank(side.value):
            return MISSING
    rest = _logical(value, threshold, equality)
    for side in (threshold, value):
        rest = rest if side.is_known else f'IF({side.atom}="",{MISSING},{rest})'
    if any(side.is_known and not is_number(side.value) for side in sides):
        return rest
    tests = [f"ISNUMBER({side.text})" for side in sides if not side.is_known]
    # In LibreOffice a truth value is a number as well.
    logical = [f"ISLOGICAL({side.text})" for side in sides if side.shape is Shape.CELL]
    tests += [f"NOT({_any(logical)})"] if logical else []
    return f"IF({_all(tests)},{comparison},{rest})" if tests else comparison


def _logical(value: Operand, threshold: Operand, equality: str) -> str:
    """The comparison of two truth values by =, #VALUE! for all else; both sides are there."""
    sides = (value, threshold)
    if equality == "FALSE" or any(side.is_known and not isinstance(side.value, bool) for side in sides):
        return WRONG
    if all(side.is_known for side in sides):
        same = literal(value.value is threshold.value)
        return same if equality == "TRUE" else f"IF({equality},{same},{WRONG})"
    tests = [f"ISLOGICAL({side.text})" for side in sides if not side.is_known and side.shape is not Shape.FLAG]
    tests += [] if equality == "TRUE" else [equality]
    same = f"{value.atom}={threshold.atom}"
    return f"IF({_all(tests)},{same},{WRONG})" if tests else same


def _all(tests: list[str]) -> str:
    return tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"


def _any(tests: list[str]) -> str:
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"


def same(a: Operand, b: Operand, terms: Operand) -> Operand:
    """The difference at 15 digits of the amounts against the tolerance."""
    digits = f"MIN(10,14-INT(LOG10(MAX(1,ABS({a.text}),ABS({b.text})))))"
    difference = f"ABS(ROUND({plain_tiers.ten_places(a)}-{plain_tiers.ten_places(b)},{digits}))"
    if terms.is_known and is_number(terms.value):
        given = f"{difference}<={literal(terms.value / 100)}"
        text = given if terms.value >= 0 else OUT_OF_RANGE
    else:
        given = f"IF({terms.atom}<0,{OUT_OF_RANGE},{difference}<={terms.atom}/100)"
        text = pieces.optional_number(terms, given, f"{difference}<=0.01")
    return condition(pieces.guarded((a, b), text))
