"""What a source does not print is 未载明 all the way: in the framework, the workbook and the result, never 0 or guessed."""

from __future__ import annotations

import pytest

from tests.support.unstated_framework import DATA, FRAMEWORK, NOTHING_SCORED, source
from tests.support.workbooks import after, built
from xlperf.errors import UserError
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.frameworks.linting import lint
from xlperf.values import Value
from xlperf.workbook.data_files import parse_data


def result(data: str = DATA, /, **values: Value) -> Evaluation:
    package = built(source(), data)
    return read_evaluation(after(package, **values) if values else package)


@pytest.mark.whole
def test_self_scores_add_up_and_the_rest_stays_unstated() -> None:
    found = result(DATA)
    assert (found.total, found.grade, found.reported_total, found.reported_grade) == (8, None, 8, None)
    assert [(x.name, x.weight, x.score, x.rate) for x in found.level1] == [("过程", None, 8, None)]
    told = [(i.weight, i.rule_status, i.rule_low, i.self_score, i.score, i.status) for i in found.indicators]
    assert told == [(None, "unstated", None, 5, 5, "按自评"), (3, "unstated", None, 3, 3, "按自评")]
    assert (found.indicators[0].award_role, found.indicators[0].award_date) == ("本单位", "2024-04-15")
    assert found.indicators[0].difference == 0


@pytest.mark.whole
def test_a_reported_total_is_never_the_computed_one() -> None:
    found = result(**NOTHING_SCORED)
    assert (found.total, found.reported_total) == (None, 8)
    assert [(i.score, i.status, i.difference) for i in found.indicators] == [(None, "未载明", None)] * 2
    assert [f.code for f in found.findings] == ["unstated"] * 3


@pytest.mark.whole
def test_a_self_score_without_a_reason_does_not_count() -> None:
    found = result(reason__1=None)
    assert (found.total, found.indicators[0].status) == (None, "缺理由")
    told = [f.message for f in found.findings if f.code == "award_without_reason"]
    assert told == ["指标1“规范性”自评分需要理由而没有写。"]


@pytest.mark.whole
@pytest.mark.parametrize(("score", "expected"), [(3, (3, "按自评")), (2.9, (None, "缺理由"))])
def test_full_marks_need_no_reason_where_no_rule_is_stated(score: float, expected: tuple[float | None, str]) -> None:
    found = result(self_score__2=score, reason__2=None).indicators[1]
    assert (found.score, found.status) == expected


def test_award_and_review_come_before_the_self_score() -> None:
    found = result(award__2=2.5, review__2=2, reason_score__2=2).indicators[1]
    assert (found.self_score, found.award, found.review, found.score, found.difference) == (3, 2.5, 2, 2, -1)
    found = result(award__2=2.5, reason_score__2=2.5).indicators[1]
    assert (found.score, found.difference) == (2.5, -0.5)


def test_lint_says_what_is_not_stated() -> None:
    assert [(f.severity, f.code) for f in lint(source().framework)] == [("hint", "unstated")] * 3


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'weight = "未载明", rule = { kind = "unstated" }',
            'weight = "未载明", rule = { kind = "judgement" }',
            "只能是",
        ),
        (
            'level = "过程"\ngroup = "管理"\nweight = 3',
            'level = "过程"\ngroup = "管理"\nweight = 4',
            "要点合计 3 ≠ 分值 4",
        ),
        ('level = "过程"\ngroup = "管理"\nweight = "未载明"', 'level = "过程"\ngroup = "管理"', "缺这一项"),
        ('weight = "未载明"\ngrades', 'weight = "不知道"\ngrades', "应为数字"),
    ],
)
def test_what_is_not_understood_is_refused(old: str, new: str, told: str) -> None:
    assert old in FRAMEWORK
    with pytest.raises(UserError, match=told):
        source(FRAMEWORK.replace(old, new))


def test_an_entry_without_any_score_is_refused() -> None:
    with pytest.raises(UserError, match="至少要有一个"):
        parse_data(DATA.replace("self_score = 3\n", ""), source().framework, "数据.toml")
