"""One spelling of formulas: what programs write in their own ways is the same, what means something else is not."""

from __future__ import annotations

import pytest

from xlperf.formula.spelling import normalised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sum(a1:b2)", "SUM(A1:B2)"),
        ("SUM( A1 : B2 , 3 )", "SUM(A1:B2,3)"),
        ("A1 + B1\n- 5 %", "A1+B1-5%"),
        ('IF(A1 > 0 , "a b" , "c")', 'IF(A1>0,"a b","c")'),
        ("_xlfn._xlws.SORT(A1:A3)", "SORT(A1:A3)"),
        ("[1]!RATE_OF(A1)", "RATE_OF(A1)"),
        ("_xll.RATE_OF(A1)", "rate_of(A1)"),
        ("_xludf.RATE_OF(A1)", "RATE_OF(A1)"),
        ("'汇总'!A1", "汇总!A1"),
        ("IF(A1,TRUE(),FALSE())", "IF(A1,TRUE,FALSE)"),
    ],
)
def test_ways_of_writing(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # A blank between two names or areas cuts them.
        ("total _score", "total_score"),
        ("SUM(A1:B2 B2:C3)", "SUM(A1:B2B2:C3)"),
        ("SUM((A1:B2) (B2:C3))", "SUM((A1:B2)(B2:C3))"),
        ("ROUND (A1,2)", "ROUND(A1,2)"),
        ("total\n_score", "total_score"),
        # Letters of other alphabets whose capitals are Latin ones.
        ("total_ſcore", "total_score"),
        ("ındicator", "indicator"),
        # Names that begin as what is called may.
        ("_xll.total_score", "total_score"),
        ("[1]!total_score", "total_score"),
        ("_xludf.total_score+SUM(A1)", "total_score+SUM(A1)"),
        ('"a b"', '"ab"'),
        ('"a"', '"A"'),
        ("'甲 乙'!A1", "甲乙!A1"),
    ],
)
def test_what_means_something_else(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)
