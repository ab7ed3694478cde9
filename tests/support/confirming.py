"""A person at a confirmation workbook: opens it, sets cells, adds rows, saves; every cell that was set is counted."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.standards import layout
from xlperf.workbook.columns import Columns

_SHEETS = {
    layout.HEAD: layout.HEAD_COLUMNS, layout.POINTS: layout.POINT_COLUMNS, layout.FIGURES: layout.FIGURE_COLUMNS,
    layout.INDICATORS: layout.INDICATOR_COLUMNS, layout.REST: layout.REST_COLUMNS, layout.LEVELS: layout.LEVEL_COLUMNS,
}  # fmt: skip


@dataclass
class Person:
    """Works on the content of a file."""

    content: bytes
    cells: int = 0
    _book: Any = field(init=False)

    def __post_init__(self) -> None:
        self._book = load_workbook(io.BytesIO(self.content))

    def saved(self) -> bytes:
        """The file as it is now."""
        target = io.BytesIO()
        self._book.save(target)
        return target.getvalue()

    def value(self, sheet: str, key: tuple[str, str], column: str) -> Any:
        """What stands in a column of the first row that holds a text in another one."""
        return self._page(sheet)[f"{_columns(sheet).letter(column)}{self._row(sheet, *key)}"].value

    def set(self, sheet: str, key: tuple[str, str], **values: Any) -> None:
        """Sets cells of the first row that holds a text in a column, or of the first that has it within."""
        row = self._row(sheet, *key)
        for column, value in values.items():
            self._page(sheet)[f"{_columns(sheet).letter(column)}{row}"] = value
            self.cells += 1

    def add(self, sheet: str, **values: Any) -> None:
        """Adds a row below the last one."""
        page, columns = self._page(sheet), _columns(sheet)
        row = max(number for number in range(1, page.max_row + 1) if any(c.value is not None for c in page[number])) + 1
        for column, value in values.items():
            page[f"{columns.letter(column)}{row}"] = value
            self.cells += 1

    def write(self, code: str, points: Sequence[Mapping[str, Any]]) -> None:
        """Rules written by hand for an indicator: into its row, further points into rows of their own."""
        for number, point in enumerate(points):
            if number == 0 and len(points) == 1:
                self.set(layout.POINTS, ("code", code), own=point["rule"])
            elif number == 0:
                self.set(layout.POINTS, ("code", code), weight=point["weight"], own=point["rule"])
            else:
                self.add(layout.POINTS, code=code, text=point["text"], weight=point["weight"], own=point["rule"])

    def _page(self, sheet: str) -> Worksheet:
        return self._book[sheet]

    def _row(self, sheet: str, column: str, text: str) -> int:
        page, letter = self._page(sheet), _columns(sheet).letter(column)
        held = {n: str(page[f"{letter}{n}"].value) for n in range(4, page.max_row + 1)}
        found = [n for n, value in held.items() if value == text] or [n for n, value in held.items() if text in value]
        assert found, (sheet, column, text)
        return found[0]


def _columns(sheet: str) -> Columns:
    return _SHEETS[sheet]
