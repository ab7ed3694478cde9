"""The characters of a scoring text in one spelling, each with its place in the text as it stands.

Full and half width, the many signs for the same comparison, dash and bracket become one; spaces go. What looks like a
fault of copying (≤ printed as W, a number broken by a line) is reported with its place: the broken number is joined,
which nothing else could be meant by, the letter is left as it is.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from xlperf.rules.reading.amounts import CIRCLED

MISREAD, BROKEN = "misread_sign", "broken_number"
_SAME = {
    **dict.fromkeys("≧⩾", "≥"),
    **dict.fromkeys("≦⩽", "≤"),
    **dict.fromkeys("~～〜∼〰", "~"),
    **dict.fromkeys("*＊✕✖╳∗", "×"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys(",﹐", "，"),
    **dict.fromkeys(";﹔", "；"),
    **dict.fromkeys(":﹕∶", "："),
    "｡": "。",
    **dict.fromkeys("[{［〔【", "("),
    **dict.fromkeys("]}］〕】", ")"),
}
_TWO = {">=": "≥", "=>": "≥", "<=": "≤", "=<": "≤", "--": "-"}
_FIRST_OF_TWO = frozenset(">=<-")
_DASHES = frozenset("-–—―－﹣−‐‑")
# Letters that recognition of printed text makes of comparison signs, before a percentage.
_MISREAD = {"W": "≤", "M": "≤", "N": "≥"}
_MISREAD_AT = re.compile(r"(?<![A-Za-z])([WMN])(?=\d+(?:\.\d+)?%)")
_TIMES = re.compile(r"(?<=[\d%)\u4e00-\u9fff])[xX](?=\d)")
_NUMBERED = re.compile(r"\d{1,2}[.、)](?!\d)|\d{1,2}[.]\d{2,}%")
# No line begins with these: what stands before a break continues after it.
_NEVER_FIRST = "，；。：、%)分的个项次×/"


_AROUND = " \t\r\n　，,；;。"


@dataclass(frozen=True)
class Clause:
    """A piece of the text as it stands, with its place."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Note:
    """Something to be said about a place of the text."""

    code: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Characters:
    """A text in one spelling. `places[i]` is where its ith character stands in the original (one more at the end)."""

    original: str
    text: str
    places: tuple[int, ...]
    notes: tuple[Note, ...]

    def spelt(self, start: int, end: int) -> str:
        """A part in the one spelling, without the signs that only separate it from others."""
        return self.text[start:end].replace("\n", "").strip(_AROUND)

    def clause(self, start: int, end: int) -> Clause:
        """The original of a part, without the signs that only separate it from others."""
        first, last = self.places[start], self.places[end - 1] + 1 if end > start else self.places[start]
        raw = self.original[first:last]
        lead = len(raw) - len(raw.lstrip(_AROUND))
        kept = raw.strip(_AROUND)
        return Clause(kept, first + lead, first + lead + len(kept))


def normalised(text: str) -> Characters:
    """A text in one spelling: no spaces, one sign for each meaning; line breaks stay where a line may end a clause."""
    signs: list[str] = []
    places: list[int] = []
    notes: list[Note] = []
    index = 0
    while index < len(text):
        sign, used = _spelt(text[index]), 1
        if text[index].isspace():
            used = len(text) - index - len(text[index:].lstrip())
            sign = _gap(text, index, index + used, signs, notes)
        elif sign in _FIRST_OF_TWO and (pair := sign + _spelt(text[index + 1 : index + 2] or " ")) in _TWO:
            sign, used = _TWO[pair], 2
        signs += sign
        places += [index] * len(sign)
        index += used
    found = "".join(signs)
    places.append(len(text))
    for match in _MISREAD_AT.finditer(found):
        start, meant = places[match.start()], _MISREAD[match[1]]
        said = f"“{match[1]}”疑为“{meant}”之误（复制或识别出错），暂按“{meant}”读，请对照原件确认"
        notes.append(Note(MISREAD, said, start, start + 1))
    found = _MISREAD_AT.sub(lambda match: _MISREAD[match[1]], found)
    return Characters(text, _TIMES.sub("×", found), tuple(places), tuple(notes))


@functools.cache
def _spelt(sign: str) -> str:
    """A character in its one spelling; nothing for one that can't be seen."""
    if unicodedata.category(sign) in ("Cf", "Cc"):
        return ""
    if sign in _DASHES:
        return "-"
    if sign in _SAME:
        return _SAME[sign]
    if sign in CIRCLED:
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    return "".join(_SAME.get(part, part) for part in plain)


def _gap(text: str, start: int, end: int, before: list[str], notes: list[Note]) -> str:
    """White space: nothing, unless a line ends there, or the number of a clause would run into what follows it."""
    rest, last = text[end : end + 12], before[-1] if before else ""
    is_line = "\n" in text[start:end] or "\r" in text[start:end]
    if not rest or not last:
        return ""
    follows = unicodedata.normalize("NFKC", rest)
    if last == "." and follows[0].isdigit() and _numbers_clause(before):
        return " "
    if (last.isdigit() or last == ".") and (follows[0].isdigit() or (follows[0] == "." and last.isdigit())):
        if last.isdigit() and _NUMBERED.match(follows):
            return "\n"
        said = f"数字中间有{'换行' if is_line else '空格'}，已连起来读，请核对"
        notes.append(Note(BROKEN, said, start - 1, end + 1))
        return ""
    return "\n" if is_line and follows[0] not in _NEVER_FIRST else ""


def _numbers_clause(before: list[str]) -> bool:
    """Whether `1.` at the end is the number of a clause: it begins the text, a line or a sentence."""
    head = "".join(before[-6:-1]).rstrip("0123456789")
    return not head or head[-1] in "\n；。："
