"""What to mend first: by cause, errors first, missing data in one line, one pasted table of text once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.findings.check_sheet import Checking
from tests.support.command_here import Run
from tests.support.small_framework import ORIGIN, WITH_TABLES
from xlperf.commands.terminal import console, show_priorities
from xlperf.engines import recalculate
from xlperf.findings.check import findings
from xlperf.findings.finding import ERROR, HINT, NUMBER, WARNING, Finding
from xlperf.findings.priorities import MOST_LINES, TEXT_FIGURES, priorities
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.names import NamedCells

CHECKING = Checking(parse_framework(WITH_TABLES, ORIGIN))
PASTED: dict[str, Value] = {
    "A4": "单位：万元",
    "A5": "项目",
    "B5": "决算数",
    "C5": "项目",
    "D5": "决算数",
    "A6": "一般公共预算财政拨款",
    "B6": "372.67",
    "A7": "本年收入合计",
    "B7": "372.67",
    "A8": "总计",
    "B8": "398.10",
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


def pasted() -> Package:
    """The blank workbook with a table whose figures are text."""
    cells: dict[tuple[str, str], Value] = {("表1收支总表", ref): value for ref, value in PASTED.items()}
    return recalculate(CHECKING.blank, inputs=cells, trusted=True).package


def test_missing_data_takes_one_line() -> None:
    names = ("甲", "乙", "丙", "丁")
    found = [
        Finding(WARNING, "input_missing", f"指标数据!B{n}", f"{name}（x_{n}）缺数据。")
        for n, name in enumerate(names, 5)
    ]
    (only,) = priorities(found)
    assert (only.severity, only.code, only.count) == ("warning", "input_missing", 4)
    assert only.cells == ("指标数据!B5", "指标数据!B6", "指标数据!B7", "指标数据!B8")
    assert only.message == "缺数据 4 项：甲、乙、丙…，在“指标数据”：填上。"


def test_errors_come_first_and_hints_not_at_all() -> None:
    found = [
        Finding(HINT, "unstated", "", "未载明。"),
        Finding(WARNING, "award_pending", "指标评分!N4", "指标1待评定。"),
        Finding(WARNING, "award_pending", "指标评分!N5", "指标2待评定。"),
        Finding(ERROR, "score_out_of_range", "指标评分!K4", "评定分应在 0 到 2 分之间，现为 5。"),
    ]
    told = [(p.severity, p.code, p.count, p.message) for p in priorities(found)]
    assert told == [
        ("error", "score_out_of_range", 1, "评定分应在 0 到 2 分之间，现为 5：改正分数。"),
        ("warning", "award_pending", 2, "待评定 2 处：指标评分!N4、指标评分!N5：填评定分（自评的填自评分）并写理由。"),
    ]
    assert priorities(found[:1]) == ()


def test_a_relation_broken_in_several_columns_is_one_line() -> None:
    found = [
        Finding(ERROR, "relation_x", f"勾稽校验!G{n}", f"甲应等于乙（{n}）：1 ≠ 2，差 1。核对。", "2", "1")
        for n in (5, 6)
    ]
    (only,) = priorities(found)
    assert only.message == "甲应等于乙（5）：1 ≠ 2，差 1。核对。同一关系共 2 处：勾稽校验!G5、勾稽校验!G6。"


def test_text_is_told_by_the_table_it_stands_in() -> None:
    found = [
        Finding(ERROR, "relation_a", "勾稽校验!G5", "甲", NUMBER, "表1收支总表!B6（“1、2”）、表1收支总表!B8（“无”）"),
        Finding(ERROR, "relation_b", "勾稽校验!G6", "乙", NUMBER, "表1收支总表!B6（“1、2”）"),
        Finding(ERROR, "relation_b", "勾稽校验!G7", "丙", NUMBER, "结转结余（跨年）!C4（“无”）"),
    ]
    first, second = priorities(found)
    assert (first.code, first.count, first.cells) == (TEXT_FIGURES, 2, ("表1收支总表!B6", "表1收支总表!B8"))
    assert first.message.startswith(
        "“表1收支总表”有数是文字（表1收支总表!B6、表1收支总表!B8），2 条关系没有比较：改成数字"
    )
    assert second.cells == ("结转结余（跨年）!C4",)


@pytest.mark.whole
def test_one_pasted_table_of_text_is_one_cause() -> None:
    package = pasted()
    found = list(findings(package, NamedCells(package), CHECKING.framework.framework))
    broken = [f for f in found if f.severity == "error"]
    assert len(broken) > 3
    first = priorities(found)[0]
    assert (first.code, first.count) == (TEXT_FIGURES, len(broken))
    assert set(first.cells) == {"表1收支总表!B6", "表1收支总表!B7", "表1收支总表!B8"}


@pytest.mark.whole
def test_check_begins_with_them(run: Run, tmp_path: Path) -> None:
    book = tmp_path / "表.xlsm"
    book.write_bytes(pasted().data)
    status, told, _ = run("check", str(book))
    assert status == 1
    assert told.startswith("不可提交")
    assert (
        told.index("先改这几件事")
        < told.index("“表1收支总表”有数是文字")
        < told.index("缺数据 7 项")
        < told.index("发现的问题（")
    )
    _, told, _ = run("check", str(book), "--json")
    stated = json.loads(told)
    assert list(stated) == ["schema_version", "file", "submission", "result", "note", "first", "findings"]
    assert set(stated["first"][0]) == {"severity", "code", "count", "cells", "message"}
    listed = [f for f in stated["findings"] if f["severity"] != "hint"]
    assert sum(each["count"] for each in stated["first"]) == len(listed)
    assert len(stated["first"]) <= MOST_LINES


def test_ten_at_most_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    show_priorities(
        console(), priorities([Finding(ERROR, f"relation_r{n}", "表!A1", f"关系{n}不符。") for n in range(12)])
    )
    told = "".join(capsys.readouterr().out.split())
    assert "先改这几件事（共12件，先列10件）" in told
    assert ("关系9不符" in told, "关系10不符" in told) == (True, False)
