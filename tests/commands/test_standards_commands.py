"""From a document to a scored workbook by commands alone, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import annexes
from tests.support.command_here import Run, refused
from tests.support.confirming import Person
from tests.support.examples import example
from xlperf.frameworks.loading import find_framework
from xlperf.standards import layout

TABLE = "一级指标,三级指标,分值,评分标准\n投入,预算执行率,10,≥95%得10分；≥80%得6分；＜80%不得分。\n过程,制度健全,10,每缺一项扣1分，扣完为止。\n"
HEAD = {"region": "某县", "year": 2023, "grades.bands": "≥18:优; ≥12:良; 否则:差"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    return Run(monkeypatch, capsys)


def confirmed(path: Path) -> None:
    person = Person(path.read_bytes())
    for key, value in HEAD.items():
        person.set(layout.HEAD, ("key", key), value=value)
    path.write_bytes(person.saved())


@pytest.mark.slow
def test_from_a_table_to_a_score(run: Run, tmp_path: Path) -> None:
    (tmp_path / "标准.csv").write_text(TABLE, encoding="utf-8")
    status, out, _ = run("frameworks", "import", "标准.csv", "-o", "我县.xlsx")
    assert status == 0
    assert "2 个指标（确定 2）" in out
    refused(run("frameworks", "build", "我县.xlsx", "-o", "我县.toml"), "我县.xlsx", "基本情况!C", "评价年度没有填")
    confirmed(tmp_path / "我县.xlsx")
    assert run("frameworks", "build", "我县.xlsx", "-o", "我县.toml")[0] == 0
    assert run("frameworks", "lint", "我县.toml")[0] in (0, 1)
    assert run("new", "我县.xlsx", "-o", "今年.xlsx")[0] == 0
    figure = find_framework("我县.toml").framework.inputs[0].id
    assert run("set", "今年.xlsx", f"{figure}=90%", "finding.2.1=3", "-o", "已填.xlsx")[0] == 0
    status, out, _ = run("score", "已填.xlsx")
    assert "13.00" in out
    assert run("frameworks", "export", "已填.xlsx", "-o", "导出.xlsx")[0] == 0
    assert run("frameworks", "build", "导出.xlsx", "-o", "又.toml")[0] == 0
    assert (tmp_path / "又.toml").read_text(encoding="utf-8") == (tmp_path / "我县.toml").read_text(encoding="utf-8")


def test_nothing_is_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "标准.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "我县.xlsx").write_bytes(b"work of a week")
    refused(run("frameworks", "import", "标准.csv", "-o", "我县.xlsx"), "已存在")
    refused(run("frameworks", "export", "renhua-2021", "-o", "我县.xlsx"), "已存在")
    refused(run("frameworks", "import", "标准.csv", "-o", "我县.toml"), ".xlsx")
    assert (tmp_path / "我县.xlsx").read_bytes() == b"work of a week"


def test_a_workbook_that_is_no_standard_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "填好.xlsx").write_bytes(example("wuhua-2023").data)
    refused(run("new", "填好.xlsx", "-o", "a.xlsx"), "填好.xlsx", "frameworks export")
    refused(run("frameworks", "import", "没有.docx"), "没有.docx")


@pytest.mark.whole
def test_notes_are_told(run: Run, tmp_path: Path) -> None:
    annexes.word(find_framework("yanjin-2022").framework, tmp_path / "标准.docx")
    status, out, _ = run("frameworks", "import", "标准.docx")
    assert status == 0
    assert "标准确认表.xlsx" in out
    assert (tmp_path / "标准确认表.xlsx").is_file()
