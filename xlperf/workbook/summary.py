"""汇总: scores by first and second level, total and grade beside the reported ones, how awards relate to the rule."""

from __future__ import annotations

from openpyxl.chart import Reference

from xlperf.frameworks.adjustments import Cap, Veto
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import UNSTATED, shown_weight
from xlperf.frameworks.schema import Framework
from xlperf.values import Value
from xlperf.workbook import formulas, styles
from xlperf.workbook.charts import rate_chart
from xlperf.workbook.plan import SCORING, SUMMARY, Plan
from xlperf.workbook.sheet import Column, Formula, Sheet

COLUMNS = (
    Column("一级指标", 38),
    Column("二级指标", 16),
    Column("分值", 12, "score", is_centred=True),
    Column("得分", 12, "score", is_centred=True),
    Column("得分率", 12, "rate", is_centred=True),
    Column("报告得分", 12, "score", is_centred=True, is_input=True),
    Column("与报告之差", 13, "score", is_centred=True),
)
UNLIMITED = "不封顶"
STATUSES = (
    *("与规则一致", "按规则", "改判", "区间内认定", "判断认定"),
    *(
        "缺数据认定",
        "缺数据计0分",
        "缺数据剔除",
        "不适用",
        "分母为零认定",
        "未载明认定",
        "未载明",
        "待评定",
        "缺理由",
        "数据有误",
    ),
)


def add(plan: Plan, rows: dict[str, int]) -> None:
    """Lays out the sheet. `rows`: the row of each indicator on the scoring sheet."""
    sheet = Sheet(plan.book, SUMMARY, COLUMNS)
    sheet.title("汇总", plan.framework.name)
    sheet.header()
    first, level_rows = sheet.row, []

    def weight(stated: float | None, codes: list[str]) -> Value:
        is_editable = plan.framework.has_editable_weights
        return Formula(f"=SUM({_block(rows, codes, 'E')})") if is_editable else shown_weight(stated)

    def counted(codes: list[str]) -> str:
        return f"SUM({_block(rows, codes, 'T')})" if plan.framework.is_rescaled else ""

    for level in plan.framework.levels:
        codes = [i.code for i in plan.framework.indicators_of(level.name)]
        reported = _reported(plan, level.name)
        scores = _scores(rows, codes)
        row = _line(
            sheet, [level.name, None], weight(level.weight, codes), scores, reported, counted(codes), is_bold=True
        )
        level_rows.append(row)
        for group in level.groups:
            codes = [i.code for i in plan.framework.indicators_of(level.name, group.name)]
            scores = _scores(rows, codes)
            _line(sheet, [None, group.name], weight(group.weight, codes), scores, None, counted(codes), is_bold=False)
    last = sheet.row - 1
    report = plan.data.report if plan.data else None
    levels = ",".join(f"D{row}" for row in level_rows)
    total = _total(sheet, plan, rows)
    full = weight(plan.framework.weight, list(rows))
    row = _line(sheet, ["总分", None], full, total, report.total if report else None, is_bold=True)
    sheet.name("total_score", 4, row)
    sheet.name("reported_total", 6, row)
    sheet.name_columns((("level_name", 1), ("group_name", 2), ("level_weight", 3), ("level_score", 4)), first, last)
    sheet.name_columns((("level_rate", 5), ("level_reported", 6)), first, last)
    base = "base_total" if plan.framework.is_adjusted else "total_score"
    check = Formula(f'=IF(ISERROR({base}),"",IF(PERF_SAME({base},SUM({levels}),0),"相符","不符"))')
    label = "一级指标合计与指标得分合计" if plan.framework.is_adjusted else "一级指标合计与总分"
    _fact(sheet, label, check, "total_check")
    grade = Formula("=PERF_GRADE(total_score,grade_bands)") if plan.framework.grades else UNSTATED
    _fact(sheet, "等级", grade, "total_grade")
    _fact(sheet, "报告等级", (report.grade or None) if report else None, "reported_grade", is_input=True)
    sheet.section("认定情况（项）")
    for status in STATUSES:
        if not _can_occur(plan, status):
            continue
        _fact(sheet, status, Formula(f'=COUNTIF(indicator_status,"{status}")'))
    sheet.break_page()
    sheet.section("各指标得分率（点指标名看评分）")
    start = sheet.row
    for indicator in plan.indicators:
        _indicator(sheet, indicator, rows[indicator.code])
    if all(level.weight is not None for level in plan.framework.levels):
        _charts(sheet, plan, level_rows, start)


def _can_occur(plan: Plan, status: str) -> bool:
    """Whether the framework lets an award have a status at all."""
    if status.startswith(UNSTATED):
        return any(indicator.is_unstated for indicator in plan.indicators)
    if status == "不适用":
        return any(indicator.not_applicable == "rescale" for indicator in plan.indicators)
    policies = {"缺数据计0分": "zero", "缺数据剔除": "rescale"}
    return policies.get(status) in (None, plan.framework.missing)


def _total(sheet: Sheet, plan: Plan, rows: dict[str, int]) -> str:
    """The formula for the total; before it, where there are any, the lines that lead from the indicators to it."""
    framework = plan.framework
    block = f"{SCORING}!$M${min(rows.values())}:$M${max(rows.values())}"
    cap = "" if framework.weight is None else f",{framework.weight:g}"
    if not framework.is_adjusted:
        return f"PERF_TOTAL({block}{cap})"
    sheet.section("由指标得分到总分")
    first = sheet.row
    _adjustment(sheet, "指标得分合计", f"PERF_TOTAL({block})", "base_total")
    parts = ["base_total"]
    if framework.is_rescaled:
        rescaled = f"PERF_RESCALE(base_total,SUM(indicator_counted),{framework.weight:g})"
        _adjustment(sheet, "剔除不适用后折算", rescaled, "rescaled_total")
        parts = ["rescaled_total"]
    if framework.extras:
        bonus = "IF(ISNUMBER(extra_maximum),MIN(SUM(extra_bonus),extra_maximum),SUM(extra_bonus))"
        _adjustment(sheet, "加分", bonus, "bonus_total")
        _adjustment(sheet, "减分", "SUM(extra_penalty)", "penalty_total")
        parts += ["bonus_total", "penalty_total"]
    limits = [_limit(sheet, framework, number, part) for number, part in enumerate(framework.limits, 1)]
    sheet.name_columns((("adjustment_name", 1), ("adjustment_points", 4)), first, sheet.row - 1)
    reached = f"MAX(0,{'+'.join(parts)})"
    if limits:
        reached = f"MIN({reached},{','.join(limits)})"
    if framework.weight is None:
        return f"PERF_TOTAL({reached})"
    if framework.extras is None:
        return f"PERF_TOTAL({reached}{cap})"
    # Bonuses may stand on top of the full score; where nobody has said so yet, a total beyond it can't be told.
    beyond = f'IF(extra_counts="满分外",{reached},IF(extra_counts="满分内",{framework.weight:g},NA()))'
    return f"PERF_TOTAL(IF({reached}>{framework.weight:g},{beyond},{reached}))"


def _adjustment(sheet: Sheet, label: str, formula: str, name: str) -> None:
    row = sheet.line([label, None, None, Formula(f"={formula}"), None, None, None])
    sheet.lock(row, 6)
    sheet.name(name, 4, row)


def _limit(sheet: Sheet, framework: Framework, number: int, part: Cap | Veto) -> str:
    """A line with the highest total that a cap or veto allows (text where it does not bite: MIN passes over it)."""
    full = f"{framework.weight:g}"
    if isinstance(part, Cap):
        limit = f"PERF_SCORE_TIERS({full},{part.value},{formulas.limit_owner(number)})"
        formula = f'IF({limit}<{full},{limit},"{UNLIMITED}")'
    else:
        formula = f'IF({formulas.meets(formulas.limit_owner(number))},{part.total:g},"{UNLIMITED}")'
    _adjustment(sheet, f"上限：{part.text}", formula, f"total_limit_{number}")
    return f"total_limit_{number}"


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
