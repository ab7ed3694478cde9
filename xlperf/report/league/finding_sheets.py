"""The sheets of a league that are for the bureau alone: indicators, problems, findings, differences; what is missing."""

from __future__ import annotations

from xlperf.report.league.ranking import League, Leagues
from xlperf.report.league.sheets import Sheets
from xlperf.report.sheet_writer import Book, Cell, Page
from xlperf.workbook.columns import Column

MOST_DIFFERENCES = 500
NO_CLAUSE = "（没有写条款）"
INDICATOR_COLUMNS = (
    Column("编码", 8, is_centred=True),
    Column("指标", 32),
    Column("一级指标", 18),
    Column("类别", 8, is_centred=True),
    Column("分值", 8, "score", is_centred=True),
    Column("平均得分率", 10, "rate", is_centred=True),
    Column("最低", 10, "rate", is_centred=True),
    Column("最高", 10, "rate", is_centred=True),
    Column("满分的单位", 9, "count", is_centred=True),
    Column("0 分的单位", 9, "count", is_centred=True),
    Column("未评的单位", 9, "count", is_centred=True),
    Column("不适用的单位", 9, "count", is_centred=True),
    Column("失分合计", 10, "score", is_centred=True),
    Column("有问题的单位", 9, "count", is_centred=True),
    Column("平均评价减自评", 10, "score", is_centred=True),
)


def add_indicators(book: Book, league: League, sheets: Sheets) -> None:
    """指标情况: how the units do in each indicator, where they lose points."""
    page = Page(book, sheets.names["指标情况"], INDICATOR_COLUMNS)
    page.title(
        f"指标情况　{league.label}",
        "失分合计：各单位分值减得分的和。有问题的单位：问题台账里写了这个指标的。平均评价减自评：负数是自评偏高。",
    )
    page.header(frozen_columns=2)
    top = page.row - 1
    for summary in league.summaries:
        indicator = summary.indicator
        page.line(
            [
                indicator.code,
                indicator.name,
                indicator.level,
                "个性" if indicator.is_individual else "共性",
                indicator.weight,
                summary.mean_rate,
                summary.lowest_rate,
                summary.highest_rate,
                summary.full,
                summary.zero,
                summary.unscored,
                summary.left_out,
                summary.lost,
                summary.units_with_problems,
                summary.mean_difference,
            ]
        )
    page.filter(top)
    page.colour_scale(top + 1, 5, page.row - 1, 5)


def add_problems(book: Book, league: League, sheets: Sheets) -> None:
    """问题: the ledgers' problems by the clause that they break, the commonest first; then every one of them."""
    columns = (
        Column("违反的条款", 40),
        Column("单位数", 9, "count", is_centred=True),
        Column("问题数", 9, "count", is_centred=True),
        Column("涉及指标", 20),
        Column("例", 70),
    )
    page = Page(book, sheets.names["问题"], columns)
    page.title(f"问题　{league.label}", "问题台账里的问题按违反的条款归类，涉及单位多的在前。逐条见问题清单。")
    page.header()
    top = page.row - 1
    for kind in league.problem_kinds:
        page.line([kind.clause or NO_CLAUSE, kind.units, kind.problems, "、".join(kind.indicators), kind.example])
    page.filter(top)
    if not league.problem_kinds:
        page.across("问题台账里没有问题。")


def add_problem_list(book: Book, league: League, sheets: Sheets) -> None:
    """问题清单: every line of the ledgers."""
    columns = (
        Column("单位编码", 12),
        Column("单位", 30),
        Column("问题编号", 10, is_centred=True),
        Column("事实", 64),
        Column("金额", 14, "money"),
        Column("违反的条款", 32),
        Column("涉及指标", 14, is_centred=True),
    )
    page = Page(book, sheets.names["问题清单"], columns)
    page.title(f"问题清单　{league.label}", "金额按各单位工作簿的金额单位。")
    page.header(frozen_columns=2)
    top = page.row - 1
    for line in league.problems:
        values: list[Cell] = [line.unit_code, line.unit_name, line.number, line.fact, line.amount, line.clause]
        page.line([*values, "、".join(line.indicators)])
    page.filter(top)
    if not league.problems:
        page.across("问题台账里没有问题。")


def add_findings(book: Book, league: League, sheets: Sheets) -> None:
    """发现: the kinds of what `xlperf check` finds, the commonest first."""
    columns = (
        Column("发现", 40),
        Column("级别", 8, is_centred=True),
        Column("单位数", 9, "count", is_centred=True),
        Column("处数", 9, "count", is_centred=True),
        Column("例", 70),
        Column("代码", 24, is_muted=True),
    )
    page = Page(book, sheets.names["发现"], columns)
    page.title(
        f"发现　{league.label}", "校验发现的问题按种类，涉及单位多的在前；逐条见 findings.csv。级别是其中最重的。"
    )
    page.header()
    top = page.row - 1
    for kind in league.finding_kinds:
        page.line([kind.name, kind.severity, kind.units, kind.findings, kind.example, kind.code])
    page.filter(top)
    if not league.finding_kinds:
        page.across("没有发现问题。")


def add_departures(book: Book, league: League, sheets: Sheets) -> None:
    """自评与评价: the units, the largest differences between self scores and evaluation first."""
    columns = (
        Column("单位编码", 12),
        Column("单位", 34),
        Column("名次", 7, "count", is_centred=True),
        Column("可比指标", 9, "count", is_centred=True),
        Column("自评合计", 11, "score", is_centred=True),
        Column("评价合计", 11, "score", is_centred=True),
        Column("评价减自评", 11, "score", is_centred=True),
        Column("有差异的指标", 11, "count", is_centred=True),
    )
    page = Page(book, sheets.names["自评与评价"], columns)
    page.title(
        f"自评与评价差异　{league.label}",
        "差异大的在前，供选取复核对象。只比自评分和评价都有的指标；评价取复核分，没有的取评定分，再没有的取确定的规则分。",
    )
    page.header(frozen_columns=2)
    top = page.row - 1
    for unit in league.most_departing:
        places = unit.compared
        count = sum(unit.self_scores[place] != unit.evaluated[place] for place in places)
        sums: list[Cell] = [unit.self_sum, unit.evaluated_sum, unit.difference]
        row = page.line([unit.code, unit.shown, unit.rank, len(places), *sums, count])
        if unit.file in sheets.units:
            page.link(row, 1, unit.shown, sheets.units[unit.file])
    page.filter(top)
    if not league.most_departing:
        page.across("没有自评分和评价都有的指标。")


def add_differences(book: Book, league: League, sheets: Sheets) -> None:
    """差异明细: the indicators of the units, the largest differences first."""
    columns = (
        Column("单位编码", 12),
        Column("单位", 32),
        Column("指标编码", 9, is_centred=True),
        Column("指标", 36),
        Column("分值", 9, "score", is_centred=True),
        Column("自评分", 9, "score", is_centred=True),
        Column("评价", 9, "score", is_centred=True),
        Column("评价减自评", 11, "score", is_centred=True),
    )
    page = Page(book, sheets.names["差异明细"], columns)
    found = league.differences(MOST_DIFFERENCES + 1)
    more = f"只列前 {MOST_DIFFERENCES:,} 项，其余见 indicators.csv。" if len(found) > MOST_DIFFERENCES else ""
    page.title(f"自评与评价差异明细　{league.label}", f"单位的每个指标，差异大的在前。{more}")
    page.header(frozen_columns=2)
    top = page.row - 1
    for item in found[:MOST_DIFFERENCES]:
        scores: list[Cell] = [item.indicator.weight, item.self_score, item.evaluated, item.difference]
        page.line([item.unit.code, item.unit.shown, item.indicator.code, item.indicator.name, *scores])
    page.filter(top)
    if not found:
        page.across("没有差异。")


def add_absent(book: Book, leagues: Leagues, name: str) -> None:
    """缺报与隔离: who handed in nothing, which files could not be read, which were replaced."""
    page = Page(book, name, (Column("", 16), Column("", 44), Column("", 84)))
    page.title("缺报与隔离", "不在排名里的：名册上没有交的单位，读不出来的文件，被同一单位较新的文件替代的。")
    page.section(f"缺报的单位（{len(leagues.absent)}）")
    for unit in leagues.absent:
        page.line([unit.code, unit.name, "；".join(filter(None, ("名册上有，没有交来", unit.hint)))])
    page.section(f"隔离和跳过的文件（{len(leagues.refused)}）")
    for refused in leagues.refused:
        page.line([refused.kind, refused.file, refused.reason])
    page.section(f"被替代的文件（{len(leagues.replaced)}）")
    for old in leagues.replaced:
        told = f"{old.name or old.code}{old.project and f'　{old.project}'}　计入的是 {old.counted_file}（{old.counted_saved} 保存）"
        page.line([old.saved, old.file, told])
