"""Templates of reports: ours, made when it is needed, and those that a bureau has changed in Word or made itself.

A template comes from elsewhere: it may only name things ({{单位名称}}) and ask whether they are there ({% if 等级 %}).
Calculating, calling, repeating are refused before anything is rendered, so that none can take memory or time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xlperf.errors import UserError
from xlperf.escaping import excerpt, printable
from xlperf.package.archive import open_archive
from xlperf.package.limits import MEGABYTE, Limits
from xlperf.report.document.word_blocks import (
    BODY,
    CAPTION,
    CELL,
    CONTENTS_LEVELS,
    CONTENTS_TITLE,
    HEADINGS,
    NOTE,
    OPEN,
    SMALL,
)

if TYPE_CHECKING:
    from docx.document import Document
    from jinja2 import Environment

LIMITS = Limits(compressed_bytes=20 * MEGABYTE, part_bytes=20 * MEGABYTE, inflated_bytes=80 * MEGABYTE)
# All chapters that a template does not name itself; the warning that a report is not finished; the table of contents.
ALL, DRAFT, CONTENTS = "正文", "草稿提示", "目录"
MISSING = (
    "写 Word 报告要用 docxtpl 和 Pillow，本机没有安装；请运行 pip install 'xlperf[report]'，或把输出文件改为 .html"
)
_PLAIN_ONLY = "模板里只能写 {{名称}} 和 {% if 名称 %}…{% else %}…{% endif %}，不能写计算、调用、循环"
_ALLOWED = ("data", "variable_begin", "variable_end", "block_begin", "block_end", "name")
_WORDS = ("if", "elif", "else", "endif", "not", "and", "or")
_PREFIXED = re.compile(r"\{[{%]\s*(?:p|r|tr|tc)\s")
_CLIENT = "{% if 委托方 %}委托方：{{委托方}}{% endif %}"
_LATIN = "Times New Roman"
# Name, base, font, points, other settings.
_STYLES = (
    (BODY, "仿宋_GB2312", 14.0),
    (CAPTION, "黑体", 11.0),
    (NOTE, "楷体_GB2312", 10.5),
    (CELL, "宋体", 10.5),
    (SMALL, "宋体", 9.0),
    (CONTENTS_TITLE, "黑体", 16.0),
    (CONTENTS_LEVELS[0], "黑体", 12.0),
    (CONTENTS_LEVELS[1], "宋体", 12.0),
)
_HEADING_FONTS = (("黑体", 16.0), ("楷体_GB2312", 15.0), ("仿宋_GB2312", 14.0), ("仿宋_GB2312", 14.0))


@lru_cache(maxsize=8)
def make_template(chapters: tuple[str, ...] = (ALL,)) -> bytes:
    """Our template; with the names of chapters it has a line for each, to be moved and written between.

    Errors: UserError: python-docx is not installed.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document = new_document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.2), Cm(2.8)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    with_styles(document)
    for text, size, space in (
        ("{{报告标题}}", 22, 120),
        ("{{机构类别}}：{{评价机构}}", 15, 180),
        (_CLIENT, 15, 12),
    ):
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_before = Pt(space)
        set_font(line.add_run(text), "黑体" if size > 20 else "仿宋_GB2312", size)
    set_language(document)
    for name in (DRAFT, CONTENTS, *chapters):
        document.add_paragraph("{{" + name + "}}")
    _page_number(section.footer.paragraphs[0])
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def new_document(content: bytes | None = None) -> Document:
    """A Word document, blank or opened.

    Errors: UserError: python-docx is not installed, no Word document, too large.
    """
    try:
        import docx
        from docx.opc.exceptions import PackageNotFoundError
    except ImportError:
        raise UserError(MISSING) from None
    if content is None:
        return docx.Document()
    open_archive(content, LIMITS)
    try:
        return docx.Document(io.BytesIO(content))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise UserError(f"不是 Word 文档（.docx）：{excerpt(str(error))}") from None


def rendered(template: bytes, facts: Mapping[str, str], chapters: Mapping[str, str]) -> Document:
    """The template with its names filled in; each chapter's name stands for a sign that is replaced later.

    Errors: UserError: docxtpl is not installed, no Word document, something that templates may not say, an unknown name.
    """
    try:
        from docxtpl import DocxTemplate
        from jinja2 import TemplateError
    except ImportError:
        raise UserError(MISSING) from None
    document = new_document(template)
    if found := next((p.text for p in document.paragraphs if _PREFIXED.search(p.text)), None):
        raise UserError(f"模板“{excerpt(found)}”：不用写 p、r、tr、tc 这样的字头，写 {{{{名称}}}} 就行")
    context = {**facts, **chapters}
    book = DocxTemplate(io.BytesIO(template))
    # What is open already need not be opened again.
    book.docx = document
    try:
        book.render(context, jinja_env=_environment(context), autoescape=True)
    except TemplateError as error:
        near = " ".join(part.strip() for part in getattr(error, "docx_context", ()) if part.strip())
        place = f"模板“{excerpt(printable(near))}”附近：" if near else "模板："
        raise UserError(f"{place}{_sentence(error)}") from None
    except (ValueError, SyntaxError) as error:
        raise UserError(f"模板填写后不是有效的 Word 文档（{excerpt(str(error))}），请检查花括号是否成对") from None
    # Not the object that was asked for its paragraphs before these were replaced.
    made: Document = document.part.document
    return made


def _sentence(error: Exception) -> str:
    text = str(error)
    return text if text.startswith(("只能", "没有", "模板里")) else f"花括号的写法不对（{excerpt(text)}）"


def _environment(context: Mapping[str, str]) -> Environment:
    """A sandbox that takes nothing but names and questions about them."""
    from jinja2 import StrictUndefined, TemplateSyntaxError
    from jinja2.ext import Extension
    from jinja2.sandbox import SandboxedEnvironment

    class Plain(Extension):
        """Looks at every sign of a template before it is understood."""

        def filter_stream(self, stream: Any) -> Iterator[Any]:
            for token in stream:
                if token.type not in _ALLOWED:
                    raise TemplateSyntaxError(_PLAIN_ONLY, token.lineno)
                if token.type == "name" and token.value not in (*_WORDS, *context):
                    if token.value in ("for", "set", "macro", "include", "import", "extends", "block", "raw", "call"):
                        raise TemplateSyntaxError(_PLAIN_ONLY, token.lineno)
                    known = "、".join(context)
                    raise TemplateSyntaxError(f"没有“{excerpt(token.value)}”这一项；可以写的有：{known}", token.lineno)
                yield token

    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, extensions=[Plain])


def with_styles(document: Document) -> dict[str, str]:
    """Adds the styles that a document lacks; the ids of all by their names."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Pt, RGBColor

    present = {style.name for style in document.styles}
    section = document.sections[-1]
    right = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    for name, font, size in _STYLES:
        if name in present:
            continue
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        set_font(style, font, size)
        look = style.paragraph_format
        look.space_after = look.space_before = Pt(0)
        if name == BODY:
            look.first_line_indent, look.line_spacing = Pt(2 * size), Pt(26)
        if name == CAPTION:
            look.alignment, look.space_before, look.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, Pt(8), True
        if name == CONTENTS_TITLE:
            look.alignment, look.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(12)
        if name in CONTENTS_LEVELS:
            look.left_indent, look.line_spacing = Pt(24 * CONTENTS_LEVELS.index(name)), Pt(18)
            look.tab_stops.add_tab_stop(right, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    if OPEN not in present:
        _add_open_style(document)
    for name, (font, size) in zip(HEADINGS, _HEADING_FONTS, strict=True):
        if name in present and "报告正文" in present:
            continue
        style = document.styles[name] if name in present else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        set_font(style, font, size)
        style.font.color.rgb, style.font.italic, style.font.bold = RGBColor(0, 0, 0), False, size < 15
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(6)
    return {style.name: style.style_id for style in document.styles if style.name}


def _add_open_style(document: Document) -> None:
    """The style of what is to be written: that of the text, marked yellow, so that one change clears all marks."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    style: Any = document.styles.add_style(OPEN, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = style.next_paragraph_style = document.styles[BODY]
    shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="FFFF00"/>'
    style.element.get_or_add_rPr().append(parse_xml(shade))


def set_font(of: Any, name: str, size: float) -> None:
    """Sets the font of a style or run, for Chinese characters too."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    of.font.name, of.font.size = _LATIN, Pt(size)
    fonts = of.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), name)


def set_language(document: Document) -> None:
    """Says that the text is Chinese, without which some programs take the signs of other scripts."""
    from docx.oxml.ns import qn

    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _page_number(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
