"""The installed wheel by itself: the demonstration runs in an empty folder, without the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; sys.path.insert(0, sys.argv.pop(1)); import xlperf; print(xlperf.__file__); from xlperf.cli import main; main()"


@pytest.mark.slow
def test_demo_from_the_wheel(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=3600)
    (wheel,) = tmp_path.glob("xlperf-*.whl")
    assert {"xlperf/report/league/page.js", "xlperf/report/league/page.css"} <= set(zipfile.ZipFile(wheel).namelist())
    installed, empty = tmp_path / "site", tmp_path / "空文件夹"
    zipfile.ZipFile(wheel).extractall(installed)
    empty.mkdir()
    command = [sys.executable, "-c", PROGRAM, str(installed), "demo"]
    shown = subprocess.run(command, check=True, capture_output=True, cwd=empty, timeout=3600).stdout.decode()
    assert shown.splitlines()[0].startswith(str(installed))
    assert "总分 82.57" in shown
    assert "总分 86.00" in shown
    assert list(empty.iterdir()) == []
