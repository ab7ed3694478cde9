"""Functions of how numbers are spread: variances, means other than the usual one, skewness; those that count texts as 0.

`values` are the cells of references, `direct` arguments written out, as in the aggregates.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xlperf.engines.compiled.library.aggregates import numbers
from xlperf.engines.compiled.library.scalars import DIV0, NA, NUM, Stop, finite, number
from xlperf.errors import CellError
from xlperf.values import Value

Values = Sequence[Any]
Numbers = Callable[[Values, Values], list[float]]


def counted(values: Values, direct: Values) -> list[float]:
    """What AVERAGEA and its kin count: text in cells as 0, truth values as 1 and 0."""
    found: list[float] = []
    for value in values:
        if type(value) is CellError:
            raise Stop(value)
        if value is not None:
            found.append(0.0 if isinstance(value, str) else float(value))
    return [*found, *map(number, direct)]


def _mean(found: Sequence[float]) -> float:
    return sum(found) / len(found)


def _squares(found: Sequence[float]) -> float:
    """The sum of the squared distances from the mean."""
    if not found:
        return 0.0
    mean = _mean(found)
    return sum((value - mean) * (value - mean) for value in found)


def variance(take: Numbers, missing: int) -> Callable[[Values, Values], float]:
    """A variance; `missing`: 1 for that of a sample, 0 for that of all there is.

    Errors: #DIV/0!: too few numbers.
    """

    def called(values: Values, direct: Values = ()) -> float:
        found = take(values, direct)
        if len(found) <= missing:
            raise Stop(DIV0)
        return finite(_squares(found) / (len(found) - missing))

    return called


def deviation(take: Numbers, missing: int) -> Callable[[Values, Values], float]:
    """A standard deviation, likewise."""
    square = variance(take, missing)

    def called(values: Values, direct: Values = ()) -> float:
        return math.sqrt(square(values, direct))

    return called


def _of_all(function: Callable[[list[float]], float], least: int = 1) -> Callable[[Values, Values], float]:
    """A function of all numbers.

    Errors: #NUM!: too few of them.
    """

    def called(values: Values, direct: Values = ()) -> float:
        found = numbers(values, direct)
        if len(found) < least:
            raise Stop(NUM)
        return finite(function(found))

    return called


def _average_distance(found: list[float]) -> float:
    mean = _mean(found)
    return sum(abs(value - mean) for value in found) / len(found)


def _harmonic(found: list[float]) -> float:
    if min(found) <= 0:
        raise Stop(NUM)
    return len(found) / sum(1 / value for value in found)


def _geometric(found: list[float]) -> float:
    if min(found) <= 0:
        raise Stop(NUM)
    product = math.prod(found)
    if 0 < product < math.inf:
        return float(product ** (1 / len(found)))
    return math.exp(sum(map(math.log, found)) / len(found))


def _moments(found: list[float], missing: int, power: int) -> float:
    """The sum of the distances from the mean, in standard deviations, to a power.

    Errors: #DIV/0!: all numbers are the same.
    """
    mean, spread = _mean(found), math.sqrt(_squares(found) / (len(found) - missing))
    if spread == 0:
        raise Stop(DIV0)
    return sum(((value - mean) / spread) ** power for value in found)


def _enough(found: list[float], least: int) -> int:
    if len(found) < least:
        raise Stop(DIV0)
    return len(found)


def _skew(found: list[float]) -> float:
    count = _enough(found, 3)
    return count / ((count - 1) * (count - 2)) * _moments(found, 1, 3)


def _skew_of_all(found: list[float]) -> float:
    count = _enough(found, 3)
    return _moments(found, 0, 3) / count


def _kurtosis(found: list[float]) -> float:
    n = _enough(found, 4)
    first = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * _moments(found, 1, 4)
    return first - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


def mode(values: Values, direct: Values = ()) -> float:
    """MODE: the number that comes most often, of several the first.

    Errors: #N/A: none comes twice.
    """
    counts = Counter(numbers(values, direct))
    found, often = counts.most_common(1)[0] if counts else (0.0, 0)
    if often < 2:
        raise Stop(NA)
    return found


def average_of_all(values: Values, direct: Values = ()) -> float:
    """AVERAGEA."""
    found = counted(values, direct)
    if not found:
        raise Stop(DIV0)
    return finite(_mean(found))


def largest_of_all(values: Values, direct: Values = ()) -> float:
    """MAXA; of nothing it is 0."""
    return max(counted(values, direct), default=0.0)


def smallest_of_all(values: Values, direct: Values = ()) -> float:
    """MINA; of nothing it is 0."""
    return min(counted(values, direct), default=0.0)


def sum_of_squares(values: Values, direct: Values = ()) -> float:
    """SUMSQ."""
    return finite(sum(value * value for value in numbers(values, direct)))


def _whole(values: Values, direct: Values) -> list[int]:
    """Numbers for GCD and its kin.

    Errors: #NUM!: less than nothing, or beyond what is counted exactly.
    """
    found = [math.trunc(value) for value in numbers(values, direct)]
    if not all(0 <= value < 2**53 for value in found):
        raise Stop(NUM)
    return found


def greatest_divisor(values: Values, direct: Values = ()) -> float:
    """GCD."""
    return float(math.gcd(*_whole(values, direct)))


def least_multiple(values: Values, direct: Values = ()) -> float:
    """LCM."""
    found = math.lcm(*_whole(values, direct))
    if found >= 2**53:
        raise Stop(NUM)
    return float(found)


def multinomial(values: Values, direct: Values = ()) -> float:
    """MULTINOMIAL."""
    found = _whole(values, direct)
    if sum(found) > 170:
        raise Stop(NUM)
    return finite(float(math.factorial(sum(found)) // math.prod(map(math.factorial, found))))


_SAMPLE, _ALL = 1, 0
SPREADS: Mapping[str, Callable[[Values, Values], Value]] = {
    **dict.fromkeys(("VAR", "VAR.S"), variance(numbers, _SAMPLE)),
    **dict.fromkeys(("VARP", "VAR.P"), variance(numbers, _ALL)),
    **dict.fromkeys(("STDEV", "STDEV.S"), deviation(numbers, _SAMPLE)),
    **dict.fromkeys(("STDEVP", "STDEV.P"), deviation(numbers, _ALL)),
    "VARA": variance(counted, _SAMPLE),
    "VARPA": variance(counted, _ALL),
    "STDEVA": deviation(counted, _SAMPLE),
    "STDEVPA": deviation(counted, _ALL),
    "AVERAGEA": average_of_all,
    "MAXA": largest_of_all,
    "MINA": smallest_of_all,
    "AVEDEV": _of_all(_average_distance),
    "DEVSQ": _of_all(_squares),
    "GEOMEAN": _of_all(_geometric),
    "HARMEAN": _of_all(_harmonic),
    "KURT": _of_all(_kurtosis, 0),
    "SKEW": _of_all(_skew, 0),
    "SKEW.P": _of_all(_skew_of_all, 0),
    **dict.fromkeys(("MODE", "MODE.SNGL"), mode),
    "SUMSQ": sum_of_squares,
    "GCD": greatest_divisor,
    "LCM": least_multiple,
    "MULTINOMIAL": multinomial,
}
