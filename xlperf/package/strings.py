"""The texts of shared strings and inline strings: runs of rich text joined, phonetic guides left out."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from xlperf.errors import UserError
from xlperf.package.part_xml import (
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
_ITEM = b"<si>"
_END = re.compile(rb"\s*</sst>\s*")
# No longer part is kept.
_LONGEST = 4_000_000
_known_texts: dict[bytes, str] = {}
_PREFIX = re.compile(rb"<([\w.-]+):")


def shared_strings(part: str, content: bytes) -> tuple[str, ...]:
    """The shared strings in the order of their numbers."""
    found = _listed_strings(part, content)
    if found is None:
        found = tuple(_text(item) for item in children(parse(part, content), "si"))
    if found and max(map(len, found)) > MAXIMUM_TEXT:
        raise UserError(
            f"部件 {part} 有超过 {MAXIMUM_TEXT:,} 个字符的文字，单元格装不下，文件已损坏，请重新取得一份完整的文件"
        )
    return found


def _listed_strings(part: str, content: bytes) -> tuple[str, ...] | None:
    """The strings of a part that is a plain list; None where it must be read as XML.

    A program writes the texts of a template again and again: what the last part had is not checked and decoded anew.
    """
    head, *items = content.split(_ITEM)
    if not items or not _HEAD.fullmatch(head):
        return None
    last, end, rest = items[-1].rpartition(b"</si>")
    items[-1] = last + end
    distinct = dict.fromkeys(items)
    found = {item: text for item in distinct if (text := _known_texts.get(item)) is not None}
    fresh = [item for item in distinct if item not in found]
    new = checked(part, _ITEM.join((head, *fresh, rest)))
    has_too_many = len(content) > MAXIMUM_TAGS and content.count(b"<") > MAXIMUM_TAGS
    if not _END.fullmatch(rest) or b"<!" in new or has_too_many:
        return None
    for item in fresh:
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
    return _text(inline_item(part, markup))


def inline_item(part: str, markup: bytes) -> Element:
    """The element of an inline string, given what stands inside it."""
    prefixes = sorted(set(_PREFIX.findall(markup)) - {b"xml"})
    declared = b"".join(b' xmlns:%s="x"' % prefix for prefix in prefixes)
    return parse(part, b"<is%s>%s</is>" % (declared, markup))


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
