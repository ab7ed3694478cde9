"""Loads a workbook with its macros in LibreOffice: its modules, and what formulas give; JSON on the output.

Runs under a Python that has LibreOffice's `uno` (Debian: python3-uno), not under the project's own.
usage: vba_in_libreoffice.py WORKBOOK FORMULA...
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.lang import DisposedException  # type: ignore[import-not-found]
from row_heights import connected  # type: ignore[import-not-found]

RUN_MACROS = 4
SHEET = "自检用"


def option(name: str, value: object) -> Any:
    """One setting of loading."""
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


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
    """Asks a process with a profile and a pipe of its own."""
    pipe = f"xlperf{os.getpid()}"
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore"]
        office = subprocess.Popen([*command, f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL)
        try:
            desktop = connected(pipe)
            options = (option("Hidden", True), option("MacroExecutionMode", RUN_MACROS))
            document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, options)
            json.dump(examined(document, formulas), sys.stdout, ensure_ascii=False)
            document.close(True)
            with contextlib.suppress(DisposedException):
                desktop.terminate()
            office.wait(30)
        finally:
            office.kill()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
