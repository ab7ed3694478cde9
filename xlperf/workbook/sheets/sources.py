"""多来源对照: one figure as several sources have it, and which of them the calculation uses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xlperf.values import Value
from xlperf.workbook import appearance, flags
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import Role

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import InputData, OtherSource
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    input=Column("数据项", 30, is_input=True),
    id=Column("编号", 26, is_hidden=True),
    origin=Column("来源", 46, is_input=True),
    value=Column("该来源的数", 14, "general", is_input=True, is_centred=True),
    counted=Column("采用的数", 14, "general", is_centred=True),
    difference=Column("差额", 12, "number", is_named=False),
    used=Column("采用情况", 12, "general", is_centred=True),
    agreement=Column("各来源", 9, "general", is_centred=True),
    note=Column("说明", 50, is_input=True),
)
AGREE, DISAGREE, UNKNOWN = "一致", "不一致", "没有这一项"


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(
        SHEET.title,
        "同一数据有几个来源时逐行列出，“数据项”照“指标数据”的写法；“采用的数”取自“指标数据”，改了那里，采用情况随之改变。",
    )
    sheet.header()
    first = sheet.row
    given = _sources(plan)
    for line in given + [{}] * plan.free_lines("source", len(given)):
        _line(sheet, first, line)
    last = sheet.row - 1
    sheet.name_columns("source", first, last)
    top = sheet.at(first)
    sheet.suggest(
        sheet.span("input", first, last), "figure_label", "数据项", "从列表选，或照“指标数据”里数据项的写法填。"
    )
    disagree, used = f'{top.agreement}="{DISAGREE}"', f'{top.used}="采用"'
    sheet.colour(sheet.span("agreement", first, last), disagree, appearance.WARNING_FILL)
    sheet.colour(sheet.span("used", first, last), used, appearance.CALM_FILL)


def _sources(plan: Plan) -> list[dict[str, Value]]:
    """Every source of each figure that has more than one."""
    lines: list[dict[str, Value]] = []
    called = Counter(item.label for item in plan.framework.inputs)
    # What two figures are called tells neither of them.
    labels = {item.id: item.label if called[item.label] == 1 else item.id for item in plan.framework.inputs}
    facts = {item.id for item in plan.framework.inputs if item.type == "flag"}
    for name, given in (plan.data.inputs if plan.data else {}).items():
        sources: tuple[InputData | OtherSource, ...] = (given, *given.others) if given.others else ()
        for s in sources:
            value = flags.word(s.value) if name in facts else s.value
            lines.append({"input": labels[name], "origin": s.source, "value": value, "note": s.note or None})
    return lines


def _line(sheet: Sheet, first: int, given: dict[str, Value]) -> None:
    at = sheet.at()
    used = f"INDEX(figure_used,MATCH({at.id},figure_id,0))"
    by_label = f"INDEX(figure_id,MATCH({at.input},figure_label,0))"
    # The id itself is understood too.
    by_id = f'IFERROR(INDEX(figure_id,MATCH({at.input},figure_id,0)),"")'
    differ = f'COUNTIFS(source_id,{at.id},source_used,"未采用")'
    are_numbers = f"AND(ISNUMBER({at.value}),ISNUMBER({at.counted}),NOT(ISLOGICAL({at.value})))"
    # Said once for a figure, at its first source.
    above = f"COUNTIF({sheet.at(first, 'row').id}:{at.id},{at.id})"
    agreement = f'IF({above}>1,"",IF({differ}>0,"{DISAGREE}","{AGREE}"))'
    value = f'IF(ISLOGICAL({at.value}),IF({at.value},"{flags.YES}","{flags.NO}"),{at.value})'
    is_counted = f'IF({value}={at.counted},"采用","未采用")'
    sheet.line(
        {
            **given,
            "id": Formula(f'=IF({at.input}="","",IFERROR({by_label},{by_id}))'),
            "counted": Formula(f'=IF({at.input}="","",IFERROR(IF({used}="","",{used}),"{UNKNOWN}"))'),
            "difference": Formula(f'=IF({are_numbers},ROUND({at.value}-{at.counted},6),"")'),
            "used": Formula(f'=IF(OR({at.id}="",{at.value}=""),"",{is_counted})'),
            "agreement": Formula(f'=IF({at.id}="","",{agreement})'),
        }
    )


SHEET: SheetDeclaration = SheetDeclaration(
    "多来源对照",
    "同一数据的几个来源",
    COLUMNS,
    lay_out,
    Role.EVALUATOR,
    is_needed=lambda needs: needs.is_evaluation or needs.has_other_sources,
)
