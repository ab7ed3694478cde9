"""Whole numbers: combinations, Roman numerals, numbers to other bases, series."""

from __future__ import annotations

import math
from typing import Any

from xlperf.engines.compiled.library.aggregates import numbers
from xlperf.engines.compiled.library.ranges import Block, Span
from xlperf.engines.compiled.library.scalars import NUM, VALUE, Stop, finite, number, text
from xlperf.formula.tree import NotUnderstoodError

_ROMAN = tuple(zip("MDCLXVI", (1000, 500, 100, 50, 10, 5, 1), strict=True))
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LARGEST = 2**53


def _wholes(*values: Any) -> list[int]:
    return [math.trunc(number(value)) for value in values]


def combinations(value: Any, chosen: Any) -> float:
    """COMBIN."""
    count, part = _wholes(value, chosen)
    if part < 0 or count < part:
        raise Stop(NUM)
    return _counted(math.comb(count, part))


def combinations_with_repetition(value: Any, chosen: Any) -> float:
    """COMBINA."""
    count, part = _wholes(value, chosen)
    if part < 0 or count < 0 or (count == 0 and part > 0):
        raise Stop(NUM)
    return _counted(math.comb(count + part - 1, part) if count else 1)


def permutations(value: Any, chosen: Any) -> float:
    """PERMUT."""
    count, part = _wholes(value, chosen)
    if count <= 0 or part < 0 or count < part:
        raise Stop(NUM)
    return _counted(math.perm(count, part))


def permutations_with_repetition(value: Any, chosen: Any) -> float:
    """PERMUTATIONA."""
    count, part = _wholes(value, chosen)
    if count < 0 or part < 0 or part > 10_000:
        raise Stop(NUM)
    return _counted(count**part)


def _counted(found: int) -> float:
    try:
        return float(found)
    except OverflowError:
        raise Stop(NUM) from None


def factorial_of_every_other(value: Any) -> float:
    """FACTDOUBLE."""
    (given,) = _wholes(value)
    if not -1 <= given <= 300:
        raise Stop(NUM)
    return _counted(math.prod(range(given, 0, -2)))


def root_of_pi_times(value: Any) -> float:
    """SQRTPI."""
    given = number(value)
    if given < 0:
        raise Stop(NUM)
    return math.sqrt(given * math.pi)


def roman(value: Any, form: Any = 0.0) -> str:
    """ROMAN: the more concise the form, the further a letter may stand before a larger one."""
    (rest,) = _wholes(value)
    steps = 0 if form is True else 4 if form is False else math.trunc(number(form))
    if not (0 <= rest <= 3999 and 0 <= steps <= 4):
        raise Stop(VALUE)
    found = ""
    for place in range(0, 7, 2):
        letter, worth = _ROMAN[place]
        digit = rest // worth
        if digit % 5 != 4:
            found += (_ROMAN[place - 1][0] if digit > 4 else "") + letter * (digit % 5)
            rest %= worth
            continue
        larger = place - 1 if digit == 4 else place - 2
        before = _before(rest, place, larger, steps)
        found += _ROMAN[before][0] + _ROMAN[larger][0]
        rest += _ROMAN[before][1] - _ROMAN[larger][1]
    return found


def _before(rest: int, place: int, larger: int, steps: int) -> int:
    """Which letter stands before a larger one."""
    for _ in range(steps):
        if place == len(_ROMAN) - 1 or _ROMAN[larger][1] - _ROMAN[place + 1][1] > rest:
            break
        place += 1
    return place


def arabic(value: Any) -> float:
    """ARABIC."""
    given = text(value).strip().upper()
    sign = -1 if given.startswith("-") else 1
    worths = dict(_ROMAN)
    letters = given.removeprefix("-")
    if len(given) > 255 or not all(letter in worths for letter in letters) or given == "-":
        raise Stop(VALUE)
    found = 0
    for letter, following in zip(letters, f"{letters[1:]} ", strict=False):
        worth = worths[letter]
        found += -worth if worth < worths.get(following, 0) else worth
    return float(sign * found)


def in_base(value: Any, base: Any, length: Any = 0.0) -> str:
    """BASE."""
    given, to, least = _wholes(value, base, length)
    if not (0 <= given < _LARGEST and 2 <= to <= 36 and 0 <= least <= 255):
        raise Stop(NUM)
    found = ""
    while given:
        given, digit = divmod(given, to)
        found = _DIGITS[digit] + found
    return (found or "0").rjust(least, "0")


def from_base(value: Any, base: Any) -> float:
    """DECIMAL."""
    given, (to,) = text(value).strip().upper(), _wholes(base)
    if not 2 <= to <= 36 or len(given) > 255:
        raise Stop(NUM)
    found = 0
    for letter in given:
        digit = _DIGITS.find(letter)
        if not 0 <= digit < to:
            raise Stop(NUM)
        found = found * to + digit
    return _counted(found)


def series(value: Any, power: Any, step: Any, coefficients: Any) -> float:
    """SERIESSUM.

    Errors: #VALUE!: a coefficient is no number.
    """
    if any(isinstance(one, bool) for one in (value, power, step)):
        raise Stop(VALUE)
    x, n, by = number(value), number(power), number(step)
    if not isinstance(coefficients, Span | Block):
        raise NotUnderstoodError("SERIESSUM 的系数不是区域")
    given = list(coefficients.flat())
    if any(not isinstance(one, float) for one in given):
        raise NotUnderstoodError("SERIESSUM 的系数里有不是数的")
    if x == 0 and n == 0:
        raise Stop(NUM)
    try:
        return finite(sum(one * x ** (n + by * place) for place, one in enumerate(numbers(given, ()))))
    except (OverflowError, TypeError, ZeroDivisionError):
        raise Stop(NUM) from None
