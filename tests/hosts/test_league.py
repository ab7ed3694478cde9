"""The workbooks of a league, drawn by LibreOffice: on A4, nothing unreadable, empty, cut off or missing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support.command import run
from tests.support.county import send_out, take_back
from tests.support.libreoffice import UNREADABLE, convert, flat, pages, require_tools, row_heights

pytestmark = pytest.mark.slow
COUNT = 10
NAMES = ("排名", "公布", "自评表")
A4 = {(595, 842), (842, 595)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a small county."""
    require_tools()
    place = tmp_path_factory.mktemp("全县")
    send_out(place, COUNT)
    take_back(place, COUNT)
    assert run(place, "batch", "交来", "-o", "结果", "--roster", "名册.xlsx", "--quiet") == (1, "", "")
    return place / "结果"


@pytest.fixture(scope="module", params=NAMES)
def drawn(request: pytest.FixtureRequest, folder: Path) -> tuple[Path, Path]:
    """A workbook and its PDF."""
    workbook = folder / f"{request.param}.xlsx"
    return workbook, convert(workbook, folder.parent, "pdf")


def test_every_page_is_a4_and_has_something_to_read(drawn: tuple[Path, Path]) -> None:
    _, pdf = drawn
    command = ["pdfinfo", "-f", "1", "-l", "999", str(pdf)]
    about = subprocess.run(command, check=True, capture_output=True, timeout=3600).stdout.decode()
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", about)
    assert {(round(float(width)), round(float(height))) for width, height in sizes} <= A4
    for number, text in enumerate(pages(pdf), 1):
        assert len(text.split()) > 8, f"page {number} is empty"
        for sign in UNREADABLE:
            assert sign not in text, f"page {number}: {sign}"


def test_every_sheet_is_drawn_and_each_unit_has_a_page_of_its_own(drawn: tuple[Path, Path]) -> None:
    workbook, pdf = drawn
    text = flat(pdf)
    names = load_workbook(workbook, read_only=True).sheetnames
    for name in names:
        assert f"{name.replace(' ', '')}第" in text, name
    units = [name for name in names if name[0].isdigit()]
    for name in units:
        assert text.count(f"{name.replace(' ', '')}第") == 1, name


def test_no_row_cuts_its_text_off(drawn: tuple[Path, Path]) -> None:
    workbook, _ = drawn
    measured = row_heights(workbook)
    short = {
        f"{name}!{n}": row for name, rows in measured.items() for n, row in enumerate(rows, 1) if row[1] > row[0] + 20
    }
    assert short == {}
