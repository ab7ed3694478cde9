"""Pasted tables that give no figure, or doubtful ones, as findings: what the status of each import sheet says."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.formula.addresses import reference
from xlperf.frameworks.schema import Framework
from xlperf.values import is_number
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.sheets.imports import NO_UNIT, OTHER_UNIT, TEXTS, UNKNOWN
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.sheets.paste_blocks import BLOCKS
from xlperf.workbook.tables import budget
from xlperf.workbook.tables.table import LINE


def paste_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Every import sheet whose table is not recognised or another unit's, has amounts that are text or names no money unit."""
    for spec in IMPORTS:
        # A workbook of an earlier version has no status.
        if not names.has(f"import{spec.number}_status"):
            continue
        cell = "!".join(names.place(f"import{spec.number}_status"))
        text = f"“{spec.sheet}”{names.value(f'import{spec.number}_status')}。"
        status = text.removeprefix(f"“{spec.sheet}”")
        if status.startswith(UNKNOWN):
            yield Finding(ERROR, "paste_not_recognised", cell, text)
        elif status.startswith(OTHER_UNIT):
            yield Finding(ERROR, "paste_of_other_unit", cell, text)
        elif status.startswith(TEXTS):
            yield Finding(ERROR, "paste_has_texts", cell, text)
        elif status.startswith(NO_UNIT):
            yield Finding(WARNING, "paste_without_unit", cell, text)


def initial_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Every initial figure that the published budget and 收入支出决算总表 state differently; the budget's is the one that counts."""
    table = budget.TABLE
    if not names.has(f"import{budget.SETTLED}_area") or not names.has(table.column_name("imported_initial")):
        return
    groups = {line.code: budget.settled_group(line) for line in table.lines}
    labels = {line.code: line.label.strip("　") for line in table.lines}
    places = names.by_code(table.column_name(LINE), table.column_name("imported_initial"))
    for code, row in names.rows(table.column_name(LINE), table.column_name("row")):
        group = groups.get(str(code), 0)
        settled = _settled_place(names, row, group) if group and is_number(row) else None
        taken = names.package.value(*places[str(code)]) if settled else None
        stated = names.package.value(*settled) if settled else None
        if settled and is_number(taken) and is_number(stated) and round(taken - stated, 2):
            text = (
                f"{labels[str(code)]}：年初预算数，粘贴的部门预算公开表是 {taken:g}，{settled[0]}!{settled[1]} 是 {stated:g}，"
                "取的是前一个；请核对。"
            )
            yield Finding(
                WARNING, "initial_figures_differ", "!".join(places[str(code)]), text, f"{taken:g}", f"{stated:g}"
            )


def _settled_place(names: NamedCells, row: float, group: int) -> Place | None:
    """The cell of 收入支出决算总表 with the initial figure of a row; None where the table has none."""
    sheet, _, ref = BLOCKS[budget.SETTLED].column(f"initial{group}").replace("$", "").rpartition("!")
    column = names.package.value(sheet, ref)
    pasted, area = names.area(f"import{budget.SETTLED}_area")
    if not is_number(column) or column <= 0:
        return None
    return pasted, reference(area.top + int(row) - 1, area.left + int(column) - 1)
