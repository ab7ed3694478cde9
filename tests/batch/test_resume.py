"""Killed at any moment, the command goes on with --resume, redoes nothing finished and gives the same outputs."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.batch.command import contents, run, started
from tests.batch.submissions import hand_in

COUNT, KILLS = 10, 3
COMMAND = ("batch", "交来", "-o", "结果", "--jobs", 2, "--write")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an undisturbed run."""
    place = tmp_path_factory.mktemp("续做")
    hand_in(place / "交来", COUNT, broken=False)
    run(place, *COMMAND, "--quiet")
    (place / "结果").rename(place / "不受打扰")
    return place


def lines(folder: Path) -> int:
    path = folder / "结果" / "results.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def until(folder: Path, count: int, process: subprocess.Popen[str]) -> None:
    """Waits until that many results are written, or the command has ended."""
    while lines(folder) < count and process.poll() is None:
        time.sleep(0.01)


def test_killed_at_random_moments(handed_in: Path) -> None:
    pick = random.Random()
    shutil.rmtree(handed_in / "结果", ignore_errors=True)
    finished = 0
    for _ in range(KILLS):
        process = started(handed_in, *COMMAND, "--resume", "--json-lines")
        until(handed_in, finished + pick.randint(0, COUNT // KILLS), process)
        time.sleep(pick.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        finished = lines(handed_in)
    status, out, _ = run(handed_in, *COMMAND, "--resume", "--json-lines")
    assert status == 1
    events = [json.loads(line) for line in out.splitlines()]
    assert sum(event["event"] == "file" for event in events) == COUNT - finished
    assert events[-1]["known"] == finished
    assert contents(handed_in / "结果") == contents(handed_in / "不受打扰")


@pytest.mark.parametrize("tail", [b'{"schema_version":1,"file":"a', b"\x00", b"{"])
def test_a_torn_line_is_dropped(handed_in: Path, tail: bytes) -> None:
    shutil.rmtree(handed_in / "结果", ignore_errors=True)
    shutil.copytree(handed_in / "不受打扰", handed_in / "结果")
    path = handed_in / "结果" / "results.jsonl"
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole[:-1]) + tail)
    assert run(handed_in, *COMMAND, "--resume", "--quiet")[0] == 1
    assert contents(handed_in / "结果") == contents(handed_in / "不受打扰")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the workers in /proc")
def test_killed_workers_are_replaced(handed_in: Path) -> None:
    shutil.rmtree(handed_in / "结果", ignore_errors=True)
    process = started(handed_in, *COMMAND)
    for count in (0, 3, 6):
        until(handed_in, count, process)
        for child in Path(f"/proc/{process.pid}/task/{process.pid}").parent.glob("*/children"):
            for worker in child.read_text().split()[:1]:
                os.kill(int(worker), signal.SIGKILL)
        time.sleep(0.2)
    process.communicate(timeout=120)
    assert contents(handed_in / "结果") == contents(handed_in / "不受打扰")


def test_a_changed_file_is_done_again(handed_in: Path) -> None:
    shutil.rmtree(handed_in / "结果", ignore_errors=True)
    shutil.copytree(handed_in / "不受打扰", handed_in / "结果")
    first = next(path for path in sorted((handed_in / "交来").rglob("*.xls?")))
    about = first.stat()
    os.utime(first, (about.st_mtime + 5, about.st_mtime + 5))
    try:
        _, out, _ = run(handed_in, *COMMAND, "--resume", "--json-lines")
    finally:
        os.utime(first, (about.st_mtime, about.st_mtime))
    done = [event["file"] for event in map(json.loads, out.splitlines()) if event["event"] == "file"]
    assert done == [first.relative_to(handed_in).as_posix()]


def test_without_resume_results_are_not_overwritten(handed_in: Path) -> None:
    status, out, err = run(handed_in, "batch", "交来", "-o", "不受打扰")
    assert (status, out) == (2, "")
    assert "--resume" in err
