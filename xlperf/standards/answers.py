"""A confirmation workbook read back as a person left it: rows of its sheets by the ids of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlperf.errors import CellError, UserError
from xlperf.formula.addresses import reference
from xlperf.package import Package, open_package
from xlperf.standards import layout
from xlperf.values import Value, as_text, is_blank, is_number
from xlperf.workbook.columns import Columns

_REQUIRED = (layout.HEAD, layout.LEVELS, layout.INDICATORS, layout.POINTS, layout.FIGURES)
_SHEETS: Mapping[str, Columns] = {
    layout.HEAD: layout.HEAD_COLUMNS,
    layout.LEVELS: layout.LEVEL_COLUMNS,
    layout.INDICATORS: layout.INDICATOR_COLUMNS,
    layout.POINTS: layout.POINT_COLUMNS,
    layout.FIGURES: layout.FIGURE_COLUMNS,
    layout.REST: layout.REST_COLUMNS,
}


@dataclass(frozen=True)
class Line:
    """A row of a sheet: its values by the ids of the columns."""

    sheet: str
    row: int
    values: Mapping[str, Value]
    places: Mapping[str, int]

    def text(self, column: str) -> str:
        """What stands in a column, as text; empty where nothing does."""
        value = self.values.get(column)
        if value is None or isinstance(value, CellError):
            return ""
        return as_text(value).strip(" \t\r\n")

    def weight(self, column: str) -> float | str | None:
        """A weight: a number, 未载明, or whatever else stands there, which the framework then refuses by name."""
        value = self.values.get(column)
        if is_blank(value):
            return None
        return float(value) if is_number(value) else str(value).strip()

    def at(self, column: str) -> str:
        """The address of a cell, to point at."""
        return f"{self.sheet}!{reference(self.row, self.places[column])}"


@dataclass(frozen=True)
class Answers:
    """All sheets of a confirmation workbook that say something of the framework."""

    lines: Mapping[str, tuple[Line, ...]]

    def __getitem__(self, sheet: str) -> tuple[Line, ...]:
        return self.lines.get(sheet, ())


def is_confirmation(package: Package) -> bool:
    """Whether a workbook is one that `xlperf frameworks import` or `export` wrote."""
    return {sheet.name for sheet in package.worksheets} >= set(_REQUIRED)


def read_answers(source: Path | Package) -> Answers:
    """The rows of a confirmation workbook.

    Errors: UserError: none of ours, a cell with an error, a column that is gone.
    """
    package = open_package(source) if isinstance(source, Path) else source
    if not is_confirmation(package):
        raise UserError(
            "不是标准确认表（应有“基本情况”“标准”“数据”等表）；请先用 xlperf frameworks import 读入标准文件，"
            "或用 xlperf frameworks export 导出一个指标体系"
        )
    present = {sheet.name for sheet in package.worksheets}
    return Answers({name: tuple(_lines(package, name, cols)) for name, cols in _SHEETS.items() if name in present})


def _lines(package: Package, sheet: str, columns: Columns) -> Iterator[Line]:
    rows: dict[int, dict[int, Value]] = {}
    for cell in package.cells(sheet).values():
        rows.setdefault(cell.row, {})[cell.column] = cell.value
    header, places = _header(sheet, rows, columns)
    for row in sorted(number for number in rows if number > header):
        values = {identifier: rows[row].get(column) for identifier, column in places.items()}
        faulty = next((name for name, value in values.items() if isinstance(value, CellError)), None)
        line = Line(sheet, row, values, places)
        if faulty:
            raise UserError(f"{line.at(faulty)} 是错误值 {values[faulty]}，请改正")
        if any(not is_blank(value) for value in values.values()):
            yield line


def _header(sheet: str, rows: Mapping[int, Mapping[int, Value]], columns: Columns) -> tuple[int, dict[str, int]]:
    """The row of the headings, and where each column stands now; columns may have been moved."""
    wanted = {columns[identifier].heading: identifier for identifier in columns.ids}
    for row in sorted(rows):
        found = {wanted[str(v)]: column for column, v in rows[row].items() if str(v) in wanted}
        if len(found) == len(wanted):
            return row, found
    raise UserError(f"工作表“{sheet}”的表头被改过，应有：{'、'.join(wanted)}")
