"""Every worked case as a plain formula: the engine gives what the function gives."""

from __future__ import annotations

import pytest

from tests.support.case_workbook import FORMULA_COLUMN, ROWS, SETS
from tests.support.plain_cases import NEVER_PLAIN, WITHOUT_PLAIN_FORM, plain_cases, plain_workbook
from xlperf.engines import recalculate
from xlperf.formula.addresses import reference
from xlperf.package import open_package


@pytest.mark.whole
def test_which_have_none() -> None:
    beyond = {case.name for given in SETS.values() for case in given if case.formula.startswith(NEVER_PLAIN)}
    assert beyond
    assert plain_cases()[1] == WITHOUT_PLAIN_FORM | beyond


@pytest.mark.whole
def test_every_case() -> None:
    package = recalculate(open_package(plain_workbook()), trusted=True).package
    pairs = [(name, n, *pair) for name, found in plain_cases()[0].items() for n, pair in enumerate(found)]
    assert len(pairs) > 650
    assert all("PERF_" not in plain.formula for *_, plain in pairs)
    wrong = {
        case.name: problem
        for name, n, case, plain in pairs
        if (problem := plain.problem(package.value(name, reference(1 + n * ROWS, FORMULA_COLUMN))))
    }
    assert wrong == {}, wrong
