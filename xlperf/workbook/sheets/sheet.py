"""A worksheet being laid out: titled, with columns, inputs, formulas, names, and rows as tall as their text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.errors import UserError
from xlperf.values import Value
from xlperf.workbook.sheets import styles

LINE_POINTS = 14.0
MAXIMUM_ROW_POINTS = 409.0
PIXELS_PER_WIDTH, WIDE_PIXELS, NARROW_PIXELS = 7.0, 13.4, 7.0
WRAPPING_LOSS = 1.03
_WIDE_SIGNS = "“”‘’…—×÷≥≤"


class Formula(str):
    """A formula, with its equals sign. Any other text is written as text, whatever it starts with."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet: heading, width in characters, what its cells hold."""

    heading: str
    width: float
    format: str = "text"
    is_input: bool = False
    is_centred: bool = False
    is_muted: bool = False


class Sheet:
    """One worksheet with its columns and the next free row."""

    def __init__(self, book: Workbook, title: str, columns: Sequence[Column]) -> None:
        self.book = book
        self.page: Worksheet = book.create_sheet(title)
        self.columns = tuple(columns)
        self.row = 1
        self._looks: dict[tuple[str, bool, Column], StyleArray] = {}
        for number, column in enumerate(self.columns, 1):
            self.page.column_dimensions[get_column_letter(number)].width = column.width
        self._set_up_page()

    def _set_up_page(self) -> None:
        page = self.page
        page.sheet_view.showGridLines = False
        page.sheet_view.zoomScale = 100
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = 9
        page.page_setup.fitToWidth = 1
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.print_options.horizontalCentered = True
        page.page_margins.left = page.page_margins.right = 0.4
        page.page_margins.top, page.page_margins.bottom, page.page_margins.footer = 0.55, 0.7, 0.35
        page.oddFooter.center.text = "&A　第 &P 页，共 &N 页"
        page.protection.sheet = True
        page.protection.formatCells = False
        page.protection.formatColumns = False
        page.protection.formatRows = False
        page.protection.autoFilter = False
        page.protection.sort = False

    def title(self, text: str, note: str = "") -> None:
        """The sheet's heading and a line of help below it."""
        width = len(self.columns)
        for content, size, color in ((text, 16, styles.HEADER_FILL), (note, 10, styles.MUTED)):
            if not content:
                continue
            self.page.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=width)
            cell = self.page.cell(self.row, 1, content)
            cell.font = styles.font(size=size, bold=size > 10, color=color)
            cell.alignment = styles.align()
            self.page.row_dimensions[self.row].height = max(26.0 if size > 10 else 0, self.height_across(content))
            self.row += 1

    def height_across(self, text: str) -> float:
        """Points needed to show a text that runs across all columns."""
        return height_of(text, sum(column.width for column in self.columns))

    def header(self, *, is_frozen: bool = True, headings: Sequence[str] = ()) -> None:
        """The row of column headings; repeated on every printed page and kept in sight where frozen."""
        for number, heading in enumerate(headings or [c.heading for c in self.columns], 1):
            cell = self.page.cell(self.row, number, heading or None)
            cell.font = styles.font(bold=True, color=styles.WHITE)
            cell.fill = styles.fill(styles.HEADER_FILL)
            cell.alignment = styles.align("center")
            cell.border = styles.GRID
        self.page.row_dimensions[self.row].height = 24
        if is_frozen:
            self.page.freeze_panes = self.page.cell(self.row + 1, 1)
            self.page.print_title_rows = f"{self.row}:{self.row}"
        self.row += 1

    def section(self, text: str) -> None:
        """A row that heads a group of lines."""
        for number in range(1, len(self.columns) + 1):
            cell = self.page.cell(self.row, number, text if number == 1 else None)
            cell.font = styles.font(bold=True)
            cell.fill = styles.fill(styles.SECTION_FILL)
            cell.border = styles.GRID
            cell.alignment = styles.align(is_wrapped=False)
        self.page.row_dimensions[self.row].height = 20
        self.row += 1

    def line(self, values: Sequence[Value], *, is_bold: bool = False, formats: Sequence[str | None] = ()) -> int:
        """Writes a row of values and formulas in the columns' style; the row number."""
        row = self.row
        for number, (column, value) in enumerate(zip(self.columns, values, strict=True), 1):
            chosen = formats[number - 1] if number <= len(formats) else None
            self._write(row, number, column, value, chosen or column.format, is_bold)
        heights = [height_of(v, c.width) for c, v in zip(self.columns, values, strict=True) if _is_text(v)]
        self.page.row_dimensions[row].height = min(max([20.0, *heights]), MAXIMUM_ROW_POINTS)
        self.row += 1
        return row

    def _write(self, row: int, number: int, column: Column, value: Value, kind: str, is_bold: bool) -> None:
        cell = self.page.cell(row, number)
        cell.value = str(value) if isinstance(value, Formula) else value
        if _is_text(value):
            cell.data_type = "s"
        # openpyxl compares whole style objects at every assignment; cells of one look share theirs instead.
        look = kind, is_bold, column
        if look in self._looks:
            cell._style = copy(self._looks[look])
            return
        is_number = kind not in ("text", "flag", "general")
        cell.number_format = styles.FORMATS[kind]
        cell.font = styles.font(color=styles.MUTED, size=8) if column.is_muted else styles.font(bold=is_bold)
        cell.alignment = styles.align("center" if column.is_centred else "right" if is_number else "left")
        cell.border = styles.GRID
        if column.is_input:
            self.unlock(row, number)
        self._looks[look] = copy(cell._style)

    def link(self, row: int, number: int, target: str, address: str = "A1") -> None:
        """Makes a cell lead to a place in the workbook, in the look of a link."""
        cell = self.page.cell(row, number)
        place = f"{quote_sheetname(target)}!{address}"
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, display=str(cell.value or ""))
        cell.font = styles.font(color=styles.LINK, underline=True)

    def break_page(self) -> None:
        """Begins a new printed page with the next row."""
        self.page.row_breaks.append(Break(id=self.row - 1))

    def lock(self, row: int, number: int) -> None:
        """Takes the look of an input from a cell that is not filled in by hand."""
        cell = self.page.cell(row, number)
        cell.fill = styles.fill(styles.WHITE)
        cell.protection = styles.LOCKED

    def unlock(self, row: int, number: int) -> None:
        """Gives a cell the look of an input."""
        cell = self.page.cell(row, number)
        cell.fill = styles.fill(styles.INPUT_FILL)
        cell.protection = styles.UNLOCKED

    def ref(self, column: int, row: int) -> str:
        """A cell's address on its own sheet, column counted from 1."""
        return f"{get_column_letter(column)}{row}"

    def absolute(self, column: int, row: int) -> str:
        """A cell's address with dollar signs."""
        return f"${get_column_letter(column)}${row}"

    def name(self, name: str, column: int, row: int, end_row: int | None = None, end_column: int | None = None) -> None:
        """Gives a cell or a range a name that formulas and programs use.

        Errors: UserError: a framework's id is a name that the workbook needs for itself.
        """
        if name in self.book.defined_names:
            raise UserError(f"指标体系里的编号 {name} 与工作簿自用的名称相同，请换一个编号。")
        address = self.absolute(column, row)
        if end_row is not None or end_column is not None:
            address += f":{self.absolute(end_column or column, end_row or row)}"
        self.book.defined_names[name] = DefinedName(name, attr_text=f"{quote_sheetname(self.page.title)}!{address}")

    def name_columns(self, names: Iterable[tuple[str, int]], first: int, last: int) -> None:
        """Names columns of a table over its rows."""
        for name, column in names:
            self.name(name, column, first, last)

    def allow_list(self, address: str, choices: Sequence[str], title: str) -> None:
        """Lets a cell take one of a few texts, with a Chinese message for anything else."""
        rule = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=True)
        self._validate(rule, address, title, f"请从下拉列表中选择：{'、'.join(choices)}")

    def suggest(self, address: str, source: str, title: str, message: str) -> None:
        """Offers a cell the texts of a range, without refusing others."""
        rule = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=False)
        self._validate(rule, address, title, message)

    def allow_number(self, address: str, low: str, high: str, title: str, message: str) -> None:
        """Lets a cell take a number between two bounds."""
        rule = DataValidation(
            "decimal", operator="between", formula1=low, formula2=high, allow_blank=True, showErrorMessage=True
        )
        self._validate(rule, address, title, message)

    def _validate(self, rule: DataValidation, address: str, title: str, message: str) -> None:
        rule.errorTitle, rule.error = title[:32], message[:255]
        rule.promptTitle, rule.prompt, rule.showInputMessage = title[:32], message[:255], True
        rule.add(address)
        self.page.add_data_validation(rule)

    def colour(self, address: str, formula: str, fill: str, text: str = styles.INK) -> None:
        """Colours cells where a formula (relative to the first of them) holds."""
        self.page.conditional_formatting.add(
            address, Rule(type="expression", formula=[formula], dxf=styles.highlight(fill, text))
        )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not isinstance(value, Formula)


def height_of(text: object, width: float) -> float:
    """Points needed to show text of 10 points wrapped in a column; a Chinese sign is about twice as wide as a Latin one."""
    usable = max(width * PIXELS_PER_WIDTH - 4, 14.0)
    lines = 0
    for line in str(text).split("\n"):
        pixels = sum(WIDE_PIXELS if ord(sign) > 0x2E7F or sign in _WIDE_SIGNS else NARROW_PIXELS for sign in line)
        lines += max(1, math.ceil(pixels * WRAPPING_LOSS / usable))
    return lines * LINE_POINTS + 6
