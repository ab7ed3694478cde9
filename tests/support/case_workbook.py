"""The worked cases and the docstrings' examples as cells of a workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import openpyxl

from tests.support.case_files import FAMILIES, RULES, Case, cases, examples
from xlperf.formula.addresses import position
from xlperf.formula.tokens import shifted, tokens
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
