"""Killed at any moment, the command leaves its input as it was and its output whole or absent."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from xlperf.package import open_package
from xlperf.workbook.locations import workbooks_folder

PROGRAM = "from xlperf.cli import main; main()"


@pytest.mark.slow
@pytest.mark.parametrize("moments", [3, pytest.param(30, marks=pytest.mark.soak)])
def test_killed_at_any_moment(moments: int, tmp_path: Path) -> None:
    source, target = tmp_path / "交来.xlsm", tmp_path / "结果.xlsm"
    source.write_bytes((workbooks_folder() / "examples" / "renhua-2021.xlsm").read_bytes())
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    command = [sys.executable, "-c", PROGRAM, "set", str(source), "quota_used=200", "-o", str(target)]
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True, timeout=3600)
    whole, took = target.read_bytes(), time.monotonic() - started
    random_ = random.Random(7)
    for _ in range(moments):
        target.unlink(missing_ok=True)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random_.uniform(0.3, 1.05) * took)
        process.kill()
        process.wait(3600)
        assert hashlib.sha256(source.read_bytes()).hexdigest() == before
        if target.exists():
            assert target.read_bytes() == whole
            assert open_package(target).worksheets
