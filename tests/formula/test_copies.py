"""A formula further down a column is known as a copy by its text."""

from __future__ import annotations

import pytest

from xlperf.formula.addresses import MAXIMUM_ROW
from xlperf.formula.tokens import Above, Copied, tokens

FORMULAS = [
    "A1+1",
    "SUM(B$2:B10)*100%",
    'IF($C9="9%s9",甲乙!D12,"x1")&"100%"',
    "SUM(3:5,A:A)+LOG10(E7)",
    "1+2",
    "甲1+乙",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_copies_are_those_that_copying_gives(formula: str) -> None:
    copied, above = Copied(tokens(formula)), Above(formula)
    assert all(above.is_copied(copied.shifted(rows, 0), rows) for rows in (0, 1, 7, 1000))


@pytest.mark.parametrize("formula", FORMULAS)
def test_others_are_none(formula: str) -> None:
    above = Above(formula)
    moved = Copied(tokens(formula)).shifted(1, 0)
    assert above.is_copied(moved, 2) == (moved == formula)
    assert not above.is_copied(f"{formula}+0", 0)
    assert not above.is_copied(f"-{formula}", 0)


def test_past_the_edge_there_is_none() -> None:
    copied = Copied(tokens("A2")).shifted(MAXIMUM_ROW - 1, 0)
    assert copied == "A1"
    assert not Above("A2").is_copied(copied, MAXIMUM_ROW - 1)
