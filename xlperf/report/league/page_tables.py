"""The tables of a league's page: ranking, indicators, problems, findings, self-evaluation, what is in no league."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from xlperf.report.html import CODE, LONG, NAME, NUMBER, STATE, TEXT, Cell, Heading, Row
from xlperf.report.league.ranking import BASIS, COMMON_RATE, OWN_INDICATORS, League, Leagues, Standing
from xlperf.wording import shown, signed

MOST_DIFFERENCES = 300
# The same few points and rates occur in thousands of units.
MOST_NUMBERS = 20_000
# The columns that say which unit a row is about.
UNIT_HEADINGS = (Heading("单位编码", CODE), Heading("单位", NAME))
# The ids of the units' sections by file.
Anchors = Mapping[str, str]
Table = tuple[Sequence[Heading], Iterator[Row]]


@lru_cache(MOST_NUMBERS)
def rate(value: float | None) -> str:
    """A rate as a percentage; nothing where there is none."""
    return "" if value is None else shown(value, "rate")


@lru_cache(MOST_NUMBERS)
def score(value: float | None) -> str:
    """Points; nothing where there are none."""
    return "" if value is None else shown(value, "score")


@lru_cache(MOST_NUMBERS)
def difference(value: float | None) -> str:
    """A difference of points with its sign; nothing where there is none."""
    return "" if value is None else signed(value)


def unit_cells(unit: Standing, anchors: Anchors) -> tuple[Cell, Cell]:
    """What says which unit a row is about; its name leads to its section."""
    return Cell(unit.code), Cell(unit.shown, target=anchors.get(unit.file, ""))


def basis(league: League, *, is_inner: bool) -> Iterator[str]:
    """What the ranking rests on."""
    if league.basis != COMMON_RATE:
        yield "指标体系没有载明全部共性指标的分值，得分率算不出，按总分排名；总分相同的名次相同。"
    elif league.is_divided:
        yield "按共性指标的得分率（得分÷分值，不适用的不算）排名，得分率相同的名次相同；个性指标因单位而异，只列出，不参加排名。"
    else:
        yield "按全部指标的得分率（得分÷分值，不适用的不算）排名，得分率相同的名次相同；指标体系没有标出个性指标。"
    if league.has_own_indicators:
        yield OWN_INDICATORS
    if league.has_own_weights and is_inner:
        yield "有单位改过分值：各单位的得分率按它自己的分值算，比较时请注意。"


def ranking(league: League, anchors: Anchors, *, is_inner: bool) -> Table:
    """The ranked units; the individual indicators stand apart, beside the common ones."""
    by_rates = league.basis == COMMON_RATE
    rates = [COMMON_RATE, *(["个性得分率"] if league.is_divided else [])] if by_rates else []
    headings = [
        Heading("名次", NUMBER, is_sorted=True),
        *UNIT_HEADINGS[not is_inner :],
        *(Heading(name, NUMBER) for name in (*rates, "总分")),
        Heading("等级"),
        *(Heading(level.name, NUMBER) for level in league.levels),
        *(Heading(name, NUMBER) for name in ((*BASIS, "错误", "警告") if is_inner else ())),
    ]
    order = {grade.grade: float(place) for place, grade in enumerate(league.grades)}

    def rows() -> Iterator[Row]:
        for unit in league.ranked:
            yield (
                str(unit.rank),
                *(unit_cells(unit, anchors) if is_inner else (unit.shown,)),
                *(rate(value) for value in (unit.common_rate, unit.individual_rate)[: len(rates)]),
                score(unit.total),
                Cell(unit.grade, order=order.get(unit.grade)),
                *map(_level, unit.level_rates, unit.level_scores),
                *(map(rate, unit.basis) if is_inner else ()),
                *((Cell(str(unit.errors), is_alert=unit.errors > 0), str(unit.warnings)) if is_inner else ()),
            )

    return headings, rows()


def _level(reached: float | None, points: float | None) -> Cell:
    return Cell(rate(reached), score(points)) if reached is not None else Cell(score(points))


def unranked(league: League, anchors: Anchors) -> Table:
    """The units that could not be ranked, with the reason."""
    rows: Iterator[Row] = ((*unit_cells(unit, anchors), unit.unranked, score(unit.total)) for unit in league.unranked)
    return [*UNIT_HEADINGS, Heading("原因", LONG), Heading("总分", NUMBER)], rows


def indicators(league: League) -> Table:
    """How the units do in each indicator."""
    rates = ("平均得分率", "最低", "最高")
    counts = ("满分的单位", "0 分的单位", "未评的单位", "不适用的单位", "失分合计", "有问题的单位", "平均评价减自评")
    headings = [
        Heading("编码"),
        Heading("指标", LONG),
        Heading("一级指标"),
        *([Heading("类别")] if league.is_divided else []),
        Heading("分值", NUMBER),
        *(Heading(name, NUMBER) for name in (*rates, *counts)),
    ]

    def rows() -> Iterator[Row]:
        for place, summary in enumerate(league.summaries):
            indicator = summary.indicator
            yield (
                Cell(indicator.code, order=float(place)),
                indicator.name,
                indicator.level,
                *(("个性" if indicator.is_individual else "共性",) if league.is_divided else ()),
                score(indicator.weight),
                *(rate(value) for value in (summary.mean_rate, summary.lowest_rate, summary.highest_rate)),
                *map(str, (summary.full, summary.zero, summary.unscored, summary.left_out)),
                score(summary.lost),
                str(summary.units_with_problems),
                difference(summary.mean_difference),
            )

    return headings, rows()


def problem_kinds(league: League) -> Table:
    """The problems of the ledgers by the clause that they break, the commonest first."""
    rows: Iterator[Row] = (
        (kind.clause or "（没有写条款）", str(kind.units), str(kind.problems), "、".join(kind.indicators), kind.example)
        for kind in league.problem_kinds
    )
    counts = (Heading("单位数", NUMBER), Heading("问题数", NUMBER))
    return [Heading("违反的条款", LONG), *counts, Heading("指标"), Heading("举例", LONG)], rows


def finding_kinds(league: League) -> Table:
    """What the checks found by kind, the commonest first."""
    rows: Iterator[Row] = (
        (
            Cell(kind.severity, is_alert=kind.severity == "错误"),
            kind.name,
            str(kind.units),
            str(kind.findings),
            kind.example,
        )
        for kind in league.finding_kinds
    )
    counts = (Heading("单位数", NUMBER), Heading("次数", NUMBER))
    return [Heading("级别", STATE), Heading("发现", LONG), *counts, Heading("举例", LONG)], rows


def departing_units(league: League, anchors: Anchors) -> Table:
    """The evaluation beside the self scores by unit, the largest differences first."""
    rows: Iterator[Row] = (
        (
            *unit_cells(unit, anchors),
            str(len(unit.compared)),
            *(score(value) for value in (unit.self_sum, unit.evaluated_sum)),
            _gap(unit.difference),
        )
        for unit in league.most_departing
    )
    names = ("可比的指标", "自评合计", "评价合计", "评价减自评")
    return [*UNIT_HEADINGS, *(Heading(name, NUMBER) for name in names)], rows


def departing_indicators(league: League, anchors: Anchors) -> Table:
    """The indicators with the largest differences."""
    rows: Iterator[Row] = (
        (
            *unit_cells(found.unit, anchors),
            f"{found.indicator.code} {found.indicator.name}",
            score(found.self_score),
            score(found.evaluated),
            _gap(found.difference),
        )
        for found in league.differences(MOST_DIFFERENCES)
    )
    names = ("自评分", "评价得分", "评价减自评")
    return [*UNIT_HEADINGS, Heading("指标", LONG), *(Heading(name, NUMBER) for name in names)], rows


def _gap(value: float | None) -> Cell:
    """A difference, sorted by how far it departs, whichever way."""
    return Cell(difference(value), order=None if value is None else abs(value))


def absent(leagues: Leagues) -> Table:
    """The units of the roster that handed in nothing."""
    rows: Iterator[Row] = ((item.code, item.name) for item in leagues.absent)
    return UNIT_HEADINGS, rows


def refused(leagues: Leagues) -> Table:
    """The files in quarantine or skipped."""
    rows: Iterator[Row] = ((item.kind, item.file, item.reason) for item in leagues.refused)
    return [Heading("类别"), Heading("文件", LONG), Heading("原因", LONG)], rows


def replaced(leagues: Leagues) -> Table:
    """The files that later ones replace."""
    rows: Iterator[Row] = (
        (
            *(item.code, item.name, item.project, str(item.year or ""), item.framework),
            *(item.file, item.saved, score(item.total)),
            *(item.counted_file, item.counted_saved, score(item.counted_total)),
        )
        for item in leagues.replaced
    )
    files = [
        Heading(name, kind)
        for which in ("被替代的", "计入的")
        for name, kind in ((f"{which}文件", LONG), ("保存时间", TEXT), ("总分", NUMBER))
    ]
    return [*UNIT_HEADINGS, Heading("项目"), Heading("年度"), Heading("指标体系"), *files], rows
