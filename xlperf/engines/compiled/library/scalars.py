"""Single values as Excel calculates with them: conversions, operators, comparisons; errors stop a calculation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xlperf.engines.compiled.library.number_texts import number_said
from xlperf.engines.compiled.library.text_order import text_order
from xlperf.errors import CellError
from xlperf.values import SIGNIFICANT_DIGITS, Value

NULL, DIV0, VALUE, REF, NAME, NUM, NA = (CellError(code) for code in CellError.CODES)
LARGEST = 1.7976931348623157e308
_NOTHING_BESIDE = 2.0**-50
_RANKS = {float: 0, int: 0, str: 1, bool: 2}


class Stop(Exception):  # noqa: N818 - no fault of the program: the way a worksheet error takes
    """A worksheet error on its way to the cell, or to the function that catches it."""

    def __init__(self, error: CellError) -> None:
        super().__init__()
        self.error = error


def number(value: Any) -> float:
    """A value where a number is wanted: blank is 0, a truth value 1 or 0, text what it says.

    Errors: its own; #VALUE!: text that says no number.
    """
    if type(value) is float:
        return value
    if type(value) is bool:
        return 1.0 if value else 0.0
    if value is None:
        return 0.0
    if isinstance(value, str):
        return number_of_text(value)
    if isinstance(value, CellError):
        raise Stop(value)
    return float(value)


def number_of_text(text: str) -> float:
    """The number that a text says.

    Errors: #VALUE!: none; #NUM!: one too large; NotUnderstoodError: it hangs on the day or the machine.
    """
    found = number_said(text)
    if found is None:
        raise Stop(VALUE)
    return finite(found)


def text(value: Any) -> str:
    """A value where text is wanted.

    Errors: its own.
    """
    if type(value) is str:
        return value
    if type(value) is float:
        return number_text(value)
    if value is None:
        return ""
    if isinstance(value, CellError):
        raise Stop(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return number_text(value)


def number_text(value: float) -> str:
    """A number in the general format: 15 significant digits, an exponent only where it is very large or small."""
    if value == (whole := int(value)) and abs(value) < 1e15:
        return str(whole)
    mantissa, _, exponent = f"{value:.{SIGNIFICANT_DIGITS - 1}e}".partition("e")
    places = int(exponent)
    if -10 < places < 21:
        shown = f"{float(f'{value:.{SIGNIFICANT_DIGITS}g}'):.{max(SIGNIFICANT_DIGITS - 1 - places, 0)}f}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown
    return f"{mantissa.rstrip('0').rstrip('.')}E{places:+03d}"


def truth(value: Any) -> bool:
    """A value where a truth value is wanted: not zero is true, blank false, text only TRUE and FALSE.

    Errors: its own; #VALUE!: other text.
    """
    if type(value) is bool:
        return value
    if value is None:
        return False
    if isinstance(value, str):
        folded = value.upper()
        if folded in ("TRUE", "FALSE"):
            return folded == "TRUE"
        raise Stop(VALUE)
    if isinstance(value, CellError):
        raise Stop(value)
    return bool(value != 0)


def plain(value: Any) -> Any:
    """A value that is no error."""
    if type(value) is CellError:
        raise Stop(value)
    return value


def finite(value: float) -> float:
    """A number that a cell can hold.

    Errors: #NUM!: too large.
    """
    if -LARGEST <= value <= LARGEST:
        return value
    raise Stop(NUM)


def add(left: Any, right: Any) -> float:
    """The sum."""
    if type(left) is not float or type(right) is not float:
        left, right = number(left), number(right)
    return finite(left + right)


def subtract(left: Any, right: Any) -> float:
    """The difference."""
    if type(left) is not float or type(right) is not float:
        left, right = number(left), number(right)
    return finite(left - right)


def last_sum(left: Any, right: Any) -> float:
    """The sum that ends a formula: next to nothing beside its first operand it is zero, as in Excel.

    Source: Microsoft, “Floating-point arithmetic may give inaccurate result in Excel”; the bound is the one that the
    documentation of Apache POI's NumberComparer gives.
    """
    one, two = number(left), number(right)
    found = finite(one + two)
    return found if abs(found) >= abs(one) * _NOTHING_BESIDE else 0.0


def last_difference(left: Any, right: Any) -> float:
    """The difference that ends a formula, likewise."""
    one, two = number(left), number(right)
    return last_sum(one, -two)


def multiply(left: Any, right: Any) -> float:
    """The product."""
    if type(left) is not float or type(right) is not float:
        left, right = number(left), number(right)
    return finite(left * right)


def divide(left: Any, right: Any) -> float:
    """The quotient.

    Errors: #DIV/0!.
    """
    if type(left) is not float or type(right) is not float:
        left, right = number(left), number(right)
    if right == 0:
        raise Stop(DIV0)
    return finite(left / right)


def power(left: Any, right: Any) -> float:
    """The power.

    Errors: #DIV/0!: zero to a negative power; #NUM!: zero to the power of zero, no real number, or too large.
    """
    base, exponent = number(left), number(right)
    if base == 0 and exponent <= 0:
        raise Stop(DIV0 if exponent < 0 else NUM)
    try:
        result = base**exponent
    except OverflowError:
        raise Stop(NUM) from None
    if isinstance(result, complex):
        raise Stop(NUM)
    return finite(result)


def join(left: Any, right: Any) -> str:
    """Two texts, one after the other.

    Errors: #VALUE!: longer than a cell.
    """
    joined = text(left) + text(right)
    if len(joined) > 32_767:
        raise Stop(VALUE)
    return joined


def negative(value: Any) -> float:
    """The number with the other sign."""
    return 0.0 - number(value)


def percent(value: Any) -> float:
    """A hundredth."""
    return number(value) / 100


def is_empty(value: Any) -> bool:
    """Whether a value equals "": blank or an empty text."""
    if type(value) is str:
        return not value
    if type(value) is CellError:
        raise Stop(value)
    return value is None


def equal(left: Any, right: Any) -> bool:
    """Whether two values are equal: text without regard to case, numbers to 15 digits, blank as the other's nothing."""
    kind = type(left)
    if kind is type(right):
        if kind is str:
            return bool(left == right) or left.casefold() == right.casefold()
        if kind is float:
            return bool(left == right) or (abs(left - right) < 1e-13 * abs(left) and _cut(left) == _cut(right))
    return compared(left, right) == 0


def compared(left: Any, right: Any) -> int:
    """-1, 0 or 1: numbers come before text, text before truth values."""
    if type(left) is CellError:
        raise Stop(left)
    if type(right) is CellError:
        raise Stop(right)
    if left is None:
        left = _NOTHING.get(type(right), 0.0)
    if right is None:
        right = _NOTHING.get(type(left), 0.0)
    ranks = _RANKS[type(left)], _RANKS[type(right)]
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if ranks[0] == 1:
        return text_order(left, right)
    if ranks[0] == 0 and left != right and abs(left - right) < 1e-13 * abs(left):
        left, right = _cut(left), _cut(right)
    return int(left > right) - int(left < right)


_NOTHING: Mapping[type, Value] = {str: "", bool: False}


def _cut(value: float) -> float:
    """The number with the 15 digits that Excel compares."""
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def unequal(left: Any, right: Any) -> bool:
    """Whether two values differ."""
    return not equal(left, right)


def less(left: Any, right: Any) -> bool:
    """Whether the left one comes first."""
    return compared(left, right) < 0


def greater(left: Any, right: Any) -> bool:
    """Whether the right one comes first."""
    return compared(left, right) > 0


def at_most(left: Any, right: Any) -> bool:
    """Whether the right one doesn't come first."""
    return compared(left, right) <= 0


def at_least(left: Any, right: Any) -> bool:
    """Whether the left one doesn't come first."""
    return compared(left, right) >= 0


OPERATORS: Mapping[str, Callable[[Any, Any], Value]] = {
    "+": add,
    "-": subtract,
    "last +": last_sum,
    "last -": last_difference,
    "*": multiply,
    "/": divide,
    "^": power,
    "&": join,
    "=": equal,
    "<>": unequal,
    "<": less,
    ">": greater,
    "<=": at_most,
    ">=": at_least,
}
