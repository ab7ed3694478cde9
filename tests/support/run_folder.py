"""A folder that the processes of a run of the tests share: plans, and workbooks that took long to build.

It is kept for later runs with the very same sources, libraries and Python; any change of one of them starts an empty one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import xlperf

# Rooms that come after the finished workbook and so decide nothing about it.
LATER = {"findings", "evaluation", "explain", "batch", "report", "excel", "commands"}
# So long a process waits for another that may have died; then it makes the thing itself.
PATIENCE_SECONDS = 60
# Another run may be using it.
OLD_SECONDS = 3600
VARIABLE, PLANS_VARIABLE = "XLPERF_TEST_RUN", "XLPERF_CACHE"


def begin(place: Path | None = None) -> None:
    """Makes the folder, or takes what an earlier run left in that place; workers and commands find it in their environment."""
    folder = Path(tempfile.mkdtemp(prefix="xlperf-tests-")) if place is None else _left(place)
    os.environ[VARIABLE] = str(folder)
    os.environ[PLANS_VARIABLE] = str(folder / "plans")


def end(*, keep: bool = False) -> None:
    """Forgets the folder, and removes it with all that is in it if no later run is to have it."""
    folder = os.environ.pop(VARIABLE)
    os.environ.pop(PLANS_VARIABLE)
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)


def _left(place: Path) -> Path:
    """The folder for these sources and libraries; those for other ones go, once they are old."""
    folder = place / hashlib.sha256(f"{_sources()}{_libraries()}".encode()).hexdigest()[:16]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for other in place.iterdir():
        if other != folder and time.time() - other.stat().st_mtime > OLD_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
    for path in folder.glob("*.begun"):
        # Of a run that was stopped: nobody is to wait for it.
        if not path.with_suffix("").exists():
            path.unlink(missing_ok=True)
    return folder


def _libraries() -> str:
    found = sorted(f"{each.name} {each.version}" for each in distributions())
    return repr((sys.version, sys.platform, found))


def kept(kind: str, *facts: str) -> Path:
    """Where the thing that follows from these facts and the sources of xlperf is kept, whether it is there or not."""
    key = hashlib.sha256("\0".join((_sources(), kind, *facts)).encode()).hexdigest()
    return Path(os.environ[VARIABLE]) / f"{key}.{kind}"


def once(path: Path, make: Callable[[], bytes]) -> bytes:
    """What is kept there; made where it is not, while other processes wait that want the same."""
    begun = path.with_name(f"{path.name}.begun")
    try:
        begun.touch(exist_ok=False)
    except FileExistsError:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
    if not path.exists():
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_bytes(make())
        beside.replace(path)
    return path.read_bytes()


@cache
def _sources() -> str:
    """A hash of all files of the package, and of the macros, that a finished workbook can depend on."""
    package = Path(xlperf.__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*package.rglob("*"), *(package.parent / "vba").rglob("*")]):
        place = path.relative_to(package.parent)
        if path.is_file() and path.suffix != ".pyc" and place.parts[1] not in LATER:
            digest.update(str(place).encode() + path.read_bytes())
    return digest.hexdigest()
