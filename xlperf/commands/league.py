"""`xlperf league`: the units of a finished batch side by side, as workbooks and pages to discuss, to sign and to publish."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.escaping import printable
from xlperf.usage import Json, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from xlperf.report.league.ranking import League, Standing

SCHEMA_VERSION = 1
MOST_SHOWN = 20

Folder = Annotated[Path, typer.Argument(metavar="文件夹", help="xlperf batch 的输出文件夹")]
PublicationOnly = Annotated[bool, typer.Option("--publication-only", help="只写 公布.xlsx 和 公布.html")]
IncludeErrors = Annotated[bool, typer.Option("--include-errors", help="有错误的单位也排名、公布；结论依据不足的仍不排")]
UnitFiles = Annotated[bool, typer.Option("--unit-files", help="另在“单位”文件夹里给每个单位写一个文件")]


def league(
    folder: Folder,
    is_publication_only: PublicationOnly = False,
    has_unit_files: UnitFiles = False,
    includes_errors: IncludeErrors = False,
    as_json: Json = False,
) -> None:
    """由批量处理的结果重新写出排名、公布（.xlsx 和网页）和 自评表.xlsx，并显示排名（xlperf batch 结束时已写过一次）。

    例：xlperf league 结果 --unit-files
    """
    from xlperf.batch.lock import locked
    from xlperf.commands.progress import Meter
    from xlperf.commands.terminal import console
    from xlperf.report.league.page import write_publication_page
    from xlperf.report.league.results import read_leagues
    from xlperf.report.league.workbook import UNIT_FILES, write_publication, write_unit_files

    with locked(folder):
        if is_publication_only:
            writers = write_publication, write_publication_page
            _tell([write(folder, includes_errors=includes_errors) for write in writers], as_json=as_json)
        else:
            write_workbooks(
                folder,
                is_quiet=as_json,
                is_told=not as_json,
                are_units_next=has_unit_files,
                includes_errors=includes_errors,
            )
        if has_unit_files:
            with Meter(is_quiet=as_json, work="各单位") as meter:
                count = write_unit_files(folder, meter.show, includes_errors=includes_errors)
            if not as_json:
                sys.stdout.write(printable(f"{folder / UNIT_FILES} 里有 {count} 个单位的文件。\n"))
        found = read_leagues(folder, includes_errors=includes_errors).leagues
    if as_json:
        print_json({"schema_version": SCHEMA_VERSION, "leagues": [_as_json(one) for one in found]})
    for one in () if as_json else found:
        _show(console(), one)


def write_workbooks(
    folder: Path,
    *,
    is_quiet: bool,
    is_told: bool,
    are_units_next: bool = False,
    includes_errors: bool = False,
    jobs: int = 1,
) -> None:
    """Writes the workbooks and pages of a finished batch with lines of progress; at the same time with several jobs.

    Errors: UserError: no results, a file that can't be written.
    """
    from xlperf.commands.progress import Meter
    from xlperf.report.league.page import write_league_pages
    from xlperf.report.league.page_worker import pages_beside
    from xlperf.report.league.workbook import UNIT_FILES, write_league_workbooks

    with Meter(is_quiet=is_quiet, work="写排名") as meter:
        if jobs > 1:
            with pages_beside(folder, includes_errors=includes_errors) as pages:
                made = write_league_workbooks(folder, meter.show, includes_errors=includes_errors)
            made += pages
        else:
            made = write_league_workbooks(folder, meter.show, includes_errors=includes_errors)
            made += write_league_pages(folder, includes_errors=includes_errors)
    _tell(made, as_json=not is_told)
    if is_told and not are_units_next and (folder / UNIT_FILES).is_dir():
        sys.stdout.write(f"注意：“{UNIT_FILES}”文件夹里是以前写的，更新请运行 xlperf league 加 --unit-files。\n")


def _tell(made: Iterable[Path], *, as_json: bool) -> None:
    if not as_json:
        names = "、".join(path.name for path in made)
        sys.stdout.write(printable(f"已写出 {names}：排名供内部讨论，公布不含内部意见。\n"))


def _as_json(one: League) -> dict[str, object]:
    keys = ("framework", "version", "year", "title", "basis")
    return {**{key: getattr(one, key) for key in keys}, "units": [_unit(unit) for unit in one.units]}


def _unit(unit: Standing) -> dict[str, object]:
    keys = (
        "rank",
        "code",
        "name",
        "project",
        "common_rate",
        "individual_rate",
        "total",
        "grade",
        "difference",
        "unranked",
    )
    return {key: getattr(unit, key) for key in keys}


def _show(out: Console, one: League) -> None:
    """The first of the ranking, and how many have no rank."""
    from xlperf.commands.terminal import percent, plain, points, table

    shown = [
        [str(unit.rank), unit.code, unit.shown, percent(unit.common_rate), points(unit.total), unit.grade or "—"]
        for unit in one.ranked[:MOST_SHOWN]
    ]
    more = f"，列出前 {MOST_SHOWN}" if len(one.ranked) > MOST_SHOWN else ""
    headings = ["名次", "单位编码", "单位", "共性得分率", "总分", "等级"]
    out.print(table(f"{one.label}（{len(one.ranked)} 个有名次{more}）", headings, shown, right=(0, 3, 4)))
    if one.unranked:
        out.print(plain(f"另有 {len(one.unranked)} 个单位没有名次，原因见 排名.xlsx。"))
