"""A long one: a county from the roster to the ranking."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support.command import run
from tests.support.county import ABSENT, send_out, take_back


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
