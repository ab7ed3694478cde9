"""How many cells of workbooks that Excel calculated each engine and LibreOffice get; writes docs/引擎一致性.md.

usage: XLPERF_ORACLES=FOLDER python -m tests.roundtrip.conformance [FILE]
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.office import Office, Sheets
from xlperf.commands.conformance import outcome_of, report, summary, workbooks_in
from xlperf.engines.conformance import functions_of
from xlperf.engines.recalculation import engine_named
from xlperf.engines.records import ENOUGH, ENOUGH_GENERATED, ENOUGH_OTHERWISE, Record, generated, records
from xlperf.engines.variants import function_of
from xlperf.errors import CellError, UserError
from xlperf.package import Package, open_package, same_value
from xlperf.values import Value, is_blank

COMPILED, FORMUALIZER, FORMULAS, LIBREOFFICE = NAMES = ("compiled", "formualizer", "formulas", "LibreOffice")
VOLATILE = re.compile(r"\b(TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|INFO|CELL)\s*\(", re.I)
EQUAL, DIFFERENT, REFUSED, VOLATILE_CELL = "相同", "不同", "拒绝（报名）", "随时间变化，跳过"
KINDS = (EQUAL, DIFFERENT, REFUSED, VOLATILE_CELL)
TOO_SLOW = tomllib.loads(Path(__file__).with_name("too_slow.toml").read_text(encoding="utf-8"))
NAME = CellError("#NAME?")
PAGE = Path(__file__).parents[2] / "docs" / "引擎一致性.md"
FOLDER = "## 整个文件夹\n"
KINDS_TESTED = tomllib.loads(Path(__file__).with_name("kinds_tested.toml").read_text(encoding="utf-8"))["kinds"]
Place = tuple[str, str]


@dataclass
class Outcome:
    """How the cells of one workbook came out, and the ones that differ."""

    file: str
    counts: Counter[str]
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        """The share of equal cells among those that were calculated; None where none was."""
        done = self.counts[EQUAL] + self.counts[DIFFERENT]
        return self.counts[EQUAL] / done if done else None


def workbooks() -> list[Path]:
    """The workbooks."""
    return sorted((Path(os.environ["XLPERF_ORACLES"]) / "calc").glob("*.xlsx"))


def outcomes(name: str, paths: Sequence[Path]) -> Iterator[Outcome]:
    """What an engine, or LibreOffice in one process, makes of each workbook."""
    if name == LIBREOFFICE:
        with Office() as office:
            for path in paths:
                yield compared(path, name, _in_office(open_package(path), office.values(path)))
        return
    for path in paths:
        is_too_slow = name == FORMULAS and path.name in TOO_SLOW["files"]
        yield compared(path, name, {} if is_too_slow else _by_engine(path, name))


def _by_engine(path: Path, name: str) -> Mapping[Place, Value]:
    """The results of an engine; nothing where it refuses the workbook."""
    try:
        model = engine_named(name).load(open_package(path), {})
        results = model.calculate()
    except UserError:
        return {}
    return {place: value for place, value in results.items() if place not in model.unable}


def _in_office(package: Package, theirs: Sheets) -> Mapping[Place, Value]:
    """The results of LibreOffice; a function that it doesn't know is as good as refused by name."""
    found: dict[Place, Value] = {}
    for (sheet, ref), saved in package.saved_results.items():
        value = theirs[sheet].get(ref)
        if value == NAME != saved:
            continue
        if isinstance(saved, bool) and value in (0.0, 1.0):
            value = bool(value)
        found[sheet, ref] = "" if is_blank(value) and is_blank(saved) else value
    return found


def compared(path: Path, name: str, results: Mapping[Place, Value]) -> Outcome:
    """The cells of a workbook as Excel saved them beside those of an engine."""
    package = open_package(path)
    saved = {place: value for place, value in package.saved_results.items() if value is not None}
    skipped = {
        (sheet.name, ref)
        for sheet in package.worksheets
        for ref, text in package.formulas(sheet.name).items()
        if VOLATILE.search(text)
    }
    outcome = Outcome(path.name, Counter({VOLATILE_CELL: len(skipped & saved.keys())}))
    for place in sorted(saved.keys() - skipped):
        if place not in results:
            outcome.counts[REFUSED] += 1
        elif same_value(saved[place], results[place]):
            outcome.counts[EQUAL] += 1
        else:
            outcome.counts[DIFFERENT] += 1
            formula = package.formulas(place[0]).get(place[1], "")
            said = f"Excel {saved[place]!r}  {name} {results[place]!r}"
            outcome.wrong.append(f"{path.name}: {place[0]}!{place[1]}  ={formula}  {said}")
    return outcome


def row(name: str, found: Sequence[Outcome]) -> str:
    """An engine's line of the table."""
    totals: Counter[str] = sum((outcome.counts for outcome in found), Counter())
    shares = [outcome.share for outcome in found if outcome.share is not None]
    done = totals[EQUAL] + totals[DIFFERENT]
    cells = " | ".join(f"{totals[kind]:,}" for kind in KINDS)
    whole = sum(share == 1 for share in shares)
    return (
        f"| {name} | {cells} | {totals[EQUAL] / done:.2%} | {sum(shares) / len(shares):.2%} | {whole} / {len(shares)} |"
    )


def folder_summary(step: int = 1) -> dict[str, Any]:
    """The figures of all workbooks there are, or of every so many-th, as `xlperf conformance --json` shows them."""
    folder = Path(os.environ["XLPERF_ORACLES"])
    outcomes = {str(path.relative_to(folder)): outcome_of(path) for path in workbooks_in(folder)[::step]}
    found = {name: one for name, one in outcomes.items() if not isinstance(one, str)}
    unread = {name: one for name, one in outcomes.items() if isinstance(one, str)}
    return summary(found, unread)


def folder_lines() -> list[str]:
    """What `xlperf conformance` says of them."""
    return list(report(folder_summary()))


def record_lines() -> Iterator[str]:
    """The records by function, as a table."""
    by_engine = {engine: functions_of(of) for engine, of in records().items()}
    made = generated_by_function()
    yield f"| 函数、运算 | {' | '.join(f'{engine} 对 | {engine} 错' for engine in by_engine)} | 生成的公式 |"
    yield f"|---|{'---:|' * (2 * len(by_engine) + 1)}"
    for name in sorted({name for of in by_engine.values() for name in of} | made.keys()):
        counts = (of.get(name, Record()) for of in by_engine.values())
        told = " | ".join(f"{one.right:,} | {one.wrong:,}" for one in counts)
        yield f"| `{name}` | {told} | {made.get(name, 0):,} |"


def generated_by_function() -> dict[str, int]:
    """How many generated formulas compiled has right, by function."""
    found: Counter[str] = Counter()
    for name, count in generated().get(COMPILED, {}).items():
        found[function_of(name)] += count
    return dict(found)


def page(rows: Sequence[str], count: int, folder: Sequence[str]) -> str:
    """The page with the table, what is said of the whole folder, and the records."""
    slow = "、".join(f"`{name.removesuffix('.xlsx')}`" for name in TOO_SLOW["files"])
    return "\n".join(
        (
            "# 引擎与 Excel 的一致性\n",
            f"{count} 个由 Excel 计算并保存的工作簿，逐格与 Excel 的值比较（数到 15 位有效数字）。\n",
            f"| 引擎 | {' | '.join(KINDS)} | 算了的单元格中相同的 | 逐个工作簿平均 | 算了的全部相同的工作簿 |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            "- 拒绝：引擎不认识函数或读不懂公式，点名说明，不给出值。LibreOffice 没有拒绝一说，不认识的函数得 #NAME?，也算在这里。",
            "- formualizer 的不同之处一大半在一个工作簿里（ROMAN、ARABIC 的 13,481 格），所以另按工作簿平均。",
            f"- formulas 在 {TOO_SLOW['limit_seconds']} 秒内算不完的工作簿没有算，其单元格列为拒绝：{slow}。",
            "- LibreOffice 7.4，一个进程打开全部工作簿，重新计算后比较；它的逻辑值是数 1、0，按逻辑值比较。",
            "- 已知的差异、谁对谁错和原因见[引擎差异](引擎差异.md)。\n",
            FOLDER,
            "`xlperf conformance` 对全部由 Excel 保存的工作簿（连同上面那些）照原样和抹去保存的值各重算一次：\n",
            "```",
            *folder,
            "```\n",
            "拒绝的点名到格；接受的里面有格不同的，逐个列出（没有就是 0 个）。自己的文件夹也可以这样量。\n",
            "## 各引擎的记录\n",
            "没有保存的值时，一格的结果要有记录才写：公式里每个函数、运算连同参数的种类都算对过至少 "
            f"{ENOUGH} 格、从没算错。不足 {ENOUGH} 格的，和这种参数没有记录、但同一函数别的参数算对过至少 {ENOUGH_OTHERWISE} 格"
            "且从没算错的，还要另一个引擎用别的代码算得相同：formualizer，或者 IronCalc（装了 `xlperf[verify]` 才有）；"
            "算错过的、函数没有记录的，引擎相同也不算数。改了数据后随之变化的结果也这样判断，本文件里算得出存着的值的格也算记录。上面整个文件夹的数是装了 IronCalc 的。数据在 `xlperf/engines/records.json`，由 `xlperf conformance 文件夹 --records 记录.json` 写出，"
            "逐格判断（别的格用保存的值）。\n",
            "另一个来源是随机生成的公式（`xlperf/engines/generated_records.json`，由 `python -m tests.engines.generated_records` "
            f"写出，只有 compiled 的）：一种函数连同参数的种类至少 {ENOUGH_GENERATED} 个公式，compiled 与 LibreOffice 7.4（两个没有共同代码的程序）"
            "算得全都相同，或与造公式时已知的答案全都相同，才记一笔；有一个不同就不记。Excel 保存的格算错过的，仍是算错过。"
            "下表按函数合计，数据里分参数的种类。\n",
            *record_lines(),
            "",
            "## 修过的种类\n",
            "别人的工作簿里引擎容易算错的种类，每种都有测试守着：要么算对，要么点名拒绝。\n",
            "| 种类 | 算对还是点名 | 测试（`tests/` 里） |",
            "|---|---|---|",
            *(
                f"| {one['kind']} | {one['outcome']} | {'、'.join(map('`{}`'.format, one['tests']))} |"
                for one in KINDS_TESTED
            ),
            "",
        )
    )


def main(arguments: list[str]) -> None:
    """Goes through all workbooks, prints the differences, prints or writes the page."""
    paths = workbooks()
    rows = []
    for name in NAMES:
        found = list(outcomes(name, paths))
        rows.append(row(name, found))
        for line in (line for outcome in found for line in outcome.wrong):
            print(line)
    text = page(rows, len(paths), folder_lines())
    print(text)
    if arguments:
        Path(arguments[0]).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
