"""Where a batch runs: pipes and devices among the files, folders that are closed, disks that are full, signals."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.batch.submissions import hand_in
from tests.support.ci_size import some
from tests.support.command import contents, rows, started
from tests.support.command import run as run_apart
from tests.support.command_here import Run
from xlperf.batch.journal import Journal
from xlperf.batch.outputs import Outputs
from xlperf.batch.roster import Roster, RosterLine
from xlperf.batch.settlement import Settlement
from xlperf.batch.sources import Refusal, Submission, find_submissions
from xlperf.batch.tables import TABLES
from xlperf.commands.interruption import InterruptionError, interruptible
from xlperf.errors import UserError

NOTHING = Settlement((), {}, (), (), (), frozenset())
FULL = Path("/dev/full")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


@pytest.fixture
def watchdog() -> Iterator[None]:
    """What waits for ever fails instead."""

    def bark(*_: object) -> None:
        raise TimeoutError("it hangs")

    former = signal.signal(signal.SIGALRM, bark)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, former)


@pytest.fixture
def little_room() -> Iterator[None]:
    """A disk on which hardly anything can be written: files of at most 100 bytes."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, former[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, former)


def close(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Makes a folder one that can't be read, also for the superuser."""
    scandir = os.scandir

    def refusing(path: Any = ".") -> Any:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)


@pytest.mark.usefixtures("watchdog")
def test_pipes_and_devices_are_named_and_not_opened(tmp_path: Path) -> None:
    for name in ("管道.xlsx", "管道", "管道.dat", "管道.zip"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "零.bin").symlink_to("/dev/zero")
    (tmp_path / "甲.xlsx").write_bytes(b"PK")
    found = find_submissions([str(tmp_path)], tmp_path / "结果")
    assert [Path(item.name).name for item in found if isinstance(item, Submission)] == ["甲.xlsx"]
    refused = {Path(item.name).name: item.reason for item in found if isinstance(item, Refusal)}
    assert set(refused.values()) == {"是管道或设备，不是文件，没有读取"}
    assert set(refused) == {"管道.xlsx", "管道", "管道.dat", "管道.zip", "零.bin"}
    assert not any(item.is_skipped for item in found if isinstance(item, Refusal))


@pytest.mark.usefixtures("watchdog")
def test_a_pipe_alone_hangs_no_command(tmp_path: Path, run: Run) -> None:
    os.mkfifo(tmp_path / "管道.dat")
    status, out, err = run("batch", tmp_path / "管道.dat", "-o", tmp_path / "结果")
    assert (status, out) == (2, "")
    assert "没有找到工作簿" in err


def test_a_closed_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "交来" / "锁住").mkdir(parents=True)
    (tmp_path / "交来" / "甲.xlsx").write_bytes(b"PK")
    close(monkeypatch, tmp_path / "交来" / "锁住")
    refusals = [i for i in find_submissions([str(tmp_path / "交来")], tmp_path / "结果") if isinstance(i, Refusal)]
    assert [(Path(item.name).name, item.is_folder, item.is_skipped) for item in refusals] == [("锁住", True, False)]
    assert "打不开（系统错误 13）" in refusals[0].reason


def test_where_everything_is_closed_that_is_said(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "交来").mkdir()
    close(monkeypatch, tmp_path / "交来")
    status, _, err = run("batch", tmp_path / "交来", "-o", tmp_path / "结果")
    assert status == 2
    assert f"文件夹 {tmp_path / '交来'} 打不开，请检查权限。" in err


@pytest.mark.slow
def test_who_is_missing_may_be_in_the_closed_folder(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from openpyxl import Workbook

    hand_in(tmp_path / "交来", 1, broken=False)
    (tmp_path / "交来" / "锁住").mkdir()
    book = Workbook()
    for line in (("单位名称", "单位编码"), ("某局", "9999")):
        book.active.append(line)
    book.save(tmp_path / "名册.xlsx")
    close(monkeypatch, tmp_path / "交来" / "锁住")
    status, out, _ = run("batch", tmp_path / "交来", "-o", tmp_path / "结果", "--roster", tmp_path / "名册.xlsx")
    assert status == 1
    told = " ".join(out.split())
    assert "打不开，里面的文件没有处理，列为缺报的单位可能就在里面" in told.replace(" ", "")
    assert any("锁住" in row["文件"] for row in rows(tmp_path / "结果", "quarantine"))


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize("table", ["units", "findings", "missing"])
def test_tables_on_a_full_disk(table: str, tmp_path: Path) -> None:
    """Nothing is left beside the tables, and the former ones stay."""
    (tmp_path / "units.csv").write_text("从前", encoding="utf-8")
    (tmp_path / f".{table}.csv.tmp").symlink_to(FULL)
    with pytest.raises(UserError, match=r"结果写不下（系统错误 28），磁盘已满；.*--resume"):
        list(Outputs(tmp_path).write((), NOTHING))
    assert contents(tmp_path) == {"units.csv": "从前".encode()}
    assert list(Outputs(tmp_path).write((), NOTHING)) == []
    assert contents(tmp_path).keys() == {f"{one.id}.csv" for one in TABLES}


def test_results_on_a_full_disk(tmp_path: Path, little_room: None) -> None:
    journal = Journal(tmp_path)
    journal.open()
    facts: dict[str, Any] = {
        "status": "done",
        "reason": "",
        "written": None,
        "unit": "某局",
        "code": "1",
        "year": 2021,
        "total": None,
    }
    facts |= {"framework": "f", "project": None, "grade": "", "saved": 0.0, "errors": 0, "warnings": 0, "hints": 0}
    about = {"file": "甲.xlsx", "key": "k", "modified": 0.0}
    with pytest.raises(UserError, match=r"结果写不下（系统错误 27）.*--resume"):
        journal.append(about, {**facts, "record": b'{"result":{}}'})
    journal.close()
    # The line that was cut is dropped the next time.
    again = Journal(tmp_path)
    again.open()
    again.close()
    assert (again.entries, list(tmp_path.iterdir())) == ({}, [tmp_path / "results.jsonl"])


@pytest.mark.slow
def test_a_batch_goes_on_after_a_full_disk(tmp_path: Path) -> None:
    hand_in(tmp_path / "交来", 3, broken=False)
    limited = "import resource,sys; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, -1)); from xlperf.cli import main; main()"
    command = [sys.executable, "-c", limited, "batch", "交来", "-o", "结果", "--jobs", "1", "--quiet"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=3600, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "结果写不下" in done.stderr
    assert "Traceback" not in done.stderr
    assert [name for name in contents(tmp_path / "结果") if name.endswith(".tmp")] == []
    run_apart(tmp_path, "batch", "交来", "-o", "结果", "--jobs", 1, "--quiet", "--resume")
    run_apart(tmp_path, "batch", "交来", "-o", "不受打扰", "--jobs", 1, "--quiet")
    tables = [{n: c for n, c in contents(tmp_path / f).items() if n.endswith(".csv")} for f in ("结果", "不受打扰")]
    assert tables[0] == tables[1]
    assert len(rows(tmp_path / "结果", "units")) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status"), some([(signal.SIGINT, 130), (signal.SIGTERM, 143)], [(signal.SIGTERM, 143)])
)
def test_an_interrupted_batch_says_how_to_go_on(number: int, status: int, tmp_path: Path) -> None:
    """Its output goes into pipes."""
    hand_in(tmp_path / "交来", 6, broken=False)
    process = started(tmp_path, "batch", "交来", "-o", "结果", "--jobs", 1)
    journal = tmp_path / "结果" / "results.jsonl"
    while process.poll() is None and not (journal.exists() and b"\n" in journal.read_bytes()):
        time.sleep(0.02)
    process.send_signal(number)
    out, err = process.communicate(timeout=3600)
    assert (process.returncode, out) == (status, "")
    done = journal.read_bytes().count(b"\n")
    assert 0 < done < 6
    # The signal may come between a line and its count.
    said = "已中断：6 份里做完 {} 份，结果都留在 结果；接着做请再运行同一条命令，加上 --resume。\n"
    assert err in (said.format(done), said.format(done - 1))
    assert not (tmp_path / "结果" / ".lock").exists()
    run_apart(tmp_path, "batch", "交来", "-o", "结果", "--jobs", 1, "--quiet", "--resume")
    assert len(rows(tmp_path / "结果", "units")) == 6


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_clear_up_and_end(number: int, status: int) -> None:
    cleared: list[int] = []

    def work() -> None:
        with interruptible(lambda: f"做完 {len(cleared)} 份"):
            try:
                os.kill(os.getpid(), number)
                time.sleep(5)
            finally:
                cleared.extend([1, 2, 3])

    # Whoever started the tests may have it ignored, as nohup and a shell's background have.
    usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
    before = signal.signal(number, usual)
    try:
        with pytest.raises(InterruptionError, match="做完 3 份") as raised:
            work()
        assert signal.getsignal(number) is usual
    finally:
        signal.signal(number, before)
    assert raised.value.status == status


def test_signals_that_are_ignored_stay_so() -> None:
    """As nohup has it."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible(lambda: ""):
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        assert signal.signal(signal.SIGHUP, signal.SIG_DFL) is signal.SIG_IGN


def test_an_interrupted_distribution_says_what_is_there(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xlperf.batch import distribution

    lines = tuple(RosterLine(number, f"单位{number}", str(number)) for number in (2, 3))
    monkeypatch.setattr("xlperf.batch.roster.read_roster", lambda path: Roster(path, lines, ()))
    monkeypatch.setattr("xlperf.batch.individual_rows.read_individual", lambda *rows: None)

    def stopped(roster: object, source: object, output: object, tell: Any, *further: object) -> None:
        tell(1, 2)
        raise KeyboardInterrupt

    monkeypatch.setattr(distribution, "distribute", stopped)
    status, out, err = run("distribute", tmp_path / "名册.xlsx", "mof-project", "-o", tmp_path / "下发")
    assert (status, out) == (130, "")
    assert err == f"已中断：2 份里生成了 1 份；重新下发请清空 {tmp_path / '下发'}，或换一个文件夹。\n"
