"""A link shows its text, or where it leads; every engine says the same, though one of them has no such function."""

from __future__ import annotations

import pytest

from tests.engines.single_sheets import workbook
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.formulas_engine import FormulasEngine
from xlperf.engines.protocol import Engine

FORMULAS = {
    '=HYPERLINK("#\'汇总\'!A1","看汇总")': "看汇总",
    '=HYPERLINK("#汇总!A1")': "#汇总!A1",
    '=HYPERLINK(IF(A1>0,"#汇总!A"&A1,""),IF(A1>0,"到这里",""))': "到这里",
}


@pytest.mark.parametrize("engine", [CompiledEngine(), FormualizerEngine(), FormulasEngine()], ids=lambda one: one.name)
def test_a_link(engine: Engine) -> None:
    cells = {f"B{row}": formula for row, formula in enumerate(FORMULAS, 1)}
    model = engine.load(workbook({"A1": 3, **cells}), {})
    model.calculate()
    assert [model.read("表", ref) for ref in cells] == list(FORMULAS.values())
