"""The notices as letters in Word, on A4, to be printed, sealed and sent."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from xlperf.escaping import printable
from xlperf.package import write_file
from xlperf.report.document.word_template import set_language
from xlperf.report.notices import words
from xlperf.report.notices.content import Notice, Notices, items

TEXT_FONT, HEADING_FONT = "仿宋", "黑体"
_MADE = dt.datetime(2020, 1, 1)
_LINE_WIDTHS = (1.4, 3.0, 2.4, 6.1, 4.1)
_CHANGE_WIDTHS = (4.6, 5.0, 3.7, 3.7)
_ABSENT_WIDTHS = (1.4, 2.7, 6.0, 6.9)
# What XML can't hold though it is no control character.
_NO_CHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF))


def write_notice(path: Path, notice: Notice, until: dt.date | None) -> None:
    """A unit's notice.

    Errors: UserError: it can't be written.
    """
    letter = _Letter(words.title(notice))
    letter.text(words.address(notice), indent=False, bold=True)
    for sentence in words.opening(notice, until):
        letter.text(sentence)
    for number, (heading, lines) in enumerate(items(notice)):
        letter.heading(f"{'一二三'[number]}、{heading}")
        rows = ((str(n), i.sheet, i.cell, f"{i.severity}：{i.problem}", i.remedy) for n, i in enumerate(lines, 1))
        letter.table(words.HEADINGS, rows, _LINE_WIDTHS)
    if text := words.left_out(notice):
        letter.text(text)
    if notice.progress:
        letter.heading("与上一轮相比")
        letter.text(words.progress(notice.progress))
        changed = ((c.cell, c.label, c.before, c.after) for c in notice.progress.changes)
        if notice.progress.changes:
            letter.table(words.CHANGE_HEADINGS, changed, _CHANGE_WIDTHS)
    letter.sign()
    write_file(path, letter.content())


def write_reminder(path: Path, found: Notices, until: dt.date | None) -> None:
    """The list of the units to remind.

    Errors: UserError: it can't be written.
    """
    letter = _Letter(words.REMINDER)
    letter.text(words.reminder(found, until))
    rows = ((str(n), u.code, u.name, u.situation) for n, u in enumerate(found.absent, 1))
    letter.table(words.ABSENT_HEADINGS, rows, _ABSENT_WIDTHS)
    letter.sign()
    write_file(path, letter.content())


class _Letter:
    """A document being written."""

    def __init__(self, title: str) -> None:
        self._document: Any = Document()
        self._document.core_properties.author = "xlperf"
        self._document.core_properties.title = _plain(title)
        self._document.core_properties.created = self._document.core_properties.modified = _MADE
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2.2)
        # Without it signs are drawn as in other countries, in the middle of their squares.
        set_language(self._document)
        self._run(self._paragraph(WD_ALIGN_PARAGRAPH.CENTER), title, 16, HEADING_FONT)

    def text(self, text: str, *, indent: bool = True, bold: bool = False) -> None:
        """A paragraph, its first line two characters in."""
        paragraph = self._paragraph()
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(28)
        self._run(paragraph, text, 14, TEXT_FONT, bold=bold)

    def heading(self, text: str) -> None:
        """The heading of a part, on the page of its table."""
        paragraph = self._paragraph()
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(10), True
        self._run(paragraph, text, 14, HEADING_FONT)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]) -> None:
        """A table whose headings are repeated on every page, and whose rows aren't torn in two."""
        table = self._document.add_table(rows=0, cols=len(headings), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        self._row(table, headings, widths, HEADING_FONT, is_head=True)
        _mark(table.rows[0], "w:tblHeader")
        for row in rows:
            self._row(table, row, widths, TEXT_FONT)
        self._paragraph().paragraph_format.line_spacing = Pt(6)

    def sign(self) -> None:
        """The lines to be sealed, left blank."""
        self.text(words.CONTACT)
        for text in words.SIGNATURES:
            paragraph = self._paragraph()
            paragraph.paragraph_format.left_indent = Cm(8.5)
            paragraph.paragraph_format.space_before = Pt(12)
            self._run(paragraph, text, 14, TEXT_FONT)

    def content(self) -> bytes:
        """The file."""
        stream = io.BytesIO()
        self._document.save(stream)
        return stream.getvalue()

    def _row(
        self, table: Any, texts: Sequence[str], widths: Sequence[float], font: str, *, is_head: bool = False
    ) -> None:
        row = table.add_row()
        _mark(row, "w:cantSplit")
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_head else None
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.keep_with_next = is_head
            self._run(paragraph, text, 10.5, font, bold=is_head)

    def _paragraph(self, alignment: Any = None) -> Any:
        paragraph = self._document.add_paragraph()
        paragraph.alignment = alignment
        paragraph.paragraph_format.space_after = Pt(4)
        return paragraph

    def _run(self, paragraph: Any, text: str, size: float, font: str, *, bold: bool = False) -> None:
        run = paragraph.add_run(_plain(text))
        run.font.size, run.font.name, run.bold = Pt(size), font, bold
        run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _plain(text: str) -> str:
    return printable(text).translate(_NO_CHARACTERS)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))
