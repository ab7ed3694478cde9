"""Asks LibreOffice how tall each row of a workbook is and how tall its text needs it to be; JSON on the output.

Runs under a Python that has LibreOffice's `uno` (Debian: python3-uno), not under the project's own.
usage: row_heights.py WORKBOOK
"""

from __future__ import annotations

import json
import sys
from typing import Any

from desk import desktop, opened  # type: ignore[import-not-found]


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


def main(path: str) -> None:
    """Measures one workbook."""
    with desktop() as found:
        document = opened(found, path)
        json.dump(measured(document), sys.stdout, ensure_ascii=False)
        document.close(True)


if __name__ == "__main__":
    main(sys.argv[1])
