"""Engines beside each other and beside a floor that only rewrites values; growth with number and size; writes docs/性能.md.

usage: python -m tests.benchmarks.bench_engines [WORKBOOK] [--rounds N] [--full] [--write FILE]

Every round takes a submission, no two alike, through each contender, so that a busy machine slows them all.
Ours are measured from file to file, with the limits on hostile files, the check of identity, the writing beside and
renaming; the floor reads and writes files too, but checks and calculates nothing. One process, one thread. With
`--full` also 10,000 submissions and a workbook of 270,000 formulas, which takes some minutes more.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from tests.benchmarks.bench_recalculate import floor, resaved
from tests.benchmarks.submissions import own_data, thirds, written
from tests.support.office_server import python_with_uno
from tests.support.source_tree import ROOT
from xlperf.batch.examination import Task, examine
from xlperf.batch.outcomes import DONE
from xlperf.engines import recalculate
from xlperf.engines.recalculation import engine_named, registered_functions
from xlperf.package import open_package, write_file
from xlperf.workbook.identity import is_known_template
from xlperf.workbook.locations import workbooks_folder

COMPILED, FORMUALIZER = "compiled", "formualizer"
OFFICE_FILES = 8
STEPS = {
    "open": "读文件，打开压缩包，核对目录与上限",
    "inflate": "解压与校验和",
    "compare": "与样本比对，读出不同的格",
    "known": "核对身份与公式",
    "adopt": "放入输入",
    "run": "重算",
    "seen": "找出变了的结果，取出要的格",
}


@dataclass
class Contender:
    """What is measured: from one file to another, and the milliseconds that passed and that the processor worked."""

    label: str
    run: Callable[[Path, Path], object]
    passed: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    def take(self, source: Path, target: Path, *, counts: bool) -> None:
        """One run."""
        passed, worked = time.perf_counter(), time.process_time()
        self.run(source, target)
        if counts:
            self.passed.append((time.perf_counter() - passed) * 1000)
            self.worked.append((time.process_time() - worked) * 1000)

    @property
    def median(self) -> float:
        """Of the processor's time, which a busy machine disturbs less."""
        return statistics.median(self.worked)


def recalculated(engine: str) -> Callable[[Path, Path], object]:
    def run(source: Path, target: Path) -> None:
        package = open_package(source)
        write_file(target, recalculate(package, trusted=is_known_template(package), engine=engine).data)

    return run


def fresh(source: Path, target: Path) -> None:
    """formualizer without the model of the last file."""
    engine_named(FORMUALIZER)._idle.clear()  # type: ignore[attr-defined]
    recalculated(FORMUALIZER)(source, target)


def submitted(source: Path, target: Path) -> None:
    """As `batch --write` does it in a worker: all findings and the result as JSON, and the file."""
    outcome = examine(Task(source.name, str(source), output=str(target.parent)))
    assert outcome["status"] == DONE
    (target.parent / outcome["written"]).unlink()
    json.dumps(outcome)


def bare(source: Path, target: Path) -> None:
    target.write_bytes(floor(source.read_bytes()))


def loaded_and_saved(source: Path, target: Path) -> None:
    target.write_bytes(resaved(source.read_bytes()))


def second_opinion(source: Path, target: Path) -> None:
    """formulas: values only, nothing is written."""
    engine_named("formulas").load(open_package(source), registered_functions()).calculate()


def measure(contenders: Sequence[Contender], blobs: Iterable[bytes], folder: Path, *, warm: bool) -> None:
    """Each contender with a submission of its own each time, of those to follow; where warm, the first does not count."""
    following, number = iter(blobs), 0
    while mine := list(islice(following, len(contenders))):
        for contender, blob in zip(contenders, mine, strict=True):
            source, target = folder / f"in{number}.xlsm", folder / "out.xlsm"
            source.write_bytes(blob)
            contender.take(source, target, counts=bool(number) or not warm)
            source.unlink()
        number += 1


def office(blobs: Iterable[bytes], folder: Path) -> Contender | None:
    """LibreOffice, one process: each file but the first, of which the processor's share is taken off. None: not there."""
    python = python_with_uno()
    if python is None:
        return None
    files = sorted(written(iter(blobs), folder / "office").iterdir())
    script, passed, worked = Path(__file__).with_name("office.py"), [], []
    for count in (1, len(files)):
        before = children()
        command = [python, str(script), str(folder / "out.xlsx"), *map(str, files[:count])]
        passed = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        worked.append(children() - before)
    each = (worked[1] - worked[0]) * 1000 / (len(files) - 1)
    return Contender("LibreOffice（一个进程）：打开、重算、保存", bare, passed[1:], [each])


def resaved_by_office(folder: Path, target: Path) -> bool:
    """The first submissions of a folder as LibreOffice saves them; whether it is installed."""
    python = python_with_uno()
    if python is None:
        return False
    target.mkdir()
    script = Path(__file__).with_name("office.py")
    files = map(str, sorted(folder.iterdir())[: OFFICE_FILES + 1])
    subprocess.run([python, str(script), str(target), *files], check=True, capture_output=True)
    return True


def children() -> float:
    """Seconds of the processor that other programs started from here have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def alone(*words: object) -> dict[str, Any]:
    """What a measurement in a process of its own prints."""
    command = [sys.executable, "-m", "tests.benchmarks.alone", *map(str, words)]
    answer: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
    return answer


def file_to_file(blob: bytes, rounds: int, folder: Path) -> list[str]:
    """The table of contenders."""
    quick = [
        Contender("下限：只读写、不计算、不检查", bare),
        Contender("compiled：打开、核对、重算、写回", recalculated(COMPILED)),
        Contender("batch --write：又查勾稽、核对完整、评分", submitted),
        Contender("formualizer：同样（沿用上一份的模型）", recalculated(FORMUALIZER)),
        Contender("formualizer：同样（每份重新装入）", fresh),
    ]
    slow = [
        Contender("openpyxl：打开、保存（不计算，有丢失）", loaded_and_saved),
        Contender("formulas：只算值（量一次）", second_opinion),
    ]
    measure(quick, thirds(blob, (rounds + 1) * len(quick)), folder, warm=True)
    desk = office(thirds(blob, OFFICE_FILES + 1), folder)
    # The slow ones would leave too much behind in memory for the others to be measured after them.
    measure(slow, thirds(blob, len(slow)), folder, warm=False)
    everyone = [*quick, *([] if desk is None else [desk]), *slow]
    base, ours = quick[0].median, quick[1].median
    lines = ["| 做什么 | 处理器毫秒 | 经过的毫秒 | 与下限之比 | 与 compiled 之比 |", "|---|---:|---:|---:|---:|"]
    for c in everyone:
        passed = statistics.median(c.passed)
        ratios = f"{c.median / base:,.2f} | {c.median / ours:,.2f}"
        lines.append(f"| {c.label} | {c.median:,.1f} | {passed:,.1f} | {ratios} |")
    return lines


def by_number(blob: bytes, full: bool, folder: Path) -> list[str]:
    """The results of many submissions, without writing."""
    pools = {
        "本单位的数全不同，缓存值是新的": written(own_data(blob, 201), folder / "own"),
        "三分之一的数不同（连参数、序号），缓存值是旧的": written(thirds(blob, 201), folder / "thirds"),
    }
    counts = dict.fromkeys(pools, (1, 10, 100, 1000))
    if full:
        counts[next(iter(pools))] += (10_000,)
        if resaved_by_office(folder / "own", folder / "saved"):
            pools["同第一种，由 LibreOffice 另存"] = folder / "saved"
            counts["同第一种，由 LibreOffice 另存"] = (1, 100)
    head = "| 填报 | 份数 | 第一份毫秒 | 此后每份毫秒 | 其中处理器毫秒 | 内存峰值 MB | 第 100 份以后增加 MB |"
    lines = [head, "|---|---:|---:|---:|---:|---:|---:|"]
    shares = {}
    for label, pool in pools.items():
        for count in counts[label]:
            found = alone("results", pool, count)
            lines.append(line_of_many(label, count, found))
            shares[label] = found.get("shares", {})
    lines += ["", "每份的处理器毫秒用在哪里（中位数，200 份）：", ""]
    lines += [f"| 步骤 | {' | '.join(pools)} |", f"|---|{'---:|' * len(pools)}"]
    for step, text in STEPS.items():
        lines.append(f"| {text} | {' | '.join(f'{shares[label][step]:.2f}' for label in pools)} |")
    return lines


def line_of_many(label: str, count: int, found: dict[str, Any]) -> str:
    """A line of the table of many submissions."""
    each = [f"{found[key]:.2f}" if key in found else "–" for key in ("wall", "processor")]
    grown = f"{found['grown']:.1f}" if count >= 100 else "–"
    row = (label, f"{count:,}", f"{found['first']:.0f}", *each, f"{found['peak']:.0f}", grown)
    return f"| {' | '.join(row)} |"


def by_size(full: bool) -> list[str]:
    """Generated workbooks, each ten times the one before."""
    lines = [
        "| 公式 | 文件字节 | 读入秒 | 编译计划秒 | 全部重算毫秒 | 文件到文件毫秒 | 内存增加 MB |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for sheets in (1, 10, 100) if full else (1, 10):
        f = alone("size", sheets)
        row = (f"{f['formulas']:,}", f"{f['bytes']:,}", f"{f['read']:.2f}", f"{f['compile']:.2f}")
        lines.append(f"| {' | '.join(row)} | {f['all']:,.1f} | {f['file']:,.0f} | {f['memory']:,.0f} |")
    return lines


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workbook", nargs="?", type=Path, default=workbooks_folder() / "examples" / "renhua-2021.xlsm")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args(arguments)
    blob = options.workbook.read_bytes()
    formulas = len(open_package(blob).saved_results)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        contenders = file_to_file(blob, options.rounds, folder)
        many = by_number(blob, options.full, folder)
    head = (
        f"{dt.date.today()}，{platform.platform()}，Python {platform.python_version()}，{os.cpu_count()} 核，"
        f"负载 {os.getloadavg()[0]:.1f}（别的程序同时在跑时毫秒偏大，只宜看比值；比值按处理器时间）。"
    )
    about = f"{options.workbook.name}：{len(blob):,} 字节，{formulas:,} 个公式单元格。"
    text = "\n".join(
        [
            *(head, "", "## 从文件到文件", ""),
            f"{about}{options.rounds} 轮的中位数，每轮各算一份，次次不同；计划已编译，核对都在内。LibreOffice {OFFICE_FILES} 份。",
            *("", *contenders, "", "## 只要结果、不写回", ""),
            f"{about}一个核，一个进程，从文件读；打开时的上限、身份与公式的核对都在内；结果是总分、等级、各级与各指标得分、全部比率，即 `load_values` 的做法。",
            *("", *many, "", "## 随公式数增长", ""),
            "生成的工作簿，每张表 2,700 个公式，逐表相接；各用一个新进程，时间是处理器的，计划没有存盘。",
            "超过 10 万个公式的文件平时会被拒绝，这里放宽了上限。",
            *("", *by_size(options.full), ""),
        ]
    )
    sys.stdout.write(text)
    if options.write:
        options.write.write_text(f"# 性能\n\n由 `make bench` 写出，不要手改。{text}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
