"""Run by a Python that has uno: loads a workbook with its macros and prints, as JSON, its modules and some cells.

Arguments: the workbook, then formulas, which are put into a sheet of their own and calculated.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

ALWAYS_EXECUTE = 4
SECONDS = 60


def connected(pipe: str):  # type: ignore[no-untyped-def]
    """The running office, once it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    end = time.monotonic() + SECONDS
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


def examined(desktop, workbook: str, formulas: list[str]) -> dict[str, object]:  # type: ignore[no-untyped-def]
    """The modules of the project and what each formula gives: text, number, and LibreOffice's error code."""
    options = (PropertyValue("Hidden", 0, True, 0), PropertyValue("MacroExecutionMode", 0, ALWAYS_EXECUTE, 0))
    document = desktop.loadComponentFromURL(Path(workbook).as_uri(), "_blank", 0, options)
    libraries = document.BasicLibraries
    modules = {
        name: libraries.getByName(name).getByName("XlperfCalls")
        if False
        else list(libraries.getByName(name).ElementNames)
        for name in libraries.ElementNames
    }
    document.Sheets.insertNewByName("vba", document.Sheets.Count)
    sheet = document.Sheets.getByName("vba")
    cells = []
    for row, formula in enumerate(formulas):
        cell = sheet.getCellByPosition(0, row)
        cell.Formula = formula
        cells.append({"formula": formula, "text": cell.String, "number": cell.Value, "error": cell.Error})
    document.close(False)
    return {"modules": modules, "cells": cells}


def main() -> None:
    """Starts an office with a profile of its own, asks, prints, ends it."""
    workbook, *formulas = sys.argv[1:]
    with tempfile.TemporaryDirectory() as profile:
        pipe = Path(profile).name
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore"]
        office = subprocess.Popen([*command, f"--accept=pipe,name={pipe};urp"])
        try:
            desktop = connected(pipe)
            sys.stdout.write(json.dumps(examined(desktop, workbook, formulas), ensure_ascii=False))
            desktop.terminate()
            office.wait(SECONDS)
        finally:
            if office.poll() is None:
                office.kill()


if __name__ == "__main__":
    main()
