"""比率: every rate with its result, its definition and its source."""

from __future__ import annotations

from xlperf.frameworks.expressions import Expression
from xlperf.workbook import appearance, flags
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.waiting import NO_BASE, WAITING, WRONG, shown

COLUMNS = Columns(
    label=Column("比率", 28),
    shown=Column("结果", 14, "rate", is_centred=True, is_named=False),
    definition=Column("口径", 52),
    source=Column("来源", 60),
    formula=Column("公式", 58, is_hidden=True),
    id=Column("编号", 26, is_hidden=True),
    value=Column("结果", 14, "rate", is_hidden=True, shown_in="shown"),
)


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(
        SHEET.title,
        f"由“指标数据”算出，不取整；“{WAITING}”表示缺数据，“{NO_BASE}”表示没有可以除的数，“{WRONG}”表示该填数字处填了文字。",
    )
    sheet.header()
    facts = {item.id for item in plan.framework.inputs if item.type == "flag"}
    # A blank one that is added would count as 0: it is asked for by a function that says what is missing.
    typed = {item.id for item in plan.framework.inputs if item.is_figure}
    first = sheet.row
    for rate in plan.framework.rates:
        expression = Expression.parse(rate.formula)
        formula = expression.render(lambda name: name)
        calculated = expression.render(
            lambda name: flags.asked(name) if name in facts else name,
            lambda name: f"PERF_NET({name},0)" if name in typed else flags.asked(name) if name in facts else name,
        )
        row = sheet.line(
            {
                "label": rate.label,
                "value": Formula(f"={calculated}"),
                "shown": Formula(shown(sheet.at().value)),
                "definition": rate.definition,
                "formula": formula,
                "source": rate.source,
                "id": rate.id,
            },
            formats={"value": rate.format, "shown": rate.format},
        )
        sheet.name(rate.id, "value", row)
    if plan.framework.rates:
        last = sheet.row - 1
        sheet.name_each({"rate_id": "id", "rate_label": "label", "rate_value": "value"}, first, last)
        sheet.colour(sheet.span("shown", first, last), f"ISERROR({sheet.at(first).value})", appearance.WARNING_FILL)


SHEET: SheetDeclaration = SheetDeclaration(
    "比率", "各项比率", COLUMNS, lay_out, is_needed=lambda needs: needs.is_evaluation and bool(needs.framework.rates)
)
