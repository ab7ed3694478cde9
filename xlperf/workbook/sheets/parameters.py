"""参数: grade bands, what a finding counts for, tiers, options and conditions, in cells that formulas read."""

from __future__ import annotations

from collections.abc import Sequence

from xlperf.frameworks.adjustments import Cap
from xlperf.frameworks.bands import Band, bands
from xlperf.frameworks.rules import BandsRule, ChangeRule, ChoiceRule, Condition, FindingRule, TiersRule
from xlperf.functions.tiers import options, tiers
from xlperf.values import Value
from xlperf.workbook import rule_formulas
from xlperf.workbook.columns import Columns
from xlperf.workbook.data import FINDINGS
from xlperf.workbook.plan import PARAMETERS, Plan, SheetDeclaration
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

COLUMNS = Columns(
    owner=Column("编号", 12),
    label=Column("名称", 34),
    operator=Column("比较符", 16, is_centred=True),
    limit=Column("界限", 14, "general", is_centred=True),
    result=Column("结果", 14, "general", is_centred=True),
    note=Column("说明", 58),
)
LISTED_CODES = 6


def add(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = Sheet(plan.book, PARAMETERS, COLUMNS)
    sheet.title("参数", "评分标准里的界限和分值都在这里，公式从这里取数；修改标准须写明依据，评价结果会注明参数已改。")
    _grades(sheet, plan)
    _tiers(sheet, plan)
    _caps(sheet, plan)
    _conditions(sheet, plan)
    _options(sheet, plan)
    _bands(sheet, plan)
    _findings(sheet, plan)


def _table(sheet: Sheet, headings: Sequence[str], title: str) -> None:
    sheet.section(title)
    sheet.header(is_frozen=False, headings=headings)


def _grades(sheet: Sheet, plan: Plan) -> None:
    grades = plan.framework.grades
    if grades is None:
        return
    _table(sheet, ("", "", "比较符", "总分", "等级", "来源"), "等级表（从上到下第一个符合的）")
    first = sheet.row
    doubt = "" if grades.source.is_verified else "（未核对原文，可编辑）"
    for tier in tiers(grades.bands):
        sheet.line([None, None, tier.operator, tier.threshold, tier.result, f"{grades.source.document}{doubt}"])
    sheet.name("grade_bands", 3, first, sheet.row - 1, 5)


def _tiers(sheet: Sheet, plan: Plan) -> None:
    rules = [
        (i.point_code(n), i.name, p.rule)
        for i in plan.indicators
        for n, p in enumerate(i.points, 1)
        if isinstance(p.rule, TiersRule | ChangeRule)
    ]
    if not rules:
        return
    _table(sheet, ("要点", "指标", "比较符", "界限", "得分", "说明"), "分档表（从上到下第一个符合的）")
    for code, name, rule in rules:
        first = sheet.row
        kind = "rate" if "%" in rule.tiers else "general"
        for tier in tiers(rule.tiers):
            note = "变动率" if isinstance(rule, ChangeRule) else None
            line: list[Value] = [code, name, tier.operator, tier.threshold, tier.result, note]
            sheet.line(line, formats=[None, None, None, kind, "score"])
        sheet.name(rule_formulas.tiers_name(code), 3, first, sheet.row - 1, 5)


def _caps(sheet: Sheet, plan: Plan) -> None:
    """The highest total that each cap allows, by the value that it depends on."""
    caps = [(n, part) for n, part in enumerate(plan.framework.limits, 1) if isinstance(part, Cap)]
    if not caps:
        return
    _table(sheet, ("", "取决于", "比较符", "界限", "总分上限", "说明"), "总分上限（从上到下第一个符合的）")
    for number, cap in caps:
        first = sheet.row
        kind = "rate" if "%" in cap.tiers else "general"
        for tier in tiers(cap.tiers):
            line: list[Value] = [None, cap.value, tier.operator, tier.threshold, tier.result, cap.text]
            sheet.line(line, formats=[None, None, None, kind, "score"])
        sheet.name(rule_formulas.limit_owner(number), 3, first, sheet.row - 1, 5)


def _conditions(sheet: Sheet, plan: Plan) -> None:
    owners = rule_formulas.all_conditions(plan.framework)
    if not owners:
        return
    _table(sheet, ("要点", "指标", "比较符", "界限", "现值", "条件"), "达标条件（全部符合才达标；现值取自数据和比率）")
    kinds: dict[str, str] = {i.id: i.type for i in plan.framework.inputs}
    kinds |= {r.id: r.format for r in plan.framework.rates}
    for owner, label, conditions in owners:
        first = sheet.row
        for condition in conditions:
            kind = kinds[condition.value]
            line: list[Value] = [owner, label, condition.operator, _threshold(condition), _live(condition.value)]
            sheet.line([*line, condition.text], formats=[None, None, None, kind, kind])
        columns = (("operators", 3), ("thresholds", 4), ("values", 5))
        named = [(rule_formulas.conditions_name(owner, part), column) for part, column in columns]
        sheet.name_columns(named, first, sheet.row - 1)


def _threshold(condition: Condition) -> Value:
    return _live(condition.threshold) if isinstance(condition.threshold, str) else condition.threshold


def _live(identifier: str) -> Formula:
    """The value of an id, blank where it is blank (a plain reference would show 0)."""
    return Formula(f'=IF({identifier}="","",{identifier})')


def _options(sheet: Sheet, plan: Plan) -> None:
    choices = [
        (i.point_code(n), i.name, p.rule)
        for i in plan.indicators
        for n, p in enumerate(i.points, 1)
        if isinstance(p.rule, ChoiceRule)
    ]
    if not choices:
        return
    _table(sheet, ("要点", "指标", "选项", "得分", "", "说明"), "选项表")
    for code, name, rule in choices:
        first = sheet.row
        for option, points in options(rule.options).items():
            sheet.line([code, name, option, points, None, None], formats=[None, None, None, "score"])
        sheet.name(rule_formulas.options_name(code), 3, first, sheet.row - 1, 4)


def _bands(sheet: Sheet, plan: Plan) -> None:
    """The lowest and the highest shares of each set of bands, once for all points that use it."""
    users: dict[str, list[str]] = {}
    for indicator in plan.indicators:
        for number, point in enumerate(indicator.points, 1):
            if isinstance(point.rule, BandsRule):
                users.setdefault(point.rule.bands, []).append(indicator.point_code(number))
    if not users:
        return
    _table(sheet, ("", "", "核查结果", "占分值", "", "说明"), "定性分档（评定分在该档上下限之间，写明理由）")
    for text, codes in users.items():
        found = bands(text)
        users_label = "、".join(codes) if len(codes) <= LISTED_CODES else f"{len(codes)} 个要点"
        places: dict[float, Value] = {}
        for bound, label in (("low", "下限"), ("high", "上限")):
            first = sheet.row
            for band in found:
                # The limit that two bands share stands in one cell, so that both follow when it is changed.
                share = band.low if bound == "low" else places.get(band.high, band.high)
                note = _shared(band, found) if bound == "high" else None
                line: list[Value] = [None, f"{users_label}：{label}", band.name, share, None, note]
                sheet.line(line, formats=[None, None, None, "rate"])
            if bound == "low":
                places = {band.low: Formula(f"=$D${first + n}") for n, band in enumerate(found) if band.low}
            for code in codes:
                sheet.name(rule_formulas.bands_name(code, bound), 3, first, sheet.row - 1, 4)


def _shared(band: Band, found: list[Band]) -> str | None:
    """What becomes of the upper limit of a band that is the lower one of another."""
    above = next((other.name for other in found if other.low == band.high), None)
    return above and f"恰在界限上的属于“{above}”；选这一档得分也相同，不算改判"


def _findings(sheet: Sheet, plan: Plan) -> None:
    """One table for each way in which a standard treats partly met and not applicable points, and each bound."""
    found = {
        p.rule.not_applicable + p.rule.partial: p.rule
        for i in plan.indicators
        for p in i.points
        if isinstance(p.rule, FindingRule)
    }
    if not found:
        return
    _table(sheet, ("", "", "核查结果", "符合程度", "", "说明"), "核查结果换算（1 得该要点满分，0 不得分）")
    for _, rule in sorted(found.items()):
        for index, bound in enumerate(("low", "high")):
            first = sheet.row
            for finding in FINDINGS:
                degree = _degree(rule, finding, index)
                if degree is not None:
                    sheet.line([None, _finding_label(rule, bound), finding, degree, None, None])
            sheet.name(rule_formulas.met_name(rule, bound), 3, first, sheet.row - 1, 4)


def _degree(rule: FindingRule, finding: str, bound: int) -> float | None:
    """How far a finding counts as met at the lower (0) or upper (1) bound; None where it is not allowed."""
    if finding == "符合":
        return 1.0
    if finding == "部分符合":
        return rule_formulas.FINDING_DEGREES[rule.partial][bound]
    if finding == "不适用":
        return None if rule.not_applicable == "refuse" else rule_formulas.FINDING_DEGREES[rule.not_applicable][bound]
    return 0.0


def _finding_label(rule: FindingRule, bound: str) -> str:
    partial = "可酌情" if rule.partial == "open" else "无酌情条款"
    skipped = {"refuse": "", "full": "，不适用得满分", "zero": "，不适用不得分", "open": "，不适用由评价人认定"}
    return f"{partial}{skipped[rule.not_applicable]}：{'下限' if bound == 'low' else '上限'}"


SHEET = SheetDeclaration(PARAMETERS, "等级表、分档、达标条件、选项：评分标准里的界限都在这里", COLUMNS, add)
