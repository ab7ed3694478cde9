"""Blocks as the XML of a Word document. Written as text and parsed at once: cell by cell, a long annex would take seconds.

Every text is escaped here; styles go by the ids that the document at hand has for their names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from xlperf.escaping import printable
from xlperf.report.document.blocks import CENTRE, RIGHT, Cell, Heading, Paragraph, Table, Written

# The styles that a report uses: their names in Word; a template that lacks one gets ours.
HEADINGS = ("Heading 1", "Heading 2", "Heading 3", "Heading 4")
CONTENTS_TITLE, CONTENTS_LEVELS = "报告目录", ("toc 1", "toc 2")
BODY, CAPTION, NOTE, CELL, SMALL = "报告正文", "报告表题", "报告表注", "报告表格", "报告小字"
# What is still to be written: a style, since LibreOffice drops what runs in content controls look like by themselves.
OPEN = "报告待填"
TAG = "xlperf"
# A row with more lines, a table with more rows may be broken by the end of a page.
_MOST_LINES, _MOST_TOGETHER = 14, 5
# The width of a Chinese character in cells, and the room beside the text, in twentieths of a point.
_CHARACTER, _BESIDE = 195, 120
_KEEP = "<w:keepNext/>"
_LONGEST_ALIAS = 60
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ALERT = '<w:color w:val="B54708"/>'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def legal(text: str) -> str:
    """A text that XML can hold."""
    return _NOT_XML.sub("", printable(text))


def key_mark(key: str) -> str:
    """A written place by its key, as the tag of its control holds it: Word takes 64 signs there."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def tag_of(block: Written) -> str:
    """The tag of a written place: which one it is, and the mark of the text that was put there."""
    return f"{TAG}:{key_mark(block.key)}:{block.mark}"


class WordBlocks:
    """Blocks as XML for one document. `styles`: the ids of styles by their names; `width`: of the text, in twentieths of a point.

    `has_controls`: written places are content controls. LibreOffice shows a line in them that ends at the margin with an
    empty one below it; a document that only becomes a PDF has no need of them.
    """

    def __init__(self, styles: Mapping[str, str], width: int, *, has_controls: bool = True) -> None:
        self._styles, self.width, self._has_controls = styles, width, has_controls

    def heading(self, block: Heading) -> str:
        """A heading."""
        return self.paragraph(block.text, HEADINGS[block.level - 1])

    def text(self, block: Paragraph) -> str:
        """A generated paragraph."""
        return self.paragraph(block.text, NOTE if block.is_note else BODY, run=_ALERT if block.is_alert else "")

    def paragraph(self, text: str, style: str, *, extra: str = "", run: str = "") -> str:
        """A paragraph in a style."""
        return f"<w:p><w:pPr>{self._style(style)}{extra}</w:pPr>{_runs(text, run)}</w:p>"

    def written(self, block: Written) -> str:
        """A written place as a content control, which carries its tag through any editing in Word and WPS."""
        alias = quoteattr(legal(block.key)[:_LONGEST_ALIAS])
        style = OPEN if block.is_placeholder else BODY
        content = "".join(self.paragraph(text, style) for text in block.texts)
        note = self.paragraph(f"【核对：{block.note}】", NOTE, run=_ALERT) if block.note else ""
        if not self._has_controls:
            return content + note
        properties = f"<w:alias w:val={alias}/><w:tag w:val={quoteattr(tag_of(block))}/>"
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>{note}"

    def table(self, block: Table) -> Iterator[str]:
        """A table below its caption; the rows of its heading are repeated on every page."""
        style = SMALL if block.is_small else CELL
        yield self.paragraph(block.title, CAPTION, extra=_KEEP)
        if block.unit:
            right = f'{_KEEP}<w:jc w:val="right"/>'
            yield self.paragraph(f"单位：{block.unit}", NOTE, extra=right)
        whole = sum(block.widths)
        widths = [round(self.width * width / whole) for width in block.widths]
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        rows = [
            *_rows(block.head, widths, self._style(style), True),
            *_rows(block.body, widths, self._style(style), False, block.heights),
        ]
        properties = (
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
            '<w:tblLayout w:type="fixed"/>'
            f"<w:tblCellMar>{_margins(15 if block.is_tight else 40)}</w:tblCellMar>"
        )
        yield f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
        # Two tables without a paragraph between them would become one.
        yield self.paragraph(block.note, NOTE)

    def _style(self, name: str) -> str:
        return f"<w:pStyle w:val={quoteattr(self._styles[name])}/>" if name in self._styles else ""


def _margins(upright: int) -> str:
    """The room around the texts of cells, in twentieths of a point."""
    sides = (("top", upright), ("left", 60), ("bottom", upright), ("right", 60))
    return "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides)


def _rows(
    rows: Sequence[Sequence[Cell]], widths: Sequence[int], style: str, is_head: bool, heights: Sequence[float] = ()
) -> Iterator[str]:
    """Rows with the cells that Word wants where one from above extends into them."""
    # By column: how many rows a cell from above still covers, and how many columns it has.
    covered: dict[int, tuple[int, int]] = {}
    is_short = len(rows) <= _MOST_TOGETHER
    for number, cells in enumerate(rows, 1):
        own = style + (_KEEP if is_head or (is_short and number < len(rows)) else "")
        written, column, given, lines = [], 0, iter(cells), 0
        while column < len(widths):
            left, span = covered.pop(column, (0, 0))
            if left:
                written.append(_cell(None, widths[column : column + span], own))
                if left > 1:
                    covered[column] = (left - 1, span)
            else:
                cell = next(given, Cell(""))
                span = min(cell.columns, len(widths) - column)
                written.append(_cell(cell, widths[column : column + span], own))
                lines = max(lines, _lines(cell.text, sum(widths[column : column + span])))
                if cell.rows > 1:
                    covered[column] = (cell.rows - 1, span)
            column += span
        properties = f"{'' if lines > _MOST_LINES else '<w:cantSplit/>'}{'<w:tblHeader/>' if is_head else ''}"
        if len(heights) >= number and heights[number - 1]:
            properties += f'<w:trHeight w:val="{round(heights[number - 1] * 20)}"/>'
        yield f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(written)}</w:tr>"


def _lines(text: str, width: int) -> int:
    """About how many lines a text takes in a cell."""
    room = max((width - _BESIDE) // _CHARACTER, 1)
    return sum(-(-len(line) // room) or 1 for line in text.split("\n"))


def _cell(cell: Cell | None, widths: Sequence[int], style: str) -> str:
    """A cell; None continues the one above."""
    span = f'<w:gridSpan w:val="{len(widths)}"/>' if len(widths) > 1 else ""
    merge = "<w:vMerge/>" if cell is None else '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
    properties = f'<w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
    if cell is None:
        return f"<w:tc>{properties}<w:p><w:pPr>{style}</w:pPr></w:p></w:tc>"
    side = f'<w:jc w:val="{cell.align}"/>' if cell.align in (CENTRE, RIGHT) else ""
    run = "<w:b/>" if cell.is_bold else ""
    lines = (f"<w:p><w:pPr>{style}{side}</w:pPr>{_runs(line, run)}</w:p>" for line in cell.text.split("\n"))
    return f"<w:tc>{properties}{''.join(lines)}</w:tc>"


def _runs(text: str, properties: str = "") -> str:
    """A text as runs, with breaks for the ends of its lines; nothing for none."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    parts = (f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in legal(text).split("\n"))
    return f"<w:r>{look}{'<w:br/>'.join(parts)}</w:r>" if text else ""


def body(parts: Iterable[str], declarations: str) -> str:
    """Parts as the body of a document."""
    return f"<w:body {declarations}>{''.join(parts)}</w:body>"
