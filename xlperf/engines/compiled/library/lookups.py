"""Functions that look values up in ranges: MATCH, INDEX, LOOKUP, VLOOKUP, HLOOKUP, XMATCH."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any

from xlperf.engines.compiled.library.criteria import wildcard
from xlperf.engines.compiled.library.ranges import Area, Block, Span, lifted, padded
from xlperf.engines.compiled.library.scalars import NA, REF, VALUE, Stop, compared, equal, number, plain, truth
from xlperf.errors import CellError
from xlperf.formula.tree import NotUnderstoodError
from xlperf.values import Value

_WILD = frozenset("*?~")
_ORDER = cmp_to_key(compared)
_BACKWARDS = cmp_to_key(lambda one, two: compared(two, one))
_BY_PATTERN, _BY_EXPRESSION, _HALVING = 2, 3, 2


def match(wanted: Any, area: Any, mode: Any = 1.0) -> float:
    """MATCH: the place of a value in one row or column.

    Errors: #N/A: not there, or the range is no row or column.
    """
    how = number(plain(mode))
    if not isinstance(area, Span | Block):
        area = Block([[area]], 1)
    if area.height > 1 and area.width > 1:
        raise Stop(NA)
    return float(_place(plain(wanted), area.flat(), how) + 1)


def place_of(wanted: Any, area: Any, mode: Any = 0.0, direction: Any = 1.0) -> float:
    """XMATCH: the place of a value in one row or column, or of the next smaller (-1) or larger (1) one.

    Errors: #N/A: not there; #VALUE!: no such way, or the range is no row or column; NotUnderstoodError: binary search, in
    which it matters how Excel halves the values, and regular expressions.
    """
    how, way = math.trunc(number(plain(mode))), math.trunc(number(plain(direction)))
    given = plain(wanted)
    if not isinstance(area, Span | Block):
        area = Block([[area]], 1)
    if how == _BY_EXPRESSION or abs(way) == _HALVING:
        raise NotUnderstoodError("XLOOKUP、XMATCH 的二分查找和正则表达式")
    if (area.height > 1 and area.width > 1) or how not in (-1, 0, 1, 2) or abs(way) != 1:
        raise Stop(VALUE)
    values = [value for column in padded(area) for value in column] if given is None else list(area.flat())
    order = range(len(values)) if way > 0 else range(len(values) - 1, -1, -1)
    is_pattern = how == _BY_PATTERN and isinstance(given, str) and not _WILD.isdisjoint(given)
    is_met = wildcard(given) if is_pattern else None
    for place in order:
        value = values[place]
        if type(value) is type(given) and (is_met(str(value)) if is_met else value is None or equal(value, given)):
            return float(place + 1)
    if how not in (-1, 1) or given is None:
        raise Stop(NA)
    held = [place for place in order if not (values[place] is None or isinstance(values[place], CellError))]
    beyond = [place for place in held if compared(values[place], given) == how]
    if not beyond:
        raise Stop(NA)
    return float(min(beyond, key=lambda place: _ORDER(values[place]) if how > 0 else _BACKWARDS(values[place])) + 1)


def _place(wanted: Value, values: Sequence[Value], how: float) -> int:
    if wanted is None:
        raise Stop(NA)
    if how == 0:
        return _exact(wanted, values)
    return _last_at_most(wanted, values) if how > 0 else _last_at_least(wanted, values)


def _exact(wanted: Value, values: Sequence[Value]) -> int:
    """Where the value stands; text may hold wildcards and is compared without regard to case."""
    if type(wanted) is str:
        if not _WILD.isdisjoint(wanted):
            matches = wildcard(wanted)
            for index, value in enumerate(values):
                if type(value) is str and matches(value):
                    return index
            raise Stop(NA)
        if wanted in values:
            first = values.index(wanted)
            values = values[:first]
        else:
            first = -1
        folded = wanted.casefold()
        for index, value in enumerate(values):
            if type(value) is str and value.casefold() == folded:
                return index
        if first >= 0:
            return first
        raise Stop(NA)
    kind = type(wanted)
    for index, value in enumerate(values):
        if type(value) is kind and equal(value, wanted):
            return index
    raise Stop(NA)


def _same_kind(wanted: Value, values: Sequence[Value]) -> tuple[list[int], list[Value]]:
    kind = type(wanted)
    places = [index for index, value in enumerate(values) if type(value) is kind]
    return places, [values[index] for index in places]


def _last_at_most(wanted: Value, values: Sequence[Value]) -> int:
    """In ascending values the last one that isn't larger; values of other kinds are passed over."""
    places, known = _same_kind(wanted, values)
    found = bisect_right(known, _ORDER(wanted), key=_ORDER)
    if found == 0:
        raise Stop(NA)
    return places[found - 1]


def _last_at_least(wanted: Value, values: Sequence[Value]) -> int:
    """In descending values the last one that isn't smaller."""
    found = -1
    for place, value in zip(*_same_kind(wanted, values), strict=True):
        order = compared(value, wanted)
        if order < 0:
            break
        found = place
        if order == 0:
            break
    if found < 0:
        raise Stop(NA)
    return found


def index(area: Any, row: Any = 0.0, column: Any = None) -> Any:
    """INDEX: a cell of a range, or a whole row or column of it where the other number is 0.

    Errors: #REF!: outside; #VALUE!: a negative number.
    """
    if not isinstance(area, Span | Block):
        area = Block([[area]], 1)
    first, second = int(number(plain(row))), None if column is None else int(number(plain(column)))
    if second is None:
        if area.height == 1 and area.width > 1:
            first, second = 1, first
        else:
            second = 1 if area.width == 1 else 0
    if first < 0 or second < 0:
        raise Stop(VALUE)
    if first > area.height or second > area.width:
        raise Stop(REF)
    if first and second:
        return area.at(first - 1, second - 1)
    if first:
        return Block([[area.at(first - 1, place)] for place in range(area.width)], 1)
    lists = area.lists()
    return Block([lists[second - 1]] if second else lists, area.height)


def index_crossed(area: Any, row: Any, cell: Any, across: Any = None, down: Any = None, column: Any = None) -> Any:
    """INDEX where one value belongs: all rows or columns, which 0 stands for, are the one that the formula stands in.

    `cell`: what a formula gets for all of the area; `across`, `down`: the row and the column of the area that it stands
    in; each the error #VALUE! where it stands beside. Without them the area is a line, in which `row` says the place.
    """
    first = int(number(plain(row)))
    if across is None:
        return index(area, row) if first else cell
    second = int(number(plain(column)))
    if not first and not second:
        return cell
    if not first:
        area, first = across, 1
    elif not second:
        area, second = down, 1
    return area if type(area) is CellError else index(area, float(first), float(second))


def choice(number_: Any, *given: Any) -> Any:
    """CHOOSE of areas: the one chosen, as it is; for an array of numbers, each value from the area chosen for it.

    Errors: #VALUE!: there is none of that number.
    """

    def chosen(place: Any, *values: Any) -> Any:
        index = int(number(plain(place)))
        if not 1 <= index <= len(values):
            raise Stop(VALUE)
        return values[index - 1]

    return lifted(chosen, number_, *given) if isinstance(number_, Span | Block) else chosen(number_, *given)


def look_up(wanted: Any, area: Any, result: Any = None) -> Value:
    """LOOKUP in ascending values: the last that isn't larger, or what stands beside it in another range."""
    searched = _area(area)
    given = plain(wanted)
    given = 0.0 if given is None else given
    if searched.height > 1 and searched.width > 1:
        is_wide = searched.width > searched.height
        place = _last_at_most(given, _line(searched, 0, is_wide))
        return searched.at(searched.height - 1, place) if is_wide else searched.at(place, searched.width - 1)
    place = _last_at_most(given, searched.flat())
    target = searched if result is None else _area(result)
    if target.height > 1 and target.width > 1:
        raise Stop(NA)
    is_inside = place < max(target.height, target.width)
    if not is_inside:
        raise Stop(NA)
    return target.at(0, place) if target.height == 1 and target.width > 1 else target.at(place, 0)


def _area(given: Any) -> Area:
    return given if isinstance(given, Span | Block) else Block([[given]], 1)


def _line(area: Area, number_: int, is_row: bool) -> Sequence[Value]:
    if is_row:
        return [area.at(number_, place) for place in range(area.width)]
    return area.lists()[number_]


def vertical_look_up(wanted: Any, area: Any, column: Any, is_near: Any = True) -> Value:
    """VLOOKUP."""
    return _beside(wanted, area, column, is_near, False)


def horizontal_look_up(wanted: Any, area: Any, row: Any, is_near: Any = True) -> Value:
    """HLOOKUP."""
    return _beside(wanted, area, row, is_near, True)


def _beside(wanted: Any, area: Any, offset: Any, is_near: Any, is_row: bool) -> Value:
    if not isinstance(area, Span | Block):
        raise Stop(NA)
    given, step = plain(wanted), int(number(plain(offset)))
    if step < 1:
        raise Stop(VALUE)
    if step > (area.height if is_row else area.width):
        raise Stop(REF)
    if given is None:
        given = 0.0
    values = _line(area, 0, is_row)
    place = _last_at_most(given, values) if truth(plain(is_near)) else _exact(given, values)
    return area.at(step - 1, place) if is_row else area.at(place, step - 1)
