"""要点评分底稿: the unit of scoring, point by point: wording, finding, rule score, basis, problems, evidence."""

from __future__ import annotations

from xlperf.frameworks.bands import bands
from xlperf.frameworks.indicators import Indicator, Point
from xlperf.frameworks.parts import shown_weight
from xlperf.frameworks.rules import (
    RULE_LABELS,
    BandsRule,
    ChoiceRule,
    DeductRule,
    DeductShareRule,
    FindingRule,
    Rule,
    UnstatedRule,
)
from xlperf.functions.tiers import options
from xlperf.values import Value
from xlperf.workbook import rule_formulas
from xlperf.workbook.columns import Columns
from xlperf.workbook.data import FINDINGS
from xlperf.workbook.plan import POINTS, Plan, SheetDeclaration, join
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

COLUMNS = Columns(
    code=Column("要点", 7, is_centred=True),
    indicator=Column("指标", 20, is_named=False),
    text=Column("要点原文", 52, is_named=False),
    weight=Column("分值", 7, "score", is_centred=True),
    kind=Column("评分方式", 11, is_centred=True, is_named=False),
    finding=Column("核查结果", 13, "general", is_input=True, is_centred=True),
    low=Column("规则分下限", 10, "score", is_centred=True),
    high=Column("规则分上限", 10, "score", is_centred=True),
    basis=Column("核查依据", 46, is_input=True),
    problems=Column("问题编号", 12, is_input=True),
    evidence=Column("佐证", 22, is_input=True),
)
WEIGHT, FINDING, LOW, HIGH = 4, 6, 7, 8


def add(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = Sheet(plan.book, POINTS, COLUMNS)
    sheet.title(
        "要点评分底稿",
        "逐条填“核查结果”：要点核查选符合程度，按处扣分填问题处数，选项、定性分档选一项；灰字的由数据算出，不用填。",
    )
    sheet.header()
    first, rows = sheet.row, {}
    for indicator in plan.indicators:
        start = sheet.row
        for number, point in enumerate(indicator.points, 1):
            _line(sheet, plan, indicator, number, point)
        rows[indicator.code] = range(start, sheet.row)
    plan.rows[POINTS] = rows
    last = sheet.row - 1
    names = ("code", "", "", "weight", "", "finding", "low", "high", "basis", "problems", "evidence")
    sheet.name_columns([(f"point_{n}", c) for c, n in enumerate(names, 1) if n], first, last)
    bounds = f"{sheet.ref(LOW, first)}:{sheet.ref(HIGH, last)}"
    sheet.colour(bounds, f"ISERROR({sheet.ref(LOW, first)})", styles.WARNING_FILL)
    sheet.colour(bounds, f"$G{first}<$H{first}", styles.SECTION_FILL)


def _line(sheet: Sheet, plan: Plan, indicator: Indicator, number: int, point: Point) -> None:
    code, row = indicator.point_code(number), sheet.row
    given = plan.data.points.get(code) if plan.data else None
    weight, finding, low = (sheet.ref(column, row) for column in (WEIGHT, FINDING, LOW))
    bounds: list[Value] = [None, None]
    if not isinstance(point.rule, UnstatedRule):
        bounds = [Formula(text) for text in _bounds(point, code, weight, finding, low)]
    untaken = "（标准未载明）" if isinstance(point.rule, UnstatedRule) else "（由数据算）"
    sheet.line(
        [
            code,
            indicator.name,
            point.text,
            _weight(sheet, plan, indicator, number),
            RULE_LABELS[point.rule.kind],
            (given.finding if given else None) if takes_finding(point.rule) else untaken,
            *bounds,
            given.basis if given else None,
            join(given.problems) if given else None,
            (given.evidence or None) if given else None,
        ]
    )
    if takes_finding(point.rule):
        _allow(sheet, finding, point.rule, code)
    else:
        sheet.lock(row, FINDING)
        sheet.page.cell(row, FINDING).font = styles.font(color=styles.MUTED)


def _weight(sheet: Sheet, plan: Plan, indicator: Indicator, number: int) -> Value:
    if not plan.framework.has_editable_weights:
        return shown_weight(indicator.points[number - 1].weight)
    row = sheet.row
    above = f"{sheet.ref(WEIGHT, row - number + 1)}:{sheet.ref(WEIGHT, row - 1)}" if number > 1 else ""
    return Formula(rule_formulas.point_weight(indicator, number, above))


def _bounds(point: Point, code: str, weight: str, finding: str, low: str) -> list[str]:
    """The formulas for both bounds; where the standard allows another measure, a flag decides between the two."""
    usual = rule_formulas.point_formulas(point.rule, code, weight, finding, low)  # type: ignore[arg-type]
    if point.alternative is None:
        return list(usual)
    other = rule_formulas.point_formulas(point.alternative.rule, "", weight, finding, low)
    when = point.alternative.when
    return [f"=IF({when}=TRUE,{a[1:]},{u[1:]})" for u, a in zip(usual, other, strict=True)]


def takes_finding(rule: Rule) -> bool:
    """Whether the evaluator states a finding at a point; otherwise data decides, or the standard states nothing."""
    return bool(finding_choices(rule)) or isinstance(rule, DeductRule | DeductShareRule)


def finding_choices(rule: Rule) -> list[str]:
    """What the evaluator may choose at a point; empty where a count is typed or nothing."""
    if isinstance(rule, FindingRule):
        return [name for name in FINDINGS if name != "不适用" or rule.not_applicable != "refuse"]
    if isinstance(rule, BandsRule):
        return [band.name for band in bands(rule.bands)]
    return list(options(rule.options)) if isinstance(rule, ChoiceRule) else []


def _allow(sheet: Sheet, address: str, rule: Rule, code: str) -> None:
    choices = finding_choices(rule)
    if choices:
        sheet.allow_list(address, choices, f"要点 {code}")
    else:
        sheet.allow_number(address, "0", "1000", f"要点 {code}", "填查出的问题处数，非负整数；没有问题填 0。")


SHEET = SheetDeclaration(POINTS, "逐要点核查和规则分", COLUMNS, add)
