"""What number a text says where Excel wants one: digits, per cent, currency, fractions, dates and times of day.

Read as a Chinese Excel does. A text whose meaning hangs on the year in which it is read (“3/5”), or on the settings of the
machine (“1/5/2024”), is refused, since no number for it would be right everywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache

from xlperf.engines.compiled.library.days import day_number
from xlperf.formula.tree import UncertainError
from xlperf.values import SIGNIFICANT_DIGITS

_NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[-+]?) ?(?P<currency>[$¥￥]?) ?(?P<inner>(?<![-+])[-+](?=[0-9.]))?"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?P<point>\.[0-9]*)?(?:[eE](?P<power>[-+]?[0-9]{1,3}))?"
    r"(?P<percent> ?%)?(?(open)\))"
)
_FRACTION = re.compile(r"([-+]?)([0-9]+) +([0-9]{1,5})/([0-9]{1,5})")
_DATE = r"(?P<y>[0-9]{4})(?:[-/](?P<m>[0-9]{1,2})(?:[-/](?P<d>[0-9]{1,2}))?|年(?P<m2>[0-9]{1,2})月(?:(?P<d2>[0-9]{1,2})日)?)"
_NAMED = r"(?P<nd>[0-9]{1,2})[- ](?P<nm>[A-Za-z]{3,9})[- ](?P<ny>[0-9]{4})|(?P<um>[A-Za-z]{3,9}) (?P<ud>[0-9]{1,2}), (?P<uy>[0-9]{4})"
_TIME = (
    r"(?P<h>[0-9]{1,4}):(?P<min>[0-9]{1,2})(?::(?P<s>[0-9]{1,2}(?:\.[0-9]*)?))?(?: (?P<half>[AaPp][Mm]?))?"
    r"|(?P<half2>上午|下午)?(?P<h2>[0-9]{1,2})时(?P<min2>[0-9]{1,2})分(?:(?P<s2>[0-9]{1,2})秒)?"
)
_MOMENT = re.compile(rf"(?:{_DATE}|{_NAMED})?(?P<gap> )?(?:{_TIME})?")
_MONTHS = ("january february march april may june july august september october november december").split()  # noqa: SIM905
# What would be a date in this year, or one that machines read in different ways.
_DOUBTFUL = re.compile(
    r"[0-9]{1,2}[-/][0-9]{1,4}(?:[-/][0-9]{1,4})?|[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{2}年[0-9]{1,2}月(?:[0-9]{1,2}日)?"
    r"|[0-9]{1,2}[- ][A-Za-z]{3}(?:[- ][0-9]{2})?|[A-Za-z]{3}[- ][0-9]{1,2}|[0-9]+,[0-9,]*|[０-９]+|%[0-9.]+|[0-9.]+-"
)


@lru_cache(maxsize=4096)
def number_said(text: str) -> float | None:
    """The number that a text says; None where it says none, infinite where it is too large.

    Errors: NotUnderstoodError: what it says hangs on the day or the machine.
    """
    plain = text.strip()
    match = _NUMBER.fullmatch(plain)
    if match and (match["whole"] or (match["point"] or ".") != "."):
        return _number(match)
    fraction = _FRACTION.fullmatch(plain)
    if fraction:
        sign, whole, part, of = fraction.groups()
        found = int(whole) + int(part) / int(of) if int(of) else None
        return found if found is None or sign != "-" else -found
    # A date with blanks around it is none; a time of day is one.
    found = _moment(plain if ":" in plain and not any(sign in plain for sign in "-/年") else text)
    if found is None and _DOUBTFUL.fullmatch(plain):
        raise UncertainError(f"文字“{plain}”当作数时随当年日期或电脑设置而变")
    return found


def _number(match: re.Match[str]) -> float | None:
    """The number of digits that were matched, of which the first 15 count, as in Excel."""
    signs = [sign for sign in (match["open"], match["sign"], match["inner"]) if sign]
    if len(signs) > 1 or (match["inner"] and not match["currency"]):
        return None
    whole, point = (match["whole"] or "").replace(",", ""), (match["point"] or "")[1:]
    digits = whole + point
    leading = len(digits) - len(digits.lstrip("0"))
    kept = digits[: leading + SIGNIFICANT_DIGITS].ljust(len(digits), "0")
    found = float(f"{kept[: len(whole)] or 0}.{kept[len(whole) :] or 0}e{match['power'] or 0}")
    found = found / 100 if match["percent"] else found
    return -found if signs and signs[0] in ("-", "(") else found


def _moment(text: str) -> float | None:
    """The number of a date, a time of day, or both with a blank between them."""
    match = _MOMENT.fullmatch(text)
    if match is None or not text:
        return None
    has_day = bool(match["y"] or match["ny"] or match["uy"])
    has_time = match["h"] is not None or match["h2"] is not None
    if bool(match["gap"]) != (has_day and has_time):
        return None
    day = _day(match) if has_day else 0
    time = _time(match) if has_time else 0.0
    return None if day is None or time is None else day + time


def _day(match: re.Match[str]) -> int | None:
    if match["y"]:
        return day_number(int(match["y"]), int(match["m"] or match["m2"]), int(match["d"] or match["d2"] or 1))
    name, day, year = (
        (match["nm"], match["nd"], match["ny"]) if match["nm"] else (match["um"], match["ud"], match["uy"])
    )
    folded = name.lower()
    month = next((n for n, full in enumerate(_MONTHS, 1) if folded in (full, full[:3])), None)
    return None if month is None else day_number(int(year), month, int(day))


def _time(match: re.Match[str]) -> float | None:
    hours, minutes = int(match["h"] or match["h2"]), int(match["min"] or match["min2"])
    seconds = float(match["s"] or match["s2"] or 0)
    half = (match["half"] or match["half2"] or "").lower()
    if minutes > 59 or seconds >= 60 or (half and not 0 <= hours <= 12) or (match["y"] and hours > 23):
        return None
    if half:
        hours = hours % 12 + (12 if half[0] in "p下" else 0)
    return (hours * 3600 + minutes * 60 + seconds) / 86_400
