"""The same text in other characters is the same rule: width, punctuation, signs, spaces, lines broken in numbers, item numbers."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest

from tests.support.scoring_texts import corpus, indicators, points_of
from xlperf.rules.reading.characters import BROKEN
from xlperf.rules.reading.reader import ReadText, read

TEXTS = [
    *((f"{name} {i.code}", i.standard, i.weight, i.name) for name, i in indicators()),
    *((s.id, s.text, s.weight, s.indicator) for s in corpus()),
]
_FULL = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F) if chr(n) not in "'\"|\\~-"})
_HALF = str.maketrans("，；：（）％＝＞＜０１２３４５６７８９．", ",;:()%=><0123456789.")
_OTHER_SIGNS = str.maketrans({"≥": "≧", "≤": "≦", "×": "*", "*": "×", "÷": "/", "～": "~", "[": "［"})
_ASCII_SIGNS = {"≥": ">=", "≤": "<=", "≧": ">=", "≦": "<="}


def full_width(text: str, random: Random) -> str:
    return text.translate(_FULL)


def half_width(text: str, random: Random) -> str:
    return text.translate(_HALF)


def other_signs(text: str, random: Random) -> str:
    return text.translate(_OTHER_SIGNS)


def ascii_signs(text: str, random: Random) -> str:
    return "".join(_ASCII_SIGNS.get(sign, sign) for sign in text)


def spaces(text: str, random: Random) -> str:
    """A space after any character that is not part of a number."""
    return "".join(s + (" " if random.random() < 0.3 and not _is_numeric(s) else "") for s in text)


def broken_numbers(text: str, random: Random) -> str:
    """A line broken within a number, or between a number and its sign, wherever that is no item's number."""
    return re.sub(r"(?<=\d)(?=\d*[%％]|\d+\s*分|\d+\s*个)", lambda match: "\n" if random.random() < 0.5 else "", text)


def other_item_numbers(text: str, random: Random) -> str:
    """Items numbered with 、 instead of a full stop, or with a bracket."""
    style = random.choice(["{}、", "（{}）", "{}）"])
    return re.sub(r"(^|[\n；;。]\s*)(\d)[.、](?=\D)", lambda match: match[1] + style.format(match[2]), text)


def _is_numeric(sign: str) -> bool:
    return sign.isdigit() or sign in ".．%％≥≤<>=＝><-－\n"


@functools.cache
def said_as_printed(number: int) -> object:
    """What a text says as it stands."""
    _, text, weight, name = TEXTS[number]
    return said(read(text, None if weight is None else Decimal(str(weight)), name=name))


def said(reading: ReadText) -> object:
    return reading.status, [(points_of(way), way.choices) for way in reading.ways], len(reading.unread)


@pytest.mark.whole
@pytest.mark.parametrize(
    "change", [full_width, half_width, other_signs, ascii_signs, spaces, broken_numbers, other_item_numbers]
)
def test_other_characters_are_the_same_rule(change: Callable[[str, Random], str]) -> None:
    changed = 0
    for number, (label, text, weight, name) in enumerate(TEXTS):
        other = change(text, Random(label))
        changed += other != text
        points = None if weight is None else Decimal(str(weight))
        assert said(read(other, points, name=name)) == said_as_printed(number), (label, other)
    assert changed > 15


def test_a_broken_number_is_reported() -> None:
    found = read("满意度≥9\n0%得满分，否则不得分", Decimal(5))
    assert [note.code for note in found.notes] == [BROKEN]
    assert found.status == "rule"
    assert [note.code for note in read("每发现一处扣0. 5分，扣完为止").notes] == [BROKEN]


def test_an_item_number_is_no_number() -> None:
    """A line that begins with one is not the end of the number before it."""
    found = read("得分=完成率*5\n2.100%＞完成率", Decimal(5))
    assert [note.code for note in found.notes] == []


def test_letters_for_signs_are_reported_and_never_a_certain_rule() -> None:
    found = read("控制率W100%得满分，大于100%不得分", Decimal(5))
    assert found.status == "ambiguous"
    assert "misread_sign" in [note.code for note in found.notes]
    assert [found.text[d.start : d.end] for d in found.doubts if d.code == "misread_sign"] == ["W"]
