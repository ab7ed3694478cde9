"""Functions of dates and times of day; numbers before March 1900 are the days that Excel takes them for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from xlperf.engines.compiled.library.days import date_of, day_number, is_day_number, last_of_month, month_moved
from xlperf.engines.compiled.library.number_texts import number_said
from xlperf.engines.compiled.library.ranges import Block, Span
from xlperf.engines.compiled.library.rounding import no_truths
from xlperf.engines.compiled.library.scalars import NUM, VALUE, Stop, number, text, truth
from xlperf.errors import CellError
from xlperf.formula.tree import UncertainError
from xlperf.values import LAST_DAY

_SECONDS = 86_400
_LARGEST_PART = 32_767


def day_given(value: Any) -> int:
    """The day that a number stands for."""
    given = number(value)
    if not is_day_number(given):
        raise Stop(NUM)
    return math.floor(given)


def _within(serial: float | None) -> float:
    if serial is None or not 0 <= serial <= LAST_DAY:
        raise Stop(NUM)
    return float(serial)


def date(year: Any, month: Any, day: Any) -> float:
    """DATE; months and days beyond the end go on in the next year or month."""
    given, months, days = math.floor(number(year)), math.floor(number(month)), math.floor(number(day))
    if 0 <= given < 1900:
        given += 1900
    if not 0 <= given <= 9999 or abs(months) > 200_000:
        raise Stop(NUM)
    years, place = month_moved(given, 1, months - 1)
    first = day_number(years, place, 1)
    if first is None:
        raise Stop(NUM)
    return _within(first + days - 1)


def year_of(value: Any) -> float:
    """YEAR."""
    return float(date_of(day_given(value))[0])


def month_of(value: Any) -> float:
    """MONTH."""
    return float(date_of(day_given(value))[1])


def day_of(value: Any) -> float:
    """DAY."""
    return float(date_of(day_given(value))[2])


def _second_of_day(value: Any) -> int:
    """The second of the day that is nearest."""
    given = number(value)
    if not is_day_number(given):
        raise Stop(NUM)
    return math.floor(float(f"{given % 1 * _SECONDS:.10g}") + 0.5) % _SECONDS


def hour_of(value: Any) -> float:
    """HOUR."""
    return float(_second_of_day(value) // 3600)


def minute_of(value: Any) -> float:
    """MINUTE."""
    return float(_second_of_day(value) % 3600 // 60)


def second_of(value: Any) -> float:
    """SECOND."""
    return float(_second_of_day(value) % 60)


def time(hour: Any, minute: Any, second: Any) -> float:
    """TIME, within one day.

    Errors: #NUM!: a part is too large, or all are negative together.
    """
    parts = [math.trunc(number(part)) for part in (hour, minute, second)]
    total = parts[0] * 3600 + parts[1] * 60 + parts[2]
    if max(parts) > _LARGEST_PART or total < 0:
        raise Stop(NUM)
    return total % _SECONDS / _SECONDS


def _said(value: Any) -> float:
    given = value if isinstance(value, str) else None
    if given is None:
        text(value)
        raise Stop(VALUE)
    found = number_said(given)
    if found is None or not any(sign in given for sign in "-/年月:时 "):
        raise Stop(VALUE)
    return found


def date_value(value: Any) -> float:
    """DATEVALUE: the day that a text says, without the time.

    Errors: #VALUE!: it says none.
    """
    found = math.floor(_said(value))
    if ":" in value and not any(sign in value for sign in "-/年"):
        return 0.0
    return float(found)


def time_value(value: Any) -> float:
    """TIMEVALUE: the time that a text says, without the day."""
    return _said(value) % 1


def _moved(value: Any, months: Any) -> tuple[int, int, int]:
    """The day moved by whole months: year, month, and the day where the month had it."""
    start, by = day_given(value), math.trunc(number(months))
    year, month, day = date_of(start)
    if abs(by) > 200_000:
        raise Stop(NUM)
    years, place = month_moved(year, month, by)
    if not 1900 <= years <= 9999:
        raise Stop(NUM)
    return years, place, day


def month_later(value: Any, months: Any) -> float:
    """EDATE: the same day some months later, or the last of the month where it has none such."""
    no_truths(value, months)
    year, month, day = _moved(value, months)
    if day == 0:
        # The day before a first of the month, as the calendar that begins with a day 0 has it: Excel saves 31 for EDATE(0,1).
        first = day_number(year, month, 1)
        return _within(None if first is None else first - 1)
    return _within(day_number(year, month, min(day, last_of_month(year, month))))


def month_end(value: Any, months: Any) -> float:
    """EOMONTH: the last day of the month some months later."""
    no_truths(value, months)
    year, month, _ = _moved(value, months)
    return _within(day_number(year, month, last_of_month(year, month)))


def difference(start: Any, end: Any, unit: Any) -> float:
    """DATEDIF: whole years, months, days between two days.

    Errors: #NUM!: the end comes first, or there is no such unit; NotUnderstoodError: MD, of which Microsoft warns.
    """
    first, last, how = day_given(start), day_given(end), text(unit).upper()
    if first > last or how not in ("Y", "M", "D", "MD", "YM", "YD"):
        raise Stop(NUM)
    one, two = date_of(first), date_of(last)
    months = (two[0] - one[0]) * 12 + two[1] - one[1] - (two[2] < one[2])
    if how == "D":
        return float(last - first)
    if how in ("M", "Y", "YM"):
        return float({"M": months, "Y": months // 12, "YM": months % 12}[how])
    if how == "MD" and two[2] >= one[2]:
        return float(two[2] - one[2])
    if how == "YD":
        return _days_within_year(one, two, last)
    raise UncertainError("DATEDIF 的“MD”在月末不可靠（微软文档提示不要用）")


def _days_within_year(one: tuple[int, int, int], two: tuple[int, int, int], last: int) -> float:
    """The days beyond whole years: counted from the day in the first year, as Excel does, which leap days may tell."""
    is_before = (two[1], two[2]) < (one[1], one[2])
    from_first = day_number(one[0] + is_before, two[1], two[2])
    start = day_number(*one)
    to_last = day_number(two[0] - is_before, one[1], one[2])
    if from_first is None or start is None or to_last is None or from_first - start != last - to_last:
        raise UncertainError("DATEDIF 的“YD”遇到闰日，Excel 的结果不能确定")
    return float(last - to_last)


def days_between(end: Any, start: Any) -> float:
    """DAYS."""
    return float(day_given(end) - day_given(start))


def days_of_360(start: Any, end: Any, is_european: Any = False) -> float:
    """DAYS360: by months of 30 days, the American way unless the European one is wanted."""
    first, last = date_of(day_given(start)), date_of(day_given(end))
    one, two = list(first), list(last)
    if truth(is_european):
        one[2], two[2] = min(one[2], 30), min(two[2], 30)
    else:
        if one[2] == last_of_month(one[0], one[1]):
            one[2] = 30
        if two[2] == 31:
            if one[2] < 30:
                two[0], two[1] = month_moved(two[0], two[1], 1)
                two[2] = 1
            else:
                two[2] = 30
    return float((two[0] - one[0]) * 360 + (two[1] - one[1]) * 30 + two[2] - one[2])


_WEEK_STARTS = {11: 0, 12: 1, 13: 2, 14: 3, 15: 4, 16: 5, 17: 6}


def weekday(value: Any, kind: Any = 1.0) -> float:
    """WEEKDAY: 1 to 7 from Sunday, or from another day by kind."""
    place, how = (day_given(value) - 1) % 7, int(number(kind))
    if how == 3:
        return float((place - 1) % 7)
    if how in (1, 2):
        return float((place - (how - 1)) % 7 + 1)
    if how not in _WEEK_STARTS:
        raise Stop(NUM)
    return float((place - 1 - _WEEK_STARTS[how]) % 7 + 1)


def week_number(value: Any, kind: Any = 1.0) -> float:
    """WEEKNUM: weeks of the year; 21 by ISO."""
    no_truths(value)
    day, how = day_given(value), int(number(kind))
    if how == 21:
        return iso_week(value)
    starts = {1: 6, 2: 0, **_WEEK_STARTS}
    if how not in starts:
        raise Stop(NUM)
    first = day_number(date_of(day)[0], 1, 1) or 1
    into = ((first - 2) % 7 - starts[how]) % 7
    return float((day - first + into) // 7 + 1)


def iso_week(value: Any) -> float:
    """ISOWEEKNUM: the week of which the Thursday lies in the year."""
    day = day_given(value)
    thursday = day - (day - 2) % 7 + 3
    first = day_number(date_of(thursday)[0], 1, 1) or 1
    return float((thursday - first) // 7 + 1)


# Days of work: Saturdays, Sundays and the stated days are none.


def _stated_days(holidays: Any) -> set[int]:
    values: Iterable[Any] = holidays.flat() if isinstance(holidays, Span | Block) else [holidays]
    found = set()
    for value in values:
        if isinstance(value, CellError):
            raise Stop(value)
        if value is not None:
            found.add(day_given(value))
    return found


def _is_working(day: int, free: Sequence[bool], stated: set[int]) -> bool:
    return not free[(day - 2) % 7] and day not in stated


_WEEKEND = (False,) * 5 + (True, True)


def working_days(start: Any, end: Any, holidays: Any = None) -> float:
    """NETWORKDAYS, both ends included."""
    no_truths(start, end)
    return _counted_days(start, end, _WEEKEND, holidays)


def _counted_days(start: Any, end: Any, free: Sequence[bool], holidays: Any) -> float:
    first, last, stated = day_given(start), day_given(end), _stated_days(holidays)
    sign = 1 if first <= last else -1
    first, last = min(first, last), max(first, last)
    weeks, rest = divmod(last - first + 1, 7)
    count = weeks * (7 - sum(free)) + sum(not free[(day - 2) % 7] for day in range(last - rest + 1, last + 1))
    count -= sum(first <= day <= last and not free[(day - 2) % 7] for day in stated)
    return float(sign * count)


def working_day(start: Any, days: Any, holidays: Any = None) -> float:
    """WORKDAY: the day so many days of work later."""
    no_truths(start, days)
    return _day_of_work(start, days, _WEEKEND, holidays)


def _day_of_work(start: Any, days: Any, free: Sequence[bool], holidays: Any) -> float:
    day, left, stated = day_given(start), math.trunc(number(days)), _stated_days(holidays)
    step = 1 if left > 0 else -1
    left = abs(left)
    if left > LAST_DAY:
        raise Stop(NUM)
    while left:
        day += step
        if not 0 <= day <= LAST_DAY:
            raise Stop(NUM)
        left -= _is_working(day, free, stated)
    return float(day)


def _weekend(stated: Any) -> Sequence[bool]:
    """The free days from Monday on: by a number, or by seven signs."""
    if isinstance(stated, str):
        if len(stated) != 7 or set(stated) - {"0", "1"} or stated == "1111111":
            raise Stop(VALUE)
        return [sign == "1" for sign in stated]
    how = 1 if stated is None else int(number(stated))
    if 1 <= how <= 7:
        return [(place - 4 - how) % 7 in (0, 1) for place in range(7)]
    if 11 <= how <= 17:
        return [place == (how - 12) % 7 for place in range(7)]
    raise Stop(NUM)


def working_days_of(start: Any, end: Any, weekend: Any = None, holidays: Any = None) -> float:
    """NETWORKDAYS.INTL."""
    return _counted_days(start, end, _weekend(weekend), holidays)


def working_day_of(start: Any, days: Any, weekend: Any = None, holidays: Any = None) -> float:
    """WORKDAY.INTL."""
    return _day_of_work(start, days, _weekend(weekend), holidays)
