"""The targets of the Makefile that the pages name, carried out in a copy of the project; tests are not begun by tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pages import make_lines
from tests.support.source_tree import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.soak]
# These begin the tests: CI is `make test`, of which the first two are parts.
TESTS = {"make check", "make quick", "make test", "make soak", "make mutants"}
# What a target leaves in the copy.
LEFT = {
    "make generate": "workbooks/examples/renhua-2021.xlsm",
    "make pictures": "build/pictures/renhua-2021.pdf",
    "make bench": "docs/性能.md",
    "make wheel": "dist",
    "make bundle": "dist/bundle",
    "make desk": "dist/desk",
}
ENVIRONMENT = Path(sys.prefix)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without what runs leave in it."""
    folder = tmp_path_factory.mktemp("make") / "xlperf"
    left_out = shutil.ignore_patterns(".git", ".venv", "dist", "build", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


def made(checkout: Path, line: str) -> None:
    """Carries a line out with the environment of this run, which is ready."""
    words = [*line.split(), f"VENV={ENVIRONMENT}", "-o", str(ENVIRONMENT / ".ready")]
    done = subprocess.run(words, cwd=checkout, capture_output=True, text=True, check=False, timeout=24 * 3600)
    assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def files(folder: Path) -> dict[str, bytes]:
    found = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("line", sorted(set(make_lines()) - TESTS))
def test_a_target_does_what_it_is_for(checkout: Path, line: str) -> None:
    before = {name: files(checkout / name) for name in ("workbooks", "vba")}
    made(checkout, line)
    assert line not in LEFT or (checkout / LEFT[line]).exists()
    # What is generated is what is committed, and nothing else makes it otherwise.
    assert {name: files(checkout / name) for name in before} == before == {name: files(ROOT / name) for name in before}
