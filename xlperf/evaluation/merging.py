"""Several evaluators' copies of one unit in one: what one of them filled in is taken, what two filled in otherwise is told.

A cell goes by its id. A line of the ledger goes by what it says, since numbers are printed: the third line of two evaluators
holds two facts, and both stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.editions.copies import with_room
from xlperf.errors import UserError
from xlperf.evaluation.scoring import recalculated
from xlperf.package import Package
from xlperf.values import Value, as_text, is_blank
from xlperf.workbook.carrying import Filled, cells_of
from xlperf.workbook.identity import read_copy, read_identity
from xlperf.workbook.ledger_lines import printed_number
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy
from xlperf.workbook.row_heights import fitted
from xlperf.workbook.sheets.cover import PROJECT_NAME

# Tables in which evaluators add lines, and the columns that say which line it is; none: all of them.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "problem": ("problem_indicator", "problem_fact"),
    "source": ("source_input", "source_origin"),
    "opinions": (),
}
_FACT, _SAME_AS, _GROUP = "problem_fact", "problem_same_as", "problem_group"
# Cells that cite numbers of the ledger.
_CITING = re.compile(r"(?:evidence|point_evidence|point_problems)\.")
_NUMBER = re.compile(r"\bW[0-9]{2,}\b")


@dataclass(frozen=True)
class Conflict:
    """A cell that evaluators filled in differently: where it is, what each file says."""

    id: str
    label: str
    cell: str
    values: Mapping[str, Value]

    @property
    def sentence(self) -> str:
        """What is said of it."""
        said = "，".join(f"{name} 是 {as_text(value)}" for name, value in self.values.items())  # type: ignore[arg-type]
        return f"{self.label}（{self.cell}）：{said}"


@dataclass(frozen=True)
class Merged:
    """The merged workbook, how many cells and lines came from the others, the conflicts that are open and those settled."""

    package: Package
    taken: int
    appended: int
    conflicts: tuple[Conflict, ...]
    settled: tuple[Conflict, ...]


@dataclass
class _File:
    """A copy: its name, its cells by id, its lines by table and number, and what its numbers and groups become."""

    name: str
    cells: Mapping[str, Filled]
    lines: dict[str, dict[int, dict[str, Value]]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for cell in self.cells.values():
            if cell.lines in _KEYS and not is_blank(cell.value):
                self.lines.setdefault(cell.lines, {}).setdefault(cell.line, {})[cell.column] = cell.value

    def key(self, table: str, line: Mapping[str, Value]) -> tuple[Value, ...]:
        """What says which line it is: of one that stands for the fact of another line, with that fact."""
        columns = _KEYS[table]
        if not columns:
            return tuple(value for _, value in sorted(line.items()))
        told = dict(line)
        if table == "problem" and is_blank(line.get(_FACT)):
            told[_FACT] = self._fact(line.get(_SAME_AS))
        return tuple(_spelt(told.get(column)) for column in columns)

    def _fact(self, number: Value) -> Value:
        lines = self.lines.get("problem", {})
        return next((line.get(_FACT) for at, line in lines.items() if printed_number(at) == number), None)

    def translated(self, identifier: str, value: Value) -> Value:
        """A value with the numbers and groups that its file has in the merged ledger."""
        if isinstance(value, str) and (identifier.startswith(f"{_SAME_AS}.") or _CITING.match(identifier)):
            return _NUMBER.sub(lambda match: self.numbers.get(match[0], match[0]), value)
        if identifier.startswith(f"{_GROUP}.") and not is_blank(value):
            return self.groups.get(str(value), value)
        return value


def _spelt(value: Value) -> Value:
    """An indicator's code with and without its name, a fact with other blanks: the same."""
    return "".join(value.partition("｜")[0].split()) if isinstance(value, str) else value


def merged(copies: Sequence[tuple[str, Package]], preferred: str | None = None) -> Merged:
    """The copies merged into the first, recalculated; cells in conflict are left blank unless one file is preferred.

    Errors: UserError: fewer than two, copies of different units, years or frameworks, a unit's own copy.
    """
    _check(copies, preferred)
    framework = read_identity(copies[0][1]).framework.framework
    files = [_File(name, cells_of(NamedCells(package), framework)) for name, package in copies]
    found: dict[str, dict[str, Value]] = {}
    appended, room = _merge_lines(files, found)
    for file in files:
        for name, cell in file.cells.items():
            if cell.lines not in _KEYS and not is_blank(cell.value):
                found.setdefault(name, {})[file.name] = file.translated(name, cell.value)
    base = with_room(copies[0][1], room) if room else copies[0][1]
    cells = cells_of(NamedCells(base), framework)
    return _settled(base, cells, found, files, preferred, appended)


def _settled(
    base: Package,
    cells: Mapping[str, Filled],
    found: Mapping[str, Mapping[str, Value]],
    files: Sequence[_File],
    preferred: str | None,
    appended: int,
) -> Merged:
    values: dict[tuple[str, str], Value] = {}
    conflicts: list[Conflict] = []
    settled: list[Conflict] = []
    taken = 0
    for name, said in found.items():
        if name not in cells:
            label = next(file.cells[name].label for file in files if name in file.cells)
            raise UserError(f"{label} 在第一个文件里没有这一格，不能合并；请把行数最多的一份写在最前面")
        cell = cells[name]
        values[cell.place] = next(iter(said.values()))
        if len({_compared(value) for value in said.values()}) > 1:
            conflict = Conflict(name, cell.label, "!".join(cell.place), said)
            values[cell.place] = said.get(preferred) if preferred else None
            (settled if preferred in said else conflicts).append(conflict)
        elif values[cell.place] != cell.value:
            taken += 1
    changed = {place: value for place, value in values.items() if value != base.value(*place)}
    package = fitted(recalculated(base, changed), changed)
    return Merged(package, taken, appended, tuple(conflicts), tuple(settled))


def _compared(value: Value) -> Value:
    return "".join(value.split()) if isinstance(value, str) else value


def _merge_lines(files: Sequence[_File], found: dict[str, dict[str, Value]]) -> tuple[int, dict[str, int]]:
    """Puts every line of every file in its place; how many were appended, and the room that tables need for them."""
    appended, room = 0, {}
    for table in _KEYS:
        places: dict[tuple[Value, ...], int] = {}
        last, groups = 0, set[str]()
        for number, file in enumerate(files):
            matched: dict[int, int] = {}
            for line, cells in file.lines.get(table, {}).items():
                key = file.key(table, cells)
                if number and key in places:
                    matched[line] = places[key]
            for line, cells in file.lines.get(table, {}).items():
                if line not in matched:
                    last = max(last, line) if not number else last + 1
                    matched[line] = line if not number else last
                    appended += bool(number)
                    places.setdefault(file.key(table, cells), matched[line])
            file.numbers |= (
                {printed_number(line): printed_number(to) for line, to in matched.items()} if table == "problem" else {}
            )
            if table == "problem":
                groups |= _regroup(file, number, groups, _shared_groups(file, matched, found))
            for line, cells in file.lines.get(table, {}).items():
                for column, value in cells.items():
                    name = f"{column}.{matched[line]}"
                    found.setdefault(name, {})[file.name] = file.translated(name, value)
        if last > max((c.line for c in files[0].cells.values() if c.lines == table), default=last):
            room[table] = last
    return appended, room


def _shared_groups(file: _File, matched: Mapping[int, int], found: Mapping[str, Mapping[str, Value]]) -> set[str]:
    """The groups that hold a fact which stands in the same group in an earlier file: they are one."""
    lines = file.lines.get("problem", {}).items()
    names = {line: str(cells[_GROUP]) for line, cells in lines if _GROUP in cells}
    return {name for line, name in names.items() if name in found.get(f"{_GROUP}.{matched[line]}", {}).values()}


def _regroup(file: _File, number: int, used: set[str], shared: set[str]) -> set[str]:
    """The groups of a file's deductions; one that another file uses for lines of its own gets a name of its own."""
    names = {str(cells[_GROUP]) for cells in file.lines.get("problem", {}).values() if _GROUP in cells}
    file.groups = {name: f"{name}（{number + 1}）" for name in (names & used) - shared}
    return {file.groups.get(name, name) for name in names}


def _check(copies: Sequence[tuple[str, Package]], preferred: str | None) -> None:
    names = [name for name, _ in copies]
    if len(copies) < 2 or len(set(names)) < len(names):
        raise UserError("合并要两份以上、各不相同的评价组版")
    if preferred is not None and preferred not in names:
        raise UserError(f"--prefer {preferred} 不是要合并的文件之一")
    first, facts = names[0], _facts(copies[0][1])
    for name, package in copies:
        if read_copy(package) is Copy.UNIT:
            raise UserError(f"{name} 是单位版；评价组先用 xlperf convert --for evaluator 打开它，再合并各人评定的")
        for (label, expected), (_, own) in zip(facts, _facts(package), strict=True):
            if expected != own:
                raise UserError(f"{name} 与 {first} 的{label}不同（{own or '空白'}，{expected or '空白'}），不能合并")


def _facts(package: Package) -> list[tuple[str, str]]:
    """What copies of one unit have in common."""
    names = NamedCells(package)
    source = read_identity(package).framework
    cells = (
        ("单位编码", "unit_code"),
        ("单位名称", "unit_name"),
        ("评价年度", "evaluation_year"),
        ("项目", PROJECT_NAME),
    )
    facts = [("指标体系", f"{source.framework.id} {source.standard_hash[:8]}")]
    return facts + [(label, str(names.value(name) or "").strip()) for label, name in cells if names.has(name)]
