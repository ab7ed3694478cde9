"""From a roster to the units' copies, filled in, taken back, evaluated by two, merged, ranked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.support.command import rows, run
from tests.support.workbooks import after, with_values
from xlperf.package import open_package
from xlperf.values import Value
from xlperf.workbook.identity import read_copy
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy

pytestmark = pytest.mark.slow
UNITS = (("教育局", "0101"), ("卫健局", "0102"), ("水务局", "0103"))


def fill(path: Path, **values: Value) -> None:
    path.write_bytes(after(open_package(path), **values).data)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roles")
    book = Workbook()
    for line in (("单位名称", "单位编码"), *UNITS):
        book.active.append(line)
    book.save(folder / "名册.xlsx")
    status, _, err = run(folder, "distribute", "名册.xlsx", "renhua-2021", "-o", "下发")
    assert (status, err) == (0, "")
    return folder


def test_what_is_sent_is_the_units_copy(sent: Path) -> None:
    package = open_package(sent / "下发" / "0101_教育局.xlsx")
    assert read_copy(package) is Copy.UNIT
    listed = json.loads((sent / "下发" / "下发清单.json").read_text(encoding="utf-8"))
    assert listed["copy"] == "unit"
    names = NamedCells(package)
    assert names.value("submission_status") == "尚未填报"


def test_evaluated_by_two_merged_and_ranked(sent: Path) -> None:
    for name, code in UNITS:
        fill(sent / "下发" / f"{code}_{name}.xlsx", adjusted_budget=372.67, initial_budget=315.37)
    # One unit awards itself in spite of the locks.
    forced = sent / "下发" / "0103_水务局.xlsx"
    forced.write_bytes(with_values(open_package(forced), award__18=2).data)
    against = ("--against", "下发/下发清单.json", "--quiet")
    run(sent, "batch", "下发", "-o", "交来", "--roster", "名册.xlsx", *against)
    codes = {(row["单位编码"], row["代码"]) for row in rows(sent / "交来", "findings")}
    assert [unit for unit, code in sorted(codes) if code == "evaluator_cell_filled"] == ["0103"]
    assert not {code for _, code in codes} & {"copy_differs", "differs_from_list", "record_changed"}
    for person in ("甲", "乙"):
        status, out, err = run(sent, "convert", "下发/0101_教育局.xlsx", "--for", "evaluator", "-o", f"{person}.xlsx")
        assert (status, err) == (0, "")
        assert "评价组版" in out
    fill(sent / "甲.xlsx", award__1=3, reason__1="依据", problem_indicator__1="1", problem_fact__1="编制说明缺")
    fill(sent / "乙.xlsx", award__1=2, award__2=2, problem_indicator__1="2", problem_fact__1="格式不符")
    status, out, _ = run(sent, "merge", "甲.xlsx", "乙.xlsx", "-o", "合并.xlsx", "--json")
    told = json.loads(out)
    assert status == 1
    assert [conflict["id"] for conflict in told["conflicts"]] == ["award.1"]
    assert [value["value"] for value in told["conflicts"][0]["values"]] == [3, 2]
    (sent / "合并").mkdir()
    status, out, err = run(sent, "merge", "甲.xlsx", "乙.xlsx", "-o", "合并/0101.xlsx", "--prefer", "甲.xlsx")
    assert (status, err) == (0, "")
    assert "用 甲.xlsx 的" in out
    names = NamedCells(open_package(sent / "合并" / "0101.xlsx"))
    assert names.column("problem_fact")[:3] == ["编制说明缺", "格式不符", None]
    status, out, _ = run(sent, "check", "合并/0101.xlsx", "--against", "下发/下发清单.json", "--json")
    found = {finding["code"]: finding["severity"] for finding in json.loads(out)["findings"]}
    assert found.pop("copy_differs") == "hint"
    assert not found.keys() & {"differs_from_list", "record_changed", "framework_changed", "formula_changed"}
    (sent / "合并" / "0103.xlsx").write_bytes(forced.read_bytes())
    run(sent, "batch", "合并", "-o", "结果", "--quiet")
    units = {row["单位编码"]: row for row in rows(sent / "结果", "units")}
    assert set(units) == {"0101", "0103"}
    pages = [page.read_text(encoding="utf-8") for page in sorted((sent / "结果").glob("*.html"))]
    page = "".join(pages)
    assert "仁化县部门整体支出绩效评价指标体系（2021年度）" in page
    assert "政务服务数据管理局" not in page


def test_a_complete_workbook_is_not_what_was_sent(sent: Path) -> None:
    run(sent, "new", "renhua-2021", "-o", "完整.xlsx")
    fill(sent / "完整.xlsx", unit_name="教育局", unit_code="0101", award__18=2)
    _, out, _ = run(sent, "check", "完整.xlsx", "--against", "下发/下发清单.json", "--json")
    found = {finding["code"]: finding["severity"] for finding in json.loads(out)["findings"]}
    assert found["copy_differs"] == "error"


def test_a_roster_may_not_fill_in_what_is_the_evaluators(tmp_path: Path) -> None:
    book = Workbook()
    for line in (("单位名称", "award.18"), ("教育局", 2)):
        book.active.append(line)
    book.save(tmp_path / "名册.xlsx")
    status, _, err = run(tmp_path, "distribute", "名册.xlsx", "renhua-2021", "-o", "下发")
    assert status == 2
    assert "评价组填的" in err
