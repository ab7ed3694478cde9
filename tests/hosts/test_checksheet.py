"""The check sheet in LibreOffice: plain formulas that give there what they give in the engine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.hosts.pictures import convert
from xlperf.frameworks.loading import find_framework
from xlperf.package import open_package
from xlperf.workbook.build import lay_out
from xlperf.workbook.datafiles import read_data
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.plan import CHECKS

pytestmark = pytest.mark.slow
COLUMNS = "CDEFGH"


@pytest.mark.parametrize("name", example_names())
def test_libreoffice_agrees_on_every_line(name: str, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        if os.environ.get("XLPERF_REQUIRE_HOSTS") == "1":
            pytest.fail("missing: soffice")
        pytest.skip("missing: soffice")
    source, folder = find_framework(name), workbooks_folder() / "examples"
    # Without cached values LibreOffice calculates every formula itself.
    bare = tmp_path / "bare.xlsx"
    bare.write_bytes(lay_out(source, read_data(folder / f"{name}.toml", source.framework), "udf"))
    (tmp_path / "out").mkdir()
    page = openpyxl.load_workbook(convert(bare, tmp_path / "out", "xlsx"), data_only=True)[CHECKS]
    ours = open_package(folder / f"{name}.xlsm").cells(CHECKS)
    differences, compared = {}, 0
    for ref, cell in ours.items():
        if ref[0] in COLUMNS and int(ref[1:]) > 3:
            here, there = cell.value or None, page[ref].value or None
            compared += here is not None
            if here != there:
                differences[ref] = (here, there)
    assert differences == {}
    assert compared > 100
