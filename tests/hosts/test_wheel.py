"""The installed wheel by itself: the demonstration runs in an empty folder, without the checkout."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; sys.path.insert(0, sys.argv.pop(1)); import xlperf; print(xlperf.__file__); from xlperf.cli import main; main()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, in a folder of its own."""
    tmp_path = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=3600)
    (wheel,) = tmp_path.glob("xlperf-*.whl")
    assert {"xlperf/report/league/page.js", "xlperf/report/league/page.css"} <= set(zipfile.ZipFile(wheel).namelist())
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    return tmp_path / "site"


@pytest.mark.soak
def test_demo_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    empty = tmp_path / "空文件夹"
    empty.mkdir()
    command = [sys.executable, "-c", PROGRAM, str(installed), "demo"]
    shown = subprocess.run(command, check=True, capture_output=True, cwd=empty, timeout=3600).stdout.decode()
    assert shown.splitlines()[0].startswith(str(installed))
    assert "总分 82.57" in shown
    assert "总分 86.00" in shown
    assert list(empty.iterdir()) == []


@pytest.mark.slow
def test_the_first_script_of_the_documents(installed: Path, tmp_path: Path) -> None:
    """New, filled from a data frame, recalculated, scored, saved, opened again."""
    page = (ROOT / "docs" / "Python.md").read_text(encoding="utf-8")
    script = re.findall(r"^```python\n(.*?)^```", page, re.S | re.M)[0]
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import xlperf; print(xlperf.__file__); exec(sys.argv[1])"
    )
    command = [sys.executable, "-c", program, str(installed), script]
    shown = subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, timeout=3600).stdout.decode()
    assert shown.splitlines()[0].startswith(str(installed))
    assert shown.splitlines()[1].endswith("82.57 良")
    assert (tmp_path / "仁化.xlsx").exists()
