"""多来源对照: one figure as several sources have it, and which of them the calculation uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.values import Value
from xlperf.workbook import appearance, flags
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import FREE_LINES, Plan, SheetDeclaration

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import InputData, OtherSource
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    input=Column("编号", 26, is_input=True),
    label=Column("数据项", 28, "general"),
    origin=Column("来源", 46, is_input=True),
    value=Column("该来源的数", 14, "general", is_input=True, is_centred=True),
    counted=Column("采用的数", 14, "general", is_centred=True),
    difference=Column("差额", 12, "number", is_named=False),
    used=Column("采用情况", 12, "general", is_centred=True),
    agreement=Column("各来源", 9, "general", is_centred=True),
    note=Column("说明", 50, is_input=True),
)
AGREE, DISAGREE = "一致", "不一致"


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(SHEET.title, "同一数据有几个来源时逐行列出；“采用的数”取自“指标数据”，改了那里，采用情况随之改变。")
    sheet.header()
    first = sheet.row
    for line in _sources(plan) + [{}] * FREE_LINES:
        _line(sheet, first, line)
    last = sheet.row - 1
    sheet.name_columns("source", first, last)
    top = sheet.at(first)
    disagree, used = f'{top.agreement}="{DISAGREE}"', f'{top.used}="采用"'
    sheet.colour(sheet.span("agreement", first, last), disagree, appearance.WARNING_FILL)
    sheet.colour(sheet.span("used", first, last), used, appearance.CALM_FILL)


def _sources(plan: Plan) -> list[dict[str, Value]]:
    """Every source of each figure that has more than one."""
    lines: list[dict[str, Value]] = []
    facts = {item.id for item in plan.framework.inputs if item.type == "flag"}
    for name, given in (plan.data.inputs if plan.data else {}).items():
        sources: tuple[InputData | OtherSource, ...] = (given, *given.others) if given.others else ()
        for s in sources:
            value = flags.word(s.value) if name in facts else s.value
            lines.append({"input": name, "origin": s.source, "value": value, "note": s.note or None})
    return lines


def _line(sheet: Sheet, first: int, given: dict[str, Value]) -> None:
    at = sheet.at()
    found = f"MATCH({at.input},figure_id,0)"
    used = f"INDEX(figure_used,{found})"
    differ = f'COUNTIFS(source_input,{at.input},source_used,"未采用")'
    are_numbers = f"AND(ISNUMBER({at.value}),ISNUMBER({at.counted}),NOT(ISLOGICAL({at.value})))"
    # Said once for a figure, at its first source.
    above = f"COUNTIF({sheet.at(first, 'row').input}:{at.input},{at.input})"
    agreement = f'IF({above}>1,"",IF({differ}>0,"{DISAGREE}","{AGREE}"))'
    value = f'IF(ISLOGICAL({at.value}),IF({at.value},"{flags.YES}","{flags.NO}"),{at.value})'
    is_counted = f'IF({value}={at.counted},"采用","未采用")'
    sheet.line(
        {
            **given,
            "label": Formula(f'=IF({at.input}="","",IFERROR(INDEX(figure_label,{found}),"编号不对"))'),
            "counted": Formula(f'=IF({at.input}="","",IFERROR(IF({used}="","",{used}),""))'),
            "difference": Formula(f'=IF({are_numbers},ROUND({at.value}-{at.counted},6),"")'),
            "used": Formula(f'=IF(OR({at.input}="",{at.value}=""),"",{is_counted})'),
            "agreement": Formula(f'=IF({at.input}="","",{agreement})'),
        }
    )


SHEET = SheetDeclaration("多来源对照", "同一数据的几个来源", COLUMNS, lay_out)
