"""The tables of reports against those of two published ones: every number, read back from the Word document."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.word_report import ReadTable
from tests.support.workbooks import built
from tests.support.written_reports import read_example, read_made
from xlperf.frameworks.loading import find_framework
from xlperf.workbook.locations import workbooks_folder

SEED: dict[str, Any] = tomllib.loads(Path(__file__).with_name("seed_tables.toml").read_text(encoding="utf-8"))
TABLES = [(report["example"], table) for report in SEED["reports"] for table in report["tables"]]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")


def numbers(cells: list[str | None]) -> list[float | str]:
    """What cells hold: numbers, percentages as such, "-" where nothing is printed."""
    found: list[float | str] = []
    for cell in cells:
        if cell == "—":
            found.append("-")
        elif cell and NUMBER.fullmatch(cell):
            found.append(float(cell.rstrip("%")))
    return found


@pytest.mark.parametrize(
    ("name", "wanted"), TABLES, ids=lambda value: value if isinstance(value, str) else value["caption"]
)
def test_tables_print_what_the_reports_print(name: str, wanted: dict[str, Any]) -> None:
    table = read_example(name).table(wanted["caption"])
    rows = list(table.rows)
    for label, *expected in wanted["rows"]:
        # Each row serves once, since two of them may be called 小计.
        row = rows.pop(next(n for n, row in enumerate(rows) if any(label in (cell or "") for cell in row[:2])))
        if "without" in wanted:
            row = [cell for place, cell in enumerate(row) if place != wanted["without"]]
        found = numbers(row)[: wanted.get("columns")]
        assert found == expected, label


@pytest.mark.parametrize("annex", SEED["annexes"], ids=lambda annex: annex["example"])
def test_scoring_forms_print_what_the_reports_print(annex: dict[str, Any]) -> None:
    table = read_example(annex["example"]).table(annex["caption"])
    has_rates = len(annex["rows"][0]) == 3
    body, total = lines(table, has_rates), table.rows[-1]
    framework = find_framework(annex["example"]).framework
    assert len(body) == len(annex["rows"]) == len(framework.indicators)
    for row, indicator, expected in zip(body, framework.indicators, annex["rows"], strict=True):
        assert indicator.name in (row[2 if has_rates else 4] or "")
        places = (3, 6, 7) if has_rates else (5, 8)
        assert numbers([row[place] for place in places]) == expected, indicator.name
        # The official wording is printed whole.
        wording = "".join((row[5 if has_rates else 7] or "").split())
        assert wording == "".join(indicator.standard.split())
    assert numbers(total) == annex["total"]
    assert level_weights(table, has_rates) == (annex["levels"], annex["groups"])


def lines(table: ReadTable, has_rates: bool) -> list[list[str | None]]:
    """The lines of the indicators, below one or two lines of headings."""
    return table.rows[1 if has_rates else 2 : -1]


def level_weights(table: ReadTable, has_rates: bool) -> tuple[list[float], list[float]]:
    """The weights of levels and groups, each once, from cells that are merged downwards."""
    found = []
    for place in (0, 1) if has_rates else (1, 3):
        texts = [row[place] for row in lines(table, has_rates) if row[place] is not None]
        found.append([float(re.findall(r"\d+(?:\.\d+)?", text or "")[-1]) for text in texts])
    return found[0], found[1]


def test_scoring_forms_lie_on_their_side_and_repeat_their_heading() -> None:
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn

    report = read_example("renhua-2021")
    orientations = [section.orientation for section in report.document.sections]
    assert orientations == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    form = report.document.tables[-1]
    assert len(list(form._tbl.iter(qn("w:tblHeader")))) == 2
    assert sum(int(column.get(qn("w:w"))) for column in form._tbl.iter(qn("w:gridCol"))) > 12_000


def test_surveys_are_printed_with_percentages() -> None:
    report = read_example(SEED["surveys"]["example"])
    questions = [table for table in report.tables if (table.rows[1][0] or "") == "比率"]
    found = [[numbers(row[1:]) for row in table.rows[1:]] for table in questions]
    assert found == SEED["surveys"]["questions"]
    assert questions[0].caption == "1.您对大厅服务人员接待及协助是否满意?"
    assert questions[0].rows[0] == ["项目", "A.很满意", "B.满意", "C.一般", "D.不满意", "E.很不满意", "合计"]


@pytest.mark.whole
def test_goals_task_by_task_are_printed_as_the_report_prints_them() -> None:
    wanted, name = SEED["task_goals"], SEED["task_goals"]["example"]
    data = (workbooks_folder() / "examples" / f"{name}.toml").read_text(encoding="utf-8")
    report = read_made(built(name, data))
    table = report.table(wanted["caption"])
    assert table.rows[0] == ["任务名称", "主要实施内容", "期望达到的目标"]
    assert table.rows[1:] == wanted["rows"]
    # It is the report's own number, and the table of differences behind it has the next one.
    assert report.table("报表数据不一致情况表").caption.startswith("表 2-3")
    assert f"申报的 {len(wanted['rows'])} 项" in report.whole


def test_tasks_and_goals_are_printed() -> None:
    report = read_example("renhua-2021")
    tasks, goals = report.table("表 1-1"), report.table("表 1-2")
    assert len(tasks.rows) == 1 + 5
    assert tasks.rows[1][1] == "2021年度政府工作报告"
    assert len(goals.rows) == 1 + 14
    assert [row[0] for row in goals.rows if row[0]] == ["一级指标", "产出", "效益"]
    assert goals.row("产出")[2:] == ["新增政务自助服务终端", "10 台", "10 台"]
