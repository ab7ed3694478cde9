"""What is filled into a unit's copy that is the evaluator's: awards, reviews, the ledger. The unit can't award itself."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.errors import UserError
from xlperf.findings.finding import ERROR, Finding
from xlperf.frameworks.schema import Framework
from xlperf.values import is_blank
from xlperf.workbook.as_delivered import read_reference
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.identity import read_copy
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy, Role
from xlperf.workbook.sheets.all_sheets import role_at


def copy_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """For each sheet of a unit's copy, the cells filled in that are for the evaluator."""
    if read_copy(names.package) is not Copy.UNIT:
        return
    sheets: dict[str, list[InputCell]] = {}
    for item in _inputs(names, framework):
        if role_at((item.sheet, item.ref), framework) is not Role.UNIT and not _is_as_made(names, item):
            sheets.setdefault(item.sheet, []).append(item)
    for sheet, items in sheets.items():
        listed = "、".join(item.label for item in items[:3]) + ("等" if len(items) > 3 else "")
        cell = f"{sheet}!{items[0].ref}"
        text = (
            f"单位版里填了评价组的格：{sheet} {len(items)} 格（{listed}，从 {cell} 起）。不作数，也不参加排名；"
            "请清空，由评价组用 xlperf convert --for evaluator 打开后评定。"
        )
        yield Finding(ERROR, "evaluator_cell_filled", cell, text)


def _inputs(names: NamedCells, framework: Framework) -> list[InputCell]:
    try:
        return list(catalogue(names, framework).values())
    except UserError:
        # Names are gone, which is told where alterations are.
        return []


def _is_as_made(names: NamedCells, item: InputCell) -> bool:
    """Whether nothing stands there but what the layout put there, such as a weight."""
    value = names.package.value(item.sheet, item.ref)
    reference = read_reference(names.package)
    made = reference.sheets[item.sheet].constants.get(item.ref) if reference else None
    return is_blank(value) or value == made
