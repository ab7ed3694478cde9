"""Functions of two ranges whose values belong together: correlation, regression lines, sums of products; ranks and shares."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from xlperf.engines.compiled.library.aggregates import numbers
from xlperf.engines.compiled.library.ranges import Block, Span, padded
from xlperf.engines.compiled.library.scalars import DIV0, NA, NUM, Stop, finite, number
from xlperf.errors import CellError
from xlperf.formula.tree import NotUnderstoodError

Numbers = list[float]
_LEFT_OUT = object()


def _all(area: Any) -> Sequence[Any]:
    if not isinstance(area, Span | Block):
        return [area]
    return [value for row in zip(*padded(area), strict=True) for value in row]


def _pairs(one: Any, two: Any, least: int = 1) -> tuple[Numbers, Numbers]:
    """The pairs of which both are numbers.

    Errors: #N/A: the ranges differ in size; #DIV/0!: too few pairs.
    """
    left, right = _all(one), _all(two)
    if len(left) != len(right):
        raise Stop(NA)
    for value in (*left, *right):
        if type(value) is CellError:
            raise Stop(value)
    found = [(a, b) for a, b in zip(left, right, strict=True) if type(a) is float and type(b) is float]
    if len(found) < least:
        raise Stop(DIV0)
    return [a for a, _ in found], [b for _, b in found]


def _moments(one: Numbers, two: Numbers) -> tuple[float, float, float, float, float]:
    """The two means, the two sums of squares, the sum of products, all about the means."""
    a, b = sum(one) / len(one), sum(two) / len(two)
    squares = sum((x - a) ** 2 for x in one), sum((y - b) ** 2 for y in two)
    return a, b, *squares, sum((x - a) * (y - b) for x, y in zip(one, two, strict=True))


def _quotient(above: float, below: float) -> float:
    if below == 0:
        raise Stop(DIV0)
    return finite(above / below)


def correlation(one: Any, two: Any) -> float:
    """CORREL."""
    _, _, left, right, both = _moments(*_pairs(one, two))
    return _quotient(both, math.sqrt(left * right))


def square_of_correlation(one: Any, two: Any) -> float:
    """RSQ."""
    return correlation(one, two) ** 2


def covariance(missing: int) -> Callable[[Any, Any], float]:
    """COVARIANCE.P, or COVARIANCE.S of a sample."""

    def called(one: Any, two: Any) -> float:
        left, right = _pairs(one, two)
        return _quotient(_moments(left, right)[4], len(left) - missing)

    return called


def slope(ys: Any, xs: Any) -> float:
    """SLOPE."""
    _, _, _, squares, both = _moments(*_pairs(ys, xs))
    return _quotient(both, squares)


def intercept(ys: Any, xs: Any) -> float:
    """INTERCEPT."""
    y, x, _, squares, both = _moments(*_pairs(ys, xs))
    return finite(y - _quotient(both, squares) * x)


def error_of_line(ys: Any, xs: Any) -> float:
    """STEYX."""
    left, right = _pairs(ys, xs, 3)
    _, _, y, x, both = _moments(left, right)
    return math.sqrt(max(y - _quotient(both * both, x), 0.0) / (len(left) - 2))


def forecast(value: Any, ys: Any, xs: Any) -> float:
    """FORECAST."""
    at = number(value)
    y, x, _, squares, both = _moments(*_pairs(ys, xs))
    return finite(y + _quotient(both, squares) * (at - x))


def of_pairs(term: Callable[[float, float], float]) -> Callable[[Any, Any], float]:
    """SUMXMY2 and its kin."""

    def called(one: Any, two: Any) -> float:
        left, right = _pairs(one, two)
        return finite(sum(term(a, b) for a, b in zip(left, right, strict=True)))

    return called


def _sorted(area: Any) -> Numbers:
    found = sorted(numbers(area.flat() if isinstance(area, Span | Block) else [area], ()))
    if not found:
        raise Stop(NUM)
    return found


def _between(found: Numbers, place: float) -> float:
    """The value at a place between two of a list."""
    below = math.floor(place)
    part = place - below
    if part < 1e-13 or below + 1 >= len(found):
        return found[below]
    return found[below] + part * (found[below + 1] - found[below])


def percentile(area: Any, share: Any) -> float:
    """PERCENTILE.INC."""
    part, found = number(share), _sorted(area)
    if not 0 <= part <= 1:
        raise Stop(NUM)
    return _between(found, part * (len(found) - 1))


def percentile_between(area: Any, share: Any) -> float:
    """PERCENTILE.EXC."""
    part, found = number(share), _sorted(area)
    place = part * (len(found) + 1) - 1
    if not 0 < part < 1 or place < 0 or place > len(found) - 1:
        raise Stop(NUM)
    return _between(found, place)


def quartile(area: Any, quarter: Any) -> float:
    """QUARTILE.INC."""
    part = math.trunc(number(quarter))
    if not 0 <= part <= 4:
        raise Stop(NUM)
    return percentile(area, part / 4)


def quartile_between(area: Any, quarter: Any) -> float:
    """QUARTILE.EXC."""
    part = math.trunc(number(quarter))
    if not 1 <= part <= 3:
        raise Stop(NUM)
    return percentile_between(area, part / 4)


def trimmed_mean(area: Any, share: Any) -> float:
    """TRIMMEAN."""
    part, found = number(share), _sorted(area)
    if not 0 <= part < 1:
        raise Stop(NUM)
    cut = int(len(found) * part / 2 + 1e-12)
    rest = found[cut : len(found) - cut]
    return finite(sum(rest) / len(rest))


def rank_between(value: Any, area: Any, is_ascending: Any = False) -> float:
    """RANK.AVG."""
    wanted, known = number(value), numbers(area.flat() if isinstance(area, Span | Block) else [area], ())
    same = known.count(wanted)
    if not same:
        raise Stop(NA)
    is_up = bool(number(is_ascending))
    before = sum(other < wanted if is_up else other > wanted for other in known)
    return before + (same + 1) / 2


def probability(values: Any, shares: Any, least: Any, most: Any = _LEFT_OUT) -> float:
    """PROB.

    Errors: #NUM!: the shares don't add up to 1.
    """
    left, right = _all(values), _all(shares)
    if len(left) != len(right):
        raise Stop(NA)
    if not all(type(one) is float for one in (*left, *right)):
        raise NotUnderstoodError("PROB 的区域里有不是数的")
    low = number(least)
    high = low if most is _LEFT_OUT else number(most)
    if abs(sum(right) - 1) > 1e-7 or not all(0 <= share <= 1 for share in right):
        raise Stop(NUM)
    return finite(sum(share for value, share in zip(left, right, strict=True) if low <= value <= high))
