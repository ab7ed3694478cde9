"""Ranges and arrays as functions take them: columns that may end early, since below them all is blank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, repeat
from typing import Any

from xlperf.engines.compiled.library.scalars import NA, Stop
from xlperf.formula.tree import NotUnderstoodError
from xlperf.values import Grid, Value

Column = list[Value]
LARGEST_ARRAY = 2_000_000


class Rows:
    """What SUBTOTAL asks of a sheet's rows: which are hidden, which of them by a filter, which cells are subtotals.

    `hidden`: None where it isn't known. `subtotals` by column; of the cells in `doubtful` it can't be told.
    """

    def __init__(self) -> None:
        self.hidden: frozenset[int] | None = None
        self.filtered: frozenset[int] = frozenset()
        self.subtotals: set[tuple[int, int]] = set()
        self.doubtful: set[tuple[int, int]] = set()


class Span:
    """A range of a sheet: the live columns that it lies in, and the rows."""

    __slots__ = ("columns", "height", "left", "part", "rows", "top", "width")

    def __init__(self, columns: Sequence[Column], top: int, left: int, height: int, rows: Rows | None = None) -> None:
        self.columns = tuple(columns)
        self.rows = rows
        self.top, self.left = top, left
        self.height, self.width = height, len(columns)
        self.part = slice(top - 1, top - 1 + height)

    def lists(self) -> list[Column]:
        """The columns, cut to the rows."""
        part = self.part
        return [column[part] for column in self.columns]

    def column(self, number: int) -> Column:
        """A column, from 0, cut to the rows."""
        return self.columns[number][self.part]

    def flat(self) -> Sequence[Value]:
        """All values that are there, row by row."""
        if self.width == 1:
            return self.columns[0][self.part]
        return row_by_row(self.lists())

    def at(self, row: int, column: int) -> Value:
        """The value at a place inside, from 0."""
        found, index = self.columns[column], self.part.start + row
        return found[index] if index < len(found) else None


class Block:
    """The values of an array, as columns."""

    __slots__ = ("columns", "height", "width")

    def __init__(self, columns: list[Column], height: int) -> None:
        self.columns, self.height, self.width = columns, height, len(columns)

    def lists(self) -> list[Column]:
        """The columns."""
        return self.columns

    def column(self, number: int) -> Column:
        """A column, from 0."""
        return self.columns[number]

    def flat(self) -> Sequence[Value]:
        """All values that are there, row by row."""
        return self.columns[0] if self.width == 1 else row_by_row(self.columns)

    def at(self, row: int, column: int) -> Value:
        """The value at a place inside, from 0."""
        found = self.columns[column]
        return found[row] if row < len(found) else None


Area = Span | Block
_AREAS = (Span, Block)


def check_size(height: int, width: int) -> None:
    """Refuses an array that is too large to be written out.

    Errors: NotUnderstoodError.
    """
    if height * width > LARGEST_ARRAY:
        raise NotUnderstoodError(f"数组超过 {LARGEST_ARRAY:,} 个值（整列的数组运算）")


def row_by_row(lists: list[Column]) -> list[Value]:
    """The values of columns, the first row first; blank where a column ends early."""
    height = max(map(len, lists))
    even = [column if len(column) == height else [*column, *repeat(None, height - len(column))] for column in lists]
    return list(chain.from_iterable(zip(*even, strict=True)))


def grid(area: Area) -> Grid:
    """All rows in full, as functions of ours take a range."""
    full = padded(area)
    return [[value] for value in full[0]] if len(full) == 1 else [*map(list, zip(*full, strict=True))]


def padded(area: Area) -> list[Column]:
    """The columns in full."""
    height = area.height
    check_size(height, area.width)
    lists = area.lists()
    return [c if len(c) == height else [*c, *repeat(None, height - len(c))] for c in lists]


def block(rows: Sequence[Sequence[Value]]) -> Block:
    """An array from its rows."""
    return Block([list(column) for column in zip(*rows, strict=True)], len(rows))


def lifted(function: Callable[..., Value], *arguments: Any) -> Any:
    """A function of single values over arrays: cell by cell, single rows, columns and values repeated."""
    areas = [argument for argument in arguments if isinstance(argument, _AREAS)]
    if not areas:
        return function(*arguments)
    height, width = max([a.height for a in areas]), max([a.width for a in areas])
    check_size(height, width)
    return Block([_column(function, arguments, height, index) for index in range(width)], height)


def _column(function: Callable[..., Value], arguments: Sequence[Any], height: int, index: int) -> Column:
    beside = [_stretched(argument, height, index) for argument in arguments]
    try:
        return [*map(function, *beside)]
    except Stop:
        # Seldom: then each by itself, since the others have values.
        return [_or_error(function, values) for values in zip(*beside, strict=True)]


def _or_error(function: Callable[..., Value], values: Sequence[Any]) -> Value:
    try:
        return function(*values)
    except Stop as stop:
        return stop.error


def _stretched(argument: Any, height: int, index: int) -> Sequence[Any]:
    """The values of an argument beside one column of the result; #N/A where it has none."""
    if not isinstance(argument, _AREAS):
        return [argument] * height
    if index >= argument.width and argument.width != 1:
        return [NA] * height
    column = argument.column(index if argument.width > 1 else 0)
    if argument.height == 1:
        return [column[0] if column else None] * height
    if len(column) == height:
        return column
    known = [*column, *repeat(None, argument.height - len(column))]
    return known + [NA] * (height - argument.height)
