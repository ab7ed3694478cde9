"""标准读法: faulty or ambiguous places of the standard, the reading that is executed, and what other readings would give."""

from __future__ import annotations

from xlperf.frameworks.indicators import Indicator, Reading, Variant
from xlperf.frameworks.parts import weight_text
from xlperf.rules.rule import Places
from xlperf.values import Value
from xlperf.workbook import rule_formulas
from xlperf.workbook.plan import READINGS, SCORING, Plan
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

COLUMNS = (
    Column("编码", 7, is_centred=True),
    Column("指标", 20),
    Column("原文", 52),
    Column("读法", 52),
    Column("采用情况", 10, is_centred=True),
    Column("规则分下限", 10, "score", is_centred=True),
    Column("规则分上限", 10, "score", is_centred=True),
    Column("为什么", 44),
)


def add(plan: Plan, rows: dict[str, int]) -> None:
    """Lays out the sheet. `rows`: the row of each indicator on the scoring sheet."""
    sheet = Sheet(plan.book, READINGS, COLUMNS)
    sheet.title(
        "标准读法", "评分标准有错漏或歧义的地方：原文、采用的读法、其他读法；能算的并排列出规则分，只有采用的计入得分。"
    )
    sheet.header()
    for indicator in plan.indicators:
        for reading in indicator.readings:
            _reading(sheet, plan, indicator, reading, rows[indicator.code])


def _reading(sheet: Sheet, plan: Plan, indicator: Indicator, reading: Reading, row: int) -> None:
    is_editable = plan.framework.has_editable_weights
    weight = rule_formulas.weight_name(indicator.code) if is_editable else weight_text(indicator.weight)
    head: list[Value] = [indicator.code, indicator.name]
    bounds = [Formula(f"={SCORING}!{column}{row}") for column in ("G", "H")]
    sheet.line([*head, reading.literal, reading.executed, "采用", *bounds, reading.why], is_bold=True)
    for variant in reading.variants:
        _variant(sheet, indicator, variant, weight)
    calculated = {variant.text for variant in reading.variants}
    for text in reading.alternatives:
        if text not in calculated:
            sheet.line([*head, None, text, "未采用", None, None, None])


def _variant(sheet: Sheet, indicator: Indicator, variant: Variant, weight: str) -> None:
    places = Places(weight, "", sheet.ref(6, sheet.row), "")
    bounds = [Formula(f"={formula}") for formula in variant.rule.formulas(places) or ()]
    sheet.line([indicator.code, indicator.name, None, variant.text, "未采用", *bounds, None])
