"""The worked cases and the docstrings' examples through the engines, as cells of a workbook."""

from __future__ import annotations

import pytest

from tests.support.case_workbook import FORMULA_COLUMN, ROWS, SETS, workbook
from xlperf.engines import recalculate
from xlperf.formula.addresses import reference
from xlperf.package import open_package
from xlperf.values import Value


def results(name: str, engine: str) -> list[Value]:
    package = recalculate(open_package(workbook({name: SETS[name]})), trusted=True, engine=engine).package
    return [package.value(name, reference(1 + number * ROWS, FORMULA_COLUMN)) for number in range(len(SETS[name]))]


@pytest.mark.parametrize("engine", ["formualizer", "compiled"])
@pytest.mark.parametrize("name", SETS)
def test_every_case(name: str, engine: str) -> None:
    pairs = zip(SETS[name], results(name, engine), strict=True)
    assert {case.name: problem for case, value in pairs if (problem := case.problem(value))} == {}
