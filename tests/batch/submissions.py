"""What a bureau gets back: filled workbooks of several masters, broken ones, duplicates, in folders and a zip."""

from __future__ import annotations

import os
import random
import zipfile
from functools import cache
from pathlib import Path

from tests.support.hostile_files import KINDS
from tests.support.workbooks import with_values
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import REASON_SCORE, InputCell, catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

# Two editions of one standard, and two others; small ones, since every process of a test takes their formulas apart.
MASTERS = ("wuhua-2023.xlsx", "wuhua-2023.xlsm", "lechang-2021.xlsx", "huidong-2021.xlsm")
BROKEN = (
    *("empty", "csv_renamed", "web_page", "pdf", "noise", "encrypted", "truncated", "bomb", "no_workbook"),
    "unknown_function",
)
LONG_AGO = 1_600_000_000


@cache
def master(name: str) -> Package:
    return open_package(workbooks_folder() / name)


def submission(number: int, seed: int = 0, masters: tuple[str, ...] = MASTERS) -> bytes:
    """A filled workbook of the unit of that number: figures, scores, blanks, text in a number's place."""
    return filled(master(masters[number % len(masters)]), number, random.Random(number * 1000 + seed), 120)


def with_results(number: int) -> bytes:
    """An example with other figures in some cells, which mostly leaves a total."""
    package = master(f"examples/{('renhua-2021', 'yanjin-2022')[number % 2]}.xlsm")
    return filled(package, number, random.Random(number), 12)


def filled(package: Package, number: int, pick: random.Random, cells: int) -> bytes:
    """A workbook of the unit of that number with something typed into so many cells."""
    items = [item for item in inputs(package) if item.id not in ("unit_name", "unit_code", "evaluation_year")]
    values = {(item.sheet, item.ref): typed(pick, item) for item in pick.sample(items, min(cells, len(items)))}
    # Otherwise hardly any reason would be for the score beside it.
    values |= {(item.sheet, item.ref): None for item in items if item.id.startswith(REASON_SCORE)}
    return with_values(package.with_inputs(values), unit_name=f"单位{number}", unit_code=f"{number:04d}").data


@cache
def inputs(package: Package) -> tuple[InputCell, ...]:
    return tuple(catalogue(NamedCells(package), read_identity(package).framework.framework).values())


def typed(pick: random.Random, item: InputCell) -> Value:
    """Something that a person might type for an input."""
    if pick.random() < 0.03:
        return "约三成"
    if item.choices:
        return pick.choice(item.choices)
    if item.type == "flag":
        return pick.random() < 0.7
    if item.type == "text":
        return pick.choice(("县里统一调配", "=HYPERLINK(1)", "分两行\n写", None))
    if item.type == "score":
        return round(pick.uniform(0, min(item.maximum, 10)), 2)
    return float(pick.choice((0, 1, 3, 12, 250))) if item.type == "count" else round(pick.uniform(0, 2000), 2)


def changed(formula: str, *, cells: int = 1) -> bytes:
    """A filled workbook, some of whose formulas were replaced by what an engine can't finish."""
    package = open_package(submission(0))
    sheet = "指标评分"
    refs = list(package.formulas(sheet))[:cells]
    return package.with_formulas({(sheet, ref): formula for ref in refs}).data


def endless() -> bytes:
    return changed("SUMPRODUCT(($XA$1:$XA$1000000>1)*($XB$1:$XB$1000000<2)*($XC$1:$XC$1000000<2))", cells=300)


def devouring() -> bytes:
    nested = "".join(f"($X{c}:$X{c}+$XC:$XC)*(" for c in "DEFGHIJKLMNOPQRSTUV")
    return changed(f"SUMPRODUCT({nested}$XW:$XW{')' * 19})")


def suffix(number: int) -> str:
    return Path(MASTERS[number % len(MASTERS)]).suffix


def write(path: Path, content: bytes, modified: float = LONG_AGO) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (modified, modified))


def hand_in(folder: Path, count: int, *, broken: bool = True) -> Path:
    """A folder of that many submissions: some below it, some in a zip, two handed in twice, ten broken."""
    pick = random.Random(count)
    zipped = []
    for number in range(count):
        content, name = submission(number), f"{number:04d}{suffix(number)}"
        if number % 5 == 4:
            zipped.append((f"乡镇/{name}", content))
        else:
            write(folder / pick.choice(("", "县直", "乡镇/第一批")) / name, content)
    if broken:
        for name in BROKEN:
            write(folder / "坏的" / f"{name}.xlsx", KINDS[name]())
        write(folder / "补交" / f"0001-改{suffix(1)}", submission(1, seed=1), LONG_AGO + 60)
        write(folder / "补交" / f"0002-旧{suffix(2)}", submission(2, seed=1), LONG_AGO - 60)
    with zipfile.ZipFile(folder / "邮件.zip", "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in zipped:
            target.writestr(zipfile.ZipInfo(name, (2020, 10, 1, 8, 0, 0)), content)
    os.utime(folder / "邮件.zip", (LONG_AGO, LONG_AGO))
    return folder
