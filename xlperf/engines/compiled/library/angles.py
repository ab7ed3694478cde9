"""Functions of angles beyond sine and cosine: the reciprocal and the hyperbolic ones, and their inverses."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from xlperf.engines.compiled.library.mathematics import sure
from xlperf.engines.compiled.library.scalars import DIV0, NUM, Stop, finite, number

_LARGEST_ANGLE = 134_217_728
# Nearer to 1, Excel loses digits by the formula with the logarithm.
_FAR = 1.1


def hyperbolic(function: Callable[[float], float]) -> Callable[[Any], float]:
    """SINH, COSH or TANH.

    Errors: #NUM!: too large a result.
    """

    def called(value: Any) -> float:
        try:
            return finite(function(number(value)))
        except OverflowError:
            raise Stop(NUM) from None

    return called


def reciprocal(function: Callable[[float], float]) -> Callable[[Any], float]:
    """COT, CSC or SEC, from the tangent, the sine or the cosine.

    Errors: #NUM!: too large an angle; #DIV/0!.
    """

    def called(value: Any) -> float:
        given = number(value)
        if abs(given) >= _LARGEST_ANGLE:
            raise Stop(NUM)
        found = sure(given, function(given))
        if found == 0:
            raise Stop(DIV0)
        return finite(1 / found)

    return called


def cosecant_of_hyperbola(value: Any) -> float:
    """CSCH.

    Errors: #DIV/0!.
    """
    given = number(value)
    if given == 0:
        raise Stop(DIV0)
    return 2 * math.exp(-abs(given)) / -math.expm1(-2 * abs(given)) * (1 if given > 0 else -1)


def secant_of_hyperbola(value: Any) -> float:
    """SECH."""
    given = abs(number(value))
    return 2 * math.exp(-given) / (1 + math.exp(-2 * given))


def cotangent_of_hyperbola(value: Any) -> float:
    """COTH.

    Errors: #DIV/0!.
    """
    given = number(value)
    if given == 0:
        raise Stop(DIV0)
    return 1 / math.tanh(given)


def angle_of_cotangent(value: Any) -> float:
    """ACOT, from nothing to π."""
    given = number(value)
    if given == 0:
        return math.pi / 2
    found = math.atan(1 / given)
    return found if given > 0 else found + math.pi


def area_of_sine(value: Any) -> float:
    """ASINH."""
    return math.asinh(number(value))


def area_of_cosine(value: Any) -> float:
    """ACOSH.

    Errors: #NUM!: less than 1.
    """
    given = number(value)
    if given < 1:
        raise Stop(NUM)
    return math.acosh(given)


def area_of_tangent(value: Any) -> float:
    """ATANH.

    Errors: #NUM!: not between -1 and 1.
    """
    given = number(value)
    if not -1 < given < 1:
        raise Stop(NUM)
    return math.atanh(given)


def area_of_cotangent(value: Any) -> float:
    """ACOTH.

    Errors: #NUM!: from -1 to 1.
    """
    given = number(value)
    if abs(given) <= 1:
        raise Stop(NUM)
    return math.atanh(1 / given) if abs(given) > _FAR else math.log((given + 1) / (given - 1)) / 2
