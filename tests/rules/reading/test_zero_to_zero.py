"""What a text gives where last year's figure and this year's are both 0: once, and no rule where it says two things."""

from __future__ import annotations

from decimal import Decimal

from xlperf.rules.reading.reader import NOT_UNDERSTOOD, RULE, ReadText, read
from xlperf.rules.tiers import ChangeRule

RATE = "变动率=（本年度结余-上年度结余）/上年度结余"
TIERS, OTHERWISE = "变动率≤-15%的，得3分；变动率≤0的，得1分；", "否则不得分"
ONCE, AGAIN = "上年度为0，本年度继续为0的，得3分；", "上年度为0，本年度为0的，得2分；"


def reading(text: str) -> ReadText:
    return read(text, Decimal(3), name="结余变动率", description=RATE)


def test_one_case_of_nothing_after_nothing() -> None:
    found = reading(TIERS + ONCE + OTHERWISE)
    assert found.status == RULE
    (rule,) = (point.rule for way in found.ways for point in way.points)
    assert isinstance(rule, ChangeRule)
    assert (rule.tiers, rule.zero_zero) == ("≤-15%:3; ≤0%:1; 否则:0", 3.0)


def test_two_such_cases_are_no_rule() -> None:
    found = reading(TIERS + ONCE + AGAIN + OTHERWISE)
    assert (found.status, found.ways) == (NOT_UNDERSTOOD, ())
    assert [clause.text for clause in found.unread] != []


def test_without_such_a_case_none_is_given() -> None:
    (rule,) = (point.rule for way in reading(TIERS + OTHERWISE).ways for point in way.points)
    assert isinstance(rule, ChangeRule)
    assert rule.zero_zero is None
