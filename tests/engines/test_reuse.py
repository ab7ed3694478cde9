"""A template loaded once gives each later workbook the results that a fresh engine would give it."""

from __future__ import annotations

import random

import pytest

from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.recalculation import registered_functions
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells


@pytest.fixture(scope="module", params=["renhua-2021", "yanjin-2022"])
def package(request: pytest.FixtureRequest) -> Package:
    return open_package(workbooks_folder() / "examples" / f"{request.param}.xlsm")


def filling(random_: random.Random, items: list[InputCell]) -> dict[tuple[str, str], Value]:
    """Some inputs with values of all sorts: blank, zero, numbers, text in a number's place, options."""
    values: dict[tuple[str, str], Value] = {}
    for item in random_.sample(items, 40):
        choices: list[Value] = [None, 0.0, 1.0, random_.uniform(-5, 500), "12"]
        choices += [*item.choices, True, False] if item.type in ("choice", "flag") else []
        values[item.sheet, item.ref] = random_.choice(choices)
    return values


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [6, pytest.param(200, marks=pytest.mark.soak)])
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


def test_a_model_in_use_is_not_shared(package: Package) -> None:
    engine, functions = FormualizerEngine(), registered_functions()
    first = engine.load(package, functions)
    assert engine.load(package, functions) is not first
    engine.release(first)
    assert engine.load(package, functions) is first
