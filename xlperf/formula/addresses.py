"""Cell addresses: A1 references to numbers and back, both from 1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from xlperf.errors import UserError
from xlperf.escaping import excerpt

MAXIMUM_ROW = 1_048_576
MAXIMUM_COLUMN = 16_384
# Up to so many areas are looked at one by one.
_MANY = 8
_LARGEST_REGION = 500_000
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


class Area(NamedTuple):
    """A rectangle of cells, corners included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first = reference(self.top, self.left)
        return first if self[:2] == self[2:] else f"{first}:{reference(self.bottom, self.right)}"

    @property
    def size(self) -> int:
        """The number of cells."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def holds(self, other: Area) -> bool:
        """Whether another one lies inside, whole."""
        return self.covers(other.top, other.left) and self.covers(other.bottom, other.right)


class Region:
    """The cells of any number of areas, with a quick answer whether it covers a cell."""

    def __init__(self, areas: Iterable[Area] = ()) -> None:
        self._areas: list[Area] = []
        self._places: set[int] = set()
        for each in areas:
            self.add(each)

    def __bool__(self) -> bool:
        return bool(self._areas)

    def add(self, area: Area) -> None:
        """Adds an area.

        Errors: a UserError where many areas are too large together to be looked up.
        """
        self._areas.append(area)
        if len(self._areas) == _MANY + 1:
            for each in self._areas:
                self._spread(each)
        elif len(self._areas) > _MANY:
            self._spread(area)

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell lies in any of the areas."""
        if len(self._areas) <= _MANY:
            return any(area.covers(row, column) for area in self._areas)
        return row * MAXIMUM_COLUMN + column in self._places

    def _spread(self, area: Area) -> None:
        if len(self._places) + area.size > _LARGEST_REGION:
            raise UserError(f"数组公式的结果区域合计超过 {_LARGEST_REGION:,} 个单元格，不能处理；请减少数组公式")
        for row in range(area.top, area.bottom + 1):
            start = row * MAXIMUM_COLUMN
            self._places.update(range(start + area.left, start + area.right + 1))


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


_LETTERS = [_letters(number) for number in range(1, 703)]


def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    return _LETTERS[number - 1] if number <= len(_LETTERS) else _letters(number)


@lru_cache(maxsize=16_384)
def reference(row: int, column: int) -> str:
    """The A1 reference of a cell."""
    return f"{column_letters(column)}{row}"


def position(ref: str) -> tuple[int, int]:
    """Row and column of an A1 reference; dollar signs are allowed.

    Errors: a UserError where it is no reference to a cell of a sheet.
    """
    found = _position(ref)
    if found is None:
        raise UserError(f"“{excerpt(ref)}”不是单元格地址，应写成 B3 这样")
    return found


def _position(ref: str) -> tuple[int, int] | None:
    match = _REFERENCE.fullmatch(ref)
    if match:
        row, column = int(match[2]), column_number(match[1])
        if row <= MAXIMUM_ROW and column <= MAXIMUM_COLUMN:
            return row, column
    return None


def area(ref: str) -> Area:
    """The rectangle of a reference such as A1:B2, or A1.

    Errors: a UserError where it is none.
    """
    found = possible_area(ref)
    if found is None:
        raise UserError(f"“{excerpt(ref)}”不是单元格区域，应写成 A1:B3 这样")
    return found


def possible_area(ref: str) -> Area | None:
    """The rectangle of a reference, or None where it is none."""
    first, _, last = ref.partition(":")
    start = _position(first)
    end = _position(last) if last else start
    if start is None or end is None:
        return None
    (top, left), (bottom, right) = start, end
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def sheet_name(stated: str) -> str:
    """The name of a sheet that stands before a “!”, without its quotes."""
    return stated[1:-1].replace("''", "'") if stated.startswith("'") else stated


def quoted(sheet: str) -> str:
    """A sheet's name as a formula may always refer to it."""
    return "'" + sheet.replace("'", "''") + "'"


@lru_cache(maxsize=65_536)
def corner(ref: str) -> tuple[int, int]:
    """Row and column of a cell, a column or a row as formulas write it, with dollar signs or not; 0 where it has none."""
    plain = ref.replace("$", "")
    letters = plain.rstrip("0123456789")
    return int(plain[len(letters) :] or 0), column_number(letters)


def spanned(first: str, last: str) -> Area:
    """The rectangle between two corners, however they lie; columns and rows go to the edge of the sheet."""
    (top, left), (bottom, right) = corner(first), corner(last or first)
    top, left, bottom, right = top or 1, left or 1, bottom or MAXIMUM_ROW, right or MAXIMUM_COLUMN
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
