"""Days as Excel numbers them: 1 is 1900-01-01, 60 the 29 February 1900 that never was, 0 a day before the first."""

from __future__ import annotations

import datetime as dt

from xlperf.values import LAST_DAY

NO_DAY = 60
_FIRST = dt.date(1900, 1, 1)
# The days of the first two months, with the one that never was.
_BEFORE_MARCH = {1: 31, 2: 29}


def day_number(year: int, month: int, day: int) -> int | None:
    """The number of a date that is in the calendar; None where it isn't, or lies outside of 1900 to 9999."""
    if not 1900 <= year <= 9999:
        return None
    if year == 1900 and month in _BEFORE_MARCH:
        return day + 31 * (month - 1) if 1 <= day <= _BEFORE_MARCH[month] else None
    try:
        return (dt.date(year, month, day) - _FIRST).days + 2
    except ValueError:
        return None


def date_of(number: int) -> tuple[int, int, int]:
    """Year, month and day of a number from 0 to the last day."""
    if number in (0, NO_DAY):
        return (1900, 1, 0) if number == 0 else (1900, 2, 29)
    day = _FIRST + dt.timedelta(days=number - (2 if number > NO_DAY else 1))
    return day.year, day.month, day.day


def is_day_number(number: float) -> bool:
    """Whether a number stands for a day."""
    return 0 <= number < LAST_DAY + 1


def last_of_month(year: int, month: int) -> int:
    """How many days a month has; February 1900 has 29 here."""
    if year == 1900 and month in _BEFORE_MARCH:
        return _BEFORE_MARCH[month]
    following = dt.date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else None
    return 31 if following is None else (following - dt.timedelta(days=1)).day


def month_moved(year: int, month: int, by: int) -> tuple[int, int]:
    """The month that lies so many months later."""
    years, place = divmod(year * 12 + month - 1 + by, 12)
    return years, place + 1
