"""An area that an official table is pasted into, whose cells take their look from their columns."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from xlperf.formula.addresses import column_letters, reference
from xlperf.workbook import appearance
from xlperf.workbook.drawing import styles


def lay_out(page: Worksheet, width: int, headings: Sequence[str], top: int) -> None:
    """Draws the headings in the row above the area, and the area."""
    for number, heading in enumerate(headings, 1):
        cell = page.cell(top - 1, number, heading)
        cell.font, cell.fill = styles.font(bold=True, color=appearance.WHITE), styles.fill(appearance.HEADER_FILL)
        cell.alignment, cell.border = styles.align("center"), styles.BORDER
    page.row_dimensions[top - 1].height = 32
    page.freeze_panes = reference(top, 1)
    page.print_title_rows = f"{top - 1}:{top - 1}"
    # No print area: what was pasted is printed, and of a hidden sheet nothing.
    # Thousands of empty cells with a look of their own would only make the file slow.
    for number in range(1, width + 1):
        column = page.column_dimensions[column_letters(number)]
        column.protection, column.border = styles.UNLOCKED, styles.BORDER
        column.fill, column.font = styles.fill(appearance.INPUT_FILL), styles.font()
        for row in range(1, top):
            cell = page.cell(row, number)
            cell.protection = styles.LOCKED
            if row < top - 1 or number > len(headings):
                cell.fill, cell.border = styles.fill(appearance.WHITE), styles.NO_BORDER
