"""The last touch to a workbook laid out: tabs in the colour of who fills them in, sheets of no use hidden, and in a unit's
copy nothing to fill in that is for others.
"""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.workbook import appearance
from xlperf.workbook.drawing import styles
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import GROUPS, Copy, Role


def finish(book: Workbook, plan: Plan) -> None:
    """Colours the tabs, hides what is not shown; in a unit's copy locks what is not the unit's."""
    for sheet in plan.sheets:
        page = book[sheet.title]
        page.sheet_properties.tabColor = GROUPS[sheet.group(plan.framework, plan.copy)]
        if not plan.is_shown(sheet):
            page.sheet_state = "hidden"
        if plan.copy is Copy.UNIT:
            _close(page, sheet, plan)


def _close(page: Worksheet, sheet: SheetDeclaration, plan: Plan) -> None:
    """Locks the cells that the unit doesn't fill in, and hides their columns."""
    others = []
    for identifier in sheet.columns.ids:
        role = sheet.role_of(identifier, plan.framework)
        if role is not Role.UNIT and sheet.columns.number(identifier) <= page.max_column:
            others.append(sheet.columns.number(identifier))
            # What follows from the evaluator's work alone is of no use to the unit either.
            column = sheet.columns[identifier]
            if role is Role.EVALUATOR and (column.is_input or column.filled_by):
                page.column_dimensions[sheet.columns.letter(identifier)].hidden = True
    for number in others:
        for (cell,) in page.iter_rows(min_col=number, max_col=number):
            if not cell.protection.locked:
                cell.protection = styles.LOCKED
                cell.fill = styles.fill(appearance.WHITE)
