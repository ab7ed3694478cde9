"""汇总: scores by first and second level, total and grade beside the reported ones, how awards relate to the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import UNSTATED, shown_weight
from xlperf.frameworks.schema import Framework
from xlperf.values import Value
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.sheets import scoring
from xlperf.workbook.sheets.total import total_formula
from xlperf.workbook.waiting import NONE, or_waiting, shown

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    level=Column("一级指标", 38),
    group=Column("二级指标", 16),
    weight=Column("分值", 12, "score", is_centred=True),
    score=Column("得分", 12, "score", is_centred=True),
    rate=Column("得分率", 12, "rate", is_centred=True),
    reported=Column("报告得分", 12, "score", is_centred=True, is_input=True),
    difference=Column("与报告之差", 13, "score", is_centred=True),
    computed=Column("得分", 12, "score", is_hidden=True, shown_in="score"),
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
    "分母为零认定", "按自评", "未载明认定", "未载明", "待评定", "缺理由", scoring.OUTDATED, "数据有误", scoring.OUT_OF_RANGE,
)  # fmt: skip


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(SHEET.title, plan.framework.name)
    sheet.header()
    level_rows = _levels(sheet, plan)
    _result(sheet, plan, level_rows)
    sheet.section("认定情况（项）")
    for status in STATUSES:
        if _can_occur(plan, status):
            _fact(sheet, status, Formula(f'=COUNTIF(indicator_status,"{status}")'))
    _basis(sheet, plan.framework)
    sheet.break_page()
    sheet.section("各指标得分率（点指标名看评分）")
    headings = {"level": "指标", "group": "认定情况", "weight": "分值", "score": "得分", "rate": "得分率"}
    sheet.header(is_frozen=False, headings=headings)
    start = sheet.row
    for indicator in plan.indicators:
        _indicator(sheet, plan, indicator)
    if all(level.weight is not None for level in plan.framework.levels):
        _charts(sheet, level_rows, range(start, sheet.row))


def _levels(sheet: Sheet, plan: Plan) -> list[int]:
    """The scores by first and second level; the rows of the first."""
    framework, first, level_rows = plan.framework, sheet.row, []
    for level in framework.levels:
        codes = [i.code for i in framework.indicators_of(level.name)]
        level_rows.append(sheet.row)
        stated = {"level": level.name, "weight": _weight(plan, codes, level.weight)}
        _line(sheet, plan, {**stated, "reported": _reported(plan, level.name)}, codes, is_bold=True)
        for group in level.groups:
            codes = [i.code for i in framework.indicators_of(level.name, group.name)]
            stated = {"group": group.name, "weight": _weight(plan, codes, group.weight)}
            _line(sheet, plan, stated, codes, is_bold=False)
    sheet.name_each(NAMES, first, sheet.row - 1)
    return level_rows


def _result(sheet: Sheet, plan: Plan, level_rows: list[int]) -> None:
    """Total and grade beside those of the report, and whether the levels add up."""
    framework, report = plan.framework, plan.data.report if plan.data else None
    codes = [indicator.code for indicator in plan.indicators]
    formula = total_formula(sheet, framework, _block(plan, codes, "score"))
    at = sheet.at()
    weight = _weight(plan, codes, framework.weight)
    row = sheet.line(
        {
            "level": "总分",
            "weight": weight,
            "computed": Formula(f"={formula}"),
            "score": Formula(shown(at.computed)),
            "rate": _rate(weight, at),
            "reported": report.total if report else None,
            "difference": _difference(at),
        },
        is_bold=True,
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


def _basis(sheet: Sheet, framework: Framework) -> None:
    """What the result rests on, as shares of the weight that counts: a departure is a judgement, whatever the rule gave."""
    weights = "indicator_counted" if framework.is_rescaled else "indicator_weight"
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
        return any(indicator.not_applicable == "rescale" for indicator in plan.indicators)
    policies = {"缺数据计0分": "zero", "缺数据剔除": "rescale"}
    return policies.get(status) in (None, plan.framework.missing)


def _indicator(sheet: Sheet, plan: Plan, indicator: Indicator) -> None:
    at, scored = sheet.at(), scoring.SHEET.at(_row(plan, indicator.code))
    row = sheet.line(
        {
            "level": indicator.name,
            "group": Formula(f"={scored.status}"),
            "weight": Formula(f"={scored.weight}"),
            "score": Formula(f"={scored.shown_score}"),
            "rate": _rate(indicator.weight, at),
        }
    )
    sheet.link(row, "level", scoring.SHEET.title, scoring.COLUMNS.at(_row(plan, indicator.code)).name)
    sheet.lock(row)


def _rate(weight: Value, at: Cells) -> Value:
    """The rate of points reached; where the weight is not stated there can't be one."""
    return UNSTATED if weight in (None, UNSTATED) else Formula(or_waiting(f"PERF_RATE({at.score},{at.weight})", NONE))


def _difference(at: Cells) -> Formula:
    return Formula(f'=IF(AND({at.reported}<>"",ISNUMBER({at.score})),ROUND({at.score}-{at.reported},2),"")')


def _charts(sheet: Sheet, level_rows: list[int], indicator_rows: range) -> None:
    """The chart by first level needs its rows side by side: they stand behind it, in two columns right of the table."""
    pairs = [(f"={sheet.at(row).level}", f"={sheet.at(row).rate}") for row in level_rows]
    sheet.chart_beside("一级指标得分率", pairs)
    sheet.chart_of("各指标得分率", "level", "rate", indicator_rows)


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


def _line(sheet: Sheet, plan: Plan, stated: dict[str, Value], codes: list[str], *, is_bold: bool) -> None:
    """A level or group: the score of its indicators, and the rate of the weights that count (some may be left out)."""
    at = sheet.at()
    rate = _rate(stated["weight"], at)
    if plan.framework.is_rescaled:
        counted = f"SUM({_block(plan, codes, 'counted')})"
        rate = Formula(f'=IF({counted}=0,"不适用",IFERROR(PERF_RATE({at.score},{counted}),"{NONE}"))')
    score = Formula(or_waiting(f"PERF_TOTAL({_block(plan, codes, 'score')})"))
    row = sheet.line({**stated, "score": score, "rate": rate, "difference": _difference(at)}, is_bold=is_bold)
    if not is_bold:
        sheet.lock(row)


def _fact(
    sheet: Sheet, label: str, value: Value, name: str = "", *, is_input: bool = False, kind: str = "general"
) -> None:
    row = sheet.line({"level": label, "score": value}, formats={"score": kind})
    sheet.lock(row)
    if is_input:
        sheet.unlock(row, "score")
    if name:
        sheet.name(name, "score", row)


SHEET = SheetDeclaration("汇总", "总分、等级、得分率和图", COLUMNS, lay_out)
