"""Thousands of submissions, one in a hundred broken in ten ways, one in a hundred handed in again.

The same results as one by one and with any number of workers; memory stays where it is. `XLPERF_SOAK_FILES` says how
many in `make soak`; rates and efficiency are printed and never decide.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from tests.batch.submissions import (
    BROKEN,
    LONG_AGO,
    MASTERS,
    inputs,
    master,
    submission,
    suffix,
    typed,
    write,
)
from tests.support.command import contents, rows, started
from tests.support.hostile_files import KINDS
from tests.support.workbooks import with_values
from xlperf.evaluation.scoring import score
from xlperf.package import Package, open_package

CI_FILES = 16
FILES = int(os.environ.get("XLPERF_SOAK_FILES", "2000"))
BASES = 8
MEGABYTE = 1 << 20
# What a worker or the command may grow by from the first third of a long run to the last.
GROWTH = 64 * MEGABYTE
pytestmark = pytest.mark.slow


@cache
def base(number: int) -> Package:
    return open_package(submission(number))


def quick(number: int, seed: int = 0) -> bytes:
    """A submission that differs from all others in few cells, so that thousands are made in little time."""
    pick = random.Random(f"{number} {seed}")
    package = base(number % (BASES * len(MASTERS)))
    own = [item for item in inputs(master(MASTERS[number % len(MASTERS)])) if item.sheet == "指标数据"]
    values = {(item.sheet, item.ref): typed(pick, item) for item in pick.sample(own, 8)}
    return with_values(package.with_inputs(values), unit_name=f"单位{number}", unit_code=f"{number:05d}").data


def hand_in_many(folder: Path, count: int) -> None:
    """That many units, and besides one in a hundred broken, one in a hundred twice."""
    for number in range(count):
        write(folder / f"{number % 20:02d}" / f"{number:05d}{suffix(number)}", quick(number))
    for number in range(max(len(BROKEN), count // 100)):
        name = BROKEN[number % len(BROKEN)]
        write(folder / "坏的" / f"{number:03d}-{name}.xlsx", KINDS[name]())
    for number in range(max(1, count // 100)):
        write(folder / "补交" / f"{number:05d}{suffix(number)}", quick(number, seed=1), LONG_AGO + 60)


@dataclass
class Measured:
    """How long a run took and its workers lived; the memory of command and largest worker while there were workers."""

    seconds: float = 0.0
    examining: float = 0.0
    command: list[int] = field(default_factory=list)
    workers: list[int] = field(default_factory=list)

    def growth(self, sizes: list[int]) -> int:
        """By how much the largest of the last third is more than the largest of the first."""
        third = max(1, len(sizes) // 3)
        return max(sizes[-third:]) - max(sizes[:third])


def measured(place: Path, *words: str | Path | int) -> Measured:
    """A run of the command, watched."""
    found, begin = Measured(), time.monotonic()
    process = started(place, *map(str, words))
    watcher = threading.Thread(target=watch, args=(process, found), daemon=True)
    watcher.start()
    assert process.communicate(timeout=24 * 3600)[1] == ""
    found.seconds = time.monotonic() - begin
    watcher.join()
    assert process.returncode == 1
    return found


def watch(process: subprocess.Popen[str], found: Measured) -> None:
    begin = time.monotonic()
    while process.poll() is None:
        own, tasks = resident(process.pid), Path(f"/proc/{process.pid}/task")
        listed = [path.read_text() for path in tasks.glob("*/children") if path.exists()] if tasks.exists() else []
        workers = [resident(int(child)) for text in listed for child in text.split() if is_worker(child)]
        if own and workers:
            found.examining = time.monotonic() - begin
            found.command.append(own)
            found.workers.append(max(workers))
        time.sleep(0.2)


def is_worker(pid: str) -> bool:
    """Whether a process examines submissions; at the end another one writes pages."""
    try:
        return b"xlperf.batch.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def resident(pid: int) -> int:
    """The memory that a process holds; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the memory in /proc")
@pytest.mark.parametrize("count", [CI_FILES, pytest.param(FILES, marks=pytest.mark.soak)])
def test_many(tmp_path: Path, count: int) -> None:
    hand_in_many(tmp_path / "交来", count)
    taken = {}
    for jobs in (2, 1) if count > CI_FILES else (2,):
        taken[jobs] = measured(tmp_path, "batch", "交来", "-o", f"结果{jobs}", "--jobs", jobs, "--quiet")
        tell(count, jobs, taken[jobs])
    check_results(tmp_path, tmp_path / "结果2", count)
    if count > CI_FILES:
        for part in ("examining", "seconds"):
            print(f"{part}: two workers {getattr(taken[1], part) / getattr(taken[2], part):.2f} times as fast as one")
        assert contents(tmp_path / "结果1") == contents(tmp_path / "结果2")
        for run in taken.values():
            assert run.growth(run.command) < GROWTH
            assert run.growth(run.workers) < GROWTH


def tell(count: int, jobs: int, run: Measured) -> None:
    sizes = {"command": run.command, "largest worker": run.workers}
    told = "; ".join(f"{name} {max(s) // MEGABYTE} MB ({run.growth(s) / MEGABYTE:+.0f})" for name, s in sizes.items())
    print(f"{count} files, {jobs} workers: {run.seconds:.0f} s, {count / run.seconds:.1f} files/s; {told}")


def check_results(place: Path, folder: Path, count: int) -> None:
    """Each result is that of scoring the file by itself; who is in quarantine, who is replaced."""
    with (folder / "results.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["status"] == "done":
                alone = score(open_package(place / record["entry"]["file"])).to_json()
                assert record["result"] == json.loads(json.dumps(alone)), record["entry"]["file"]
    again, broken = max(1, count // 100), max(len(BROKEN), count // 100)
    assert len(rows(folder, "units")) == count
    assert len(rows(folder, "quarantine")) == broken
    replaced = rows(folder, "duplicates")
    assert len(replaced) == again
    assert all(row["计入的文件"].startswith("交来/补交/") for row in replaced)
