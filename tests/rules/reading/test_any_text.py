"""Any text is read without an error, and what comes out is consistent: nothing certain that leaves something unread."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlperf.rules.reading.reader import AMBIGUOUS, JUDGEMENT, NOT_UNDERSTOOD, RULE, ReadText, read

# The pieces that scoring texts are made of, in any order.
PIECES = st.sampled_from(
    [
        *("预算执行率", "满意度", "制度健全", "没有制度", "三分之一", "十一分之二十", "一五分之一", "〇", "比率"),
        *("≥90%", "<80%", "80%~90%", "90%以上", "（含）", "±5%", "=0", "达到3项", "两次及以上", "不低于", "≥", "100%＞"),
        *("得3分", "得满分", "不得分", "扣1分", "扣分值的50%", "扣1/0", "扣0.3/3", "（2分）", "8-10分", "得相应分值", "占50%", "一票否决"),
        *("每低1个百分点", "每发现一处", "每少一项", "每完成1项", "具备一个要素", "每偏离1%", "每超50人", "每", "不足1%的不扣"),
        *("扣完为止", "最多扣3分", "否则", "反之", "其余", "酌情扣分", "以100%为标准", "按完成比例得分", "择一", "排名"),
        *("得分=", "率=", "A/B×100%", "×分值", "(A-B)/B", "1-", "×5", "+", "÷0"),
        *("，", "；", "。", "：", "\n", "1.", "2.", "（1）", "①", "②", "A.", "一、", "(", ")", "“", " ", "%", ".", "其中："),
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@pytest.mark.whole
@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from([None, Decimal(3), Decimal("0.5"), Decimal(100)]))
def test_pieces_in_any_order(text: str, weight: Decimal | None) -> None:
    is_consistent(read(text, weight, name="甲/乙", description=text[:20]))


@pytest.mark.whole
@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40))
def test_any_characters(text: str) -> None:
    is_consistent(read(text, Decimal(2)))


def is_consistent(found: ReadText) -> None:
    assert found.status in (RULE, AMBIGUOUS, JUDGEMENT, NOT_UNDERSTOOD)
    assert (found.status == NOT_UNDERSTOOD) == (not found.ways)
    if found.status == RULE:
        assert (len(found.ways), found.unread, found.judged, found.doubts) == (1, (), (), ())
    for clause in (*found.unread, *found.judged, *found.asides):
        assert found.text[clause.start : clause.end] == clause.text
    ids = {value.id for value in found.values}
    assert {name for way in found.ways for point in way.points for name in point.rule.ids} <= ids
    assert len(found.wordings) == len(found.ways)
    assert found.as_json()["status"] == found.status
