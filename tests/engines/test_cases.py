"""The worked cases and the docstrings' examples through the engines, as cells of a workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache

import openpyxl
import pytest

from tests.cases.reading import FAMILIES, RULES, Case, cases, examples
from xlperf.engines import recalculate
from xlperf.formula.addresses import position, reference
from xlperf.formula.tokens import shifted, tokens
from xlperf.package import open_package
from xlperf.values import Value

EXAMPLES = "examples"
ROWS, FORMULA_COLUMN = 10, 26
SETS = {**{family: cases(family) for family in FAMILIES}, RULES: cases(RULES), EXAMPLES: examples()}


def workbook(given: Mapping[str, Sequence[Case]]) -> bytes:
    """A sheet for each set of cases, a block of rows for each case, its formula in column Z of the first row."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, found in given.items():
        sheet = book.create_sheet(name)
        for number, case in enumerate(found):
            for ref, value in case.cells.items():
                row, column = position(ref)
                assert row <= ROWS, ref
                assert column < FORMULA_COLUMN, ref
                sheet.cell(row + number * ROWS, column, stored(value))
            formula = shifted(tokens(case.formula), number * ROWS, 0)
            sheet.cell(1 + number * ROWS, FORMULA_COLUMN, formula)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def stored(value: Value) -> object:
    """A value as openpyxl takes it; empty text is a formula's."""
    if value == "":
        return '=""'
    return value if value is None or isinstance(value, bool | int | float | str) else value.code


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
