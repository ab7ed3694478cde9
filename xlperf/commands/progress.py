"""What is shown while a batch runs, and after it: a line with rate and time left, tables of what came of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from xlperf.batch.frames import read_rows
from xlperf.batch.journal import Entry
from xlperf.batch.run import Progress as State
from xlperf.batch.run import Summary, Watch
from xlperf.batch.tables import MISSING, QUARANTINE, SKIPPED, UnitResult
from xlperf.commands.terminal import console, plain, table
from xlperf.escaping import json_escaped

MOST_SHOWN = 20


class Meter:
    """A line on the terminal: files done, rate, time left, good, with findings, bad. Nothing where it is no terminal."""

    def __init__(self, *, is_quiet: bool = False, work: str = "处理") -> None:
        messages = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TextColumn("还需"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[state]}"),
            console=messages,
            disable=is_quiet or not messages.is_terminal,
        )
        self._task = self._bar.add_task(work, total=None, rate="", state="")
        # How much is done, also where nothing is shown: what is said when the command is interrupted.
        self.state: State | None = None
        self.done, self.total = 0, 0

    def __enter__(self) -> Meter:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, state: State) -> None:
        """Says how much is to be done."""
        self.state = state
        self._bar.reset(self._task, total=state.total - state.known)
        self._bar.update(self._task, rate="", state=_state(state))

    def show(self, done: int, total: int) -> None:
        """Says how many of how many are done."""
        self.done, self.total = done, total
        self._bar.update(self._task, completed=done, total=total)

    def advance(self, state: State) -> None:
        """Counts a file."""
        speed = self._bar.tasks[self._task].speed
        rate = f"{speed:.1f} 份/秒" if speed else ""
        self._bar.update(self._task, advance=1, rate=rate, state=_state(state))


def _state(state: State) -> str:
    return f"正常 {state.good}　有问题 {state.with_findings}　坏 {state.bad}"


def watch(meter: Meter, *, as_lines: bool, put: Callable[[UnitResult], object] | None) -> Watch:
    """Tells the meter of everything; with `as_lines` prints lines of JSON; `put` gets each result that counts."""

    def passes(state: State, entry: Entry) -> None:
        meter.advance(state)
        if as_lines:
            print_line(_brief(entry))

    def counts(unit: UnitResult) -> None:
        if put is not None:
            put(unit)
        if as_lines:
            keys = {"event": "unit", "code": unit.code, "unit": unit.entry.unit, "year": unit.entry.year}
            print_line({**keys, "status": unit.status, "cross_year": len(unit.further), "file": unit.entry.file})

    return Watch(meter.begin, passes, counts)


def _brief(entry: Entry) -> dict[str, object]:
    keys = ("file", "status", "reason", "code", "unit", "year", "framework", "total", "grade", "errors", "warnings")
    return {"event": "file", **{key: getattr(entry, key) for key in keys}}


def print_line(data: dict[str, object]) -> None:
    """Prints one line of JSON, at once."""
    sys.stdout.write(json_escaped(json.dumps(data, ensure_ascii=False)) + "\n")
    sys.stdout.flush()


def summary_line(summary: Summary) -> dict[str, object]:
    """The last line of JSON."""
    keys = ("units", "with_findings", "quarantined", "skipped", "duplicates", "missing", "closed_folders")
    state = summary.progress
    counts = {"files": state.total, "known": state.known, **{key: getattr(summary, key) for key in keys}}
    return {"event": "summary", **counts}


def show_summary(summary: Summary, folder: Path) -> None:
    """What came of a batch: the counts, and the first of those in quarantine and those missing."""
    out, state = console(), summary.progress
    known = f"（其中 {state.known} 份上次已做完）" if state.known else ""
    out.print(
        plain(
            f"{state.total} 份工作簿{known}：计入 {summary.units} 个单位，其中有问题 {summary.with_findings}；"
            f"隔离 {summary.quarantined}，重复 {summary.duplicates}，缺报 {summary.missing}，跳过 {summary.skipped}。"
        )
    )
    for title, of in (("隔离", QUARANTINE), ("缺报", MISSING)):
        rows = [row for row in read_rows(folder, of) if SKIPPED not in row]
        if rows:
            more = f"，列出前 {MOST_SHOWN}" if len(rows) > MOST_SHOWN else ""
            headings = [column.label for column in of.columns]
            shown = [[str(cell or "") for cell in row] for row in rows[:MOST_SHOWN]]
            out.print(table(f"{title}（{len(rows)}{more}）", headings, shown))
    if summary.closed_folders:
        missing = "，列为缺报的单位可能就在里面" if summary.missing else ""
        out.print(plain(f"注意：文件夹 {'、'.join(summary.closed_folders)} 打不开，里面的文件没有处理{missing}。"))
    if summary.repeated:
        out.print(
            plain(f"其中 {summary.repeated} 个单位是第二轮或以后交来的，与上一轮的变化见 rounds.csv、changes.csv。")
        )
    out.print(plain(f"结果在 {folder}：units.csv 一行一个单位，findings.csv 列出问题。"))
