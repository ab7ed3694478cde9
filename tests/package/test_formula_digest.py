"""The digest of formulas: no two workbooks with different ones have the same, however their texts are put together."""

from __future__ import annotations

from itertools import combinations

from xlperf.package.formula_digest import Formulas, digest

ALIKE = [
    (("甲", (("A1", "1"), ("A2", "2"))), ("乙", ())),
    (("甲", (("A1", "1\nA2=2"),)), ("乙", ())),
    (("甲", (("A1", "1\n"), ("A2", "2"))), ("乙", ())),
    (("甲", (("A1", "1"), ("A2", "2乙"))),),
    (("甲", (("A1", "1"), ("A2", "2"))),),
    (("甲", (("A1", "1"),)), ("乙", (("A2", "2"),))),
    (("甲", (("A1", "1"),)), ("A2", (("A2", "2"),)), ("乙", ())),
    (("甲", (("A1", "1A2=1:2"),)), ("乙", ())),
    (("甲A1=1:1", (("A2", "2"),)), ("乙", ())),
    (("甲\nA1=1", (("A2", "2"),)), ("乙", ())),
    (("甲", ()), ("乙", (("A1", "1"), ("A2", "2")))),
]


def test_different_formulas_have_different_digests() -> None:
    same = [pair for pair in combinations(ALIKE, 2) if digest(Formulas(pair[0])) == digest(Formulas(pair[1]))]
    assert same == []


def test_the_same_formulas_have_the_same() -> None:
    assert all(digest(Formulas(one)) == digest(Formulas(list(one))) for one in ALIKE)
