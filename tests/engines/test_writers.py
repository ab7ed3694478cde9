"""Workbooks as programs write them that calculate nothing: XlsxWriter, and pandas through it, put 0 beside each formula."""

from __future__ import annotations

import io
import re
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from xlperf.engines.conformance import examined
from xlperf.engines.foreign import UnwitnessedError
from xlperf.engines.recalculation import recalculate
from xlperf.engines.verification import verify
from xlperf.package import Package, open_package
from xlperf.values import Value

SHEET = "数"


def written(formulas: dict[str, tuple[str, Any]]) -> Package:
    """A1:C1 are 1 2 3; each formula with the result that its author gave, where he gave one."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    sheet.write_row("A1", [1, 2, 3])
    for ref, (formula, result) in formulas.items():
        sheet.write_formula(ref, formula, None, *(() if result is None else (result,)))
    book.close()
    return open_package(stream.getvalue())


FORMULAS: dict[str, tuple[str, Any]] = {
    "D1": ("=SUM(A1:C1)", None),
    "E1": ("=D1*2", None),
    "F1": ('=IF(D1>5,"大","小")', None),
    "G1": ("=A1-1", None),
    "H1": ("=B1*4", 8),
}


def test_zeros_that_nobody_calculated_are_no_saved_values() -> None:
    result = recalculate(written(FORMULAS), functions={})
    right: dict[str, Value] = {"D1": 6.0, "E1": 12.0, "F1": "大", "G1": 0.0, "H1": 8.0}
    assert {ref: result.package.value(SHEET, ref) for ref in right} == right
    assert dict(result.kept) == {}
    assert "4 个公式的结果是写文件的程序放的 0" in result.notes[0]
    assert str(result.witnesses) == "4 个公式没有保存的值：4 个由引擎的记录核对，0 个没有核对"


def test_a_result_that_the_author_gave_is_guarded() -> None:
    result = recalculate(written({**FORMULAS, "H1": ("=B1^4", 9)}), functions={})
    assert set(result.kept) == {(SHEET, "H1")}
    assert (result.package.value(SHEET, "H1"), result.package.value(SHEET, "D1")) == (9.0, 6.0)


def test_what_nobody_vouches_for_is_named_and_written_by_force() -> None:
    book = written({**FORMULAS, "I1": ("=VDB(2400,300,10,0,1)", None)})
    with pytest.raises(UnwitnessedError, match=r"数!I1（引擎不认识函数 VDB）"):
        recalculate(book, functions={})
    forced = recalculate(book, functions={}, force=True)
    assert {change.ref for change in forced.changes} == {"D1", "E1", "F1"}
    assert not any("重现不出" in note for note in forced.notes)


def test_nothing_changes_where_all_are_nothing() -> None:
    book = written({"D1": ("=A1-1", None), "E1": ("=D1*2", None)})
    assert recalculate(book, functions={}).data is book.data


def test_zeros_count_where_the_file_says_nothing_of_calculating() -> None:
    book = written(FORMULAS)
    part = re.sub(rb' fullCalcOnLoad="1"', b"", book.part("xl/workbook.xml"))
    assert set(recalculate(book.with_parts({"xl/workbook.xml": part}), functions={}).kept) == {
        (SHEET, "D1"),
        (SHEET, "F1"),
    }


def test_verify_and_conformance_take_them_for_nothing_too() -> None:
    book = written(FORMULAS)
    found = verify(book, ("compiled", "formualizer"))
    assert found.differences == ()
    assert found.witnesses is not None
    assert found.witnesses.cells == 4
    assert examined(book.data).as_saved.wrong == []


def test_pandas() -> None:
    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="xlsxwriter") as writer:
        pd.DataFrame({"金额": [1, 2, 3], "倍": ["=B2*2", "=B3*2", "=SUM(C2:C3)"]}).to_excel(writer, sheet_name=SHEET)
    result = recalculate(open_package(stream.getvalue()), functions={})
    assert [result.package.value(SHEET, f"C{row}") for row in (2, 3, 4)] == [2.0, 4.0, 6.0]
