"""The wording of a rule: as standards print it, and so complete that it could be read back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.samples import ADAPTER, CONTENTS, essence, rules
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.rules.kinds import KINDS
from xlperf.rules.phrases import Names, exact, percent, share
from xlperf.rules.rule import Rule


@pytest.mark.parametrize(
    ("rule", "wording"),
    [
        ({"kind": "finding"}, "符合的得满分；部分符合的不得分；不符合、缺证据的不得分；不设“不适用”"),
        ({"kind": "finding", "partial": "open", "not_applicable": "full"},
         "符合的得满分；部分符合的在0分至满分之间酌情给分；不符合、缺证据的不得分；不适用的得满分"),
        ({"kind": "choice", "options": "按规定公开:1.5; 没有公开:0"}, "“按规定公开”的，得1.5分；“没有公开”的，不得分"),
        ({"kind": "bands", "bands": "达成:80%~100%; 未达成:0%~80%"},
         "“达成”的，得分值的80%～100%；“未达成”的，得分值的0%～80%；在该档之内由评价人认定，写明理由"),
        ({"kind": "ratio", "value": "done_rate"}, "得分=分值×done_rate，超过100%的按满分计"),
        ({"kind": "ratio", "value": "done_rate", "over": "归零"}, "得分=分值×done_rate，超过100%的不得分"),
        ({"kind": "ratio", "value": "done_rate", "over": "扣分", "over_rate": 1.3, "over_points": 2},
         "得分=分值×done_rate，超过100%的按满分计，达到130%的从满分中扣2分"),
        ({"kind": "tiers", "value": "done_rate", "tiers": "≥100%:2; ≥80%:1.5; 否则:0"},
         "按done_rate分档：≥100%的，得2分；≥80%的，得1.5分；否则不得分"),
        ({"kind": "tiers", "value": "staff_count", "tiers": "≥3:2; 其余:1"}, "按staff_count分档：≥3的，得2分；否则得1分"),
        ({"kind": "change", "current": "this_sum", "previous": "last_sum", "tiers": "≤-15%:3; 否则:0", "zero_zero": 3},
         "按this_sum比last_sum的变动率分档：≤-15%的，得3分；否则不得分；上年、本年都为零的，得3分"),
        ({"kind": "deduct", "points": 0.5}, "每发现一处扣0.5分，扣完为止"),
        ({"kind": "deduct_share", "share": 1 / 3}, "每发现一处扣分值的1/3，扣完为止"),
        ({"kind": "linear", "value": "done_rate", "threshold": 0.1, "step": 0.01, "share": 0.05},
         "done_rate不高于10%的得满分；每高1个百分点扣分值的5%（不足的按比例扣），扣完为止"),
        ({"kind": "linear", "value": "staff_sum", "threshold": 95, "step": 5, "share": 0.05, "direction": "低于",
          "partial": "不足不扣", "over": 100},
         "staff_sum不低于95的得满分；每低5扣分值的5%（不足的不扣），扣完为止；staff_sum超过100的不得分"),
        ({"kind": "pass", "conditions": [{"value": "a_sum", "operator": "≤", "threshold": "b_sum", "text": "不超预算"}]},
         "同时符合以下条件的得满分：a_sum≤b_sum（“不超预算”）；否则不得分"),
        ({"kind": "count", "count": "talk_count", "target": 3, "points": 1}, "talk_count达到3项的得满分，每少1项扣1分，扣完为止"),
        ({"kind": "done", "done": "ok_count", "total": "all_count"}, "得分=分值×ok_count÷all_count"),
        ({"kind": "judgement"}, "由评价人在0分至满分之间判断，写明理由"),
        ({"kind": "unstated"}, "评分标准未载明"),
    ],
)  # fmt: skip
def test_wording(rule: dict[str, Any], wording: str) -> None:
    assert ADAPTER.validate_python(rule).wording(2) == wording


def test_names_and_kinds_come_from_the_framework() -> None:
    names = Names({"x_sum": "投诉率"}.__getitem__, lambda name: "rate")
    rule = ADAPTER.validate_python({"kind": "tiers", "value": "x_sum", "tiers": "≤0.1:2; 否则:0"})
    assert rule.wording(2, names) == "按投诉率分档：≤10%的，得2分；否则不得分"


@pytest.mark.whole
@pytest.mark.parametrize("kind", CONTENTS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_two_rules_have_two_wordings(kind: str, data: st.DataObject) -> None:
    found: dict[str, Any] = {}
    for rule in data.draw(st.lists(rules(kind), min_size=2, max_size=12)):
        said = essence(rule.model_dump())
        assert found.setdefault(rule.wording(2), said) == said


def test_every_kind_is_drawn() -> None:
    assert {kind.model_fields["kind"].annotation.__args__[0] for kind in KINDS} == set(CONTENTS)  # type: ignore[union-attr]


def test_wordings_of_different_kinds_differ() -> None:
    """Those of the shipped frameworks, all together: a wording stands for one rule."""
    found: dict[str, Rule] = {}
    for name in shipped_frameworks():
        for indicator in find_framework(name).framework.indicators:
            for point in indicator.points:
                other = found.setdefault(point.rule.wording(2), point.rule)
                assert essence(other.model_dump()) == essence(point.rule.model_dump())
    assert len(found) > 50


@pytest.mark.parametrize(
    ("value", "written"),
    [(2.0, "2"), (1.5, "1.5"), (1e-6, "0.000001"), (1e20, "100000000000000000000"), (0.1 + 0.2, "0.30000000000000004"), (-0.0, "0")],
)  # fmt: skip
def test_numbers_are_exact(value: float, written: str) -> None:
    assert exact(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(0.25, "25%"), (1 / 3, "1/3"), (2 / 3, "2/3"), (0.3333, "33.33%"), (1, "100%")]
)
def test_shares(value: float, written: str) -> None:
    assert share(value) == written
    assert percent(0.1738) == "17.38%"
