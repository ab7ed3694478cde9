"""A clause dropped or a number changed is another rule, or is reported: nothing of a text is passed over."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random

import pytest

from tests.support.scoring_texts import corpus, indicators, substance
from xlperf.rules.reading.reader import NOT_UNDERSTOOD, read

TEXTS = [
    *((i.standard, i.weight, i.name) for _, i in indicators()),
    *((s.text, s.weight, s.indicator) for s in corpus()),
]
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CLAUSE = re.compile(r"[^，。；;,\n]+[，。；;,\n]?")


def dropped_clause(text: str, random: Random) -> str:
    clauses = list(_CLAUSE.finditer(text))
    gone = random.choice(clauses)
    return text[: gone.start()] + text[gone.end() :]


def changed_number(text: str, random: Random) -> str:
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return text
    number = random.choice(numbers)
    other = random.choice(("7", "0.3", "13", "42", "150"))
    return text[: number.start()] + other + text[number.end() :]


def survived(seed: int, count: int) -> list[tuple[str, str]]:
    """The variants whose reading says exactly what that of the original says."""
    random, found = Random(seed), []
    known = {}
    for _ in range(count):
        text, weight, name = random.choice(TEXTS)
        points = None if weight is None else Decimal(str(weight))
        variant = random.choice((dropped_clause, changed_number))(text, random)
        if "".join(variant.split()) == "".join(text.split()) or _is_item_number(text, variant):
            continue
        if text not in known:
            known[text] = substance(read(text, points, name=name))
        other = read(variant, points, name=name)
        if other.status != NOT_UNDERSTOOD and substance(other) == known[text]:
            found.append((text, variant))
    return found


def _is_item_number(text: str, variant: str) -> bool:
    """Whether only the number of an item was changed, which says nothing."""
    strip = re.compile(r"(^|[\n；;。，,）)分]\s*)[（(]?\d+(?:\.\d+)?[.、）)](?=\D)")
    return strip.sub(r"\1", text) == strip.sub(r"\1", variant)


@pytest.mark.whole
def test_every_clause_and_number_counts() -> None:
    assert survived(20260131, 300) == []


@pytest.mark.soak
def test_every_clause_and_number_counts_in_ten_thousand() -> None:
    assert survived(7, 10_000) == []
