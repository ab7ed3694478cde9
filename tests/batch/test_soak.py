"""Long ones: two thousand submissions, the same with one worker and with two; a county from the roster to the ranking."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.batch.command import contents, run
from tests.batch.county import ABSENT, send_out, take_back
from tests.batch.submissions import BROKEN, hand_in, write
from tests.hostile.kinds import KINDS

COUNT = 2_000


@pytest.mark.soak
def test_two_thousand(tmp_path: Path) -> None:
    hand_in(tmp_path / "交来", COUNT)
    for number in range(COUNT // 100):
        kind = BROKEN[number % len(BROKEN)]
        write(tmp_path / "交来" / "更多坏的" / f"{number}.xlsx", KINDS[kind]())
    taken = {}
    for jobs in (1, 2):
        start = time.monotonic()
        assert run(tmp_path, "batch", "交来", "-o", f"结果{jobs}", "--jobs", jobs, "--quiet")[0] == 1
        taken[jobs] = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{COUNT / taken[2]:.1f} files/s; {taken[1] / taken[2]:.2f} times as fast as one worker; peak {peak} MB")
    assert contents(tmp_path / "结果1") == contents(tmp_path / "结果2")


@pytest.mark.soak
def test_a_county_of_three_hundred(tmp_path: Path) -> None:
    """From the roster to what is published, and a file for each unit."""
    count = 300
    taken = {}

    def timed(what: str, step: Callable[[], object]) -> None:
        start = time.monotonic()
        step()
        taken[what] = time.monotonic() - start

    timed("distribute", lambda: send_out(tmp_path, count))
    timed("fill", lambda: take_back(tmp_path, count))
    timed("batch", lambda: run(tmp_path, "batch", "交来", "-o", "结果", "--roster", "名册.xlsx", "--quiet"))
    timed("league", lambda: run(tmp_path, "league", "结果", "--unit-files", "--json"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print("; ".join(f"{what} {seconds:.1f} s" for what, seconds in taken.items()), f"; peak {peak} MB")
    present = [number for number in range(count) if number % ABSENT != ABSENT - 1]
    assert len(list((tmp_path / "结果" / "单位").glob("*.xlsx"))) == len(present)
    names = load_workbook(tmp_path / "结果" / "排名.xlsx", read_only=True).sheetnames
    assert len(names) == len(present) + 12
