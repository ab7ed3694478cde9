"""A filled form as .docx, on A4, merged as the form has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from xlperf.errors import UserError
from xlperf.report.document import word_template
from xlperf.report.document.blocks import Paragraph, Table
from xlperf.report.document.word import saved
from xlperf.report.document.word_blocks import CAPTION, NOTE, WordBlocks, body
from xlperf.report.forms.layout import TITLE_POINTS, Box, FilledForm
from xlperf.report.forms.marks import BLANK
from xlperf.report.sheet_writer import WIDEST_UPRIGHT

MISSING = "写 Word 表要用 python-docx，本机没有安装；请运行 pip install 'xlperf[report]'，或用 .xlsx"
# Word repeats on every page only what stands at the top of a table: a heading with more rows above it begins a table anew.
_MOST_ABOVE = 2
# What keeps two tables apart, and cannot be seen.
_GAP = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr></w:pPr>'
    "</w:p>"
)
_TWIP, _MARGIN = 635, 850
_SHORT, _LONG = 11_906, 16_838


def write(filled: FilledForm) -> bytes:
    """The form as a Word document.

    Errors: UserError: python-docx is not installed.
    """
    document = new_document()
    width = _set_page(document, is_lying=sum(filled.form.widths) > WIDEST_UPRIGHT)
    blocks = WordBlocks(word_template.with_styles(document), width)
    word_template.set_language(document)
    centred = '<w:jc w:val="center"/>'
    parts = [blocks.paragraph(filled.title, CAPTION, extra=centred, run=f'<w:sz w:val="{2 * TITLE_POINTS}"/>')]
    parts += [blocks.paragraph(text, NOTE, extra='<w:jc w:val="right"/>') for text in filled.top]
    # The title stands above what tells the form's number, so the tables have no captions of their own.
    written = [[*blocks.table(table)][1:] for table in _tables(filled)]
    for above in written[:-1]:
        parts += [above[0], _GAP]
    parts += written[-1]
    parts += [blocks.text(Paragraph(f"注：{note}。", is_note=True)) for note in filled.notes]
    _put(document, parts)
    return saved(document, filled.title)


def _tables(filled: FilledForm) -> list[Table]:
    """The form as one table, or as two where its heading stands far down."""
    head = filled.head or (0, -1)
    boxes = tuple(_cut(filled.boxes, head[1] + 1)) if head[0] > _MOST_ABOVE else filled.boxes
    rows = [
        sorted((box for box in boxes if box.row == row), key=lambda box: box.column)
        for row in range(len(filled.heights))
    ]
    cells = tuple(tuple(box.as_cell() for box in row) for row in rows)
    whole = Table(filled.title, filled.form.widths, (), cells, is_small=True, is_tight=True, heights=filled.heights)
    first, top = head[0], head[1] + 1
    if not top:
        return [whole]
    if first <= _MOST_ABOVE:
        return [replace(whole, head=cells[:top], body=cells[top:], heights=filled.heights[top:])]
    above = replace(whole, body=cells[:first], heights=filled.heights[:first])
    return [above, replace(whole, head=cells[first:top], body=cells[top:], heights=filled.heights[top:])]


def _cut(boxes: Iterable[Box], row: int) -> Iterator[Box]:
    """Boxes of which none goes on into this row from a heading above it: Word repeats no such heading. The text goes below."""
    for box in boxes:
        if box.row < row < box.row + box.rows:
            yield replace(box, rows=row - box.row, content=BLANK)
            yield replace(box, row=row, rows=box.row + box.rows - row)
        else:
            yield box


def new_document(content: bytes | None = None) -> Any:
    """A Word document, blank or opened.

    Errors: UserError: python-docx is not installed, no Word document, too large.
    """
    try:
        import docx  # noqa: F401
    except ImportError:
        raise UserError(MISSING) from None
    return word_template.new_document(content)


def _set_page(document: Any, *, is_lying: bool) -> int:
    """A4 with narrow margins; the width of the text in twentieths of a point."""
    section = document.sections[0]
    across, along = (_LONG, _SHORT) if is_lying else (_SHORT, _LONG)
    section.page_width, section.page_height = across * _TWIP, along * _TWIP
    if is_lying:
        from docx.enum.section import WD_ORIENT

        section.orientation = WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN * _TWIP
    return across - 2 * _MARGIN


def _put(document: Any, parts: list[str]) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    holder = document.element.body
    end = holder.sectPr
    for element in list(parse_xml(body(parts, nsdecls("w")))):
        end.addprevious(element)
