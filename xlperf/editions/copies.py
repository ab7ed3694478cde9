"""From one role's copy of a workbook to another's: laid out anew, with all that was filled in carried over by its id.

Not by changing the file: what a unit's copy locks, hides and leaves out is decided where it is laid out, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlperf.editions.conversion import Edition
from xlperf.editions.free_sheet import has_free_sheet
from xlperf.editions.layouts import layout
from xlperf.engines import recalculate
from xlperf.errors import UserError
from xlperf.frameworks.loading import FrameworkFile, find_framework, shipped_frameworks
from xlperf.package import Package
from xlperf.workbook.carrying import carried, cells_of
from xlperf.workbook.data_files import data_with_room
from xlperf.workbook.data_shape import read_shape, shape_of
from xlperf.workbook.identity import (
    DATA_SHAPE,
    FREE_SHEET,
    IDENTITY,
    PREFILLED_CELL,
    read_copy,
    read_identity,
    read_note,
)
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy, Role
from xlperf.workbook.row_heights import fitted

_ALL = frozenset({Role.UNIT, Role.EVALUATOR, Role.COMPUTED})


@dataclass(frozen=True)
class Copied:
    """A workbook for another role: how many filled cells it took over, and what the user should know."""

    package: Package
    count: int
    notes: tuple[str, ...]


def copied(package: Package, copy: Copy) -> Copied:
    """The workbook for another role, with what was filled in.

    Into and out of a unit's copy only what is the unit's goes: awards have no place there, and those typed into one in
    spite of its locks are nobody's.
    Errors: UserError: not one of our workbooks, already that copy.
    """
    current = read_copy(package)
    if current is copy:
        raise UserError(f"这个工作簿已经是{copy.label}，不用转换")
    return _carried_over(package, copy, {})


def with_room(package: Package, room: Mapping[str, int]) -> Package:
    """The workbook with as many lines in its tables as wanted, with what was filled in."""
    return _carried_over(package, read_copy(package), room).package


def _carried_over(package: Package, copy: Copy, room: Mapping[str, int]) -> Copied:
    identity = read_identity(package)
    source = _told(identity.framework)
    framework = source.framework
    shape = read_note(package, DATA_SHAPE)
    if room:
        data = read_shape(shape) or data_with_room(framework, {})
        shape = shape_of(data.model_copy(update={"room": {**data.room, **room}}))
    blank = layout(source, shape, Edition(identity.edition), copy)
    is_units = Copy.UNIT in (copy, read_copy(package))
    roles = frozenset({Role.UNIT}) if is_units else _ALL
    old, new = cells_of(NamedCells(package), framework), cells_of(NamedCells(blank), framework)
    values, lost = carried(old, new, roles)
    prefilled = {(IDENTITY, PREFILLED_CELL): package.value(IDENTITY, PREFILLED_CELL)}
    result = fitted(recalculate(blank.with_inputs(values | prefilled), trusted=True), values)
    notes = [f"{cell.label}（{cell.place[0]}!{cell.place[1]}）没有带过来：是错误值，或新版没有这一格" for cell in lost]
    kept = _kept(blank)
    dropped = [
        cell
        for cell in old.values()
        if cell.role not in roles and cell.value not in (None, "") and cell.value != kept.get(cell.place)
    ]
    if dropped:
        first = "、".join(f"{cell.place[0]}!{cell.place[1]}" for cell in dropped[:3])
        notes.append(f"评价组填的 {len(dropped)} 格（{first} 等）没有带过来：单位版里不评定、不登记问题")
    if _free(package) - _free(blank):
        notes.append(f"“{FREE_SHEET}”里自己写的没有带过来")
    return Copied(result, sum(value is not None for value in values.values()), tuple(notes))


def _free(package: Package) -> set[tuple[str, object]]:
    """What stands on the free sheet."""
    if not has_free_sheet(package):
        return set()
    texts = package.formulas(FREE_SHEET)
    return {(ref, texts.get(ref, cell.value)) for ref, cell in package.cells(FREE_SHEET).items()}


def _kept(blank: Package) -> dict[tuple[str, str], object]:
    """What stands in cells by the layout alone, such as weights."""
    return {
        (sheet.name, ref): cell.value for sheet in blank.worksheets for ref, cell in blank.cells(sheet.name).items()
    }


def _told(source: FrameworkFile) -> FrameworkFile:
    """The framework with the case that it was made from, where it is a shipped one: a unit's copy carries it without."""
    if source.framework.id not in shipped_frameworks():
        return source
    shipped = find_framework(source.framework.id)
    return shipped if shipped.standard_hash == source.standard_hash else source
