"""Functions that take any number of cells and values: SUM, COUNT, MAX, AND and their kin.

`values` are the cells of references, of which text and truth values don't count; `direct` are arguments written out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from xlperf.engines.compiled.library.ranges import Area, Block, Span, padded
from xlperf.engines.compiled.library.scalars import DIV0, NA, NUM, VALUE, Stop, finite, number, truth
from xlperf.errors import CellError
from xlperf.values import Value

Values = Sequence[Any]


def numbers(values: Values, direct: Values) -> list[float]:
    """The numbers; an error among the cells is passed on."""
    found: list[float] = []
    for value in values:
        if type(value) is float:
            found.append(value)
        elif type(value) is CellError:
            raise Stop(value)
    if direct:
        found += map(number, direct)
    return found


def total(values: Values, direct: Values = ()) -> float:
    """SUM."""
    found = 0.0
    for value in values:
        if type(value) is float:
            found += value
        elif type(value) is CellError:
            raise Stop(value)
    for value in direct:
        found += number(value)
    return finite(found)


def product(values: Values, direct: Values = ()) -> float:
    """PRODUCT; of nothing it is 0."""
    found = numbers(values, direct)
    return finite(math.prod(found)) if found else 0.0


def count(values: Values, direct: Values = ()) -> float:
    """COUNT."""
    found = list(map(type, values)).count(float)
    for value in direct:
        try:
            number(value)
            found += 1
        except Stop:
            continue
    return float(found)


def count_all(values: Values, direct: Values = ()) -> float:
    """COUNTA."""
    return float(len(values) - list(map(type, values)).count(type(None)) + len(direct))


def largest(values: Values, direct: Values = ()) -> float:
    """MAX; of nothing it is 0."""
    return max(numbers(values, direct), default=0.0)


def smallest(values: Values, direct: Values = ()) -> float:
    """MIN; of nothing it is 0."""
    return min(numbers(values, direct), default=0.0)


def average(values: Values, direct: Values = ()) -> float:
    """AVERAGE."""
    found = numbers(values, direct)
    if not found:
        raise Stop(DIV0)
    return finite(sum(found) / len(found))


def median(values: Values, direct: Values = ()) -> float:
    """MEDIAN."""
    found = sorted(numbers(values, direct))
    if not found:
        raise Stop(NUM)
    middle = len(found) // 2
    return found[middle] if len(found) % 2 else (found[middle - 1] + found[middle]) / 2


def _truths(values: Values, direct: Values) -> list[bool]:
    found = []
    for value in values:
        if type(value) is bool:
            found.append(value)
        elif type(value) is float:
            found.append(value != 0)
        elif type(value) is CellError:
            raise Stop(value)
    found += map(truth, direct)
    if not found:
        raise Stop(VALUE)
    return found


def all_true(values: Values, direct: Values = ()) -> bool:
    """AND."""
    return all(_truths(values, direct))


def any_true(values: Values, direct: Values = ()) -> bool:
    """OR."""
    return any(_truths(values, direct))


def odd_true(values: Values, direct: Values = ()) -> bool:
    """XOR."""
    return sum(_truths(values, direct)) % 2 == 1


def count_blank(area: Area) -> float:
    """COUNTBLANK: cells that are blank or show nothing."""
    filled = sum(1 for column in area.lists() for value in column if value is not None and value != "")
    return float(area.height * area.width - filled)


def sum_product(*areas: Any) -> float:
    """SUMPRODUCT: what isn't a number counts as 0.

    Errors: those of the cells; #VALUE!: the ranges differ in size.
    """
    given = [area if isinstance(area, Span | Block) else Block([[area]], 1) for area in areas]
    first = given[0]
    if any((area.height, area.width) != (first.height, first.width) for area in given):
        raise Stop(VALUE)
    if len(given) == 1:
        return finite(sum(_counted(first.flat())))
    found = 0.0
    for lists in zip(*(padded(area) for area in given), strict=True):
        for row in zip(*lists, strict=True):
            found += math.prod(_counted(row))
    return finite(found)


def _counted(values: Iterable[Value]) -> list[float]:
    found = []
    for value in values:
        if type(value) is CellError:
            raise Stop(value)
        found.append(value if type(value) is float else 0.0)
    return found


def _flat(area: Any) -> Values:
    return area.flat() if isinstance(area, Span | Block) else [area]


def nth_largest(area: Any, place: Any) -> float:
    """LARGE."""
    return _nth(sorted(numbers(_flat(area), ()), reverse=True), place)


def nth_smallest(area: Any, place: Any) -> float:
    """SMALL."""
    return _nth(sorted(numbers(_flat(area), ())), place)


def _nth(ordered: list[float], place: Any) -> float:
    index = math.ceil(number(place))
    if not 1 <= index <= len(ordered):
        raise Stop(NUM)
    return ordered[index - 1]


def rank(value: Any, area: Any, is_ascending: Any = False) -> float:
    """RANK."""
    wanted, known = number(value), numbers(_flat(area), ())
    if wanted not in known:
        raise Stop(NA)
    is_up = truth(is_ascending)
    return float(1 + sum(other < wanted if is_up else other > wanted for other in known))


TOTALS: Mapping[str, Callable[[Values, Values], Value]] = {
    "SUM": total,
    "PRODUCT": product,
    "COUNT": count,
    "COUNTA": count_all,
    "MAX": largest,
    "MIN": smallest,
    "AVERAGE": average,
    "MEDIAN": median,
    "AND": all_true,
    "OR": any_true,
    "XOR": odd_true,
}
