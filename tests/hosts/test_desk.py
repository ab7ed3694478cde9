"""The wheel, its offline installation, and the folder for Windows: what of these can be tried on this machine is tried."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.support.pages import ONLY_IN_PART, lines_for, mentioned
from xlperf.excel.desk import (
    ENVIRONMENT,
    EXTRA,
    FILE,
    FRAMEWORK,
    GUIDE,
    HERE,
    LIST,
    SCRIPTS,
    WHEELS,
    resolved_wheels,
    written_scripts,
)

ROOT = Path(__file__).parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
# What is installed is compiled when it is first used, the little that is.
UNCOMPILED = {"PIP_NO_COMPILE": "1"}


def pip(python: str | Path, *arguments: str | Path) -> None:
    environment = {**os.environ, **UNCOMPILED}
    subprocess.run([python, "-m", "pip", *arguments], check=True, capture_output=True, timeout=3600, env=environment)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    (found,) = folder.glob("xlperf-*.whl")
    return found


@pytest.fixture(scope="module")
def place(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel, and with what `make bundle` makes, for the commands of the documents."""
    folder = tmp_path_factory.mktemp("offline")
    bundle = folder / "dist" / "bundle"
    pip(sys.executable, "download", "--quiet", "-c", CONSTRAINTS, "--dest", bundle, f"{wheel}[{EXTRA}]")
    shutil.copy(wheel, folder)
    return folder


def here(line: str) -> list[str]:
    """A line of the documents, for this machine: its Python, and its folders for those of Windows."""
    words = (
        line.replace("'", "")
        .replace("C:\\xlperf\\Scripts\\", "C/xlperf/bin/")
        .replace("C:\\xlperf", "C/xlperf")
        .split()
    )
    first = sys.executable if words[0] in ("py", "python3") else words[0]
    return [first, *words[1:]] if first != "pip" else [sys.executable, "-m", *words]


def typed(line: str, place: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The line as someone types it in that folder, where no index of packages can be reached."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "XLPERF_"))}
    alone = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(place / "dist" / "bundle"), **UNCOMPILED}
    words = [*here(line), *more]
    return subprocess.run(
        words, cwd=place, env={**clean, **alone}, capture_output=True, text=True, check=False, timeout=3600
    )


@pytest.fixture(scope="module")
def installed(place: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """What came of each line of the documents that installs, in their order; those of extras only tell what they would do."""
    lines = [*lines_for("tests/hosts/test_desk.py"), *(line for line in mentioned() if line.startswith("pip "))]
    return {line: typed(line, place, *(["--dry-run"] if line.startswith("pip ") else [])) for line in lines}


@pytest.fixture(scope="module")
def offline(place: Path, installed: dict[str, subprocess.CompletedProcess[str]]) -> Path:
    """A Python of its own with xlperf from the bundle of wheels, the index off."""
    python = place / "环境" / "bin" / "python"
    pip(python, "install", "--quiet", "--no-index", "--find-links", place / "dist" / "bundle", f"xlperf[{EXTRA}]")
    return python


def run(python: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "XLPERF_"))}
    command = [str(python), "-m", "xlperf", *words]
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False, timeout=3600)


@pytest.mark.slow
def test_the_wheel_holds_xlperf_alone(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"xlperf"}


@pytest.mark.soak
def test_the_lines_of_the_documents_install(installed: dict[str, subprocess.CompletedProcess[str]]) -> None:
    assert len(installed) >= 8
    for line, done in installed.items():
        begins = line.partition("-m ")[2]
        if begins in ONLY_IN_PART and sys.platform != "win32":
            assert (done.returncode, "不是 Windows" in done.stderr) == (2, True)
            continue
        assert done.returncode == 0, f"{line}: {done.stderr}"
        # An extra that there isn't is only warned of.
        assert "does not provide" not in done.stderr


@pytest.mark.soak
def test_the_scripts_commands_run_from_an_offline_installation(offline: Path, tmp_path: Path) -> None:
    roster = Workbook()
    roster.worksheets[0].append(["单位编码", "单位名称"])
    for number in range(1, 3):
        roster.worksheets[0].append([f"10{number}", f"第{number}局"])
    roster.save(tmp_path / "名册.xlsx")
    dropped = {"下发": "名册.xlsx", "检查": "下发的工作簿/101_第1局.xlsx", "汇总": "下发的工作簿"}
    dropped["报告"] = dropped["检查"]
    places = {FRAMEWORK: "mof-project-self", HERE: ""}
    for script in SCRIPTS:
        words = [word.replace(FILE, dropped[script.name]) for word in script.command]
        for place, value in places.items():
            words = [word.replace(place, value) for word in words]
        if script.folder:
            (tmp_path / script.folder).mkdir()
        done = run(offline, tmp_path, *words)
        assert done.returncode in (0, 1), f"{script.name}: {done.stderr}"
        assert "Traceback" not in done.stderr
    assert (tmp_path / "汇总结果" / "units.csv").is_file()
    assert [path.name for path in (tmp_path / "报告").iterdir() if path.suffix == ".docx"] == ["101_第1局.docx"]
    assert "addin" in run(offline, tmp_path, "--help").stdout
    assert run(offline, tmp_path, "addin", "status").returncode == 0


@pytest.mark.soak
def test_every_requirement_has_a_wheel_for_windows(wheel: Path, tmp_path: Path) -> None:
    """Resolved and downloaded, not tried: what xlwings needs on Windows alone is among them."""
    found = resolved_wheels(tmp_path, wheel, "3.12", CONSTRAINTS)
    names = {name.split("-")[0].lower() for name in found}
    assert {"xlperf", "xlwings", "pywin32", "formualizer", "openpyxl", "pandas", "tzdata"} | {"docxtpl"} <= names
    assert all(name.endswith(("-none-any.whl", "win_amd64.whl")) for name in found)


def test_scripts_are_what_cmd_reads() -> None:
    written = written_scripts()
    assert list(written) == ["安装.cmd", *(f"{script.name}.cmd" for script in SCRIPTS), GUIDE]
    for name, content in written.items():
        assert content.count(b"\n") == content.count(b"\r\n") > 5
        if name.endswith(".cmd"):
            lines = content.decode().splitlines()
            assert lines[0] == "@echo off"
            # Until the code page is set, nothing but ASCII.
            assert all(line.isascii() for line in lines[: lines.index("chcp 65001 >nul")])
            assert not [line for line in lines if FILE in line or FRAMEWORK in line or HERE in line]
            jumps = {line.split("goto ")[1] for line in lines if "goto " in line}
            assert jumps <= {line[1:] for line in lines if line.startswith(":")}
            assert lines[-1] == "pause" or "exit /b" in lines[-1]


def test_each_script_runs_its_command_on_each_thing_dropped() -> None:
    for script in SCRIPTS:
        text = written_scripts()[f"{script.name}.cmd"].decode()
        (line,) = [line for line in text.splitlines() if f"-m xlperf {script.command[0]} " in line]
        assert line.startswith(f'"%HERE%{ENVIRONMENT}\\Scripts\\python.exe" -m xlperf')
        assert '"%~1"' in line
        assert ("set /p" in text) is script.asks
        assert (f'mkdir "%HERE%{script.folder}"' in text) is bool(script.folder)
        for option in (word for word in script.command if word.startswith("-")):
            assert option in line.split()


def test_the_guide_names_every_script_and_says_what_was_not_tried() -> None:
    guide = written_scripts()[GUIDE].decode("utf-8-sig")
    assert all(f"{script.name}.cmd" in guide for script in SCRIPTS)
    assert "没有在真实的 Windows 上运行过" in guide
    assert WHEELS in guide
    assert LIST in guide
