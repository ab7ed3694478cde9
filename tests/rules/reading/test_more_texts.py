"""Texts that nobody had in mind when the grammar was written: how many are understood, and that none is wrong."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.scoring_texts import points_of
from xlperf.rules.reading.reader import JUDGEMENT, NOT_UNDERSTOOD, RULE, read

TEXTS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("more_texts.toml").read_text(encoding="utf-8"))[
    "texts"
]
# At least so much of the texts that hold numbers is understood.
SHARE = 0.8


@pytest.mark.parametrize("text", TEXTS, ids=range(1, len(TEXTS) + 1))
def test_none_is_wrong(text: dict[str, Any]) -> None:
    found = read(text["text"], Decimal(text["weight"]))
    ways = [points_of(way) for way in found.ways]
    if found.status == NOT_UNDERSTOOD:
        assert found.unread
    elif found.status in (RULE, JUDGEMENT):
        assert ways == [text["right"]]
    else:
        assert text["right"] in ways


def test_most_are_understood() -> None:
    numbered = [text for text in TEXTS if any(sign.isdigit() for sign in text["text"])]
    understood = [t for t in numbered if read(t["text"], Decimal(t["weight"])).status != NOT_UNDERSTOOD]
    assert len(numbered) >= 35
    assert len(understood) >= SHARE * len(numbered)
