"""The workbooks of a finished batch: 排名.xlsx to discuss, 公布.xlsx to publish, 自评表.xlsx to sign, one file a unit."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

from xlperf.errors import UserError
from xlperf.escaping import file_stem, same_file
from xlperf.report.league.finding_sheets import (
    add_absent,
    add_departures,
    add_differences,
    add_findings,
    add_indicators,
    add_problem_list,
    add_problems,
)
from xlperf.report.league.ranking import COMMON_RATE, League, Leagues, Standing
from xlperf.report.league.results import read_leagues
from xlperf.report.league.sheets import Sheets, add_distribution, add_heat_map, add_levels, add_ranking
from xlperf.report.league.unit_pages import add_unit_page
from xlperf.report.self_evaluation_forms import add_self_form
from xlperf.report.sheet_writer import Book, Page, written
from xlperf.workbook.columns import Column

RANKING, PUBLICATION, SELF_FORMS, UNIT_FILES = "排名.xlsx", "公布.xlsx", "自评表.xlsx", "单位"
# With more units than this nobody finds a page among the tabs of one workbook: they get files of their own on request.
MOST_PAGES = 500
ABSENT, GUIDE = "缺报与隔离", "说明"
Tell = Callable[[int, int], None]
KINDS: Mapping[str, tuple[Callable[[Book, League, Sheets], None], str]] = {
    "排名": (add_ranking, "名次、共性得分率、个性得分率、总分、等级"),
    "一级指标": (add_levels, "各一级指标的得分和得分率"),
    "热力图": (add_heat_map, "各单位各指标的得分率"),
    "分布": (add_distribution, "各分数段、各等级的单位数和图"),
    "指标情况": (add_indicators, "哪些指标失分多、问题多、自评偏高"),
    "问题": (add_problems, "问题台账按违反的条款归类"),
    "问题清单": (add_problem_list, "问题台账逐条"),
    "发现": (add_findings, "校验发现的问题按种类"),
    "自评与评价": (add_departures, "按差异从大到小的单位，供选取复核对象"),
    "差异明细": (add_differences, "按差异从大到小的指标"),
}
PUBLIC = ("排名", "一级指标", "分布")


def write_league_workbooks(
    folder: Path, tell: Tell = lambda done, total: None, *, includes_errors: bool = False
) -> list[Path]:
    """Writes the workbooks for the results in a folder; those that there are too many units for are left out.

    Errors: UserError: no results, a file that can't be written.
    """
    leagues = read_leagues(folder, includes_errors=includes_errors)
    has_pages = leagues.unit_count <= MOST_PAGES
    # A unit is counted for each sheet that it gets.
    counted = _Counted(tell, leagues.unit_count * 2 if has_pages else 0)
    _write_ranking(folder, leagues, counted, has_pages=has_pages)
    _write_publication(folder / PUBLICATION, leagues)
    made = [folder / RANKING, folder / PUBLICATION]
    forms = folder / SELF_FORMS
    if has_pages and leagues.unit_count:
        _write_self_forms(folder, leagues, counted)
        return [*made, forms]
    # One of an earlier run would be out of date.
    with contextlib.suppress(FileNotFoundError):
        forms.unlink()
    return made


def write_publication(folder: Path, *, includes_errors: bool = False) -> Path:
    """Writes only what may be published.

    Errors: UserError: no results, a file that can't be written.
    """
    _write_publication(folder / PUBLICATION, read_leagues(folder, includes_errors=includes_errors))
    return folder / PUBLICATION


def write_unit_files(folder: Path, tell: Tell = lambda done, total: None, *, includes_errors: bool = False) -> int:
    """Writes a file for each unit, with its page and its 自评表; those of earlier runs go. Gives their number.

    Errors: UserError: no results, a file that can't be written.
    """
    leagues = read_leagues(folder, includes_errors=includes_errors)
    target, counted = folder / UNIT_FILES, _Counted(tell, leagues.unit_count)
    try:
        target.mkdir(exist_ok=True)
        for old in target.glob("*.xlsx"):
            old.unlink()
    except OSError as error:
        raise UserError(f"{target}：无法写入（系统错误 {error.errno}）；里面的文件可能正被打开") from None
    names: set[str] = set()
    for league in leagues.leagues:
        for unit, record in leagues.records(league):
            with written(target / _file_name(unit, names), unit.shown) as book:
                add_unit_page(book, league, unit, record, book.name(unit.shown))
                add_self_form(book, league, unit, record, book.name("自评表"))
            counted.next()
    return leagues.unit_count


class _Counted:
    """Tells of each unit that is done."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def next(self) -> None:
        """Counts one more."""
        self._done += 1
        self._tell(self._done, self._total)


def _write_ranking(folder: Path, leagues: Leagues, counted: _Counted, *, has_pages: bool) -> None:
    with written(folder / RANKING, "排名") as book:
        guide, absent = book.name(GUIDE), book.name(ABSENT)
        named = [_names(book, leagues, number, tuple(KINDS)) for number in range(len(leagues.leagues))]
        sheets = [
            Sheets(names, _unit_names(book, league) if has_pages else {})
            for names, league in zip(named, leagues.leagues, strict=True)
        ]
        _add_guide(book, guide, leagues, sheets, absent)
        for league, places in zip(leagues.leagues, sheets, strict=True):
            for add, _ in KINDS.values():
                add(book, league, places)
        add_absent(book, leagues, absent)
        for league, places in zip(leagues.leagues, sheets, strict=True) if has_pages else ():
            for unit, record in leagues.records(league):
                add_unit_page(book, league, unit, record, places.units[unit.file], back=places.names["排名"])
                counted.next()


def _write_publication(path: Path, leagues: Leagues) -> None:
    with written(path, "绩效评价结果") as book:
        if not leagues.leagues:
            Page(book, book.name("排名"), (Column("", 60),)).title("没有可以公布的结果")
        for number, league in enumerate(leagues.leagues):
            sheets = Sheets(_names(book, leagues, number, PUBLIC), is_public=True)
            for kind in PUBLIC:
                KINDS[kind][0](book, league, sheets)


def _write_self_forms(folder: Path, leagues: Leagues, counted: _Counted) -> None:
    with written(folder / SELF_FORMS, "自评表") as book:
        for league in leagues.leagues:
            for unit, record in leagues.records(league):
                add_self_form(book, league, unit, record, book.name(_short_name(unit)))
                counted.next()


def _names(book: Book, leagues: Leagues, number: int, kinds: tuple[str, ...]) -> dict[str, str]:
    """The names of a league's sheets, with its number where there are several leagues."""
    mark = f" {number + 1}" if len(leagues.leagues) > 1 else ""
    return {kind: book.name(f"{kind}{mark}") for kind in kinds}


def _unit_names(book: Book, league: League) -> dict[str, str]:
    return {unit.file: book.name(_short_name(unit)) for unit in league.units}


def _short_name(unit: Standing) -> str:
    return " ".join(text for text in (unit.code, unit.name, unit.project) if text)


def _file_name(unit: Standing, taken: set[str]) -> str:
    """A name for a unit's file that Windows takes too and no other unit has."""
    # With the word before it no name is one that Windows keeps for a device.
    told = _short_name(unit) if unit.code and unit.name else f"单位 {_short_name(unit)}"
    stem = file_stem(told, 60)
    name, number = stem, 1
    while same_file(name) in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(same_file(name))
    return f"{name}.xlsx"


def _add_guide(book: Book, name: str, leagues: Leagues, sheets: list[Sheets], absent: str) -> None:
    """说明: what is counted, and where what stands."""
    page = Page(book, name, (Column("", 34), Column("", 80)))
    page.title("批量评价结果", "供内部讨论；对外公布用 公布.xlsx，签字盖章用 自评表.xlsx。")
    page.section("收到的")
    refused = sum(item.kind == "隔离" for item in leagues.refused)
    for label, count in (
        ("计入的单位", leagues.unit_count),
        ("其中未能排名", sum(len(league.unranked) for league in leagues.leagues)),
        ("缺报", len(leagues.absent)),
        ("隔离的文件", refused),
        ("被替代的文件", len(leagues.replaced)),
    ):
        page.line([label, f"{count:,}"])
    page.link(page.line([ABSENT, "名册上没有交的单位，读不出来的文件，被替代的文件"]), 0, ABSENT, absent)
    for league, places in zip(leagues.leagues, sheets, strict=True):
        page.section(f"{league.label}（{league.framework} {league.version}，{len(league.units)} 个单位）")
        if league.basis == COMMON_RATE and league.is_divided:
            individual = sum(indicator.is_individual for indicator in league.indicators)
            page.line(["指标", f"{len(league.indicators)} 个，其中个性 {individual} 个"])
        for kind, (_, about) in KINDS.items():
            page.link(page.line([kind, about]), 0, kind, places.names[kind])
    if not any(places.units for places in sheets) and leagues.unit_count:
        page.across(
            f"单位超过 {MOST_PAGES} 个，这里没有各单位的页；运行 xlperf league 加 --unit-files，每个单位一个文件。"
        )
