"""Ratios that would be lost unnoticed, with much room: what was measured stands in docs/性能.md.

Everything is taken in the same run, of the processor's time, the best of several.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.bench_recalculate import floor
from tests.benchmarks.submissions import own_data, thirds, written
from tests.support.source_tree import ROOT
from xlperf.engines import recalculate
from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.recalculation import registered_functions
from xlperf.package import Package, open_package, reuse
from xlperf.package.reuse.template_diff import Variation
from xlperf.package.sheet_contents import SheetContents
from xlperf.workbook.locations import workbooks_folder

BLOB = (workbooks_folder() / "examples" / "renhua-2021.xlsm").read_bytes()
pytestmark = pytest.mark.slow


def best(action: Callable[[bytes], object], submissions: list[bytes]) -> float:
    """Seconds of the processor for one submission, the first being there to warm up."""
    times = []
    for blob in submissions:
        started = time.process_time()
        action(blob)
        times.append(time.process_time() - started)
    return min(times[1:])


def recalculated(blob: bytes) -> bytes:
    return recalculate(open_package(blob), trusted=True).data


def results(blob: bytes) -> object:
    return recalculate(open_package(blob), trusted=True).seen.saved_results


def by_formualizer(blob: bytes) -> object:
    model = FormualizerEngine().load(open_package(blob), registered_functions())
    return model.calculate()


def test_ratios() -> None:
    submissions = list(thirds(BLOB, 8))
    least = best(floor, submissions)
    whole = best(recalculated, submissions)
    read_only = best(results, submissions)
    assert whole < 3 * least
    # Results take the way of the whole but for the writing, which is little: a busy machine blurs the difference.
    assert read_only < 1.5 * whole
    assert read_only < best(by_formualizer, submissions[:3]) / 5


def test_submissions_are_read_cell_by_cell() -> None:
    """Of a submission with all its numbers changed and calculated, no sheet is read anew."""
    first, second = own_data(BLOB, 2)
    with reuse.afresh():
        read(open_package(BLOB))
        read(open_package(first))
        readings = read(open_package(second))
        assert sum(isinstance(reading, Variation) for reading in readings) > 10
        known = {id(reading.root) for reading in read(open_package(BLOB))}
        assert {id(reading.root) for reading in readings} == known


def read(package: Package) -> list[SheetContents]:
    return [package.reading(sheet.name) for sheet in package.worksheets]


@pytest.mark.parametrize("count", [100, pytest.param(2_000, marks=pytest.mark.soak)])
def test_memory_stays(count: int, tmp_path: Path) -> None:
    folder = written(own_data(BLOB, 10), tmp_path / "submissions")
    command = [sys.executable, "-m", "tests.benchmarks.alone", "results", str(folder), str(count)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
    assert answer["grown"] < 8
    assert answer["peak"] < 200
