"""Rows that long texts come into after the sheet was drawn: all that stands in them is to be read, in LibreOffice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import ledger_framework
from tests.support.libreoffice import require_tools, row_heights
from tests.support.office import Office
from tests.support.workbooks import built, places
from xlperf.editions.conversion import Edition
from xlperf.evaluation.scoring import recalculated
from xlperf.package import Package, write_file
from xlperf.workbook.identity import IDENTITY
from xlperf.workbook.row_heights import fitted
from xlperf.workbook.sheets.ledger import SHEET as LEDGER
from xlperf.workbook.sheets.scoring_table import SHEET as ANNEX

pytestmark = pytest.mark.slow
FACT = "抽查凭证发现超范围列支接待费用、无公函接待、陪餐人数超过规定，并且没有按公务卡结算制度的要求使用公务卡；" * 6
# Programs differ by so much, in hundredths of a millimetre.
TOLERANCE = 20


def _blank() -> Package:
    return built(ledger_framework.single_points(), edition=Edition.NATIVE)


def _short(path: Path) -> list[tuple[str, int]]:
    """The rows that are lower than what stands in them."""
    measured = row_heights(path)
    rows = ((name, n, row) for name, all_ in measured.items() if name != IDENTITY for n, row in enumerate(all_, 1))
    return [(name, n) for name, n, (given, needed) in rows if needed > given + TOLERANCE]


def test_what_a_command_writes_is_seen(tmp_path: Path) -> None:
    require_tools()
    package = _blank()
    filled = places(package, **{**ledger_framework.lines(ledger_framework.COUNTED), "problem_fact__1": FACT})
    result = recalculated(package, filled)
    write_file(tmp_path / "写入.xlsx", fitted(result, filled).data)
    assert _short(tmp_path / "写入.xlsx") == []
    # Both what was typed and what follows from it needed more room.
    write_file(tmp_path / "未排.xlsx", result.data)
    assert {LEDGER.title, ANNEX.title} <= {name for name, _ in _short(tmp_path / "未排.xlsx")}


@pytest.mark.soak
def test_what_is_typed_is_seen(tmp_path: Path) -> None:
    """The rows grow with it: their height isn't one that somebody chose."""
    require_tools()
    package = _blank()
    write_file(tmp_path / "空白.xlsx", package.data)
    typed = places(package, problem_fact__1=FACT)
    actions = [{"do": "type", "sheet": sheet, "at": ref, "value": value} for (sheet, ref), value in typed.items()]
    with Office() as office:
        office.values(tmp_path / "空白.xlsx", actions, tmp_path / "手填.xlsx")
    assert LEDGER.title not in {name for name, _ in _short(tmp_path / "手填.xlsx")}
