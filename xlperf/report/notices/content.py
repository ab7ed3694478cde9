"""What stands on the notices, read from a finished batch; how it looks as a workbook or a letter is decided elsewhere.

A unit is told what it can mend itself: what the evaluator does (awards, ledger, surveys) is no business of its notice,
unless it evaluates itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlperf.batch.crossyear import CODE as CROSS_YEAR
from xlperf.batch.frames import read_rows
from xlperf.batch.journal import Journal, Record
from xlperf.batch.round_file import PastLine, past_lines
from xlperf.batch.rounds import CHANGED, NEW, OPEN, RESOLVED
from xlperf.batch.tables import CHANGES, FINDINGS, MISSING, ROUNDS, SEVERITIES, UNITS, Table
from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.findings.codes import RELATION, known_code
from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.findings.priorities import MISSING as MISSING_INPUT
from xlperf.findings.priorities import MOST_LINES, TEXT_FIGURES, Priority, advice, priorities
from xlperf.workbook.sheets import ledger, points, reviews, surveys

# Longer sentences come from what somebody typed; the notice quotes their beginning.
LONGEST = 300
MOST_FURTHER, MOST_CELLS = 300, 60
SELF = "self"
EVALUATOR = "evaluator"
# Where only the evaluator types; the catalogue of findings says of which codes it is besides.
_EVALUATORS_SHEETS = frozenset(sheet.title for sheet in (points.SHEET, reviews.SHEET, ledger.SHEET, surveys.SHEET))
_OF_RELATIONS = "核对两边的数，改正错的一边；原表如此的，请书面说明"
# What the unit does where the catalogue says what the evaluator does.
_REMEDIES = {MISSING_INPUT: "填上；确实没有的，在“备注”写明原因（三个字以上）"}
# Ids of inputs, which mean nothing to people.
_IDS = re.compile(r"（[a-z][a-z0-9]*(?:[_.][A-Za-z0-9_.]+)*）")
_AGAIN = "（上一轮已指出）"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """A line of a notice: the sheets, the cells, what is wrong, how it is mended."""

    severity: str
    sheet: str
    cell: str
    problem: str
    remedy: str


@dataclass(frozen=True)
class CellChange:
    """A cell that was filled otherwise than in the round before."""

    cell: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Progress:
    """What came of the last notice: findings mended, still there and new; the total before and now; cells changed."""

    resolved: int
    open: int
    new: int
    total_before: float | None
    total: float | None
    cells: int | None
    changes: tuple[CellChange, ...]


@dataclass(frozen=True)
class Notice:
    """What a unit is told: who, which evaluation, which round and file, what to change first and what else."""

    code: str
    name: str
    year: int | None
    project: str
    framework: str
    subject: str
    round: int
    file: str
    errors: int
    warnings: int
    first: tuple[Item, ...]
    further: tuple[Item, ...]
    left_out: int
    progress: Progress | None

    @property
    def count(self) -> int:
        """How many places are to be changed."""
        return self.errors + self.warnings


@dataclass(frozen=True)
class Absent:
    """A unit that is to be reminded, and why."""

    code: str
    name: str
    situation: str


@dataclass(frozen=True)
class Notices:
    """All of a batch: the notices in the order of the units, the units to remind, how many had nothing to change."""

    notices: tuple[Notice, ...]
    absent: tuple[Absent, ...]
    in_order: int
    changes: tuple[tuple[Any, ...], ...]


def read_notices(folder: Path) -> Notices:
    """What is to be said to the units of a finished batch.

    Errors: UserError: the folder holds no results of a batch, or those of an earlier version.
    """
    journal = Journal(folder)
    journal.read()
    places = {name.encode("utf-8", "backslashreplace").decode(): entry for name, entry in journal.entries.items()}
    units = list(_rows(folder, UNITS))
    if missing := [unit["file"] for unit in units if unit["file"] not in places]:
        raise UserError(
            f"{folder} 里的 units.csv 与 {journal.path.name} 对不上（{missing[0]}），请重新运行 xlperf batch"
        )
    rounds = {row["file"]: row for row in _rows(folder, ROUNDS)}
    changes: dict[tuple[Any, ...], list[Row]] = {}
    for row in _rows(folder, CHANGES):
        changes.setdefault(_key(row), []).append(row)
    across: dict[str, list[Finding]] = {}
    for row in _rows(folder, FINDINGS):
        if row["finding"] == CROSS_YEAR:
            across.setdefault(row["file"], []).append(_finding(row))
    notices = []
    for unit, (_, record) in zip(units, journal.records(places[u["file"]] for u in units), strict=True):
        own, told = rounds.get(unit["file"], {}), changes.get(_key(unit), [])
        found = _notice(unit, record, across.get(unit["file"], []), own, told)
        notices += [found] if found.count else []
    lines = (row.values() for found in changes.values() for row in found)
    rows = tuple(tuple(clipped(value) if isinstance(value, str) else value for value in line) for line in lines)
    return Notices(tuple(notices), tuple(_absent(folder)), len(units) - len(notices), rows)


def _notice(unit: Row, record: Record, across: list[Finding], own: Row, changes: list[Row]) -> Notice:
    facts, result = record["framework"], record["result"]
    is_self = facts["evaluation"] == SELF
    stated = (Finding(**finding) for finding in result["findings"])
    found = [f for f in (*stated, *across) if _is_told(f, is_self=is_self)]
    again = {(row["finding"], row["cell"]) for row in changes if row["kind"] == OPEN}
    causes = priorities(found)[:MOST_LINES]
    # What stands alone is told in full by its cause.
    alone = {(cause.severity, cause.code) for cause in causes if cause.count == 1 and cause.code != TEXT_FIGURES}
    others = [f for f in sorted(found, key=lambda f: f.severity != ERROR) if (f.severity, f.code) not in alone]
    severities = [finding.severity for finding in found]
    return Notice(
        clipped(unit["code"]),
        clipped(unit["name"]),
        unit["year"],
        clipped(unit["project"]),
        clipped(facts["name"]),
        facts["subject"],
        own.get("round") or 1,
        clipped(unit["file"]),
        severities.count(ERROR),
        severities.count(WARNING),
        tuple(map(_cause, causes)),
        tuple(_single(finding, is_again=(finding.code, finding.cell) in again) for finding in others[:MOST_FURTHER]),
        max(0, len(others) - MOST_FURTHER),
        _progress(own, changes, is_self=is_self),
    )


def _is_told(finding: Finding, *, is_self: bool) -> bool:
    """Whether the unit is to mend it: in a self-evaluation every error and warning, else what isn't the evaluator's."""
    if finding.severity not in (ERROR, WARNING) or is_self:
        return finding.severity in (ERROR, WARNING)
    known = known_code(finding.code)
    is_evaluators = known is not None and known.mended_by == EVALUATOR
    return not is_evaluators and finding.cell.partition("!")[0] not in _EVALUATORS_SHEETS


def _cause(cause: Priority) -> Item:
    """A cause as a line; its sentence ends with what to do, which has a column of its own here."""
    remedy = advice(cause.code)
    problem = cause.message.rstrip("。").removesuffix(f"：{remedy}") if remedy else cause.message
    sheets = dict.fromkeys(cell.partition("!")[0] for cell in cause.cells)
    cells = [cell.partition("!")[2] or cell for cell in cause.cells]
    shown = "、".join(cells[:5]) + (f" 等 {len(cells)} 处" if len(cells) > 5 else "")
    return _item(cause.severity, "、".join(sheets), shown, problem, cause.code)


def _single(finding: Finding, *, is_again: bool) -> Item:
    sheet, _, ref = finding.cell.partition("!")
    mark = _AGAIN if is_again else ""
    return _item(finding.severity, sheet, ref, clipped(finding.message) + mark, finding.code)


def _item(severity: str, sheet: str, cell: str, problem: str, code: str) -> Item:
    remedy = _OF_RELATIONS if code.startswith(RELATION) else _REMEDIES.get(code, advice(code).replace("`", ""))
    return Item(SEVERITIES[severity], clipped(sheet), clipped(cell), clipped(_IDS.sub("", problem)), remedy)


def clipped(text: str) -> str:
    """A text of a stranger on one line, without what a program obeys, no longer than a line of a table may be."""
    plain = printable(" ".join(text.split()))
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"


def _progress(own: Row, changes: list[Row], *, is_self: bool) -> Progress | None:
    if not own or not own["previous_file"]:
        return None
    cells = [row for row in changes if row["kind"] == CHANGED]
    shown = (
        CellChange(*(clipped(row[name] or "") for name in ("cell", "message", "before", "after"))) for row in cells
    )
    said = [row for row in changes if row["kind"] != CHANGED and _is_told(_finding(row), is_self=is_self)]
    resolved, still, new = (sum(row["kind"] == kind for row in said) for kind in (RESOLVED, OPEN, NEW))
    totals = own["previous_total"], own["total"]
    return Progress(resolved, still, new, *totals, own["cells"], tuple(shown)[:MOST_CELLS])


def _absent(folder: Path) -> Iterator[Absent]:
    """Who is to be reminded: not a unit whose last round had nothing to change and that only isn't among these files."""
    lines: dict[tuple[str, str], list[PastLine]] = {}
    for line in past_lines(folder):
        for key in (("code", line.past.code), ("name", line.past.name)):
            lines.setdefault(key, []).append(line)
    for row in _rows(folder, MISSING):
        who = clipped(row["code"]), clipped(row["name"])
        earlier = lines.get(("code", row["code"])) if row["code"] else lines.get(("name", row["name"]))
        last = earlier[-1] if earlier else None
        hint = row["hint"] or ""
        if last is None:
            yield Absent(*who, clipped(hint) or "没有交来")
        elif _is_open(last):
            text = f"第 {len(last.past.rounds)} 轮退回后没有重新交来"
            yield Absent(*who, clipped(f"{text}；{hint}") if hint else text)


def _is_open(line: PastLine) -> bool:
    """Whether what a unit handed in last had something for it to change."""
    last = line.read()["current"]
    return any(_is_told(Finding(*said), is_self=last["evaluation"] == SELF) for said in last["findings"])


def _finding(row: Row) -> Finding:
    severity = next((name for name, label in SEVERITIES.items() if label == row["severity"]), "")
    code, cell, message = (row[name] or "" for name in ("finding", "cell", "message"))
    return Finding(severity, code, cell, message)


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("code", "name", "year", "framework", "project"))


def _rows(folder: Path, table: Table) -> Iterator[dict[str, Any]]:
    names = [column.id for column in table.columns]
    for row in read_rows(folder, table):
        yield dict(zip(names, row, strict=True))


def items(notice: Notice) -> Iterable[tuple[str, tuple[Item, ...]]]:
    """The tables of a notice with their headings, such as have lines."""
    if notice.first:
        yield "先改这几件事", notice.first
    if notice.further:
        yield "逐处清单", notice.further
