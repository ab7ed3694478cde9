"""Documents of many workbooks, reports or forms: each in a process with limits of its own, so that one that goes wrong stops no other."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from xlperf.batch.sources import Refusal, find_submissions
from xlperf.confinement import confine_worker, grant
from xlperf.editions.foreign import opened
from xlperf.errors import UserError
from xlperf.escaping import file_stem
from xlperf.package import Package, write_file
from xlperf.report.document.making import free_name, read_document

SECONDS = 60
STOPPED = "用的时间或内存超过上限，已停止"
_IN_ZIP = "在压缩包里，请先解开"


class MadeFile(Protocol):
    """What was made of a workbook: the file, how many places are open, remarks."""

    @property
    def content(self) -> bytes:
        """The bytes of the file."""

    @property
    def blanks(self) -> int:
        """How many places people must still write."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said of it."""


class FileWish(Protocol):
    """What is to be made of each workbook: a report, a form."""

    @property
    def suffix(self) -> str:
        """The ending of the files."""

    @property
    def is_carried_over(self) -> bool:
        """Whether what people wrote in an earlier file is taken over."""

    def make(self, package: Package, kept: bytes | None = None) -> MadeFile:
        """What is made of a workbook; `kept`: the earlier file."""


@dataclass(frozen=True)
class Task:
    """A workbook, where its report goes, what is to be made of it, the earlier report to take texts from."""

    source: str
    target: str
    wish: FileWish
    kept: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a workbook: its report, or a problem in one sentence; how many places are open, remarks."""

    source: str
    target: str = ""
    problem: str = ""
    blanks: int = 0
    remarks: tuple[str, ...] = ()


def tasks(source: Path, folder: Path, wish: FileWish, *, is_forced: bool) -> tuple[list[Task], list[Outcome]]:
    """The workbooks below a folder (or one) with the files for their reports, and what is no workbook.

    A report that is there already is not written over, unless that is forced; what people wrote in it is taken over.

    Errors: UserError: nothing there.
    """
    found, refused, taken = [], list[Outcome](), set[str]()
    for item in find_submissions([str(source)], folder):
        if isinstance(item, Refusal):
            refused += [] if item.is_skipped else [Outcome(item.name, problem=item.reason)]
            continue
        if item.member is not None:
            refused.append(Outcome(item.name, problem=_IN_ZIP))
            continue
        stem, number = file_stem(Path(item.name).stem), 1
        while (name := stem if number == 1 else f"{stem}-{number}").casefold() in taken:
            number += 1
        taken.add(name.casefold())
        path = folder / f"{name}{wish.suffix}"
        kept = str(path) if wish.is_carried_over and path.exists() else ""
        found.append(Task(item.path, str(path if is_forced else free_name(path)), wish, kept))
    return found, refused


def write_reports(todo: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """The outcome of each task, in the order in which they are ready."""
    broken: list[Task] = []
    with _pool(min(jobs, len(todo)) or 1) as pool:
        running = {pool.submit(_made, task): task for task in todo}
        for future in as_completed(running):
            outcome = _outcome(future, running[future])
            if outcome is None:
                broken.append(running[future])
            else:
                yield outcome
    # One of these took the others with it: alone, each answers for itself.
    for task in broken:
        with _pool(1) as pool:
            yield _outcome(pool.submit(_made, task), task) or Outcome(task.source, problem=STOPPED)


def _pool(jobs: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=confine_worker)


def _outcome(future: Future[Outcome], task: Task) -> Outcome | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None
    except MemoryError:
        return Outcome(task.source, problem=STOPPED)


def _made(task: Task) -> Outcome:
    """Writes a report, in a process of its own."""
    grant(SECONDS)
    try:
        package, _ = opened(Path(task.source))
        report = task.wish.make(package, read_document(Path(task.kept)) if task.kept else None)
        write_file(Path(task.target), report.content)
    except UserError as error:
        return Outcome(task.source, problem=str(error))
    return Outcome(task.source, task.target, "", report.blanks, report.remarks)
