"""The sheets that the official tables are pasted into as they were exported, each with a line that says what became of it."""

from __future__ import annotations

from functools import partial

from xlperf.values import MoneyUnit
from xlperf.workbook import appearance
from xlperf.workbook.columns import Formula
from xlperf.workbook.needs import Needs
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import Role
from xlperf.workbook.sheets.official_tables import FIRST_ROW, IMPORTS, ImportSheet
from xlperf.workbook.sheets.paste_blocks import BLOCKS
from xlperf.workbook.sheets.paste_reading import normalised
from xlperf.workbook.tables.all_tables import ALL_TABLES, uses_official_tables
from xlperf.workbook.tables.table import is_needed

TITLE_ROW, HELP_ROW = 1, 2
NOTHING, KNOWN, UNKNOWN, TEXTS, NO_UNIT, OTHER_UNIT = "未粘贴", "认出", "认不出", "文字数", "单位未注明", "非本单位"
# What closes the gate.
DOUBTS = (UNKNOWN, TEXTS, NO_UNIT, OTHER_UNIT)
UNITS = tuple(unit.value for unit in MoneyUnit)
# In the rows above the area: the status, the help, the choice of the money unit and its label, the warning of another one.
_STATUS, _UNIT_LABEL, _UNIT, _WARNING = "F", "J", "K", "L"


def _lay_out(spec: ImportSheet, plan: Plan) -> None:
    sheet = plan.draw(spec.sheet, spec.columns)
    letters = spec.columns.ids
    place, title = spec.columns.at(FIRST_ROW)[letters[0]], f"粘贴区：{spec.label}　{spec.title}"
    sheet.put(TITLE_ROW, letters[0], title, appearance.HEADER_FILL, size=14, bold=True, height=28)
    help_text = f"把导出的整张表（含表名、表头、合计行）从 {place} 起粘贴，建议“选择性粘贴－数值”；各列按表头认，第 3 行只是样子。"
    sheet.put(HELP_ROW, letters[0], help_text, appearance.MUTED, height=18)
    sheet.put(TITLE_ROW, _STATUS, Formula(_status(spec)), appearance.MUTED, bold=True)
    sheet.name(f"import{spec.number}_status", _STATUS, TITLE_ROW)
    status = sheet.at(TITLE_ROW, "both")[_STATUS]
    sheet.paste_area(spec.headings, FIRST_ROW)
    # Only now, since the area takes the look of what stands above it.
    sheet.put(HELP_ROW, _UNIT_LABEL, "金额单位：", appearance.INK)
    sheet.unlock(HELP_ROW, _UNIT)
    sheet.name(f"import{spec.number}_money_unit", _UNIT, HELP_ROW)
    sheet.allow_list(sheet.at(HELP_ROW)[_UNIT], UNITS, "表上没有写明金额单位的，在这里选")
    sheet.put(HELP_ROW, _WARNING, Formula(_unit_warning(spec)), appearance.ALARM, bold=True)
    sheet.name(f"import{spec.number}_unit", _WARNING, HELP_ROW)
    for word, fill in (
        (UNKNOWN, appearance.ALARM_FILL),
        (TEXTS, appearance.ALARM_FILL),
        (OTHER_UNIT, appearance.ALARM_FILL),
    ):
        sheet.colour(status, f'LEFT({status},{len(word)})="{word}"', fill, appearance.ALARM)
    sheet.colour(status, f'LEFT({status},{len(NO_UNIT)})="{NO_UNIT}"', appearance.WARNING_FILL)
    sheet.name(f"import{spec.number}_area", letters[0], FIRST_ROW, spec.last_row, letters[-1])


def _money_unit(spec: ImportSheet) -> str:
    """The money unit that the table names, else the one that was chosen."""
    named = BLOCKS[spec.number].fact("unit")
    return f'IF({named}<>"",{named},import{spec.number}_money_unit&"")'


def _status(spec: ImportSheet) -> str:
    """What became of what was pasted, the gravest first."""
    block = BLOCKS[spec.number]
    fact = block.fact
    texts = f'"{TEXTS}："&{block.texts}&" 个数是文字（第一个在 "&{fact("texts_cell")}&"），请转换为数字"'
    unit = f'"{NO_UNIT}：请在第 2 行选择这张表的金额单位（元或万元）"'
    other = f'"{OTHER_UNIT}：表中单位是“"&{fact("unit_name")}&"”，封面上是“"&unit_name&"”"'
    result = (
        f"IF({fact('known')}<>1,{_unknown(spec)},IF({_is_of_other_unit(spec)},{other},IF({block.texts}>0,{texts},"
        f'IF({_money_unit(spec)}="",{unit},{_recognised(spec)}))))'
    )
    return f'=IF(COUNTA({spec.area()})=0,"{NOTHING}",{result})'


def _recognised(spec: ImportSheet) -> str:
    """Which table it is, how many amounts were found in it and what they add up to."""
    fact = BLOCKS[spec.number].fact
    form = f'IF({fact("form")}="","",{fact("form")}&" ")'
    total = f'IF(ISNUMBER({fact("total")}),"，合计 "&ROUND({fact("total")},2)&" "&{_money_unit(spec)},"")'
    return f'"{KNOWN}“"&{form}&"{_quoted(spec.title)}”，取到 "&{fact("count")}&" 个数"&{total}'


def _unknown(spec: ImportSheet) -> str:
    """Why the table isn't recognised: another one, no headings, a column that is not there or there twice."""
    block = BLOCKS[spec.number]
    text = '"合计数不在表头下面，表头和数可能错开了"'
    for amount in reversed(spec.amounts):
        column = block.column(amount)
        if not amount.is_optional:
            text = f'IF({column}="","没有“{amount.label}”一列",{text})'
        text = f'IF(COUNTIF({column},0)>0,"“{amount.label}”不止一列",{text})'
    for other in spec.others:
        text = f'IF(COUNTIF({block.signatures},"{other}")>0,"表名不是{_quoted(spec.title)}",{text})'
    text = f'IF(ISNUMBER({block.fact("heading")}),{text},"没有找到表头")'
    return f'"{UNKNOWN}："&{text}&"，没有取数（应为{spec.label} {_quoted(spec.title)}）"'


def _quoted(text: str) -> str:
    return text.replace('"', '""')


def _is_of_other_unit(spec: ImportSheet) -> str:
    """A condition: the table names a unit, and neither its name nor that on the cover holds the other."""
    name, own = BLOCKS[spec.number].fact("unit_name"), normalised("unit_name")
    return f'IF(OR({name}="",unit_name=""),FALSE,ISERROR(FIND({own},{name}))*ISERROR(FIND({name},{own}))=1)'


def _unit_warning(spec: ImportSheet) -> str:
    """Says so where the pasted table is in another money unit than the workbook."""
    unit = _money_unit(spec)
    differs = f'"单位不符：粘贴的表以"&{unit}&"为单位，本工作簿用"&money_unit'
    return f'=IF(COUNTA({spec.area()})=0,"",IF(OR({unit}="",{unit}=money_unit),"",{differs}))'


def _is_needed(spec: ImportSheet, needs: Needs) -> bool:
    """Whether a table that people see takes its figures from it."""
    return any(spec.number in table.pasted and is_needed(table, needs) for table in ALL_TABLES)


SHEETS: tuple[SheetDeclaration, ...] = tuple(
    SheetDeclaration(
        spec.sheet,
        f"粘贴：{spec.title}",
        spec.columns,
        partial(_lay_out, spec),
        Role.UNIT,
        is_used=uses_official_tables,
        is_needed=partial(_is_needed, spec),
    )
    for spec in IMPORTS
)
