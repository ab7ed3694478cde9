"""A worksheet being drawn: titled, with columns, inputs, formulas, names, and rows as tall as their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.errors import UserError
from xlperf.formula.addresses import column_letters, reference
from xlperf.values import Value
from xlperf.workbook import appearance
from xlperf.workbook.appearance import MAXIMUM_ROW_POINTS, height_of
from xlperf.workbook.columns import Cells, Column, Columns, Formula, Pin
from xlperf.workbook.drawing import charts, paste_area, styles

# The scale, in percent, at which half a sheet fits A4 across; type of 10 points is printed at 8.
HALF_SCALE = 80

# The looks that cells of a workbook have already, by what they follow from.
_LOOKS: WeakKeyDictionary[Workbook, dict[object, StyleArray]] = WeakKeyDictionary()


class Sheet:
    """One worksheet with its columns, addressed by their ids, and the next free row."""

    def __init__(self, book: Workbook, title: str, columns: Columns) -> None:
        self.book = book
        self.page: Worksheet = book.create_sheet(title)
        self.columns = columns
        self.row = 1
        self._looks = _LOOKS.setdefault(book, {})
        # The columns that headings and notes run across: on the first printed page, those not repeated on the next.
        self._across = range(1, len(self.columns) + 1)
        for number, column in enumerate(self.columns, 1):
            dimension = self.page.column_dimensions[column_letters(number)]
            dimension.width, dimension.hidden = column.width, column.is_hidden
        self._set_up_page()

    def _set_up_page(self) -> None:
        page = self.page
        page.sheet_view.showGridLines = False
        page.sheet_view.zoomScale = 100
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = 9
        page.page_setup.fitToWidth = 1
        page.page_setup.fitToHeight = 0
        page.page_setup.errors = "dash"
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

    def at(self, row: int | None = None, pin: Pin = "") -> Cells:
        """The cells of a row, of the next free one where none is given."""
        return self.columns.at(self.row if row is None else row, pin)

    def span(self, first: str, top: int, bottom: int, *, to: str = "", pin: Pin = "") -> str:
        """The cells of a column from one row to another; up to a further column, where one is given."""
        return self.columns.span(first, top, bottom, to=to, pin=pin)

    def title(self, text: str, note: str = "") -> None:
        """The sheet's heading and a line of help below it."""
        self.across(text, size=16, bold=True, color=appearance.HEADER_FILL, lowest=26.0)
        if note:
            self.across(note, color=appearance.MUTED)

    def across(
        self,
        text: str,
        *,
        size: int = 10,
        bold: bool = False,
        color: str = appearance.INK,
        lowest: float = 0.0,
        height: float | None = None,
        is_centred: bool = False,
    ) -> int:
        """A text that runs across all columns, in a row as tall as it needs and at least so many points; the row number.

        A formula's text isn't known: it is told its height.
        """
        row = self.row
        first = self._across[0]
        self.page.merge_cells(start_row=row, end_row=row, start_column=first, end_column=self._across[-1])
        cell = self.page.cell(row, first, text)
        cell.font = styles.font(size=size, bold=bold, color=color)
        cell.alignment = styles.align("center" if is_centred else "left")
        self.page.row_dimensions[row].height = height or max(lowest, self._height_across(text))
        self.row += 1
        return row

    def _height_across(self, text: str) -> float:
        columns = [column for number, column in enumerate(self.columns, 1) if number in self._across]
        return height_of(text, sum(column.width for column in columns if not column.is_hidden))

    def header(
        self, *, is_frozen: bool = True, headings: Mapping[str, str] | None = None, height: float = 24.0
    ) -> None:
        """The row of column headings; repeated on every printed page and kept in sight where frozen."""
        shown = [column.heading for column in self.columns]
        if headings is not None:
            shown = [headings.get(identifier, "") for identifier in self._known(headings)]
        for number, heading in enumerate(shown, 1):
            cell = self.page.cell(self.row, number, heading or None)
            if self._is_dressed(cell, "heading"):
                continue
            cell.font = styles.font(bold=True, color=appearance.WHITE)
            cell.fill = styles.fill(appearance.HEADER_FILL)
            cell.alignment = styles.align("center")
            cell.border = styles.BORDER
            self._looks["heading"] = copy(cell._style)
        self.page.row_dimensions[self.row].height = height
        if is_frozen:
            self.page.freeze_panes = self.page.cell(self.row + 1, 1)
            self.page.print_title_rows = f"{self.row}:{self.row}"
        self.row += 1

    def repeat(self, first: int) -> None:
        """Keeps the rows from one to the last written in sight, and repeats them on every printed page."""
        self.page.freeze_panes = self.page.cell(self.row, 1)
        self.page.print_title_rows = f"{first}:{self.row - 1}"

    def merge(self, column: str, top: int, bottom: int, *, to: str = "", is_at_top: bool = False) -> None:
        """Makes one cell of the cells of a column (up to a further one) between two rows; it keeps what the first says.

        `is_at_top`: the text stands in the first row, so that a page break can't cut it or leave it to a later page.
        """
        if top == bottom and not to:
            return
        cell = self.page[self.at(top)[column]]
        if is_at_top:
            alignment = copy(cell.alignment)
            alignment.vertical = "top"
            cell.alignment = alignment
        self.page.merge_cells(self.span(column, top, bottom, to=to))

    def freeze(self, column: str) -> None:
        """Keeps the rows above the next one and the columns left of this one in sight."""
        self.page.freeze_panes = self.at()[column]

    def section(self, text: str) -> None:
        """A row that heads a group of lines."""
        for number in range(1, len(self.columns) + 1):
            cell = self.page.cell(self.row, number, text if number == 1 else None)
            if self._is_dressed(cell, "section"):
                continue
            cell.font = styles.font(bold=True)
            cell.fill = styles.fill(appearance.SECTION_FILL)
            cell.border = styles.BORDER
            cell.alignment = styles.align(is_wrapped=False)
            self._looks["section"] = copy(cell._style)
        self.page.row_dimensions[self.row].height = 20
        self.row += 1

    def line(
        self,
        values: Mapping[str, Value],
        *,
        is_bold: bool = False,
        formats: Mapping[str, str] | None = None,
        expected: Mapping[str, str] | None = None,
        joined: tuple[str, str] | None = None,
    ) -> int:
        """Writes a row of values and formulas by the ids of their columns, in the columns' style; the row number.

        `expected`: texts that formulas will show, as far as they can be told, for which the row is made tall enough.
        `joined`: the columns from one to another that are one cell.
        """
        row, formats = self.row, formats or {}
        self._known(formats)
        held = [values.get(identifier) for identifier in self._known(values)]
        for number, (identifier, column, value) in enumerate(zip(self.columns.ids, self.columns, held, strict=True), 1):
            self._write(row, number, column, value, formats.get(identifier) or column.format, is_bold)
        widths = [column.width for column in self.columns]
        if joined:
            left, right = map(self.columns.number, joined)
            widths[left - 1] = sum(widths[left - 1 : right])
            self.merge(joined[0], row, row, to=joined[1])
        heights = [
            height_of(value, width)
            for column, width, value in zip(self.columns, widths, held, strict=True)
            if _is_text(value) and not column.is_hidden
        ]
        heights += [height_of(text, self.columns[identifier].width) for identifier, text in (expected or {}).items()]
        if not joined:
            self.page.row_dimensions[row] = styles.FittingRow(self.page, index=row)
        self.page.row_dimensions[row].height = min(max([20.0, *heights]), MAXIMUM_ROW_POINTS)
        self.row += 1
        return row

    def _known(self, given: Mapping[str, object]) -> tuple[str, ...]:
        """The ids of all columns, once it is sure that there are no others among those given."""
        for identifier in given:
            self.columns.number(identifier)
        return self.columns.ids

    def _write(self, row: int, number: int, column: Column, value: Value, kind: str, is_bold: bool) -> None:
        cell = self.page.cell(row, number)
        cell.value = str(value) if isinstance(value, Formula) else value
        if _is_text(value):
            cell.data_type = "s"
        look = kind, is_bold, column.is_input, column.is_muted, column.is_centred, column.is_hidden
        if self._is_dressed(cell, look):
            return
        is_number = kind not in ("text", "flag", "general")
        cell.number_format = appearance.FORMATS[kind]
        cell.font = styles.font(color=appearance.MUTED, size=8) if column.is_muted else styles.font(bold=is_bold)
        # A long text that nobody sees must not ask for a tall row.
        horizontal = "center" if column.is_centred else "right" if is_number else "left"
        cell.alignment = styles.align(horizontal, is_wrapped=not column.is_hidden)
        cell.border = styles.BORDER
        if column.is_input:
            self._unlock(row, number)
        self._looks[look] = copy(cell._style)

    def _is_dressed(self, cell: Cell, look: object) -> bool:
        """Gives a cell a look that another one has already, and says so.

        openpyxl compares whole style objects at every assignment; cells of one look share theirs instead.
        """
        if look not in self._looks:
            return False
        cell._style = copy(self._looks[look])
        return True

    def put(
        self, row: int, column: str, value: str, color: str, *, size: int = 10, bold: bool = False, height: float = 0.0
    ) -> None:
        """Writes a text or formula outside of the table's lines."""
        cell = self.page[self.at(row)[column]]
        cell.value, cell.font = value, styles.font(size=size, bold=bold, color=color)
        if height:
            self.page.row_dimensions[row].height = height

    def set(self, row: int, column: str, value: Value, kind: str) -> None:
        """Puts another value into a cell, shown in another format; the rest of its look stays."""
        cell = self.page[self.at(row)[column]]
        cell.value, cell.number_format = value, appearance.FORMATS[kind]

    def link(self, row: int, column: str, target: str, address: str = "") -> None:
        """Makes a cell lead to a place in the workbook (the top of a sheet), in the look of a link."""
        cell = self.page[self.at(row)[column]]
        place = f"{quote_sheetname(target)}!{address or reference(1, 1)}"
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, display=str(cell.value or ""))
        cell.font = styles.font(color=appearance.LINK, underline=True)

    def break_page(self) -> None:
        """Begins a new printed page with the next row."""
        self.page.row_breaks.append(Break(id=self.row - 1))

    def print_in_two(self, last: str) -> None:
        """Prints the sheet two pages wide, up to a column and the rest, the first column on both; to be told first."""
        page, end = self.page, self.columns.number(last)
        self._across = range(2, end + 1)
        page.sheet_properties.pageSetUpPr.fitToPage = False
        page.page_setup.scale, page.page_setup.pageOrder = HALF_SCALE, "overThenDown"
        page.col_breaks.append(Break(id=end))
        page.print_title_cols = "A:A"

    def print_up_to(self, column: str) -> None:
        """Leaves the columns behind one out of print; to be told last."""
        self.page.print_area = self.span(self.columns.ids[0], 1, self.row - 1, to=column)

    def hide_row(self, row: int) -> None:
        """Keeps a row out of sight."""
        self.page.row_dimensions[row].hidden = True

    def lock(self, row: int, *columns: str) -> None:
        """Takes the look of an input from cells that are not filled in by hand: those named, or all inputs of the row."""
        for column in columns or self.columns.inputs:
            cell = self.page[self.at(row)[column]]
            look = "locked", tuple(cell._style)
            if not self._is_dressed(cell, look):
                cell.fill = styles.fill(appearance.WHITE)
                cell.protection = styles.LOCKED
                self._looks[look] = copy(cell._style)

    def unlock(self, row: int, *columns: str) -> None:
        """Gives cells the look of inputs."""
        for column in columns:
            self._unlock(row, self.columns.number(column))

    def _unlock(self, row: int, number: int) -> None:
        cell = self.page.cell(row, number)
        look = "unlocked", tuple(cell._style)
        if not self._is_dressed(cell, look):
            cell.fill = styles.fill(appearance.INPUT_FILL)
            cell.protection = styles.UNLOCKED
            self._looks[look] = copy(cell._style)

    def free(self) -> None:
        """Takes the protection off the sheet: people may write where they like."""
        self.page.protection.sheet = False

    def tint(self, row: int, column: str, color: str, *, is_bold: bool = True) -> None:
        """Writes a cell's text in a colour."""
        self.page[self.at(row)[column]].font = styles.font(bold=is_bold, color=color)

    def blank(self, row: int, *columns: str) -> None:
        """Leaves cells of a row out of the table that it belongs to."""
        for column in columns:
            cell = self.page[self.at(row)[column]]
            cell.fill, cell.border, cell.protection = styles.fill(appearance.WHITE), styles.NO_BORDER, styles.LOCKED

    def align_left(self, row: int, column: str) -> None:
        """Lets a cell's text begin at the left of its column."""
        self.page[self.at(row)[column]].alignment = styles.align()

    def chart_of(
        self,
        title: str,
        columns: tuple[str, str],
        rows: range,
        at: str,
        *,
        bars: Sequence[tuple[str, str]],
        size: tuple[float, float],
    ) -> None:
        """A chart, beginning at a cell, of the labels and rates in some rows: the label and colour of each bar, width and
        height in cm.
        """
        label, rate = map(self.columns.number, columns)
        charts.add_rate_chart(title, self.page, (label, rate), rows, at, bars=bars, size=size)

    def paste_area(self, headings: Sequence[str], top: int) -> None:
        """Headings and below them an area to paste a table into."""
        paste_area.lay_out(self.page, len(self.columns), headings, top)

    def name(self, name: str, column: str, row: int, end_row: int | None = None, to: str = "") -> None:
        """Gives a cell, or the cells down to a row and up to a further column, a name that formulas and programs use."""
        last = row if end_row is None else end_row
        area = self.span(column, row, last, to=to, pin="both")
        self._define(name, area if end_row is not None or to else self.at(row, "both")[column])

    def _define(self, name: str, address: str) -> None:
        """Errors: UserError: a framework's id is a name that the workbook needs for itself."""
        if name in self.book.defined_names:
            raise UserError(f"指标体系里的编号 {name} 与工作簿自用的名称相同，请换一个编号。")
        self.book.defined_names[name] = DefinedName(name, attr_text=f"{quote_sheetname(self.page.title)}!{address}")

    def name_columns(self, prefix: str, first: int, last: int) -> None:
        """Names the columns over the rows of a table: `indicator_weight` for the column `weight`."""
        self.name_each({f"{prefix}_{identifier}": identifier for identifier in self.columns.named}, first, last)

    def name_each(self, columns: Mapping[str, str], first: int, last: int) -> None:
        """Gives names to columns (by their ids) over some rows."""
        for name, column in columns.items():
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

    def colour(self, address: str, formula: str, fill: str, text: str = appearance.INK) -> None:
        """Colours cells where a formula (relative to the first of them) holds."""
        self.page.conditional_formatting.add(
            address, Rule(type="expression", formula=[formula], dxf=styles.highlight(fill, text))
        )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not isinstance(value, Formula)
