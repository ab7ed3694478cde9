"""One command at a time in a folder of results; the lock of a killed one is nobody's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import ROOT
from xlperf.batch.lock import is_empty, locked
from xlperf.errors import UserError

HOLD = "import sys; from pathlib import Path; from xlperf.batch.lock import locked\nwith locked(Path(sys.argv[1])): print('有', flush=True); sys.stdin.read()"  # fmt: skip


def holder(folder: Path) -> subprocess.Popen[str]:
    """A process that holds the lock of a folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def test_a_second_command_is_told_so(tmp_path: Path) -> None:
    process = holder(tmp_path / "结果")
    with pytest.raises(UserError, match="另一个 xlperf batch"), locked(tmp_path / "结果"):
        pass
    assert (tmp_path / "结果").exists()
    process.communicate()
    with locked(tmp_path / "结果"):
        pass


def test_a_killed_command_leaves_no_lock(tmp_path: Path) -> None:
    process = holder(tmp_path / "结果")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert is_empty(tmp_path / "结果")
    with locked(tmp_path / "结果"):
        (tmp_path / "结果" / "units.csv").touch()
    assert [path.name for path in (tmp_path / "结果").iterdir()] == ["units.csv"]


def test_nothing_is_left_where_nothing_was_written(tmp_path: Path) -> None:
    with locked(tmp_path / "新的"):
        assert is_empty(tmp_path / "新的")
    assert not (tmp_path / "新的").exists()


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "文件").touch()
    with pytest.raises(UserError, match="不能用作输出文件夹"), locked(tmp_path / "文件"):
        pass
