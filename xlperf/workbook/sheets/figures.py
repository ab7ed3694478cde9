"""指标数据: every figure and fact of the framework, with unit, period, source, and whether it is missing."""

from __future__ import annotations

from itertools import groupby

from xlperf.frameworks.schema import Input
from xlperf.workbook.data import InputData
from xlperf.workbook.plan import FIGURES, Plan
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet
from xlperf.workbook.tables.table import fact_cell

COLUMNS = (
    Column("数据项", 28),
    Column("填报数", 13, "number", is_input=True),
    Column("取自他表", 13, "number"),
    Column("采用数", 13, "number"),
    Column("单位", 7, is_centred=True),
    Column("状态", 11, "general", is_centred=True),
    Column("数据期间", 12, is_input=True, is_centred=True),
    Column("来源", 38, is_input=True),
    Column("备注", 38, is_input=True),
    Column("填报说明", 32),
    Column("编号", 22, is_muted=True),
)
GIVEN, LINKED, USED, STATUS = 2, 3, 4, 6
NAMES = (
    ("label", 1), ("given", GIVEN), ("linked", LINKED), ("used", USED), ("status", STATUS),
    ("period", 7), ("source", 8), ("note", 9), ("id", 11),
)  # fmt: skip


def add(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = Sheet(plan.book, FIGURES, COLUMNS)
    unit = plan.framework.money_unit
    note = f"金额单位：{unit}。“填报数”手填优先，没填的取自预算表；取自问卷的以“问卷口径”选的口径为准。没有数据的留空，不要填 0 或文字。"
    sheet.title("指标数据", note)
    sheet.header()
    first = sheet.row
    given = plan.data.inputs if plan.data else {}
    surveys = {use.feeds: use.id for use in plan.framework.surveys}
    for group, inputs in groupby(plan.framework.inputs, key=lambda i: i.group):
        sheet.section(group)
        for item in inputs:
            _line(sheet, item, given.get(item.id), surveys.get(item.id))
    if not plan.framework.inputs:
        sheet.lock(sheet.line(["（本指标体系没有数据项）", *[None] * (len(COLUMNS) - 1)]), GIVEN)
    last = sheet.row - 1
    sheet.name_columns([(f"figure_{name}", column) for name, column in NAMES], first, last)
    status = f"{sheet.ref(STATUS, first)}:{sheet.ref(STATUS, last)}"
    cell = sheet.ref(STATUS, first)
    sheet.colour(status, f'OR({cell}="缺数据",{cell}="两数不一",{cell}="缺说明")', styles.WARNING_FILL)
    sheet.colour(status, f'LEFT({cell},2)="应为"', styles.ALARM_FILL, styles.ALARM)


def _line(sheet: Sheet, item: Input, given: InputData | None, survey: str | None) -> None:
    """A figure: what is typed comes before a budget sheet, but after a survey whose scheme is chosen."""
    cell, linked = sheet.ref(GIVEN, sheet.row), sheet.ref(LINKED, sheet.row)
    source = f"result_{survey}" if survey else fact_cell(item.fact) if item.fact else ""
    first, other = (linked, f'IF({cell}="","",{cell})') if survey else (cell, linked if source else '""')
    used = f'=IF({first}<>"",{first},{other})'
    if item.is_exclusion:
        used = f'=IF({cell}="",0,{cell})'
    row = sheet.line(
        [
            item.label,
            given.value if given else None,
            Formula(f'=IF({source}="","",{source})') if source else None,
            Formula(used),
            Formula("=money_unit") if item.type == "money" else item.unit or None,
            _status(item, sheet.row, is_linked=bool(source)),
            (given.period or None) if given else None,
            given.source if given else None,
            (given.note or None) if given else None,
            item.help,
            item.id,
        ],
        formats=[None, item.type, item.type, item.type],
    )
    sheet.name(item.id, USED, row)
    if item.type == "flag":
        sheet.allow_list(cell, ("TRUE", "FALSE"), item.label)
    elif item.type != "text":
        low = "0" if item.type == "count" else "-1000000000000"
        message = f"{item.label}应填数字{'（1 即 100%）' if item.type == 'rate' else ''}；没有数据请留空。"
        sheet.allow_number(cell, low, "1000000000000", item.label, message)


def _status(item: Input, row: int, *, is_linked: bool) -> Formula:
    given, linked, used = f"B{row}", f"C{row}", f"D{row}"
    if item.type == "text":
        return Formula(f'=IF({used}="","缺数据","")')
    if item.is_exclusion:
        wrong = f'IF(ISNUMBER({given}),IF(I{row}="","缺说明",""),"应为数字")'
        return Formula(f'=IF({given}="","无除外",{wrong})')
    test, wanted = ("ISLOGICAL", "应为是否") if item.type == "flag" else ("ISNUMBER", "应为数字")
    differ = f'IF(AND(ISNUMBER({given}),ISNUMBER({linked})),IF(ROUND({given}-{linked},4)<>0,"两数不一",""),"")'
    return Formula(f'=IF({used}="","缺数据",IF({test}({used}),{differ if is_linked else chr(34) * 2},"{wanted}"))')
