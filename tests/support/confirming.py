"""A person at a confirmation workbook: opens it, sets cells, adds rows, saves; every cell that was set is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlperf.package import Package, open_package
from xlperf.standards import layout
from xlperf.values import Value
from xlperf.workbook.columns import Columns

_SHEETS: dict[str, Columns] = {
    layout.HEAD: layout.HEAD_COLUMNS,
    layout.POINTS: layout.POINT_COLUMNS,
    layout.FIGURES: layout.FIGURE_COLUMNS,
    layout.INDICATORS: layout.INDICATOR_COLUMNS,
    layout.REST: layout.REST_COLUMNS,
    layout.LEVELS: layout.LEVEL_COLUMNS,
}


class Person:
    """Works on the content of a file."""

    def __init__(self, content: bytes) -> None:
        self._package = open_package(content)
        self._set: dict[tuple[str, str], Value] = {}

    @property
    def cells(self) -> int:
        """How many cells were set."""
        return len(self._set)

    def package(self) -> Package:
        """The workbook as it is now."""
        return self._package.with_inputs(self._set)

    def saved(self) -> bytes:
        """The file as it is now."""
        return self.package().data

    def value(self, sheet: str, key: tuple[str, str], column: str) -> Any:
        """What stands in a column of the first row that holds a text in another one."""
        return self._package.value(sheet, f"{_SHEETS[sheet].letter(column)}{self._row(sheet, *key)}")

    def set(self, sheet: str, key: tuple[str, str], **values: Any) -> None:
        """Sets cells of the first row that holds a text in a column, or of the first that has it within."""
        row = self._row(sheet, *key)
        self._set |= {(sheet, f"{_SHEETS[sheet].letter(column)}{row}"): value for column, value in values.items()}

    def add(self, sheet: str, **values: Any) -> None:
        """Adds a row below the last one."""
        rows = [cell.row for cell in self._package.cells(sheet).values()]
        rows += [int(ref.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for name, ref in self._set if name == sheet]
        row = max(rows) + 1
        self._set |= {(sheet, f"{_SHEETS[sheet].letter(column)}{row}"): value for column, value in values.items()}

    def write(self, code: str, points: Sequence[Mapping[str, Any]]) -> None:
        """Rules written by hand for an indicator: into its row, further points into rows of their own."""
        for number, point in enumerate(points):
            if number == 0:
                self.set(layout.POINTS, ("code", code), weight=point["weight"], own=point["rule"])
            else:
                self.add(layout.POINTS, code=code, text=point["text"], weight=point["weight"], own=point["rule"])

    def _row(self, sheet: str, column: str, text: str) -> int:
        number = _SHEETS[sheet].number(column)
        held = {c.row: str(c.value) for c in self._package.cells(sheet).values() if c.column == number and c.row > 3}
        found = [n for n, value in held.items() if value == text] or [n for n, value in held.items() if text in value]
        assert found, (sheet, column, text)
        return found[0]
