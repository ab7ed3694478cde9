"""A blank workbook of every framework printed by LibreOffice: no error value, no id, no empty page, not too many pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.libreoffice import convert, flat, pages, require_tools
from tests.support.workbooks import built
from xlperf.editions.conversion import Edition
from xlperf.frameworks.loading import shipped_frameworks

pytestmark = pytest.mark.slow
_MACHINE_WORDS = re.compile(r"[a-z0-9]+_[a-z]\w*|PERF_|#N/A|#VALUE!|#DIV/0!|#NUM!|#REF!|#NAME\?|Err:\d")
# What people look at, and what goes through the printer where nobody has filled in anything yet.
# Four of the pages are the annex of the report (评分表), which has a row for every indicator from the beginning, and two
# the other half of the ledger (问题台账); 指标评分 has two halves as well, since its 18 columns can't be read on one page.
MOST_SHEETS, MOST_PAGES = 45, 82


@pytest.mark.parametrize("framework", shipped_frameworks())
def test_what_is_printed_is_for_people(framework: str, tmp_path: Path) -> None:
    require_tools()
    package = built(framework, edition=Edition.NATIVE)
    (tmp_path / "空白.xlsx").write_bytes(package.data)
    pdf = convert(tmp_path / "空白.xlsx", tmp_path, "pdf")
    printed, text = pages(pdf), flat(pdf)
    assert _MACHINE_WORDS.findall(text) == []
    assert [number for number, page in enumerate(printed, 1) if len(page.split()) < 4] == []
    sheets = [sheet.name for sheet in package.worksheets if sheet.state == "visible"]
    assert [name for name in sheets if f"{name}第" not in text] == []
    assert (len(sheets) <= MOST_SHEETS, len(printed) <= MOST_PAGES) == (True, True), (len(sheets), len(printed))
