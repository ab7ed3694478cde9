"""Thousands of random formulas of each mended kind, against what they were made from, or against LibreOffice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.mended_formulas import cases
from tests.engines.mended_workbooks import FIRST, JUDGED, KNOWN, made_workbook
from tests.support.libreoffice import require_tools
from tests.support.office import Office
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.package import open_package, same_value
from xlperf.values import Value


def calculated(data: bytes, count: int) -> list[Value]:
    model = CompiledEngine().load(open_package(data), {})
    results = model.calculate()
    assert dict(model.unable) == {}
    return [results[FIRST, f"F{number}"] for number in range(1, count + 1)]


@pytest.mark.whole
@pytest.mark.parametrize("kind", KNOWN)
@pytest.mark.parametrize("count", [60, pytest.param(10_000, marks=pytest.mark.soak)])
def test_what_formulas_were_made_from(kind: str, count: int) -> None:
    found = cases(kind, count)
    results = calculated(made_workbook(found), count)
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
    data = made_workbook(found)
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
