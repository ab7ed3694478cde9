"""How long LibreOffice takes for each of some workbooks, in one process without a screen: open, calculate, save, close.

usage: /usr/bin/python3 tests/benchmarks/office.py TARGET FILE...

TARGET is a file, written again and again, or a folder for all of them. Runs under a Python that has LibreOffice's `uno`; prints the milliseconds of each file as a line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "hosts"))

import uno  # type: ignore[import-not-found]
from desk import desktop, opened, option  # type: ignore[import-not-found]


def main(target: str, files: list[str]) -> None:
    times = []
    with desktop() as found:
        for file in files:
            started = time.perf_counter()
            document = opened(found, file)
            document.calculateAll()
            goal = Path(target) / f"{Path(file).stem}.xlsx" if Path(target).is_dir() else target
            document.storeToURL(uno.systemPathToFileUrl(str(goal)), (option("FilterName", "Calc MS Excel 2007 XML"),))
            document.close(True)
            times.append((time.perf_counter() - started) * 1000)
    sys.stdout.write(json.dumps(times) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
