"""汇总: scores by level, total and grade beside the reported ones, how awards relate to the rule."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from xlperf.frameworks.contents import Group, Level
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import UNSTATED, shown_weight
from xlperf.frameworks.schema import Framework
from xlperf.values import Value
from xlperf.workbook import appearance
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.sheets import scoring
from xlperf.workbook.sheets.total import total_formula
from xlperf.workbook.waiting import NONE, TEXT_CHANGED, or_waiting, shown

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    level=Column("一级指标", 13),
    group=Column("二级指标", 15),
    name=Column("三级指标", 30),
    weight=Column("分值", 8, "score", is_centred=True),
    score=Column("得分", 8, "score", is_centred=True),
    rate=Column("得分率", 9, "rate", is_centred=True),
    status=Column("认定情况", 12, is_centred=True),
    reported=Column("报告得分", 9, "score", is_centred=True, is_input=True),
    difference=Column("与报告之差", 11, "score", is_centred=True),
    computed=Column("得分", 12, "score", is_hidden=True, shown_in="score"),
    charted=Column("一级指标", 12, is_hidden=True),
    charted_rate=Column("得分率", 9, "rate", is_hidden=True),
)
NAMES = {
    "level_name": "level",
    "group_name": "group",
    "level_weight": "weight",
    "level_score": "score",
    "level_rate": "rate",
    "level_reported": "reported",
}
# The statuses of a score that the rule alone gives.
BY_RULE = ("与规则一致", "按规则")
STATUSES = (
    "与规则一致", "按规则", "改判", "区间内认定", "判断认定", "缺数据认定", scoring.NO_EVIDENCE, "缺数据计0分", "缺数据剔除", "不适用",
    "分母为零认定", "按自评", "未载明认定", "未载明", "待评定", "缺理由", scoring.OUTDATED, "数据有误", scoring.OUT_OF_RANGE, TEXT_CHANGED,
)  # fmt: skip


# A rate below this is marked.
LOW_RATE = 0.6
# Under these keys `plan.rows` has the line of the total and those that lead to it, besides the lines of the levels.
TOTAL, ADJUSTMENTS = "总分", "由指标得分到总分"
# The charts stand side by side on one page, in cm: as many bars as fit on it, and beyond that no closer than these.
LEVELS_WIDTH, INDICATORS_WIDTH, PAGE_HEIGHT, HEADING, BAR_HEIGHT, LEAST_HEIGHT = 11.5, 15.0, 16.0, 1.5, 0.62, 0.42


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(SHEET.title, f"{plan.framework.name}；得分率低于 {LOW_RATE:.0%} 的标出，图在表的下面")
    sheet.header()
    first = sheet.row
    places = _levels(sheet, plan)
    plan.rows[SHEET.title] = {
        **places,
        **_result(sheet, plan, [places[level.name].start for level in plan.framework.levels]),
    }
    _mark(sheet, first, sheet.row - 1)
    sheet.section("认定情况（项）")
    for status in STATUSES:
        if _can_occur(plan, status):
            _fact(sheet, status, Formula(f'=COUNTIF(indicator_status,"{status}")'))
    _basis(sheet, plan.framework)
    sheet.section("各指标得分率（点指标名看评分）")
    start = sheet.row
    for level, indicators in groupby(plan.indicators, key=lambda indicator: indicator.level):
        _indicators(sheet, plan, level, list(indicators))
    _mark(sheet, start, sheet.row - 1)
    if all(level.weight is not None for level in plan.framework.levels):
        _charts(sheet, plan, range(start, sheet.row))


def keys(level: Level, group: Group) -> tuple[str, str]:
    """Under what `plan.rows` has the line of a first level and that of one of its second levels."""
    return level.name, f"{level.name}\n{group.name}"


def _mark(sheet: Sheet, first: int, last: int) -> None:
    """Marks low rates."""
    rate = sheet.at(first).rate
    low = f"AND(ISNUMBER({rate}),{rate}<{LOW_RATE:g})"
    sheet.colour(sheet.span("rate", first, last), low, appearance.ALARM_FILL, appearance.ALARM)


def _levels(sheet: Sheet, plan: Plan) -> dict[str, range]:
    """The scores by first and second level; the line of each."""
    framework, first, places = plan.framework, sheet.row, {}
    for number, level in enumerate(framework.levels):
        codes = [i.code for i in framework.indicators_of(level.name)]
        stated: dict[str, Value] = {"level": level.name, "weight": _weight(plan, codes, level.weight)}
        stated["reported"] = _reported(plan, level.name)
        row = _line(sheet, plan, stated, codes, _level_score(plan, level), is_bold=True)
        sheet.tint(row, "level", _colour(number))
        places[level.name] = range(row, row + 1)
        for group in level.groups:
            codes = [i.code for i in framework.indicators_of(level.name, group.name)]
            stated = {"group": group.name, "weight": _weight(plan, codes, group.weight)}
            row = _line(sheet, plan, stated, codes, _group_score(plan, level, group), is_bold=False)
            places[keys(level, group)[1]] = range(row, row + 1)
    sheet.name_each(NAMES, first, sheet.row - 1)
    return places


def _colour(number: int) -> str:
    """The colour of a first level, counted from 0, in the charts and of its name."""
    return appearance.LEVEL_COLOURS[number % len(appearance.LEVEL_COLOURS)]


def _result(sheet: Sheet, plan: Plan, level_rows: list[int]) -> dict[str, range]:
    """Total and grade beside those of the report, and whether the levels add up; the lines of the total and those before."""
    framework, report = plan.framework, plan.data.report if plan.data else None
    codes = [indicator.code for indicator in plan.indicators]
    before = sheet.row
    formula = total_formula(sheet, framework, _together(plan))
    at = sheet.at()
    weight = _weight(plan, codes, framework.weight)
    row = sheet.line(
        {
            "level": TOTAL,
            "weight": weight,
            "computed": Formula(f"={formula}"),
            "score": Formula(shown(at.computed)),
            "rate": _rate(weight, at),
            "reported": report.total if report else None,
            "difference": _difference(at),
        },
        is_bold=True,
        joined=("level", "name"),
    )
    sheet.name("total_score", "computed", row)
    sheet.name("reported_total", "reported", row)
    base, label = ("base_total", "指标得分合计") if framework.is_adjusted else ("total_score", "总分")
    levels = ",".join(sheet.at(row).score for row in level_rows)
    check = Formula(f'=IF(ISERROR({base}),"",IF(PERF_SAME({base},SUM({levels}),0),"相符","不符"))')
    _fact(sheet, f"一级指标合计与{label}", check, "total_check")
    grade = Formula(or_waiting("PERF_GRADE(total_score,grade_bands)")) if framework.grades else UNSTATED
    _fact(sheet, "等级", grade, "total_grade")
    _fact(sheet, "报告等级", (report.grade or None) if report else None, "reported_grade", is_input=True)
    # The first of the lines before the total is their heading.
    return {TOTAL: range(row, row + 1), ADJUSTMENTS: range(before + 1, row)}


def _basis(sheet: Sheet, framework: Framework) -> None:
    """What the result rests on, as shares of the weight that counts: a departure is a judgement, whatever the rule gave."""
    weights = "indicator_counted" if framework.can_leave_out else "indicator_weight"
    whole = f"SUM({weights})"
    kept = "+".join(f'SUMIF(indicator_status,"{status}",{weights})' for status in BY_RULE)
    missing = f'SUMIF(indicator_rule,"缺数据",{weights})'
    sheet.section("结论依据（占分值）")
    for label, name, points in (
        ("按规则", "basis_rule", kept),
        ("靠判断（区间、判断、未载明、改判）", "basis_judgement", f"({whole}-({kept})-{missing})"),
        ("缺数据", "basis_missing", missing),
    ):
        share = Formula(f'=IF({whole}=0,"{UNSTATED}",ROUND(({points})/{whole},6))')
        _fact(sheet, label, share, name, kind="rate")


def _weight(plan: Plan, codes: list[str], stated: float | None) -> Value:
    """The weight of a level or group; where those of indicators may be changed, their sum."""
    if plan.framework.has_editable_weights:
        return Formula(f"=SUM({_block(plan, codes, 'weight')})")
    return shown_weight(stated)


def _can_occur(plan: Plan, status: str) -> bool:
    """Whether the framework lets an award have a status at all."""
    if status == "按自评" or status.startswith(UNSTATED):
        return any(indicator.is_unstated for indicator in plan.indicators)
    if status == "不适用":
        return any(indicator.can_be_left_out for indicator in plan.indicators)
    policies = {"缺数据计0分": "zero", "缺数据剔除": "rescale"}
    return policies.get(status) in (None, plan.framework.missing)


def _indicators(sheet: Sheet, plan: Plan, level: str, indicators: list[Indicator]) -> None:
    """The lines of a first level's indicators, each second level beside one cell."""
    first = sheet.row
    for group, members in groupby(indicators, key=lambda indicator: indicator.group):
        top = sheet.row
        for indicator in members:
            _indicator(
                sheet, plan, indicator, level if sheet.row == first else None, group if sheet.row == top else None
            )
        sheet.merge("group", top, sheet.row - 1, is_at_top=True)
    sheet.tint(first, "level", _colour([one.name for one in plan.framework.levels].index(level)))
    sheet.merge("level", first, sheet.row - 1, is_at_top=True)


def _indicator(sheet: Sheet, plan: Plan, indicator: Indicator, level: str | None, group: str | None) -> None:
    at, scored = sheet.at(), scoring.SHEET.at(_row(plan, indicator.code))
    row = sheet.line(
        {
            "level": level,
            "group": group,
            "name": indicator.name,
            "weight": Formula(f"={scored.weight}"),
            "score": Formula(f"={scored.shown_score}"),
            "rate": _rate(indicator.weight, at),
            "status": Formula(f"={scored.status}"),
        }
    )
    sheet.link(row, "name", scoring.SHEET.title, scoring.COLUMNS.at(_row(plan, indicator.code)).name)
    # A report has scores of levels only.
    sheet.blank(row, "reported", "difference")


def _rate(weight: Value, at: Cells) -> Value:
    """The rate of points reached; where the weight is not stated there can't be one."""
    return UNSTATED if weight in (None, UNSTATED) else Formula(or_waiting(f"PERF_RATE({at.score},{at.weight})", NONE))


def _difference(at: Cells) -> Formula:
    return Formula(f'=IF(AND({at.reported}<>"",ISNUMBER({at.score})),ROUND({at.score}-{at.reported},2),"")')


def _charts(sheet: Sheet, plan: Plan, rows: range) -> None:
    """The charts on a page of their own, each first level in its colour.

    A chart needs its rows side by side: those of the first levels are repeated in hidden columns.
    """
    names = [level.name for level in plan.framework.levels]
    first = plan.rows[SHEET.title][names[0]].start
    charted = range(first, first + len(names))
    for row, name in zip(charted, names, strict=True):
        level = sheet.at(plan.rows[SHEET.title][name].start)
        sheet.set(row, "charted", f"={level.level}", "general")
        sheet.set(row, "charted_rate", f"={level.rate}", "rate")
    sheet.break_page()
    sheet.section("图")
    at = sheet.at()
    bars = [(name, _colour(number)) for number, name in enumerate(names)]
    size = (LEVELS_WIDTH, HEADING + 2 * BAR_HEIGHT * len(names))
    sheet.chart_of("一级指标得分率", ("charted", "charted_rate"), charted, at.level, bars=bars, size=size)
    bars = [(indicator.name, _colour(names.index(indicator.level))) for indicator in plan.indicators]
    fitting = min(HEADING + BAR_HEIGHT * len(rows), PAGE_HEIGHT)
    size = (INDICATORS_WIDTH, max(fitting, HEADING + LEAST_HEIGHT * len(rows)))
    sheet.chart_of("各指标得分率", ("name", "rate"), rows, at.score, bars=bars, size=size)


def _row(plan: Plan, code: str) -> int:
    """The row of an indicator on the scoring sheet."""
    return plan.rows[scoring.SHEET.title][code].start


def _block(plan: Plan, codes: list[str], column: str) -> str:
    """A column of the scoring sheet over the indicators of a level or group."""
    rows = sorted(_row(plan, code) for code in codes)
    return scoring.SHEET.span(column, rows[0], rows[-1], pin="both")


def _reported(plan: Plan, name: str) -> Value:
    report = plan.data.report if plan.data else None
    return next((level.score for level in report.levels if level.name == name), None) if report else None


def _line(sheet: Sheet, plan: Plan, stated: dict[str, Value], codes: list[str], points: str, *, is_bold: bool) -> int:
    """A level or group: the score of its indicators, and the rate of the weights that count (some may be left out)."""
    at = sheet.at()
    rate = _rate(stated["weight"], at)
    if plan.framework.is_rescaled:
        counted = f"SUM({_block(plan, codes, 'counted')})"
        rate = Formula(f'=IF({counted}=0,"不适用",IFERROR(PERF_RATE({at.score},{counted}),"{NONE}"))')
    score = Formula(or_waiting(points))
    row = sheet.line({**stated, "score": score, "rate": rate, "difference": _difference(at)}, is_bold=is_bold)
    if not is_bold:
        sheet.lock(row)
    return row


def _group_score(plan: Plan, level: Level, group: Group) -> str:
    """What the indicators of a group give together: no more than it has, and nothing until the right number is chosen."""
    codes = [i.code for i in plan.framework.indicators_of(level.name, group.name)]
    most = "" if group.most is None else f",{group.most:g}"
    points = f"PERF_TOTAL({_block(plan, codes, 'score')}{most})"
    if group.choose is None:
        return points
    left_out = f'COUNTIF({_block(plan, codes, "applicable")},"{scoring.NOT_APPLICABLE}")'
    return f"IF({left_out}={len(codes) - group.choose},{points},NA())"


def _level_score(plan: Plan, level: Level) -> str:
    """What the groups of a level give together."""
    most = "" if level.most is None else f",{level.most:g}"
    if all(group.most is None for group in level.groups):
        codes = [i.code for i in plan.framework.indicators_of(level.name)]
        return f"PERF_TOTAL({_block(plan, codes, 'score')}{most})"
    points = "+".join(_group_score(plan, level, group) for group in level.groups)
    return f"PERF_TOTAL({points}{most})"


def _together(plan: Plan) -> str:
    """What the total is the sum of: the scores of all indicators, or what limited levels give."""
    levels = plan.framework.levels
    if all(level.most is None and all(group.most is None for group in level.groups) for level in levels):
        return _block(plan, [indicator.code for indicator in plan.indicators], "score")
    return "+".join(_level_score(plan, level) for level in levels)


def _fact(
    sheet: Sheet, label: str, value: Value, name: str = "", *, is_input: bool = False, kind: str = "general"
) -> None:
    row = sheet.line({"level": label, "score": value}, formats={"score": kind}, joined=("level", "name"))
    sheet.lock(row)
    if is_input:
        sheet.unlock(row, "score")
    if name:
        sheet.name(name, "score", row)


SHEET: SheetDeclaration = SheetDeclaration("汇总", "总分、等级、得分率和图", COLUMNS, lay_out)
