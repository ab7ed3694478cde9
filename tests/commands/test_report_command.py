"""`xlperf report` as it is called: files written and never lost, what it says, refusals, many at once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.command_here import Run, refused
from tests.support.edited_report import edited, write_in
from tests.support.word_report import read_report
from xlperf.workbook.locations import workbooks_folder

EXAMPLES = workbooks_folder() / "examples"
WORKBOOK = EXAMPLES / "wuhua-2023.xlsx"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


@pytest.mark.whole
def test_a_report_is_written_and_what_is_open_is_said(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("report", WORKBOOK, "-o", tmp_path / "报告.docx")
    assert status == 0
    assert f"已写出 {tmp_path / '报告.docx'}" in out
    assert "处待填" in out
    assert read_report((tmp_path / "报告.docx").read_bytes()).texts[0].startswith("五华县")


@pytest.mark.whole
def test_a_second_report_takes_over_what_people_wrote_and_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    first = tmp_path / "报告.docx"
    run("report", WORKBOOK, "-o", first)
    first.write_bytes(edited(first.read_bytes(), lambda document: write_in(document, "主要绩效", "少跑腿。")))
    before = first.read_bytes()
    _, out, _ = run("report", WORKBOOK, "-o", first)
    assert "没有覆盖" in out
    assert "都有地方放" in out
    assert first.read_bytes() == before
    assert "少跑腿。" in read_report((tmp_path / "报告-2.docx").read_bytes()).texts
    run("report", WORKBOOK, "-o", first, "--force")
    assert "少跑腿。" in read_report(first.read_bytes()).texts
    other = EXAMPLES / "renhua-2021.xlsx"
    _, out, _ = run("report", other, "-o", tmp_path / "别的.docx", "--keep", first, "--json")
    assert json.loads(out)["remarks"] == []
    assert "少跑腿。" in read_report((tmp_path / "别的.docx").read_bytes()).texts


@pytest.mark.whole
def test_a_template_is_written_and_used(run: Run, tmp_path: Path) -> None:
    template = tmp_path / "模板.docx"
    assert run("report", WORKBOOK, "--template-out", template)[0] == 0
    assert "{{绩效自评}}" in read_report(template.read_bytes()).texts
    refused(run("report", WORKBOOK, "--template-out", template), "已经有了", "--force")
    template.write_bytes(edited(template.read_bytes(), lambda document: document.add_paragraph("县财政局监制")))
    run("report", WORKBOOK, "-o", tmp_path / "报告.docx", "--template", template)
    assert "县财政局监制" in read_report((tmp_path / "报告.docx").read_bytes()).texts


def test_a_page_and_another_structure(run: Run, tmp_path: Path) -> None:
    run("report", WORKBOOK, "-o", tmp_path / "报告.html", "--structure", "department", "--as-saved")
    assert "五、存在问题" in (tmp_path / "报告.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_reports_of_a_folder_are_made_side_by_side(run: Run, tmp_path: Path) -> None:
    handed_in = tmp_path / "交来"
    (handed_in / "下级").mkdir(parents=True)
    shutil.copy(WORKBOOK, handed_in / "甲.xlsx")
    shutil.copy(WORKBOOK, handed_in / "下级" / "甲.xlsx")
    (handed_in / "坏.xlsx").write_bytes(b"PK\x03\x04")
    status, out, _ = run("report", handed_in, "-o", tmp_path / "报告", "--jobs", 2)
    assert status == 1
    assert "写出 2 份报告" in out
    assert "坏.xlsx：" in out
    assert sorted(path.name for path in (tmp_path / "报告").iterdir()) == ["甲-2.docx", "甲.docx"]


@pytest.mark.whole
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "报告.txt"], [".docx"]),
        ([], ["-o"]),
        (["-o", "报告.html", "--template", str(WORKBOOK)], ["--template"]),
        (["-o", "报告.docx", "--template", str(WORKBOOK)], ["Word"]),
        (["-o", "报告.docx", "--structure", "没有"], ["没有报告结构", "department"]),
        (["-o", "没有这个文件夹/报告.docx"], ["无法写入"]),
        (["-o", "报告.docx", "--keep", "没有.docx"], ["文件不存在"]),
    ],
    ids=lambda value: " ".join(value)[:30],
)
def test_what_can_not_be_done_is_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    refused(run("report", WORKBOOK, *words), *said)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_workbook_of_ours_is_refused_with_its_name(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "别的.xlsx"
    other.write_bytes(b"PK\x03\x04")
    refused(run("report", other, "-o", tmp_path / "报告.docx"), "别的.xlsx")
