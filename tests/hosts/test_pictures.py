"""Every sheet of the examples, drawn by LibreOffice: nothing unreadable, empty, cut off or missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.hosts.pictures import TOOLS, convert, pages, python_with_uno, row_heights, values_only
from xlperf.package import Package, open_package
from xlperf.workbook.identity import IDENTITY, is_stamped
from xlperf.workbook.locations import example_names, workbooks_folder

pytestmark = pytest.mark.slow
UNREADABLE = ("###", "#NAME?", "Err:5", "#REF!")
WITHIN_A_LINE = re.compile(r"[\s　]+")


def require_tools() -> None:
    """Skips without LibreOffice and its companions, and fails where they must be there."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    missing += [] if python_with_uno() else ["python3-uno"]
    if missing and os.environ.get("XLPERF_REQUIRE_HOSTS") == "1":
        pytest.fail(f"missing: {', '.join(missing)}")
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")


@pytest.fixture(scope="module", params=example_names())
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Package, Path]:
    """An example and its PDF."""
    require_tools()
    folder = tmp_path_factory.mktemp("pictures")
    source = workbooks_folder() / "examples" / f"{request.param}.xlsm"
    values_only(source, folder / "copy.xlsx")
    return open_package(source), convert(folder / "copy.xlsx", folder, "pdf")


def flat(pdf: Path) -> str:
    """All text of a PDF in the order in which it was drawn, without white space."""
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], check=True, capture_output=True, timeout=120)
    return WITHIN_A_LINE.sub("", done.stdout.decode())


def test_nothing_is_unreadable_and_no_page_is_empty(drawn: tuple[Package, Path]) -> None:
    _, pdf = drawn
    for number, text in enumerate(pages(pdf), 1):
        assert len(text.split()) > 3, f"page {number} is empty"
        for sign in UNREADABLE:
            assert sign not in text, f"page {number}: {sign}"


def test_every_sheet_is_drawn(drawn: tuple[Package, Path]) -> None:
    package, pdf = drawn
    assert is_stamped(package)
    text = flat(pdf)
    for sheet in package.worksheets:
        if sheet.state != "veryHidden":
            assert f"{sheet.name}第" in text, sheet.name


def test_no_row_cuts_its_text_off(drawn: tuple[Package, Path]) -> None:
    """Beside the heights that LibreOffice gives the rows when it may; Excel's letters differ by little."""
    _, pdf = drawn
    measured = row_heights(pdf.with_name("copy.xlsx"))
    visible = {name: rows for name, rows in measured.items() if name != IDENTITY}
    assert sum(len(rows) for rows in visible.values()) > 900
    short = {
        f"{name}!{n}": row for name, rows in visible.items() for n, row in enumerate(rows, 1) if row[1] > row[0] + 20
    }
    assert short == {}
