"""`xlperf batch --reports --forms`: a document a unit, made anew only where the workbook has changed, never over what people wrote."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_here import Run, refused
from tests.support.edited_report import edited, write_in
from tests.support.examples import example
from tests.support.word_report import read_report
from tests.support.workbooks import with_values
from xlperf.batch.run import Counted
from xlperf.batch.sources import Submission
from xlperf.editions.conversion import Edition
from xlperf.package import Package
from xlperf.report.document import unit_documents
from xlperf.report.document.making import Made, Wish
from xlperf.report.document.many import Task, write_reports
from xlperf.report.document.unit_documents import Kind, ordered, write_documents
from xlperf.workbook.locations import workbooks_folder

NAME = "wuhua-2023"
WORKBOOK = workbooks_folder() / "examples" / f"{NAME}.xlsx"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


def unit(path: Path, name: str, code: str = "") -> Counted:
    """A workbook on disk that counts for a unit."""
    about = path.stat()
    return Counted(Submission(path.name, str(path), about.st_size, about.st_mtime), code, name, 2023, NAME, "")


def workbook(path: Path, name: str) -> Path:
    """The example as another unit's."""
    path.write_bytes(with_values(example(NAME, Edition.NATIVE), unit_name=name).data)
    return path


class Written:
    """A kind of document written for units, one after the other in this process."""

    def __init__(self, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.output, self.kind = output, Kind("报告", "报告", Wish())
        self.made: list[str] = []
        monkeypatch.setattr(unit_documents, "write_reports", self._here)

    def _here(self, tasks: list[Task], jobs: int) -> Any:
        from xlperf.report.document.many import _made

        for task in tasks:
            self.made.append(Path(task.target).name)
            yield _made(task)

    def __call__(self, *units: Counted) -> list[str]:
        """The names of the files that this run made."""
        self.made.clear()
        order = ordered(self.output, self.kind, units)
        assert len(order.tasks) + order.known == len(units)
        for outcome in write_documents(order, 1):
            assert outcome.problem == ""
        return self.made

    @property
    def files(self) -> list[str]:
        """The documents in the folder."""
        return sorted(path.name for path in (self.output / "报告").glob("*.docx"))


@pytest.mark.whole
def test_each_unit_has_a_report_that_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Written(tmp_path / "结果", monkeypatch)
    one = unit(workbook(tmp_path / "甲.xlsx", "甲局"), "甲局", "01")
    two = unit(workbook(tmp_path / "乙.xlsx", "乙局"), "乙局")
    assert written(one, two) == ["01_甲局.docx", "乙局.docx"]
    assert written(one, two) == []
    (tmp_path / "结果" / "报告" / "乙局.docx").unlink()
    assert written(one, two) == ["乙局.docx"]
    # A list that was cut off in the middle of a line costs nothing but the work: the same report is not written twice.
    path = tmp_path / "结果" / "报告" / unit_documents.LIST
    path.write_bytes(path.read_bytes()[:-40])
    written(one, two)
    assert written.files == ["01_甲局.docx", "乙局.docx"]
    assert written(one, two) == []


@pytest.mark.whole
def test_a_changed_workbook_gives_a_new_report_and_keeps_what_people_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Written(tmp_path / "结果", monkeypatch)
    source = workbook(tmp_path / "甲.xlsx", "甲局")
    written(unit(source, "甲局"))
    report = tmp_path / "结果" / "报告" / "甲局.docx"
    # Nobody has touched the report: it is replaced.
    workbook(source, "甲局（新）")
    written(unit(source, "甲局"))
    assert written.files == ["甲局.docx"]
    assert read_report(report.read_bytes()).texts[0].startswith("甲局（新）")
    # Somebody has: it stays, and the next one takes over what was written.
    report.write_bytes(edited(report.read_bytes(), lambda document: write_in(document, "主要绩效", "少跑腿。")))
    before = report.read_bytes()
    workbook(source, "甲局（再）")
    written(unit(source, "甲局"))
    assert written.files == ["甲局-2.docx", "甲局.docx"]
    assert report.read_bytes() == before
    assert "少跑腿。" in read_report((report.parent / "甲局-2.docx").read_bytes()).texts


@pytest.mark.whole
def test_a_list_leads_to_no_file_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Written(tmp_path / "结果", monkeypatch)
    one = unit(workbook(tmp_path / "甲.xlsx", "甲局"), "甲局")
    (tmp_path / "结果" / "报告").mkdir(parents=True)
    line = {"unit": unit_documents._identity(one), "key": "", "name": "../../甲.xlsx", "content": ""}
    (tmp_path / "结果" / "报告" / unit_documents.LIST).write_text(json.dumps(line) + "\n[]\n{}\n", encoding="utf-8")
    before = (tmp_path / "甲.xlsx").read_bytes()
    assert written(one) == ["甲局.docx"]
    assert (tmp_path / "甲.xlsx").read_bytes() == before


def test_what_is_asked_for_is_checked_before_any_workbook_is_read(run: Run, tmp_path: Path) -> None:
    shutil.copy(WORKBOOK, tmp_path / "甲.xlsx")
    refused(run("batch", tmp_path / "甲.xlsx", "-o", tmp_path / "结果", "--forms", "没有"), "没有编号为 没有 的表")
    refused(run("batch", tmp_path / "甲.xlsx", "-o", tmp_path / "结果", "--forms", "没有.docx"), "没有.docx")
    assert not (tmp_path / "结果").exists()


class Fatal(Wish):
    """A report that ends its process where a workbook has a certain name."""

    def make(self, package: Package, kept: bytes | None = None) -> Made:
        import os

        from xlperf.workbook.names import NamedCells

        if NamedCells(package).value("unit_name") == "坏局":
            os._exit(9)
        return super().make(package, kept)


@pytest.mark.slow
def test_one_that_takes_its_process_with_it_stops_no_other(tmp_path: Path) -> None:
    names = [f"{number}局" for number in range(4)]
    names.insert(1, "坏局")
    units = [unit(workbook(tmp_path / f"{name}.xlsx", name), name) for name in names]
    tasks = [Task(u.submission, str(tmp_path / f"{u.name}.docx"), Fatal()) for u in units]
    outcomes = {outcome.source: outcome.problem for outcome in write_reports(tasks, 2)}
    assert [source for source, problem in outcomes.items() if problem] == ["坏局.xlsx"]
    assert sorted(path.stem for path in tmp_path.glob("*.docx")) == [f"{number}局" for number in range(4)]


@pytest.mark.slow
def test_a_batch_writes_reports_and_forms_and_goes_on(run: Run, tmp_path: Path) -> None:
    workbook(tmp_path / "甲.xlsx", "甲局")
    workbook(tmp_path / "乙.xlsx", "乙局")
    with zipfile.ZipFile(tmp_path / "交来.zip", "w") as archive:
        archive.write(tmp_path / "乙.xlsx", "乙.xlsx")
        archive.writestr("坏.xlsx", b"PK\x03\x04")
    words = ("batch", tmp_path / "甲.xlsx", tmp_path / "交来.zip", "-o", tmp_path / "结果", "--jobs", 2, "--reports")
    status, out, _ = run(*words, "--forms", "department-self")
    assert status == 1  # the one in quarantine
    assert "报告 里写出 2 份报告" in out
    results = tmp_path / "结果"
    assert sorted(path.name for path in (results / "报告").glob("*.docx")) == ["乙局.docx", "甲局.docx"]
    assert sorted(path.name for path in (results / "表" / "department-self").glob("*.xlsx")) == [
        "乙局.xlsx",
        "甲局.xlsx",
    ]
    status, out, _ = run(*words, "--resume", "--json-lines")
    assert [line for line in map(json.loads, out.splitlines()) if line["event"] == "document"] == []
    workbook(tmp_path / "丙.xlsx", "丙局")
    status, out, _ = run(*words, tmp_path / "丙.xlsx", "--resume", "--json-lines")
    documents = [line for line in map(json.loads, out.splitlines()) if line["event"] == "document"]
    assert [Path(line["target"]).name for line in documents] == ["丙局.docx"]
