"""The texts of shared strings and inline strings: runs of rich text joined, phonetic guides left out."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from xlperf.errors import UserError
from xlperf.package.markup import (
    MAXIMUM_TAGS,
    MAXIMUM_TEXT,
    checked,
    children,
    decode_codes,
    local_name,
    parse,
    unescape,
)

_PLAIN = re.compile(rb"""\s*<((?:[\w.-]+:)?t)(?: xml:space="preserve")?>([^<]*)</\1>\s*""")
_HEAD = re.compile(rb"\s*(?:<\?xml [^<>]*\?>)?\s*<sst[^<>]*>\s*")
_END = re.compile(rb"\s*</sst>\s*")
# No longer part is kept.
_LONGEST = 4_000_000
_known_texts: dict[bytes, str] = {}
_PREFIX = re.compile(rb"<([\w.-]+):")


def shared_strings(part: str, content: bytes) -> tuple[str, ...]:
    """The shared strings in the order of their numbers."""
    found = _listed_strings(part, checked(part, content))
    if found is None:
        found = tuple(_text(item) for item in children(parse(part, content), "si"))
    if found and max(map(len, found)) > MAXIMUM_TEXT:
        raise UserError(
            f"部件 {part} 有超过 {MAXIMUM_TEXT:,} 个字符的文字，单元格装不下，文件已损坏，请重新取得一份完整的文件"
        )
    return found


def _listed_strings(part: str, content: bytes) -> tuple[str, ...] | None:
    """The strings of a part that is a plain list; None where it must be read as XML.

    A program writes the texts of a template again and again: what the last part had is not decoded anew.
    """
    head, *items = content.split(b"<si>")
    if not items or not _HEAD.fullmatch(head) or b"<!" in content or content.count(b"<") > MAXIMUM_TAGS:
        return None
    last, end, rest = items[-1].rpartition(b"</si>")
    items[-1] = last + end
    if not _END.fullmatch(rest):
        return None
    found = {item: text for item in dict.fromkeys(items) if (text := _known_texts.get(item)) is not None}
    for item in dict.fromkeys(items):
        if item not in found:
            inside, end, space = item.rpartition(b"</si>")
            if not end or space.strip():
                return None
            found[item] = inline_text(part, inside)
    _known_texts.clear()
    if len(content) <= _LONGEST:
        _known_texts.update(found)
    return tuple(map(found.__getitem__, items))


def inline_text(part: str, markup: bytes) -> str:
    """The text of an inline string, given what stands inside its element."""
    plain = _PLAIN.fullmatch(markup)
    if plain:
        return decode_codes(unescape(plain[2].decode()))
    prefixes = sorted(set(_PREFIX.findall(markup)) - {b"xml"})
    declared = b"".join(b' xmlns:%s="x"' % prefix for prefix in prefixes)
    return _text(parse(part, b"<is%s>%s</is>" % (declared, markup)))


def _text(item: Element) -> str:
    """The direct text and the text of every run."""
    if len(item) == 1 and not len(item[0]):
        return decode_codes(item[0].text or "") if local_name(item[0].tag) == "t" else ""
    pieces = []
    for element in item:
        name = local_name(element.tag)
        if name == "t":
            pieces.append(element.text or "")
        elif name == "r":
            pieces += [text.text or "" for text in children(element, "t")]
    return decode_codes("".join(pieces))
