"""Faults that each cost points of their own: what is listed, in both editions; words, lint, wording."""

from __future__ import annotations

import pytest

from tests.rules import books
from tests.rules.books import EDITIONS
from tests.rules.samples import ADAPTER
from xlperf.editions.conversion import Edition
from xlperf.errors import CellError
from xlperf.values import Value

RULE = 'kind = "deduct_some", items = "缺批复:3.5; 无任务书:2; 未经集体决策:1"'
MISSING, WRONG = CellError("#N/A"), CellError("#VALUE!")


@pytest.mark.whole
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("finding", "score", "sentence"),
    [
        ("无", 6, "一项也没有，不扣分：6.00 分"),
        ("2", 4, "存在 1 项（2）：分值 6 − 2 = 4.00"),
        ("1、3", 1.5, "存在 2 项（1、3）：分值 6 − 3.5 − 1 = 1.50"),
        ("1、2、3", 0, "存在 3 项（1、2、3）：分值 6 − 3.5 − 2 − 1 = -0.5，扣完为止：0.00"),
        (None, MISSING, "还没有填存在哪几项，规则分算不出"),
        ("4", WRONG, "“4”里有重复的编号或表里没有的编号，规则分算不出"),
        ("1、1", WRONG, "“1、1”里有重复的编号或表里没有的编号，规则分算不出"),
    ],
)
def test_scores_and_words(finding: Value, score: float | CellError, sentence: str, edition: Edition) -> None:
    book = books.filled(RULE, edition, {"finding.1.1": finding})
    assert books.cell(book, "point_low") == score
    assert books.scored(book) == ((None, None) if isinstance(score, CellError) else (score, score))
    assert books.said(book)[:2] == (sentence, "")


@pytest.mark.whole
def test_all_faults_stand_below_with_what_was_found() -> None:
    lines = books.said(books.filled(RULE, Edition.UDF, {"finding.1.1": "1"}))[2]
    assert lines == ["1 缺批复：3.5 分，存在", "2 无任务书：2 分，没有", "3 未经集体决策：1 分，没有"]


def test_lint() -> None:
    assert [fault.message for fault in books.faults(RULE)] == []
    found = books.faults(RULE.replace("3.5", "7"))
    assert [fault.message for fault in found] == ["支出率：要点 1：“缺批复”一项扣 7 分，超过分值 6"]


def test_wording() -> None:
    rule = ADAPTER.validate_python({"kind": "deduct_some", "items": "缺批复:6; 无任务书:4"})
    assert rule.wording(10) == "存在以下各项的，逐项扣分，扣完为止：“缺批复”扣6分；“无任务书”扣4分"
