"""指标数据: every figure and fact of the framework, with unit, period, source, and whether it is missing."""

from __future__ import annotations

from itertools import groupby

from xlperf.frameworks.schema import Input
from xlperf.workbook import styles
from xlperf.workbook.data import InputData
from xlperf.workbook.plan import FIGURES, Plan
from xlperf.workbook.sheet import Column, Formula, Sheet

COLUMNS = (
    Column("数据项", 30),
    Column("数值", 15, "number", is_input=True),
    Column("单位", 8, is_centred=True),
    Column("数据期间", 13, is_input=True, is_centred=True),
    Column("来源", 42, is_input=True),
    Column("备注", 42, is_input=True),
    Column("填报说明", 34),
    Column("状态", 13, "general", is_centred=True),
    Column("编号", 24),
)
VALUE, PERIOD, SOURCE, NOTE, STATUS, ID = 2, 4, 5, 6, 8, 9


def add(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = Sheet(plan.book, FIGURES, COLUMNS)
    unit = plan.framework.money_unit
    sheet.title("指标数据", f"金额单位：{unit}。浅黄色单元格填数；没有数据的留空，不要填 0 或文字。")
    sheet.header()
    first = sheet.row
    given = plan.data.inputs if plan.data else {}
    for group, inputs in groupby(plan.framework.inputs, key=lambda i: i.group):
        sheet.section(group)
        for item in inputs:
            _line(sheet, item, given.get(item.id))
    last = sheet.row - 1
    columns = (
        ("label", 1),
        ("value", VALUE),
        ("period", PERIOD),
        ("source", SOURCE),
        ("note", NOTE),
        ("status", STATUS),
        ("id", ID),
    )
    sheet.name_columns([(f"figure_{name}", column) for name, column in columns], first, last)
    status = f"{sheet.ref(STATUS, first)}:{sheet.ref(STATUS, last)}"
    sheet.colour(status, f'{sheet.ref(STATUS, first)}="缺数据"', styles.WARNING_FILL)
    sheet.colour(status, f'LEFT({sheet.ref(STATUS, first)},2)="应为"', styles.ALARM_FILL, styles.ALARM)


def _line(sheet: Sheet, item: Input, given: InputData | None) -> None:
    cell = sheet.ref(VALUE, sheet.row)
    row = sheet.line(
        [
            item.label,
            given.value if given else None,
            item.unit or None,
            (given.period or None) if given else None,
            given.source if given else None,
            (given.note or None) if given else None,
            item.help,
            _status(item, cell),
            item.id,
        ],
        formats=[None, item.type],
    )
    sheet.name(item.id, VALUE, row)
    if item.type == "flag":
        sheet.allow_list(cell, ("TRUE", "FALSE"), item.label)
    elif item.type != "text":
        low = "0" if item.type == "count" else "-1000000000000"
        message = f"{item.label}应填数字{'（1 即 100%）' if item.type == 'rate' else ''}；没有数据请留空。"
        sheet.allow_number(cell, low, "1000000000000", item.label, message)


def _status(item: Input, cell: str) -> Formula:
    if item.type == "text":
        return Formula(f'=IF({cell}="","缺数据","")')
    test, wanted = ("ISLOGICAL", "应为是否") if item.type == "flag" else ("ISNUMBER", "应为数字")
    return Formula(f'=IF({cell}="","缺数据",IF({test}({cell}),"","{wanted}"))')
