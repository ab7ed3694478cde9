"""Workbooks of one sheet, given by their cells, and how the results of two engines are compared."""

from __future__ import annotations

import io
from collections.abc import Mapping

import openpyxl

from xlperf.package import Package, open_package, same_value
from xlperf.values import Value


def workbook(cells: Mapping[str, object]) -> Package:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    for ref, value in cells.items():
        sheet[ref] = value
    stream = io.BytesIO()
    book.save(stream)
    return open_package(stream.getvalue())


def differing(
    results: Mapping[tuple[str, str], Value], others: Mapping[tuple[str, str], Value]
) -> dict[object, object]:
    assert results.keys() == others.keys()
    return {place: (value, others[place]) for place, value in results.items() if not same_value(value, others[place])}
