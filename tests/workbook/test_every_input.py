"""Every cell that people fill in can be listed, filled by its id or its Chinese name, and filled again from the list."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support import adjusted_framework
from tests.support.ci_size import EXAMPLES, some
from tests.support.command_here import Run, refused
from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import built
from xlperf.errors import UserError
from xlperf.frameworks.loading import FrameworkFile, parse_framework
from xlperf.package import Package
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.input_finder import Finder
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.two_column_files import Row, places_of, room_wanted

PASTED = {spec.sheet for spec in IMPORTS}
NOWHERE = Path("数据.csv")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


def small() -> FrameworkFile:
    return parse_framework(TEXT, ORIGIN)


def inputs(package: Package) -> dict[str, InputCell]:
    return catalogue(NamedCells(package), read_identity(package).framework.framework)


def listed(run: Run, source: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("inputs", str(source), "--json")[1])
    return found


def filled(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {item["id"]: item["value"] for item in items if item["value"] is not None}


@pytest.mark.whole
@pytest.mark.parametrize("source", [small(), adjusted_framework.source()], ids=["small", "adjusted"])
def test_every_unlocked_cell_is_an_input(source: FrameworkFile) -> None:
    """But for the areas that official tables are pasted into."""
    package = built(source)
    known = [(item.sheet, item.ref) for item in inputs(package).values()]
    assert len(set(known)) == len(known)
    book = openpyxl.load_workbook(io.BytesIO(package.data))
    unlocked = {
        (page.title, cell.coordinate)
        for page in book
        if page.title not in PASTED and page.protection.sheet
        for row in page.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    assert unlocked == set(known)


@pytest.mark.whole
def test_no_two_inputs_are_called_the_same() -> None:
    package = built(adjusted_framework.source())
    known = inputs(package)
    finder = Finder(known)
    assert [item.id for item in known.values() if finder.candidates(item.label) != [item]] == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("problem_fact.3", "problem_fact.3"),
        ("问题台账.3.事实", "problem_fact.3"),
        ("问题台账：第 3 行　事实", "problem_fact.3"),
        ("问题台账:第3行 事实", "problem_fact.3"),
        ("问题台账.1.扣分", "problem_points.1"),
        ("多来源对照.2.该来源的数", "source_value.2"),
        ("问卷.1.发放", "surveys_issued.1"),
        ("问卷.12.A份数", "question_count_a.12"),
        ("佐证索引.1.材料名称", "evidence_name.1"),
        ("已使用指标数：来源", "figure_source.quota_used"),
        ("汇总.过程.报告得分", "reported_level.1"),
        ("报告总分", "reported_total"),
    ],
)
def test_names_that_people_write(name: str, meant: str) -> None:
    assert Finder(inputs(built(small()))).item(name).id == meant


def test_a_name_that_several_have_is_refused() -> None:
    known = inputs(built(small()))
    twin = {"a": known["quota_used"], "b": known["quota_used"]}
    with pytest.raises(UserError, match="可以是 quota_used、quota_used，请写其中一个编号"):
        Finder(twin).item("已使用指标数")
    with pytest.raises(UserError, match="没有编号或名称为 无此项 的填报格"):
        Finder(known).item("无此项")


@pytest.mark.whole
def test_set_takes_names_and_lines(run: Run, tmp_path: Path) -> None:
    source, target = tmp_path / "空白.xlsm", tmp_path / "改后.xlsm"
    source.write_bytes(built(small()).data)
    status, out, err = run(
        "set", source, "问题台账.1.扣分组=甲", "problem_indicator.1=1", "已使用指标数=2.5", "-o", target
    )
    assert (status, err) == (0, "")
    assert "填了 3 格" in out
    assert {"problem_group.1": "甲", "problem_indicator.1": "1", "quota_used": 2.5}.items() <= filled(
        listed(run, target)
    ).items()
    refused(run("set", source, "问题台账.999.事实=多", "-o", tmp_path / "b.xlsm"), "问题台账.999.事实", "xlperf inputs")


@pytest.mark.slow
def test_more_lines_than_a_blank_workbook_has(run: Run, tmp_path: Path) -> None:
    """The tables grow, and lines are left below the last one."""
    framework, data = tmp_path / "小体系.toml", tmp_path / "数据.csv"
    framework.write_text(TEXT, encoding="utf-8")
    rows = [
        ("unit_name", "某局"),
        ("unit_code", "0012345678"),
        ("award_date.1", "2022-10-31"),
        ("staff_count", "1,234"),
    ]
    rows += [(f"问题台账.{n}.事实", f"第{n}个") for n in range(1, 41)] + [("question_text.20", "满意吗")]
    data.write_text("编号,值\n" + "".join(f'{name},"{value}"\n' for name, value in rows), encoding="utf-8")
    status, _, err = run("new", framework, "--data", data, "-o", tmp_path / "填.xlsx")
    assert (status, err) == (0, "")
    found = listed(run, tmp_path / "填.xlsx")
    told = {item["id"]: item for item in found}
    assert told["problem_fact.40"]["value"] == "第40个"
    assert told["problem_fact.40"]["cell"] == f"{told['problem_fact.40']['sheet']}!D43"
    assert "problem_fact.70" in told
    assert "problem_fact.71" not in told
    assert told["question_text.20"]["value"] == "满意吗"
    # A code keeps its zeros, a date is one, thousands are no text.
    assert [told[name]["value"] for name in ("unit_code", "award_date.1", "staff_count")] == [
        "0012345678",
        "2022-10-31",
        1234,
    ]


@pytest.mark.whole
def test_a_list_fills_another_workbook_with_the_same(run: Run, tmp_path: Path) -> None:
    framework, first, second = tmp_path / "小体系.toml", tmp_path / "一.xlsx", tmp_path / "二.xlsx"
    framework.write_text(TEXT, encoding="utf-8")
    values = {"unit_name": "某局", "source_value.1": True, "source_value.2": "无", "source_value.3": 12.5}
    values |= {"问题台账.30.事实": "“引号”，\n换行", "award_date.2": "2023-01-05", "evaluation_year": 2023}
    rows = [{"id": name, "value": value} for name, value in values.items()]
    (tmp_path / "数据.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    assert run("new", framework, "--data", tmp_path / "数据.json", "-o", first)[0] == 0
    (tmp_path / "清单.json").write_text(run("inputs", first, "--json")[1], encoding="utf-8")
    assert run("new", framework, "--data", tmp_path / "清单.json", "-o", second)[0] == 0
    again = filled(listed(run, second))
    assert again == filled(listed(run, first))
    assert (again["problem_fact.30"], again["source_value.1"]) == ("“引号”，\n换行", True)


@pytest.mark.slow
@pytest.mark.parametrize("name", some(example_names(), EXAMPLES))
def test_the_list_of_an_example_fills_its_twin(name: str, run: Run, tmp_path: Path) -> None:
    example = workbooks_folder() / "examples" / f"{name}.xlsx"
    (tmp_path / "清单.json").write_text(run("inputs", example, "--json")[1], encoding="utf-8")
    assert run("new", name, "--data", tmp_path / "清单.json", "-o", tmp_path / "新.xlsx")[0] == 0
    assert filled(listed(run, tmp_path / "新.xlsx")) == filled(listed(run, example))
    results = [json.loads(run("score", file, "--json")[1]) for file in (example, tmp_path / "新.xlsx")]
    assert results[0]["indicators"] == results[1]["indicators"]
    assert results[0]["total"] == results[1]["total"]


@pytest.mark.whole
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"id": "quota_used", "value": [1]}]', ("第 1 项", "值为数、文字")),
        ('[{"value": 1}]', ("第 1 项", '"id": "编号"')),
        ("[1]", ("第 1 项",)),
        ('[{"id": "quota_used", "value": 1e999}]', ("第 1 项",)),
        (f'[{{"id": "quota_used", "value": {"9" * 5000}}}]', ("位数太多",)),
        ("[" * 5000 + "]" * 5000, ("层数太多",)),
        ('[{"id": "问题台账.2001.事实", "value": "x"}]', ("第 1 项", "2000 行")),
        ('[{"id": "quota_used", "value": "多"}, {"id": "没有", "value": 1}]', ("第 1 项", "第 2 项")),
    ],
)
def test_lists_that_are_wrong(text: str, words: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    (tmp_path / "小体系.toml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "数据.json").write_text(text, encoding="utf-8")
    status, _, err = run("new", tmp_path / "小体系.toml", "--data", tmp_path / "数据.json", "-o", tmp_path / "新.xlsx")
    assert status == 2
    assert "Traceback" not in err
    assert [word for word in (*words, "数据.json") if word not in err] == [], err
    assert not (tmp_path / "新.xlsx").exists()


@pytest.mark.whole
def test_blank_values_want_no_room() -> None:
    known = inputs(built(small()))
    rows = [
        Row(1, "problem_fact.99", None),
        Row(2, "problem_fact.31", "x"),
        Row(3, "没有.9", "y"),
    ]
    assert room_wanted(rows, known, NOWHERE) == {"problem": 31}
    assert places_of(rows[:1], known, NOWHERE) == {}
    with pytest.raises(UserError, match="第 3 行：没有编号或名称为"):
        places_of(rows[2:], known, NOWHERE)


@pytest.mark.whole
def test_values_stay_exact() -> None:
    known = inputs(built(small()))
    rows = [Row(1, "unit_code", 1234567.0), Row(2, "award_date.1", 44865.0)]
    found = places_of(rows, known, NOWHERE)
    assert list(found.values()) == ["1234567", 44865.0]
    for given in ("是", "TRUE", True):
        assert list(places_of([Row(1, "has_rules", given)], known, NOWHERE).values()) == ["是"]
    with pytest.raises(UserError, match="应为日期"):
        places_of([Row(1, "award_date.1", -5.0)], known, NOWHERE)


@pytest.mark.whole
def test_the_list_for_people(run: Run) -> None:
    """Types in words, and how lines are addressed."""
    status, out, _ = run("inputs", workbooks_folder() / "mof-project-self.xlsx")
    assert status == 0
    assert "问题台账.3.事实" in out
    assert ("选项" in out, "choice" in out) == (True, False)
