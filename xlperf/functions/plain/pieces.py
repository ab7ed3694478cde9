"""The pieces of plain formulas: the same checks of arguments as the registry makes, the same rounding and caps.

Only functions of Excel 2010 are used, and none over a range of which it is not made for: ISNUMBER, ROUND or FIND over a
range would need array entry. Text compared with a number is never less than it, so each argument is tested first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xlperf.errors import CellError
from xlperf.functions.plain.operands import NoPlainFormError, Operand, Shape, literal
from xlperf.values import SCORE_PLACES, as_text, is_blank, is_number

MISSING, WRONG, OUT_OF_RANGE, MOVED = "NA()", "#VALUE!", "#NUM!", "#REF!"
WIDE_SPACE = "　"


def fault(operand: Operand) -> str:
    """The error that an argument causes where it is no number: its own, #N/A for a blank, #VALUE! for all else."""
    if operand.shape is Shape.NUMBER:
        return operand.text
    if operand.shape is Shape.FLAG:
        return f"IF({operand.text},{WRONG},{WRONG})"
    return f'IF({operand.atom}="",{MISSING},{WRONG})'


def number(operand: Operand, body: str) -> str:
    """The body where the argument is a number, else the error that it causes."""
    _check_single(operand)
    if operand.is_known:
        return _of_constant(operand, body)
    return f"IF(ISNUMBER({operand.text}),{body},{fault(operand)})"


def _of_constant(operand: Operand, body: str) -> str:
    value = operand.value
    if is_number(value):
        return body
    if isinstance(value, CellError):
        return literal(value)
    return MISSING if is_blank(value) else WRONG


def _check_single(operand: Operand) -> None:
    if operand.is_list:
        raise NoPlainFormError(f"应是一个单元格的地方给了区域 {operand.text}")


def guarded(operands: Sequence[Operand], body: str) -> str:
    """The body where all arguments are numbers; else the error of the first that is none.

    The last argument that is an expression needs no test: it gives a number, or an error that the body passes on.
    """
    text, is_tested = body, False
    for operand in reversed(operands):
        if operand.shape is Shape.NUMBER and not is_tested:
            is_tested = True
            continue
        is_tested = is_tested or not operand.is_known
        text = number(operand, text)
    return text


def optional_number(operand: Operand, given: str, absent: str) -> str:
    """One of two bodies, as the argument is there or not."""
    _check_single(operand)
    if operand.is_known:
        return absent if is_blank(operand.value) else number(operand, given)
    if operand.shape is Shape.NUMBER:
        return number(operand, given)
    return f'IF(ISNUMBER({operand.text}),{given},IF({operand.atom}="",{absent},{WRONG}))'


def option(operand: Operand, allowed: Sequence[str], body: Callable[[str], str]) -> str:
    """The body that belongs to an option; the first option is the default."""
    _check_single(operand)
    if operand.is_known:
        value = operand.value
        if isinstance(value, CellError):
            return literal(value)
        chosen = allowed[0] if is_blank(value) else as_text(value)  # type: ignore[arg-type]
        return body(chosen) if chosen in allowed else WRONG
    text = WRONG
    for name in reversed(allowed[1:]):
        text = f'IF({operand.atom}="{name}",{body(name)},{text})'
    return f'IF(OR({operand.atom}="",{operand.atom}="{allowed[0]}"),{body(allowed[0])},{text})'


def flag(operand: Operand, met: str, otherwise: str) -> str:
    """One of two bodies, as the argument is TRUE (or 1) or FALSE (or 0)."""
    _check_single(operand)
    if operand.shape is Shape.FLAG:
        return f"IF({operand.text},{met},{otherwise})"
    if operand.is_known:
        value = operand.value
        if isinstance(value, bool) or (is_number(value) and value in (0, 1)):
            return met if value else otherwise
        return _of_constant(operand, WRONG)
    atom = operand.atom
    chosen = f"IF({atom},{met},{otherwise})"
    return f'IF({atom}="",{MISSING},IF(OR(ISLOGICAL({operand.text}),{atom}=0,{atom}=1),{chosen},{WRONG}))'


def numbers(operand: Operand, body: str) -> str:
    """The body where all cells of a range are numbers; else an error that stands in it, #N/A for a blank, #VALUE!."""
    if operand.shape is Shape.ARRAY:
        cells = [cell for row in operand.cells() for cell in row]
        for cell in reversed(cells):
            body = number(cell, body)
        return body
    if operand.shape is not Shape.RANGE:
        return number(operand, body)
    text = operand.text
    return f"IF(COUNT({text})={size(operand)},{body},{list_fault(operand)})"


def list_fault(operand: Operand) -> str:
    """The error that a range causes which is not all numbers."""
    return f"IF(COUNTBLANK({operand.text})+0*SUM({operand.text})>0,{MISSING},{WRONG})"


def size(operand: Operand) -> str:
    """The number of cells of a range."""
    text = operand.text
    if len(operand.rows) == 1:
        return f"COLUMNS({text})"
    is_column = operand.rows and len(operand.rows[0]) == 1
    return f"ROWS({text})" if is_column else f"ROWS({text})*COLUMNS({text})"


def rounded(text: str, places: int = SCORE_PLACES) -> str:
    """Rounded half up; a constant at once."""
    return f"ROUND({text},{places})"


def weighted(weight: Operand, score: str) -> str:
    """A score of a weight, which must not be negative."""
    if weight.is_known and is_number(weight.value):
        return score if weight.value >= 0 else OUT_OF_RANGE
    return f"IF({weight.atom}<0,{OUT_OF_RANGE},{score})"


def bounded(points: str, weight: Operand) -> str:
    """Points kept between 0 and the weight, then rounded half up to 0.01."""
    return weighted(weight, rounded(f"MAX(0,MIN({points},{weight.text}))"))


def whole(operand: Operand) -> str:
    """Whether a number is a count: whole and not negative, but for the dust of a calculation."""
    return f"ROUND({operand.text},10)=ABS(ROUND({operand.text},0))"


def counts(operands: Sequence[Operand], body: str) -> str:
    """The body where these numbers are counts, else #NUM!."""
    tests = [whole(operand) for operand in operands if not _is_count(operand)]
    if not tests:
        return body
    test = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
    return f"IF({test},{body},{OUT_OF_RANGE})"


def _is_count(operand: Operand) -> bool:
    value = operand.value
    return operand.is_known and is_number(value) and value >= 0 and value == int(value)


def trimmed(operand: Operand) -> str:
    """A text without the spaces around it, wide ones too."""
    if operand.is_known and isinstance(operand.value, str):
        return literal(operand.value.strip())
    return f'TRIM(SUBSTITUTE({operand.text},"{WIDE_SPACE}"," "))'


def stripped(operand: Operand) -> str:
    """A text of a parameter table without the spaces around it."""
    if operand.is_known and isinstance(operand.value, str):
        return literal(operand.value.strip())
    return f"TRIM({operand.text})"


def unmoved(operands: Sequence[Operand], body: str) -> str:
    """The body where named ranges still have the rows that were written out, else #REF!."""
    for operand in operands:
        if operand.is_movable and operand.shape is Shape.RANGE:
            body = f"IF(ROWS({operand.text})={len(operand.rows)},{body},{MOVED})"
    return body
