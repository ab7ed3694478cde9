"""`xlperf renew`: a filled workbook carried over into the next year's, or into that of a corrected standard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.files import Output, Workbook, opened, require_other
from xlperf.commands.workbooks import edition_of, require_free
from xlperf.errors import UserError
from xlperf.usage import FINDINGS, Json, about, print_json

if TYPE_CHECKING:
    from xlperf.evaluation.renewal import Renewal
    from xlperf.frameworks.loading import FrameworkFile
    from xlperf.package import Package

SCHEMA_VERSION = 1
MOST_SHOWN = 40


def renew(
    file: Workbook,
    framework: Annotated[
        str,
        typer.Option("--framework", metavar="新的体系", help="新的指标体系：编号、文件、标准确认表，或另一份工作簿"),
    ],
    output: Output,
    year: Annotated[int | None, typer.Option("--year", min=2000, max=2100, help="新的年度；上年的数不带过来")] = None,
    keeps_data: Annotated[bool, typer.Option("--keep-data", help="同一年度的标准更正了：填报、评分全部带过来")] = False,
    is_forced: Annotated[bool, typer.Option("--force", help="输出文件已存在也覆盖")] = False,
    as_json: Json = False,
) -> None:
    """把上年的、或标准更正以前的工作簿转到新的指标体系：列出保留、有变、没有位置的；有没带过来的退出码为 1。

    例：xlperf renew 仁化.xlsx --framework 我县.toml --year 2024 -o 明年.xlsx
    """
    from xlperf.commands.waiting import working
    from xlperf.evaluation.meaning import differences
    from xlperf.evaluation.renewal import renewed
    from xlperf.package import write_file
    from xlperf.workbook.identity import read_identity

    edition = edition_of(None, output)
    require_other(file, output)
    require_free(output, is_forced=is_forced)
    source = _framework(framework)
    with working(f"转到 {source.framework.name}…"), about(file):
        old = opened(file)
        former = read_identity(old).framework
        found = renewed(old, source, _year(old, source, year, keeps_data=keeps_data), edition, file)
    write_file(output, found.package.data)
    changes = differences(former.framework, source.framework)
    if as_json:
        print_json(_as_json(found, changes))
    else:
        _show(found, changes, output)
    if found.lost:
        raise typer.Exit(FINDINGS)


def _framework(name: str) -> FrameworkFile:
    """The framework of that name, of a confirmed standard, or of another workbook."""
    from xlperf.package import open_package
    from xlperf.standards.building import find_standard
    from xlperf.workbook.identity import is_stamped, read_identity

    path = Path(name)
    if path.suffix.lower() in (".xlsx", ".xlsm") and path.is_file():
        with about(path):
            package = open_package(path)
            if is_stamped(package):
                return read_identity(package).framework
    return find_standard(name)


def _year(old: Package, source: FrameworkFile, year: int | None, *, keeps_data: bool) -> int | None:
    """The new year; None where all data stay.

    Errors: UserError: both or neither is asked for and the years don't tell.
    """
    from xlperf.values import is_number
    from xlperf.workbook.names import NamedCells

    if year is not None and keeps_data:
        raise UserError("--year 是换年度，--keep-data 是同一年度更正标准，只能选一个")
    before = NamedCells(old).value("evaluation_year")
    if year is not None and is_number(before) and year <= before:
        raise UserError(
            f"工作簿是 {before:g} 年度的，--year 应是以后的年度，现为 {year}；同一年度更正标准请用 --keep-data"
        )
    if year is not None or keeps_data:
        return year
    framework = source.framework
    if framework.is_for_any_year or not is_number(before) or framework.year <= before:
        raise UserError("请说明是哪一种：换年度加 --year 2024，同一年度更正标准加 --keep-data")
    return framework.year


def _as_json(found: Renewal, changes: list[tuple[str, str, str]]) -> dict[str, object]:
    told = [{"what": what, "name": name, "change": change} for what, name, change in changes]
    fates = [vars(fate) for fate in found.fates]
    return {"schema_version": SCHEMA_VERSION, "counts": found.counts, "cells": fates, "framework": told}


def _show(found: Renewal, changes: list[tuple[str, str, str]], output: Path) -> None:
    """The counts, then what is not simply kept or left empty, line by line."""
    from xlperf.commands.terminal import console, plain, table
    from xlperf.escaping import excerpt
    from xlperf.evaluation.renewal import CHANGED, LOST, MOVED

    out = console()
    headings = ("编号", "名称", "原来的值", "现在的位置", "说明")
    for kind in (LOST, CHANGED, MOVED):
        fates = found.of(kind)
        rows = [[f.id, f.label, excerpt(f.value), f.cell, f.note] for f in fates[:MOST_SHOWN]]
        if rows:
            more = f"，列出前 {MOST_SHOWN}" if len(fates) > MOST_SHOWN else ""
            out.print(table(f"{kind}（{len(fates)} 格{more}）", headings, rows))
    if changes:
        more = f"，列出前 {MOST_SHOWN}" if len(changes) > MOST_SHOWN else ""
        title = f"指标体系的不同（{len(changes)} 处{more}）"
        out.print(table(title, ("种类", "名称或编号", "不同"), [list(change) for change in changes[:MOST_SHOWN]]))
    counts = "，".join(f"{kind} {count} 格" for kind, count in found.counts.items())
    out.print(plain(f"已写入 {output}：{counts}。--json 逐格列出全部。"))
