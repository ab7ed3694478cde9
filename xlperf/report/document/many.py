"""Documents of many workbooks, reports or forms: each in a process with limits of its own, so that one that goes wrong stops no other."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from xlperf.batch import examination
from xlperf.batch.sources import Refusal, Submission, find_submissions
from xlperf.confinement import confine_worker, grant
from xlperf.errors import UserError
from xlperf.escaping import file_stem, same_file
from xlperf.package import Package, write_file
from xlperf.report.document.making import Outcome, free_name, read_document

SECONDS = 60
STOPPED = "用的时间或内存超过上限，已停止"
# Workbooks handed to the workers at a time, for each of them: where one takes the others with it, these few are made again.
_AHEAD = 2
_OBJECTS = 50_000


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
    """A workbook, where its report goes, what is to be made of it, the earlier report to take texts from.

    `standing`: a file that is left as it is, and stands for the report, where it holds the very same.
    """

    submission: Submission
    target: str
    wish: FileWish
    kept: str = ""
    standing: str = ""

    @property
    def source(self) -> str:
        """What the workbook is called."""
        return self.submission.name


def tasks(source: Path, folder: Path, wish: FileWish, *, is_forced: bool) -> tuple[list[Task], list[Outcome]]:
    """The workbooks below a folder (or one) with the files for their reports, and what is no workbook.

    A report that is there already is not written over, unless that is forced; what people wrote in it is taken over.

    Errors: UserError: nothing there.
    """
    found, refused, names = [], list[Outcome](), FreeNames()
    for item in find_submissions([str(source)], folder):
        if isinstance(item, Refusal):
            refused += [] if item.is_skipped else [Outcome(item.name, problem=item.reason)]
            continue
        path = folder / f"{names.take(Path(item.name).stem)}{wish.suffix}"
        kept = str(path) if wish.is_carried_over and path.exists() else ""
        found.append(Task(item, str(path if is_forced else free_name(path)), wish, kept))
    return found, refused


class FreeNames:
    """Names of files without their endings, none of them given twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, text: str) -> str:
        """A text as the name of a file, with the first number that makes it one of its own."""
        stem, number = file_stem(text), 1
        while same_file(name := stem if number == 1 else f"{stem}-{number}") in self._taken:
            number += 1
        self._taken.add(same_file(name))
        return name


def write_reports(todo: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """The outcome of each task, in the order in which they are ready."""
    left = deque(todo)
    while left:
        suspects = yield from _side_by_side(left, jobs)
        # One of these took the others with it: alone, each answers for itself.
        for task in suspects:
            with _pool(1) as pool:
                yield _outcome(pool.submit(_made, task), task) or Outcome(task.source, problem=STOPPED)


def _side_by_side(left: deque[Task], jobs: int) -> Generator[Outcome, None, list[Task]]:
    """The outcomes of what is left until a worker is lost; gives what was in the hands of the workers then."""
    running: dict[Future[Outcome], Task] = {}
    with _pool(min(jobs, len(left))) as pool:
        while left or running:
            while left and len(running) < _AHEAD * jobs:
                try:
                    running[pool.submit(_made, left[0])] = left[0]
                except BrokenProcessPool:
                    break
                left.popleft()
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                outcome = _outcome(future, running[future])
                if outcome is None:
                    return list(running.values())
                del running[future]
                yield outcome
    return []


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Workers, none of which is left, also where the command is interrupted."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Makes a process a worker, which ends with the command. Ctrl-C is for the command, which ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Hardly anything that a report is made of holds itself; looking for such things takes a tenth of the time.
    gc.set_threshold(_OBJECTS)
    confine_worker()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


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
        of = task.submission
        package, _ = examination.opened(examination.Task(of.name, of.path, of.member), of.content(SECONDS))
        report = task.wish.make(package, read_document(Path(task.kept)) if task.kept else None)
        is_there = bool(task.standing) and read_document(Path(task.standing)) == report.content
        if not is_there:
            write_file(Path(task.target), report.content)
    except UserError as error:
        return Outcome(task.source, problem=examination.one_sentence(str(error)))
    return Outcome(task.source, task.standing if is_there else task.target, "", report.blanks, report.remarks)
