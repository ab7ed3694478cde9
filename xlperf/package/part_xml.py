"""XML of package parts: what is refused before reading, and text to markup and back."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from xlperf.errors import UserError
from xlperf.escaping import excerpt

MAXIMUM_TEXT = 32_767
# What the parts that are read as a tree may hold: tags, which take memory, and elements within each other.
MAXIMUM_TAGS = 2_000_000
MAXIMUM_DEPTH = 200
# What begins neither an element nor a processing instruction: hardly any part has it, and it is found in no time.
_DECLARATION = re.compile(rb"<!")
_BOM = b"\xef\xbb\xbf"
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}
_BARE_AMPERSAND = re.compile(r"&(?!(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_ESCAPED_CODE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile("[0-9]{1,10}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEEDS_CODE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def checked(part: str, content: bytes) -> bytes:
    """The part's bytes if they are UTF-8 without a document type, which no workbook has; a byte order mark may stay."""
    if b"\0" in content:
        raise UserError(f"部件 {part} 不是 UTF-8 编码，不能处理；请用 Excel 或 WPS 打开后重新保存")
    if _DECLARATION.search(content) and (b"<!DOCTYPE" in content or b"<!ENTITY" in content):
        raise UserError(
            f"部件 {part} 含有 DOCTYPE 或 ENTITY 声明，可能是恶意文件，已拒绝；请向交来文件的人核实，重新取得"
        )
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise UserError(f"部件 {part} 不是 UTF-8 编码，不能处理；请用 Excel 或 WPS 打开后重新保存") from None
    declaration = content[:200].partition(b"?>")[0]
    encoding = re.search(rb"""encoding\s*=\s*["']([^"']+)""", declaration)
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        raise UserError(f"部件 {part} 声明的编码不是 UTF-8，不能处理；请用 Excel 或 WPS 打开后重新保存")
    return content


def parse(part: str, content: bytes) -> Element:
    """The root element of a small part."""
    tags = content.count(b"<")
    if tags > MAXIMUM_TAGS:
        raise UserError(
            f"部件 {part} 有 {tags:,} 个 XML 标签，超过上限 {MAXIMUM_TAGS:,}，不像正常的工作簿，已拒绝；请向交来文件的人核实，重新取得"
        )
    try:
        root = ElementTree.fromstring(checked(part, content))
    except ElementTree.ParseError as error:
        raise UserError(
            f"部件 {part} 的 XML 有错（第 {error.position[0]} 行），文件已损坏，请重新取得一份完整的文件"
        ) from None
    level = [root]
    for _ in range(MAXIMUM_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return root
    raise UserError(
        f"部件 {part} 的 XML 套了 {MAXIMUM_DEPTH} 层以上，不像正常的工作簿，已拒绝；请向交来文件的人核实，重新取得"
    )


def whole(text: str | None) -> int | None:
    """A number of a few digits, as counts and indexes are written; None for anything else."""
    return int(text) if text is not None and _WHOLE.fullmatch(text) else None


def local_name(tag: str) -> str:
    """An element's or attribute's name without its namespace: transitional and strict files differ in these only."""
    return tag.rpartition("}")[2]


def children(element: Element, name: str) -> list[Element]:
    """The direct children of that local name."""
    return [child for child in element if local_name(child.tag) == name]


def child(element: Element, name: str) -> Element | None:
    """The first direct child of that local name."""
    return next(iter(children(element, name)), None)


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name, in whatever namespace."""
    value = element.get(name)
    if value is not None:
        return value
    return next((value for key, value in element.items() if local_name(key) == name), None)


def is_true(text: str | None) -> bool:
    """An xsd:boolean."""
    return text in ("1", "true", "on")


def unescape(markup: str) -> str:
    """The text that element content stands for.

    Errors: a UserError at an entity that XML does not know.
    """
    if "\r" in markup:
        markup = markup.replace("\r\n", "\n").replace("\r", "\n")
    if "&" not in markup:
        return markup
    if _BARE_AMPERSAND.search(markup):
        raise UserError(f"XML 文字“{excerpt(markup)}”含有不认识的实体，文件已损坏，请重新取得一份完整的文件")
    if "&#" in markup:
        return _ENTITY.sub(_entity, markup)
    # One by one, which takes half the time of a loop. The ampersand last, since what it begins is no entity any more.
    markup = markup.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&apos;", "'")
    return markup.replace("&amp;", "&")


def _entity(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1]]
    code = int(match[2]) if match[2] else int(match[3], 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise UserError(f"XML 文字含有无效的字符编号 {match[0]}，文件已损坏，请重新取得一份完整的文件")
    return chr(code)


def decode_codes(text: str) -> str:
    """Cell text with its _xHHHH_ codes turned into the characters they stand for."""
    if "_x" not in text:
        return text
    decoded = _ESCAPED_CODE.sub(lambda match: chr(int(match[1], 16)), text)
    if _SURROGATE.search(decoded):
        decoded = decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return decoded


def escape(text: str) -> str:
    """Cell text as element content: markup characters as entities, control characters as _xHHHH_ codes."""
    if not text.isalnum():
        text = _NEEDS_CODE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def keeps_space(text: str) -> bool:
    """Whether the text needs xml:space="preserve"."""
    return text != text.strip() or "\n" in text


def text_problem(text: str) -> str | None:
    """Why a cell can't hold a text, in Chinese; None where it can."""
    if len(text) > MAXIMUM_TEXT or (
        not text.isascii() and len(text.encode("utf-16-le", "surrogatepass")) > 2 * MAXIMUM_TEXT
    ):
        return f"超过 {MAXIMUM_TEXT} 个字符"
    if not text.isascii() and _SURROGATE.search(text):
        return "含有无效的字符"
    return None
