"""Measurements that need a process of their own, for its memory; each prints one line of JSON.

usage: python -m tests.benchmarks.alone results FOLDER COUNT
       python -m tests.benchmarks.alone size SHEETS

`results`: what the cells of some names hold in so many submissions, from files, recalculated, nothing written; the
files are taken in turn again.
`size`: a generated workbook with 2,700 formulas a sheet: its plan, calculations, from file to file.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice, pairwise
from pathlib import Path

from tests.benchmarks.submissions import COLUMNS, ROWS, made
from xlperf.engines import Recalculation, recalculate
from xlperf.engines.changes import differences
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.recalculation import compiled_engine, registered_functions, saved_results
from xlperf.evaluation.scoring import recalculated
from xlperf.package import Limits, open_package, write_file
from xlperf.package.archive import Archive
from xlperf.values import Value
from xlperf.workbook.identity import is_known_template, read_identity
from xlperf.workbook.names import NamedCells

SCORES = ("total_score", "total_grade", "level_score", "indicator_score")
MANY = Limits(cells=10_000_000, formulas=10_000_000)


def peak() -> float:
    """The most memory so far, in MB; what the system counts for a process may go back to before it was this program."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def results(folder: Path, count: int) -> dict[str, object]:
    """Wall clock and processor time of each submission after the first, and what memory grew after a hundred."""
    files = sorted(folder.iterdir())
    started = time.perf_counter()
    wanted = (*SCORES, *(rate.id for rate in read_identity(open_package(files[0])).framework.framework.rates))
    values(files[0], wanted)
    found: dict[str, object] = {"first": (time.perf_counter() - started) * 1000}
    found |= {"peak": peak(), "grown": 0.0}
    before, wall, spent = peak(), time.perf_counter(), time.process_time()
    for number, file in enumerate(islice(cycle(files[1:]), count - 1)):
        values(file, wanted)
        if number == 98:
            before = peak()
    if count > 1:
        found |= {"wall": (time.perf_counter() - wall) * 1000 / (count - 1)}
        found |= {"processor": (time.process_time() - spent) * 1000 / (count - 1)}
        found |= {"peak": peak(), "grown": peak() - before}
        found["shares"] = shares(files[1:], wanted)
    return found


def values(file: Path, wanted: Sequence[str]) -> list[list[Value]]:
    """What the cells of some names hold, recalculated: the way of `load_values`."""
    names = NamedCells(recalculated(open_package(file), force=True).seen)
    return [names.column(name) for name in wanted]


def shares(files: list[Path], wanted: Sequence[str]) -> dict[str, float]:
    """Milliseconds of the processor that each step takes, the median of the files."""
    steps: dict[str, list[float]] = {}
    functions, inflating = registered_functions(), timed_inflating()
    for file in files[:200]:
        inflating[0] = 0.0
        times = [time.process_time()]
        package = open_package(file)
        times.append(time.process_time())
        saved = saved_results(package)
        times.append(time.process_time())
        assert is_known_template(package)
        model = next(idle for idle in compiled_engine()._idle if idle.overwritten_in(package, functions) == [])
        times.append(time.process_time())
        model.adopt(package)
        times.append(time.process_time())
        calculated = model.calculate()
        times.append(time.process_time())
        names = NamedCells(Recalculation(package, tuple(differences(saved, calculated)), ()).seen)
        for name in wanted:
            names.column(name)
        times.append(time.process_time())
        spent = [(two - one) * 1000 for one, two in pairwise(times)]
        spent[1] -= inflating[0] * 1000
        for name, value in zip(("open", "compare", "known", "adopt", "run", "seen"), spent, strict=True):
            steps.setdefault(name, []).append(value)
        steps.setdefault("inflate", []).append(inflating[0] * 1000)
    return {name: sorted(spent)[len(spent) // 2] for name, spent in steps.items()}


def timed_inflating() -> list[float]:
    """The seconds of the processor, added up from now on, in which parts are inflated."""
    spent, read = [0.0], Archive.read

    def timed(archive: Archive, name: str) -> bytes:
        begun = time.process_time()
        content = read(archive, name)
        spent[0] += time.process_time() - begun
        return content

    Archive.read = timed  # type: ignore[method-assign]
    return spent


def size(sheets: int) -> dict[str, object]:
    """Seconds to compile, milliseconds to calculate, memory."""
    os.environ["XLPERF_CACHE"] = "off"
    blob, other = made(sheets), made(sheets, 1)
    found: dict[str, object] = {"formulas": sheets * ROWS * COLUMNS, "bytes": len(blob)}
    before = peak()
    started = time.process_time()
    package = open_package(blob, MANY)
    for sheet in package.worksheets:
        package.reading(sheet.name)
    found["read"] = time.process_time() - started
    started = time.process_time()
    model = CompiledEngine().load(package, registered_functions())
    found["compile"] = time.process_time() - started
    assert not model.unable
    started = time.process_time()
    model.calculate()
    found["all"] = (time.process_time() - started) * 1000
    filled = open_package(recalculate(package, trusted=True, engine="compiled").data, MANY)
    last = (f"表{sheets}", f"K{ROWS}")
    assert filled.value(*last) == model.read(*last)
    del model, filled
    gc.collect()
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        write_file(
            Path(folder) / "out.xlsx", recalculate(open_package(other, MANY), trusted=True, engine="compiled").data
        )
    found["file"] = (time.process_time() - started) * 1000
    return found | {"memory": peak() - before, "peak": peak()}


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    answer = size(int(rest[0])) if what == "size" else results(Path(rest[0]), int(rest[1]))
    sys.stdout.write(json.dumps(answer) + "\n")
