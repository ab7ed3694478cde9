"""Loads a workbook with its macros in LibreOffice: its modules, and what formulas give; JSON on the output.

Runs under a Python that has LibreOffice's `uno` (Debian: python3-uno), not under the project's own.
usage: vba_in_libreoffice.py WORKBOOK FORMULA...
"""

from __future__ import annotations

import json
import sys
from typing import Any

from desk import desktop, opened, option  # type: ignore[import-not-found]

RUN_MACROS = 4
SHEET = "自检用"


def examined(document: Any, formulas: list[str]) -> dict[str, Any]:
    """The modules by library, their sources, and the text of each formula in a sheet of its own."""
    libraries = document.BasicLibraries
    modules = {
        name: {module: libraries.getByName(name).getByName(module) for module in libraries.getByName(name).ElementNames}
        for name in libraries.ElementNames
    }
    document.Sheets.insertNewByName(SHEET, 0)
    shown = {}
    for row, formula in enumerate(formulas):
        cell = document.Sheets.getByName(SHEET).getCellByPosition(3, row)
        cell.Formula = formula
        shown[formula] = cell.String
    return {"modules": modules, "shown": shown}


def main(path: str, formulas: list[str]) -> None:
    """Loads one workbook with its macros allowed."""
    with desktop() as found:
        document = opened(found, path, option("MacroExecutionMode", RUN_MACROS))
        json.dump(examined(document, formulas), sys.stdout, ensure_ascii=False)
        document.close(True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
