"""Thousands of random formulas of each mended kind, against what they were made from, or against LibreOffice."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from tests.engines.mended_formulas import HIDDEN, KINDS, Case, cases, cells
from tests.support.libreoffice import require_tools
from tests.support.office import Office
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.package import open_package, same_value
from xlperf.values import Value

FIRST = "S"
JUDGED = ("number_formats", "date_formats", "calendars")
KNOWN = [kind for kind in KINDS if kind not in JUDGED]


def workbook(found: list[Case]) -> bytes:
    """Twelve sheets of months, and one with the cells and a formula in each row of column F."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = FIRST
    for ref, value in cells().items():
        sheet[ref] = value
    for row in HIDDEN:
        sheet.row_dimensions[row].hidden = True
    for number, case in enumerate(found, 1):
        sheet[f"F{number}"] = f"={case.formula}"
    for month in range(1, 13):
        book.create_sheet(f"{month}月")["C1"] = 2**month
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def calculated(data: bytes, count: int) -> list[Value]:
    model = CompiledEngine().load(open_package(data), {})
    results = model.calculate()
    assert dict(model.unable) == {}
    return [results[FIRST, f"F{number}"] for number in range(1, count + 1)]


@pytest.mark.parametrize("kind", KNOWN)
@pytest.mark.parametrize("count", [60, pytest.param(10_000, marks=pytest.mark.soak)])
def test_what_formulas_were_made_from(kind: str, count: int) -> None:
    found = cases(kind, count)
    results = calculated(workbook(found), count)
    wrong = [
        (case, result) for case, result in zip(found, results, strict=True) if not same_value(case.expected, result)
    ]
    assert wrong == []
    # Some of everything that the kind has.
    assert len({case.formula.partition("(")[0] for case in found}) > 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", JUDGED)
@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.soak)])
def test_what_libreoffice_says(kind: str, count: int, tmp_path: Path) -> None:
    require_tools()
    found = cases(kind, count)
    data = workbook(found)
    (tmp_path / "cases.xlsx").write_bytes(data)
    with Office() as office:
        theirs = office.values(tmp_path / "cases.xlsx")[FIRST]
    results = calculated(data, count)
    wrong = [
        (case.formula, result, theirs.get(f"F{number}"))
        for number, (case, result) in enumerate(zip(found, results, strict=True), 1)
        if not same_value(result, theirs.get(f"F{number}", ""))
    ]
    assert wrong == []
