"""评分表: the annex that every report carries, laid out for paper; all of it follows from 指标评分 and 汇总.

Apart from 指标评分, where people work: this one is printed and signed, and nobody types in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from xlperf.frameworks.annex import PLACES, Annex, title_parts
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import shown_weight
from xlperf.frameworks.schema import Framework
from xlperf.values import Value
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.sheets import scoring, summary
from xlperf.workbook.waiting import NONE, or_waiting, shown

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

# The widths add up to less than what A4 across holds at 100% or, where a program has no Calibri and makes columns wider,
# at 80%: type of 10 points is never printed below 8 (tests compute and measure it).
DEDUCTIONS = Columns(
    level=Column("一级指标", 7, is_centred=True),
    level_weight=Column("分值", 5, "general", is_centred=True),
    group=Column("二级指标", 7, is_centred=True),
    group_weight=Column("分值", 5, "general", is_centred=True),
    name=Column("三级指标", 11, is_centred=True),
    weight=Column("分值", 5, "general", is_centred=True),
    explanation=Column("指标说明", 24),
    standard=Column("评分标准", 38),
    score=Column("得分", 7, "general", is_centred=True),
    note=Column("扣分说明", 25),
)
RATES = Columns(
    level=Column("一级指标", 10, is_centred=True),
    group=Column("二级指标", 11, is_centred=True),
    name=Column("三级指标", 15, is_centred=True),
    weight=Column("分值", 5, "general", is_centred=True),
    explanation=Column("指标解释", 44),
    standard=Column("评价标准", 34),
    score=Column("得分", 6, "general", is_centred=True),
    rate=Column("得分率", 9, "rate", is_centred=True),
)
FORMS = {"deductions": DEDUCTIONS, "rates": RATES}
BAND = "评价指标"
TOTAL, SUBTOTAL, GRADE = "合计", "小计", "等级："
SIGNATURES = {
    "third_party": ("评价机构（盖章）：", "evaluator_name", "评价组负责人（签字）：", "复核（签字）："),
    "self": ("填报单位（公章）：", "unit_name", "单位负责人（签字）：", "填表人（签字）："),
}
DATE = "日期：　　　年　　月　　日"
# Where the text of a note isn't known when the sheet is drawn, its row has room for three lines.
UNKNOWN_NOTE = "\n\n"


@dataclass(frozen=True)
class _Table:
    """The sheet under construction and what its lines are made from."""

    sheet: Sheet
    plan: Plan

    @property
    def framework(self) -> Framework:
        """The indicator system."""
        return self.plan.framework

    @property
    def annex(self) -> Annex:
        """How the table is printed."""
        return self.plan.framework.annex

    @property
    def has_deductions(self) -> bool:
        """Whether it has the weights of all levels and the deductions, not the rates."""
        return self.annex.form == "deductions"

    def kept(self, values: dict[str, Value]) -> dict[str, Value]:
        """Those values that the form has a column for."""
        return {column: value for column, value in values.items() if column in self.sheet.columns.ids}


def lay_out(plan: Plan) -> None:
    """Lays out the sheet in the framework's form."""
    framework = plan.framework
    table = _Table(plan.draw(SHEET.title, FORMS[framework.annex.form]), plan)
    sheet = table.sheet
    sheet.across(framework.annex.number)
    sheet.across(Formula(_title(framework)), size=16, bold=True, height=32.0, is_centred=True)
    _header(table)
    for level, indicators in groupby(plan.indicators, key=lambda indicator: indicator.level):
        _level(table, level, list(indicators))
    if framework.is_adjusted:
        _adjustments(table)
    _total(table)
    sheet.across(Formula(_signatures(framework)), height=40.0)


def _title(framework: Framework) -> str:
    """The formula for the heading: what the framework prints, or else what most reports have."""
    kind = "自评" if framework.evaluation == "self" else "评价"
    project = "{项目}" if framework.is_of_project else ""
    title = framework.annex.title or f"{{单位}}{project}{{年度}}年度{framework.subject}绩效{kind}评分表"
    return "=" + "&".join(PLACES.get(piece) or _quoted(piece) for piece in title_parts(title))


def _signatures(framework: Framework) -> str:
    """The formula for the line below the table, with the organisation that gives the scores."""
    seal, name, *persons = SIGNATURES[framework.evaluation]
    gap = "　" * 4
    return "=" + f"{_quoted(seal)}&{name}&{_quoted(gap + gap.join([*(p + gap for p in persons), DATE]))}"


def _quoted(text: str) -> str:
    """A text as a formula writes it."""
    return '"{}"'.format(text.replace('"', '""'))


def _header(table: _Table) -> None:
    """The headings; where the weights of all levels have columns, these stand below one that says what they are."""
    sheet, annex, first = table.sheet, table.annex, table.sheet.row
    score, note = ("自评得分", "自评说明") if table.framework.evaluation == "self" else ("得分", "扣分说明")
    own = {"explanation": annex.explanation, "standard": annex.standard}
    own |= {"score": annex.score or score, "note": annex.note or note}
    weights = dict.fromkeys(("level_weight", "group_weight", "weight"), annex.weight)
    headings = {column: kept.heading for column, kept in zip(sheet.columns.ids, sheet.columns, strict=True)}
    headings |= {column: text for column, text in (own | weights).items() if column in headings}
    if table.has_deductions:
        sheet.header(is_frozen=False, headings={**headings, "level": BAND})
    sheet.header(is_frozen=False, headings=headings, height=36.0)
    if table.has_deductions:
        sheet.merge("level", first, first, to="weight")
        for column in own:
            sheet.merge(column, first, first + 1)
    sheet.repeat(first)


def _level(table: _Table, level: str, indicators: list[Indicator]) -> None:
    """A first level: its second levels with their indicators, each beside one cell, and the line that gives its score."""
    sheet, first = table.sheet, table.sheet.row
    for _, members in groupby(indicators, key=lambda indicator: indicator.group):
        top = sheet.row
        for indicator in members:
            _indicator(table, indicator)
        for column in ("group", "group_weight") if table.has_deductions else ("group",):
            sheet.merge(column, top, sheet.row - 1, is_at_top=True)
    for column in ("level", "level_weight") if table.has_deductions else ("level",):
        sheet.merge(column, first, sheet.row - 1, is_at_top=True)
    if table.annex.has_subtotals:
        at = summary.SHEET.at(table.plan.rows[summary.SHEET.title][level].start)
        stated = next(one.weight for one in table.framework.levels if one.name == level)
        _sum(table, f"{level}{SUBTOTAL}", _weight(table, stated, at), Formula(f"={at.score}"), Formula(f"={at.rate}"))


def _indicator(table: _Table, indicator: Indicator) -> None:
    """A line of the table; names and weights of the upper levels stand in every line and are merged afterwards."""
    plan, annex = table.plan, table.annex
    at = scoring.SHEET.at(plan.rows[scoring.SHEET.title][indicator.code].start)
    level = next(level for level in table.framework.levels if level.name == indicator.level)
    group = next(group for group in level.groups if group.name == indicator.group)
    upper = [summary.SHEET.at(plan.rows[summary.SHEET.title][name].start) for name in summary.keys(level, group)]
    weights = [_weight(table, stated, cell) for stated, cell in zip((level.weight, group.weight), upper, strict=True)]
    pairs = zip(annex.upper_codes(indicator.code), (level.name, group.name), strict=True)
    names: list[Value] = [f"{code}{name}" for code, name in pairs]
    if not table.has_deductions:
        names = [_with_weight(str(name), weight) for name, weight in zip(names, weights, strict=True)]
    here = table.sheet.at()
    values: dict[str, Value] = {
        "level": names[0],
        "level_weight": weights[0],
        "group": names[1],
        "group_weight": weights[1],
        "name": f"{indicator.code if annex.has_codes else ''}{indicator.name}",
        "weight": _weight(table, indicator.weight, at),
        "explanation": indicator.description,
        "standard": indicator.standard,
        "score": Formula(_score(table.framework, at)),
    }
    if table.has_deductions:
        values["note"] = Formula(_note(table.framework, at))
        table.sheet.line(table.kept(values), expected={} if plan.data else {"note": UNKNOWN_NOTE})
    else:
        table.sheet.line(table.kept({**values, "rate": _rate(here)}))


def _weight(table: _Table, stated: float | None, at: Cells) -> Value:
    """A weight: what the framework states, or that of another sheet's cell where it may be changed."""
    return Formula(f"={at.weight}") if table.framework.has_editable_weights else shown_weight(stated)


def _with_weight(name: str, weight: Value) -> Value:
    """A name and below it its weight in brackets; the name alone where no weight is stated."""
    if isinstance(weight, Formula):
        return Formula(f'={_quoted(name)}&CHAR(10)&"("&{weight[1:]}&"分)"')
    return f"{name}\n({weight:g}分)" if isinstance(weight, float | int) else name


def _score(framework: Framework, at: Cells) -> str:
    """The score that counts; for an indicator that is left out, why it is."""
    return f"=IF({at.counted}=0,{at.status},{at.shown_score})" if framework.can_leave_out else f"={at.shown_score}"


def _note(framework: Framework, at: Cells) -> str:
    """Why points were taken off; in a self-evaluation what was said of any, where nothing was taken off too."""
    text = f'IF({at.deduction_note}<>"",{at.deduction_note},{at.reason}&"")'
    if framework.evaluation == "self":
        return f"={text}"
    return f'=IF(ISNUMBER({at.shown_score}),IF({at.shown_score}={at.weight},"",{text}),"")'


def _rate(at: Cells) -> Formula:
    return Formula(or_waiting(f"PERF_RATE({at.score},{at.weight})", NONE))


def _sum(table: _Table, label: str, weight: Value, score: Value, rate: Value) -> None:
    """A line that adds up: its label runs across the names."""
    sheet = table.sheet
    values: dict[str, Value] = {"level": label, "weight": weight, "score": score, "rate": rate}
    sheet.line(table.kept(values), is_bold=True, formats={"score": "score"}, joined=("level", "name"))


def _adjustments(table: _Table) -> None:
    """The lines that lead from the sum of the indicators to the total, as 汇总 has them."""
    for row in table.plan.rows[summary.SHEET.title][summary.ADJUSTMENTS]:
        at = summary.SHEET.at(row)
        _sum(table, Formula(f"={at.level}"), None, Formula(f"={at.score}"), None)


def _total(table: _Table) -> None:
    """The total with its grade; the weights of the first and of the third level each add up to the full score."""
    sheet, framework = table.sheet, table.framework
    at = summary.SHEET.at(table.plan.rows[summary.SHEET.title][summary.TOTAL].start)
    weight = _weight(table, framework.weight, at)
    values: dict[str, Value] = {"level": TOTAL, "level_weight": weight, "weight": weight}
    values["explanation"] = Formula(f"={_quoted(GRADE)}&total_grade") if framework.grades else None
    values |= {"score": Formula(shown("total_score")), "rate": Formula(f"={at.rate}")}
    row = sheet.line(table.kept(values), is_bold=True, formats={"score": "score"})
    sheet.merge("explanation", row, row, to="standard")


SHEET: SheetDeclaration = SheetDeclaration("评分表", "报告的附件，打印签字用；全部自动算出", DEDUCTIONS, lay_out)
