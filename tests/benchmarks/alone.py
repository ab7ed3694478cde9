"""Measurements that need a process of their own, for its memory; each prints one line of JSON.

usage: python tests/benchmarks/alone.py results FOLDER COUNT
       python tests/benchmarks/alone.py together FOLDER COUNT
       python tests/benchmarks/alone.py size SHEETS

`results`: the named results of so many submissions, from files, nothing written; the files are taken in turn again.
`together`: the same, many of them calculated at once.
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
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from submissions import COLUMNS, ROWS, made

from xlperf.engines import recalculate
from xlperf.engines.compiled.engine import CompiledEngine, CompiledModel
from xlperf.engines.recalculation import calculated, compiled_engine, registered_functions
from xlperf.evaluation.scoring import many_named_results, named_results
from xlperf.package import Limits, open_package, write_file
from xlperf.package.archive import Archive
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import places_of

SCORES = ("total_score", "total_grade", "level_score", "indicator_score")
MANY = Limits(cells=10_000_000, formulas=10_000_000)


def peak() -> float:
    """The most memory so far, in MB; what the system counts for a process may go back to before it was this program."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def results(folder: Path, count: int, *, at_once: bool = False) -> dict[str, object]:
    """Wall clock and processor time of each submission after the first, and what memory grew after a hundred."""
    files = sorted(folder.iterdir())
    started = time.perf_counter()
    package = open_package(files[0])
    wanted = (*SCORES, *(rate.id for rate in read_identity(package).framework.framework.rates))
    named_results(package, wanted)
    found: dict[str, object] = {"first": (time.perf_counter() - started) * 1000}
    found |= {"peak": peak(), "grown": 0.0}
    calculating = timed_together()
    before, wall, spent = peak(), time.perf_counter(), time.process_time()
    following = islice(cycle(files[1:]), count - 1)
    one_by_one = (named_results(open_package(file), wanted) for file in following)
    for number, _ in enumerate(many_named_results(following, wanted) if at_once else one_by_one):
        if number == 98:
            before = peak()
    if count > 1:
        found |= {"wall": (time.perf_counter() - wall) * 1000 / (count - 1)}
        found |= {"processor": (time.process_time() - spent) * 1000 / (count - 1)}
        found |= {"peak": peak(), "grown": peak() - before}
        found["shares"] = {"together": calculating[0] * 1000 / (count - 1)} if at_once else shares(files[1:], wanted)
    return found


def timed_together() -> list[float]:
    """The seconds of the processor, added up from now on, in which several are calculated at once."""
    spent = [0.0]
    results_of = CompiledModel.results_of

    def timed(model: CompiledModel, *given: Any) -> Any:
        begun = time.process_time()
        answer = results_of(model, *given)
        spent[0] += time.process_time() - begun
        return answer

    CompiledModel.results_of = timed  # type: ignore[method-assign]
    return spent


def shares(files: list[Path], wanted: Sequence[str]) -> dict[str, float]:
    """Milliseconds of the processor that each step takes, the median of the files."""
    inflating: list[float] = [0.0]
    steps: dict[str, list[float]] = {}
    engine, functions, names = compiled_engine(), registered_functions(), open_package(files[0]).names
    places = frozenset(place for name in wanted for place in places_of(names, name))
    named_results(open_package(files[0]), tuple(wanted))
    read = Archive.read

    def timed(archive: Archive, name: str) -> bytes:
        begun = time.process_time()
        content = read(archive, name)
        inflating[0] += time.process_time() - begun
        return content

    Archive.read = timed  # type: ignore[method-assign]
    for file in files[:200]:
        inflating[0] = 0.0
        times = [time.process_time()]
        package = open_package(file)
        times.append(time.process_time())
        read_identity(package)
        model = next(idle for idle in engine._idle if idle.places == places)
        for sheet in model.sheets:
            package.reading(sheet)
        times.append(time.process_time())
        assert model.is_of(package, functions)
        times.append(time.process_time())
        model.adopt(package)
        times.append(time.process_time())
        model.run()
        for place in places:
            model.read(*place)
        times.append(time.process_time())
        spent = [(two - one) * 1000 for one, two in pairwise(times)]
        spent[1] -= inflating[0] * 1000
        for name, value in zip(("open", "compare", "known", "adopt", "run"), spent, strict=True):
            steps.setdefault(name, []).append(value)
        steps.setdefault("inflate", []).append(inflating[0] * 1000)
    Archive.read = read  # type: ignore[method-assign]
    return {name: sorted(values)[len(values) // 2] for name, values in steps.items()}


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
    model.run()
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
    started = time.process_time()
    assert calculated(open_package(made(sheets, 2), MANY), [last], lambda _: True) is not None
    return found | {"memory": peak() - before, "peak": peak()}


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    answer = size(int(rest[0])) if what == "size" else results(Path(rest[0]), int(rest[1]), at_once=what == "together")
    sys.stdout.write(json.dumps(answer) + "\n")
