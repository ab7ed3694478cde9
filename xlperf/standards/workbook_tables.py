"""The tables of a workbook (.xlsx) and of a text file (.csv) in which a standard may stand."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from xlperf.errors import CellError
from xlperf.formula.addresses import possible_area
from xlperf.frameworks.loading import read_text
from xlperf.package import Package, open_package
from xlperf.standards.grids import MOST_COLUMNS, MOST_ROWS, Grid, grid
from xlperf.values import Value, as_text

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z0-9:$]+)\"")


def read_workbook(blob: bytes) -> tuple[Grid, ...]:
    """Every visible sheet that holds something, as one grid.

    Errors: UserError: damaged, hostile, no workbook.
    """
    package = open_package(blob)
    shown = (sheet.name for sheet in package.worksheets if sheet.state == "visible")
    return tuple(found for name in shown if (found := _sheet(package, name)).rows)


def read_csv(path: Path) -> tuple[Grid, ...]:
    """A text file of values separated by commas (or tabs), as one grid.

    Errors: UserError: not readable as text.
    """
    text = read_text(path)
    separator = "\t" if text.count("\t") > text.count(",") else ","
    rows = [cells for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(cells)]
    return (grid("文件", rows),)


def _sheet(package: Package, name: str) -> Grid:
    cells = package.cells(name)
    place = f"工作表“{name}”"
    if not cells:
        return grid(place, [])
    bottom, right = max(cell.row for cell in cells.values()), max(cell.column for cell in cells.values())
    texts = [[""] * min(right, MOST_COLUMNS + 1) for _ in range(min(bottom, MOST_ROWS + 1))]
    for cell in cells.values():
        if cell.row <= len(texts) and cell.column <= len(texts[0]):
            texts[cell.row - 1][cell.column - 1] = _text(cell.value)
    return grid(place, texts, dict(_covered(package.reading(name).xml.content, len(texts), len(texts[0]))))


def _covered(content: bytes, rows: int, columns: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The cells that merged ones cover, with those that cover them, counted from 0."""
    for found in _MERGED.findall(content):
        area = possible_area(found.decode("ascii").replace("$", ""))
        if area is None or area.top > rows or area.left > columns:
            continue
        first = (area.top - 1, area.left - 1)
        for row in range(area.top - 1, min(area.bottom, rows)):
            for column in range(area.left - 1, min(area.right, columns)):
                if (row, column) != first:
                    yield (row, column), first


def _text(value: Value) -> str:
    if value is None or isinstance(value, CellError):
        return ""
    return as_text(value)
