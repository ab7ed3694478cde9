"""Copies of a formula that share what `formulas` has made of one: every value is as where each is made by itself."""

from __future__ import annotations

import formulas
import pytest

from tests.engines.single_sheets import differing, workbook
from xlperf.engines import formulas_copies, formulas_engine
from xlperf.engines.formulas_engine import FormulasEngine
from xlperf.formula.tokens import shifted, tokens

ROWS = 6
# Each is copied down; what differs from the first one only by what it refers to must not be taken for a copy of it.
FORMULAS = (
    *("A1*2+$C$1", "A1*2+A1", "A1*2+$C2", "表!A1*2+A1", "A1*2+表!$C$1"),
    *('IF(A1>B1,A1&"/"&B1,A1)', 'IF(A1>B1,A1&"/"&B1,B1)', 'IF(A1>B1,A1&"/A1"&B1,A1)'),
    *("ROW()+A1", "ROW(B1)+A1", "COLUMN(B1)+ROWS($A$1:A1)", "INDEX($A$1:$B$6,ROW(A1),2)"),
    *("SUM(A1:B1)*A1", "SUM($A$1:A1)", "SUM(B1:A1)", "SUM(A1:INDEX($B$1:$B$6,ROW()))", "COUNTIF($A$1:$A$6,A1)"),
    *(
        "SUM(A1:B2 B1:C2)",
        "NOSUCH(A1)",
        "A1/B1",
        "另!A1+A1",
        "[1]表!A1+表!A1",
        "A1%",
        "-A1^2",
        "{1,2}*A1",
        "MAX((A1,B1))",
    ),
)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The formulas that the package makes anything of."""
    found: list[str] = []
    parsed = formulas_copies._Parser.ast

    def noted(self: object, expression: str, context: object = None) -> object:
        found.append(expression)
        return parsed(self, expression, context)

    monkeypatch.setattr(formulas_copies._Parser, "ast", noted)
    return found


@pytest.mark.whole
def test_every_copy_has_its_own_value(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    cells: dict[str, object] = {f"A{row}": (3, -1, 0, 2.5, 3, 7)[row - 1] for row in range(1, ROWS + 1)}
    cells |= {f"B{row}": (2, 4, 0, "乙", 3, 1)[row - 1] for row in range(1, ROWS + 1)} | {"C1": 10, "C2": 20}
    for number, text in enumerate(FORMULAS):
        column = f"{'DEFGHIJKLMNOPQRSTUVWXYZ'[number % 20]}"
        for row in range(ROWS):
            cells[f"{column}{1 + row + 10 * (number // 20 + 1)}"] = f"={shifted(tokens(text), row, 0)}"
    package = workbook(cells)
    shared = FormulasEngine().load(package, {}).calculate()
    assert len(FORMULAS) * ROWS * 0.2 < len(made) < len(FORMULAS) * ROWS * 0.5
    monkeypatch.setattr(formulas_engine, "CopiedFormulas", formulas.ExcelModel)
    apart = FormulasEngine().load(package, {}).calculate()
    assert differing(shared, apart) == {}
    assert len({str(value) for value in shared.values()}) > 40


def test_a_formula_that_looks_at_where_it_stands_is_made_each_time(made: list[str]) -> None:
    package = workbook({f"B{row}": "=ROW()" for row in range(1, 5)} | {f"C{row}": f"=A{row}" for row in range(1, 5)})
    found = FormulasEngine().load(package, {}).calculate()
    assert [found["表", f"B{row}"] for row in range(1, 5)] == [1, 2, 3, 4]
    assert (made.count("=ROW()"), sum(text.startswith("=A") for text in made)) == (4, 1)
