"""Data for a workbook as two columns (id, value), as JSON, as TOML: what is wrong is said with file and line."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import openpyxl
import pytest

from xlperf.errors import UserError
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.data_files import parse_data
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells
from xlperf.workbook.two_column_files import read_pairs

EXAMPLE = workbooks_folder() / "examples" / "renhua-2021.toml"
ROWS: list[tuple[str, Value]] = [
    ("unit_name", "某某局"),
    ("quota_used", 200.5),
    ("without_additional_funds", True),
    ("finding.1.2", "部分符合"),
    ("budget_initial.income_total", 300),
    ("projects_name.2", "项目甲"),
    ("award.18", 0),
]


@pytest.fixture(scope="module")
def blank() -> Package:
    return open_package(workbooks_folder() / "renhua-2021.xlsm")


def read(path: Path, package: Package) -> dict[str, Value]:
    """What a file gives, by id."""
    known = catalogue(NamedCells(package), read_identity(package).framework.framework)
    values = read_pairs(path, known)
    return {item.id: values[item.sheet, item.ref] for item in known.values() if (item.sheet, item.ref) in values}


def sheet_of(path: Path, rows: list[tuple[str, Value]]) -> Path:
    book = openpyxl.Workbook()
    for row in [("编号", "值"), *rows]:
        book.worksheets[0].append(row)
    book.save(path)
    return path


def test_sheet_and_csv_give_the_same(blank: Package, tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path / "数据.xlsx", ROWS)
    text = tmp_path / "数据.csv"
    text.write_text("\ufeff编号,值\n" + "".join(f"{name},{value}\n" for name, value in ROWS), encoding="utf-8")
    # A yes or no stands in the cell as the word that people choose there.
    assert read(sheet, blank) == read(text, blank) == dict(ROWS) | {"without_additional_funds": "是"}


@pytest.mark.whole
@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("no_such", 1), ("第 2 行", "no_such")),
        (("quota_used", "很多"), ("第 2 行", "quota_used", "数字", "很多")),
        (("quota_used", "200"), ("第 2 行", "文字“200”")),
        (("award.18", 3), ("第 2 行", "0 到 2")),
        (("finding.1.2", "大概"), ("第 2 行", "符合")),
        (("without_additional_funds", "也许"), ("第 2 行", "是或否")),
        (("staff_actual", 1.5), ("第 2 行", "整数")),
        (("projects_has_goals.1", "有"), ("第 2 行", "是、否")),
    ],
)
def test_a_wrong_row_is_named(blank: Package, tmp_path: Path, row: tuple[str, Value], words: tuple[str, ...]) -> None:
    with pytest.raises(UserError) as refused:
        read(sheet_of(tmp_path / "数据.xlsx", [row]), blank)
    for word in ("数据.xlsx", *words):
        assert word in str(refused.value)


def test_json_says_what_toml_says() -> None:
    framework = find_framework("renhua-2021").framework
    text = EXAMPLE.read_text(encoding="utf-8")
    from_json = parse_data(json.dumps(tomllib.loads(text), ensure_ascii=False), framework, "数据.json")
    assert from_json == parse_data(text, framework, "数据.toml")


def test_json_with_a_slip_names_the_line() -> None:
    with pytest.raises(UserError, match=r"数据\.json 第 2 行"):
        parse_data('{"a": 1,\n "b" 2}', find_framework("renhua-2021").framework, "数据.json")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[inputs.quota_used]", "[inputs.quota_usde]", ("quota_usde", "没有这个数据项")),
        ("[tables.budget.spending_year]", "[tables.budget.spending_yaer]", ("spending_yaer", "没有这一行")),
        ('"renhua-2021"', '"renhua-2020"', ("renhua-2020",)),
    ],
)
def test_a_wrong_key_is_named_with_its_line(old: str, new: str, words: tuple[str, ...]) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace(old, new, 1)
    with pytest.raises(UserError) as refused:
        parse_data(text, find_framework("renhua-2021").framework, "数据.toml")
    for word in words:
        assert word in str(refused.value)
    if "数据项" in words[-1] or "一行" in words[-1]:
        assert f"第 {text[: text.index(new)].count(chr(10)) + 1} 行" in str(refused.value)


def test_all_wrong_rows_are_told_at_once(blank: Package, tmp_path: Path) -> None:
    rows: list[tuple[str, Value]] = [("no_such", 1), ("quota_used", 5), ("award.18", 3), ("staff_actual", 1.5)]
    with pytest.raises(UserError) as refused:
        read(sheet_of(tmp_path / "数据.xlsx", rows), blank)
    assert [f"第 {number} 行" in str(refused.value) for number in range(2, 6)] == [True, False, True, True]


def test_rates_with_a_percent_sign(blank: Package, tmp_path: Path) -> None:
    text = tmp_path / "数据.csv"
    text.write_bytes("编号,值\nsatisfaction_rate,93.32%\nunit_name,某县“八〇”局\n".encode("gbk"))
    assert read(text, blank) == {"satisfaction_rate": pytest.approx(0.9332), "unit_name": "某县“八〇”局"}
    with pytest.raises(UserError, match="数字"):
        read(sheet_of(tmp_path / "数据.xlsx", [("quota_used", "90%")]), blank)
