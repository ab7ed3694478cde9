"""What a batch does again and what it doesn't, with results that a stand-in for the workers makes up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.batch.entries import entry
from tests.batch.submissions import write
from tests.support.command import rows
from tests.support.league_results import record
from xlperf.batch import journal, run
from xlperf.batch.outcomes import CONTENT, Outcome, unread
from xlperf.batch.run import FILES, Order, Progress, Summary, Watch
from xlperf.batch.sources import Submission
from xlperf.errors import UserError

NAMES = ("甲", "乙", "丙")


def result(name: str, **changes: Any) -> Outcome:
    """What a worker tells of a good file."""
    told = record(name, (20, 30, 0), openings={}, closings={}, money_unit_fen=100, **changes)
    return {key: value for key, value in told.items() if key not in ("file", "key", "modified")}


class Workers:
    """Stands in for the pool: a result for each file, but for those that are told otherwise."""

    def __init__(self) -> None:
        self.told: dict[str, Outcome] = {}
        self.asked: list[str] = []
        self.is_writing = False

    def __call__(self, jobs: int, seconds: int, output: Path | None, against: str) -> Workers:
        self.asked, self.is_writing = [], output is not None
        return self

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def outcomes(self, submissions: Sequence[Submission]) -> Iterator[tuple[Submission, Outcome]]:
        for submission in submissions:
            name = Path(submission.name).stem
            self.asked.append(name)
            outcome = self.told.get(name) or result(name)
            if self.is_writing and outcome["status"] == "done":
                outcome |= {"written": f"{name}.xlsx", CONTENT: b"recalculated"}
            yield submission, dict(outcome)


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Workers:
    found = Workers()
    monkeypatch.setattr(run, "Pool", found)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        write(tmp_path / "交来" / f"{name}.xlsx", b"1")
    return tmp_path


def batch(folder: Path, *, resume: bool = True, watch: Watch | None = None, **order: Any) -> Summary:
    asked = Order((str(folder / "交来"),), folder / "结果", is_resuming=resume, **order)
    return run.run(asked, watch or Watch())


def test_finished_files_are_not_done_again(folder: Path, workers: Workers) -> None:
    begun: list[Progress] = []
    first = batch(folder, resume=False)
    assert sorted(workers.asked) == sorted(NAMES)
    tables = {path.name: path.read_bytes() for path in (folder / "结果").iterdir()}
    second = batch(folder, watch=Watch(begins=lambda p: begun.append(Progress(**vars(p)))))
    assert workers.asked == []
    assert (begun[0].total, begun[0].known, begun[0].finished) == (3, 3, 3)
    assert (first.units, second.units, second.quarantined, second.missing) == (3, 3, 0, 0)
    assert {path.name: path.read_bytes() for path in (folder / "结果").iterdir()} == tables


def test_what_has_changed_is_new_or_is_gone(folder: Path, workers: Workers) -> None:
    batch(folder)
    write(folder / "交来" / "甲.xlsx", b"1", 1_600_000_009)
    write(folder / "交来" / "丁.xlsx", b"1")
    (folder / "交来" / "丙.xlsx").unlink()
    assert batch(folder).units == 3
    assert sorted(workers.asked) == ["丁", "甲"]
    assert {row["单位名称"] for row in rows(folder / "结果", "units")} == {"甲", "乙", "丁"}


def test_another_size_is_another_file(folder: Path, workers: Workers) -> None:
    batch(folder)
    write(folder / "交来" / "甲.xlsx", b"12")
    batch(folder)
    assert workers.asked == ["甲"]


def test_what_was_compared_with_something_else_is_done_again(folder: Path, workers: Workers) -> None:
    batch(folder, against="下发清单")
    for against, asked in (("下发清单", []), ("另一份", [*NAMES]), ("另一份", []), ("", [*NAMES])):
        batch(folder, against=against)
        assert sorted(workers.asked) == sorted(asked)


def test_results_of_another_version_are_done_again(folder: Path, workers: Workers) -> None:
    batch(folder)
    path = folder / "结果" / journal.NAME
    path.write_bytes(path.read_bytes().replace(journal.MADE_BY.encode(), b"0.0.1/4", 1))
    batch(folder)
    assert len(workers.asked) == 1


def test_what_something_else_was_to_blame_for_is_tried_again(folder: Path, workers: Workers) -> None:
    """A broken file stays broken; one that the network did not give may come this time."""
    workers.told = {"甲": unread("连接断了。"), "乙": {"status": "quarantined", "reason": "坏了。"}}
    assert batch(folder).quarantined == 2
    workers.told = {}
    assert batch(folder).quarantined == 1
    assert workers.asked == ["甲"]


def test_recalculated_files_that_are_wanted_and_not_there_are_made(folder: Path, workers: Workers) -> None:
    workers.told = {"乙": {"status": "quarantined", "reason": "坏了。"}}
    batch(folder)
    batch(folder, is_writing=True)
    assert sorted(workers.asked) == ["丙", "甲"]
    files = folder / "结果" / FILES
    assert {path.name: path.read_bytes() for path in files.iterdir()} == dict.fromkeys(
        ("甲.xlsx", "丙.xlsx"), b"recalculated"
    )
    batch(folder, is_writing=True)
    assert workers.asked == []
    (files / "丙.xlsx").unlink()
    batch(folder)
    assert workers.asked == []
    batch(folder, is_writing=True)
    assert workers.asked == ["丙"]


def test_what_a_killed_command_left_half_written_is_cleared_away(folder: Path, workers: Workers) -> None:
    write(folder / "结果" / FILES / ".甲.xlsx.tmp", b"half")
    write(folder / "结果" / FILES / "别的.tmp", b"not ours")
    (folder / "结果" / journal.NAME).touch()
    batch(folder, is_writing=True)
    assert not (folder / "结果" / FILES / ".甲.xlsx.tmp").exists()
    assert (folder / "结果" / FILES / "别的.tmp").exists()


def test_a_folder_with_results_is_not_written_over_without_being_asked(folder: Path, workers: Workers) -> None:
    batch(folder, resume=False)
    with pytest.raises(UserError, match="接着做请加 --resume"):
        batch(folder, resume=False)
    (folder / "结果" / journal.NAME).unlink()
    for resume in (True, False):
        with pytest.raises(UserError, match="已有别的内容"):
            batch(folder, resume=resume)
    (folder / "文件").touch()
    with pytest.raises(UserError, match="不能用作输出文件夹"):
        run.run(Order((str(folder / "交来"),), folder / "文件"), Watch())


def test_nothing_was_handed_in(tmp_path: Path, workers: Workers) -> None:
    write(tmp_path / "交来" / "说明.txt", b"1")
    with pytest.raises(UserError, match="没有找到工作簿"):
        batch(tmp_path)
    assert not (tmp_path / "结果").exists()


def test_who_is_told_what(folder: Path, workers: Workers) -> None:
    warning = {"severity": "warning", "code": "x", "cell": "", "message": "。"}
    workers.told = {"甲": {"status": "quarantined", "reason": "坏了。"}, "乙": result("乙", findings=[warning])}
    write(folder / "交来" / "说明.txt", b"1")
    write(folder / "交来" / "又甲.rar", b"1")
    passed: list[str] = []
    units: list[str] = []
    watch = Watch(passes=lambda _, item: passed.append(item.file), counts=lambda unit: units.append(unit.status))
    found = batch(folder, watch=watch)
    assert (found.progress.good, found.progress.with_findings, found.progress.bad) == (1, 1, 1)
    assert (found.units, found.with_findings, found.quarantined, found.skipped) == (2, 1, 2, 1)
    assert (len(passed), sorted(units)) == (3, ["有警告", "正常"])
    assert not found.is_clean


def test_a_result_counts_as_good_or_with_findings_or_bad() -> None:
    for facts, counted in (
        ({}, (1, 0, 0)),
        ({"hints": 2}, (1, 0, 0)),
        ({"warnings": 1}, (0, 1, 0)),
        ({"errors": 1}, (0, 1, 0)),
        ({"status": "quarantined", "errors": 1}, (0, 0, 1)),
    ):
        progress = Progress(1)
        progress.count(entry("a", **facts))
        assert (progress.good, progress.with_findings, progress.bad) == counted
        assert progress.finished == 1


@pytest.mark.parametrize(
    ("fact", "is_clean"),
    [("with_findings", False), ("quarantined", False), ("missing", False), ("skipped", True), ("duplicates", True)],
)
def test_what_is_to_be_looked_at(fact: str, is_clean: bool) -> None:
    facts: dict[str, Any] = {fact: 1}
    assert Summary(Progress(1), units=1, **facts).is_clean is is_clean
