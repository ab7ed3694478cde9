"""How long a lossless recalculation takes, beside a floor that only rewrites values, openpyxl and formulas.

usage: python -m tests.benchmarks.bench_recalculate [WORKBOOK] [--rounds N] [--slow-rounds N]

Without a workbook one is made: 10 sheets, some 600 formulas, 300 inputs, 80 calls of a worksheet function. Prints
medians and ratios to the floor, with machine and date. The floor reads the package, visits every cell, rewrites the
value of every formula cell with the value it had, and zips the changed parts at level 1; it calculates nothing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import platform
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from tests.benchmarks.submissions import constants, thirds
from xlperf.engines import recalculate
from xlperf.engines.recalculation import registered_functions, saved_results
from xlperf.errors import CellError
from xlperf.package import open_package
from xlperf.values import Grid, Value
from xlperf.workbook.identity import is_stamped

CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*?)(?:/>|>(.*?)</c>)', re.S)
VALUE = re.compile(rb"<v>([^<]*)</v>")
FORMULA_VALUE = re.compile(rb"((?:</f>|<f[^>]*/>))<v>([^<]*)</v>")
CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
BENCH_FUNCTION = "PERF_BENCH"


@dataclass(frozen=True)
class BenchFunction:
    """The worksheet function of the workbook made here: a share of a weight."""

    name: str = BENCH_FUNCTION
    minimum_arguments: int = 2
    maximum_arguments: int = 2

    def call(self, arguments: Sequence[Value | Grid], /) -> Value | Grid:
        weight, rate = arguments
        if isinstance(weight, float) and isinstance(rate, float):
            return max(0.0, min(weight, weight * rate))
        return CellError("#VALUE!")


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    label: str
    milliseconds: float | None
    note: str = ""


def made_workbook() -> bytes:
    """The workbook that is measured where none is given."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for number in range(10):
        sheet = book.create_sheet(f"表{number + 1}")
        for row in range(1, 31):
            sheet.cell(row, 1, f"指标{number}-{row}")
            sheet.cell(row, 2, (number * 37 + row * 101) % 10_000 / 100)
            sheet.cell(row, 3, f"=ROUND(B{row}*1.5+{number},2)")
            if row <= 22:
                sheet.cell(row, 4, f"=IF(C{row}>50,C{row}/100,0)")
            if row <= 8:
                sheet.cell(row, 5, f"={BENCH_FUNCTION}(5,D{row})")
        sheet["F1"] = "=SUM(E1:E8)"
        if number:
            sheet["F2"] = f"='表{number}'!F1+F1"
    stream = io.BytesIO()
    book.save(stream)
    return recalculate(open_package(stream.getvalue()), functions=bench_functions()).data


def bench_functions() -> dict[str, Any]:
    """The functions of the registry, and the one made here."""
    return {**registered_functions(), BENCH_FUNCTION: BenchFunction()}


def floor(blob: bytes) -> bytes:
    """The package with every formula cell's value rewritten as it was: no smaller work keeps a file lossless."""
    out: list[bytes] = []
    directory: list[bytes] = []
    position = 0
    end = blob.rfind(b"PK\5\6")
    count, _, record = struct.unpack("<HII", blob[end + 10 : end + 20])
    for _ in range(count):
        f = CENTRAL.unpack_from(blob, record)
        name = blob[record + 46 : record + 46 + f[10]]
        n, e = struct.unpack_from("<HH", blob, f[16] + 26)
        data = blob[f[16] + 30 + n + e : f[16] + 30 + n + e + f[8]]
        method, crc, size = f[4], f[7], f[9]
        if name.startswith(b"xl/worksheets/sheet"):
            xml = touched(zlib.decompress(data, -15) if method == 8 else data)
            deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
            data, method, crc, size = deflate.compress(xml) + deflate.flush(), 8, zlib.crc32(xml), len(xml)
        fields = (f[3] & ~8, method, f[5], f[6], crc, len(data), size, len(name), 0)
        out += (struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, *fields), name, data)
        directory.append(CENTRAL.pack(0x02014B50, 20, 20, *fields, 0, 0, 0, f[15], position) + name)
        position += 30 + len(name) + len(data)
        record += 46 + f[10] + f[11] + f[12]
    tail = b"".join(directory)
    return b"".join((*out, tail, struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(tail), position, 0)))


def touched(xml: bytes) -> bytes:
    """A sheet with its inputs read and its cached values rewritten."""
    inputs = {}
    for match in CELL.finditer(xml):
        body = match[3]
        if body and b"<f" not in body and b't="' not in match[2]:
            value = VALUE.search(body)
            if value:
                inputs[match[1]] = float(value[1])
    return FORMULA_VALUE.sub(rb"\1<v>\2</v>", xml)


def median(action: Callable[[], object], rounds: int) -> float:
    """The median of several runs after one to warm up, in milliseconds."""
    action()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def measure_formulas(blob: bytes, rounds: int) -> Row:
    """The `formulas` package on the same file, with the same functions."""
    label = "formulas: loads + finish + calculate"
    try:
        import formulas
        from formulas.functions import get_functions, wrap_func
    except ImportError as error:
        return Row(label, None, f"没有安装 formulas（{error}），这一行没有测")
    for name, function in bench_functions().items():
        get_functions()[name] = wrap_func(lambda *given, call=function.call: call([plain(g) for g in given]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(blob)

        def run() -> object:
            return formulas.ExcelModel().loads(str(path)).finish().calculate()

        return Row(label, median(run, rounds), "只算值，不写回")


def plain(given: Any) -> Any:
    """An argument of `formulas` as our functions take it."""
    item = getattr(given, "item", None)
    if item is not None and getattr(given, "size", 1) == 1:
        given = item()
    return float(given) if isinstance(given, int) and not isinstance(given, bool) else given


def resaved(blob: bytes) -> bytes:
    """What openpyxl makes of a file, without calculating."""
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(blob), keep_vba=True).save(stream)
    return stream.getvalue()


def rows(blob: bytes, rounds: int, slow_rounds: int) -> list[Row]:
    """All measurements, the floor first."""
    functions = bench_functions()
    saved = saved_results(open_package(blob))
    given = constants(open_package(blob))
    first = next(((place, value) for place, value in given.items() if isinstance(value, float)), None)
    blank = open_package(blob).patched(dict.fromkeys(saved)).data

    def ours(data: bytes, **more: Any) -> Callable[[], object]:
        return lambda: recalculate(open_package(data), functions=functions, **more).data

    found = [
        Row("下限：只读写、不计算", median(lambda: floor(blob), rounds)),
        Row("本项目：打开 + 核对，无变化", median(ours(blob), rounds)),
        Row("本项目：打开 + 重算 + 写回全部缓存值", median(ours(blank, trusted=True), rounds)),
    ]
    if first is not None:
        changed = {first[0]: first[1] + 1.0}
        found.append(Row("本项目：改一个输入，核对 + 重算 + 写回", median(ours(blob, inputs=changed), rounds)))
        trusted = ours(blob, inputs=changed, trusted=True)
        found.append(Row("本项目：改一个输入，重算 + 写回（模板）", median(trusted, rounds)))
    submissions = thirds(blob, rounds + 5)
    recalculated = median(
        lambda: recalculate(open_package(next(submissions)), functions=functions, trusted=True).data, rounds
    )
    found.append(Row("本项目：同一模板、次次不同的填报，打开 + 重算 + 写回", recalculated))
    if is_stamped(open_package(blob)):
        found.append(
            Row("命令 xlperf recalc（另起进程，含 Python 启动）", median(lambda: commanded(blob), slow_rounds))
        )
    found.append(Row("openpyxl：打开 + 保存（不计算，有丢失）", median(lambda: resaved(blob), slow_rounds)))
    found.append(measure_formulas(blob, slow_rounds))
    return found


def commanded(blob: bytes) -> None:
    """One cold run of the command, file to file."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.xlsm"
        source.write_bytes(blob)
        program = "from xlperf.cli import main; main()"
        words = [sys.executable, "-c", program, "recalc", str(source), "-o", str(source.with_name("out.xlsm"))]
        subprocess.run(words, check=True, capture_output=True)


def main(arguments: Sequence[str]) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workbook", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--slow-rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    blob = options.workbook.read_bytes() if options.workbook else made_workbook()
    package = open_package(blob)
    results, inputs = len(saved_results(package)), len(constants(package))
    print(f"{dt.date.today()}  {platform.platform()}  Python {platform.python_version()}  {os.cpu_count()} 核")
    print(f"{options.workbook or '自制工作簿'}：{len(blob):,} 字节，{results} 个公式结果，{inputs} 个常量\n")
    measured = rows(blob, options.rounds, options.slow_rounds)
    base = measured[0].milliseconds or 1.0
    print("除命令外都是同一进程里第二次起：模板已载入，没变的部件不再读。\n")
    print("| 做什么 | 毫秒 | 与下限之比 | |\n|---|---:|---:|---|")
    for row in measured:
        took = "–" if row.milliseconds is None else f"{row.milliseconds:.2f}"
        ratio = "–" if row.milliseconds is None else f"{row.milliseconds / base:.1f}"
        print(f"| {row.label} | {took} | {ratio} | {row.note} |")


if __name__ == "__main__":
    main(sys.argv[1:])
