"""Functions that round: always on the 15 digits that Excel shows, so that 4.1*100 has 410 wholes and not 409."""

from __future__ import annotations

import math
from typing import Any

from xlperf.engines.compiled.library.scalars import DIV0, NUM, VALUE, Stop, finite, number, truth
from xlperf.formula.tree import UncertainError
from xlperf.values import SIGNIFICANT_DIGITS, round_half_up

# From here on a number has no digits after the point.
_WHOLE = 1e15


def cut(value: float) -> float:
    """A number as its first 15 digits say it."""
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def round_to(value: Any, digits: Any) -> float:
    """ROUND, half away from zero after a cut to 15 digits."""
    return round_half_up(number(value), max(-320, min(int(number(digits)), 320)))


def _truncated(value: float, places: int, is_up: bool) -> float:
    """A number cut at a place, or moved on to the next one away from zero."""
    scale = 10.0 ** max(-300, min(places, 300))
    if abs(value) * scale >= _WHOLE:
        return value
    scaled = cut(abs(value) * scale)
    whole = math.ceil(scaled) if is_up else math.floor(scaled)
    return math.copysign(cut(whole / scale), value) + 0.0


def round_down(value: Any, digits: Any) -> float:
    """ROUNDDOWN, towards zero."""
    return _truncated(number(value), int(number(digits)), False)


def round_up(value: Any, digits: Any) -> float:
    """ROUNDUP, away from zero."""
    return _truncated(number(value), int(number(digits)), True)


def truncate(value: Any, digits: Any = 0.0) -> float:
    """TRUNC."""
    return round_down(value, digits)


def whole(value: Any) -> float:
    """INT."""
    given = number(value)
    return float(math.floor(cut(given))) if abs(given) < _WHOLE else given


def _multiple(value: float, step: float, *, is_up: bool) -> float:
    """The multiple of a step at or beyond a number, upwards or downwards.

    Errors: #NUM!: so many steps up that they can't be counted.
    """
    steps = cut(value / step)
    if is_up and math.isinf(steps):
        raise Stop(NUM)
    if abs(steps) >= _WHOLE:
        return value
    return cut((math.ceil(steps) if is_up else math.floor(steps)) * step) + 0.0


def ceiling(value: Any, step: Any) -> float:
    """CEILING: away from zero, upwards where only the number is negative.

    Errors: #NUM!: a positive number by a negative step.
    """
    given, by = number(value), number(step)
    if given == 0 or by == 0:
        return 0.0
    if given > 0 > by:
        raise Stop(NUM)
    return finite(_multiple(given, by, is_up=True))


def floor(value: Any, step: Any) -> float:
    """FLOOR: towards zero, downwards where only the number is negative.

    Errors: #DIV/0!: a step of 0; #NUM!: a positive number by a negative step.
    """
    given, by = number(value), number(step)
    if given == 0:
        return 0.0
    if by == 0:
        raise Stop(DIV0)
    if given > 0 > by:
        raise Stop(NUM)
    return finite(_multiple(given, by, is_up=False))


def _mathematical(value: Any, step: Any, mode: Any, *, is_up: bool) -> float:
    # A step that is blank is 0; only one that is left out is 1. A mode must make sense even where it decides nothing.
    given, by, is_inward = number(value), abs(number(step)), mode is not None and truth(mode)
    if given == 0 or by == 0:
        return 0.0
    is_turned = given < 0 and is_inward
    return finite(_multiple(given, by, is_up=is_up != is_turned))


def ceiling_math(value: Any, step: Any = 1.0, mode: Any = False) -> float:
    """CEILING.MATH: upwards; a negative number away from zero where the mode says so."""
    return _mathematical(value, step, mode, is_up=True)


def floor_math(value: Any, step: Any = 1.0, mode: Any = False) -> float:
    """FLOOR.MATH: downwards; a negative number towards zero where the mode says so."""
    return _mathematical(value, step, mode, is_up=False)


def ceiling_precise(value: Any, step: Any = 1.0) -> float:
    """CEILING.PRECISE and ISO.CEILING: upwards."""
    return _mathematical(value, step, False, is_up=True)


def floor_precise(value: Any, step: Any = 1.0) -> float:
    """FLOOR.PRECISE: downwards."""
    return _mathematical(value, step, False, is_up=False)


def round_to_multiple(value: Any, step: Any) -> float:
    """MROUND: the nearest multiple, half away from zero.

    Errors: #NUM!: number and step have different signs; UncertainError: half a step but for a trace: of 6.05 by 0.1, which
        gives 6, Excel's documentation says that the direction is undefined.
    """
    no_truths(value, step)
    given, by = number(value), number(step)
    if given == 0 or by == 0:
        return 0.0
    if (given > 0) != (by > 0):
        raise Stop(NUM)
    steps = given / by
    if steps >= _WHOLE:
        return given
    if steps % 1 < 0.5 == cut(steps) % 1:
        raise UncertainError("MROUND 的数差一点在两个倍数正中，Excel 的结果不能确定")
    return cut(round_half_up(steps, 0) * by)


def _next_whole(value: Any, first: int) -> float:
    """The next whole number away from zero that is even (0) or odd (1)."""
    given = number(value)
    size = math.ceil(cut(abs(given)))
    size += (size - first) % 2
    return math.copysign(float(size), given) + 0.0


def even(value: Any) -> float:
    """EVEN."""
    return _next_whole(value, 0)


def odd(value: Any) -> float:
    """ODD."""
    return _next_whole(value, 1)


def no_truths(*values: Any) -> None:
    """Truth values are no numbers to the functions that were once an add-in.

    Errors: #VALUE!.
    """
    if any(isinstance(value, bool) for value in values):
        raise Stop(VALUE)


def quotient(value: Any, divisor: Any) -> float:
    """QUOTIENT: the whole part of a division.

    Errors: UncertainError: it is whole but for a trace, which Excel may or may not count.
    """
    no_truths(value, divisor)
    given, by = number(value), number(divisor)
    if by == 0:
        raise Stop(DIV0)
    found = given / by
    if math.trunc(found) != math.trunc(cut(found)):
        raise UncertainError("QUOTIENT 的商差一点是整数，Excel 的结果不能确定")
    return float(math.trunc(found))
