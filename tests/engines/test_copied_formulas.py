"""Copies of a formula down a column are not taken apart again; the plan is the same as if they were."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from tests.engines.single_sheets import workbook
from tests.support.examples import example
from xlperf.editions.conversion import Edition
from xlperf.engines.compiled import plan
from xlperf.engines.compiled.copied_formulas import CopiedFormula
from xlperf.engines.recalculation import registered_functions
from xlperf.formula.addresses import MAXIMUM_ROW
from xlperf.package import Package, open_package

ROWS = 12


def column_of(formula: str, first: int = 1) -> Package:
    """A workbook with copies of a formula in rows of column H; `{0}` is the row, `{1}` the one below, `{-1}` the one above."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "甲"
    sheet["A1"] = 1
    for row in range(first, first + ROWS):
        sheet[f"H{row}"] = "=" + formula.replace("{0}", str(row)).replace("{1}", str(row + 1)).replace(
            "{-1}", str(row - 1)
        )
    file = BytesIO()
    book.save(file)
    return open_package(file.getvalue())


def both(package: Package, monkeypatch: pytest.MonkeyPatch) -> tuple[plan.Plan, plan.Plan, int]:
    """The plan with and without what copies save, and how many formulas were known as copies."""
    known: list[bool] = []

    def counted(self: CopiedFormula, text: str, row: int) -> object:
        found = copied(self, text, row)
        known.append(found is not None)
        return found

    copied = CopiedFormula.copied
    monkeypatch.setattr(CopiedFormula, "copied", counted)
    plan.forget()
    quick = plan.planned(package, registered_functions())
    plan.forget()
    monkeypatch.setattr(CopiedFormula, "copied", lambda self, text, row: None)
    return quick, plan.planned(package, registered_functions()), sum(known)


@pytest.mark.parametrize(
    ("formula", "first", "is_saved"),
    [
        ("A{0}+$B$1*C{1}", 1, True),
        ("SUM($A$1:A{0})", 1, True),
        ('IF(A{0}="","",VLOOKUP(A{0},$B$2:$C$30,2,FALSE))', 1, True),
        ("A{0}+$A$6", 1, True),
        ("SUM(A{0}:A$6)", 1, True),
        ("$A$1:$A$5+0", 1, False),
        ("INDEX($A$2:$A$6,0)", 1, False),
        ("ROW()+A{0}", 1, True),
        ("A{0}+1", MAXIMUM_ROW - ROWS + 1, True),
        ("A{-1}", 2, True),
        ("1+2", 1, True),
    ],
)
def test_the_plan_is_the_same(formula: str, first: int, is_saved: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow, known = both(column_of(formula, first), monkeypatch)
    assert quick == slow
    assert (known > 0) is is_saved


def test_sheets_known_from_another_workbook_are_as_if_they_were_new() -> None:
    """By turns with others of the same names and sheets: another formula, an array formula of the same text, a cell less."""
    plain = workbook({"A1": 1, "A2": 2, "C1": "=SUM(A1:A2)*2", "C2": "=A1:A2+1", "D1": "=FORMULATEXT(C1)"})
    others = [
        workbook({"A1": 1, "A2": 2, "C1": "=SUM(A1:A2)*3", "C2": "=A1:A2+1", "D1": "=FORMULATEXT(C1)"}),
        with_array(plain, "C2"),
        workbook({"A1": 1, "A2": 2, "C1": "=SUM(A1:A2)*2", "D1": "=FORMULATEXT(C1)"}),
    ]
    functions = registered_functions()
    alone = []
    for package in (plain, *others):
        plan.forget()
        alone.append(plan.planned(package, functions))
    assert len({repr(made) for made in alone}) == len(alone)
    plan.forget()
    for _ in range(2):
        assert [plan.planned(package, functions) for package in (plain, *others)] == alone


def with_array(package: Package, ref: str) -> Package:
    """The workbook with an ordinary formula stored as an array formula of one cell."""
    (sheet,) = package.worksheets
    xml = package.part(sheet.part).decode()
    cell = re.search(rf'<c r="{ref}"[^>]*>.*?</c>', xml)
    assert cell
    stored = cell[0].replace("<f>", f'<f t="array" ref="{ref}">')
    assert stored != cell[0]
    return package.with_parts({sheet.part: xml.replace(cell[0], stored).encode()})


@pytest.mark.whole
def test_a_workbook_of_ours_has_the_same_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow, known = both(example("wuhua-2023", Edition.NATIVE), monkeypatch)
    assert quick == slow
    assert known > len(slow.steps) / 2


def test_what_was_taken_apart_before_is_as_if_it_were_new() -> None:
    """In another workbook the same text means something else: by a name, by the sheets that there are, by its place."""
    first, second = (openpyxl.Workbook() for _ in range(2))
    for book, target in ((first, "甲!$A$1"), (second, "甲!$B$2")):
        sheet = book.active
        sheet.title = "甲"
        book.defined_names["率"] = DefinedName("率", attr_text=target)
        book.defined_names["同"] = DefinedName("同", attr_text="甲!A1+1")
        # One name leads to another, which differs.
        book.defined_names["倍"] = DefinedName("倍", attr_text="率*2")
        for ref, formula in (
            *(("D4", "=率+A1"), ("D5", "=SUM(A1:A3)+C4"), ("E5", "=乙!A1"), ("D6", "=同*2"), ("D7", "=倍")),
            *(("D8", "=一本才有+1"), ("D9", "=同+甲!同"), ("D10", "=MAX(表[数],1)")),
        ):
            sheet[ref] = formula
    second.create_sheet("乙")
    first.defined_names["一本才有"] = DefinedName("一本才有", attr_text="甲!$A$2")
    second["甲"].defined_names["同"] = DefinedName("同", attr_text="甲!$B$3")
    first["甲"]["F1"], second["甲"]["F2"] = "数", "数"
    first["甲"].add_table(Table(name="表", displayName="表", ref="F1:F3"))
    second["甲"].add_table(Table(name="表", displayName="表", ref="F2:F3"))
    plans = {}
    for is_new in (True, False):
        plan.forget()
        for name, book in (("first", first), ("second", second), ("again", first)):
            if is_new:
                plan.forget()
            file = BytesIO()
            book.save(file)
            plans[name, is_new] = plan.planned(open_package(file.getvalue()), registered_functions())
    assert [plans[name, False] for name in ("first", "second", "again")] == [
        plans[name, True] for name in ("first", "second", "again")
    ]
    assert plans["first", False] != plans["second", False]
    assert ("甲", "E5") in plans["first", False].unable
    assert plans["second", False].unable == {}
    steps = {
        name: {step.place[1]: step.references for step in plans[name, False].steps} for name in ("first", "second")
    }
    assert [ref for ref in steps["second"] if steps["first"].get(ref) != steps["second"][ref]] == [
        *("D4", "E5", "D6", "D7", "D8", "D9", "D10")
    ]
