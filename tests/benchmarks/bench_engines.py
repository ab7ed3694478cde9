"""Engines beside each other and beside a floor that only rewrites values; writes the table of docs/性能.md.

usage: python tests/benchmarks/bench_engines.py [WORKBOOK] [--rounds N] [--slow-rounds N] [--many N] [--write FILE]

Every round takes one submission, no two alike, through each contender in turn, so that a busy machine slows them all.
Ours are measured from file to file, with the limits on hostile files, the check of identity, the writing beside and
renaming; the floor reads and writes files too, but checks and calculates nothing. One process, one thread.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from bench_recalculate import fillings, floor, resaved

from xlperf.engines import recalculate
from xlperf.engines.recalculation import _loaded, engine_named, registered_functions
from xlperf.package import open_package, write_file
from xlperf.workbook.identity import is_known_template
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

FLOOR, COMPILED, FORMUALIZER = "下限：只读写、不计算、不检查", "compiled", "formualizer"
OFFICE = "LibreOffice（同一进程）"
MEGABYTE = 1024


@dataclass
class Contender:
    """What is measured: from one file to another, and the times it took."""

    label: str
    run: Callable[[Path, Path], object]
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.times)


def recalculated(engine: str) -> Callable[[Path, Path], object]:
    def run(source: Path, target: Path) -> None:
        package = open_package(source)
        write_file(target, recalculate(package, trusted=is_known_template(package), engine=engine).data)

    return run


def fresh(source: Path, target: Path) -> None:
    """formualizer without the model of the last file."""
    engine_named(FORMUALIZER)._idle.clear()  # type: ignore[attr-defined]
    recalculated(FORMUALIZER)(source, target)


def bare(source: Path, target: Path) -> None:
    target.write_bytes(floor(source.read_bytes()))


def loaded_and_saved(source: Path, target: Path) -> None:
    target.write_bytes(resaved(source.read_bytes()))


def second_opinion(source: Path, target: Path) -> None:
    """formulas: values only, nothing is written."""
    engine_named("formulas").load(open_package(source), registered_functions()).calculate()


def measure(contenders: Sequence[Contender], blobs: Iterable[bytes], folder: Path) -> None:
    """Each submission through each contender; the first one is to warm up."""
    for number, blob in enumerate(blobs):
        source, target = folder / f"in{number}.xlsm", folder / "out.xlsm"
        source.write_bytes(blob)
        for contender in contenders:
            started = time.perf_counter()
            contender.run(source, target)
            if number:
                contender.times.append((time.perf_counter() - started) * 1000)
        source.unlink()


def office(blobs: Sequence[bytes], folder: Path) -> float | None:
    """LibreOffice, all files in one process: the time of many less that of one, shared among them."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None
    spent = []
    for count in (1, len(blobs)):
        inputs = folder / f"office{count}"
        inputs.mkdir()
        for number, blob in enumerate(blobs[:count]):
            (inputs / f"{number}.xlsm").write_bytes(blob)
        words = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx",
        ]
        started = time.perf_counter()
        subprocess.run([*words, "--outdir", str(folder), *map(str, inputs.iterdir())], check=True, capture_output=True)
        spent.append((time.perf_counter() - started) * 1000)
    return (spent[1] - spent[0]) / (len(blobs) - 1)


def results_only(blobs: Sequence[bytes]) -> tuple[float, float]:
    """Milliseconds a submission and growth of memory in MB, for the named results, without writing."""
    functions = registered_functions()
    before = peak()
    started = time.perf_counter()
    for blob in blobs:
        package = open_package(blob)
        engine, model = _loaded(package, "auto", is_known_template(package), functions)
        model.calculate()
        names = NamedCells(package)
        model.read(*names.place("total_score"))
        engine.release(model)
    return (time.perf_counter() - started) * 1000 / len(blobs), peak() - before


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def report(title: str, contenders: Sequence[Contender], more: Sequence[str]) -> str:
    base = contenders[0].median
    lines = [title, "", "| 做什么 | 毫秒（中位数） | 与下限之比 |", "|---|---:|---:|"]
    lines += [f"| {c.label} | {c.median:.1f} | {c.median / base:.2f} |" for c in contenders]
    return "\n".join([*lines, *more])


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workbook", nargs="?", type=Path, default=workbooks_folder() / "examples" / "renhua-2021.xlsm")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--slow-rounds", type=int, default=1)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args(arguments)
    blob = options.workbook.read_bytes()
    formulas = len(open_package(blob).saved_results)
    quick = [Contender(FLOOR, bare), Contender("compiled：打开、核对、重算、写回", recalculated(COMPILED))]
    quick.append(Contender("formualizer：同样（沿用上一份的模型）", recalculated(FORMUALIZER)))
    quick.append(Contender("formualizer：同样（每份重新装入）", fresh))
    slow = [
        Contender("openpyxl：打开、保存（不计算，有丢失）", loaded_and_saved),
        Contender("formulas：只算值", second_opinion),
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure(quick, fillings(blob, options.rounds + 1), folder)
        # The slow ones would leave too much behind in memory for the quick ones to be measured after them.
        slow = slow if options.slow_rounds else []
        measure(slow, fillings(blob, options.slow_rounds + 1), folder)
        took = office(fillings(blob, options.slow_rounds + 2), folder) if options.slow_rounds else None
    base, ours = quick[0].median, quick[1].median
    more = [] if took is None else [f"| {OFFICE}：打开、转存 | {took:.0f} | {took / base:.1f} |"]
    everyone = [*quick, *slow]
    ratios = "；".join(f"{c.label.partition('：')[2]} {c.median / ours:.1f} 倍" for c in everyone[2:])
    more += [
        "",
        f"以 compiled 为 1：{ratios}" + ("" if took is None else f"；LibreOffice {took / ours:.0f} 倍") + "。",
        "",
    ]
    more += [
        "只要结果、不写回（一个核，一个进程；每份填报三分之一的数与样本不同）：",
        "",
        "| 份数 | 每份毫秒 | 内存峰值增加 MB |",
        "|---:|---:|---:|",
    ]
    pool = fillings(blob, 500)
    count = 1
    while count <= options.many:
        each, grown = results_only([pool[n % len(pool)] for n in range(count)])
        more.append(f"| {count:,} | {each:.2f} | {grown:.1f} |")
        count *= 10
    head = (
        f"{dt.date.today()}，{platform.platform()}，Python {platform.python_version()}，{os.cpu_count()} 核，负载 {os.getloadavg()[0]:.1f}。"
        f"{options.workbook.name}：{len(blob):,} 字节，{formulas} 个公式单元格；{options.rounds} 轮，每轮各算一份，次次不同。"
    )
    text = report(head, everyone, more)
    print(text)
    if options.write:
        options.write.write_text(f"# 性能\n\n由 `make bench` 写出，不要手改。{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
