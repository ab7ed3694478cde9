"""`make mutants`: how many small changes to the sources that decide results the fast tests notice.

    python -m tests.mutants.run [--count 150] [--seed 1] [--seconds 40] [--only findings/]

Of all mutants of the rooms below a sample is drawn; each is tried in a copy of the project by the fast tests, those first
that import what was changed, until one fails or the processor time is used up. The operators are our own because mutmut
leaves out decorated functions (which all worksheet functions are), and neither it nor cosmic-ray draws samples, limits
processor time or picks the tests of a room.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.mutants.nearest import nearest_tests
from tests.mutants.operators import Mutant, mutants
from tests.support import run_folder
from tests.support.source_tree import PACKAGE, ROOT

SCOPE = ("functions/", "rules/", "checks/", "findings/", "batch/settlement.py", "package/edit/")
COPIED = (
    "xlperf",
    "tests",
    "docs",
    "workbooks",
    "vba",
    "pyproject.toml",
    "README.md",
    "README.zh-CN.md",
    "CHANGELOG.md",
    "Makefile",
)
# A test that takes so much longer than all of them may together does not end.
ENDLESS_SECONDS = 60
# Loaded once: whatever else a run loads is the copy's own.
LOADED = ("hypothesis", "openpyxl", "pandas", "pydantic", "rich", "sqlalchemy", "typer", "xlsxwriter", "formualizer")
LOADED_BEFORE = "ignore::pytest.PytestAssertRewriteWarning"
# So many test modules are collected at a time, since most mutants are noticed by the first.
AT_A_TIME = 6
KILLED, ENDLESS, SURVIVED = "killed", "endless", "survived"


@dataclass(eq=False)
class Attempt:
    """Watches a run of pytest: what failed first, and whether the time is used up."""

    seconds: float
    failed: str = ""
    _started: float = field(default_factory=time.process_time)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes the first test that fails."""
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that can't be imported any more has noticed as well."""
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Stops when the time is used up."""
        if time.process_time() - self._started > self.seconds:
            item.session.shouldstop = "the time is used up"


def main() -> None:
    """Tries a sample and prints the survivors and the figure."""
    options = _options()
    places = [(path, m) for path in _files(options.only) for m in mutants((PACKAGE / path).read_text(encoding="utf-8"))]
    sample = random.Random(options.seed).sample(places, min(options.count, len(places)))
    print(
        f"{len(places)} mutants in {len(_files(options.only))} files, {len(sample)} drawn with the seed {options.seed}"
    )
    for name in LOADED:
        importlib.import_module(name)
    counted: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(Path(folder))
        run_folder.begin()
        try:
            if (found := _run(copy, nearest_tests(f"xlperf/{sample[0][0]}"), options.seconds))[0] != SURVIVED:
                raise SystemExit(f"the tests fail as it is: {found}")
            for number, (path, mutant) in enumerate(sample, 1):
                outcome, test = _tried(copy, path, mutant, number, options.seconds)
                counted[path.split("/")[0], outcome] += 1
                old = (PACKAGE / path).read_bytes()[mutant.start : mutant.end].decode()
                print(f"{outcome:8} {path}:{mutant.line}  {_short(old)}  →  {_short(mutant.new)}  {test}", flush=True)
        finally:
            run_folder.end()
    for room in sorted({room for room, _ in counted}):
        _sum_up(room, {outcome: counted[room, outcome] for outcome in (KILLED, ENDLESS, SURVIVED)})
    _sum_up("all", {o: sum(n for (_, each), n in counted.items() if each == o) for o in (KILLED, ENDLESS, SURVIVED)})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--seconds", type=float, default=40, help="processor time that the tests of one mutant may take"
    )
    parser.add_argument("--only", default="", help="mutants below this path of xlperf alone")
    return parser.parse_args()


def _files(only: str) -> list[str]:
    paths = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
    return [path for path in paths if path.startswith(SCOPE) and path.startswith(only)]


def _copy(folder: Path) -> Path:
    """The project, where it may be changed."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, folder / name)
    return folder


def _tried(copy: Path, path: str, mutant: Mutant, number: int, seconds: float) -> tuple[str, str]:
    """What comes of a mutant, and the test that noticed it. `number`: the date of the file, so that bytecode is its own."""
    changed = copy / "xlperf" / path
    whole, about = changed.read_bytes(), changed.stat()
    changed.write_bytes(mutant.of(whole))
    os.utime(changed, (number, number))
    try:
        return _run(copy, nearest_tests(f"xlperf/{path}"), seconds)
    finally:
        changed.write_bytes(whole)
        os.utime(changed, (about.st_atime, about.st_mtime))


def _run(copy: Path, tests: list[str], seconds: float) -> tuple[str, str]:
    """Runs tests in a process forked from this one, which has loaded what they need but nothing of xlperf's copy."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        limit = int(seconds) + ENDLESS_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        os.setsid()
        try:
            _forget_ours(copy)
            os.write(writing, json.dumps(_first_failure(tests, seconds)).encode())
        finally:
            # Nothing of the parent's may be cleaned up here.
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        failed = told.read()
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if not failed:
        if os.WIFSIGNALED(status):
            return ENDLESS, ""
        raise RuntimeError("the tests could not be run")
    test = str(json.loads(failed))
    return (KILLED, test) if test else (SURVIVED, "")


def _first_failure(tests: list[str], seconds: float) -> str:
    """The test that fails first; nothing where none does in that time."""
    attempt = Attempt(seconds)
    words = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", LOADED_BEFORE, "-m", "not slow and not soak"]
    for first in range(0, len(tests), AT_A_TIME):
        some = tests[first : first + AT_A_TIME]
        status = pytest.main([*words, *some], plugins=[attempt])
        if attempt.failed or status == pytest.ExitCode.INTERRUPTED:
            break
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return str(status)
    return attempt.failed


def _forget_ours(copy: Path) -> None:
    """From here on xlperf and the tests are those of the copy; nothing is printed."""
    os.chdir(copy)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("xlperf", "tests", "docs")]:
        del sys.modules[name]
    sys.path[:] = [str(copy), *(path for path in sys.path if path not in ("", str(ROOT)))]
    os.environ["PYTHONPATH"] = str(copy)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for standard in (1, 2):
        os.dup2(nowhere, standard)


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def _sum_up(room: str, counts: dict[str, int]) -> None:
    noticed = counts[KILLED] + counts[ENDLESS]
    total = noticed + counts[SURVIVED]
    print(f"{room}: {noticed} of {total} noticed ({noticed / total:.0%}), {counts[ENDLESS]} of them without an end")


if __name__ == "__main__":
    main()
