"""The national templates: they add up, scale with their weights, and never pass common understanding off as print."""

from __future__ import annotations

import pytest

from tests.support.workbooks import built
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.frameworks.linting import ERROR, lint
from xlperf.frameworks.loading import find_framework
from xlperf.frameworks.schema import Framework

TEMPLATES = ("mof-department", "mof-project", "mof-project-self")
UNVERIFIED, DEFAULT = "（未核对原文）", "缺省评分，可改："
SELF = """
schema_version = 1
framework = "mof-project-self"
unit = { name = "某局", year = 2023 }
[inputs]
project_budget = { value = 200, source = "自评表" }
project_spent = { value = 190, source = "自评表" }
quantity_target = { value = 40, source = "目标表" }
quantity_actual = { value = 50, source = "验收单" }
quality_target = { value = 0.95, source = "目标表" }
quality_actual = { value = 0.76, source = "验收单" }
cost_target = { value = 90, source = "目标表" }
cost_actual = { value = 100, source = "决算" }
satisfaction_target = { value = 0.9, source = "目标表" }
satisfaction_actual = { value = 0.95, source = "问卷" }
[points]
"4.1" = { finding = "达成预期指标", basis = "按期验收" }
"6.1" = { finding = "达成预期指标", basis = "材料" }
"7.1" = { finding = "部分达成预期指标并具有一定效果", basis = "材料" }
"8.1" = { finding = "达成预期指标", basis = "材料" }
"9.1" = { finding = "未达成预期指标且效果较差", basis = "材料" }
[awards]
4 = { self_score = 10, reason = "提前完成", source = "自评表" }
6 = { self_score = 5, reason = "收入增加", source = "自评表" }
7 = { self_score = 7, reason = "覆盖面不足", source = "自评表" }
8 = { self_score = 4.5, reason = "达标", source = "自评表" }
9 = { self_score = 3, reason = "没有后续资金", source = "自评表" }
"""
DEPARTMENT = """
schema_version = 1
framework = "mof-department"
unit = { name = "某局", year = 2023 }
[inputs]
budget_initial = { value = 200, source = "表" }
budget_adjusted = { value = 210, source = "表" }
budget_final = { value = 199.5, source = "表" }
budget_increase = { value = 15, source = "表" }
budget_increase_excluded = { value = 5, source = "表", note = "落实国家政策追加" }
budget_decrease = { value = 0, source = "表" }
budget_transfer = { value = 0, source = "表" }
project_total = { value = 100, source = "表" }
project_key = { value = 60, source = "表" }
public_budget = { value = 50, source = "表" }
public_final = { value = 51, source = "表" }
three_public_previous = { value = 0, source = "表" }
three_public_budget = { value = 2, source = "表" }
three_public_final = { value = 0, source = "表" }
carryover_previous = { value = 30, source = "表" }
carryover_current = { value = 21, source = "表" }
quota_issued = { value = 200, source = "表" }
quota_used = { value = 190, source = "表" }
progress_planned = { value = 1, source = "表" }
procurement_plan = { value = 10, source = "表" }
procurement_actual = { value = 12, source = "表" }
assets_in_use = { value = 80, source = "表" }
assets_total = { value = 100, source = "表" }
staff_actual = { value = 20, source = "表" }
staff_quota = { value = 21, source = "表" }
tasks_total = { value = 11, source = "表" }
tasks_done = { value = 9, source = "表" }
tasks_skipped = { value = 1, source = "表" }
"""


@pytest.fixture(params=TEMPLATES)
def template(request: pytest.FixtureRequest) -> Framework:
    return find_framework(request.param).framework


def test_they_are_sound_but_for_what_was_not_compared_with_the_document(template: Framework) -> None:
    faults = lint(template)
    assert [fault for fault in faults if fault.severity == ERROR] == []
    # Weights are editable, so that no rule may give points as they are written.
    assert {fault.code for fault in faults} <= {"unverified_source", "definition", "below_line"}
    assert [fault.code for fault in faults].count("unverified_source") == 2
    assert template.has_editable_weights
    assert template.grades
    assert template.grades.scheme == "mof"


def test_nothing_unverified_looks_official(template: Framework) -> None:
    assert not template.source.is_verified
    assert "未核对原文" in template.source.document
    assert "未核对原文，可改" in template.source.clause
    for indicator in template.indicators:
        assert indicator.description.startswith(UNVERIFIED)
        assert indicator.standard.startswith(UNVERIFIED)
        assert DEFAULT in indicator.standard
        assert all(point.text.startswith((UNVERIFIED, DEFAULT)) for point in indicator.points)
        assert all(reading.literal.startswith(UNVERIFIED) for reading in indicator.readings)


def test_every_rate_has_a_definition_and_says_where_it_is_from(template: Framework) -> None:
    assert all("÷" in rate.definition and rate.source for rate in template.rates)


def test_the_levels_of_a_self_evaluated_project_are_those_in_print() -> None:
    levels = find_framework("mof-project-self").framework.levels
    assert [level.weight for level in levels] == [10, 50, 30, 10]


def test_the_frame_of_the_other_two() -> None:
    levels = {name: [x.name for x in find_framework(name).framework.levels] for name in TEMPLATES}
    assert levels["mof-project"] == ["决策", "过程", "产出", "效益"]
    assert levels["mof-department"] == ["投入", "过程", "产出", "效果"]
    names = {i.name for i in find_framework("mof-department").framework.indicators}
    assert {
        "在职人员控制率",
        "“三公”经费变动率",
        "重点支出安排率",
        "预算完成率",
        "结转结余变动率",
        "固定资产利用率",
    } <= names
    assert len(names) == 29


def result(name: str, text: str) -> Evaluation:
    return read_evaluation(built(name, text))


@pytest.mark.whole
def test_a_project_evaluates_itself() -> None:
    found = result("mof-project-self", SELF)
    scores = {i.code: (i.score, i.status) for i in found.indicators}
    assert scores == {
        "1": (9.5, "按规则"),
        "2": (15, "按规则"),
        "3": (12, "按规则"),
        "4": (10, "区间内认定"),
        "5": (9, "按规则"),
        "6": (5, "区间内认定"),
        "7": (7, "区间内认定"),
        "8": (4.5, "区间内认定"),
        "9": (3, "区间内认定"),
        "10": (10, "按规则"),
    }
    assert (found.total, found.grade) == (85, "良")
    assert [level.score for level in found.level1] == [9.5, 46, 19.5, 10]


@pytest.mark.slow
def test_a_department_by_its_figures() -> None:
    found = result("mof-department", DEPARTMENT)
    rates = {rate.id: rate.value for rate in found.rates}
    assert rates["adjustment_rate"] == pytest.approx(0.05)
    assert rates["net_adjustment_rate"] == pytest.approx(0.05)
    assert rates["public_funds_adjusted_rate"] is None
    scores = {i.code: i.rule_score for i in found.indicators if i.rule_status == "determined"}
    assert scores == {
        "A3": 4,
        "A4": 4,  # from nothing to nothing is no growth
        "A5": 2.4,
        "B1": 3.8,
        "B2": 1.5,
        "B3": 1.9,
        "B4": 1,
        "B5": 2,
        "B6": 0,
        "B7": 3,
        "B8": 2,
        "B15": 2.4,
        "C1": 4.5,
    }
    assert found.total is None
