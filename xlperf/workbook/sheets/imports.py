"""The nine official tables (部门决算公开表), pasted as exported: where they go, and how figures are looked up in them.

Codes match as text or as numbers, amounts are taken as they stand: text stays text and shows as an error where it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

from xlperf.formula.addresses import column_letters
from xlperf.workbook import appearance
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration

TITLE_ROW, HELP_ROW, FIRST_ROW = 1, 2, 4
LEAST_WIDTH = 16
NOTHING, UNKNOWN, TEXTS, NO_UNIT = "未粘贴", "认不出", "文字数", "单位未注明"
# Beside the title: what became of what was pasted.
_STATUS = column_letters(8)
# What shows that a table has the additional columns.
MARKS = {1: "行次", 2: "款", 3: "款", 5: "款", 8: "款", 9: "款"}
_FINAL, _TOTAL = ("*决*算*数*", "*金*额*"), ("*合*计*", "*小*计*", "*本*年*支*出*")
# By table: the columns that amounts are taken from, as the sheet heads them and with additional columns (行次; 类, 款, 项),
# each with the headings one of which must stand there; elsewhere the table is not recognised and gives no number.
_PROOFS: dict[int, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    1: (("B", "C", _FINAL), ("D", "F", _FINAL)),
    2: (("C", "E", _TOTAL), ("D", "F", ("*财*政*拨*款*收*入*",))),
    3: (("C", "E", _TOTAL), ("D", "F", ("*基*本*支*出*",)), ("E", "G", ("*项*目*支*出*",))),
    5: (("C", "E", _TOTAL), ("D", "F", ("*基*本*支*出*",)), ("E", "G", ("*项*目*支*出*",))),
    6: (("C", "C", _FINAL),),
    7: (("A", "A", ("合*计",)), ("A", "A", ("*预*算*数*",)), ("G", "G", ("合*计",)), ("G", "G", ("*决*算*数*",))),
    8: (("C", "E", ("*年*初*结*转*",)), ("H", "J", ("*年*末*结*转*",))),
    9: (("C", "E", ("*年*初*结*转*",)), ("H", "J", ("*年*末*结*转*",))),
}
# Titles of other tables with the same headings.
_OTHERS = {3: "一般公共预算*支出决算*表", 5: "支出决算表", 8: "国有资本经营*表", 9: "政府性基金*表"}
_BUDGETS = ("*年*初*预*算*数", "*调*整*预*算*数", "*全*年*预*算*数", "预*算*数")
# Where the warning of another money unit stands, beside the help.
_WARNING = column_letters(10)


@dataclass(frozen=True)
class ImportSheet:
    """A sheet for one official table: its columns as the accounting software exports them, and how many rows it takes."""

    number: int
    sheet: str
    title: str
    headings: tuple[str, ...]
    capacity: int = 120

    @property
    def last_row(self) -> int:
        """The last row that pasting reaches."""
        return FIRST_ROW + self.capacity - 1

    def column(self, letter: str) -> str:
        """A column of the paste area as formulas write it."""
        return self.columns.span(letter, FIRST_ROW, self.last_row, pin="both", sheet=self.sheet)

    @cached_property
    def columns(self) -> Columns:
        """The columns of the paste area: an official table's have no ids but the letters that its cells are pasted at."""
        letters = [column_letters(number + 1) for number in range(max(len(self.headings), LEAST_WIDTH))]
        return Columns(**{letter: Column("", 14 if n % 3 else 18, "general") for n, letter in enumerate(letters)})

    @property
    def area(self) -> str:
        """The whole paste area on its own sheet."""
        letters = self.columns.ids
        return self.columns.span(letters[0], FIRST_ROW, self.last_row, to=letters[-1], pin="both")


_SIX = ("合计", "因公出国（境）费", "公务用车小计", "公务用车购置费", "公务用车运行费", "公务接待费")
_FUND = ("科目编码", "科目名称", "年初结转和结余", "本年收入", "本年支出小计", "基本支出", "项目支出", "年末结转和结余")
IMPORTS = (
    ImportSheet(1, "表1收支总表", "收入支出决算总表", ("收入项目", "决算数", "支出项目", "决算数"), 80),
    ImportSheet(
        2,
        "表2收入决算",
        "收入决算表",
        (
            "科目编码",
            "科目名称",
            "本年收入合计",
            "财政拨款收入",
            "上级补助收入",
            "事业收入",
            "经营收入",
            "附属单位上缴收入",
            "其他收入",
        ),
    ),
    ImportSheet(
        3,
        "表3支出决算",
        "支出决算表",
        (
            "科目编码",
            "科目名称",
            "本年支出合计",
            "基本支出",
            "项目支出",
            "上缴上级支出",
            "经营支出",
            "对附属单位补助支出",
        ),
    ),
    ImportSheet(
        4,
        "表4财政拨款",
        "财政拨款收入支出决算总表",
        ("收入项目", "决算数", "支出项目", "合计", "一般公共预算", "政府性基金预算", "国有资本经营预算"),
        80,
    ),
    ImportSheet(
        5, "表5一般公共预算", "一般公共预算财政拨款支出决算表", ("科目编码", "科目名称", "合计", "基本支出", "项目支出")
    ),
    ImportSheet(
        6,
        "表6基本支出",
        "一般公共预算财政拨款基本支出决算表",
        ("科目编码", "科目名称", "决算数", "科目编码", "科目名称", "决算数", "科目编码", "科目名称", "决算数"),
        80,
    ),
    ImportSheet(
        7,
        "表7三公经费",
        "财政拨款“三公”经费支出决算表",
        (*(f"预算数：{name}" for name in _SIX), *(f"决算数：{name}" for name in _SIX)),
        20,
    ),
    ImportSheet(8, "表8政府性基金", "政府性基金预算财政拨款收入支出决算表", _FUND, 60),
    ImportSheet(9, "表9国资经营", "国有资本经营预算财政拨款收入支出决算表", _FUND, 60),
)


def table(number: int) -> ImportSheet:
    """The sheet for the official table of that number."""
    return IMPORTS[number - 1]


def row_by_code(number: int, code: str, key: str = "A") -> str:
    """A template for the row that a classification code (a cell's template) stands in; `""` where it stands in none."""
    column = table(number).column(key)
    return f'=IFERROR(MATCH({code},{column},0),IFERROR(MATCH(--{code},{column},0),""))'


def row_by_label(number: int, text: str, key: str = "A") -> str:
    """A template for the first row whose label holds a text (a cell's template); `""` where none does."""
    return f'=IFERROR(MATCH("*"&{text}&"*",{table(number).column(key)},0),"")'


def last_number_row(number: int) -> str:
    """A template for the last row whose first column holds a number; `""` where none does."""
    return f'=IFERROR(MATCH(9.99E+307,{table(number).column("A")}),"")'


def amount(number: int, column: str, row: str) -> str:
    """A template for the amount in a column and row (a cell's template); text is passed on, blank stays blank."""
    found = f"INDEX({table(number).column(column)},{row})"
    return f'=IF({row}="","",IF({is_unknown(number)},"",IF({found}="","",{found})))'


def is_unknown(number: int) -> str:
    """A condition: what is pasted is not the table that the sheet is for, or its columns stand elsewhere."""
    return f'COUNTIF(import{number}_status,"{UNKNOWN}*")>0'


def _lay_out(spec: ImportSheet, plan: Plan) -> None:
    sheet = plan.draw(spec.sheet, spec.columns)
    letters = spec.columns.ids
    place, title = spec.columns.at(FIRST_ROW)[letters[0]], f"粘贴区：表{spec.number}　{spec.title}"
    sheet.put(TITLE_ROW, letters[0], title, appearance.HEADER_FILL, size=14, bold=True, height=28)
    help_text = f"把决算软件导出的整张表（含表名、表头、合计行）粘贴到 {place} 单元格，建议“选择性粘贴－数值”。列的次序见第 3 行。"
    sheet.put(HELP_ROW, letters[0], help_text, appearance.MUTED, height=18)
    sheet.put(HELP_ROW, _WARNING, Formula(_unit_warning(spec)), appearance.ALARM, bold=True)
    sheet.name(f"import{spec.number}_unit", _WARNING, HELP_ROW)
    sheet.put(TITLE_ROW, _STATUS, Formula(_status(spec)), appearance.MUTED, bold=True)
    sheet.name(f"import{spec.number}_status", _STATUS, TITLE_ROW)
    status = sheet.at(TITLE_ROW, "both")[_STATUS]
    sheet.colour(status, f'LEFT({status},{len(UNKNOWN)})="{UNKNOWN}"', appearance.ALARM_FILL, appearance.ALARM)
    sheet.colour(status, f'LEFT({status},{len(TEXTS)})="{TEXTS}"', appearance.ALARM_FILL, appearance.ALARM)
    sheet.colour(status, f'LEFT({status},{len(NO_UNIT)})="{NO_UNIT}"', appearance.WARNING_FILL)
    sheet.paste_area(spec.headings, FIRST_ROW)
    sheet.name(f"import{spec.number}_area", letters[0], FIRST_ROW, spec.last_row, letters[-1])


def _status(spec: ImportSheet) -> str:
    """What became of what was pasted: nothing there, not recognised, amounts that are text, no money unit, or in order."""
    # LibreOffice's patterns match numbers too; those that are numbers are taken off again.
    number = f'{spec.area},">-9E+307"'
    texts = "+".join(
        f'COUNTIF({spec.area},"{shape}")-COUNTIFS({spec.area},"{shape}",{number})' for shape in ("*.??", "*.?")
    )
    units = "+".join(f'COUNTIF({spec.area},"*单位{colon}*元*")' for colon in "：:")
    rest = (
        f'IF({texts}>0,"{TEXTS}："&({texts})&" 个数是文字，请转换为数字",'
        f'IF({units}=0,"{NO_UNIT}：请在粘贴的表上写明“单位：元”或“单位：万元”","已粘贴，按表头核对了各列"))'
    )
    unknown = f'"{UNKNOWN}：表名或各列的表头与表{spec.number}（{spec.title}）不同，没有取数"'
    doubt = _doubt(spec)
    checked = f"IF({doubt},{unknown},{rest})" if doubt else rest
    return f'=IF(COUNTA({spec.area})=0,"{NOTHING}",{checked})'


def _doubt(spec: ImportSheet) -> str:
    """A condition: some heading does not stand where its amounts are taken from, or the table is another one."""
    proofs = _PROOFS.get(spec.number, ())
    if not proofs:
        return ""
    plain = ",".join(_missing(spec, column, headings) for column, _, headings in proofs)
    wide = ",".join(_missing(spec, column, headings) for _, column, headings in proofs)
    conditions = [f"OR({plain})"]
    if mark := MARKS.get(spec.number):
        first = spec.columns.span("A", FIRST_ROW, spec.last_row, to="C", pin="both")
        conditions = [f'IF(COUNTIF({first},"{mark}")>0,OR({wide}),OR({plain}))']
    if spec.number != 7:
        conditions += [f'COUNTIF({spec.area},"{heading}")>0' for heading in _BUDGETS]
    if other := _OTHERS.get(spec.number):
        conditions.append(f'COUNTIF({spec.area},"{other}")>0')
    return f"OR({','.join(conditions)})"


def _missing(spec: ImportSheet, column: str, headings: tuple[str, ...]) -> str:
    """A condition: none of the headings stands in a column."""
    cells = spec.columns.span(column, FIRST_ROW, spec.last_row, pin="both")
    return "+".join(f'COUNTIF({cells},"{heading}")' for heading in headings) + "=0"


def _unit_warning(spec: ImportSheet) -> str:
    """Says so where the pasted table names another money unit than the workbook's."""
    yuan = f'COUNTIF({spec.area},"*单位：元*")+COUNTIF({spec.area},"*单位:元*")'
    wan = f'COUNTIF({spec.area},"*单位：万元*")+COUNTIF({spec.area},"*单位:万元*")'
    return (
        f'=IF(AND(money_unit="万元",{yuan}>0),"单位不符：粘贴的表以元为单位，本工作簿用万元",'
        f'IF(AND(money_unit="元",{wan}>0),"单位不符：粘贴的表以万元为单位，本工作簿用元",""))'
    )


SHEETS = tuple(
    SheetDeclaration(spec.sheet, f"粘贴：{spec.title}", spec.columns, partial(_lay_out, spec)) for spec in IMPORTS
)
