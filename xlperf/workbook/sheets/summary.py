"""汇总: scores by first and second level, total and grade beside the reported ones, how awards relate to the rule."""

from __future__ import annotations

from openpyxl.chart import Reference

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import UNSTATED, shown_weight
from xlperf.values import Value
from xlperf.workbook.plan import SCORING, SUMMARY, Plan
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.charts import rate_chart
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet
from xlperf.workbook.sheets.total import total_formula

COLUMNS = (
    Column("一级指标", 38),
    Column("二级指标", 16),
    Column("分值", 12, "score", is_centred=True),
    Column("得分", 12, "score", is_centred=True),
    Column("得分率", 12, "rate", is_centred=True),
    Column("报告得分", 12, "score", is_centred=True, is_input=True),
    Column("与报告之差", 13, "score", is_centred=True),
)
STATUSES = (
    "与规则一致", "按规则", "改判", "区间内认定", "判断认定", "缺数据认定", "缺数据计0分", "缺数据剔除", "不适用",
    "分母为零认定", "按自评", "未载明认定", "未载明", "待评定", "缺理由", "数据有误",
)  # fmt: skip


def add(plan: Plan, rows: dict[str, int]) -> None:
    """Lays out the sheet. `rows`: the row of each indicator on the scoring sheet."""
    sheet = Sheet(plan.book, SUMMARY, COLUMNS)
    sheet.title("汇总", plan.framework.name)
    sheet.header()
    level_rows = _levels(sheet, plan, rows)
    _result(sheet, plan, rows, level_rows)
    sheet.section("认定情况（项）")
    for status in STATUSES:
        if _can_occur(plan, status):
            _fact(sheet, status, Formula(f'=COUNTIF(indicator_status,"{status}")'))
    sheet.break_page()
    sheet.section("各指标得分率（点指标名看评分）")
    start = sheet.row
    for indicator in plan.indicators:
        _indicator(sheet, indicator, rows[indicator.code])
    if all(level.weight is not None for level in plan.framework.levels):
        _charts(sheet, plan, level_rows, start)


def _levels(sheet: Sheet, plan: Plan, rows: dict[str, int]) -> list[int]:
    """The scores by first and second level; the rows of the first."""
    framework, first, level_rows = plan.framework, sheet.row, []
    for level in framework.levels:
        codes = [i.code for i in framework.indicators_of(level.name)]
        reported, counted = _reported(plan, level.name), _counted(plan, rows, codes)
        level_rows.append(sheet.row)
        weight = _weight(plan, rows, codes, level.weight)
        _line(sheet, [level.name, None], weight, _scores(rows, codes), reported, counted, is_bold=True)
        for group in level.groups:
            codes = [i.code for i in framework.indicators_of(level.name, group.name)]
            counted = _counted(plan, rows, codes)
            weight = _weight(plan, rows, codes, group.weight)
            _line(sheet, [None, group.name], weight, _scores(rows, codes), None, counted, is_bold=False)
    names = ("level_name", "group_name", "level_weight", "level_score", "level_rate", "level_reported")
    sheet.name_columns(((name, column) for column, name in enumerate(names, 1)), first, sheet.row - 1)
    return level_rows


def _result(sheet: Sheet, plan: Plan, rows: dict[str, int], level_rows: list[int]) -> None:
    """Total and grade beside those of the report, and whether the levels add up."""
    framework, report = plan.framework, plan.data.report if plan.data else None
    formula = total_formula(sheet, framework, f"{SCORING}!$M${min(rows.values())}:$M${max(rows.values())}")
    full = _weight(plan, rows, list(rows), framework.weight)
    row = _line(sheet, ["总分", None], full, formula, report.total if report else None, is_bold=True)
    sheet.name("total_score", 4, row)
    sheet.name("reported_total", 6, row)
    base, label = ("base_total", "指标得分合计") if framework.is_adjusted else ("total_score", "总分")
    levels = ",".join(f"D{row}" for row in level_rows)
    check = Formula(f'=IF(ISERROR({base}),"",IF(PERF_SAME({base},SUM({levels}),0),"相符","不符"))')
    _fact(sheet, f"一级指标合计与{label}", check, "total_check")
    grade = Formula("=PERF_GRADE(total_score,grade_bands)") if framework.grades else UNSTATED
    _fact(sheet, "等级", grade, "total_grade")
    _fact(sheet, "报告等级", (report.grade or None) if report else None, "reported_grade", is_input=True)


def _weight(plan: Plan, rows: dict[str, int], codes: list[str], stated: float | None) -> Value:
    """The weight of a level or group; where those of indicators may be changed, their sum."""
    if plan.framework.has_editable_weights:
        return Formula(f"=SUM({_block(rows, codes, 'E')})")
    return shown_weight(stated)


def _counted(plan: Plan, rows: dict[str, int], codes: list[str]) -> str:
    """The sum of the weights that count, where indicators may be left out."""
    return f"SUM({_block(rows, codes, 'T')})" if plan.framework.is_rescaled else ""


def _can_occur(plan: Plan, status: str) -> bool:
    """Whether the framework lets an award have a status at all."""
    if status == "按自评" or status.startswith(UNSTATED):
        return any(indicator.is_unstated for indicator in plan.indicators)
    if status == "不适用":
        return any(indicator.not_applicable == "rescale" for indicator in plan.indicators)
    policies = {"缺数据计0分": "zero", "缺数据剔除": "rescale"}
    return policies.get(status) in (None, plan.framework.missing)


def _indicator(sheet: Sheet, indicator: Indicator, row: int) -> None:
    r = sheet.row
    scored = [Formula(f"={SCORING}!{column}{row}") for column in ("E", "M")]
    status = Formula(f"={SCORING}!N{row}")
    sheet.line([indicator.name, status, *scored, _rate(indicator.weight, r), None, None])
    sheet.link(r, 1, SCORING, f"D{row}")
    sheet.lock(r, 6)


def _rate(weight: Value, row: int) -> Value:
    """The rate of points reached; where the weight is not stated there can't be one."""
    return UNSTATED if weight in (None, UNSTATED) else Formula(f"=PERF_RATE(D{row},C{row})")


def _charts(sheet: Sheet, plan: Plan, level_rows: list[int], start: int) -> None:
    """The chart by first level needs its rows side by side: they stand in two columns right of the table, in grey."""
    page, count = sheet.page, len(level_rows)
    for n, row in enumerate(level_rows):
        for column, source in ((9, "A"), (10, "E")):
            cell = page.cell(4 + n, column, f"={source}{row}")
            cell.font, cell.number_format = styles.font(color=styles.MUTED), styles.FORMATS["rate"]
    page.column_dimensions["I"].width = 16
    levels = [Reference(page, min_col=column, min_row=4, max_row=3 + count) for column in (9, 10)]
    rate_chart("一级指标得分率", page, levels[0], levels[1], anchor="I10", height=3 + 1.4 * count)
    last = start + len(plan.indicators) - 1
    bars = [Reference(page, min_col=column, min_row=start, max_row=last) for column in (1, 5)]
    rate_chart("各指标得分率", page, bars[0], bars[1], anchor=f"I{start}", height=4 + 0.62 * len(plan.indicators))


def _scores(rows: dict[str, int], codes: list[str]) -> str:
    """The total of a block of rows on the scoring sheet."""
    return f"PERF_TOTAL({_block(rows, codes, 'M')})"


def _block(rows: dict[str, int], codes: list[str], column: str) -> str:
    """A column of the scoring sheet over the indicators of a level or group."""
    found = sorted(rows[code] for code in codes)
    return f"{SCORING}!${column}${found[0]}:${column}${found[-1]}"


def _reported(plan: Plan, name: str) -> Value:
    report = plan.data.report if plan.data else None
    return next((level.score for level in report.levels if level.name == name), None) if report else None


def _line(
    sheet: Sheet,
    labels: list[Value],
    weight: Value,
    formula: str,
    reported: Value,
    counted: str = "",
    *,
    is_bold: bool,
) -> int:
    """A line of score and rate. `counted`: the weights that count, where indicators may be left out."""
    r = sheet.row
    rate = Formula(f'=IF({counted}=0,"不适用",PERF_RATE(D{r},{counted}))') if counted else _rate(weight, r)
    values: list[Value] = [*labels, weight, Formula(f"={formula}"), rate, reported]
    values.append(Formula(f'=IF(OR(F{r}="",ISERROR(D{r})),"",ROUND(D{r}-F{r},2))'))
    row = sheet.line(values, is_bold=is_bold)
    if not is_bold:
        sheet.lock(row, 6)
    return row


def _fact(sheet: Sheet, label: str, value: Value, name: str = "", *, is_input: bool = False) -> None:
    row = sheet.line([label, None, None, value, None, None, None], formats=[None, None, None, "general"])
    sheet.lock(row, 6)
    if is_input:
        sheet.unlock(row, 4)
    if name:
        sheet.name(name, 4, row)
