"""Shared strings: the same whether the part is read as a list or as XML, whatever was read before."""

from __future__ import annotations

import pytest

from xlperf.errors import UserError
from xlperf.package.strings import shared_strings

ITEMS = (
    ("<si><t>甲</t></si>", "甲"),
    ('<si><t xml:space="preserve"> a &amp; b\n</t></si>', " a & b\n"),
    ("<si><r><rPr><b/></rPr><t>粗</t></r><r><t>细</t></r></si>", "粗细"),
    ("<si><t>漢字</t><rPh sb='0' eb='1'><t>ㄏㄢ</t></rPh></si>", "漢字"),
    ("<si><t/></si>", ""),
    ("<si><t>_x0041_</t></si>", "A"),
)


def part(items: str, tail: str = "") -> bytes:
    return f'<?xml version="1.0"?>\n<sst xmlns="x" count="9">{items}{tail}</sst>'.encode()


def test_all_kinds_again_and_again() -> None:
    for chosen in (ITEMS, ITEMS[::-1], ITEMS[:2], ITEMS * 2):
        content = part("\n".join(item for item, _ in chosen))
        expected = tuple(text for _, text in chosen)
        assert shared_strings("part", content) == expected
        # A comment or an extension makes it be read as XML.
        assert shared_strings("part", content.replace(b"<si>", b"<!-- --><si>", 1)) == expected
        assert shared_strings("part", part("".join(item for item, _ in chosen), "<extLst/>")) == expected


@pytest.mark.parametrize(
    "content",
    [
        part("<si><t>a</t>"),
        part("<si><t>a</t></si>junk<si>"),
        part("<si><t>&bad;</t></si>"),
        part("<si><t>a</si></t>"),
        part("<si><t>" + "长" * 32_768 + "</t></si>"),
        part("<si><t>a</t></si>") + b"<more/>",
        part("<si><t>\xff</t></si>").replace("\xff".encode(), b"\xff"),
        b"<!DOCTYPE x>" + part("<si><t>a</t></si>"),
        part("<si><t>a</t></si><si><t>b\0</t></si>"),
        part("<si><t>a</t></si><si><t>b</t><!ENTITY x></si>"),
        part("<si><t>a</t></si>") + b"\xff",
        part("<si><t>a</t></si>").replace(b"1.0", b'1.0" encoding="GBK'),
    ],
)
@pytest.mark.parametrize("before", [(), ("<si><t>a</t></si>",), ("<si><t>a</t></si>", "<si><t>b</t></si>")])
def test_damage_is_refused(content: bytes, before: tuple[str, ...]) -> None:
    """Whatever was read before, of which nothing is looked at again."""
    assert len(shared_strings("part", part("".join(before)))) == len(before)
    with pytest.raises(UserError):
        shared_strings("part", content)


def test_no_strings() -> None:
    assert shared_strings("part", part("")) == ()
