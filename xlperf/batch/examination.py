"""One submission examined: opened, recalculated, scored, or what was altered in it; the facts by which it is compared."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from xlperf.batch.held_inputs import held_inputs, pasted_tables
from xlperf.batch.outcomes import CONTENT, DONE, Outcome, quarantined
from xlperf.batch.roster import as_text
from xlperf.batch.zips import read_member
from xlperf.editions.foreign import restoration, restored
from xlperf.editions.reproducible import FIXED_STAMP
from xlperf.errors import UserError
from xlperf.evaluation.scoring import recalculated_score
from xlperf.findings.comparison import NOTHING, Given, altered, compared, unpacked
from xlperf.findings.finding import ERROR
from xlperf.frameworks.loading import FrameworkFile
from xlperf.frameworks.shared_part import shared_mark
from xlperf.functions.tiers import tiers
from xlperf.package import Package, open_package, write_file
from xlperf.package.files import read_file
from xlperf.package.foreign_formats import converted
from xlperf.package.limits import DEFAULT_LIMITS
from xlperf.package.signatures import other_format
from xlperf.values import Money, MoneyUnit, is_number
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells
from xlperf.workbook.tables import carryover
from xlperf.workbook.tables.table import LINE

CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"<(?:\w+:)?modified\b[^>]*>\s*([^<]+?)\s*<")
_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*\x7f]')
# This year's figure for the end of last year, and last year's own one.
FIGURES = (("carryover_previous", "carryover_current"),)


@dataclass(frozen=True)
class Opening:
    """A balance at the beginning of the year: which closing balance it continues, what it is called, where it stands."""

    closing: str
    label: str
    cell: str
    fen: int


@dataclass(frozen=True)
class Task:
    """A submission to examine: what it is called, where it lies, its member in a zip, when it was changed.

    `output`: the folder for the recalculated file. `is_sent`: that file is wanted as the outcome's content instead.
    `against`: what it is compared with, packed; nothing where the command was given nothing.
    """

    name: str
    path: str
    member: int | None = None
    modified: float = 0.0
    output: str | None = None
    is_sent: bool = False
    against: str = ""


def examine(task: Task, content: bytes | None = None) -> Outcome:
    """What a submission says, as it goes into the results; `content` is its file, where it was read already.

    One that can't be evaluated is in quarantine, with the reason in one sentence and what was altered in it.
    """
    try:
        data = _read(task) if content is None else content
        package, note = _opened(data)
    except UserError as error:
        return quarantined(one_sentence(str(error)))
    try:
        return {"status": DONE, **_examined(task, package, note), "mark": hashlib.sha256(data).hexdigest()[:32]}
    except UserError as error:
        return quarantined(one_sentence(str(error)), alterations(package, task.against))


def _examined(task: Task, package: Package, note: str) -> dict[str, object]:
    comparison = compared(package, _given(task.against))
    result, calculation = recalculated_score(package, comparison)
    names, source = NamedCells(calculation.seen), read_identity(package).framework
    unit = MoneyUnit.YUAN if names.value("money_unit") == "元" else MoneyUnit.WAN_YUAN
    written = _file_name(task.name, note) if task.output is not None or task.is_sent else None
    if written is not None and task.output is not None:
        write_file(Path(task.output) / written, calculation.data)
    return {
        "code": as_text(names.value("unit_code")),
        "saved": _saved(package) or task.modified,
        "money_unit_fen": unit.fen,
        "openings": [asdict(opening) for opening in _openings(names, unit)],
        "closings": dict(_closings(names, unit)),
        "notes": [one_sentence(text) for text in (note, comparison.note, *calculation.notes) if text],
        "written": written,
        "framework": _framework_facts(source),
        "result": result.to_json(),
        "inputs": held_inputs(package, source),
        "pastes": pasted_tables(package),
        **({CONTENT: calculation.data} if task.is_sent else {}),
    }


def _framework_facts(source: FrameworkFile) -> dict[str, object]:
    """What units are compared by and a result doesn't say of itself: what tells a framework from others of its id, its
    grades from the best, its individual (个性) indicators.
    """
    framework = source.framework
    grades = [str(tier.result) for tier in tiers(framework.grades.bands)] if framework.grades else []
    return {
        "name": framework.name,
        "hash": framework.base.hash if framework.base else source.standard_hash,
        "base": framework.base.id if framework.base else "",
        "common": shared_mark(source),
        "evaluation": framework.evaluation,
        "subject": framework.subject,
        "grades": list(dict.fromkeys(grades)),
        "individual": [indicator.code for indicator in framework.indicators if indicator.is_individual],
    }


def _given(against: str) -> Given:
    return unpacked(against) if against else NOTHING


def alterations(package: Package, against: str = "") -> list[Outcome]:
    """The grave alterations as findings, without their effects: nothing is calculated. None where nothing can be told."""
    try:
        comparison = compared(package, _given(against))
        found = altered(package, NamedCells(package), comparison, has_effects=False)
    except UserError:
        # The stamp itself is damaged or gone; the refusal says so.
        return []
    return [asdict(finding) for finding in found if finding.severity == ERROR]


def one_sentence(text: str) -> str:
    """A message of several lines in one, as a cell of a table holds it."""
    lines = [line.strip() for line in text.splitlines()]
    return "；".join(line.rstrip("。；：") for line in lines if line)


def opened(task: Task, content: bytes | None) -> tuple[Package, str]:
    """The workbook, and that it was converted where it was.

    Errors: UserError: it can't be read, or is none.
    """
    return _opened(_read(task) if content is None else content)


def _read(task: Task) -> bytes:
    path = Path(task.path)
    return read_file(path, DEFAULT_LIMITS) if task.member is None else _member(path, task.member)


def _opened(data: bytes) -> tuple[Package, str]:
    kind = other_format(data)
    if kind is None:
        return open_package(data), ""
    with tempfile.TemporaryDirectory(prefix="xlperf-") as folder:
        copy = Path(folder) / f"交来的文件.{kind}"
        copy.write_bytes(data)
        content, _ = converted(copy)
    package, count = restored(open_package(content))
    return package, f"原文件是 .{kind}，已用 LibreOffice 转换{restoration(count)}"


def _member(path: Path, index: int) -> bytes:
    try:
        return read_member(path, index, path.stat().st_mtime)
    except OSError as error:
        raise UserError(f"压缩包无法读取（系统错误 {error.errno}）") from None


def _file_name(name: str, note: str) -> str:
    """A name for the recalculated file: what it was called, and what tells it from others that were called so."""
    stem, suffix = os.path.splitext(name.rpartition("/")[2])
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:10]
    return f"{_UNFIT.sub('_', stem)[:60]}-{digest}{'.xlsx' if note else suffix.lower()}"


def _saved(package: Package) -> float | None:
    """When a program last saved the workbook; None where none has since it was made."""
    match = _MODIFIED.search(package.part(CORE)) if CORE in package.parts else None
    if match is None or match[1] == FIXED_STAMP:
        return None
    try:
        moment = dt.datetime.fromisoformat(match[1].decode("ascii", "replace"))
        return moment.replace(tzinfo=moment.tzinfo or dt.UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def _balances(names: NamedCells, column: str) -> Iterator[tuple[str, str, float]]:
    """The lines of the table of balances that have a number in a column: code, cell, value."""
    table = carryover.TABLE
    for code, (sheet, ref) in names.by_code(table.column_name(LINE), table.column_name(column)).items():
        value = names.package.value(sheet, ref)
        if is_number(value):
            yield code, f"{sheet}!{ref}", float(value)


def _openings(names: NamedCells, unit: MoneyUnit) -> Iterator[Opening]:
    labels = {line.code: line.label for line in carryover.TABLE.lines}
    for column, when in (("previous_end", "上年末"), ("opening", "本年初")):
        for code, cell, value in _balances(names, column):
            yield Opening(code, f"结转结余：{labels.get(code, code)}　{when}", cell, _fen(value, unit))
    for identifier, closing in FIGURES:
        figure = names.value(identifier) if names.has(identifier) else None
        if is_number(figure):
            place = "!".join(names.place(identifier))
            yield Opening(closing, "上年末累计结转结余", place, _fen(float(figure), unit))


def _closings(names: NamedCells, unit: MoneyUnit) -> Iterator[tuple[str, int]]:
    for code, _, value in _balances(names, "end"):
        yield code, _fen(value, unit)
    for _, identifier in FIGURES:
        figure = names.value(identifier) if names.has(identifier) else None
        if is_number(figure):
            yield identifier, _fen(float(figure), unit)


def _fen(value: float, unit: MoneyUnit) -> int:
    return Money.from_cell(value, unit).amount_fen
