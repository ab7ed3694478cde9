"""Cell values (blank, number, text, truth value, date, error), the one rounding, and exact money."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TypeGuard

from xlperf.errors import CellError, out_of_range

# A blank cell is None; a date is its serial number (format is styling); an error is a CellError.
Value = None | bool | int | float | str | CellError
Row = list[Value]
Grid = list[Row]

SIGNIFICANT_DIGITS = 15
COMPARED_PLACES = 10
LAST_DAY = 2_958_465  # 9999-12-31
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
SCORE_PLACES = 2
# Powers of ten up to which a number is scaled and back without losing anything, and numbers that are small enough for it.
_POWERS = tuple(10.0**places for places in range(16))
_SCALABLE = 1e13
_EPOCH = dt.date(1899, 12, 30)
_EPOCH_1904 = dt.date(1904, 1, 1)


def is_number(value: object) -> TypeGuard[float]:
    """Whether a cell would count as a number (ISNUMBER): truth values and text do not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_blank(value: object) -> bool:
    """Whether a cell counts as not filled in: empty, or a formula's empty text."""
    return value is None or value == ""


def exact(value: float) -> Decimal:
    """The decimal that a cell shows for a binary number: its first 15 significant digits.

    Errors: #NUM!: not a finite number.
    """
    if not math.isfinite(value):
        raise out_of_range("不是有限的数")
    return Decimal(f"{value:.{SIGNIFICANT_DIGITS}g}")


def as_text(value: bool | float | str) -> str:
    """A value as its cell shows it in the general format: TRUE, 2 (never 2.0), text as it is."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    # No cell shows a negative zero.
    return f"{value + 0.0:.{SIGNIFICANT_DIGITS}g}"


def same_number(left: float, right: float) -> bool:
    """Whether two results are equal to 15 significant digits, as a saved workbook shows them."""
    if left == right:
        return True
    if not (math.isfinite(left) and math.isfinite(right)):
        return False
    return math.isclose(left, right, rel_tol=5e-15, abs_tol=0.0)


def round_half_up(value: float, places: int = SCORE_PLACES) -> float:
    """Rounds half away from zero after cutting to 15 significant digits, the same in every host.

    1.1449999999999998 is a formula's way of saying 1.145 and gives 1.15.

    Errors: #NUM!: not a finite number.
    """
    if 0 <= places < len(_POWERS):
        scaled = abs(value) * _POWERS[places]
        if scaled < _SCALABLE:
            whole = int(scaled)
            beyond = scaled - whole - 0.5
            # So far from a half, the cut to 15 digits makes no difference.
            if abs(beyond) > scaled * 1e-14 + 1e-9:
                found = (whole + (beyond > 0)) / _POWERS[places]
                return found if value > 0 else 0.0 - found
    digits = exact(value)
    exponent = digits.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -places:
        digits = digits.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return float(digits) + 0.0  # no cell shows a negative zero


def compare(left: float, right: float) -> int:
    """-1, 0 or 1: compares at ten decimals, so that 0.1+0.2 equals 0.3 in every host.

    Infinities compare as usual.
    """
    if math.isinf(left) or math.isinf(right):
        return (left > right) - (left < right)
    if left == right:
        return 0
    if abs(left - right) > 2e-10 + 1e-14 * (abs(left) + abs(right)):
        return 1 if left > right else -1
    a, b = round_half_up(left, COMPARED_PLACES), round_half_up(right, COMPARED_PLACES)
    return (a > b) - (a < b)


def to_serial(day: dt.date, *, date1904: bool = False) -> int:
    """The serial number under which a workbook stores a date (from 1900-03-01 on)."""
    return (day - (_EPOCH_1904 if date1904 else _EPOCH)).days


def parse_day(text: str) -> dt.date:
    """A date as people write it: 2024-10-31, 2024/10/31, 2024.10.31, 2024年10月31日.

    Errors: ValueError: another text, a day that there is not.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return dt.date(int(found[1]), int(found[2]), int(found[3]))


def is_day(value: object) -> TypeGuard[float]:
    """Whether a cell holds a number that a spreadsheet can show as a date."""
    return is_number(value) and 0 <= value < LAST_DAY + 1


def to_date(serial: float, *, date1904: bool = False) -> dt.date:
    """The date of a serial number; the time of day is dropped."""
    return (_EPOCH_1904 if date1904 else _EPOCH) + dt.timedelta(days=math.floor(serial))


class MoneyUnit(StrEnum):
    """The unit in which a workbook states its amounts."""

    YUAN = "元"
    WAN_YUAN = "万元"

    @property
    def fen(self) -> int:
        """Fen in one of this unit."""
        return 100 if self is MoneyUnit.YUAN else 1_000_000


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount with its unit; sums and comparisons are made in fen."""

    amount: Decimal
    unit: MoneyUnit

    @classmethod
    def from_cell(cls, value: float, unit: MoneyUnit) -> Money:
        """The amount in a cell, cut to the 15 digits that the cell shows."""
        return cls(exact(value), unit)

    @property
    def amount_fen(self) -> int:
        """The amount in whole fen, rounded half up."""
        return int((self.amount * self.unit.fen).to_integral_value(ROUND_HALF_UP))

    def to(self, unit: MoneyUnit) -> Money:
        """The same amount in another unit."""
        return Money(self.amount * self.unit.fen / unit.fen, unit)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + other.to(self.unit).amount, self.unit)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - other.to(self.unit).amount, self.unit)

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.unit.value}"
