"""The bridge: an openpyxl workbook's formulas calculated, and what nobody can vouch for said."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest

import xlperf
from tests.support.examples import example
from xlperf.editions.conversion import Edition
from xlperf.openpyxl import recalculate, write_values


def book_of(**cells: object) -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    workbook.active.title = "甲 表"
    for ref, value in cells.items():
        workbook.active[ref] = value
    return workbook


def test_values_of_a_new_workbook() -> None:
    workbook = book_of(A1=97.92, A2="=ROUND(A1/2,1)", A3='=A1&"%"', A4="=1/0", A5="=A1>90", B1="'=A1", B2=7)
    values = recalculate(workbook)
    assert dict(values["甲 表"]) == {"A2": 49.0, "A3": "97.92%", "A4": "#DIV/0!", "A5": True}
    assert values.unwitnessed == ()
    assert "4 个公式没有保存的值：4 个由引擎的记录核对，0 个没有核对" in values.notes
    assert workbook.active["A2"].value == "=ROUND(A1/2,1)"
    with pytest.raises(xlperf.Error) as refused:
        values["乙"]
    assert refused.value.code == "unknown_name"
    assert values.get("乙") is None


@pytest.mark.whole
def test_our_own_workbook_after_openpyxl_has_lost_its_values() -> None:
    workbook = openpyxl.load_workbook(BytesIO(example("wuhua-2023", Edition.NATIVE).data))
    values = recalculate(workbook)
    package = example("wuhua-2023", Edition.NATIVE)
    found = {(sheet, ref): value for sheet, cells in values.items() for ref, value in cells.items()}
    wanted = {p: v.code if isinstance(v, xlperf.CellError) else v for p, v in package.saved_results.items()}
    assert found == wanted
    assert values.unwitnessed == ()


def test_a_copy_with_values() -> None:
    workbook = book_of(A1=3, A2="=A1*2", A3="=A2+1")
    copy = write_values(workbook)
    assert [copy["甲 表"][ref].value for ref in ("A1", "A2", "A3")] == [3, 6, 7]
    assert workbook["甲 表"]["A3"].value == "=A2+1"


@pytest.mark.parametrize("act", [recalculate, write_values])
def test_what_cannot_be_calculated_is_named(act: Callable[..., object]) -> None:
    workbook = book_of(A1=1, A2="=A1+1", A3="=NOSUCHFUNCTION(A1)")
    with pytest.raises(xlperf.Error, match="A3") as refused:
        act(workbook)
    assert refused.value.code == "calculation"
    values = recalculate(workbook, force=True)
    assert values["甲 表"]["A2"] == 2
    assert values["甲 表"]["A3"] is None
    assert "A3" in values.notes[0]
