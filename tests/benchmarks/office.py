"""How long LibreOffice takes for each of some workbooks, in one process without a screen: open, calculate, save, close.

usage: /usr/bin/python3 tests/benchmarks/office.py TARGET FILE...

Runs under a Python that has LibreOffice's `uno`; prints the milliseconds of each file as a line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "hosts"))

import uno  # type: ignore[import-not-found]
from calc import connected, property_value


def main(target: str, files: list[str]) -> None:
    pipe, times = f"xlperf-bench{os.getpid()}", []
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", "--nologo"]
        office = subprocess.Popen([*command, f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL)
        try:
            desktop = connected(pipe)
            for file in files:
                started = time.perf_counter()
                hidden = (property_value("Hidden", True),)
                document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(file), "_blank", 0, hidden)
                document.calculateAll()
                kind = (property_value("FilterName", "Calc MS Excel 2007 XML"),)
                document.storeToURL(uno.systemPathToFileUrl(target), kind)
                document.close(True)
                times.append((time.perf_counter() - started) * 1000)
        finally:
            office.kill()
    sys.stdout.write(json.dumps(times) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
