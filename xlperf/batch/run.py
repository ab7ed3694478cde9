"""A batch from beginning to end: what was handed in, what is done already, the workers, the results, the outputs."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from xlperf.batch.cluster import Cluster
from xlperf.batch.crossyear import last_year
from xlperf.batch.examiner import SECONDS
from xlperf.batch.journal import MADE_BY, Entry, Journal
from xlperf.batch.lock import is_empty
from xlperf.batch.outcomes import CONTENT, RECORD, written_out
from xlperf.batch.outputs import Outputs, unit_results
from xlperf.batch.pool import Pool
from xlperf.batch.roster import Roster
from xlperf.batch.round_file import read_rounds
from xlperf.batch.settlement import settle
from xlperf.batch.sources import Refusal, Submission, find_submissions
from xlperf.batch.tables import ORDERLY, UnitResult
from xlperf.errors import UserError
from xlperf.package import write_file

FILES = "files"


@dataclass(frozen=True)
class Order:
    """What is asked for."""

    sources: tuple[str, ...]
    output: Path
    roster: Roster | None = None
    previous: tuple[Path, ...] = ()
    jobs: int = 1
    seconds: int = SECONDS
    is_writing: bool = False
    is_resuming: bool = False
    dask: str | None = None
    against: str = ""


@dataclass
class Progress:
    """How far it has come: files in all, files known from before, good ones, ones with findings, bad ones."""

    total: int
    known: int = 0
    good: int = 0
    with_findings: int = 0
    bad: int = 0

    @property
    def finished(self) -> int:
        """Files that are through."""
        return self.good + self.with_findings + self.bad

    def count(self, entry: Entry) -> None:
        """Counts a file."""
        if not entry.is_done:
            self.bad += 1
        elif entry.errors or entry.warnings:
            self.with_findings += 1
        else:
            self.good += 1


@dataclass(frozen=True)
class Counted:
    """A workbook that stands for its unit: what was handed in, and of which unit, year and project it is."""

    submission: Submission
    code: str
    name: str
    year: int | None
    framework: str
    project: str


@dataclass
class Summary:
    """What came of it."""

    progress: Progress
    units: int = 0
    with_findings: int = 0
    quarantined: int = 0
    skipped: int = 0
    duplicates: int = 0
    missing: int = 0
    repeated: int = 0
    closed_folders: tuple[str, ...] = ()
    counted: list[Counted] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to look at."""
        return not (self.with_findings or self.quarantined or self.missing)


@dataclass(frozen=True)
class Watch:
    """Who is told of what goes on: the beginning, each file, each unit's result at the end."""

    begins: Callable[[Progress], None] = field(default=lambda progress: None)
    passes: Callable[[Progress, Entry], None] = field(default=lambda progress, entry: None)
    counts: Callable[[UnitResult], None] = field(default=lambda unit: None)


def run(order: Order, watch: Watch) -> Summary:
    """Runs a batch.

    Errors: UserError: a source that is not there, a folder that can't be used.
    """
    before = last_year(order.previous)
    found = find_submissions(order.sources, order.output)
    submissions = [item for item in found if isinstance(item, Submission)]
    if not submissions:
        closed = "、".join(item.name for item in found if isinstance(item, Refusal) and item.is_folder)
        told = f"；文件夹 {closed} 打不开，请检查权限" if closed else ""
        raise UserError(f"没有找到工作簿（.xlsx、.xlsm、.xls、.et、.ods，或装着它们的 .zip）{told}")
    journal = _journal(order)
    try:
        rounds = read_rounds(order.output, order.previous)
        progress = _examine(order, journal, submissions, watch)
        settlement = settle(journal.entries.values(), (i for i in found if isinstance(i, Refusal)), order.roster)
        units = unit_results(journal, settlement, before, has_roster=order.roster is not None)
        summary = Summary(
            progress,
            quarantined=sum(not item.is_skipped for item in settlement.quarantine),
            skipped=sum(item.is_skipped for item in settlement.quarantine),
            duplicates=len(settlement.duplicates),
            missing=len(settlement.missing),
            closed_folders=tuple(item.name for item in settlement.quarantine if item.is_folder),
        )
        handed_in = {submission.name: submission for submission in submissions}
        for unit in Outputs(order.output).write(rounds.write(units), settlement):
            summary.counted.append(_counted(handed_in[unit.entry.file], unit))
            summary.units += 1
            summary.with_findings += unit.status != ORDERLY
            summary.repeated += unit.round is not None and unit.round.number > 1
            watch.counts(unit)
        journal.keep(sorted(journal.entries.values(), key=lambda entry: entry.file))
    finally:
        journal.close()
    return summary


def _counted(submission: Submission, unit: UnitResult) -> Counted:
    entry = unit.entry
    return Counted(submission, unit.code or "", entry.unit, entry.year, entry.framework, entry.project or "")


def _journal(order: Order) -> Journal:
    """The results in the folder, which is made where it is not there."""
    folder = order.output
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_new = is_empty(folder)
    except OSError as error:
        raise UserError(f"{folder}：不能用作输出文件夹（系统错误 {error.errno}）") from None
    journal = Journal(folder)
    if not is_new and not journal.path.exists():
        raise UserError(f"{folder} 里已有别的内容，请给出新的或空的文件夹")
    # A batch that ended before its first file, since the cluster didn't answer, has left nothing to go on with.
    if not is_new and not order.is_resuming and journal.path.stat().st_size:
        raise UserError(f"{folder} 里已有结果；接着做请加 --resume，重新做请换一个文件夹")
    journal.open()
    return journal


def _examine(order: Order, journal: Journal, submissions: list[Submission], watch: Watch) -> Progress:
    """Examines what is not known yet; afterwards the journal knows these submissions and no others."""
    progress = Progress(len(submissions))
    names = {submission.name for submission in submissions}
    journal.entries = {name: entry for name, entry in journal.entries.items() if name in names}
    left = []
    for submission in submissions:
        entry = journal.entries.get(submission.name)
        if entry is not None and _is_current(order, entry, submission):
            progress.count(entry)
            progress.known += 1
        else:
            left.append(submission)
    watch.begins(progress)
    target = _files(order) if order.is_writing else None
    with _workers(order, target) as workers:
        for submission, outcome in workers.outcomes(left):
            content = outcome.pop(CONTENT, None)
            if content is not None and target is not None:
                write_file(target / outcome["written"], content)
            about = {"file": submission.name, "key": _key(order, submission), "modified": submission.modified}
            entry = journal.append(about, outcome if RECORD in outcome else written_out(outcome))
            progress.count(entry)
            watch.passes(progress, entry)
    if target is not None:
        _clear(target)
    return progress


def _workers(order: Order, target: Path | None) -> Pool | Cluster:
    if order.dask is None:
        return Pool(order.jobs, order.seconds, target, order.against)
    # The folder of results need not be there for the cluster.
    return Cluster(order.dask, order.seconds, is_sent=target is not None, against=order.against)


def _is_current(order: Order, entry: Entry, submission: Submission) -> bool:
    """Whether a result is that of the file as it is now, made by this version, with all that is asked for."""
    if entry.key != _key(order, submission) or entry.version != MADE_BY or entry.is_passing:
        return False
    if not order.is_writing or not entry.is_done:
        return True
    return bool(entry.written) and (order.output / FILES / entry.written).is_file()


def _key(order: Order, submission: Submission) -> str:
    """Changes where the file does, or what it is compared with."""
    if not order.against:
        return submission.key
    return f"{submission.key} {hashlib.sha256(order.against.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _files(order: Order) -> Path:
    """The folder of recalculated files."""
    folder = order.output / FILES
    folder.mkdir(exist_ok=True)
    _clear(folder)
    return folder


def _clear(folder: Path) -> None:
    """Takes away what a command or a worker left half written when it was killed."""
    for path in folder.glob(".*.tmp"):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
