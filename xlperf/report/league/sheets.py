"""The sheets that compare the units of a league: 排名, 一级指标, 热力图, 分布; the first, second and last are published."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.report.league.ranking import BASIS, COMMON_RATE, OWN_INDICATORS, League, Standing
from xlperf.report.sheet_writer import Book, Cell, Page
from xlperf.workbook import appearance
from xlperf.workbook.appearance import BAR
from xlperf.workbook.columns import Column

LEFT_OUT, OPEN = "—", "未评"
_HEAT_WIDTH = 5.5
_SIGN_POINTS = 12.5


@dataclass(frozen=True)
class Sheets:
    """Where a league's sheets are: their names by kind, those of its units' pages by file; whether it is published."""

    names: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    is_public: bool = False


def add_ranking(book: Book, league: League, sheets: Sheets) -> None:
    """排名: who stands where, by what; below it those who could not be ranked, with the reason."""
    columns = [
        Column("名次", 7, "count", is_centred=True),
        *(() if sheets.is_public else (Column("单位编码", 12),)),
        Column("单位", 34),
        *_value_columns(league),
        Column("总分", 10, "score", is_centred=True),
        Column("等级", 8, "general", is_centred=True),
    ]
    if not sheets.is_public:
        columns += [
            Column("评价减自评", 11, "score", is_centred=True),
            *(Column(part, 11, "rate", is_centred=True) for part in BASIS),
            Column("错误", 7, "count", is_centred=True),
            Column("警告", 7, "count", is_centred=True),
            Column("说明", 34),
        ]
    page = Page(book, sheets.names["排名"], columns)
    page.title(f"排名　{league.label}", *_basis(league, sheets))
    page.header(frozen_columns=2 if sheets.is_public else 3)
    top = page.row - 1
    for unit in league.ranked:
        _unit_line(page, league, unit, sheets)
    page.filter(top)
    if not league.ranked:
        page.across("没有可以排名的单位。")
    if league.unranked and not sheets.is_public:
        page.section(f"未能排名（{len(league.unranked)}）：不是 0 分，原因见“说明”")
        for unit in league.unranked:
            _unit_line(page, league, unit, sheets)


def _value_columns(league: League) -> list[Column]:
    if league.basis != COMMON_RATE:
        return []
    apart = [Column("个性得分率", 12, "rate", is_centred=True)] if league.is_divided else []
    return [Column("共性得分率", 12, "rate", is_centred=True), *apart]


def _basis(league: League, sheets: Sheets) -> list[str]:
    """What the ranking rests on."""
    if league.basis != COMMON_RATE:
        notes = ["指标体系没有载明全部共性指标的分值，得分率算不出，按总分排名；总分相同的名次相同。"]
    elif league.is_divided:
        notes = [
            "按共性指标的得分率（得分÷分值，剔除不适用的）排名，得分率相同的名次相同；个性指标因单位而异，只列出，不参加排名。"
        ]
    else:
        notes = ["按全部指标的得分率（得分÷分值，剔除不适用的）排名，得分率相同的名次相同；指标体系没有标出个性指标。"]
    if league.has_own_indicators:
        notes.append(OWN_INDICATORS)
    if league.has_own_weights and not sheets.is_public:
        notes.append("有单位改过分值：各单位的得分率按它自己的分值算，比较时请注意。")
    if sheets.is_public and league.unranked:
        notes.append(f"另有 {len(league.unranked)} 个单位没有列入。")
    return notes


def _unit_line(page: Page, league: League, unit: Standing, sheets: Sheets) -> None:
    values: list[Cell] = [unit.rank]
    values += [] if sheets.is_public else [unit.code]
    values += [unit.shown]
    values += [unit.common_rate] if league.basis == COMMON_RATE else []
    values += [unit.individual_rate] if len(_value_columns(league)) > 1 else []
    values += [unit.total, unit.grade]
    if not sheets.is_public:
        stranger = "不在名册内" if unit.in_roster == "否" else ""
        told = "；".join(text for text in (unit.unranked, stranger, unit.notes) if text)
        values += [unit.difference, *unit.basis, unit.errors, unit.warnings, told]
    row = page.line(values)
    if unit.file in sheets.units:
        page.link(row, 2, unit.shown, sheets.units[unit.file])


def add_levels(book: Book, league: League, sheets: Sheets) -> None:
    """一级指标: points and rates of each first-level indicator."""
    columns = [Column("名次", 7, "count", is_centred=True), Column("单位", 34)]
    for level in league.levels:
        weight = "" if level.weight is None else f"（{level.weight:g}）"
        columns += [
            Column(f"{level.name}{weight}得分", 12, "score", is_centred=True),
            Column(f"{level.name}得分率", 12, "rate", is_centred=True),
        ]
    page = Page(book, sheets.names["一级指标"], columns)
    page.title(f"一级指标得分　{league.label}", "括号里是分值。空白的算不出。颜色：红为低，黄为 80%，绿为满分。")
    page.header(frozen_columns=2)
    top = page.row - 1
    units = league.ranked if sheets.is_public else league.units
    for unit in units:
        pairs = zip(unit.level_scores, unit.level_rates, strict=True)
        row = page.line([unit.rank, unit.shown, *(value for pair in pairs for value in pair)])
        if unit.file in sheets.units:
            page.link(row, 1, unit.shown, sheets.units[unit.file])
    page.filter(top)
    last = page.row - 1
    means: list[Cell] = [None, "平均"]
    for place in range(len(league.levels)):
        means += [_mean([u.level_scores[place] for u in units]), _mean([u.level_rates[place] for u in units])]
        column = 3 + 2 * place
        page.colour_scale(top + 1, column, last, column)
    page.line(means, is_bold=True)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None


def add_heat_map(book: Book, league: League, sheets: Sheets) -> None:
    """热力图: the rate of every unit in every indicator."""
    columns = [
        Column("名次", 6, "count", is_centred=True),
        Column("单位", 27),
        Column("共性得分率" if league.basis == COMMON_RATE else "总分", 9, is_centred=True),
        *(Column(indicator.code, _HEAT_WIDTH, "whole_rate", is_centred=True) for indicator in league.indicators),
    ]
    page = Page(book, sheets.names["热力图"], columns)
    apart = "编码后有 * 的是个性指标。" if league.is_divided else ""
    page.title(f"热力图　{league.label}", f"各单位各指标的得分率：红为低，黄为 80%，绿为满分；“—”是不适用。{apart}")
    first = page.row
    _heat_headings(page, league)
    page.freeze(page.row - 1, 3, first)
    top = page.row - 1
    means: list[Cell] = [None, "平均", None, *(summary.mean_rate for summary in league.summaries)]
    formats = [None, None, _value_format(league), *("whole_rate" for _ in league.indicators)]
    page.line(means, is_bold=True, formats=formats)
    for unit in league.units:
        rates = [_rate(unit, place) for place in range(len(league.indicators))]
        row = page.line([unit.rank, unit.shown, league.value(unit), *rates], formats=formats)
        if unit.file in sheets.units:
            page.link(row, 1, unit.shown, sheets.units[unit.file])
    page.colour_scale(top + 1, 3, page.row - 1, 2 + len(league.indicators))


def _value_format(league: League) -> str:
    return "rate" if league.basis == COMMON_RATE else "score"


def _rate(unit: Standing, place: int) -> Cell:
    if place in unit.left_out:
        return LEFT_OUT
    rate = unit.rates[place]
    return OPEN if rate is None and unit.scores[place] is None else rate


def _heat_headings(page: Page, league: League) -> None:
    """Three rows: first-level indicators, names from top to bottom, codes."""
    look, names = page.heading_look(), [indicator.name for indicator in league.indicators]
    for column in range(3):
        page.sheet.write_blank(page.row, column, None, look)
    start = 3
    for level, run in itertools.groupby(league.indicators, key=lambda indicator: indicator.level):
        count = len(list(run))
        _merged(page, page.row, start, count, level)
        start += count
    page.sheet.set_row(page.row, 20)
    upright = page.heading_look(rotation=270, font_size=9, text_wrap=False, valign="top")
    for column in range(3):
        page.sheet.write_blank(page.row + 1, column, None, look)
    for column, name in enumerate(names, 3):
        page.sheet.write_string(page.row + 1, column, name, upright)
    page.sheet.set_row(page.row + 1, min(max(map(len, names)) * _SIGN_POINTS + 10, 300.0))
    page.sheet.set_row(page.row + 2, 20)
    for column, heading in enumerate(page.columns):
        is_individual = column > 2 and league.indicators[column - 3].is_individual
        page.sheet.write_string(page.row + 2, column, f"{heading.heading}{'*' if is_individual else ''}", look)
    page.row += 3


def _merged(page: Page, row: int, column: int, count: int, text: str) -> None:
    look = page.heading_look(left=2, right=2)
    if count > 1:
        page.sheet.merge_range(row, column, row, column + count - 1, "", look)
    page.sheet.write_string(row, column, text, look)


def add_distribution(book: Book, league: League, sheets: Sheets) -> None:
    """分布: units by band and by grade, with a chart each; mean, median, highest, lowest."""
    page = Page(
        book,
        sheets.names["分布"],
        (
            Column("", 24),
            Column("单位数", 12, "count", is_centred=True),
            Column("占比", 12, "rate", is_centred=True),
            *(Column("", 12) for _ in range(6)),
        ),
    )
    basis = "共性得分率" if league.basis == COMMON_RATE else "总分"
    page.title(f"分布　{league.label}", f"{len(league.ranked)} 个有名次的单位；等级按总分，只计总分算得出的。")
    bands = [(band.label, band.units) for band in league.bands]
    _counts(page, f"{basis}（含下限，不含上限，最高一段含上限）", basis, bands)
    grades = [(grade.grade, grade.units) for grade in league.grades]
    if grades:
        _counts(page, "等级", "等级", grades)
    _figures(page, league, basis)


def _counts(page: Page, title: str, what: str, counts: Sequence[tuple[str, int]]) -> None:
    """A table of counts with a chart beside it."""
    page.section(title)
    top, whole = page.row, sum(units for _, units in counts)
    for label, units in counts:
        page.line([label, units, units / whole if whole else None])
    if not whole:
        return
    _column_chart(page, f"{what}分布（单位数）", top, counts)
    # The chart is taller than a short table.
    for _ in range(max(0, 11 - len(counts))):
        page.sheet.set_row(page.row, 20)
        page.row += 1


def _column_chart(page: Page, title: str, top: int, counts: Sequence[tuple[str, int]]) -> None:
    chart = page.book.book.add_chart({"type": "column"})
    last = top + len(counts) - 1
    font = {"name": appearance.FONT, "size": 10}
    chart.add_series(
        {
            "categories": [page.title_text, top, 0, last, 0],
            "values": [page.title_text, top, 1, last, 1],
            # For viewers that draw a chart from what it brings along.
            "categories_data": [label for label, _ in counts],
            "values_data": [units for _, units in counts],
            "fill": {"color": f"#{BAR}"},
            "gap": 40,
            "data_labels": {"value": True, "font": font},
        }
    )
    chart.set_title({"name": title, "name_font": {**font, "size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis({"num_font": font, "num_format": "0", "min": 0, "major_gridlines": {"visible": True}})
    chart.set_size({"width": 520, "height": 280})
    page.sheet.insert_chart(top, 3, chart, {"x_offset": 12, "y_offset": 4, "object_position": 2})


def _figures(page: Page, league: League, basis: str) -> None:
    values = [value for unit in league.ranked if (value := league.value(unit)) is not None]
    if not values:
        return
    page.section(basis)
    told = (
        ("平均", statistics.fmean(values)),
        ("中位数", statistics.median(values)),
        ("最高", max(values)),
        ("最低", min(values)),
    )
    for label, value in told:
        page.line([label, value], formats=[None, _value_format(league)])
