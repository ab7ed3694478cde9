"""Lossless recalculation: the saved values first, then the new ones, and nothing written where they can't be had."""

from __future__ import annotations

import io

import openpyxl
import pytest

from xlperf.engines import Change, recalculate
from xlperf.errors import CellError, UserError
from xlperf.package import Package, open_package
from xlperf.values import Value


def workbook(**saved: Value) -> Package:
    """A1 = 3, B1 = A1*2, C1 = B1&"分", D1 = 1/A1, with these values in the caches."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "评分"
    for ref, value in {"A1": 3, "B1": "=A1*2", "C1": '=B1&"分"', "D1": "=1/A1"}.items():
        sheet[ref] = value
    stream = io.BytesIO()
    book.save(stream)
    return open_package(stream.getvalue()).patched({("评分", ref): value for ref, value in saved.items()})


RIGHT: dict[str, Value] = {"B1": 6.0, "C1": "6分", "D1": 1 / 3}


def test_nothing_changes() -> None:
    package = workbook(**RIGHT)
    result = recalculate(package, functions={})
    assert result.package is package
    assert result.data is package.data
    assert (result.changes, result.notes) == ((), ())


def test_blank_caches_are_filled() -> None:
    result = recalculate(workbook(), functions={})
    assert {change.ref: change.new for change in result.changes} == RIGHT
    assert result.data == recalculate(result.package, functions={}).data


def test_inputs() -> None:
    package = workbook(**RIGHT)
    result = recalculate(package, inputs={("评分", "a1"): 4}, functions={})
    assert result.changes == (
        Change("评分", "B1", 6.0, 8.0),
        Change("评分", "C1", "6分", "8分"),
        Change("评分", "D1", 1 / 3, 0.25),
    )
    assert result.package.value("评分", "A1") == 4.0
    zero = recalculate(package, inputs={("评分", "A1"): 0}, functions={}).package
    assert zero.value("评分", "D1") == CellError("#DIV/0!")
    back = recalculate(zero, inputs={("评分", "A1"): 3}, functions={}).package
    assert {ref: back.value("评分", ref) for ref in RIGHT} == RIGHT


def test_saved_values_that_are_not_reproduced() -> None:
    package = workbook(**{**RIGHT, "B1": 7.0, "C1": "7分"})
    kept = recalculate(package, functions={})
    assert kept.data is package.data
    assert "评分!B1  文件中 7  重算 6" in kept.notes[0]
    assert "--force" in kept.notes[0]
    for result in (recalculate(package, force=True, functions={}), recalculate(package, trusted=True, functions={})):
        assert result.package.value("评分", "B1") == 6.0
        assert result.package.value("评分", "C1") == "6分"
    assert recalculate(package, force=True, functions={}).notes


def test_volatile_functions_keep_their_values() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "=TODAY()"
    stream = io.BytesIO()
    book.save(stream)
    package = open_package(stream.getvalue()).patched({("Sheet", "A1"): 1.0})
    kept = recalculate(package, functions={})
    assert kept.data is package.data
    assert "随时间或随机变化：Sheet!A1" in kept.notes[0]
    assert "TODAY：Sheet!A1" in recalculate(package, force=True, functions={}).notes[0]


def test_formula_cell_as_input() -> None:
    with pytest.raises(UserError, match="评分!B1 是公式"):
        recalculate(workbook(), inputs={("评分", "B1"): 1}, functions={})


def test_workbook_without_formulas() -> None:
    book = openpyxl.Workbook()
    stream = io.BytesIO()
    book.save(stream)
    package = open_package(stream.getvalue())
    assert recalculate(package).package is package
