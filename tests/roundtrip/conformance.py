"""How many cells of workbooks that Excel calculated each engine gets; writes the table of docs/引擎一致性.md.

usage: XLPERF_ORACLES=FOLDER python -m tests.roundtrip.conformance [FILE]
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from pathlib import Path

from xlperf.engines.recalculation import engine_named
from xlperf.errors import UserError
from xlperf.package import Package, open_package, same_value

ENGINES = ("compiled", "formualizer")
VOLATILE = re.compile(r"\b(TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|INFO|CELL)\s*\(", re.I)
EQUAL, DIFFERENT, REFUSED, VOLATILE_CELL = "相同", "不同", "拒绝（报名）", "随时间变化，跳过"


def compared(package: Package, engine: str) -> tuple[Counter[str], list[str]]:
    """How the cells of a workbook came out, and the ones that differ."""
    saved = {place: value for place, value in package.saved_results.items() if value is not None}
    skipped = {
        (sheet.name, ref)
        for sheet in package.worksheets
        for ref, text in package.formulas(sheet.name).items()
        if VOLATILE.search(text)
    }
    counts: Counter[str] = Counter({VOLATILE_CELL: len(skipped & saved.keys())})
    try:
        model = engine_named(engine).load(package, {})
        results = model.calculate()
    except UserError:
        return counts + Counter({REFUSED: len(saved.keys() - skipped)}), []
    wrong = []
    for place in saved.keys() - skipped:
        if place not in results or place in model.unable:
            counts[REFUSED] += 1
        elif same_value(saved[place], results[place]):
            counts[EQUAL] += 1
        else:
            counts[DIFFERENT] += 1
            formula = package.formulas(place[0]).get(place[1], "")
            wrong.append(f"{place[0]}!{place[1]}  ={formula}  Excel {saved[place]!r}  {engine} {results[place]!r}")
    return counts, sorted(wrong)


def main(arguments: list[str]) -> None:
    """Goes through all workbooks, prints the differences, prints or writes the table."""
    totals = {engine: Counter[str]() for engine in ENGINES}
    paths = sorted((Path(os.environ["XLPERF_ORACLES"]) / "calc").glob("*.xlsx"))
    for path in paths:
        package = open_package(path)
        for engine in ENGINES:
            counts, wrong = compared(package, engine)
            totals[engine] += counts
            for line in wrong:
                print(f"{path.name}: {line}")
    lines = [
        f"{len(paths)} 个由 Excel 计算并保存的工作簿，逐格与 Excel 的值比较（数到 15 位有效数字）。",
        "",
        f"| 引擎 | {EQUAL} | {DIFFERENT} | {REFUSED} | {VOLATILE_CELL} | 算了的单元格中相同的 |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for engine, count in totals.items():
        done = count[EQUAL] + count[DIFFERENT]
        share = f"{count[EQUAL] / done:.2%}" if done else "–"
        cells = " | ".join(f"{count[kind]:,}" for kind in (EQUAL, DIFFERENT, REFUSED, VOLATILE_CELL))
        lines.append(f"| {engine} | {cells} | {share} |")
    text = "\n".join(lines)
    print(text)
    if arguments:
        Path(arguments[0]).write_text(f"# 引擎与 Excel 的一致性\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
