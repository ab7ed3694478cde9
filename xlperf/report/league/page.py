"""The leagues of a batch as one HTML page: ranking, heat map, a section a unit; nothing is loaded from elsewhere.

The tables stand in the page and can be read without its script, which sorts, filters and builds what is opened. Every
text is escaped; beyond that the page allows no script but its own, no source and no form, whatever it contains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

from xlperf.package.files import replacing
from xlperf.report.html import bars, embedded, link, source_hash, table, text
from xlperf.report.league import page_tables as tables
from xlperf.report.league.page_units import anchors, heat, section, shape
from xlperf.report.league.ranking import COMMON_RATE, League, Leagues
from xlperf.report.league.results import read_leagues

_UNIT = '<details class="unit"'
RANKING_PAGE, PUBLICATION_PAGE = "排名.html", "公布.html"
STYLES, SCRIPT = "page.css", "page.js"
INNER_TITLE, PUBLIC_TITLE = "预算绩效评价：排名与比较", "预算绩效评价结果"
# With more units than this a browser takes too long to open the page: their sections are left out.
MOST_SECTIONS = 3000
UNCOUNTED = "uncounted"
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class _Part:
    """A league on the page: its number from 1, the ids of its units' sections, whether it is for the bureau itself, else how many are not on it;
    whether the page lists what is in no league.
    """

    league: League
    number: int
    names: dict[str, str] = field(default_factory=dict)
    is_inner: bool = True
    unlisted: int = 0
    has_uncounted: bool = False

    def id(self, section: str) -> str:
        """The id of one of its sections."""
        return f"{section}-{self.number}"


def write_league_pages(
    folder: Path, tell: Tell = lambda done, total: None, *, includes_errors: bool = False
) -> list[Path]:
    """Writes the pages for the results in a folder: 排名.html to discuss, 公布.html to publish.

    Errors: UserError: no results, a file that can't be written.
    """
    leagues = read_leagues(folder, includes_errors=includes_errors)
    write_page(folder / RANKING_PAGE, leagues, tell)
    write_public_page(folder / PUBLICATION_PAGE, leagues)
    return [folder / RANKING_PAGE, folder / PUBLICATION_PAGE]


def write_publication_page(folder: Path, *, includes_errors: bool = False) -> Path:
    """Writes only the page that may be published.

    Errors: UserError: no results, a file that can't be written.
    """
    write_public_page(folder / PUBLICATION_PAGE, read_leagues(folder, includes_errors=includes_errors))
    return folder / PUBLICATION_PAGE


def write_page(path: Path, leagues: Leagues, tell: Tell = lambda done, total: None) -> None:
    """Writes the page with everything that the results in the folder compare, for the bureau itself.

    Errors: UserError: the page can't be written.
    """
    names = anchors(leagues) if leagues.unit_count <= MOST_SECTIONS else [{} for _ in leagues.leagues]
    has_uncounted = any(items for _, items, _ in _uncounted(leagues))
    parts = [
        _Part(league, number, names[number - 1], has_uncounted=has_uncounted)
        for number, league in enumerate(leagues.leagues, 1)
    ]
    done = 0
    with replacing(path) as file:
        for piece in _page(INNER_TITLE, parts, leagues):
            file.write(piece.encode("utf-8", "backslashreplace"))
            if piece.startswith(_UNIT):
                done += 1
                tell(done, leagues.unit_count)


def write_public_page(path: Path, leagues: Leagues) -> None:
    """Writes the page to publish: ranked units with their rates, scores and grades, and the distribution.

    Errors: UserError: the page can't be written.
    """
    parts = [
        _Part(published(league), number, is_inner=False, unlisted=len(league.unranked))
        for number, league in enumerate(leagues.leagues, 1)
    ]
    with replacing(path) as file:
        for piece in _page(PUBLIC_TITLE, parts, None):
            file.write(piece.encode("utf-8", "backslashreplace"))


def published(league: League) -> League:
    """The league without what is not for the public, so that no section can show it."""
    hidden: dict[str, Any] = {"code": "", "file": "", "status": "", "in_roster": "", "notes": ""}
    hidden |= {"errors": 0, "warnings": 0, "hints": 0, "self_scores": (), "evaluated": ()}
    units = tuple(replace(unit, name=unit.name or unit.code, **hidden) for unit in league.ranked)
    return replace(league, units=units, summaries=(), problems=(), problem_kinds=(), finding_kinds=())


def _page(title: str, parts: list[_Part], leagues: Leagues | None) -> Iterator[str]:
    styles, script = _resource(STYLES), _resource(SCRIPT)
    policy = f"default-src 'none'; style-src {source_hash(styles)}; script-src {source_hash(script)}"
    yield '<!DOCTYPE html>\n<html lang="zh-CN" class="plain">\n<head>\n<meta charset="utf-8">\n'
    yield f"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}; base-uri 'none'; form-action 'none'\">\n"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield f"<title>{text(title)}</title>\n<style>{styles}</style>\n<script>{script}</script>\n</head>\n"
    yield f"<body>\n<header><h1>{text(title)}</h1>\n"
    yield from _choice(parts)
    yield "</header>\n<main>\n"
    if not any(part.league.units for part in parts):
        yield "<p>没有可以列出的结果。</p>\n"
    largest = max(parts, key=lambda part: len(part.league.units), default=None)
    for part in parts:
        yield from _league(part, leagues, is_first=part is largest)
    if leagues is not None:
        yield from _outside(leagues)
    yield "</main>\n</body>\n</html>\n"


def _resource(name: str) -> str:
    return (resources.files("xlperf.report.league") / name).read_text(encoding="utf-8")


def _choice(parts: list[_Part]) -> Iterator[str]:
    """The leagues to choose from, where there are several: they are never mixed."""
    if len(parts) > 1:
        yield '<nav class="leagues" aria-label="年度和指标体系">'
        for part in parts:
            count = f"{len(part.league.units)} 个单位"
            yield f'<a href="{link(part.id("league"))}">{text(part.league.label)}<small>{count}</small></a>'
        yield "</nav>\n"


def _league(part: _Part, leagues: Leagues | None, *, is_first: bool) -> Iterator[str]:
    """A league with all its sections. `is_first`: whether it is the one that is shown first."""
    league = part.league
    first = " data-first" if is_first else ""
    yield f'<section class="league" id="{part.id("league")}"{first}>\n<h2>{text(league.label)}</h2>\n'
    yield f'<p class="about">{text("　".join(_about(part)))}</p>\n'
    sections = list(_sections(part))
    yield '<nav class="sections" aria-label="各节">'
    for name, title, _ in sections:
        yield f'<a href="{link(part.id(name))}">{text(title)}</a>'
    if part.has_uncounted:
        yield f'<a href="#{UNCOUNTED}">没有计入的</a>'
    sought = "单位、编码" if part.is_inner else "单位"
    yield f'<label class="js">筛选 <input type="search" placeholder="{sought}"></label></nav>\n'
    for name, title, pieces in sections:
        yield f'<section id="{part.id(name)}" class="{name}">\n<h3>{text(title)}</h3>\n'
        yield from pieces
        yield from _units(part, leagues) if name == "units" and leagues is not None else ()
        yield "</section>\n"
    yield "</section>\n"


def _about(part: _Part) -> Iterator[str]:
    league = part.league
    yield f"{len(league.ranked)} 个单位有名次"
    if part.is_inner and league.unranked:
        yield f"{len(league.unranked)} 个未能排名"
    if part.unlisted:
        yield f"另有 {part.unlisted} 个单位没有列入"
    if part.is_inner and not part.names and league.units:
        yield "单位太多，这里没有各单位的情况；每个单位一个文件：xlperf league 加 --unit-files"
    yield league.subject
    if part.is_inner:
        yield f"指标体系 {league.framework} {league.version}"


def _sections(part: _Part) -> Iterator[tuple[str, str, Iterator[str]]]:
    """The sections that have something to show: id, title, contents; only the bureau's own league has most of them."""
    league, names, is_inner = part.league, part.names, part.is_inner
    yield "ranking", "排名", _ranking(part)
    if league.ranked:
        yield "distribution", "分布", _distribution(league)
    if not is_inner:
        return
    if league.unranked:
        yield "unranked", "未能排名", table(*tables.unranked(league, names), "未能排名")
    yield "heat", "热力图", _heat(part)
    yield "indicators", "指标情况", table(*tables.indicators(league), "指标情况")
    if league.problem_kinds:
        yield "problems", "常见问题", table(*tables.problem_kinds(league), "常见问题")
    if league.finding_kinds:
        yield "findings", "校验发现", table(*tables.finding_kinds(league), "校验发现")
    if league.most_departing:
        yield "departing", "自评与评价", _departing(part)
    if names:
        yield "units", "各单位", iter(('<p class="about nojs">展开各单位需要启用 JavaScript。</p>\n',))


def _ranking(part: _Part) -> Iterator[str]:
    league = part.league
    for note in tables.basis(league, is_inner=part.is_inner):
        yield f'<p class="about">{text(note)}</p>\n'
    if not league.ranked:
        yield "<p>没有可以排名的单位。</p>\n"
        return
    yield from table(*tables.ranking(league, part.names, is_inner=part.is_inner), "排名", "wide")


def _distribution(league: League) -> Iterator[str]:
    yield '<div class="charts">'
    name = COMMON_RATE if league.basis == COMMON_RATE else "总分"
    yield bars(f"{name}（含下限，不含上限）", [(band.label, band.units) for band in league.bands], "个单位")
    if league.grades:
        yield bars("等级", [(grade.grade, grade.units) for grade in league.grades], "个单位")
    yield "</div>\n"


def _heat(part: _Part) -> Iterator[str]:
    yield '<p class="about">得分率（%）：红为低，黄为 80，绿为 100；“—”不适用，“未评”没有得分。<span class="js">点标题排序。</span></p>\n'
    yield '<p class="about nojs">热力图需要启用 JavaScript。</p>\n'
    yield f'<div class="heatmap js">{embedded(heat(part.league, part.names))}</div>\n'


def _departing(part: _Part) -> Iterator[str]:
    league, most = part.league, tables.MOST_DIFFERENCES
    yield '<p class="about">评价：有复核分的取复核分，其次评定分，其次确定的规则分；只比两者都有的指标。差得多的在前。</p>\n'
    yield from table(*tables.departing_units(league, part.names), "自评与评价：各单位")
    yield f"<h4>差得最多的指标（至多 {most} 项）</h4>\n"
    yield from table(*tables.departing_indicators(league, part.names), "自评与评价：各指标")


def _units(part: _Part, leagues: Leagues) -> Iterator[str]:
    """The sections of the units, closed; what is in them stands there as data."""
    league = part.league
    yield embedded(shape(league))
    for unit, record in leagues.records(league):
        name = part.names[unit.file]
        value = tables.rate(unit.common_rate) if league.basis == COMMON_RATE else tables.score(unit.total)
        told = (f"第 {unit.rank} 名" if unit.rank is not None else "未能排名", value, unit.grade, unit.status)
        yield (
            f'{_UNIT} id="{text(name)}"><summary><span class="u">{text(unit.shown)}</span>'
            f' <span class="u code">{text(unit.code)}</span> <span class="told">{text("　".join(filter(None, told)))}'
            f"</span></summary>{embedded(section(league, unit, record))}</details>\n"
        )


def _uncounted(leagues: Leagues) -> tuple[tuple[str, Sized, Callable[[Leagues], tables.Table]], ...]:
    """What is in no league: units that handed in nothing, files that were refused or replaced."""
    return (
        ("缺报的单位", leagues.absent, tables.absent),
        ("隔离和跳过的文件", leagues.refused, tables.refused),
        ("被替代的文件", leagues.replaced, tables.replaced),
    )


def _outside(leagues: Leagues) -> Iterator[str]:
    found = [part for part in _uncounted(leagues) if part[1]]
    if found:
        yield f'<section class="uncounted" id="{UNCOUNTED}">\n<h2>没有计入的</h2>\n'
        for title, items, build in found:
            yield f"<h3>{title}（{len(items)}）</h3>\n"
            yield from table(*build(leagues), title)
        yield "</section>\n"
