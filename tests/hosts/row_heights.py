"""How tall LibreOffice says that each row of a workbook is, and how tall its text needs it to be; calc.py imports it."""

from __future__ import annotations

from typing import Any


def measured(document: Any) -> dict[str, list[tuple[int, int]]]:
    """Height given and height needed of every row by sheet, in hundredths of a millimetre."""
    found = {}
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        rows = range(cursor.RangeAddress.EndRow + 1)
        given = [sheet.Rows.getByIndex(row).Height for row in rows]
        sheet.Rows.OptimalHeight = True
        found[sheet.Name] = list(zip(given, [sheet.Rows.getByIndex(row).Height for row in rows], strict=True))
    return found
