"""What a call from Excel costs in Python: xlwings' conversion and our function, without COM itself (stubs stand for it).

`python tests/excel/bench_calls.py`: every different call of a full recalculation of the largest example.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import pytest

from tests.excel.com_stubs import udf_server
from tests.excel.vba_host import as_com, as_vba
from tests.excel.worksheet_calls import Call, calls_of
from tests.support import run_folder
from tests.support.examples import made_example

MODULE, TURNS = "xlperf.excel.udfs", 20


def seconds(server: Any, calls: Sequence[Call]) -> list[float]:
    """The processor seconds of each call, the median of some turns."""
    found = []
    for name, arguments in calls:
        given = tuple(as_com(as_vba(argument)) for argument in arguments)
        turns = []
        for _ in range(TURNS):
            begun = time.process_time()
            server.CallUDF(MODULE, name, given)
            turns.append(time.process_time() - begun)
        found.append(statistics.median(turns))
    return found


def main() -> None:
    """Prints the figures."""
    run_folder.begin()
    try:
        calls = calls_of(made_example("renhua-2021"))
    finally:
        run_folder.end()
    different = list({repr(call): call for call in calls}.values())
    with pytest.MonkeyPatch.context() as patch, udf_server(patch) as server:
        spent = seconds(server, different)
    each = [f"{1e6 * part:.0f}" for part in (statistics.median(spent), max(spent))]
    sys.stdout.write(f"{len(calls)} calls, {len(different)} different; µs a call: median {each[0]}, most {each[1]}; ")
    sys.stdout.write(f"all different ones: {1e3 * sum(spent):.0f} ms\n")


if __name__ == "__main__":
    main()
