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
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.recalculation import registered_functions
from xlperf.evaluation.scoring import named_results
from xlperf.package import Package, open_package
from xlperf.package import package as package_module
from xlperf.package.reuse.memo import Memory
from xlperf.package.reuse.recent_sheets import Readings
from xlperf.package.reuse.template_diff import VariedCells
from xlperf.package.sheet_contents import SheetContents
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

WANTED = ("total_score", "indicator_score")
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
    return named_results(open_package(blob), WANTED)


def by_formualizer(blob: bytes) -> object:
    model = FormualizerEngine().load(open_package(blob), registered_functions())
    return model.calculate()


def test_ratios() -> None:
    submissions = list(thirds(BLOB, 8))
    least = best(floor, submissions)
    whole = best(recalculated, submissions)
    read_only = best(results, submissions)
    assert whole < 3 * least
    assert read_only < whole / 1.5
    assert read_only < best(by_formualizer, submissions[:3]) / 10


def test_many_at_once_take_less_than_one_after_the_other() -> None:
    """Only the calculation: what is read is the same."""
    packages = [open_package(blob) for blob in own_data(BLOB, 40)]
    places = [place for found in WANTED for place in NamedCells(packages[0]).places(found)]
    model = CompiledEngine().load(packages[0], registered_functions(), frozenset(places))
    fillings = [model.filling(package) for package in packages]
    times: dict[str, list[float]] = {"at once": [], "one by one": []}
    for _ in range(4):
        started = time.process_time()
        together = [*model.results_of(fillings, places)]
        times["at once"].append(time.process_time() - started)
        started = time.process_time()
        single = []
        for package in packages:
            model.adopt(package)
            model.run()
            single.append(tuple(model.read(*place) for place in places))
        times["one by one"].append(time.process_time() - started)
        assert together == single
    assert min(times["at once"]) < min(times["one by one"]) / 1.2


def test_submissions_are_read_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a submission with all its numbers changed and calculated, no sheet is read anew."""
    first, second = own_data(BLOB, 2)
    monkeypatch.setattr(package_module, "READINGS", Readings())
    monkeypatch.setattr(package_module, "MEMORY", Memory())
    read(open_package(BLOB))
    read(open_package(first))
    readings = read(open_package(second))
    varied = [reading for reading in readings if reading.root is not reading]
    assert len(varied) > 10
    assert all(isinstance(reading, VariedCells) for reading in varied)
    known = {id(reading.root) for reading in read(open_package(BLOB))}
    assert {id(reading.root) for reading in readings} == known


def read(package: Package) -> list[SheetContents]:
    return [package.reading(sheet.name) for sheet in package.worksheets]


def test_memory_stays(tmp_path: Path) -> None:
    folder = written(own_data(BLOB, 25), tmp_path / "submissions")
    command = [sys.executable, str(ROOT / "tests/benchmarks/alone.py"), "results", str(folder), "400"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
    assert answer["grown"] < 8
    assert answer["peak"] < 200
