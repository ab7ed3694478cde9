"""The columns of a sheet by id, and the addresses of their cells: nothing else writes a column's letter.

Apart from the drawing, so that other sheets, readers and findings can name a cell without loading openpyxl.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from xlperf.formula.addresses import column_letters
from xlperf.workbook.roles import Role

Pin = Literal["", "column", "row", "both"]


class Formula(str):
    """A formula, with its equals sign. Any other text is written as text, whatever it starts with."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet: heading, width in characters, what its cells hold.

    `is_named`: whether it gets a defined name, through which programs read it. `is_hidden`: it is for formulas and
    programs alone, such as ids, or a result that may be an error; `shown_in`: the column that shows people the result.
    `filled_by`: who fills it in, where that is not whoever fills in its sheet.
    """

    heading: str
    width: float
    format: str = "text"
    is_input: bool = False
    is_centred: bool = False
    is_muted: bool = False
    is_named: bool = True
    is_hidden: bool = False
    shown_in: str = ""
    filled_by: Role | None = None


class Columns:
    """The columns of a sheet from the left, each under the id by which formulas, names and rows refer to it."""

    def __init__(self, **columns: Column) -> None:
        self._columns = columns
        self._numbers = {identifier: number for number, identifier in enumerate(columns, 1)}

    def __iter__(self) -> Iterator[Column]:
        return iter(self._columns.values())

    def __getitem__(self, identifier: str) -> Column:
        return self._columns[identifier]

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids from the left."""
        return tuple(self._columns)

    @property
    def named(self) -> tuple[str, ...]:
        """The ids of the columns that get a defined name."""
        return tuple(identifier for identifier, column in self._columns.items() if column.is_named)

    @property
    def hidden(self) -> tuple[str, ...]:
        """The ids of the columns that nobody sees."""
        return tuple(identifier for identifier, column in self._columns.items() if column.is_hidden)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the columns that people fill in."""
        return tuple(identifier for identifier, column in self._columns.items() if column.is_input)

    def without(self, *ids: str) -> Columns:
        """The columns but the last ones; others would move the ones behind them.

        Errors: ValueError: these are not the last ones.
        """
        if self.ids[len(self) - len(ids) :] != ids:
            raise ValueError(f"{ids} are not the last columns of {self.ids}")
        return Columns(**dict(list(self._columns.items())[: len(self) - len(ids)]))

    def number(self, identifier: str) -> int:
        """The number of a column from 1.

        Errors: ValueError: there is no such column.
        """
        if identifier not in self._numbers:
            raise ValueError(f"no column {identifier!r}; there are {', '.join(self.ids)}")
        return self._numbers[identifier]

    def letter(self, identifier: str) -> str:
        """The letter of a column."""
        return column_letters(self.number(identifier))

    def at(self, row: int, pin: Pin = "", sheet: str = "") -> Cells:
        """The cells of a row; on another sheet with that sheet's title."""
        return Cells(self, row, pin, f"{quoted(sheet)}!" if sheet else "")

    def span(self, first: str, top: int, bottom: int, *, to: str = "", pin: Pin = "", sheet: str = "") -> str:
        """The cells of a column from one row to another; up to a further column, where one is given."""
        last = self.at(bottom, pin)[to or first]
        return f"{self.at(top, pin, sheet)[first]}:{last}"


class Cells:
    """The cells of a row by the ids of their columns: `at.weight` is `E12`, pinned in both directions `$E$12`."""

    __slots__ = ("_columns", "_pin", "_row", "_sheet")

    def __init__(self, columns: Columns, row: int, pin: Pin, sheet: str) -> None:
        self._columns, self._row, self._pin, self._sheet = columns, row, pin, sheet

    def __getitem__(self, identifier: str) -> str:
        column = "$" if self._pin in ("column", "both") else ""
        row = "$" if self._pin in ("row", "both") else ""
        return f"{self._sheet}{column}{self._columns.letter(identifier)}{row}{self._row}"

    def __getattr__(self, identifier: str) -> str:
        if identifier.startswith("_"):
            raise AttributeError(identifier)
        return self[identifier]


def quoted(title: str) -> str:
    """A sheet's title as a formula writes it, with quotes where it needs them."""
    return title if title.isalpha() and not title.isascii() else "'{}'".format(title.replace("'", "''"))
