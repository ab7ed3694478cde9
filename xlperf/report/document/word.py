"""A report as a Word document: its blocks put into a template."""

from __future__ import annotations

import copy
import io
import re
import secrets
import zipfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from xlperf.errors import UserError
from xlperf.report.document import charts, word_template
from xlperf.report.document.blocks import Block, Chapter, Chart, Heading, Landscape, Paragraph, Report, Table, Written
from xlperf.report.document.word_blocks import CAPTION, HEADINGS, NOTE, WordBlocks, body
from xlperf.report.document.word_contents import contents

if TYPE_CHECKING:
    from docx.document import Document

# Lengths as python-docx counts them: a twentieth of a point, A4, a margin; a narrow margin in twentieths of a point.
_TWIP, _NARROW = 635, 1020
_A4, _MARGIN = (7_560_000, 10_692_000), 1_143_000
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_NUMBERED = re.compile("[一二三四五六七八九十]+、|附件")
_NEW_PAGE = "<w:pageBreakBefore/>"


def write_word(report: Report, template: bytes | None = None, *, is_laid_out: bool = False) -> bytes:
    """The report as .docx, the same bytes for the same report and template; `is_laid_out`: for LibreOffice, which is next.

    Errors: UserError: a library is not installed, or the template can't be used.
    """
    # Nobody can write this sign into a workbook so that it would be taken for a chapter.
    secret = secrets.token_hex(8)
    names = (
        word_template.ALL,
        word_template.DRAFT,
        word_template.CONTENTS,
        *(chapter.name for chapter in report.chapters),
    )
    signs = {name: f"@{secret}@{number}@" for number, name in enumerate(names)}
    document = word_template.rendered(template or word_template.make_template(), report.facts, signs)
    writer = _Writer(document, has_controls=not is_laid_out)
    places = {name: found for name, sign in signs.items() if (found := _places(document, sign))}
    if not places.keys() - {word_template.DRAFT, word_template.CONTENTS}:
        raise UserError(f"模板里没有写报告的内容放在哪里：写一行 {{{{{word_template.ALL}}}}}，或各章的名称")
    rest = [chapter for chapter in report.chapters if chapter.name not in places]
    stated = {chapter.name: [chapter] for chapter in report.chapters} | {word_template.ALL: rest}
    after = places.pop(word_template.CONTENTS, [])
    for name, found in places.items():
        if name == word_template.DRAFT:
            _put(found, writer.elements([_draft(report)]) if _is_draft(report) else [])
        else:
            _put(found, writer.chapters(stated[name], report.title))
    _put(after, writer.contents(is_laid_out=is_laid_out) if after else [])
    writer.finish()
    return saved(document, report.title)


def _is_draft(report: Report) -> bool:
    return any(block.is_placeholder for block in report.written) or _reasons(report) > 0


def _reasons(report: Report) -> int:
    notes = report.chapters[-1].blocks
    return sum(1 for block in notes if isinstance(block, Paragraph) and block.text.startswith("· "))


def _draft(report: Report) -> Paragraph:
    blanks = sum(block.is_placeholder for block in report.written)
    return Paragraph(f"草稿：还有 {blanks} 处待填，没有完成和要核对的见文末“生成说明”。", is_alert=True)


def _places(document: Document, sign: str) -> list[Any]:
    """The paragraphs that hold a sign, wherever they stand in the body."""
    from docx.oxml.ns import qn

    return [
        p for p in document.element.body.iter(qn("w:p")) if sign in "".join(t.text or "" for t in p.iter(qn("w:t")))
    ]


def _put(places: Sequence[Any], elements: Sequence[Any]) -> None:
    """Puts elements where a paragraph stands; only the first place gets them."""
    for number, place in enumerate(places):
        for element in elements if not number else ():
            place.addprevious(element)
        parent = place.getparent()
        parent.remove(place)


class _Writer:
    """Writes blocks with the styles and the page of one document."""

    def __init__(self, document: Document, *, has_controls: bool) -> None:
        self._document = document
        section = document.sections[-1]
        # A template may leave out its page: then it is A4 with the usual margins.
        margins = (section.left_margin or _MARGIN) + (section.right_margin or _MARGIN)
        across = (section.page_width or _A4[0]) - margins
        along = (section.page_height or _A4[1]) - 2 * _NARROW * _TWIP
        self._styles = styles = word_template.with_styles(document)
        self._upright = WordBlocks(styles, round(across / _TWIP), has_controls=has_controls)
        self._lying = WordBlocks(styles, round(along / _TWIP), has_controls=has_controls)

    def chapters(self, chapters: Sequence[Chapter], title: str) -> list[Any]:
        """Chapters with their titles; an introduction begins a page with the title of the report."""
        found: list[Any] = []
        for chapter in filter(lambda chapter: chapter.blocks, chapters):
            text = chapter.title or title
            is_new_page = not chapter.title or chapter is chapters[0] or chapter is chapters[-1]
            first = chapter.blocks[0] if chapter.blocks else None
            # Numbered titles begin at the margin; 摘要 and the title of the report stand in the middle, as printed.
            side = "" if _NUMBERED.match(text) else '<w:jc w:val="center"/>'
            head = self._upright.paragraph(text, HEADINGS[0], extra=f"{_NEW_PAGE if is_new_page else ''}{side}")
            if isinstance(first, Landscape):
                found += self._landscape(first, self._lying.paragraph(text, HEADINGS[0]))
                found += self.elements(chapter.blocks[1:])
            else:
                found += [*self._parsed([head]), *self.elements(chapter.blocks)]
        return found

    def contents(self, *, is_laid_out: bool) -> list[Any]:
        """The table of contents, for what the document holds now."""
        return contents(self._document, self._styles, is_laid_out=is_laid_out)

    def elements(self, blocks: Sequence[Block]) -> list[Any]:
        """Blocks as elements of the document."""
        found: list[Any] = []
        parts: list[str] = []
        for block in blocks:
            if isinstance(block, Chart | Landscape):
                found += self._parsed(parts)
                parts = []
                found += self._chart(block) if isinstance(block, Chart) else self._landscape(block, "")
            else:
                parts += _written(self._upright, block)
        return found + self._parsed(parts)

    def _landscape(self, block: Landscape, head: str) -> list[Any]:
        """Pages that lie on their side: a section of their own, after one that ends what stands before."""
        parts = [head] if head else []
        for inner in block.blocks:
            parts += _written(self._lying, inner)
        found = self._parsed(parts)
        # The paragraph behind a table ends the section: two of them could begin a page of their own.
        found = found[:-1] if isinstance(block.blocks[-1], Table) else found
        return [self._section_end(is_lying=False), *found, self._section_end(is_lying=True)]

    def _section_end(self, *, is_lying: bool) -> Any:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        page = copy.deepcopy(self._document.sections[-1]._sectPr)
        size = page.find(qn("w:pgSz"))
        if is_lying and size is not None:
            width, height = size.get(qn("w:w")), size.get(qn("w:h"))
            size.set(qn("w:w"), height)
            size.set(qn("w:h"), width)
            size.set(qn("w:orient"), "landscape")
            for side in page.iter(qn("w:pgMar")):
                side.attrib.update({qn(f"w:{name}"): str(_NARROW) for name in ("top", "right", "bottom", "left")})
        paragraph, properties = OxmlElement("w:p"), OxmlElement("w:pPr")
        spacing = OxmlElement("w:spacing")
        spacing.attrib.update(
            {qn(f"w:{n}"): v for n, v in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact"))}
        )
        properties.append(spacing)
        properties.append(page)
        paragraph.append(properties)
        return paragraph

    def _chart(self, block: Chart) -> list[Any]:
        """The picture below its title; where no font can write it, a sentence says so."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm

        data = charts.picture(block)
        if data is None:
            return self._parsed([self._upright.paragraph(f"图　{block.title}：{charts.NO_FONT}。", NOTE)])
        paragraph = self._document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        shape = paragraph.add_run().add_picture(io.BytesIO(data), Cm(charts.WIDTH_CM))
        shape._inline.docPr.set("descr", charts.described(block))
        self._document.element.body.remove(paragraph._p)
        head = self._parsed([self._upright.paragraph(f"图　{block.title}", CAPTION, extra="<w:keepNext/>")])
        return [*head, paragraph._p]

    def _parsed(self, parts: Sequence[str]) -> list[Any]:
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        return list(parse_xml(body(parts, nsdecls("w")))) if parts else []

    def finish(self) -> None:
        """Numbers the pictures, which some programs want to be told apart."""
        from docx.oxml.ns import qn

        for number, properties in enumerate(self._document.element.body.iter(qn("wp:docPr")), 1):
            properties.set("id", str(number))


def _written(blocks: WordBlocks, block: Block) -> Iterator[str]:
    """A block that is text alone."""
    if isinstance(block, Heading):
        yield blocks.heading(block)
    elif isinstance(block, Paragraph):
        yield blocks.text(block)
    elif isinstance(block, Written):
        yield blocks.written(block)
    elif isinstance(block, Table):
        yield from blocks.table(block)


def saved(document: Document, title: str) -> bytes:
    """The document with its properties, without the times at which it was written."""
    import datetime as dt

    known, moment = document.core_properties, dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    known.title, known.author, known.comments, known.last_modified_by = title[:200], "", "", ""
    known.created = known.modified = moment
    stream, target = io.BytesIO(), io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(target, "w") as result:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            result.writestr(entry, source.read(name))
    return target.getvalue()
