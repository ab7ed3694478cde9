"""What a report costs: the command from its start, and each further report of one worker, with other figures every time.

usage: python -m tests.benchmarks.bench_reports [--rounds N]

Prints seconds of the processor, which a busy machine doesn't change much, beside those of the clock, and reports a second
and worker. As `xlperf batch --reports` makes them: opened, recalculated, scored, composed, written as a file. The plans of
the workbooks are on disk already, as after the first file of a county.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from xlperf.package import open_package, write_file
from xlperf.report.document.making import PAGE, WORD, Wish
from xlperf.report.forms.declarations import find_form
from xlperf.report.forms.making import SHEET, FormWish
from xlperf.values import Value
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

EXAMPLES = ("renhua-2021", "yanjin-2022", "wuhua-2023")
# What the command may take, what a worker has to make in a second (seconds of the processor).
COLD, EACH = 3.0, 1 / 3
COLD_RUNS = 9


def submissions(folder: Path, name: str, rounds: int) -> list[Path]:
    """Copies of an example that differ in the unit's name and in figures."""
    package = open_package(workbooks_folder() / "examples" / f"{name}.xlsx")
    names = NamedCells(package)
    place, paths = names.place("unit_name"), []
    amounts = names.places("col_projects_initial")[:5]
    for number in range(rounds):
        values: dict[tuple[str, str], Value] = {place: f"第{number}局", **dict.fromkeys(amounts, 10.0 + number)}
        paths.append(folder / f"{name}-{number}.xlsx")
        paths[-1].write_bytes(package.with_inputs(values).data)
    return paths


def each(paths: list[Path], wish: Wish | FormWish, folder: Path) -> tuple[float, float, float]:
    """Seconds of the processor for the first; then of the processor and the clock for each of the others."""
    spent = time.process_time()
    write_file(folder / f"x{wish.suffix}", wish.make(open_package(paths[0])).content)
    first = time.process_time() - spent
    spent, clock = time.process_time(), time.perf_counter()
    for path in paths[1:]:
        write_file(folder / f"x{wish.suffix}", wish.make(open_package(path)).content)
    count = len(paths) - 1
    return first, (time.process_time() - spent) / count, (time.perf_counter() - clock) / count


def command(path: Path, folder: Path) -> tuple[float, float]:
    """Seconds of the processor and of the clock for the command, which writes a new report."""
    (folder / "冷.docx").unlink(missing_ok=True)
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    words = ["report", str(path), "-o", str(folder / "冷.docx")]
    subprocess.run([sys.executable, "-m", "xlperf", *words], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return spent, time.perf_counter() - clock


def spread(times: Sequence[float]) -> tuple[float, float, float]:
    """The least, the one in the middle and the most."""
    return min(times), statistics.median(times), max(times)


def main() -> None:
    """Measures, prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    if rounds < 2:
        parser.error("--rounds: at least 2, the first of which is not counted among the others")
    form = FormWish(SHEET, find_form("department-self"))
    wishes: list[tuple[str, Wish | FormWish]] = [
        ("报告 .docx", Wish(WORD)),
        ("报告 .html", Wish(PAGE)),
        ("自评表 .xlsx", form),
    ]
    print(f"{dt.date.today()}  {platform.platform()}  Python {platform.python_version()}  {os.cpu_count()} 核")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for example in EXAMPLES:
            paths = submissions(folder, example, rounds)
            command(paths[0], folder)
            runs = [command(paths[0], folder) for _ in range(COLD_RUNS)]
            (least, middle, most), (_, passed, _) = map(spread, zip(*runs, strict=True))
            said = f"处理器 {middle:.2f} 秒（{least:.2f} 到 {most:.2f}，要求 {COLD:g}），经过 {passed:.2f} 秒"
            print(f"{example}  命令写一份，{COLD_RUNS} 次的中位：{said}")
            for label, wish in wishes:
                first, more, passed = each(paths, wish, folder)
                rate = f"每个进程每秒 {1 / more:.1f} 份（要求 {1 / EACH:g}）"
                print(f"  {label}  第一份 {first:.2f} 秒，此后每份处理器 {more:.3f} 秒、经过 {passed:.3f} 秒，{rate}")


if __name__ == "__main__":
    main()
