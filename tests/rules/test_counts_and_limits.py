"""What rules say of a finding, which findings are tried out, and where a linear deduction begins and ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.samples import ADAPTER
from xlperf.rules.finding_cell import Count
from xlperf.rules.rule import Facts
from xlperf.values import Grid


def facts(weight: float, finding: str = "", table: Grid | None = None) -> Facts:
    return Facts(weight, lambda name: 0.0, lambda name: "money", str, finding, "1.1", lambda name: table or [])


@pytest.mark.parametrize(
    ("finding", "said", "score"),
    [
        ("符合", "“符合”，得满分 2.00", 2.0),
        ("部分符合", "“部分符合”，标准没有酌情给分的规定，不得分", 0.0),
        ("不符合", "“不符合”，不得分", 0.0),
        ("缺证据", "“缺证据”，不得分", 0.0),
        ("基本符合", "核查结果“基本符合”不在可选的范围内", None),
    ],
)
def test_what_is_said_of_a_finding(finding: str, said: str, score: float | None) -> None:
    rule = ADAPTER.validate_python({"kind": "finding"})
    table: Grid = [["符合", 1.0], ["部分符合", 0.0], ["不符合", 0.0], ["缺证据", 0.0]]
    told = rule.words(facts(2, finding, table))
    assert told.sentence.startswith(said)
    assert (told.low, told.high) == (score, score)


@pytest.mark.parametrize(("partial", "said"), [("部分符合", "可酌情给分"), ("不适用", "标准没有写明怎样给分")])
def test_what_is_said_of_a_finding_with_room(partial: str, said: str) -> None:
    rule = ADAPTER.validate_python({"kind": "finding", "partial": "open", "not_applicable": "open"})
    bounds: dict[str, Grid] = {"low": [[partial, 0.0]], "high": [[partial, 1.0]]}
    told = rule.words(
        Facts(2, lambda name: 0.0, lambda name: "money", str, partial, "1.1", lambda name: bounds[name.split("_")[-1]])
    )
    assert told.sentence == f"“{partial}”，{said}，在 0.00～2.00 分之间由评价人认定"
    assert (told.low, told.high) == (0, 2)


@pytest.mark.parametrize(
    ("share", "last"), [(1.0, 1), (1 / 3, 3), (0.1, 10), (0.3, 4), (0.7 / 7.7, 11), (1 / 49, 20), (0.0, 0)]
)
def test_problems_are_tried_until_nothing_is_left(share: float, last: int) -> None:
    """Also where the reciprocal of a part is a hair more than a whole number; of many, only the first."""
    assert Count(lambda weight: share).trials(2) == range(last + 1)
    assert Count(lambda weight: weight).trials(None) == range(1)


@pytest.mark.parametrize(
    ("more", "ends"),
    [
        ({"threshold": 0.1, "step": 0.01}, (0.1, 0.3)),
        ({"threshold": 95, "step": 5, "direction": "低于"}, (-5, 95)),
        ({"threshold": 95, "step": 5, "direction": "低于", "over": 100}, (-5, 95, 100)),
        ({"threshold": 1, "step": 1, "direction": "双向"}, (-21, -1, 1, 21)),
    ],
)
def test_where_a_linear_deduction_begins_and_ends(more: dict[str, Any], ends: tuple[float, ...]) -> None:
    rule = ADAPTER.validate_python({"kind": "linear", "value": "a_sum", "share": 0.05, **more})
    (limit,) = rule.limits(facts(2))
    assert limit.thresholds == pytest.approx(ends)
    assert (limit.ids, limit.is_step) == (("a_sum",), False)
