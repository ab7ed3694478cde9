"""Two thousand submissions, one in a hundred broken: the same with one worker and with two, faster with two."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from tests.batch.command import contents, run
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
