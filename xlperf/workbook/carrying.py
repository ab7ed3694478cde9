"""All that people filled into a workbook, by ids that don't depend on where it stands: to carry it into another layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlperf.errors import CellError
from xlperf.formula.addresses import reference
from xlperf.frameworks.schema import Framework
from xlperf.values import Value, is_blank
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.roles import Role
from xlperf.workbook.sheets.all_sheets import role_at
from xlperf.workbook.sheets.official_tables import IMPORTS


@dataclass(frozen=True)
class Filled:
    """A cell that people fill in: what it is called, where it stands, whose it is, what it holds.

    `lines` and `column`: the table of free lines that it belongs to, and the column there; `line`: which one.
    """

    id: str
    label: str
    place: Place
    role: Role
    value: Value
    lines: str = ""

    @property
    def column(self) -> str:
        """The id without the number of the line."""
        return self.id.rpartition(".")[0]

    @property
    def line(self) -> int:
        """The number of the line in a table of lines."""
        return int(self.id.rpartition(".")[2])


def cells_of(names: NamedCells, framework: Framework) -> dict[str, Filled]:
    """Every cell that people fill in, blank ones too: the inputs, and the pasted tables cell by cell.

    Errors: UserError: a name that leads to one is gone.
    """
    found = (_of_input(names, item, framework) for item in catalogue(names, framework).values())
    return {cell.id: cell for cell in (*found, *_pasted(names))}


def _of_input(names: NamedCells, item: InputCell, framework: Framework) -> Filled:
    place = (item.sheet, item.ref)
    value = names.package.value(*place)
    return Filled(item.id, item.label, place, role_at(place, framework), value, item.lines)


def _pasted(names: NamedCells) -> Iterator[Filled]:
    """What stands in the paste areas, by its place in the area."""
    for spec in IMPORTS:
        if not names.has(pasted := f"import{spec.number}_area"):
            # Where scores rest on no official table there is nowhere to paste one.
            continue
        sheet, area = names.area(pasted)
        cells = names.package.cells(sheet)
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                ref = reference(row, column)
                name = f"import{spec.number}_cell.{row - area.top + 1}.{column - area.left + 1}"
                value = cells[ref].value if ref in cells else None
                yield Filled(name, f"{spec.sheet}：{ref}", (sheet, ref), Role.UNIT, value)


def carried(
    old: Mapping[str, Filled], new: Mapping[str, Filled], roles: frozenset[Role]
) -> tuple[dict[Place, Value], list[Filled]]:
    """What the cells of these roles in another layout are to hold, and what can't be carried there: no place, an error."""
    values: dict[Place, Value] = {}
    for name, cell in new.items():
        if cell.role in roles:
            value = old[name].value if name in old else None
            value = None if isinstance(value, CellError) or is_blank(value) else value
            if value != cell.value and not (value is None and is_blank(cell.value)):
                values[cell.place] = value
    lost = [
        cell
        for name, cell in old.items()
        if cell.role in roles and not is_blank(cell.value) and (name not in new or isinstance(cell.value, CellError))
    ]
    return values, lost
