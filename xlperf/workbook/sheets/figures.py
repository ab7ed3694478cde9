"""指标数据: every figure and fact of the framework, with unit, period, source, and whether it is missing."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from xlperf.frameworks import plausibility
from xlperf.frameworks.contents import Input
from xlperf.frameworks.schema import Framework
from xlperf.values import Value
from xlperf.workbook import appearance, flags
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import Role
from xlperf.workbook.tables.table import fact_cell

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import InputData
    from xlperf.workbook.drawing.sheet import Sheet

TO_CHECK = plausibility.TO_CHECK.strip("，")
COLUMNS = Columns(
    label=Column("数据项", 28),
    given=Column("填报数", 13, "number", is_input=True),
    linked=Column("取自他表", 13, "number"),
    used=Column("采用数", 13, "number"),
    unit=Column("单位", 7, is_centred=True, is_named=False),
    status=Column("状态", 16, "general", is_centred=True),
    period=Column("数据期间", 12, is_input=True, is_centred=True),
    source=Column("来源", 38, is_input=True),
    note=Column("备注", 38, is_input=True),
    help=Column("填报说明", 32, is_named=False),
    id=Column("编号", 22, is_hidden=True),
)


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = plan.draw(SHEET.title, COLUMNS)
    unit = plan.framework.money_unit
    note = f"金额单位：{unit}。“填报数”手填优先，没填的取自预算表；取自问卷的以“问卷口径”选的口径为准。没有数据的留空，不要填 0 或文字。"
    sheet.title(SHEET.title, note)
    sheet.header()
    first = sheet.row
    given = plan.data.inputs if plan.data else {}
    surveys = {use.feeds: use.id for use in plan.framework.surveys}
    for group, inputs in groupby(plan.framework.inputs, key=lambda i: i.group):
        sheet.section(group)
        for item in inputs:
            _line(sheet, plan.framework, item, given.get(item.id), surveys.get(item.id))
    if not plan.framework.inputs:
        sheet.lock(sheet.line({"label": "（本指标体系没有数据项）"}), "given")
    last = sheet.row - 1
    sheet.name_columns("figure", first, last)
    status, cell = sheet.span("status", first, last), sheet.at(first).status
    sheet.colour(status, f'OR({cell}="缺数据",{cell}="两数不一",{cell}="缺说明")', appearance.WARNING_FILL)
    causes, first_note = sheet.span("note", first, last), sheet.at(first, "column")
    wanting = f'AND({first_note.status}="缺数据",LEN({first_note.note})<3)'
    sheet.colour(causes, wanting, appearance.WARNING_FILL)
    wrong = ",".join(f'LEFT({cell},2)="{word}"' for word in ("应为", "不应", "疑似"))
    sheet.colour(status, f"OR({wrong})", appearance.ALARM_FILL, appearance.ALARM)
    sheet.colour(status, f'RIGHT({cell},3)="{TO_CHECK}"', appearance.WARNING_FILL)


def _line(sheet: Sheet, framework: Framework, item: Input, given: InputData | None, survey: str | None) -> None:
    """A figure: what is typed comes before a budget sheet, but after a survey whose scheme is chosen."""
    at = sheet.at()
    source = f"result_{survey}" if survey else fact_cell(item.fact) if item.fact else ""
    first, other = at.given, at.linked if source else '""'
    if survey:
        first, other = at.linked, f'IF({at.given}="","",{at.given})'
    used = f'=IF({first}<>"",{flags.worded(first) if item.type == "flag" else first},{other})'
    if item.is_exclusion:
        used = f'=IF({at.given}="",0,{at.given})'
    row = sheet.line(
        {
            "label": item.label,
            **_given(item, given),
            "linked": Formula(f'=IF({source}="","",{source})') if source else None,
            "used": Formula(used),
            "unit": Formula("=money_unit") if item.type == "money" else item.unit or None,
            "status": _status(item, at, is_linked=bool(source)),
            "help": item.help,
            "id": item.id,
        },
        formats=dict.fromkeys(("given", "linked", "used"), item.type),
    )
    sheet.name(item.id, "used", row)
    if item.type == "flag":
        sheet.allow_list(at.given, flags.CHOICES, item.label)
    elif item.is_figure:
        labels = {i.id: i.label.strip() for i in framework.inputs}
        low, high = plausibility.range_allowed(item.bounds, item.type, lambda name: name)
        limits = plausibility.range_words(item.bounds, item.type, labels.__getitem__)
        rate = "（97.92% 填 97.92% 或 0.9792）" if item.type == "rate" else ""
        wanted = "日期，如 2024-10-31" if item.type == "date" else "数字"
        message = f"{item.label.strip()}应填{wanted}{rate}{'，' if limits else ''}{limits}；没有数据请留空。"
        sheet.allow_number(at.given, low, high, item.label, message)


def _given(item: Input, given: InputData | None) -> dict[str, Value]:
    """What the data file says of a figure."""
    if given is None:
        return {}
    value = flags.word(given.value) if item.type == "flag" else given.value
    return {"given": value, "period": given.period or None, "source": given.source, "note": given.note or None}


def _status(item: Input, at: Cells, *, is_linked: bool) -> Formula:
    if item.type == "text":
        return Formula(f'=IF({at.used}="","缺数据","")')
    if item.is_exclusion:
        wrong = f'IF(ISNUMBER({at.given}),IF({at.note}="","缺说明",{_doubt(item, at)}),"应为数字")'
        return Formula(f'=IF({at.given}="","无除外",{wrong})')
    if item.type == "flag":
        is_read = f'OR({at.used}="{flags.YES}",{at.used}="{flags.NO}")'
        return Formula(f'=IF({at.used}="","缺数据",IF({is_read},"","应为是否"))')
    differ = f'IF(ROUND({at.given}-{at.linked},4)<>0,"两数不一","")'
    wanted = "应为日期" if item.type == "date" else "应为数字"
    compared = f'IF(AND(ISNUMBER({at.given}),ISNUMBER({at.linked})),{differ},"")' if is_linked else '""'
    return Formula(f'=IF({at.used}="","缺数据",IF(ISNUMBER({at.used}),{_doubt(item, at, compared)},"{wanted}"))')


def _doubt(item: Input, at: Cells, otherwise: str = '""') -> str:
    """What is wrong with a number."""
    return plausibility.words(item.bounds, item.type, at.used, lambda name: name, at.note, otherwise)


SHEET: SheetDeclaration = SheetDeclaration(
    "指标数据", "指标体系要用的每一个数：填报、取自他表、采用", COLUMNS, lay_out, Role.UNIT
)
