"""`make mutants`: how many small changes to the sources that decide results the fast tests notice.

    python -m tests.mutants.run [--count 150] [--seed 1] [--seconds 40] [--only findings/]

Of all mutants of the rooms below a sample is drawn; each is tried in a copy of the project by the fast tests, those first
that import what was changed, until one fails or the processor time is used up. A test counts as having noticed only if it
passes without the change. Mutants are drawn by what they are, not by where they stand: two versions of the sources draw the
same ones from what they have in common, so that figures before and after can be compared.

The operators are our own because mutmut leaves out decorated functions (which all worksheet functions are), and neither it
nor cosmic-ray draws samples, limits processor time or picks the tests of a room.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
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
# So much of what a run printed is shown where it could not be carried out.
PRINTED_SHOWN = 3000
PLUGIN, CONFTEST = "xlperf/pytest_plugin.py", "tests/conftest.py"
KILLED, ENDLESS, SURVIVED = "killed", "endless", "survived"


@dataclass(frozen=True)
class Place:
    """A mutant in its file. `code`: the line, and the how-manieth mutant of its kind in the file it is."""

    path: str
    mutant: Mutant
    code: str

    def __str__(self) -> str:
        old = (PACKAGE / self.path).read_bytes()[self.mutant.start : self.mutant.end].decode()
        return f"{self.path}:{self.mutant.line}  {_short(old)}  →  {_short(self.mutant.new)}"

    def lot(self, seed: int) -> str:
        """Those with the smallest are drawn."""
        return hashlib.sha256(f"{seed}|{self.path}|{self.code}".encode()).hexdigest()


@dataclass(eq=False)
class Attempt:
    """Watches a run of pytest: what failed first, and whether the time is used up."""

    seconds: float
    failed: str = ""
    used_up: bool = False
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
            self.used_up = True
            item.session.shouldstop = "the time is used up"


def main() -> None:
    """Tries a sample and prints the survivors and the figure."""
    options = _options()
    places = [place for path in _files(options.only) for place in _drawable(path)]
    sample = sorted(places, key=lambda place: place.lot(options.seed))[: options.count]
    print(
        f"{len(places)} mutants in {len(_files(options.only))} files, {len(sample)} drawn with the seed {options.seed}"
    )
    for name in LOADED:
        importlib.import_module(name)
    counted: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(_copy(Path(folder)), options.seconds)
        run_folder.begin()
        try:
            for number, place in enumerate(sample, 1):
                outcome, test = trial.of(place, number)
                counted[place.path.split("/")[0], outcome] += 1
                print(f"{outcome:8} {place}  {test}", flush=True)
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


def _drawable(path: str) -> list[Place]:
    text = (PACKAGE / path).read_text(encoding="utf-8")
    lines, content, seen = text.splitlines(), text.encode(), Counter[str]()
    found = []
    for mutant in mutants(text):
        old = content[mutant.start : mutant.end].decode()
        code = f"{lines[mutant.line - 1].strip()}|{old}|{mutant.new}"
        seen[code] += 1
        found.append(Place(path, mutant, f"{code}|{seen[code]}"))
    return found


def _copy(folder: Path) -> Path:
    """The project, where it may be changed."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, folder / name)
    return folder


@dataclass(eq=False)
class Trial:
    """The copy in which mutants are tried, and the tests that are known to pass in it as it is."""

    copy: Path
    seconds: float
    _sound: dict[str, bool] = field(default_factory=dict)

    def of(self, place: Place, number: int) -> tuple[str, str]:
        """What comes of a mutant, and the test that noticed it. `number`: the date of the file: bytecode of its own."""
        changed = self.copy / "xlperf" / place.path
        whole, about = changed.read_bytes(), changed.stat()
        changed.write_bytes(place.mutant.of(whole))
        os.utime(changed, (number, number))
        try:
            outcome, test = self._run(nearest_tests(f"xlperf/{place.path}"), place)
        finally:
            changed.write_bytes(whole)
            os.utime(changed, (about.st_atime, about.st_mtime))
        if outcome == KILLED and not self._passes(test, place):
            raise SystemExit(f"fails without any change: {test}")
        return outcome, test

    def _passes(self, test: str, place: Place) -> bool:
        """Whether a test with all its parameters, or a module that could not be imported, passes without a change."""
        test = test.partition("[")[0]
        if test not in self._sound:
            self._sound[test] = self._run([test], place)[0] == SURVIVED
        return self._sound[test]

    def _run(self, tests: list[str], place: Place) -> tuple[str, str]:
        """Runs tests in a process forked from this one, which has loaded what they need but nothing of xlperf's copy."""
        with tempfile.TemporaryFile() as printed:
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(reading)
                self._in_child(tests, writing, printed.fileno())
            os.close(writing)
            with os.fdopen(reading, "rb") as told:
                answer = told.read()
            _, status = os.waitpid(child, 0)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            if answer:
                outcome, test = json.loads(answer)
                return outcome, test
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
                return ENDLESS, ""
            printed.seek(0)
            shown = printed.read().decode(errors="replace")[-PRINTED_SHOWN:]
            raise SystemExit(f"{shown}\nthe tests could not be run: {place} (status {status})")

    def _in_child(self, tests: list[str], writing: int, printed: int) -> None:
        limit = int(self.seconds) + ENDLESS_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        os.setsid()
        for standard in (1, 2):
            os.dup2(printed, standard)
        try:
            _forget_ours(self.copy)
            os.write(writing, json.dumps(_outcome(tests, self.seconds)).encode())
        finally:
            if sys.exc_info()[0]:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            # Nothing of the parent's may be cleaned up here.
            os._exit(0)


def _outcome(tests: list[str], seconds: float) -> tuple[str, str]:
    """What comes of these tests, and the first that fails; where none does, whether the time was used up."""
    attempt = Attempt(seconds)
    words = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", LOADED_BEFORE, "-m", "not slow and not soak"]
    if not Path(PLUGIN).exists():
        # The installed xlperf is a later one than that which is tried.
        words += ["-p", "no:xlperf"]
    for first in range(0, len(tests), AT_A_TIME):
        status = pytest.main([*words, *tests[first : first + AT_A_TIME]], plugins=[attempt])
        if attempt.failed:
            return KILLED, attempt.failed
        if attempt.used_up:
            return SURVIVED, f"after {seconds:.0f} s"
        if status == pytest.ExitCode.USAGE_ERROR:
            return KILLED, CONFTEST
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            raise RuntimeError(f"pytest ended with {status}")
    return SURVIVED, ""


def _forget_ours(copy: Path) -> None:
    """From here on xlperf and the tests are those of the copy."""
    os.chdir(copy)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("xlperf", "tests", "docs")]:
        del sys.modules[name]
    sys.path[:] = [str(copy), *(path for path in sys.path if path not in ("", str(ROOT)))]
    os.environ["PYTHONPATH"] = str(copy)


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def _sum_up(room: str, counts: dict[str, int]) -> None:
    noticed = counts[KILLED] + counts[ENDLESS]
    total = noticed + counts[SURVIVED]
    print(f"{room}: {noticed} of {total} noticed ({noticed / total:.0%}), {counts[ENDLESS]} of them without an end")


if __name__ == "__main__":
    main()
