"""A template loaded once gives each later workbook the results that a fresh engine would give it."""

from __future__ import annotations

import random

import pytest

from tests.engines.foreign_workbooks import SHEET, workbook
from tests.engines.random_filling import filling
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.recalculation import registered_functions
from xlperf.package import Package, open_package
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

PART = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module", params=["renhua-2021", "yanjin-2022"])
def package(request: pytest.FixtureRequest) -> Package:
    return open_package(workbooks_folder() / "examples" / f"{request.param}.xlsm")


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [3, pytest.param(200, marks=pytest.mark.soak)])
def test_reused_models_calculate_like_fresh_ones(package: Package, rounds: int) -> None:
    functions = registered_functions()
    items = list(catalogue(NamedCells(package), read_identity(package).framework.framework).values())
    engine, random_ = FormualizerEngine(), random.Random(20211231)
    for _ in range(rounds):
        filled = package.with_inputs(filling(random_, items))
        model = engine.load(filled, functions)
        reused = dict(model.calculate())
        engine.release(model)
        assert reused == dict(FormualizerEngine().load(filled, functions).calculate())
    assert len(engine._idle) == 1


@pytest.mark.slow
def test_a_model_in_use_is_not_shared(package: Package) -> None:
    engine, functions = FormualizerEngine(), registered_functions()
    first = engine.load(package, functions)
    assert engine.load(package, functions) is not first
    engine.release(first)
    assert engine.load(package, functions) is first


def spilling(saved: tuple[float, float, float], first: float) -> Package:
    """An array formula over C1:C3, and one that adds up what it fills."""
    book = workbook({"A1": first, "A2": 1, "A3": 2, "C1": "=A1:A3*2", "C2": 0, "C3": 0, "D1": "=SUM(C1:C3)"})
    part = book.part(PART).replace(b"<f>A1:A3*2</f>", b'<f t="array" ref="C1:C3">A1:A3*2</f>')
    return book.with_parts({PART: part}).patched({(SHEET, f"C{row}"): saved[row - 1] for row in (1, 2, 3)})


def test_what_an_array_formula_fills_is_no_constant_of_the_next_workbook() -> None:
    """The next one has other values in the cells, or none; the formula's cell itself need not be calculated anew."""
    engine = CompiledEngine()
    for saved in ((6.0, 2.0, 4.0), (6.0, 5.0, 9.0), (1.0, 1.0, 1.0)):
        model = engine.load(spilling(saved, 3.0), {})
        found = model.calculate()
        assert [found[SHEET, ref] for ref in ("C1", "C2", "C3", "D1")] == [6.0, 2.0, 4.0, 12.0]
        engine.release(model)
    assert len(engine._idle) == 1
    other = engine.load(spilling((6.0, 2.0, 4.0), 5.0), {})
    assert other.calculate()[SHEET, "D1"] == 16.0
    other.hold({(SHEET, "C1"): 1.0, (SHEET, "C2"): 1.0, (SHEET, "C3"): 1.0})
    assert other.calculate()[SHEET, "D1"] == 3.0
