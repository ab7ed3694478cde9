"""`xlperf forms` as it is called: listed, filled, copied, many at once, refusals."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.command_here import Run, refused
from tests.support.filled_forms import long_problems, project
from xlperf.report.forms.declarations import shipped_forms


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "自评.xlsx"
    path.write_bytes(project().data)
    return path


def test_forms_and_marks_are_listed(run: Run) -> None:
    status, out, _ = run("forms", "list", "--json")
    assert status == 0
    assert [form["id"] for form in json.loads(out)] == [form.id for form in shipped_forms()]
    out = run("forms", "list")[1]
    assert "510000_0013zp" in out
    assert "非官方版式" in out
    assert "{{单位名称}}" in run("forms", "list", "--marks")[1]
    assert "实际完成值" in json.loads(run("forms", "list", "--marks", "--json")[1])["lists"]["指标"]["marks"]


@pytest.mark.whole
def test_a_form_is_written_and_nothing_is_overwritten(run: Run, book: Path, tmp_path: Path) -> None:
    target = tmp_path / "表.xlsx"
    status, out, _ = run("forms", "fill", book, "--form", "project-self", "-o", target)
    assert (status, out) == (0, f"已写出 {target}。\n")
    sheet: Any = openpyxl.load_workbook(io.BytesIO(target.read_bytes())).active
    assert sheet.title == "项目支出绩效自评表"
    assert "没有覆盖" in run("forms", "fill", book, "--form", "project-self", "-o", target)[1]
    assert (tmp_path / "表-2.xlsx").read_bytes() == target.read_bytes()
    told = json.loads(run("forms", "fill", book, "--form", "project-self", "-o", target, "--force", "--json")[1])
    assert (told["target"], told["too_long"]) == (str(target), [])


@pytest.mark.whole
def test_too_long_a_text_is_told_by_the_exit_status(run: Run, tmp_path: Path) -> None:
    book = tmp_path / "自评.xlsx"
    book.write_bytes(project(long_problems()).data)
    status, out, _ = run("forms", "fill", book, "--form", "project-self-sichuan", "-o", tmp_path / "表.docx")
    assert status == 1
    assert "超过 200 字" in out


@pytest.mark.whole
def test_a_copied_form_with_thresholds_is_used(run: Run, book: Path, tmp_path: Path) -> None:
    own = tmp_path / "监控表.toml"
    assert run("forms", "copy", "monitoring", "-o", own)[0] == 0
    refused(run("forms", "copy", "monitoring", "-o", own), "已经有了")
    text = own.read_text(encoding="utf-8")
    own.write_text(text.replace("# gap = 0.1", "gap = 0.1"), encoding="utf-8")
    run("forms", "fill", book, "--form", own, "-o", tmp_path / "监控.xlsx")
    sheet: Any = openpyxl.load_workbook(io.BytesIO((tmp_path / "监控.xlsx").read_bytes())).active
    assert "与预期进度相差 15.00%" in {cell.value for row in sheet.iter_rows() for cell in row}


@pytest.mark.whole
def test_a_template_is_filled_for_a_whole_folder(run: Run, book: Path, tmp_path: Path) -> None:
    template = tmp_path / "本局表.xlsx"
    own = openpyxl.Workbook()
    own_sheet: Any = own.active
    own_sheet["B2"] = "{{单位名称}}"
    own.save(template)
    folder = tmp_path / "交来"
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(book.read_bytes())
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04")
    status, out, _ = run("forms", "fill", folder, "--template", template, "-o", tmp_path / "表", "--jobs", 1)
    assert status == 1
    assert "写出 1 份表。" in out
    assert "坏.xlsx：" in out
    sheet: Any = openpyxl.load_workbook(tmp_path / "表" / "甲.xlsx").active
    assert sheet["B2"].value == "某县水利局"


@pytest.mark.whole
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "表.xlsx"], ["--form", "--template"]),
        (["-o", "表.pdf", "--form", "project-self"], [".xlsx", ".docx"]),
        (["-o", "表.xlsx", "--form", "没有"], ["没有编号为 没有 的表", "project-self"]),
        (["-o", "表.docx", "--template", "自评.xlsx"], ["模板是 .xlsx"]),
        (["-o", "表.xlsx", "--template", "自评.xlsx"], ["错误：自评.xlsx：模板里没有 {{单位名称}} 这样的标记"]),
        (["-o", "表.xlsx", "--form", "没有.toml"], ["没有.toml"]),
    ],
    ids=lambda value: " ".join(value)[:30],
)
def test_what_can_not_be_done_is_said(
    run: Run, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    refused(run("forms", "fill", book, *words), *said)
    assert list(tmp_path.iterdir()) == [book]
