"""Where the sentences of a text begin and end, and which numbered item each belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xlperf.rules.reading.amounts import CIRCLED

_NUMERALS = "一二三四五六七八九十"
_STYLES = {
    "1.": re.compile(r"(\d{1,2})[.、)]"),
    "A.": re.compile(r"([A-Z])[.、]"),
    "(1)": re.compile(r"\((\d{1,2})\)"),
    "①": re.compile(f"([{CIRCLED}])(?![{CIRCLED}、和占各至~-])"),
    "一、": re.compile(f"([{_NUMERALS}]{{1,2}})、(?![{_NUMERALS}])"),
    "(一)": re.compile(rf"\(([{_NUMERALS}]{{1,2}})\)"),
}
_BOUNDARY = "\n；。：，)”分"


@dataclass(frozen=True)
class Sentence:
    """A stretch of text between marks that end a sentence. `item` is the path of the numbers it stands under."""

    start: int
    end: int
    item: tuple[int, ...]


@dataclass(frozen=True)
class _Marker:
    start: int
    end: int
    style: str
    number: int


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text in their order, without those that say nothing."""
    path: list[tuple[str, int]] = []
    found: list[Sentence] = []
    start = 0
    for marker in _markers(text):
        found += _split(text, start, marker.start, tuple(number for _, number in path))
        styles = [style for style, _ in path]
        del path[styles.index(marker.style) if marker.style in styles else len(path) :]
        path.append((marker.style, marker.number))
        start = marker.end
    return [*found, *_split(text, start, len(text), tuple(number for _, number in path))]


def _markers(text: str) -> Iterator[_Marker]:
    """The numbers of items. One counts only where it follows on the last of its style, so that 1.5分 is none."""
    last: dict[str, int] = {}
    at = 0
    while at < len(text):
        marker = _marker(text, at) if at == 0 or text[at - 1] in _BOUNDARY else None
        if marker and marker.number == last.get(marker.style, 0) + 1 and not _is_decimal(text, marker):
            at = marker.end
        elif marker and marker.number == 1 and marker.style in last and not _is_decimal(text, marker):
            # A list within the next item begins anew.
            at = marker.end
        else:
            at += 1
            continue
        last[marker.style] = marker.number
        yield marker


def _marker(text: str, at: int) -> _Marker | None:
    for style, pattern in _STYLES.items():
        if match := pattern.match(text, at):
            return _Marker(at, match.end(), style, _number(match[1]))
    return None


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if text.isascii():
        return ord(text) - ord("A") + 1
    if text in CIRCLED:
        return CIRCLED.index(text) + 1
    tens, ten, ones = text.partition("十")
    if not ten:
        return _NUMERALS.index(text) + 1
    return (_NUMERALS.index(tens) + 1 if tens else 1) * 10 + (_NUMERALS.index(ones) + 1 if ones else 0)


def _is_decimal(text: str, marker: _Marker) -> bool:
    """Whether `1.90` is a number after all: digits follow at once, and no item comes after it."""
    if marker.style != "1." or text[marker.end - 1] != "." or not text[marker.end : marker.end + 1].isdecimal():
        return False
    if marker.number > 1:
        # 2.5分 is a number where only `2.` would be the next item; a percentage or a comparison begins an item.
        return not re.match(r"\d+(?:\.\d+)?(?:%|[≥≤><])", text[marker.end :])
    return not re.search(rf"[{_BOUNDARY}]2[.、)]\d+(?:\.\d+)?(?:%|[≥≤><])", text[marker.end :])


def _split(text: str, start: int, end: int, item: tuple[int, ...]) -> Iterator[Sentence]:
    depth, first = 0, start
    for at in range(start, end):
        sign = text[at]
        depth += (sign == "(") - (sign == ")" and depth > 0)
        is_stop = sign == "." and not (text[at - 1 : at].isdecimal() and text[at + 1 : at + 2].isdecimal())
        if (sign in "；。\n" and (depth == 0 or sign == "\n" or ")" not in text[at:end])) or (is_stop and not depth):
            if text[first:at].strip("，；。：、 "):
                yield Sentence(first, at, item)
            first = at + 1
    if text[first:end].strip("，；。：、 "):
        yield Sentence(first, end, item)
