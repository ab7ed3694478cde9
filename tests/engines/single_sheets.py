"""Workbooks of one sheet, given by their cells, and how the results of two engines are compared."""

from __future__ import annotations

import io
from collections.abc import Mapping

import openpyxl

from xlperf.engines.formualizer.engine import SIGNED_ZERO, FormualizerModel
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


def differing_from(peer: FormualizerModel, results: Mapping[tuple[str, str], Value]) -> dict[object, object]:
    """Where formualizer gives other results; it may lack none but texts with a zero that it writes as -0."""
    theirs = peer.calculate()
    lacking = {place for place, reason in peer.unable.items() if reason == SIGNED_ZERO}
    assert peer.unable.keys() == lacking
    return differing({place: value for place, value in results.items() if place not in lacking}, theirs)
