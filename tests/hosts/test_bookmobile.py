"""LibreOffice's own calculation of dates, deviations, chosen indicators and limited sums, beside ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.libreoffice import require_tools
from tests.support.office import Office, agree
from tests.support.workbooks import after, built, places
from xlperf.editions.conversion import Edition
from xlperf.frameworks.loading import find_framework
from xlperf.values import Value
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.slow
PLACE = Path(__file__).parents[1] / "frameworks" / "bookmobile.toml"
CHANGES: tuple[dict[str, Value], ...] = (
    {"fund_spent": 100},
    {"fund_spent": 102.5, "start_done": 45450},
    {"stops_east": None, "fund_spent": None},
    {"stops_east": 18, "fund_spent": 98, "start_due": None},
    {"start_due": 45427, "start_done": 45420, "applicable__9": None, "finding__9__1": "符合"},
    {"applicable__10": "不适用"},
)


def test_the_same_everywhere(tmp_path: Path) -> None:
    require_tools()
    data = PLACE.with_name("bookmobile-data.toml").read_text(encoding="utf-8")
    package = built(find_framework(str(PLACE)), data, Edition.NATIVE)
    source = tmp_path / "书车.xlsx"
    source.write_bytes(package.data)
    totals = []
    with Office() as office:
        office.values(source)
        for change in CHANGES:
            cells = places(package, **change)
            typed = [{"do": "type", "sheet": s, "at": ref, "value": value} for (s, ref), value in cells.items()]
            theirs, package = office.values(actions=typed), after(package, **change)
            names = NamedCells(package)
            scores = [*names.places("indicator_score"), names.place("total_score"), *names.places("rate_value")]
            for sheet, ref in scores:
                assert agree(package.value(sheet, ref), theirs[sheet].get(ref)), (change, sheet, ref)
            totals.append(names.value("total_score"))
    assert totals[0] == 89.98
    assert sum(isinstance(total, float) for total in totals) >= 3
