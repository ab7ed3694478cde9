"""Excel's plain functions of single values, and all functions that compiled formulas may call, by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from xlperf.engines.compiled.library import (
    aggregates,
    criteria,
    dates,
    lookups,
    mathematics,
    references,
    rounding,
    subtotals,
    texts,
)
from xlperf.engines.compiled.library.scalars import NA, Stop, number, plain, power, text, truth
from xlperf.errors import CellError
from xlperf.formula.functions import FUNCTIONS, ExcelFunction

_ERROR_TYPES = {code: float(place) for place, code in enumerate(CellError.CODES, 1)}
_RESULTS = {"number": "number", "count": "number", "truth": "bool", "text": "text"}


class PlainFunction(NamedTuple):
    """A function that compiled formulas call: what does it, and what the table of Excel's functions says of it."""

    call: Callable[..., Any]
    facts: ExcelFunction

    @property
    def result(self) -> str:
        """The kind of its results, as generated code tells them apart."""
        return _RESULTS.get(self.facts.gives, "any")


def number_or_zero(value: Any) -> float:
    """N."""
    given = plain(references.first_of(value))
    return float(given) if isinstance(given, float | bool) else 0.0


def text_or_nothing(value: Any) -> str:
    """T."""
    given = plain(references.first_of(value))
    return given if isinstance(given, str) else ""


def error_type(value: Any) -> float:
    """ERROR.TYPE."""
    if isinstance(value, CellError):
        return _ERROR_TYPES[value.code]
    raise Stop(NA)


_SCALARS: Mapping[str, Callable[..., Any]] = {
    "ABS": mathematics.absolute,
    "ACOS": mathematics.inverse(math.acos),
    "ASIN": mathematics.inverse(math.asin),
    "ADDRESS": references.address,
    "ATAN": lambda value: math.atan(number(value)),
    "ATAN2": mathematics.angle_of,
    "CEILING": rounding.ceiling,
    "CEILING.MATH": rounding.ceiling_math,
    "CEILING.PRECISE": rounding.ceiling_precise,
    "CHAR": texts.character,
    "CLEAN": texts.clean,
    "CODE": texts.code_of,
    "CONCATENATE": texts.concatenate,
    "COS": mathematics.of_angle(math.cos),
    "DATE": dates.date,
    "DATEDIF": dates.difference,
    "DATEVALUE": dates.date_value,
    "DAY": dates.day_of,
    "DAYS": dates.days_between,
    "DAYS360": dates.days_of_360,
    "DEGREES": lambda value: math.degrees(number(value)),
    "DOLLAR": texts.dollar,
    "EDATE": dates.month_later,
    "EOMONTH": dates.month_end,
    "EVEN": rounding.even,
    "EXACT": lambda one, two: text(one) == text(two),
    "EXP": mathematics.exponential,
    "FACT": mathematics.factorial,
    "FIND": texts.find,
    "FINDB": texts.find_bytes,
    "FIXED": texts.fixed,
    "FLOOR": rounding.floor,
    "FLOOR.MATH": rounding.floor_math,
    "FLOOR.PRECISE": rounding.floor_precise,
    "HOUR": dates.hour_of,
    "HYPERLINK": texts.hyperlink,
    "INT": rounding.whole,
    "ISEVEN": mathematics.is_even,
    "ISO.CEILING": rounding.ceiling_precise,
    "ISODD": lambda value: not mathematics.is_even(value),
    "ISOWEEKNUM": dates.iso_week,
    "LEFT": texts.left,
    "LEFTB": texts.left_bytes,
    "LEN": texts.length_of,
    "LENB": texts.length_in_bytes,
    "LN": mathematics.natural_logarithm,
    "LOG": mathematics.logarithm,
    "LOG10": lambda value: mathematics.logarithm(value),
    "LOWER": lambda value: text(value).lower(),
    "MID": texts.middle,
    "MIDB": texts.middle_bytes,
    "MINUTE": dates.minute_of,
    "MOD": mathematics.modulo,
    "MONTH": dates.month_of,
    "MROUND": rounding.round_to_multiple,
    "N": number_or_zero,
    "NOT": lambda value: not truth(value),
    "NUMBERSTRING": texts.number_string,
    "ODD": rounding.odd,
    "POWER": power,
    "PROPER": texts.proper,
    "QUOTIENT": rounding.quotient,
    "RADIANS": lambda value: math.radians(number(value)),
    "REPLACE": texts.replace,
    "REPT": texts.repeat,
    "RIGHT": texts.right,
    "RIGHTB": texts.right_bytes,
    "RMB": texts.yuan,
    "ROUND": rounding.round_to,
    "ROUNDDOWN": rounding.round_down,
    "ROUNDUP": rounding.round_up,
    "SEARCH": texts.search,
    "SEARCHB": texts.search_bytes,
    "SECOND": dates.second_of,
    "SIGN": mathematics.sign,
    "SIN": mathematics.of_angle(math.sin),
    "SQRT": mathematics.root,
    "SUBSTITUTE": texts.substitute,
    "T": text_or_nothing,
    "TAN": mathematics.of_angle(math.tan),
    "TEXT": texts.text_by_format,
    "TIME": dates.time,
    "TIMEVALUE": dates.time_value,
    "TRIM": texts.trim,
    "TRUNC": rounding.truncate,
    "UPPER": lambda value: text(value).upper(),
    "VALUE": texts.value_of,
    "WEEKDAY": dates.weekday,
    "WEEKNUM": dates.week_number,
    "YEAR": dates.year_of,
}

_AREAS: Mapping[str, Callable[..., Any]] = {
    "AGGREGATE": subtotals.aggregate,
    "AVERAGEIF": criteria.average_if,
    "AVERAGEIFS": criteria.average_ifs,
    "CELL": references.cell_facts,
    "COLUMNS": references.width_of,
    "COUNTBLANK": aggregates.count_blank,
    "COUNTIF": criteria.count_if,
    "COUNTIFS": criteria.count_ifs,
    "HLOOKUP": lookups.horizontal_look_up,
    "INDEX": lookups.index,
    "LARGE": aggregates.nth_largest,
    "LOOKUP": lookups.look_up,
    "MATCH": lookups.match,
    "NETWORKDAYS": dates.working_days,
    "NETWORKDAYS.INTL": dates.working_days_of,
    "RANK": aggregates.rank,
    "ROWS": references.height_of,
    "SMALL": aggregates.nth_smallest,
    "SUBTOTAL": subtotals.subtotal,
    "SUMIF": criteria.sum_if,
    "SUMIFS": criteria.sum_ifs,
    "SUMPRODUCT": aggregates.sum_product,
    "VLOOKUP": lookups.vertical_look_up,
    "WORKDAY": dates.working_day,
    "WORKDAY.INTL": dates.working_day_of,
}
SCALARS = {name: PlainFunction(call, FUNCTIONS[name]) for name, call in _SCALARS.items()}
AREAS = {name: PlainFunction(call, FUNCTIONS[name]) for name, call in _AREAS.items()}
# Functions whose arguments are not all calculated, or may fail without failing them: the code for them is their own.
FORMS = frozenset(
    """CHOOSE COLUMN ERROR.TYPE FALSE IF IFERROR IFNA ISBLANK ISERR ISERROR ISLOGICAL ISNA ISNONTEXT ISNUMBER ISTEXT NA
    PI ROW SINGLE TRUE""".split()  # noqa: SIM905
)


# Functions that were once an add-in, to which an argument left out is no blank.
ADDED = frozenset("EDATE EOMONTH MROUND NETWORKDAYS QUOTIENT WEEKNUM WORKDAY".split())  # noqa: SIM905
SUBTOTALS = frozenset({"AGGREGATE", "SUBTOTAL"})
# References that are found while a formula runs.
DYNAMIC: Mapping[str, Callable[..., Any]] = {"INDIRECT": references.indirect, "OFFSET": references.offset}


def is_known(name: str) -> bool:
    """Whether compiled formulas may call a function of Excel's."""
    known = (SCALARS, AREAS, FORMS, DYNAMIC)
    return any(name in each for each in known) or name in aggregates.AGGREGATES
