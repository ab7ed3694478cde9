"""Workbooks of the formulas of the mended kinds."""

from __future__ import annotations

import io

import openpyxl

from tests.engines.mended_cells import HIDDEN, Case, cells
from tests.engines.mended_formulas import KINDS

FIRST = "S"
JUDGED = ("number_formats", "date_formats", "calendars")
KNOWN = [kind for kind in KINDS if kind not in JUDGED]


def made_workbook(found: list[Case]) -> bytes:
    """Twelve sheets of months, and one with the cells and a formula in each row of column F."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = FIRST
    for ref, value in cells().items():
        sheet[ref] = value
    for row in HIDDEN:
        sheet.row_dimensions[row].hidden = True
    for number, case in enumerate(found, 1):
        sheet[f"F{number}"] = f"={case.formula}"
    for month in range(1, 13):
        page = book.create_sheet(f"{month}月")
        page["A1"], page["C1"] = "甲", 2**month
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
