"""The worked cases and the docstrings' examples through the engines, as cells of a workbook."""

from __future__ import annotations

from functools import cache

import pytest

from tests.support.case_workbook import FORMULA_COLUMN, ROWS, SETS, workbook
from xlperf.engines import recalculate
from xlperf.formula.addresses import reference
from xlperf.package import open_package
from xlperf.values import Value


@cache
def results(name: str, engine: str) -> list[Value]:
    package = recalculate(open_package(workbook({name: SETS[name]})), trusted=True, engine=engine).package
    return [package.value(name, reference(1 + number * ROWS, FORMULA_COLUMN)) for number in range(len(SETS[name]))]


@pytest.mark.parametrize("engine", ["formualizer", "compiled"])
@pytest.mark.parametrize(
    ("name", "number"),
    [pytest.param(name, n, id=case.name) for name, found in SETS.items() for n, case in enumerate(found)],
)
def test_case(name: str, number: int, engine: str) -> None:
    assert not SETS[name][number].problem(results(name, engine)[number])
