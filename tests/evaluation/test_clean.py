"""`xlperf clean`: what can be read in one way is repaired, all else is named and left."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from tests.support.workbooks import after
from xlperf.cli import main
from xlperf.evaluation.cleaning import changes, read_number, repairs
from xlperf.evaluation.scoring import recalculated, score
from xlperf.package import Package, open_package
from xlperf.values import Value, to_serial
from xlperf.workbook.locations import workbooks_folder

EXAMPLE = workbooks_folder() / "examples" / "renhua-2021.xlsm"


def with_inputs(**given: Value) -> Package:
    return after(open_package(EXAMPLE), **given)


def repaired(**given: Value) -> dict[str, str]:
    return {repair.was: repair.shown for repair in repairs(with_inputs(**given))}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0),
        (" 1,234,567.50 ", 1234567.5),
        ("１２３．５０", 123.5),
        ("1 234.5", 1234.5),
        ("\u00a0-3", -3.0),
        ("\u200b7\ufeff", 7.0),
        ("−8.25", -8.25),
        ("98％", 0.98),
        ("1,5", None),
        ("12,34", None),
        ("1 2", None),
        ("12.5万元", None),
        ("(1,234)", None),
        ("/", None),
        ("无", None),
        ("-", None),
        ("", None),
        ("1e5", None),
        ("1.2.3", None),
        ("=1", None),
        ("nan", None),
        ("٣", None),
    ],
)
def test_a_number_is_read_where_it_is_certain(text: str, number: float | None) -> None:
    assert read_number(text) == number


@pytest.mark.whole
def test_text_in_the_places_of_numbers_and_choices() -> None:
    found = repaired(quota_used="１８６．５", staff_actual=" 20 ")
    assert found == {"１８６．５": "186.5", " 20 ": "20"}


@pytest.mark.whole
def test_what_is_not_certain_stays_and_is_named() -> None:
    package = with_inputs(quota_used="186.5万元", staff_actual="80%")
    assert {repair.was: repair.now for repair in repairs(package)} == {"186.5万元": None, "80%": None}
    assert changes(repairs(package)) == {}


@pytest.mark.whole
def test_choices_flags_dates_and_names() -> None:
    given = {
        "finding.1.2": " 符合",
        "unit_code": "０１０１ ",
        "award_date.1": "2022年3月5日",
        "review_date.1": "2022.13.1",
    }
    found = {repair.was: repair.now for repair in repairs(with_inputs(**given))}
    assert {was: now for was, now in found.items() if was != "2022年3月5日"} == {
        " 符合": "符合",
        "０１０１ ": "0101",
        "2022.13.1": None,
    }
    assert to_serial(found["2022年3月5日"]) == 44625  # type: ignore[arg-type]


@pytest.mark.whole
def test_reasons_are_never_touched() -> None:
    assert repaired(**{"reason.18": "  １２３ 条 ", "evidence.18": " 附件 "}) == {}


def test_pasted_amounts_but_not_their_headings() -> None:
    package = open_package(EXAMPLE)
    sheet = "表3支出决算"
    pasted: dict[tuple[str, str], Value] = {
        (sheet, "A4"): "支出决算表",
        (sheet, "A5"): "栏次",
        (sheet, "C5"): "1",
        (sheet, "A6"): "2010301",
        (sheet, "B6"): "行政运行",
        (sheet, "C6"): " 1,234.50",
        (sheet, "D6"): "－",
    }
    found = repairs(recalculated(package, pasted).package)
    assert [(repair.cell, repair.now) for repair in found] == [(f"{sheet}!C6", 1234.5)]


@pytest.mark.whole
def test_the_command_writes_a_copy_and_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dirty = tmp_path / "交来.xlsm"
    dirty.write_bytes(with_inputs(quota_used="=1+1", staff_actual=" ２０").data)
    before = dirty.read_bytes()
    monkeypatch.setattr(sys, "argv", ["xlperf", "clean", str(dirty), "-o", str(tmp_path / "清理后.xlsm")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "改了 1 格，1 格要人工改" in capsys.readouterr().out
    assert dirty.read_bytes() == before
    with (tmp_path / "清理后-清理记录.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[2:] for row in csv.reader(file)] == [
            ["原为", "改为"],
            ["'=1+1", "未改：看不准，请人工改"],
            [" ２０", "20"],
        ]
    cleaned = score(open_package(tmp_path / "清理后.xlsm"))
    assert {i.code: i.rule_score for i in cleaned.indicators}["18"] == 2.0


@pytest.mark.parametrize("log", ["交来.xlsm", "清理后.xlsm"])
def test_the_log_never_takes_the_place_of_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], log: str
) -> None:
    (tmp_path / "交来.xlsm").write_bytes(EXAMPLE.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["xlperf", "clean", "交来.xlsm", "-o", "清理后.xlsm", "--log", log])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "清理记录不能写到" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["交来.xlsm"]
    assert (tmp_path / "交来.xlsm").read_bytes() == EXAMPLE.read_bytes()


def test_a_clean_workbook_keeps_every_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["xlperf", "clean", str(EXAMPLE), "-o", str(tmp_path / "同样.xlsm")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert (tmp_path / "同样.xlsm").read_bytes() == EXAMPLE.read_bytes()


def test_amounts_of_a_table_in_another_layout_are_repaired_and_its_codes_are_not() -> None:
    """财决 tables have their amounts further right, behind codes in three columns."""
    sheet = "表3支出决算"
    rows = (
        ("编制单位：某局", "", "", "", "", "", "单位：万元"),
        ("类", "款", "项", "科目名称", "本年支出合计", "基本支出", "上缴上级支出"),
        ("栏次", "", "", "", "1", "2", "3"),
        ("201", "03", "01", "行政运行", "1,512.36", "40", "３.50"),
    )
    places: dict[tuple[str, str], Value] = {
        (sheet, f"{'ABCDEFG'[column]}{row}"): text or None
        for row, texts in enumerate(rows, 4)
        for column, text in enumerate(texts)
    }
    found = repairs(open_package(EXAMPLE).with_inputs(places))
    assert {(r.ref, r.label, r.now) for r in found if r.sheet == sheet} == {
        ("E7", "表3　本年支出合计", 1512.36),
        ("F7", "表3　基本支出", 40.0),
        ("G7", "表3　上缴上级支出", 3.5),
    }
