"""Workbooks to be sent out: one native unit's copy for each unit of a roster, prefilled from its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlperf.batch.individual_rows import IndividualRows
from xlperf.batch.roster import CODE, NAME, Roster, RosterLine
from xlperf.editions.assembly import assemble
from xlperf.editions.conversion import Edition
from xlperf.editions.layouts import layout
from xlperf.errors import CellError, UserError
from xlperf.escaping import file_stem, same_file
from xlperf.evaluation.scoring import recalculated
from xlperf.findings.sent_list import NAME as LIST
from xlperf.findings.sent_list import Hashes, SentUnit, hashes_of, new_list
from xlperf.frameworks.loading import FrameworkFile
from xlperf.frameworks.schema import Framework
from xlperf.package import Package, open_package, write_file
from xlperf.values import Value, is_blank
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.gates import TYPED
from xlperf.workbook.identity import IDENTITY, PREFILLED_CELL
from xlperf.workbook.input_finder import Finder
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.roles import Copy, Role
from xlperf.workbook.sheets.all_sheets import role_at
from xlperf.workbook.two_column_files import checked

IDS = {NAME: "unit_name", CODE: "unit_code"}
# A heading of this form is meant as an id; anything else may be a column of the bureau's own.
_ID = re.compile(r"[a-z][a-z0-9]*(?:[_.][A-Za-z0-9_.]+)?")


@dataclass(frozen=True)
class Distribution:
    """What was sent out: the number of workbooks, the columns of the roster that nothing was taken from, where the list is."""

    count: int
    unused: tuple[str, ...]
    list_path: Path


@dataclass(frozen=True)
class _Order:
    """A workbook to be made: of which unit, under which name, of which framework, with what filled in (by id)."""

    line: RosterLine
    file: str
    source: FrameworkFile
    values: Mapping[str, Value]


@dataclass(frozen=True)
class _Master:
    """The empty workbook that those of a framework are filled from, and its inputs."""

    source: FrameworkFile
    package: Package
    known: Mapping[str, InputCell]


def distribute(
    roster: Roster,
    source: FrameworkFile,
    output: Path,
    tell: Callable[[int, int], None] = lambda done, total: None,
    key: bytes | None = None,
    individual: IndividualRows | None = None,
) -> Distribution:
    """Writes a workbook for each unit, named by its code and name, and the list of what is sent, signed by a key if any.

    Everything is checked before the first one is written. `individual`: the frameworks of the units that have indicators
    of their own.
    Errors: UserError: a heading that may mean two inputs or looks like an id and is none, a value of the wrong type, two
    units of one file name, a folder not empty.
    """
    source = source.neutral
    blank = _master(source)
    meant = _meant(roster, blank.known, source.framework)
    orders = _orders(roster, blank, meant, individual)
    _make(output)
    variants: dict[str, Hashes] = {}
    units: dict[str, SentUnit] = {}
    made = blank
    # Those of one framework after one another: each needs a layout of its own, and only one is held.
    in_turn = sorted(orders, key=lambda order: "" if order.source is source else order.source.content_hash)
    for number, order in enumerate(in_turn, 1):
        if order.source.content_hash != made.source.content_hash:
            made = _master(order.source)
            variants[made.source.standard_hash] = hashes_of(made.package)
        known = {name: value for name, value in order.values.items() if name in made.known}
        places = {(made.known[name].sheet, made.known[name].ref): value for name, value in known.items()}
        write_file(output / order.file, _filled(made.package, places))
        units[order.file] = _sent(order, known, "" if made is blank else made.source.standard_hash)
        tell(number, len(orders))
    both = (blank.package, layout(source, "", Edition.UDF, Copy.UNIT))
    sent = new_list(source, both, [units[order.file] for order in orders], variants)
    path = output / LIST
    write_file(path, (sent.signed(key) if key else sent).text().encode("utf-8", "surrogatepass"))
    unused = tuple(heading for heading in roster.headings if heading not in meant)
    return Distribution(len(orders), unused, path)


def _orders(
    roster: Roster, blank: _Master, meant: Mapping[str, str], individual: IndividualRows | None
) -> list[_Order]:
    """What is to be made for each unit, in the roster's order."""
    found: dict[str, _Order] = {}
    for line in roster.lines:
        name = _file_name(line)
        other = found.get(same_file(name))
        if other is not None:
            raise roster.refuse(line, f"与第 {other.line.row} 行的文件名都会是 {name}，请改其中一个的单位编码")
        values = _values(roster, line, meant, blank.known)
        own = individual.frameworks.get(line.row) if individual else None
        source, targets = (own.source, own.targets) if own else (blank.source, {})
        found[same_file(name)] = _Order(line, name, source, {**values, **targets})
    return list(found.values())


def _master(source: FrameworkFile) -> _Master:
    package = open_package(assemble(source, edition=Edition.NATIVE, copy=Copy.UNIT))
    return _Master(source, package, catalogue(NamedCells(package), source.framework))


def _sent(order: _Order, values: Mapping[str, Value], framework: str) -> SentUnit:
    """The line of the list: what was filled in for a unit besides who it is."""
    given = {name: value for name, value in values.items() if isinstance(value, bool | int | float | str)}
    prefilled = {name: value for name, value in given.items() if name not in IDS.values()}
    return SentUnit(order.line.code, order.line.name, order.file, prefilled, framework)


def _filled(master: Package, values: Mapping[Place, Value]) -> bytes:
    """The workbook of a unit, with results that are those of its inputs; it knows that the unit has typed none of them."""
    filled = recalculated(master, values)
    prefilled = NamedCells(filled.package).value(TYPED)
    return recalculated(master, {**values, (IDENTITY, PREFILLED_CELL): prefilled}).data if prefilled else filled.data


def _meant(roster: Roster, known: Mapping[str, InputCell], framework: Framework) -> dict[str, str]:
    """The input that each heading means, by its id or its Chinese label; other columns, such as telephones, mean none."""
    finder = Finder(known)
    found: dict[str, str] = {}
    for heading in roster.headings:
        ids = [item.id for item in finder.candidates(heading)]
        if len(ids) > 1:
            raise UserError(f"{roster.path} 的标题“{heading}”可以是 {'、'.join(ids)}，请写其中一个编号")
        if not ids and _ID.fullmatch(heading):
            raise UserError(
                f"{roster.path} 的标题“{heading}”不是填报格的编号；xlperf inputs 列出全部编号，{NAME}、{CODE} 照写"
            )
        if ids and ids[0] in IDS.values():
            raise UserError(f"{roster.path} 的标题“{heading}”请写成 {NAME} 或 {CODE}")
        if ids and ids[0] in found.values():
            raise UserError(f"{roster.path} 有两列都是 {ids[0]}（{known[ids[0]].label}）")
        if ids and role_at((known[ids[0]].sheet, known[ids[0]].ref), framework) is not Role.UNIT:
            raise UserError(f"{roster.path} 的标题“{heading}”是评价组填的，下发的单位版里不能预填，请删去这一列")
        if ids:
            found[heading] = ids[0]
    return found


def _values(
    roster: Roster, line: RosterLine, meant: Mapping[str, str], known: Mapping[str, InputCell]
) -> dict[str, Value]:
    given = {meant[heading]: value for heading, value in line.values.items() if heading in meant}
    stated: dict[str, Value] = {IDS[NAME]: line.name, IDS[CODE]: line.code or None, **given}
    values: dict[str, Value] = {}
    for identifier, value in stated.items():
        if is_blank(value):
            continue
        try:
            values[identifier] = checked(known[identifier], value)
        except (UserError, CellError) as error:
            raise roster.refuse(line, str(error)) from None
    return values


def _file_name(line: RosterLine) -> str:
    return file_stem(f"{line.code}_{line.name}" if line.code else line.name) + Edition.NATIVE.suffix


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise UserError(f"{folder}：不能用作输出文件夹（系统错误 {error.errno}）") from None
    if not is_empty:
        raise UserError(f"{folder} 里已有别的内容，请给出新的或空的文件夹")
