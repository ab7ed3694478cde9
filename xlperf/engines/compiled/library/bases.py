"""Whole numbers as binary, octal and hexadecimal texts, of which the first of ten digits tells the sign."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from xlperf.engines.compiled.library.rounding import no_truths
from xlperf.engines.compiled.library.scalars import NUM, Stop, number, text

_DIGITS = "0123456789ABCDEF"
_MOST_DIGITS = 10
BASES = {"BIN": 2, "OCT": 8, "HEX": 16}


def _read(given: Any, base: int) -> int:
    """A number from its digits; ten of them are one below zero where the first has its highest bit."""
    no_truths(given)
    digits = text(given).upper()
    if len(digits) > _MOST_DIGITS or any(digit not in _DIGITS[:base] for digit in digits):
        raise Stop(NUM)
    found = int(digits or "0", base)
    return found - base**_MOST_DIGITS if found >= base**_MOST_DIGITS // 2 else found


def _written(value: int, base: int, places: Any) -> str:
    half = base**_MOST_DIGITS // 2
    if not -half <= value < half:
        raise Stop(NUM)
    no_truths(places)
    least = None if places is None else math.trunc(number(places))
    rest, digits = value % base**_MOST_DIGITS, ""
    while rest:
        rest, digit = divmod(rest, base)
        digits = _DIGITS[digit] + digits
    digits = digits or "0"
    if least is None:
        return digits
    if not 0 < least <= _MOST_DIGITS or (value >= 0 and len(digits) > least):
        raise Stop(NUM)
    return digits if value < 0 else digits.rjust(least, "0")


def to_decimal(base: int) -> Callable[[Any], float]:
    """BIN2DEC and its kin."""
    return lambda given: float(_read(given, base))


def from_decimal(base: int) -> Callable[..., str]:
    """DEC2BIN and its kin."""

    def called(given: Any, places: Any = None) -> str:
        no_truths(given)
        return _written(math.trunc(number(given)), base, places)

    return called


def from_base(base: int, other: int) -> Callable[..., str]:
    """BIN2HEX and its kin."""
    return lambda given, places=None: _written(_read(given, base), other, places)


def are_equal(one: Any, two: Any = 0.0) -> float:
    """DELTA."""
    no_truths(one, two)
    return float(number(one) == number(two))


def reaches(value: Any, step: Any = 0.0) -> float:
    """GESTEP."""
    no_truths(value, step)
    return float(number(value) >= number(step))


CONVERSIONS: dict[str, Callable[..., Any]] = {
    **{f"{name}2DEC": to_decimal(base) for name, base in BASES.items()},
    **{f"DEC2{name}": from_decimal(base) for name, base in BASES.items()},
    **{f"{a}2{b}": from_base(BASES[a], BASES[b]) for a in BASES for b in BASES if a != b},
}
