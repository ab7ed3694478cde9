"""A small workbook of others, with or without saved results."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping

import openpyxl
import pytest

from xlperf.package import Package, open_package
from xlperf.values import Value

SHEET = "表"


def require_ironcalc() -> None:
    """Skips where IronCalc isn't installed, unless all hosts are required."""
    if os.environ.get("XLPERF_REQUIRE_HOSTS") != "1":
        pytest.importorskip("ironcalc")


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
