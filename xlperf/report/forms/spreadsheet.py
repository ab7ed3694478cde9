"""A filled form as .xlsx, on A4, merged as the form has it."""

from __future__ import annotations

import io
from typing import Any

from xlperf.report.forms.layout import TITLE_POINTS, Box, FilledForm
from xlperf.report.sheet_writer import HIGHEST_ROW, WIDEST_UPRIGHT, Book, Page, safe
from xlperf.workbook import appearance
from xlperf.workbook.appearance import PIXELS_PER_WIDTH, height_of
from xlperf.workbook.columns import Column

_LOWEST = 21.0
_TITLE, _LINE, _POINTS_PER_PIXEL = 32.0, 20.0, 0.75
# Programs without Excel's own font draw columns a third wider: so narrow they still print letters of 8 points.
_NARROWER = 0.85
# What a page holds in points, upright and lying; a form a little longer than its page is drawn smaller, not broken.
_PAGES, _SHRUNK = ((537.0, 752.0), (784.0, 505.0)), 1.12
_LABEL = {"bold": True, "bg_color": f"#{appearance.SECTION_FILL}"}


def write(filled: FilledForm) -> bytes:
    """The form as a workbook of one sheet, the same bytes for the same contents."""
    stream = io.BytesIO()
    book = Book(stream, filled.title, has_tall_merges=True)
    columns = [Column("", width) for width in _widths(filled)]
    page = Page(book, book.name(filled.form.sheet_name), columns)
    is_lying = sum(filled.form.widths) > WIDEST_UPRIGHT
    if is_lying:
        page.sheet.set_landscape()
    page.across(filled.title, size=TITLE_POINTS, bold=True, align="center", lowest=_TITLE)
    for text in filled.top:
        page.across(text, align="right")
    first = page.row
    heights = _heights(filled)
    pages = _pages(filled, heights, is_lying=is_lying)
    if pages <= _SHRUNK:
        page.sheet.fit_to_pages(1, 1)
    for number, height in enumerate(heights):
        page.sheet.set_row(first + number, height)
    for box in sorted(filled.boxes, key=lambda box: (box.row, box.column)):
        _write(page, first, box, is_broken=pages > _SHRUNK)
    if filled.head is not None:
        page.sheet.repeat_rows(first + filled.head[0], first + filled.head[1])
    page.row = first + len(heights)
    for note in filled.notes:
        page.across(f"注：{note}。", colour=appearance.MUTED)
    book.close()
    return stream.getvalue()


def _pages(filled: FilledForm, heights: list[float], *, is_lying: bool) -> float:
    """How many pages the form takes as it is, its title included."""
    across, along = _PAGES[is_lying]
    width = sum(width * PIXELS_PER_WIDTH + 5 for width in _widths(filled)) * _POINTS_PER_PIXEL
    above = _TITLE + _LINE * (len(filled.top) + len(filled.notes))
    return (sum(heights) + above) * min(1.0, across / width) / along


def _write(page: Page, first: int, box: Box, *, is_broken: bool) -> None:
    """`is_broken`: the form goes over several pages; a label in the middle of its lines could be cut by their end."""
    look: dict[str, Any] = {"border": 1, "text_wrap": True, "align": box.look.align}
    if is_broken and box.look.has_merge and box.rows > 1:
        look["valign"] = "top"
    if box.is_label:
        look |= _LABEL
    if box.content.number is not None:
        look["num_format"] = appearance.FORMATS["general" if box.content.kind == "number" else box.content.kind]
    form = page.book.look(**look)
    row, last = first + box.row, first + box.row + box.rows - 1
    right = box.column + box.look.columns - 1
    if (row, box.column) != (last, right):
        page.sheet.merge_range(row, box.column, last, right, "", form)
    text = safe(box.content.text)
    if box.content.number is not None:
        page.sheet.write_number(row, box.column, box.content.number, form)
    elif text:
        page.sheet.write_string(row, box.column, text, form)
    elif (row, box.column) == (last, right):
        page.sheet.write_blank(row, box.column, None, form)


def _widths(filled: FilledForm) -> list[float]:
    return [width * _NARROWER for width in filled.form.widths]


def _heights(filled: FilledForm) -> list[float]:
    """The heights of the rows: what their texts need; a text over several rows adds what is lacking to its last one."""
    widths = _widths(filled)
    heights = [max(_LOWEST, height) for height in filled.heights]
    for box in sorted(filled.boxes, key=lambda box: box.rows):
        width = sum(widths[box.column : box.column + box.look.columns])
        last = box.row + box.rows
        lacking = height_of(box.content.text, width) - sum(heights[box.row : last])
        if lacking > 0:
            heights[last - 1] = min(heights[last - 1] + lacking, HIGHEST_ROW)
    return heights
