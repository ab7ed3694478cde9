"""指标评分: rule score, self score, award, review, the score that counts, and the reason where they differ."""

from __future__ import annotations

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import UNSTATED, shown_weight
from xlperf.frameworks.schema import Framework
from xlperf.rules.conditions import meets
from xlperf.values import Value
from xlperf.workbook import rule_formulas
from xlperf.workbook.data import Award
from xlperf.workbook.plan import LEDGER, POINTS, SCORING, Plan, join
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

COLUMNS = (
    Column("编码", 6, is_centred=True),
    Column("一级指标", 10),
    Column("二级指标", 9),
    Column("三级指标", 14),
    Column("分值", 7, "score", is_centred=True),
    Column("评分标准（原文）", 46),
    Column("规则分下限", 8, "score", is_centred=True),
    Column("规则分上限", 8, "score", is_centred=True),
    Column("规则结果", 8, "general", is_centred=True),
    Column("自评分", 8, "score", is_input=True, is_centred=True),
    Column("评定分", 8, "score", is_input=True, is_centred=True),
    Column("复核分", 8, "score", is_input=True, is_centred=True),
    Column("计入得分", 9, "score", is_centred=True),
    Column("认定情况", 10, "general", is_centred=True),
    Column("理由", 38, is_input=True),
    Column("问题编号", 13, is_input=True),
    Column("佐证", 18, is_input=True),
    Column("扣分核对", 8, "general", is_centred=True),
)
FULL_SCORE = 100.0
# Only where indicators can be left out and the total is rescaled.
APPLICABLE = (Column("适用", 9, is_input=True, is_centred=True), Column("计入分值", 8, "score", is_centred=True))
NOT_APPLICABLE = "不适用"
NAMES = (
    ("code", 1), ("level", 2), ("group", 3), ("name", 4), ("weight", 5), ("low", 7), ("high", 8), ("rule", 9),
    ("self_score", 10), ("award", 11), ("review", 12), ("score", 13), ("status", 14), ("reason", 15),
    ("problems", 16), ("evidence", 17), ("check", 18),
)  # fmt: skip


def add(plan: Plan, points: dict[str, tuple[int, int]]) -> dict[str, int]:
    """Lays out the sheet; the row of each indicator. `points`: the rows of its points in the working paper."""
    is_rescaled = plan.framework.is_rescaled
    sheet = Sheet(plan.book, SCORING, COLUMNS + APPLICABLE if is_rescaled else COLUMNS)
    sheet.title(
        "指标评分",
        "规则分由底稿合成；评定分与确定的规则分不同、规则只给区间或缺数据时，必须写理由，否则计入得分显示 #VALUE!。",
    )
    sheet.header()
    sheet.page.freeze_panes = sheet.page.cell(sheet.row, 5)
    first = sheet.row
    rows = {indicator.code: _line(sheet, plan, indicator, points[indicator.code]) for indicator in plan.indicators}
    last = sheet.row - 1
    sheet.name_columns([(f"indicator_{name}", column) for name, column in NAMES], first, last)
    if is_rescaled:
        sheet.name_columns((("indicator_applicable", 19), ("indicator_counted", 20)), first, last)
    base = "base_total" if plan.framework.is_adjusted else "total_score"
    total: list[Value] = ["合计", *[None] * 3, _full(plan, first, last), *[None] * 7, Formula(f"={base}")]
    counted: list[Value] = [None, Formula(f"=SUM(T{first}:T{last})")] if is_rescaled else []
    sheet.line([*total, *[None] * 5, *counted], is_bold=True)
    if plan.framework.has_editable_weights:
        sheet.colour(
            f"E{last + 1}", f"ROUND(E{last + 1}-{plan.framework.weight:g},2)<>0", styles.ALARM_FILL, styles.ALARM
        )
    for column in (10, 11, 12, 15, 16, 17, *([19] if is_rescaled else [])):
        sheet.lock(sheet.row - 1, column)
    _colour(sheet, first, last)
    return rows


def _line(sheet: Sheet, plan: Plan, indicator: Indicator, points: tuple[int, int]) -> int:
    r, framework = sheet.row, plan.framework
    given = plan.data.awards.get(indicator.code) if plan.data else None
    low, high = (_bound(indicator, column, points, f"E{r}") for column in ("G", "H"))
    counted = f"T{r}" if framework.is_rescaled else f"E{r}"
    same = f"PERF_SAME({counted}-M{r},SUMIF(deduction_indicator,A{r},deduction_points),0)"
    row = sheet.line(
        [
            indicator.code,
            indicator.level,
            indicator.group,
            indicator.name,
            _weight(plan, indicator),
            indicator.standard,
            low,
            high,
            _rule_result(indicator, r),
            *((given.self_score, given.award, given.review) if given else (None, None, None)),
            Formula(_score(framework, indicator, r)),
            Formula(_status(framework, indicator, r)),
            *_reason(given),
            None if indicator.weight is None else Formula(f'=IF(ISERROR(M{r}),"",IF({same},"","对不上"))'),
            *(_applicable(framework, indicator, given, r) if framework.is_rescaled else ()),
        ]
    )
    sheet.link(row, 1, POINTS, f"A{points[0]}")
    if given and given.problems:
        sheet.link(row, 16, LEDGER)
    if framework.has_editable_weights:
        sheet.unlock(row, 5)
        sheet.name(rule_formulas.weight_name(indicator.code), 5, row)
        message = f"可以改：大于 0 的分数，全部指标合计应为 {framework.weight:g}。"
        sheet.allow_number(f"E{row}", "0.01", f"{framework.weight:g}", f"{indicator.name[:27]}：分值", message)
    _allow(sheet, framework, indicator, row)
    return row


def _weight(plan: Plan, indicator: Indicator) -> Value:
    """The weight; where it may be changed, that of the data file first."""
    changed = plan.data.weights if plan.data else {}
    return changed.get(indicator.code, shown_weight(indicator.weight))


def _allow(sheet: Sheet, framework: Framework, indicator: Indicator, row: int) -> None:
    maximum = f"{maximum_score(framework, indicator):g}"
    unstated = f"分值{UNSTATED}；" if indicator.weight is None else ""
    message = f"{unstated}填 0 到 {maximum} 之间的分数。"
    if framework.has_editable_weights:
        maximum, message = f"$E{row}", "填 0 到分值之间的分数。"
    sheet.allow_number(f"J{row}:L{row}", "0", maximum, indicator.name[:30], message)
    if indicator.not_applicable == "rescale":
        sheet.allow_list(f"S{row}", ("适用", NOT_APPLICABLE), indicator.name[:30])
    elif len(sheet.columns) > len(COLUMNS):
        sheet.lock(row, 19)


def _applicable(framework: Framework, indicator: Indicator, given: Award | None, r: int) -> list[Value]:
    """Whether the indicator applies, and the weight that counts: 0 where it is left out."""
    left_out = f'S{r}="{NOT_APPLICABLE}"'
    if framework.missing == "rescale":
        left_out = f"OR({left_out},{_is_missing(framework, r)})"
    is_left_out = given is not None and not given.is_applicable
    return [NOT_APPLICABLE if is_left_out else None, Formula(f"=IF({left_out},0,E{r})")]


def _is_missing(framework: Framework, r: int) -> str:
    """Whether the framework's policy for missing data applies: no rule score, and nobody scored it."""
    return f"AND(ISNA(G{r}),COUNTA({_given(framework, r)})=0)"


def _given(framework: Framework, r: int) -> str:
    """The scores that count when typed; in a self-evaluation also the self score."""
    return f"{'J' if framework.evaluation == 'self' else 'K'}{r}:L{r}"


def _score(framework: Framework, indicator: Indicator, r: int) -> str:
    """The score that counts: review, award, in a self-evaluation the self score, else the rule score."""
    last_resort = f'IF(J{r}<>"",J{r},"")' if framework.evaluation == "self" else '""'
    score = f'PERF_AWARD(G{r},H{r},IF(L{r}<>"",L{r},IF(K{r}<>"",K{r},{last_resort})),O{r})'
    if framework.missing != "error":
        score = f"IF({_is_missing(framework, r)},0,{score})"
    if indicator.not_applicable == "rescale":
        score = f'IF(S{r}="{NOT_APPLICABLE}",PERF_AWARD("","",0,O{r}),{score})'
    return f"={score}"


def _full(plan: Plan, first: int, last: int) -> Value:
    weights = [indicator.weight for indicator in plan.indicators]
    return UNSTATED if None in weights else Formula(f"=SUM(E{first}:E{last})")


def maximum_score(framework: Framework, indicator: Indicator) -> float:
    """The highest score that may be typed for an indicator (points): its weight; the full score where that is not fixed."""
    if framework.has_editable_weights:
        return framework.weight or FULL_SCORE
    return FULL_SCORE if indicator.weight is None else indicator.weight


def _bound(indicator: Indicator, column: str, points: tuple[int, int], weight: str) -> Value:
    """The rule score from the points; none where the standard is not stated."""
    if indicator.is_unstated:
        return None
    score = f"PERF_SCORE_PARTS({POINTS}!${column}${points[0]}:${column}${points[1]},{weight})"
    if indicator.gate:
        passed = meets(rule_formulas.gate_owner(indicator.code))
        score = f"PERF_SCORE_GATE({score},{passed},{indicator.gate.otherwise:g})"
    return Formula(f"={score}")


def _rule_result(indicator: Indicator, r: int) -> Value:
    if indicator.is_unstated:
        return UNSTATED
    known = '"判断"' if indicator.is_judgement else f'IF(G{r}=H{r},"确定","区间")'
    failed = f'IF(ERROR.TYPE(G{r})=2,"分母为零","出错")'
    return Formula(f'=IF(ISNA(G{r}),"缺数据",IF(ISERROR(G{r}),{failed},{known}))')


def _status(framework: Framework, indicator: Indicator, r: int) -> str:
    """What became of the rule score: kept, changed within its bounds, departed from, left out, or still open."""
    given = _given(framework, r)
    is_open = f"COUNTA({given})=0"
    judged = f'IF(I{r}="区间",IF(AND(M{r}>=G{r},M{r}<=H{r}),"区间内认定","改判"),I{r}&"认定")'
    settled = f'IF(I{r}="确定",IF(M{r}=G{r},"与规则一致","改判"),{judged})'
    if indicator.is_unstated:
        settled = f'IF(COUNTA(K{r}:L{r})=0,"按自评","{UNSTATED}认定")'
    pending = UNSTATED if indicator.is_unstated else "待评定"
    is_wrong = f'OR(I{r}="出错",COUNTA({given})>COUNT({given}))'
    failed = f'IF({is_wrong},"数据有误",IF({is_open},"{pending}",IF(O{r}="","缺理由","数据有误")))'
    status = f'IF(ISERROR(M{r}),{failed},IF({is_open},"按规则",{settled}))'
    if framework.missing != "error":
        left = "缺数据计0分" if framework.missing == "zero" else "缺数据剔除"
        status = f'IF({_is_missing(framework, r)},"{left}",{status})'
    if indicator.not_applicable == "rescale":
        status = f'IF(S{r}="{NOT_APPLICABLE}",IF(ISERROR(M{r}),"缺理由","{NOT_APPLICABLE}"),{status})'
    return f"={status}"


def _reason(given: Award | None) -> list[Value]:
    if given is None:
        return [None, None, None]
    return [given.reason or None, join(given.problems), given.evidence or given.source]


def _colour(sheet: Sheet, first: int, last: int) -> None:
    status = f"N{first}:N{last}"
    for text, fill, ink in (
        ("改判", styles.WARNING_FILL, styles.INK),
        ("缺理由", styles.ALARM_FILL, styles.ALARM),
        ("数据有误", styles.ALARM_FILL, styles.ALARM),
        ("待评定", styles.WARNING_FILL, styles.INK),
    ):
        sheet.colour(status, f'$N{first}="{text}"', fill, ink)
    sheet.colour(f"G{first}:H{last}", f"ISERROR(G{first})", styles.WARNING_FILL)
    wrong = f'AND(J{first}<>"",OR(NOT(ISNUMBER(J{first})),N(J{first})<0,N(J{first})>$E{first}))'
    sheet.colour(f"J{first}:L{last}", wrong, styles.ALARM_FILL, styles.ALARM)
    sheet.colour(f"R{first}:R{last}", f'$R{first}<>""', styles.WARNING_FILL)
