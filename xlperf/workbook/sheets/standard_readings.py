"""标准读法: faulty or ambiguous places of the standard, the reading that is executed, and what other readings would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frameworks.indicators import Indicator, Reading, Variant
from xlperf.frameworks.parts import weight_text
from xlperf.rules.rule import Places
from xlperf.values import Value
from xlperf.workbook import rule_formulas
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.sheets import scoring
from xlperf.workbook.waiting import or_waiting

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    code=Column("编码", 7, is_centred=True),
    name=Column("指标", 20),
    literal=Column("原文", 52),
    reading=Column("读法", 52),
    use=Column("采用情况", 10, is_centred=True),
    low=Column("规则分下限", 10, "score", is_centred=True),
    high=Column("规则分上限", 10, "score", is_centred=True),
    why=Column("为什么", 44),
)
EXECUTED, PASSED_OVER = "采用", "未采用"


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(
        SHEET.title,
        "评分标准有错漏或歧义的地方：原文、采用的读法、其他读法；能算的并排列出规则分，只有采用的计入得分。",
    )
    sheet.header()
    for name, found in plan.framework.sum_readings:
        executed = {"literal": found.literal, "reading": found.executed, "use": EXECUTED, "why": found.why}
        sheet.line({"name": name, **executed}, is_bold=True)
        for text in found.alternatives:
            sheet.line({"name": name, "reading": text, "use": PASSED_OVER})
    for indicator in plan.indicators:
        for reading in indicator.readings:
            _reading(sheet, plan, indicator, reading)


def _reading(sheet: Sheet, plan: Plan, indicator: Indicator, reading: Reading) -> None:
    is_editable = plan.framework.has_editable_weights
    weight = rule_formulas.weight_name(indicator.code) if is_editable else weight_text(indicator.weight)
    scored = scoring.SHEET.at(plan.rows[scoring.SHEET.title][indicator.code].start)
    head: dict[str, Value] = {"code": indicator.code, "name": indicator.name}
    bounds: dict[str, Value] = {"low": Formula(f"={scored.shown_low}"), "high": Formula(f"={scored.shown_high}")}
    executed = {"literal": reading.literal, "reading": reading.executed, "use": EXECUTED, "why": reading.why}
    sheet.line(head | executed | bounds, is_bold=True)
    for variant in reading.variants:
        sheet.line(head | {"reading": variant.text, "use": PASSED_OVER} | _bounds(sheet, variant, weight))
    calculated = {variant.text for variant in reading.variants}
    for text in reading.alternatives:
        if text not in calculated:
            sheet.line(head | {"reading": text, "use": PASSED_OVER})


def _bounds(sheet: Sheet, variant: Variant, weight: str) -> dict[str, Value]:
    """The rule score as another reading would have it."""
    low, high = variant.rule.formulas(Places(weight, "", sheet.at().low, "")) or ("", "")
    return {"low": Formula(or_waiting(low)), "high": Formula(or_waiting(high))} if low else {}


SHEET: SheetDeclaration = SheetDeclaration(
    "标准读法",
    "标准有疑义处的读法",
    COLUMNS,
    lay_out,
    is_needed=lambda needs: bool(needs.framework.sum_readings) or any(i.readings for i in needs.framework.indicators),
)
