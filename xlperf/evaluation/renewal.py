"""Last year's workbook, or one of a standard that was corrected since, carried over into a workbook of another framework.

For a new year only what outlasts the year goes along (who the unit is, targets, how surveys are read), and this year's
amounts become last year's where that is declared (`last_year_of`); all else is left empty, since last year's figures,
findings and scores would pass for this year's. For a corrected standard of the same year everything goes along that has a
place of the same meaning. What has none, or means something else now, is told line by line and never guessed at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from xlperf.editions.conversion import Edition
from xlperf.editions.room import blank_for
from xlperf.errors import CellError
from xlperf.evaluation.meaning import Meaning, indicator_of, meanings, renumbered
from xlperf.evaluation.scoring import recalculated
from xlperf.frameworks.loading import FrameworkFile
from xlperf.package import Package
from xlperf.values import Value, as_text, is_blank, is_number
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.ledger_lines import BETWEEN
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.row_heights import fitted
from xlperf.workbook.sheets.ledger import choice
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.tables.all_tables import ALL_TABLES
from xlperf.workbook.tables.table import LINE
from xlperf.workbook.two_column_files import Row

KEPT, CHANGED, MOVED, EMPTY, LOST = "保留", "有变", "转为上年", "留空", "没有带过来"
YEAR = "evaluation_year"
# Besides the lasting fields of tables: who the unit is, how money is counted, how surveys are read, what weights are.
_LASTING = ("unit_name", "unit_code", "evaluator_name", "money_unit")
_LASTING_PREFIXES = ("survey_", "weight.", "extra_counts")
# The column of the ledger that names an indicator: "18｜公用经费控制率".
_CITING = "problem_indicator"
# The closing balance of last year's workbook, where a framework has both.
_BALANCES = {"carryover_previous": "carryover_current"}


@dataclass(frozen=True)
class Fate:
    """What became of something that was filled in: kept, changed, moved, left empty, lost; where it was and is, and why."""

    kind: str
    id: str
    label: str
    value: str
    cell: str = ""
    note: str = ""


@dataclass(frozen=True)
class Renewal:
    """The new workbook and what became of everything that the old one held."""

    package: Package
    fates: tuple[Fate, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        return {kind: len(self.of(kind)) for kind in (KEPT, CHANGED, MOVED, EMPTY, LOST)}

    @property
    def lost(self) -> list[Fate]:
        """What has no place any more."""
        return self.of(LOST)

    def of(self, kind: str) -> list[Fate]:
        """The fates of a kind."""
        return [fate for fate in self.fates if fate.kind == kind]


@dataclass(frozen=True)
class _Held:
    """An input of the old workbook that is filled."""

    item: InputCell
    value: Value


def renewed(old: Package, source: FrameworkFile, year: int | None, edition: Edition, origin: Path) -> Renewal:
    """The workbook of a framework with what the old one says; `year`: the new year, None where all data stay.

    Errors: UserError: the old workbook is none of ours, or more lines than a table may have.
    """
    former = read_identity(old).framework
    names = NamedCells(recalculated(old).package)
    inputs = catalogue(names, former.framework)
    held = [_Held(item, names.package.value(item.sheet, item.ref)) for item in inputs.values()]
    held = [one for one in held if not is_blank(one.value)]
    rows = [Row(0, one.item.id, one.value) for one in held if year is None or _is_lasting(one.item.id)]
    blank, _ = blank_for(source, rows, edition, origin)
    into = NamedCells(blank)
    places = catalogue(into, source.framework)
    before, after = meanings(former.framework, inputs), meanings(source.framework, places)
    known = {indicator.code: indicator.name for indicator in source.framework.indicators}
    carrier = _Carrier(before, after, places, renumbered(former.framework, source.framework), known)
    values: dict[Place, Value] = {}
    fates: list[Fate] = []
    for one in held:
        if one.item.id == YEAR:
            continue
        if year is not None and not _is_lasting(one.item.id):
            fates.append(_fate(EMPTY, one, note="上年的数、核查和评分不当作今年的"))
            continue
        fate, item = carrier.carried(one)
        fates.append(fate)
        if item:
            values[item.sheet, item.ref] = carrier.value(one)
    for fate, item, value in _last_years(names, source, places) if year is not None else ():
        fates.append(fate)
        values[item.sheet, item.ref] = value
    pasted = list(_pasted(names, into)) if year is None else []
    values |= {place: value for place, value, _ in pasted}
    fates += dict.fromkeys(fate for _, _, fate in pasted)
    values[into.place(YEAR)] = names.value(YEAR) if year is None else year
    return Renewal(fitted(recalculated(blank, values), values), tuple(fates))


def _is_lasting(identifier: str) -> bool:
    """Whether what stands in an input outlasts the year."""
    table, _, field = identifier.partition("_")
    stated = next((t.field(field.partition(".")[0]) for t in ALL_TABLES if t.id == table), None)
    return identifier in _LASTING or identifier.startswith(_LASTING_PREFIXES) or bool(stated and stated.is_lasting)


class _Carrier:
    """Finds the place of an old input among the new ones."""

    def __init__(
        self,
        before: Mapping[str, Meaning],
        after: Mapping[str, Meaning],
        places: Mapping[str, InputCell],
        codes: Mapping[str, str],
        names: Mapping[str, str],
    ) -> None:
        self._before, self._after, self._places, self._codes, self._names = before, after, places, codes, names
        self._labels: dict[str, list[str]] = {}
        for name, item in places.items():
            self._labels.setdefault(item.label, []).append(name)

    def carried(self, one: _Held) -> tuple[Fate, InputCell | None]:
        """What becomes of an input, and where it goes."""
        item, old = one.item, self._before[one.item.id]
        target = self._place(item)
        if target is None:
            other = self._places.get(item.id)
            note = f"这个编号现在是“{other.label}”" if other else "新的里面没有这一格"
            return _fate(LOST, one, note=note), None
        if problem := _unfit(replace(one, value=self.value(one)), target):
            return _fate(LOST, one, target, problem), None
        changes = old.changes_to(self._after[target.id])
        if target.id != item.id:
            changes = [f"编号 {item.id} 变为 {target.id}", *changes]
        return _fate(CHANGED if changes else KEPT, one, target, "；".join(changes)), target

    def value(self, one: _Held) -> Value:
        """The value as it goes along: an indicator by its new number and name."""
        if one.item.id.partition(".")[0] != _CITING or isinstance(one.value, bool | CellError) or one.value is None:
            return one.value
        former = as_text(one.value).partition(BETWEEN)[0].strip()
        code = self._codes.get(former, former)
        return choice(code, self._names[code]) if code in self._names else one.value

    def _place(self, item: InputCell) -> InputCell | None:
        """The input of the same id; one of the same label where that is another thing now, or gone.

        What belongs to an indicator goes by its name: a corrected standard may number its indicators anew.
        """
        same = self._places.get(item.id)
        if same is not None and (same.label == item.label or indicator_of(item.id) == ""):
            return same
        alike = self._labels.get(item.label, [])
        if len(alike) == 1:
            return self._places[alike[0]]
        is_renamed = same is not None and self._before[item.id].is_renamed(self._after[item.id])
        return same if is_renamed and not alike else None


def _unfit(one: _Held, target: InputCell) -> str:
    """Why the value can't stand there; empty where it can."""
    if target.type != one.item.type:
        return "类型变了，旧值不能直接用"
    if target.unit != one.item.unit:
        return f"单位由 {one.item.unit or '（无）'} 变为 {target.unit or '（无）'}，旧值不能直接用"
    if isinstance(one.value, CellError):
        return f"是错误值 {one.value}"
    if target.type == "choice" and one.value not in target.choices:
        return f"选项变了，现在是 {'、'.join(target.choices)}"
    if target.type == "score" and is_number(one.value) and one.value > target.maximum:
        return f"超过现在的分值 {as_text(target.maximum)}"
    return ""


def _last_years(
    names: NamedCells, source: FrameworkFile, places: Mapping[str, InputCell]
) -> Iterator[tuple[Fate, InputCell, Value]]:
    """This year's amounts of the old workbook where the new one wants last year's, as far as that is declared."""
    for item in source.framework.inputs:
        wanted = item.last_year_of or _BALANCES.get(item.id, "")
        if wanted and not item.fact and names.has(wanted):
            value = names.value(wanted)
            if is_number(value):
                yield _moved(wanted, value, places[item.id])
    for table in ALL_TABLES:
        for field in table.fields:
            if not field.last_year_of:
                continue
            found = names.by_code(table.column_name(LINE), table.column_name(field.last_year_of))
            for code, place in found.items():
                target = places.get(f"{table.id}_{field.id}.{code}")
                value = names.package.value(*place)
                if target and is_number(value):
                    yield _moved(f"{table.id}_{field.last_year_of}.{code}", value, target)


def _moved(identifier: str, value: Value, target: InputCell) -> tuple[Fate, InputCell, Value]:
    return Fate(MOVED, identifier, target.label, _text(value), target.cell, f"填入 {target.id}"), target, value


def _pasted(names: NamedCells, into: NamedCells) -> Iterator[tuple[Place, Value, Fate]]:
    """What is pasted into the sheets of official tables, cell by cell."""
    for spec in IMPORTS:
        area = f"import{spec.number}_area"
        if not (names.has(area) and into.has(area)):
            continue
        sheet, cells = names.area(area)
        for cell in names.package.cells(sheet).values():
            is_inside = cells.top <= cell.row <= cells.bottom and cells.left <= cell.column <= cells.right
            if is_inside and not is_blank(cell.value) and cell.formula is None:
                yield (into.area(area)[0], cell.ref), cell.value, Fate(KEPT, area, f"{sheet}：粘贴的内容", "", sheet)


def _fate(kind: str, one: _Held, target: InputCell | None = None, note: str = "") -> Fate:
    cell = target.cell if target else ""
    return Fate(kind, one.item.id, one.item.label, _text(one.value), cell, note)


def _text(value: Value) -> str:
    return str(value) if isinstance(value, CellError) or value is None else as_text(value)
