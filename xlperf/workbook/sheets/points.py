"""要点评分底稿: the unit of scoring, point by point: wording, finding, rule score, basis, problems, evidence."""

from __future__ import annotations

from dataclasses import replace

from xlperf.frameworks.indicators import Indicator, Point
from xlperf.frameworks.parts import shown_weight
from xlperf.rules.finding_cell import FindingCell
from xlperf.rules.rule import Places, Scale
from xlperf.values import Value
from xlperf.workbook import rule_formulas
from xlperf.workbook.plan import POINTS, Plan, join
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

COLUMNS = (
    Column("要点", 7, is_centred=True),
    Column("指标", 20),
    Column("要点原文", 52),
    Column("分值", 7, "score", is_centred=True),
    Column("评分方式", 11, is_centred=True),
    Column("核查结果", 13, "general", is_input=True, is_centred=True),
    Column("规则分下限", 10, "score", is_centred=True),
    Column("规则分上限", 10, "score", is_centred=True),
    Column("核查依据", 46, is_input=True),
    Column("问题编号", 12, is_input=True),
    Column("佐证", 22, is_input=True),
)
WEIGHT, FINDING, LOW, HIGH = 4, 6, 7, 8


def add(plan: Plan) -> dict[str, tuple[int, int]]:
    """Lays out the sheet; the first and last row of each indicator's points."""
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
        rows[indicator.code] = (start, sheet.row - 1)
    last = sheet.row - 1
    names = ("code", "", "", "weight", "", "finding", "low", "high", "basis", "problems", "evidence")
    sheet.name_columns([(f"point_{n}", c) for c, n in enumerate(names, 1) if n], first, last)
    bounds = f"{sheet.ref(LOW, first)}:{sheet.ref(HIGH, last)}"
    sheet.colour(bounds, f"ISERROR({sheet.ref(LOW, first)})", styles.WARNING_FILL)
    sheet.colour(bounds, f"$G{first}<$H{first}", styles.SECTION_FILL)
    return rows


def _line(sheet: Sheet, plan: Plan, indicator: Indicator, number: int, point: Point) -> None:
    code, row = indicator.point_code(number), sheet.row
    given = plan.data.points.get(code) if plan.data else None
    weight, finding, low = (sheet.ref(column, row) for column in (WEIGHT, FINDING, LOW))
    bounds = _bounds(point, Places(weight, finding, low, code))
    untaken = "（标准未载明）" if point.rule.scale is Scale.UNSTATED else "（由数据算）"
    special = point.rule.finding.format if point.rule.finding else None
    sheet.line(
        [
            code,
            indicator.name,
            point.text,
            _weight(sheet, plan, indicator, number),
            point.rule.label,
            (given.finding if given else None) if point.rule.finding else untaken,
            *bounds,
            given.basis if given else None,
            join(given.problems) if given else None,
            (given.evidence or None) if given else None,
        ],
        formats=[*[None] * (FINDING - 1), special],
    )
    if point.rule.finding:
        _allow(sheet, finding, point.rule.finding, code)
    else:
        sheet.lock(row, FINDING)
        sheet.page.cell(row, FINDING).font = styles.font(color=styles.MUTED)


def _weight(sheet: Sheet, plan: Plan, indicator: Indicator, number: int) -> Value:
    if not plan.framework.has_editable_weights:
        return shown_weight(indicator.points[number - 1].weight)
    row = sheet.row
    above = f"{sheet.ref(WEIGHT, row - number + 1)}:{sheet.ref(WEIGHT, row - 1)}" if number > 1 else ""
    return Formula(rule_formulas.point_weight(indicator, number, above))


def _bounds(point: Point, places: Places) -> tuple[Value, Value]:
    """The formulas for both bounds; where the standard allows another measure, a flag decides between the two."""
    usual = point.rule.formulas(places)
    if usual is None:
        return None, None
    low, high = usual
    other = point.alternative.rule.formulas(replace(places, code="")) if point.alternative else None
    if point.alternative and other:
        when = point.alternative.when
        low, high = (f"IF({when}=TRUE,{a},{u})" for u, a in zip(usual, other, strict=True))
    return Formula(f"={low}"), Formula(f"={high}")


def _allow(sheet: Sheet, address: str, finding: FindingCell, code: str) -> None:
    if finding.choices:
        sheet.allow_list(address, finding.choices, f"要点 {code}")
    elif finding.suggestions:
        sheet.suggest(address, f'"{",".join(finding.suggestions)}"', f"要点 {code}", finding.hint)
    else:
        sheet.allow_number(address, "0", "1000", f"要点 {code}", finding.hint)
