"""The table of contents of a Word report: a field that Word fills anew on opening, in which the headings stand already.

On which page a heading comes only the program that lays the pages out can say: Word does so when it opens the document,
LibreOffice when it writes the PDF. Until then no number stands there, rather than a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from xlperf.escaping import excerpt
from xlperf.report.document.word_blocks import CONTENTS_LEVELS, CONTENTS_TITLE, HEADINGS, body, legal

if TYPE_CHECKING:
    from docx.document import Document

TITLE = "目　录"
_MARK = "_Toc9{:08d}"
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_FIELD = f'TOC \\o "1-{len(CONTENTS_LEVELS)}" \\h \\z \\u'


def contents(document: Document, styles: Mapping[str, str], *, is_laid_out: bool) -> list[Any]:
    """The paragraphs of the table of contents, for the headings that the document has now.

    `is_laid_out`: for a program that lays the pages out and doesn't fill the field: then each number is a field by itself.
    """
    from docx.oxml import parse_xml

    entries = list(_marked(document, styles))
    title = _paragraph(styles.get(CONTENTS_TITLE, ""), _run(TITLE), "<w:pageBreakBefore/>")
    lines = [_paragraph(styles.get(CONTENTS_LEVELS[level], ""), _entry(mark, text)) for level, mark, text in entries]
    if lines and not is_laid_out:
        begin = f"{_char('begin', is_stale=True)}{_instruction(_FIELD)}{_char('separate')}"
        lines[0] = lines[0].replace("</w:pPr>", f"</w:pPr>{begin}", 1)
        lines[-1] = f"{lines[-1].removesuffix('</w:p>')}{_char('end')}</w:p>"
    return list(parse_xml(body([title, *lines], _NAMESPACE))) if lines else []


def _marked(document: Document, styles: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
    """The headings of the first levels, with marks around them that the entries lead to."""
    from docx.oxml.ns import qn

    levels = {styles[name]: level for level, name in enumerate(HEADINGS[: len(CONTENTS_LEVELS)]) if name in styles}
    number = max((int(mark.get(qn("w:id")) or 0) for mark in document.element.iter(qn("w:bookmarkStart"))), default=0)
    # Only a few of the paragraphs have such a style.
    stated, value = list(document.element.body.iter(qn("w:pStyle"))), qn("w:val")
    for style in stated:
        level = levels.get(style.get(value))
        if level is None:
            continue
        paragraph = style.getparent().getparent()
        text = "".join(part.text or "" for part in paragraph.iter(qn("w:t"))).strip()
        if text:
            number += 1
            _put_mark(paragraph, number)
            yield level, _MARK.format(number), text


def _put_mark(paragraph: Any, number: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _MARK.format(number))
    paragraph.insert(1, start)
    paragraph.append(end)


def _paragraph(style: str, content: str, extra: str = "") -> str:
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{extra}</w:pPr>{content}</w:p>"


def _entry(mark: str, text: str) -> str:
    page = "".join(
        (_char("begin", is_stale=True), _instruction(f"PAGEREF {mark} \\h"), _char("separate"), _run(""), _char("end"))
    )
    shown = f"{_run(excerpt(text))}<w:r><w:tab/></w:r>{page}"
    return f'<w:hyperlink w:anchor="{mark}" w:history="1">{shown}</w:hyperlink>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(legal(text))}</w:t></w:r>'


def _char(kind: str, *, is_stale: bool = False) -> str:
    stale = ' w:dirty="true"' if is_stale else ""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"{stale}/></w:r>'


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {text} </w:instrText></w:r>'
