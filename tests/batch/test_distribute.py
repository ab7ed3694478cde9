"""From a roster to workbooks, filled by a script, and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.support.command import contents, rows, run
from tests.support.workbooks import with_values
from xlperf.evaluation.scoring import score
from xlperf.package import open_package, same_value
from xlperf.workbook.names import NamedCells

HEADINGS = ("单位名称", "单位编码", "quota_used", "carryover_previous_end.carryover_general")
UNITS = (("教育局", "0101", 120, 15.5), ("卫健局", "0102", None, 3), ("水务局", 103, 40, None))
pytestmark = pytest.mark.slow


def roster(folder: Path, headings: tuple[str, ...] = HEADINGS, lines: tuple[tuple[object, ...], ...] = UNITS) -> Path:
    book = Workbook()
    for line in (headings, *lines):
        book.active.append(line)
    book.save(folder / "名册.xlsx")
    return folder / "名册.xlsx"


def test_sent_out_filled_taken_back(tmp_path: Path) -> None:
    roster(tmp_path)
    status, out, err = run(tmp_path, "distribute", "名册.xlsx", "renhua-2021", "-o", "下发")
    assert (status, err) == (0, "")
    assert "3 份" in out
    assert sorted(contents(tmp_path / "下发")) == [
        *("0101_教育局.xlsx", "0102_卫健局.xlsx", "103_水务局.xlsx", "下发清单.json"),
    ]
    first = open_package(tmp_path / "下发" / "0101_教育局.xlsx")
    names = NamedCells(first)
    assert [names.value(name) for name in ("unit_name", "unit_code", "quota_used")] == ["教育局", "0101", 120]
    # The saved results are those of what is filled in.
    assert score(first, as_saved=True) == score(first)
    # What came with it nobody has typed yet.
    assert names.value("submission_status") == "尚未填报"
    for name in ("0101_教育局", "103_水务局"):
        path = tmp_path / "下发" / f"{name}.xlsx"
        path.write_bytes(with_values(open_package(path), adjusted_budget=900, self_score__18=1).data)
    (tmp_path / "下发" / "0102_卫健局.xlsx").unlink()
    status, _, _ = run(tmp_path, "batch", "下发", "-o", "结果", "--roster", "名册.xlsx", "--quiet")
    assert status == 1
    assert [row["单位编码"] for row in rows(tmp_path / "结果", "units")] == ["0101", "103"]
    assert all(row["填报"].startswith("不可提交：") for row in rows(tmp_path / "结果", "units"))
    assert [row["在名册内"] for row in rows(tmp_path / "结果", "units")] == ["是", "是"]
    assert rows(tmp_path / "结果", "missing") == [{"单位编码": "0102", "单位名称": "卫健局", "提示": ""}]


def test_the_rest_of_the_master_stays(tmp_path: Path) -> None:
    roster(tmp_path, HEADINGS[:2], (("教育局", "0101"), ("卫健局", "0102")))
    run(tmp_path, "distribute", "名册.xlsx", "mof-project", "-o", "下发")
    one, two = (open_package(tmp_path / "下发" / name) for name in ("0101_教育局.xlsx", "0102_卫健局.xlsx"))
    different = {
        (sheet.name, ref)
        for sheet in one.worksheets
        for ref in {*one.cells(sheet.name), *two.cells(sheet.name)}
        if not same_value(one.value(sheet.name, ref), two.value(sheet.name, ref))
    }
    assert {NamedCells(one).place(name) for name in ("unit_name", "unit_code")} <= different
    assert one.all_formulas == two.all_formulas


@pytest.mark.parametrize(
    ("headings", "lines", "words"),
    [
        (("单位名称", "单位编码", "nonsense"), (("甲", "1", 1),), ("nonsense", "编号")),
        (("单位名称", "单位编码"), (("甲", "1"), ("乙", "1")), ("第 3 行", "重复")),
        (("单位名称",), (("甲",), ("甲",)), ("第 3 行", "重复")),
        (("单位名称", "单位编码"), (("甲", "a/b"), ("甲", "a:b")), ("第 3 行", "文件名")),
        (("单位名称",), (("caf\u00e9",), ("cafe\u0301",)), ("第 3 行", "文件名")),
        (("单位名称",), (("甲局",), ("甲\u200b局",)), ("第 3 行", "文件名")),
        (("单位名称", "单位编码"), ((None, "1"),), ("第 2 行", "没有单位名称")),
        (("名称", "单位编码"), (("甲", "1"),), ("没有标题", "单位名称")),
        (("单位名称", "单位编码", "quota_used"), (("甲", "1", "很多"),), ("第 2 行", "quota_used", "数字")),
        (("单位名称", "单位编码"), (), ("一个单位也没有",)),
    ],
)
def test_refused(
    tmp_path: Path, headings: tuple[str, ...], lines: tuple[tuple[object, ...], ...], words: tuple[str, ...]
) -> None:
    roster(tmp_path, headings, lines)
    status, out, err = run(tmp_path, "distribute", "名册.xlsx", "renhua-2021", "-o", "下发")
    assert (status, out) == (2, "")
    assert all(word in err for word in words), err
    assert not (tmp_path / "下发").exists()


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    roster(tmp_path)
    (tmp_path / "下发").mkdir()
    (tmp_path / "下发" / "已有.txt").write_text("1", encoding="utf-8")
    status, _, err = run(tmp_path, "distribute", "名册.xlsx", "renhua-2021", "-o", "下发")
    assert status == 2
    assert "空的文件夹" in err
    assert sorted(contents(tmp_path / "下发")) == ["已有.txt"]


def test_device_names_and_blanks(tmp_path: Path) -> None:
    roster(
        tmp_path, HEADINGS[:2], (("甲 局", None), ("CON", None), ("丙", "../7"), ("COM¹", None), ("乙\u202e局", None))
    )
    assert run(tmp_path, "distribute", "名册.xlsx", "mof-project", "-o", "下发")[0] == 0
    names = {"7_丙.xlsx", "COM¹_.xlsx", "CON_.xlsx", "乙局.xlsx", "甲_局.xlsx"}
    assert {*contents(tmp_path / "下发")} == names | {"下发清单.json"}


def test_a_roster_as_bureaus_keep_it(tmp_path: Path) -> None:
    """Titles above, columns by their Chinese names, columns that are not for the workbook."""
    book = Workbook()
    for line in (
        ("某县 2024 年部门整体支出绩效评价单位名册",),
        ("制表：绩效股", None, None, None, "单位：万元"),
        (),
        ("序号", "部门编码", "部门（单位）名称", "核定编制数合计（含工勤人员）", "联系人", "quota_used"),
        (1, "0101", "教育局", 40, "某人", 12.5),
        (2, "0102", "卫健局", None, None, None),
    ):
        book.active.append(line)
    book.save(tmp_path / "名册.xlsx")
    status, out, err = run(tmp_path, "distribute", "名册.xlsx", "renhua-2021", "-o", "下发")
    assert (status, err) == (0, "")
    assert "名册里没有用到的列：序号、联系人" in out
    names = NamedCells(open_package(tmp_path / "下发" / "0101_教育局.xlsx"))
    assert [names.value(name) for name in ("unit_name", "unit_code", "staff_quota", "quota_used")] == [
        *("教育局", "0101"),
        *(40, 12.5),
    ]
    assert NamedCells(open_package(tmp_path / "下发" / "0102_卫健局.xlsx")).value("unit_name") == "卫健局"


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        (("单位名称", "quota_isued"), ("quota_isued", "编号")),
        (("单位名称", "staff_quota", "核定编制数合计（含工勤人员）"), ("两列", "staff_quota")),
        (("单位名称", "部门名称"), ("两列", "单位名称")),
        (("单位名称", "unit_code"), ("unit_code", "单位编码")),
    ],
)
def test_columns_that_may_be_meant_otherwise(tmp_path: Path, headings: tuple[str, ...], words: tuple[str, ...]) -> None:
    roster(tmp_path, headings, (("甲", *[1] * (len(headings) - 1)),))
    status, out, err = run(tmp_path, "distribute", "名册.xlsx", "renhua-2021", "-o", "下发")
    assert (status, out) == (2, "")
    assert all(word in err for word in words), err
