"""Functions of numbers: remainders, roots, logarithms, angles."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from xlperf.engines.compiled.library.scalars import DIV0, NUM, VALUE, Stop, finite, number
from xlperf.formula.tree import UncertainError

# From here on MOD has no answer.
_LARGEST_QUOTIENT = 1.125899906842624e12
_LARGEST_ANGLE, _LARGEST_FACTORIAL = 134_217_728, 170
_SURE = 1e5


def modulo(value: Any, divisor: Any) -> float:
    """MOD, with the sign of the divisor.

    Errors: #DIV/0!; #NUM!: the quotient is too large, as in Excel.
    """
    left, right = number(value), number(divisor)
    if right == 0:
        raise Stop(DIV0)
    quotient = left / right
    if abs(quotient) >= _LARGEST_QUOTIENT:
        raise Stop(NUM)
    return left % right


def sign(value: Any) -> float:
    """SIGN."""
    given = number(value)
    return float((given > 0) - (given < 0))


def root(value: Any) -> float:
    """SQRT."""
    given = number(value)
    if given < 0:
        raise Stop(NUM)
    return math.sqrt(given)


def exponential(value: Any) -> float:
    """EXP."""
    try:
        return math.exp(number(value))
    except OverflowError:
        raise Stop(NUM) from None


def logarithm(value: Any, base: Any = 10.0) -> float:
    """LOG; LN and LOG10 by their bases."""
    given, to = number(value), number(base)
    if given <= 0 or to <= 0:
        raise Stop(NUM)
    if to == 1:
        raise Stop(DIV0)
    return math.log10(given) if to == 10 else math.log(given) / math.log(to)


def natural_logarithm(value: Any) -> float:
    """LN."""
    given = number(value)
    if given <= 0:
        raise Stop(NUM)
    return math.log(given)


def absolute(value: Any) -> float:
    """ABS."""
    return abs(number(value))


def is_even(value: Any) -> bool:
    """ISEVEN; truth values are no numbers to it."""
    if isinstance(value, bool):
        raise Stop(VALUE)
    return math.trunc(number(value)) % 2 == 0


def of_angle(function: Callable[[float], float]) -> Callable[[Any], float]:
    """SIN, COS or TAN.

    Errors: #NUM!: too large an angle.
    """

    def called(value: Any) -> float:
        given = number(value)
        if abs(given) >= _LARGEST_ANGLE:
            raise Stop(NUM)
        return finite(sure(given, function(given)))

    return called


def sure(angle: float, found: float) -> float:
    """A function of an angle, where Excel's own π, which is longer than a number, makes no difference.

    Errors: NotUnderstoodError: the angle is so large, or so near to where the function is nothing or without bounds.
    """
    size = abs(found)
    if abs(angle) > 1 and abs(angle) > _SURE * min(size, 1 / size if size else 0.0):
        raise UncertainError("角太大或太接近 π/2 的倍数，Excel 的结果不能确定")
    return found


def inverse(function: Callable[[float], float]) -> Callable[[Any], float]:
    """ASIN or ACOS.

    Errors: #NUM!: not from -1 to 1.
    """

    def called(value: Any) -> float:
        given = number(value)
        if not -1 <= given <= 1:
            raise Stop(NUM)
        return function(given)

    return called


def angle_of(x: Any, y: Any) -> float:
    """ATAN2, x first."""
    one, two = number(x), number(y)
    if one == 0 == two:
        raise Stop(DIV0)
    return math.atan2(two, one)


def factorial(value: Any) -> float:
    """FACT."""
    given = math.trunc(number(value))
    if not 0 <= given <= _LARGEST_FACTORIAL:
        raise Stop(NUM)
    return float(math.factorial(given))
