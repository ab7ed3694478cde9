"""多来源对照: one figure as several sources have it, and which of them the calculation uses."""

from __future__ import annotations

from xlperf.values import Value
from xlperf.workbook.plan import FREE_LINES, SOURCES, Plan
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

COLUMNS = (
    Column("编号", 26, is_input=True),
    Column("数据项", 28, "general"),
    Column("来源", 46, is_input=True),
    Column("该来源的数", 14, "general", is_input=True, is_centred=True),
    Column("采用的数", 14, "general", is_centred=True),
    Column("差额", 12, "number"),
    Column("采用情况", 12, "general", is_centred=True),
    Column("各来源", 9, "general", is_centred=True),
    Column("说明", 50, is_input=True),
)
AGREE, DISAGREE = "一致", "不一致"
NAMES = (
    ("source_input", 1), ("source_label", 2), ("source_origin", 3), ("source_value", 4), ("source_counted", 5),
    ("source_used", 7), ("source_agreement", 8), ("source_note", 9),
)  # fmt: skip


def add(plan: Plan) -> None:
    """Lays out the sheet."""
    sheet = Sheet(plan.book, SOURCES, COLUMNS)
    sheet.title("多来源对照", "同一数据有几个来源时逐行列出；“采用的数”取自“指标数据”，改了那里，采用情况随之改变。")
    sheet.header()
    first = sheet.row
    for line in _sources(plan) + [(None, None, None, None)] * FREE_LINES:
        _line(sheet, first, *line)
    last = sheet.row - 1
    sheet.name_columns(NAMES, first, last)
    sheet.colour(f"H{first}:H{last}", f'H{first}="{DISAGREE}"', styles.WARNING_FILL)
    sheet.colour(f"G{first}:G{last}", f'G{first}="采用"', styles.CALM_FILL)


def _sources(plan: Plan) -> list[tuple[Value, Value, Value, Value]]:
    """(id, origin, value, note) of every source of each figure that has more than one."""
    lines: list[tuple[Value, Value, Value, Value]] = []
    for name, given in (plan.data.inputs if plan.data else {}).items():
        if given.others:
            lines.append((name, given.source, given.value, given.note or None))
            lines += [(name, other.source, other.value, other.note or None) for other in given.others]
    return lines


def _line(sheet: Sheet, first: int, name: Value, origin: Value, value: Value, note: Value) -> None:
    r = sheet.row
    found = f"MATCH(A{r},figure_id,0)"
    used = f"INDEX(figure_used,{found})"
    differ = f'COUNTIFS(source_input,A{r},source_used,"未采用")'
    sheet.line(
        [
            name,
            Formula(f'=IF(A{r}="","",IFERROR(INDEX(figure_label,{found}),"编号不对"))'),
            origin,
            value,
            Formula(f'=IF(A{r}="","",IFERROR(IF({used}="","",{used}),""))'),
            Formula(f'=IF(AND(ISNUMBER(D{r}),ISNUMBER(E{r}),NOT(ISLOGICAL(D{r}))),ROUND(D{r}-E{r},6),"")'),
            Formula(f'=IF(OR(A{r}="",D{r}=""),"",IF(D{r}=E{r},"采用","未采用"))'),
            Formula(f'=IF(A{r}="","",IF(COUNTIF(A${first}:A{r},A{r})>1,"",IF({differ}>0,"{DISAGREE}","{AGREE}")))'),
            note,
        ]
    )
