"""Workbooks that LibreOffice saved: they come back whole, changed inputs give what it calculates too, or are named."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from tests.support.libreoffice import require_tools
from tests.support.office import Office, Sheets, agree
from xlperf.engines.foreign import UnwitnessedError
from xlperf.engines.recalculation import recalculate
from xlperf.errors import UserError
from xlperf.package import Package, open_package
from xlperf.values import Value

pytestmark = pytest.mark.slow
SHEET, LINES = "汇总", "明细"
ROWS = [
    ("一处", "办公费", 120, 80.5),
    ("二处", "差旅费", 60, 60),
    ("一处", "会议费", 30, 12.25),
    ("三处", "办公费", 0, 0),
]
INPUTS: dict[str, Value] = {"A1": 7, "A2": 2.5, "A3": "一处", "A4": 45292, "A5": "办公"}
BOTH = (
    f"SUM({LINES}!C:C)", f"SUMIF({LINES}!A:A,A3,{LINES}!D:D)", f"SUMIFS({LINES}!D2:D5,{LINES}!A2:A5,A3,{LINES}!C2:C5,\">\"&A1)", f"COUNTIF({LINES}!B:B,A5&\"*\")",
    f"VLOOKUP(A3,{LINES}!A2:D5,3,FALSE)", f"IFERROR(INDEX({LINES}!D2:D5,MATCH(A5&\"费\",{LINES}!B2:B5,0)),0)", f"SUMPRODUCT(({LINES}!A2:A5=A3)*{LINES}!D2:D5)",
    "ROUND(A1/3,2)", "A1*A2%", "IF(A1>A2,\"多\",\"少\")", "TEXT(A1,\"#,##0.00\")", "YEAR(A4)", "EDATE(A4,A1)", "TEXT(A4,\"yyyy-mm-dd\")", "A3&\"：\"&A1", "LEN(A3)", "MAX(A1:A2,预算)",
    "SUM(预算)", f"IF({LINES}!C5=0,\"—\",{LINES}!D5/{LINES}!C5)", f"ROUND({LINES}!D2/{LINES}!C2,4)", f"SUBTOTAL(9,{LINES}!C2:C5)", "CHOOSE(2,A1,A2)", "MOD(INT(A1),3)", "AVERAGE(预算)", "B1+1", "RANK(60,预算)",
)  # fmt: skip
# LibreOffice takes text codes for texts, truth values for numbers; what it saves in the others hangs on the machine.
NAMED = ('COUNTIF(C1:C3,"1")', "COUNT(D1:D2)", "SUM(D1:D2)", 'A3<"乙"', 'CELL("type",A1)')
FORMULAS = {f"B{row}": f"={formula}" for row, formula in enumerate((*BOTH, *NAMED), 1)}


def made(path: Path) -> None:
    """The workbook as openpyxl writes it, with no values."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    codes = {"C1": "001", "C2": "1", "C3": 1, "D1": True, "D2": 4}
    array = {"E1": ArrayFormula("E1:E2", "=A1:A2*2"), "F1": "=E2+1"}
    for ref, value in {**INPUTS, **codes, **FORMULAS, **array}.items():
        sheet[ref] = value
    for row in [("处室", "科目", "预算", "支出"), *ROWS]:
        lines = book[LINES] if LINES in book.sheetnames else book.create_sheet(LINES)
        lines.append(row)
    book.defined_names["预算"] = DefinedName("预算", attr_text=f"{LINES}!$C$2:$C$5")
    book.save(path)


@cache
def saved(folder: Path) -> Package:
    """The workbook as LibreOffice saves it, in which a truth value is a formula, =TRUE()."""
    require_tools()
    made(folder / "made.xlsx")
    with Office() as office:
        office.values(folder / "made.xlsx", save=folder / "saved.xlsx")
    return open_package(folder / "saved.xlsx")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return saved(tmp_path_factory.mktemp("saved"))


def theirs(package: Package, folder: Path) -> Sheets:
    """What LibreOffice calculates in a workbook."""
    (folder / "asked.xlsx").write_bytes(package.data)
    with Office() as office:
        return office.values(folder / "asked.xlsx")


def named() -> set[str]:
    return {f"B{row}" for row in range(len(BOTH) + 1, len(FORMULAS) + 1)}


def test_it_comes_back_whole(book: Package) -> None:
    assert sum(value is not None for value in book.saved_results.values()) == len(FORMULAS) + 4
    result = recalculate(book)
    assert result.data is book.data
    assert {ref for _, ref in result.kept} == named()
    assert len(result.notes) == 2


def test_without_its_values_it_is_calculated_or_named(book: Package) -> None:
    blank = book.patched(dict.fromkeys(book.saved_results))
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(blank)
    uncertain = {ref for _, ref in refused.value.witnesses.unwitnessed}
    assert {FORMULAS[ref] for ref in uncertain} == {f"={formula}" for formula in NAMED[3:]}
    found = recalculate(blank, force=True).package.saved_results
    right = {f"B{len(BOTH) + number}": value for number, value in enumerate((3.0, 1.0, 4.0), 1)}
    for place, value in book.saved_results.items():
        if place[1] not in named():
            assert agree(found[place], value), place
        elif place[1] in right:
            assert found[place] == right[place[1]]


@pytest.mark.parametrize("seed", range(3))
def test_changed_inputs(book: Package, tmp_path: Path, seed: int) -> None:
    """What hangs on none of the cells that keep theirs is what LibreOffice finds; the others are refused by name."""
    source = random.Random(seed)
    choices: dict[str, list[Value]] = {
        "A2": [3.5, 0, 12], "A4": [44000, 45700.5], "A5": ["差旅", "无", "会*"],
    }  # fmt: skip
    inputs = {(SHEET, ref): source.choice(some) for ref, some in choices.items()}
    inputs |= {(LINES, f"D{row}"): round(source.uniform(0, 90), 2) for row in (2, 4)}
    result = recalculate(book, inputs=inputs)
    asked = theirs(book.with_inputs(inputs), tmp_path)
    moved = 0
    for (sheet, ref), value in result.package.saved_results.items():
        if ref not in named():
            assert agree(value, asked[sheet].get(ref)), (ref, FORMULAS.get(ref))
            moved += value != book.value(sheet, ref)
    assert moved > 5
    with pytest.raises(UserError, match=rf"{SHEET}!B\d+ 既随改动的 {SHEET}!A1 变化.*重现不出"):
        recalculate(book, inputs={(SHEET, "A1"): 8})
