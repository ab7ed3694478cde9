"""Copies of a formula down a column are not taken apart again; the plan is the same as if they were."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tests.support.examples import example
from xlperf.editions.conversion import Edition
from xlperf.engines.compiled import plan
from xlperf.engines.recalculation import registered_functions
from xlperf.formula.addresses import MAXIMUM_ROW
from xlperf.package import Package, open_package

ROWS = 12


def column_of(formula: str, first: int = 1) -> Package:
    """A workbook with copies of a formula in rows of column H; `{0}` is the row, `{1}` the one below, `{-1}` the one above."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "甲"
    sheet["A1"] = 1
    for row in range(first, first + ROWS):
        sheet[f"H{row}"] = "=" + formula.replace("{0}", str(row)).replace("{1}", str(row + 1)).replace(
            "{-1}", str(row - 1)
        )
    file = BytesIO()
    workbook.save(file)
    return open_package(file.getvalue())


def both(package: Package, monkeypatch: pytest.MonkeyPatch) -> tuple[plan.Plan, plan.Plan, int]:
    """The plan with and without what copies save, and how many formulas were known as copies."""
    known: list[bool] = []

    def counted(self: plan._Copied, text: str, row: int) -> object:
        found = references(self, text, row)
        known.append(found is not None)
        return found

    references = plan._Copied.references
    monkeypatch.setattr(plan._Copied, "references", counted)
    quick = plan.planned(package, registered_functions())
    monkeypatch.setattr(plan._Copied, "references", lambda self, text, row: None)
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


def test_a_workbook_of_ours_has_the_same_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow, known = both(example("wuhua-2023", Edition.NATIVE), monkeypatch)
    assert quick == slow
    assert known > len(slow.steps) / 2
