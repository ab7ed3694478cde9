"""Workbooks of results written row by row with XlsxWriter, in the look of the master workbook.

XlsxWriter keeps one row in memory, dates everything alike and writes charts and page set-up whole, which openpyxl's
write-only mode does not; thousands of units take no more memory than one, and the same results give the same bytes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.workbook import appearance
from xlperf.workbook.appearance import height_of
from xlperf.workbook.columns import Column

Cell = str | float | int | None
LONGEST_TEXT = 32_000
LONGEST_NAME = 31
LONGEST_LINK = 255

HIGHEST_ROW = 409.0
# Characters that fit across A4 upright in letters that can still be read (about 7 points).
WIDEST_UPRIGHT = 140
_MADE = dt.datetime(2020, 1, 1)
_UNFIT = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def safe(text: str) -> str:
    """A text as a cell may hold it: without what a program obeys, never so long that it would be left out."""
    shown = printable(text)[:LONGEST_TEXT]
    # XlsxWriter takes this for markup of its own and would write it as it stands.
    return f" {shown}" if shown.startswith("<r>") else shown


class Book:
    """A workbook being written."""

    def __init__(self, target: Path | BytesIO, title: str, *, has_tall_merges: bool = False) -> None:
        """`has_tall_merges`: cells are merged over several rows, so that rows can't be written out one by one."""
        options = {"constant_memory": not has_tall_merges, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = Workbook(str(target) if isinstance(target, Path) else target, options)
        self.book.set_properties({"author": "xlperf", "title": safe(title), "created": _MADE})
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._names: set[str] = {"history"}

    def name(self, wanted: str) -> str:
        """A name for a sheet that is allowed and that no other has."""
        clean = _UNFIT.sub(" ", printable(wanted)).strip("' ") or "表"
        name, number = _cut(clean, LONGEST_NAME), 1
        while name.casefold() in self._names:
            number += 1
            mark = f"({number})"
            name = _cut(clean, LONGEST_NAME - len(mark)) + mark
        self._names.add(name.casefold())
        return name

    def look(self, **wanted: Any) -> Format:
        """A format in the workbook's one typeface; the same one for the same wishes."""
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            usual = {
                "font_name": appearance.FONT,
                "font_size": 10,
                "font_color": _hex(appearance.INK),
                "valign": "vcenter",
            }
            self._formats[key] = self.book.add_format({**usual, **wanted})
        return self._formats[key]

    def close(self) -> None:
        """Writes the file."""
        self.book.close()

    def discard(self) -> None:
        """Lets go of the files that rows wait in, where the workbook was not written: only closing does that."""
        if not self.book.fileclosed:
            with contextlib.suppress(OSError, XlsxWriterException):
                self.book.close()


class Page:
    """A worksheet with its columns and the next free row (from 0)."""

    def __init__(self, book: Book, name: str, columns: Sequence[Column]) -> None:
        """`name`: one that Book.name gave. Narrow sheets are printed upright, wide ones across."""
        self.book, self.title_text, self.columns, self.row = book, name, tuple(columns), 0
        self.sheet: Worksheet = book.book.add_worksheet(name)
        for number, column in enumerate(self.columns):
            self.sheet.set_column(number, number, column.width)
        self._set_up()

    def _set_up(self) -> None:
        sheet = self.sheet
        sheet.hide_gridlines(2)
        if self.width > WIDEST_UPRIGHT:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_margins(left=0.4, right=0.4, top=0.55, bottom=0.7)
        sheet.set_footer("&C&A　第 &P 页，共 &N 页", {"margin": 0.35})

    @property
    def width(self) -> float:
        """The width of all columns in characters."""
        return sum(column.width for column in self.columns)

    def title(self, text: str, *notes: str) -> None:
        """The sheet's heading and lines of help below it."""
        self.across(text, size=16, bold=True, colour=appearance.HEADER_FILL, lowest=26)
        for note in notes:
            if note:
                self.across(note, colour=appearance.MUTED)

    def across(
        self,
        text: str,
        *,
        size: int = 10,
        bold: bool = False,
        colour: str = appearance.INK,
        align: str = "left",
        lowest: float = 20.0,
    ) -> None:
        """A text that runs across all columns."""
        look = self.book.look(font_size=size, bold=bold, font_color=_hex(colour), text_wrap=True, align=align)
        height = height_of(text, self.width * 10 / size) * size / 10
        self.sheet.set_row(self.row, min(max(lowest, height), HIGHEST_ROW))
        if len(self.columns) == 1:
            self.sheet.write_string(self.row, 0, safe(text), look)
        else:
            self.sheet.merge_range(self.row, 0, self.row, len(self.columns) - 1, "", look)
            self.sheet.write_string(self.row, 0, safe(text), look)
        self.row += 1

    def header(self, *, frozen_columns: int = 0, is_frozen: bool = True) -> None:
        """The row of headings; repeated on every printed page and kept in sight where frozen."""
        look = self.heading_look()
        heights = [height_of(column.heading, column.width) for column in self.columns]
        self.sheet.set_row(self.row, max(24.0, *heights))
        for number, column in enumerate(self.columns):
            self.sheet.write_string(self.row, number, safe(column.heading), look)
        if is_frozen:
            self.freeze(self.row, frozen_columns)
        self.row += 1

    def heading_look(self, **wanted: Any) -> Format:
        """The look of a heading."""
        usual = {"bold": True, "font_color": _hex(appearance.WHITE), "bg_color": _hex(appearance.HEADER_FILL)}
        return self.book.look(**{**usual, **_GRID, "align": "center", "text_wrap": True, **wanted})

    def freeze(self, row: int, columns: int = 0, first: int | None = None) -> None:
        """Keeps the rows to this one and the first columns in sight, and repeats rows `first` to `row` in print."""
        self.sheet.freeze_panes(row + 1, columns)
        self.sheet.repeat_rows(row if first is None else first, row)

    def section(self, text: str) -> None:
        """A row that heads a group of lines."""
        look = self.book.look(bold=True, bg_color=_hex(appearance.SECTION_FILL), **_GRID)
        self.sheet.set_row(self.row, 20)
        self.sheet.write_string(self.row, 0, safe(text), look)
        for number in range(1, len(self.columns)):
            self.sheet.write_blank(self.row, number, None, look)
        self.row += 1

    def line(self, values: Sequence[Cell], *, is_bold: bool = False, formats: Sequence[str | None] = ()) -> int:
        """Writes a row in the style of the first columns; the number of the row."""
        row = self.row
        columns = self.columns[: len(values)]
        heights = [height_of(v, c.width) for c, v in zip(columns, values, strict=True) if isinstance(v, str)]
        self.sheet.set_row(row, min(max([20.0, *heights]), HIGHEST_ROW))
        for number, (column, value) in enumerate(zip(columns, values, strict=True)):
            chosen = formats[number] if number < len(formats) else None
            self._write(row, number, value, self._cell_look(column, chosen or column.format, is_bold))
        self.row += 1
        return row

    def _cell_look(self, column: Column, kind: str, is_bold: bool) -> Format:
        is_number = kind not in ("text", "flag", "general")
        align = "center" if column.is_centred else "right" if is_number else "left"
        told: dict[str, Any] = {
            "num_format": appearance.FORMATS[kind],
            "align": align,
            "text_wrap": True,
            "bold": is_bold,
        }
        if column.is_muted:
            told |= {"font_color": _hex(appearance.MUTED), "font_size": 8}
        return self.book.look(**told, **_GRID)

    def _write(self, row: int, column: int, value: Cell, look: Format) -> None:
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, look)
        elif isinstance(value, str):
            self.sheet.write_string(row, column, safe(value), look)
        else:
            self.sheet.write_number(row, column, value, look)

    def link(self, row: int, column: int, text: str, target: str, *, is_title: bool = False) -> None:
        """Writes a text that leads to another sheet."""
        usual = {"font_size": 16, "bold": True} if is_title else {"underline": 1, **_GRID}
        look = self.book.look(font_color=_hex(appearance.LINK), text_wrap=True, **usual)
        place = target.replace("'", "''")
        self.sheet.write_url(row, column, f"internal:'{place}'!A1", look, safe(text)[:LONGEST_LINK])

    def filter(self, first: int, last_column: int | None = None) -> None:
        """Buttons to filter and sort the rows from the headings at `first` to the last one written."""
        last = len(self.columns) - 1 if last_column is None else last_column
        if self.row > first + 1:
            self.sheet.autofilter(first, 0, self.row - 1, last)

    def colour_scale(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Colours rates from red over yellow (80%) to green, the same in every sheet, so that pages can be compared."""
        if last_row < first_row or last_column < first_column:
            return
        scale = {"type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num"}
        values = {"min_value": 0.4, "mid_value": 0.8, "max_value": 1}
        colours = {"min_color": "#F4A9A2", "mid_color": "#FFF2CC", "max_color": "#A9D8AE"}
        self.sheet.conditional_format(first_row, first_column, last_row, last_column, {**scale, **values, **colours})


_GRID = {"border": 1, "border_color": f"#{appearance.GRID}"}


def _hex(colour: str) -> str:
    return f"#{colour}"


def _cut(text: str, most: int) -> str:
    """The beginning of a text that has at most so many UTF-16 units, as Excel counts."""
    while len(text.encode("utf-16-le", "replace")) // 2 > most:
        text = text[:-1]
    return text.strip("' ")


@contextlib.contextmanager
def written(path: Path, title: str, command: str = "league") -> Iterator[Book]:
    """A workbook to be written, whole or not at all: beside its place first, then renamed; `command`: what writes it.

    Errors: UserError: the place can't be written, or the file there is open in another program.
    """
    # The name is always the same, so that what a kill leaves behind is written over by the next run.
    beside = path.with_name(f".{path.name}.tmp")
    book = Book(beside, title)
    try:
        yield book
        book.close()
        os.replace(beside, path)
    except (OSError, XlsxWriterException) as error:
        number = getattr(error, "errno", None) or getattr(error.__cause__, "errno", None) or "未知"
        raise UserError(
            f"{path}：无法写入（系统错误 {number}）；文件可能正被打开，关闭后运行 xlperf {command}"
        ) from None
    finally:
        book.discard()
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
