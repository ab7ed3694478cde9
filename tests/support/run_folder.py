"""A folder that lives as long as a run of the tests, shared by its processes: plans, and workbooks that took long to build.

Nothing in it outlives the run, and what is kept there is keyed by the sources it came from: a stale one is never used.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import xlperf

# Rooms that come after the finished workbook and so decide nothing about it.
LATER = {"findings", "evaluation", "explain", "batch", "report", "excel", "commands"}
# So long a process waits for another that may have died; then it makes the thing itself.
PATIENCE_SECONDS = 60
VARIABLE, PLANS_VARIABLE = "XLPERF_TEST_RUN", "XLPERF_CACHE"


def begin() -> None:
    """Makes the folder; workers and commands started by tests find it in their environment."""
    folder = tempfile.mkdtemp(prefix="xlperf-tests-")
    os.environ[VARIABLE] = folder
    os.environ[PLANS_VARIABLE] = str(Path(folder) / "plans")


def end() -> None:
    """Removes the folder with all that is in it."""
    shutil.rmtree(os.environ.pop(VARIABLE), ignore_errors=True)
    os.environ.pop(PLANS_VARIABLE)


def kept(kind: str, *facts: str) -> Path:
    """Where the thing that follows from these facts and the sources of xlperf is kept, whether it is there or not."""
    key = hashlib.sha256("\0".join((_sources(), kind, *facts)).encode()).hexdigest()
    return Path(os.environ[VARIABLE]) / f"{key}.{kind}"


def once(path: Path, make: Callable[[], bytes]) -> bytes:
    """What is kept there; made where it is not, while other processes wait that want the same."""
    begun = path.with_suffix(".begun")
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
    """A hash of all files of the package that a finished workbook can depend on."""
    folder = Path(xlperf.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".toml") and path.relative_to(folder).parts[0] not in LATER:
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()
