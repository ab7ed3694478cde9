"""A small workbook of others, with or without saved results."""

from __future__ import annotations

import io
from collections.abc import Mapping

import openpyxl

from xlperf.package import Package, open_package
from xlperf.values import Value

SHEET = "表"


def workbook(cells: Mapping[str, object], saved: Mapping[str, Value] | None = None) -> Package:
    """A workbook with these cells, and with these saved results."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    for ref, value in cells.items():
        sheet[ref] = value
    stream = io.BytesIO()
    book.save(stream)
    package = open_package(stream.getvalue())
    return package.patched({(SHEET, ref): value for ref, value in (saved or {}).items()})
