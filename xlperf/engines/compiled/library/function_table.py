"""Excel's plain functions of single values, and all functions that compiled formulas may call, by name."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from xlperf.engines.compiled.library import aggregates, criteria, lookups
from xlperf.engines.compiled.library.scalars import (
    DIV0,
    NA,
    NUM,
    VALUE,
    Stop,
    number,
    number_of_text,
    plain,
    power,
    text,
    truth,
)
from xlperf.errors import CellError
from xlperf.formula.functions import FUNCTIONS, ExcelFunction
from xlperf.values import round_half_up

# From here on a number has no digits after the point, and MOD no answer.
_WHOLE, _LARGEST_QUOTIENT = 1e15, 1.125899906842624e12
_ERROR_TYPES = {code: float(place) for place, code in enumerate(CellError.CODES, 1)}
_FIRST = dt.date(1900, 1, 1)
_NO_DAY, _LAST_DAY = 60, 2_958_465
_SPACES = re.compile(" +")
_RESULTS = {"number": "number", "count": "number", "truth": "bool", "text": "text"}


class PlainFunction(NamedTuple):
    """A function that compiled formulas call: what does it, and what the table of Excel's functions says of it."""

    call: Callable[..., Any]
    facts: ExcelFunction

    @property
    def result(self) -> str:
        """The kind of its results, as generated code tells them apart."""
        return _RESULTS.get(self.facts.gives, "any")


def round_to(value: Any, digits: Any) -> float:
    """ROUND, half away from zero after a cut to 15 digits."""
    return round_half_up(number(value), max(-320, min(int(number(digits)), 320)))


def _truncated(value: float, places: int, is_up: bool) -> float:
    """A number cut at a place, or moved on to the next one away from zero."""
    scale = 10.0 ** max(-300, min(places, 300))
    if abs(value) * scale >= _WHOLE:
        return value
    scaled = float(f"{abs(value) * scale:.15g}")
    whole = math.ceil(scaled) if is_up else math.floor(scaled)
    return math.copysign(float(f"{whole / scale:.15g}"), value) + 0.0


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
    return float(math.floor(number(value)))


def modulo(value: Any, divisor: Any) -> float:
    """MOD, with the sign of the divisor.

    Errors: #DIV/0!; #NUM!: the quotient is too large, as in Excel.
    """
    left, right = number(value), number(divisor)
    if right == 0:
        raise Stop(DIV0)
    quotient = left / right
    if abs(quotient) >= _LARGEST_QUOTIENT:
        raise Stop(NUM)
    return left % right


def sign(value: Any) -> float:
    """SIGN."""
    given = number(value)
    return float((given > 0) - (given < 0))


def root(value: Any) -> float:
    """SQRT."""
    given = number(value)
    if given < 0:
        raise Stop(NUM)
    return math.sqrt(given)


def exponential(value: Any) -> float:
    """EXP."""
    try:
        return math.exp(number(value))
    except OverflowError:
        raise Stop(NUM) from None


def logarithm(value: Any, base: Any = 10.0) -> float:
    """LOG; LN and LOG10 by their bases."""
    given, to = number(value), number(base)
    if given <= 0 or to <= 0:
        raise Stop(NUM)
    if to == 1:
        raise Stop(DIV0)
    return math.log10(given) if to == 10 else math.log(given) / math.log(to)


def natural_logarithm(value: Any) -> float:
    """LN."""
    given = number(value)
    if given <= 0:
        raise Stop(NUM)
    return math.log(given)


def absolute(value: Any) -> float:
    """ABS."""
    return abs(number(value))


def is_even(value: Any) -> bool:
    """ISEVEN; truth values are no numbers to it."""
    if isinstance(value, bool):
        raise Stop(VALUE)
    return math.trunc(number(value)) % 2 == 0


def left(value: Any, length: Any = 1.0) -> str:
    """LEFT."""
    return text(value)[: _length(length)]


def right(value: Any, length: Any = 1.0) -> str:
    """RIGHT."""
    given, wanted = text(value), _length(length)
    return given[max(len(given) - wanted, 0) :]


def middle(value: Any, start: Any, length: Any) -> str:
    """MID."""
    given, first, wanted = text(value), int(number(start)), _length(length)
    if first < 1:
        raise Stop(VALUE)
    return given[first - 1 : first - 1 + wanted]


_UNASSIGNED = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))


def character(value: Any) -> str:
    """CHAR, by Windows' western code page; the five codes that it leaves out stand for themselves.

    Errors: #VALUE!: there is no such character.
    """
    code = int(number(value))
    if not 1 <= code <= 255:
        raise Stop(VALUE)
    return chr(code) if code in _UNASSIGNED else bytes([code]).decode("cp1252")


def _length(value: Any) -> int:
    length = int(number(value))
    if length < 0:
        raise Stop(VALUE)
    return length


def length_of(value: Any) -> float:
    """LEN."""
    return float(len(text(value)))


def find(wanted: Any, within: Any, start: Any = 1.0) -> float:
    """FIND, with regard to case."""
    sought, given, first = text(wanted), text(within), int(number(start))
    if not 1 <= first <= len(given) + 1:
        raise Stop(VALUE)
    found = given.find(sought, first - 1)
    if found < 0:
        raise Stop(VALUE)
    return float(found + 1)


def search(wanted: Any, within: Any, start: Any = 1.0) -> float:
    """SEARCH, without regard to case, with wildcards."""
    sought, given, first = text(wanted), text(within), int(number(start))
    if not 1 <= first <= len(given) + 1:
        raise Stop(VALUE)
    found = criteria.pattern(sought).search(given, first - 1)
    if found is None:
        raise Stop(VALUE)
    return float(found.start() + 1)


def substitute(value: Any, old: Any, new: Any, which: Any = None) -> str:
    """SUBSTITUTE."""
    given, sought, put = text(value), text(old), text(new)
    if which is None:
        return _fitting(given.replace(sought, put) if sought else given)
    number_ = int(number(which))
    if number_ < 1:
        raise Stop(VALUE)
    pieces = given.split(sought) if sought else [given]
    if len(pieces) <= number_:
        return given
    return _fitting(sought.join(pieces[:number_]) + put + sought.join(pieces[number_:]))


def replace(value: Any, start: Any, length: Any, new: Any) -> str:
    """REPLACE."""
    given, first, wanted, put = text(value), int(number(start)), _length(length), text(new)
    if first < 1:
        raise Stop(VALUE)
    return _fitting(given[: first - 1] + put + given[first - 1 + wanted :])


def repeat(value: Any, times: Any) -> str:
    """REPT."""
    given, number_ = text(value), _length(times)
    if len(given) * number_ > 32_767:
        raise Stop(VALUE)
    return given * number_


def _fitting(given: str) -> str:
    if len(given) > 32_767:
        raise Stop(VALUE)
    return given


def trim(value: Any) -> str:
    """TRIM: plain spaces only."""
    return _SPACES.sub(" ", text(value)).strip(" ")


def concatenate(*values: Any) -> str:
    """CONCATENATE."""
    return _fitting("".join(map(text, values)))


def hyperlink(target: Any, shown: Any = None) -> Any:
    """HYPERLINK: what is shown, which is the target where nothing else is."""
    return text(target) if shown is None else plain(shown)


def value_of(value: Any) -> float:
    """VALUE."""
    return number_of_text(value) if isinstance(value, str) else number(value)


def number_or_zero(value: Any) -> float:
    """N."""
    given = plain(value)
    return float(given) if isinstance(given, float | bool) else 0.0


def text_or_nothing(value: Any) -> str:
    """T."""
    given = plain(value)
    return given if isinstance(given, str) else ""


def error_type(value: Any) -> float:
    """ERROR.TYPE."""
    if isinstance(value, CellError):
        return _ERROR_TYPES[value.code]
    raise Stop(NA)


def date(year: Any, month: Any, day: Any) -> float:
    """DATE; months and days beyond the end go on in the next year or month."""
    given, months, days = int(number(year)), int(number(month)), int(number(day))
    if 0 <= given < 1900:
        given += 1900
    years, place = divmod(given * 12 + months - 1, 12)
    if not 1900 <= years <= 9999:
        raise Stop(NUM)
    serial = (dt.date(years, place + 1, 1) - _FIRST).days + days
    serial += serial >= _NO_DAY
    if not 0 <= serial <= _LAST_DAY:
        raise Stop(NUM)
    return float(serial)


def _day(value: Any) -> tuple[int, int, int]:
    """Year, month and day of a serial number. Number 60 is a day that never was, as in Excel; number 0 is one too."""
    serial = math.floor(number(value))
    if not 0 <= serial <= _LAST_DAY:
        raise Stop(NUM)
    if serial in (0, _NO_DAY):
        return (1900, 1, 0) if serial == 0 else (1900, 2, 29)
    day = _FIRST + dt.timedelta(days=serial - (2 if serial > _NO_DAY else 1))
    return day.year, day.month, day.day


_SCALARS: Mapping[str, Callable[..., Any]] = {
    "ABS": absolute,
    "CHAR": character,
    "CONCATENATE": concatenate,
    "DATE": date,
    "DAY": lambda value: float(_day(value)[2]),
    "EXACT": lambda one, two: text(one) == text(two),
    "EXP": exponential,
    "FIND": find,
    "HYPERLINK": hyperlink,
    "INT": whole,
    "ISEVEN": is_even,
    "ISODD": lambda value: not is_even(value),
    "LEFT": left,
    "LEN": length_of,
    "LN": natural_logarithm,
    "LOG": logarithm,
    "LOG10": lambda value: logarithm(value),
    "LOWER": lambda value: text(value).lower(),
    "MID": middle,
    "MOD": modulo,
    "MONTH": lambda value: float(_day(value)[1]),
    "N": number_or_zero,
    "NOT": lambda value: not truth(value),
    "POWER": power,
    "REPLACE": replace,
    "REPT": repeat,
    "RIGHT": right,
    "ROUND": round_to,
    "ROUNDDOWN": round_down,
    "ROUNDUP": round_up,
    "SEARCH": search,
    "SIGN": sign,
    "SQRT": root,
    "SUBSTITUTE": substitute,
    "T": text_or_nothing,
    "TRIM": trim,
    "TRUNC": truncate,
    "UPPER": lambda value: text(value).upper(),
    "VALUE": value_of,
    "YEAR": lambda value: float(_day(value)[0]),
}

_AREAS: Mapping[str, Callable[..., Any]] = {
    "AVERAGEIF": criteria.average_if,
    "AVERAGEIFS": criteria.average_ifs,
    "COLUMNS": aggregates.columns,
    "COUNTBLANK": aggregates.count_blank,
    "COUNTIF": criteria.count_if,
    "COUNTIFS": criteria.count_ifs,
    "HLOOKUP": lookups.horizontal_look_up,
    "INDEX": lookups.index,
    "LARGE": aggregates.nth_largest,
    "LOOKUP": lookups.look_up,
    "MATCH": lookups.match,
    "RANK": aggregates.rank,
    "ROWS": aggregates.rows,
    "SMALL": aggregates.nth_smallest,
    "SUMIF": criteria.sum_if,
    "SUMIFS": criteria.sum_ifs,
    "SUMPRODUCT": aggregates.sum_product,
    "VLOOKUP": lookups.vertical_look_up,
}
SCALARS = {name: PlainFunction(call, FUNCTIONS[name]) for name, call in _SCALARS.items()}
AREAS = {name: PlainFunction(call, FUNCTIONS[name]) for name, call in _AREAS.items()}
# Functions whose arguments are not all calculated, or may fail without failing them: the code for them is their own.
FORMS = frozenset(
    """CHOOSE COLUMN ERROR.TYPE FALSE IF IFERROR IFNA ISBLANK ISERR ISERROR ISLOGICAL ISNA ISNONTEXT ISNUMBER ISTEXT NA
    PI ROW SINGLE TRUE""".split()  # noqa: SIM905
)


def is_known(name: str) -> bool:
    """Whether compiled formulas may call a function of Excel's."""
    return name in SCALARS or name in AREAS or name in FORMS or name in aggregates.AGGREGATES
