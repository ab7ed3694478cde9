"""比率: every rate with its result, its definition and its source."""

from __future__ import annotations

from xlperf.frameworks.expressions import Expression
from xlperf.workbook.plan import RATES, Plan
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

COLUMNS = (
    Column("比率", 28),
    Column("结果", 14, "rate", is_centred=True),
    Column("口径", 52),
    Column("公式", 58),
    Column("来源", 60),
    Column("编号", 26, is_muted=True),
)


def add(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = Sheet(plan.book, RATES, COLUMNS)
    sheet.title(
        "比率", "由“指标数据”算出，不取整；#N/A 表示缺数据，#DIV/0! 表示分母为零，#VALUE! 表示该填数字处填了文字。"
    )
    sheet.header()
    first = sheet.row
    for rate in plan.framework.rates:
        formula = Expression.parse(rate.formula).render(lambda name: name)
        values = [rate.label, Formula(f"={formula}"), rate.definition, formula, rate.source, rate.id]
        row = sheet.line(values, formats=[None, rate.format])
        sheet.name(rate.id, 2, row)
    if plan.framework.rates:
        sheet.name_columns((("rate_id", 6), ("rate_label", 1), ("rate_value", 2)), first, sheet.row - 1)
        sheet.colour(f"B{first}:B{sheet.row - 1}", f"ISERROR(B{first})", styles.WARNING_FILL)
