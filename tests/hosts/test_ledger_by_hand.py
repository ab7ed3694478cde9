"""Mistakes typed into the ledger and the scores in LibreOffice: the workbook itself says so, beside them and on its cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.libreoffice import require_tools
from tests.support.office import Office, Sheets
from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import after, built, places
from xlperf.editions.conversion import Edition
from xlperf.errors import CellError
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy

pytestmark = pytest.mark.slow
# One fact in the second indicator, whose reason was written for its award; nothing is wrong yet.
RIGHT: dict[str, Value] = {
    "unit_name": "某局",
    "unit_code": "0101",
    "quota_used": 95,
    "quota_issued": 100,
    "staff_count": 3,
    "has_rules": "是",
    "main_goal": "供水",
    "finding__2__1": "符合",
    "finding__2__2": 0,
    "finding__2__3": "公开",
    "award__2": 3,
    "reason__2": "按材料认定",
    "reason_score__2": 3,
    "evidence__2": "抽查记录",
    "problem_indicator__1": "2｜制度健全",
    "problem_fact__1": "报销单没有审批",
    "problem_points__1": 1,
}


@dataclass
class Page:
    """The workbook open in LibreOffice: what is typed, and what is seen then under a name."""

    office: Office
    package: Package
    path: Path
    seen: Sheets = field(default_factory=dict)

    def type(self, **values: Value) -> None:
        """The workbook with something else typed into it."""
        cells = places(self.package, **values)
        actions = [{"do": "type", "sheet": sheet, "at": ref, "value": value} for (sheet, ref), value in cells.items()]
        self.seen = self.office.values(self.path, actions)

    def column(self, name: str) -> list[Value]:
        return [self.seen[sheet].get(ref, "") for sheet, ref in NamedCells(self.package).places(name)]

    def value(self, name: str) -> Value:
        sheet, ref = NamedCells(self.package).place(name)
        return self.seen[sheet].get(ref, "")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    require_tools()
    path = tmp_path_factory.mktemp("ledger") / "评.xlsx"
    package = after(built(parse_framework(TEXT, ORIGIN), edition=Edition.NATIVE, copy=Copy.EVALUATOR), **RIGHT)
    path.write_bytes(package.data)
    with Office() as office:
        yield Page(office, package, path)


def test_nothing_is_wrong_at_first(page: Page) -> None:
    page.type(problem_voucher__1="记-3")
    assert page.value("result_status") == "可出结果"
    assert page.column("problem_status")[:2] == ["", ""]
    assert page.column("indicator_deduction_note") == ["", "报销单没有审批，扣 1 分"]
    assert page.column("indicator_problems") == ["", "W01"]


@pytest.mark.parametrize(
    ("typed", "column", "row", "said", "told"),
    [
        ({"problem_indicator__1": "99｜没有"}, "problem_status", 0, "请改：没有这个指标", "台账"),
        ({"problem_points__1": "一分"}, "problem_status", 0, "请改：扣分应为数", "台账"),
        (
            {"problem_indicator__2": "1", "problem_same_as__2": "W88"},
            "problem_status",
            1,
            "请改：没有这个事实号",
            "台账",
        ),
        ({"problem_fact__2": "只写了事实"}, "problem_status", 1, "没有选指标", ""),
        ({"problem_points__1": 0.5}, "indicator_check", 1, "对不上", "扣分对不上"),
        ({"problem_fact__1": None, "problem_indicator__1": None}, "indicator_check", 1, "对不上", "扣分对不上"),
        ({"point_problems__2__1": "W1"}, "point_cited", 1, "查无此号", "问题编号"),
        ({"award__2": 2.5, "problem_points__1": 1.5}, "indicator_status", 1, "理由过期", "理由还是为原来的分写的"),
        ({"reason__2": None}, "indicator_status", 1, "缺理由", "没有写理由"),
        ({"award__2": 9}, "indicator_status", 1, "超出范围", "分值"),
    ],
)
def test_what_is_wrong_shows_beside_it_and_on_the_cover(
    page: Page, typed: dict[str, Value], column: str, row: int, said: str, told: str
) -> None:
    page.type(**typed)
    assert page.column(column)[row] == said
    status = str(page.value("result_status"))
    assert status.startswith("不可出结果：") is bool(told), status
    assert told in status
    assert not isinstance(page.value("result_status"), CellError)
