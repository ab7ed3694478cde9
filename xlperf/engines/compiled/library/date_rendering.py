"""Dates and times of day by a format: parts of the date, names of months and weekdays, hours that go on beyond a day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from xlperf.engines.compiled.library.chinese_numerals import BY_NUMBER, LOWER
from xlperf.engines.compiled.library.days import date_of
from xlperf.engines.compiled.library.number_formats import Piece, Section
from xlperf.formula.tree import NotUnderstoodError

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_WEEKDAYS = "Saturday Sunday Monday Tuesday Wednesday Thursday Friday".split()  # noqa: SIM905
_SHORT_DAYS = "六日一二三四五"
_DAY = 86_400


class _Moment(NamedTuple):
    """A number as a moment: its day, the seconds of it and parts of them as digits, the seconds since day 0."""

    day: int
    seconds: int
    part: str
    total: int


def rendered_date(section: Section, value: float) -> str:
    """A number that is not negative as a date or time.

    Errors: NotUnderstoodError: a name in a language that isn't known here.
    """
    pieces = _with_minutes(section.pieces)
    places, shows_seconds = _part_places(pieces), any(piece.text[0] in "s" for piece in pieces if piece.kind in _TIMED)
    moment = _moment(value, places if shows_seconds else 0)
    has_half = any(piece.kind == "half" for piece in pieces)
    found = [_shown(piece, moment, section, has_half) for piece in pieces]
    return "".join(found)


_TIMED = ("date", "elapsed")


def _moment(value: float, places: int) -> _Moment:
    """The moment, rounded to the parts of a second that are shown."""
    scale = 10**places
    units = math.floor(float(f"{value * _DAY * scale:.15g}") + 0.5)
    total, part = divmod(units, scale)
    return _Moment(total // _DAY, total % _DAY, str(part).zfill(places) if places else "", total)


def _with_minutes(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with an m that means minutes told from one that means months, and parts of seconds as such."""
    found: list[Piece] = []
    timed = [piece for piece in pieces if piece.kind in _TIMED]
    number = -1
    for piece in pieces:
        if piece.kind in _TIMED:
            number += 1
            text = piece.text.lower()
            before = timed[number - 1].text.lower() if number else ""
            after = timed[number + 1].text.lower() if number + 1 < len(timed) else ""
            if piece.kind == "date" and text in ("m", "mm") and (before[:1] == "h" or after[:1] == "s"):
                text = "n" * len(text)
            found.append(Piece(piece.kind, text))
        elif piece.kind == "digit" and piece.text == "0" and found and found[-1].kind in ("point", "part"):
            found[-1] = Piece("part", found[-1].text + "0")
        elif piece.kind in ("digit", "percent", "power", "text", "general"):
            raise NotUnderstoodError("数字格式把日期和数混在一起")
        else:
            found.append(piece)
    return found


def _part_places(pieces: Sequence[Piece]) -> int:
    return max((len(piece.text) - 1 for piece in pieces if piece.kind == "part"), default=0)


def _shown(piece: Piece, moment: _Moment, section: Section, has_half: bool) -> str:
    if piece.kind == "part":
        return "." + moment.part
    if piece.kind == "half":
        return _half(piece.text, moment.seconds >= _DAY // 2)
    if piece.kind == "elapsed":
        whole = moment.total // {"h": 3600, "m": 60, "s": 1}[piece.text[0]]
        return str(whole).zfill(len(piece.text))
    if piece.kind != "date":
        return piece.text
    if piece.text[0] in "hns":
        return _time(piece.text, moment.seconds, section, has_half)
    if moment.day < 0:
        raise NotUnderstoodError("负数没有日期")
    return _date(piece.text, moment.day, section)


def _half(stated: str, is_afternoon: bool) -> str:
    first, _, second = stated.partition("/")
    return second if is_afternoon else first


def _time(text: str, seconds: int, section: Section, has_half: bool) -> str:
    hours = seconds // 3600
    if has_half:
        hours = (hours + 11) % 12 + 1
    number = {"h": hours, "n": seconds % 3600 // 60, "s": seconds % 60}[text[0]]
    return _number(number, len(text), section)


def _date(text: str, day: int, section: Section) -> str:
    year, month, number = date_of(day)
    if text[0] == "a":
        return ("星期" if len(text) == 4 else "") + _SHORT_DAYS[day % 7]
    if text[0] in "ye":
        is_long = text[0] == "e" or len(text) > 2
        shown = f"{year:04d}" if is_long else f"{year % 100:02d}"
        return BY_NUMBER[section.numerals].spelt(shown) if section.numerals else shown
    if len(text) > 2:
        return _name(text, month, day % 7, section.language)
    return _number(month if text[0] == "m" else number, len(text), section)


def _number(number: int, width: int, section: Section) -> str:
    if not section.numerals:
        return str(number).zfill(width)
    if width > 1 and number < 10:
        raise NotUnderstoodError("数字格式用中文数字写两位的日期")
    numerals = BY_NUMBER[section.numerals]
    shown = numerals.counted(str(number))
    return shown.removeprefix(numerals.digits[1]) if numerals is LOWER and 10 <= number < 20 else shown


def _name(text: str, month: int, weekday: int, language: str) -> str:
    if text[0] == "d":
        if language == "zh":
            return ("星期" if len(text) > 3 else "周") + _SHORT_DAYS[weekday]
        return _WEEKDAYS[weekday] if len(text) > 3 else _WEEKDAYS[weekday][:3]
    if language == "zh":
        if len(text) != 4:
            raise NotUnderstoodError("数字格式里月份的简称（中文）不能确定")
        return LOWER.counted(str(month)).removeprefix("一" if month >= 10 else "") + "月"
    return _MONTHS[month - 1] if len(text) == 4 else _MONTHS[month - 1][: 3 if len(text) == 3 else 1]
