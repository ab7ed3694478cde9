"""Every sheet of the examples, drawn by LibreOffice: nothing unreadable, empty, cut off or missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.ci_size import DRAWN, some
from tests.support.libreoffice import UNREADABLE, convert, flat, pages, require_tools, row_heights, values_only
from xlperf.package import Package, open_package
from xlperf.workbook.identity import IDENTITY, is_stamped
from xlperf.workbook.locations import example_names, workbooks_folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=some(example_names(), DRAWN))
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Package, Path]:
    """An example and its PDF."""
    require_tools()
    folder = tmp_path_factory.mktemp("pictures")
    source = workbooks_folder() / "examples" / f"{request.param}.xlsm"
    values_only(source, folder / "copy.xlsx")
    return open_package(source), convert(folder / "copy.xlsx", folder, "pdf")


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
