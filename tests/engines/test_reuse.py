"""A template loaded once gives each later workbook the results that a fresh engine would give it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.engines.foreign_workbooks import SHEET, workbook
from tests.engines.random_filling import filling
from tests.support.alterer import put
from tests.support.ci_size import some
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.compiled.plan_cache import plan_key
from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.protocol import Engine
from xlperf.engines.recalculation import registered_functions
from xlperf.package import Package, open_package
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

PART = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module", params=some(["renhua-2021", "yanjin-2022"], ["renhua-2021"]))
def package(request: pytest.FixtureRequest) -> Package:
    return open_package(workbooks_folder() / "examples" / f"{request.param}.xlsm")


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [2, pytest.param(200, marks=pytest.mark.soak)])
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


def summing(*, is_array: bool) -> Package:
    """A formula whose text means another thing as an array formula."""
    book = workbook({"A1": 1, "A2": 2, "B1": 3, "B2": 4, "C1": "=SUM(A1:A2*B1:B2)"})
    part = book.part(PART)
    return book.with_parts({PART: part.replace(b"<f>SUM", b'<f t="array" ref="C1">SUM')}) if is_array else book


@pytest.mark.parametrize("engine", [CompiledEngine, FormualizerEngine])
def test_an_array_formula_is_another_formula_than_its_text(engine: Callable[[], Engine]) -> None:
    assert summing(is_array=True).all_formulas == summing(is_array=False).all_formulas
    one = engine()
    found = []
    for is_array in (False, True, False):
        model = one.load(summing(is_array=is_array), {})
        found.append(model.calculate()[SHEET, "C1"])
        one.release(model)
    assert found == [3.0, 11.0, 3.0]
    assert len({plan_key(summing(is_array=is_array), {}) for is_array in (False, True)}) == 2


# Inputs A1 and A2, a chain of formulas over them, and one that is found in the run.
CHAIN = {
    "A1": 1,
    "A2": 2,
    "B1": "=A1+A2",
    "B2": "=B1*2",
    "C1": "=SUM(B1:B2)",
    "C2": '=INDIRECT("B"&A2)+C1',
    "D1": "=C2&A1",
}


def chain(**cells: object) -> Package:
    return workbook({**CHAIN, **cells})


@pytest.mark.parametrize(
    ("cells", "overwritten"),
    [
        ({"B1": 7}, ["B1"]),
        ({"B2": "无"}, ["B2"]),
        ({"B1": 0, "C1": 5}, ["B1", "C1"]),
        ({"B1": None}, ["B1"]),
        ({"C2": 4, "A1": 9}, ["C2"]),
        (dict.fromkeys(("B1", "B2", "C1", "C2", "D1"), 1), ["B1", "B2", "C1", "C2", "D1"]),
    ],
)
def test_constants_over_formulas_need_no_model_of_their_own(cells: dict[str, object], overwritten: list[str]) -> None:
    """The model of the workbook takes them, gives what a fresh one would, and then what it gave before."""
    engine = CompiledEngine()
    model = engine.load(chain(), {})
    before = dict(model.calculate())
    for again in range(2):
        engine.release(model)
        assert sorted(model.overwritten_in(chain(**cells), {}) or ()) == [(SHEET, ref) for ref in overwritten]
        assert engine.load(chain(**cells), {}) is model
        found = dict(model.calculate())
        assert found == dict(CompiledEngine().load(chain(**cells), {}).calculate()), again
        assert found.keys() == before.keys() - {(SHEET, ref) for ref in overwritten}
        engine.release(model)
        assert engine.load(chain(A1=3), {}) is model
        assert dict(model.calculate()) == dict(CompiledEngine().load(chain(A1=3), {}).calculate())
        engine.release(model)
        assert engine.load(chain(), {}) is model
        assert dict(model.calculate()) == before


@pytest.mark.parametrize("cells", [{"B1": "=A1-A2"}, {"A1": "=1"}, {"B1": 1, "E1": "=1"}, {"B1": "=A1+A2+0", "B2": 1}])
def test_other_formulas_need_one(cells: dict[str, object]) -> None:
    model = CompiledEngine().load(chain(), {})
    assert model.overwritten_in(chain(**cells), {}) is None


def test_a_model_in_which_values_were_held_is_whole_again() -> None:
    engine = CompiledEngine()
    model = engine.load(spilling((6.0, 2.0, 4.0), 3.0), {})
    before = dict(model.calculate())
    model.hold({(SHEET, "C1"): 1.0, (SHEET, "C2"): 1.0, (SHEET, "C3"): 1.0})
    assert model.calculate()[SHEET, "D1"] == 3.0
    engine.release(model)
    assert engine.load(spilling((6.0, 2.0, 4.0), 3.0), {}) is model
    assert dict(model.calculate()) == before


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [3, pytest.param(100, marks=pytest.mark.soak)])
def test_altered_workbooks_calculate_like_in_a_fresh_engine(package: Package, rounds: int) -> None:
    """Some formulas of the workbook typed over, with its own formulas in between."""
    functions, random_ = registered_functions(), random.Random(20211231)
    places = [(sheet.name, ref) for sheet in package.worksheets for ref in package.formulas(sheet.name)]
    engine = CompiledEngine()
    whole = engine.load(package, functions)
    expected = dict(whole.calculate())
    engine.release(whole)
    for _ in range(rounds):
        altered = package
        for sheet, ref in random_.sample(places, random_.choice((1, 2, 12))):
            altered = put(altered, sheet, ref, random_.choice((0.0, 2.5, "无", True)))
        model = engine.load(altered, functions)
        assert model is whole
        assert dict(model.calculate()) == dict(CompiledEngine().load(altered, functions).calculate())
        engine.release(model)
        assert engine.load(package, functions) is whole
        assert dict(whole.calculate()) == expected
        engine.release(whole)
