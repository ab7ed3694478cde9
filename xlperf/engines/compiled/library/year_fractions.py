"""YEARFRAC: the part of a year between two days, by the five ways in which years and months are counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from xlperf.engines.compiled.library.dates import day_given
from xlperf.engines.compiled.library.days import date_of, day_number, last_of_month
from xlperf.engines.compiled.library.rounding import no_truths
from xlperf.engines.compiled.library.scalars import NUM, Stop, number

Date = tuple[int, int, int]


def year_fraction(start: Any, end: Any, basis: Any = 0.0) -> float:
    """YEARFRAC; the order of the two days makes no difference."""
    no_truths(start, end, basis)
    one, two = sorted((day_given(start), day_given(end)))
    way = math.floor(number(basis))
    if not 0 <= way < len(_WAYS):
        raise Stop(NUM)
    return _WAYS[way](one, two) if one != two else 0.0


def _american(one: int, two: int) -> float:
    """Months of 30 days; the last days of February count as the 30th where the first day is one."""
    first, last = date_of(one), date_of(two)
    start, end = first[2], last[2]
    if _ends_february(first):
        start, end = 30, 30 if _ends_february(last) else end
    start = min(start, 30)
    return _of_360(first, last, start, 30 if end == 31 and start == 30 else end)


def _european(one: int, two: int) -> float:
    """Months of 30 days; the 31st is the 30th."""
    first, last = date_of(one), date_of(two)
    return _of_360(first, last, min(first[2], 30), min(last[2], 30))


def _of_360(first: Date, last: Date, start: int, end: int) -> float:
    return ((last[0] - first[0]) * 360 + (last[1] - first[1]) * 30 + end - start) / 360


def _ends_february(date: Date) -> bool:
    return date[1] == 2 and date[2] == last_of_month(date[0], 2)


def _actual(one: int, two: int) -> float:
    """Days by the days of the year: within a year that of the leap day if it is among them, else of the mean year."""
    first, last = date_of(one), date_of(two)
    if first[0] == last[0]:
        return (two - one) / _days_of(first[0])
    if last[0] == first[0] + 1 and first[1:] >= last[1:]:
        has_leap_day = any(
            one <= leap_day <= two for year in (first[0], last[0]) if (leap_day := day_number(year, 2, 29)) is not None
        )
        return (two - one) / (366 if has_leap_day else 365)
    years = range(first[0], last[0] + 1)
    return (two - one) / (sum(map(_days_of, years)) / len(years))


def _days_of(year: int) -> int:
    """The days of a year; 1900 is no leap year here."""
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365


_WAYS: tuple[Callable[[int, int], float], ...] = (
    _american,
    _actual,
    lambda one, two: (two - one) / 360,
    lambda one, two: (two - one) / 365,
    _european,
)
