"""An official text edited by hand in LibreOffice: the plain edition shows at once that nobody has confirmed it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import small_framework as small
from tests.support.libreoffice import require_tools
from tests.support.office import Office
from tests.support.workbooks import after, built
from xlperf.editions.conversion import Edition
from xlperf.errors import CellError
from xlperf.evaluation.changed_texts import changed_texts
from xlperf.evaluation.confirming import confirmed, outcome, revised
from xlperf.evaluation.scoring import score
from xlperf.frameworks.loading import parse_framework
from xlperf.package import open_package
from xlperf.values import Value
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets import scoring
from xlperf.workbook.waiting import TEXT_CHANGED

pytestmark = pytest.mark.slow
TEXT = "支出率≥90%得6分；≥80%得3分；＜80%不得分。" + "口径见部门决算报表编制说明：" * 20
FILLED: dict[str, Value] = {
    "unit_name": "水务局", "evaluation_year": 2021, "money_unit": "万元", "quota_used": 85, "quota_issued": 100,
    "staff_count": 3, "has_rules": "是", "main_goal": "供水",
    "finding__2__1": "符合", "finding__2__2": 0, "finding__2__3": "公开",
}  # fmt: skip


@pytest.fixture
def office() -> Iterator[Office]:
    require_tools()
    with Office() as opened:
        yield opened


def test_typed_over(office: Office, tmp_path: Path) -> None:
    source = parse_framework(small.changed(('standard = "按比例得分"', f'standard = "{TEXT}"')), small.ORIGIN)
    book = after(built(source, edition=Edition.NATIVE), **FILLED)
    path, saved = tmp_path / "自评.xlsx", tmp_path / "改过.xlsx"
    path.write_bytes(book.data)
    sheet, ref = NamedCells(book).by_code("indicator_code", "indicator_weight")["1"]
    at = scoring.COLUMNS.at(int(ref.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
    before = office.values(path)[sheet]
    assert (before[at.shown_score], before[at.status]) == (3, "按规则")
    unprotect = {"do": "unprotect", "sheet": sheet, "at": "A1"}
    lower = TEXT.replace("90%", "85%")
    found = office.values(
        actions=[unprotect, {"do": "type", "sheet": sheet, "at": at.standard, "value": lower}], save=saved
    )
    shown = [found[sheet][at[column]] for column in ("shown_low", "shown_high", "rule", "shown_score", "status")]
    assert shown == [TEXT_CHANGED] * 5
    assert found[sheet][at.score] == CellError("#N/A")
    restored = office.values(actions=[{"do": "type", "sheet": sheet, "at": at.standard, "value": TEXT}])
    assert restored[sheet][at.shown_score] == 3
    # What LibreOffice saved differs in nothing else, and is confirmed like any other.
    package = open_package(saved.read_bytes())
    assert [(one.indicator.code, one.standard) for one in changed_texts(package)] == [("1", lower)]
    revision = revised(package)
    made = outcome(revision, confirmed(revision, {}), Edition.NATIVE, saved).renewal.package
    assert {one.code: one.score for one in score(made).indicators} == {"1": 6, "2": 4}
    (tmp_path / "新.xlsx").write_bytes(made.data)
    new = office.values(tmp_path / "新.xlsx")[sheet]
    assert (new[at.shown_score], new[at.status]) == (6, "按规则")
