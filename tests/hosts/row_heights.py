"""Asks LibreOffice how tall each row of a workbook is and how tall its text needs it to be; JSON on the output.

Runs under a Python that has LibreOffice's `uno` (Debian: python3-uno), not under the project's own.
usage: row_heights.py WORKBOOK
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.lang import DisposedException  # type: ignore[import-not-found]


def connected(pipe: str) -> Any:
    """The desktop of the office process that listens on a pipe."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.5)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    sys.exit("LibreOffice does not answer")


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
    """Measures one workbook in a process with a profile and a pipe of its own."""
    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    pipe = f"xlperf{os.getpid()}"
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore"]
        office = subprocess.Popen([*command, f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL)
        try:
            desktop = connected(pipe)
            document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, (hidden,))
            json.dump(measured(document), sys.stdout, ensure_ascii=False)
            document.close(True)
            with contextlib.suppress(DisposedException):
                desktop.terminate()
            office.wait(30)
        finally:
            office.kill()


if __name__ == "__main__":
    main(sys.argv[1])
