"""Every kind of broken or hostile file in tests/support/hostile_files.py is refused with the sentence that `refused.toml` states, or taken, with a note where a cell can't be calculated."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.sandbox import Sandbox, sandbox
from tests.support.ci_size import some
from tests.support.hostile_files import KINDS
from tests.support.hostile_workbooks import small, stamped

pytestmark = pytest.mark.slow

EXPECTED = tomllib.loads((Path(__file__).parent / "refused.toml").read_text(encoding="utf-8"))
# These need ten seconds and more by their nature; the limit of time is met in the tests of batches as well.
LONG = ("many_arrays", "million_empty_cells", "arrays_that_take_hours")


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with sandbox() as opened:
        yield opened


def test_the_list_is_complete() -> None:
    listed = [name for section in ("refused", "taken", "kept") for name in EXPECTED[section]]
    assert sorted(listed) == sorted(KINDS)


@pytest.mark.parametrize("name", some(KINDS, [name for name in KINDS if name not in LONG]))
def test_broken_file(name: str, box: Sandbox, tmp_path: Path) -> None:
    source = tmp_path / "交来.xlsx"
    source.write_bytes(KINDS[name]())
    before = source.read_bytes()
    outcome = box.run(tmp_path, "recalc", source.name, "-o", "out.xlsx")
    assert outcome.problem == ""
    assert source.read_bytes() == before
    if name in EXPECTED["taken"] or name in EXPECTED["kept"]:
        assert (outcome.status, sorted(path.name for path in tmp_path.iterdir())) == (0, ["out.xlsx", source.name])
        assert EXPECTED["kept"].get(name, "") in outcome.err + outcome.out
        return
    assert (outcome.status, [path.name for path in tmp_path.iterdir()]) == (2, [source.name])
    assert outcome.err.startswith("错误：")
    assert EXPECTED["refused"][name] in outcome.err


@pytest.mark.slow
@pytest.mark.parametrize("source", [small(), stamped()], ids=["small", "stamped"])
def test_cut_off_anywhere(source: bytes, box: Sandbox, tmp_path: Path) -> None:
    """No file that ends too early is taken for a whole one."""
    path = tmp_path / "交来.xlsx"
    for length in range(0, len(source), max(len(source) // 60, 1)):
        path.write_bytes(source[:length])
        outcome = box.run(tmp_path, "score", path.name)
        assert (outcome.status, outcome.problem) == (2, "")
        assert "重新取得一份完整的文件" in outcome.err


def test_pipes_and_folders_are_no_files(box: Sandbox, tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "管道.xlsx")
    (tmp_path / "文件夹.xlsx").mkdir()
    for name in ("管道.xlsx", "文件夹.xlsx"):
        outcome = box.run(tmp_path, "score", name)
        assert (outcome.status, outcome.problem) == (2, "")
        assert f"{name}：不是文件，请给出工作簿的路径" in outcome.err


def test_a_killed_command_leaves_no_process(tmp_path: Path) -> None:
    """The process under limits ends with the one that the user started."""
    import subprocess
    import sys
    import time

    source = tmp_path / "慢.xlsx"
    source.write_bytes(KINDS["arrays_that_take_hours"]())
    command = [sys.executable, "-m", "xlperf", "recalc", str(source), "-o", str(tmp_path / "out.xlsx")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    listing = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not listing.exists():
        process.kill()
        process.wait(3600)
        pytest.skip("this system does not list the children of a process")
    children: list[str] = []
    deadline = time.monotonic() + 3600
    while not children and time.monotonic() < deadline:
        time.sleep(0.02)
        children = listing.read_text().split()
    process.kill()
    process.wait(3600)
    assert children
    while Path(f"/proc/{children[0]}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{children[0]}").exists()
