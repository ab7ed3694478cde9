"""A template loaded once gives each later workbook the results that a fresh engine would give it."""

from __future__ import annotations

import random

import pytest

from tests.engines.random_filling import filling
from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.recalculation import registered_functions
from xlperf.package import Package, open_package
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells


@pytest.fixture(scope="module", params=["renhua-2021", "yanjin-2022"])
def package(request: pytest.FixtureRequest) -> Package:
    return open_package(workbooks_folder() / "examples" / f"{request.param}.xlsm")


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
