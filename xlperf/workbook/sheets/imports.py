"""The nine official tables (部门决算公开表), pasted as exported: where they go, and how figures are looked up in them.

Codes match as text or as numbers, amounts are taken as they stand: text stays text and shows as an error where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from xlperf.formula.addresses import column_letters
from xlperf.workbook import appearance
from xlperf.workbook.columns import Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration

TITLE_ROW, HELP_ROW, FIRST_ROW = 1, 2, 4
LEAST_WIDTH = 12
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
    return f'=IF({row}="","",IF({found}="","",{found}))'


def _lay_out(spec: ImportSheet, plan: Plan) -> None:
    sheet = plan.draw(spec.sheet, spec.columns)
    letters = spec.columns.ids
    place = spec.columns.at(FIRST_ROW)[letters[0]]
    sheet.put(
        TITLE_ROW,
        letters[0],
        f"粘贴区：表{spec.number}　{spec.title}",
        appearance.HEADER_FILL,
        size=14,
        bold=True,
        height=28,
    )
    help_text = f"把决算软件导出的整张表（含表名、表头、合计行）粘贴到 {place} 单元格，建议“选择性粘贴－数值”。列的次序见第 3 行。"
    sheet.put(HELP_ROW, letters[0], help_text, appearance.MUTED, height=18)
    sheet.put(HELP_ROW, _WARNING, Formula(_unit_warning(spec)), appearance.ALARM, bold=True)
    sheet.name(f"import{spec.number}_unit", _WARNING, HELP_ROW)
    sheet.paste_area(spec.headings, FIRST_ROW, spec.last_row)
    sheet.name(f"import{spec.number}_area", letters[0], FIRST_ROW, spec.last_row, letters[-1])


def _unit_warning(spec: ImportSheet) -> str:
    """Says so where the pasted table names another money unit than the workbook's."""
    yuan = f'COUNTIF({spec.area},"*单位：元*")+COUNTIF({spec.area},"*单位:元*")'
    wan = f'COUNTIF({spec.area},"*单位：万元*")+COUNTIF({spec.area},"*单位:万元*")'
    return (
        f'=IF(AND(money_unit="万元",{yuan}>0),"单位不符：粘贴的表以元为单位，本工作簿用万元",'
        f'IF(AND(money_unit="元",{wan}>0),"单位不符：粘贴的表以万元为单位，本工作簿用元",""))'
    )


def _declared() -> Iterator[SheetDeclaration]:
    for spec in IMPORTS:
        yield SheetDeclaration(spec.sheet, f"粘贴：{spec.title}", spec.columns, partial(_lay_out, spec))


SHEETS = tuple(_declared())
