"""Workbooks printed by LibreOffice, blank and filled in: no error value, no id, no empty page, as many pages as is told.

Every framework's workbook, what an evaluation's unit and evaluators get, and the worked examples.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.support.ci_size import DRAWN, some
from tests.support.libreoffice import convert, flat, pages, require_tools
from tests.support.workbooks import built
from xlperf.editions.conversion import Edition
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.package import Package
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.roles import Copy

pytestmark = pytest.mark.slow
DOCUMENT = Path(__file__).parents[2] / "docs" / "谁填什么.md"
_MACHINE_WORDS = re.compile(r"[a-z0-9]+_[a-z]\w*|PERF_|#N/A|#VALUE!|#DIV/0!|#NUM!|#REF!|#NAME\?|Err:\d")
# What people look at, and what goes through the printer where nobody has filled in anything yet.
# Four of the pages are the annex of the report (评分表), which has a row for every indicator from the beginning, and two
# the other half of the ledger (问题台账); 指标评分 has two halves as well, since its 18 columns can't be read on one page.
MOST_SHEETS, MOST_PAGES = 45, 82
# How far the document may be off: other fonts break lines elsewhere.
SLACK = 0.05
EXAMPLE = "例子"
# The columns of the document's table behind the framework.
COLUMNS = (*(f"{copy.label}（空白）" for copy in Copy), f"完整版（{EXAMPLE}）")
BLANK = tuple(
    (name, copy)
    for name in shipped_frameworks()
    for copy in Copy
    # Where the unit evaluates itself, all copies show the same.
    if copy is Copy.ALL or find_framework(name).framework.evaluation != "self"
)
# A unit's copy of one with official tables, and of another kind the one that there is.
IN_CI = (("renhua-2021", Copy.UNIT), ("mof-project-self", Copy.ALL))


@pytest.mark.parametrize(("framework", "copy"), some(BLANK, IN_CI))
def test_what_is_printed_is_for_people(framework: str, copy: Copy, tmp_path: Path) -> None:
    package = built(framework, edition=Edition.NATIVE, copy=copy)
    printed = is_printed(package, tmp_path)
    sheets = [sheet.name for sheet in package.worksheets if sheet.state == "visible"]
    assert (len(sheets) <= MOST_SHEETS, printed <= MOST_PAGES) == (True, True), (len(sheets), printed)
    is_told(framework, list(Copy).index(copy), printed)


@pytest.mark.parametrize("framework", some(example_names(), DRAWN))
def test_so_is_what_is_printed_of_the_examples(framework: str, tmp_path: Path) -> None:
    data = (workbooks_folder() / "examples" / f"{framework}.toml").read_text(encoding="utf-8")
    is_told(framework, len(Copy), is_printed(built(framework, data, Edition.NATIVE), tmp_path))


def is_printed(package: Package, folder: Path) -> int:
    """How many pages it has, none of which says anything that is not for people."""
    require_tools()
    (folder / "打印.xlsx").write_bytes(package.data)
    pdf = convert(folder / "打印.xlsx", folder, "pdf")
    printed, text = pages(pdf), flat(pdf)
    assert _MACHINE_WORDS.findall(text) == []
    assert [number for number, page in enumerate(printed, 1) if len(page.split()) < 4] == []
    sheets = [sheet.name for sheet in package.worksheets if sheet.state == "visible"]
    assert [name for name in sheets if f"{name}第" not in text] == []
    return len(printed)


def is_told(framework: str, column: int, printed: int) -> None:
    """That the document says so; `XLPERF_WRITE=1` writes it (one process: -n 0)."""
    text = DOCUMENT.read_text(encoding="utf-8")
    _, rest = text.split(f"| 指标体系 | {' | '.join(COLUMNS)} |\n")
    [line] = re.findall(rf"^\| {framework} \|.*\n", rest, re.M)
    cells = line.split("|")
    if os.environ.get("XLPERF_WRITE"):
        cells[column + 2] = f" {printed} "
        DOCUMENT.write_text(text.removesuffix(rest) + rest.replace(line, "|".join(cells)), encoding="utf-8")
        return
    told = int(cells[column + 2])
    assert abs(printed - told) <= max(1, SLACK * told), (printed, told)
