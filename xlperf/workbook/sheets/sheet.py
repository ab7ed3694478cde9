"""Columns by number: the former way of laying out a sheet, for the two modules that are still to be written by id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from xlperf.formula.addresses import column_letters
from xlperf.values import Value
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.drawing import sheet as drawing

__all__ = ["Column", "Formula", "Sheet"]


class Sheet(drawing.Sheet):
    """A sheet whose columns are counted from 1."""

    def __init__(self, book: Workbook, title: str, columns: Columns) -> None:
        super().__init__(book, title, columns)

    def _id(self, column: int) -> str:
        return self.columns.ids[column - 1]

    def header(self, *, is_frozen: bool = True, headings: Sequence[str] | None = None) -> None:  # type: ignore[override]
        """See the drawing."""
        given = None if headings is None else dict(zip(self.columns.ids, headings, strict=True))
        super().header(is_frozen=is_frozen, headings=given)

    def line(  # type: ignore[override]
        self, values: Sequence[Value], *, is_bold: bool = False, formats: Sequence[str | None] = ()
    ) -> int:
        """See the drawing."""
        kinds = {identifier: kind for identifier, kind in zip(self.columns.ids, formats, strict=False) if kind}
        return super().line(dict(zip(self.columns.ids, values, strict=True)), is_bold=is_bold, formats=kinds)

    def ref(self, column: int, row: int) -> str:
        """A cell's address."""
        return f"{column_letters(column)}{row}"

    def lock(self, row: int, column: int) -> None:  # type: ignore[override]
        """See the drawing."""
        super().lock(row, self._id(column))

    def name(  # type: ignore[override]
        self, name: str, column: int, row: int, end_row: int | None = None, end_column: int | None = None
    ) -> None:
        """See the drawing."""
        super().name(name, self._id(column), row, end_row, "" if end_column is None else self._id(end_column))

    def name_columns(self, names: Iterable[tuple[str, int]], first: int, last: int) -> None:  # type: ignore[override]
        """See the drawing."""
        for name, column in names:
            self.name(name, column, first, last)
