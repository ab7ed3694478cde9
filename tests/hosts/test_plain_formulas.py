"""The formulas of the examples that call no PERF_ function, recalculated by LibreOffice: the same values as ours."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from tests.support.ci_size import DRAWN, some
from tests.support.libreoffice import convert, require_tools
from xlperf.package import open_package, same_value
from xlperf.values import is_blank
from xlperf.workbook.locations import example_names, workbooks_folder

pytestmark = pytest.mark.slow
_FORMULA_CELL = re.compile(rb"<c [^<>]*><f>[^<]*</f>(?:<v>[^<]*</v>)?</c>")
_KIND = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_PLAIN_KIND = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def for_libreoffice(source: Path, target: Path) -> None:
    """A copy in which PERF_ cells are constants and all other formulas have no saved value."""

    def rewritten(cell: re.Match[bytes]) -> bytes:
        pattern = rb"<f>.*?</f>" if b"PERF_" in cell[0] else rb"<v>[^<]*</v>"
        return re.sub(pattern, b"", cell[0])

    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).replace(_KIND, _PLAIN_KIND)
            if name.startswith("xl/worksheets/sheet"):
                content = _FORMULA_CELL.sub(rewritten, content)
            new.writestr(name, content)


@pytest.mark.parametrize("name", some(example_names(), DRAWN))
def test_plain_formulas_agree_with_libreoffice(name: str, tmp_path: Path) -> None:
    require_tools()
    source = workbooks_folder() / "examples" / f"{name}.xlsm"
    for_libreoffice(source, tmp_path / "copy.xlsx")
    (tmp_path / "out").mkdir()
    ours, theirs = open_package(source), open_package(convert(tmp_path / "copy.xlsx", tmp_path / "out", "xlsx"))
    compared, different = 0, {}
    for sheet in ours.worksheets:
        for ref, formula in ours.formulas(sheet.name).items():
            if "PERF_" in formula:
                continue
            compared += 1
            here, there = ours.value(sheet.name, ref), theirs.value(sheet.name, ref)
            if not (is_blank(here) and is_blank(there)) and not same_value(here, there):
                different[f"{sheet.name}!{ref}"] = (formula, here, there)
    assert compared > 1000
    assert different == {}
