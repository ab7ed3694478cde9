"""What each kind of rule says in words, and that the score it tells is the one that the function gives."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from xlperf.errors import CellError
from xlperf.functions.tiers import options, tiers
from xlperf.rules.kinds import AnyRule
from xlperf.rules.rule import Facts
from xlperf.values import Grid, Value

RULE: TypeAdapter[Any] = TypeAdapter(AnyRule)
MET: tuple[Grid, Grid] = ([["符合", 1], ["部分符合", 0], ["不符合", 0]], [["符合", 1], ["部分符合", 1], ["不符合", 0]])
STRICT: tuple[Grid, Grid] = (MET[0], MET[0])


Row = tuple[Value, Value, Value]


def said(
    rule: dict[str, Any],
    weight: float,
    values: dict[str, Value] | None = None,
    *,
    finding: Value = None,
    degrees: tuple[Grid, Grid] = ([], []),
    conditions: tuple[Row, ...] = (),
) -> tuple[str, float | None, float | None]:
    """What a rule says that stands at point 1.1, with its parameters as they would stand in the workbook."""
    known, read = values or {}, RULE.validate_python(rule)
    names: dict[str, Grid] = (
        {"tiers_1_1": [[t.operator, t.threshold, t.result] for t in tiers(rule["tiers"])]} if "tiers" in rule else {}
    )
    names |= {"options_1_1": [[o, p] for o, p in options(rule["options"]).items()]} if "options" in rule else {}
    for bound, grid in zip(("low", "high"), degrees, strict=True):
        names |= {f"bands_1_1_{bound}": grid, f"met_{rule.get('partial', 'zero')}_refuse_{bound}": grid}
    for column, part in enumerate(("values", "operators", "thresholds")):
        names[f"condition_1_1_{part}"] = [[row[column]] for row in conditions]
    facts = Facts(
        weight,
        lambda name: known[name],
        lambda name: "rate" if name.endswith("_rate") else "count" if name.endswith("_count") else "money",
        lambda name: f"〈{name}〉",
        finding,
        "1.1",
        names.__getitem__,
    )
    found = read.told(facts)
    return found.sentence, found.low, found.high


TIERS = {"kind": "tiers", "value": "a_rate", "tiers": "≤3%:2; ≤10%:1; >10%:0"}
LINEAR = {"kind": "linear", "value": "a_rate", "threshold": 0.1, "step": 0.01, "share": 0.03}
BELOW = {**LINEAR, "threshold": 0.95, "share": 0.05, "direction": "低于", "over": 1.0}
CHANGE = {"kind": "change", "current": "b_sum", "previous": "a_sum", "tiers": "≤-10%:2; ≤0:1; >0:0", "zero_zero": 2}
PASS = {
    "kind": "pass",
    "conditions": [
        {"value": "a_sum", "operator": "≤", "threshold": "b_sum", "text": "甲≤乙"},
        {"value": "a_rate", "operator": "≥", "threshold": 0.8, "text": "率达到 80%"},
    ],
}
ONE = {"kind": "pass", "conditions": PASS["conditions"][:1]}
OPEN = {**PASS, "below": "open"}


@pytest.mark.parametrize(
    ("rule", "weight", "values", "expected"),
    [
        (TIERS, 2, {"a_rate": 0.1817}, ("18.17% 落在“>10%”档：0.00 分", 0, 0)),
        (TIERS, 2, {"a_rate": 0.1}, ("10.00% 落在“≤10%”档：1.00 分", 1, 1)),
        (TIERS, 2, {"a_rate": 0.100001}, ("10.0001% 落在“>10%”档：0.00 分", 0, 0)),
        (TIERS, 1, {"a_rate": 0.01}, ("1.00% 落在“≤3%”档：1.00 分（该档 2 分，以分值为限）", 1, 1)),
        (TIERS, 2, {"a_rate": None}, ("规则分算不出：〈a_rate〉没有填", None, None)),
        (TIERS, 2, {"a_rate": CellError("#DIV/0!")}, ("规则分算不出：〈a_rate〉是 #DIV/0!（分母为零）", None, None)),
        (TIERS, 2, {"a_rate": "很高"}, ("规则分算不出：〈a_rate〉是 很高", None, None)),
        ({"kind": "ratio", "value": "a_rate"}, 5, {"a_rate": 209.26 / 213.7}, ("分值 5 × 97.92% = 4.90", 4.9, 4.9)),
        ({"kind": "ratio", "value": "a_rate"}, 5, {"a_rate": 1.2}, ("120.00% 超过 100%，以满分 5 为限：5.00 分", 5, 5)),
        (
            {"kind": "ratio", "value": "a_rate", "over": "归零"},
            5,
            {"a_rate": 1.000004},
            ("100.0004% 超过 100%，按标准不得分：0.00 分", 0, 0),
        ),
        (
            {"kind": "ratio", "value": "a_rate", "over": "扣分", "over_rate": 1.3, "over_points": 1},
            5,
            {"a_rate": 1.5},
            ("150.00% 达到 130%，目标偏低，按标准扣 1 分：4.00 分", 4, 4),
        ),
        (LINEAR, 2, {"a_rate": -0.0518}, ("-5.18% ≤ 10%，不扣分：2.00 分", 2, 2)),
        (
            LINEAR,
            2,
            {"a_rate": 0.3552},
            (
                "35.52% 高于 10%，相差 25.52 个百分点，每 1 个百分点扣分值的 3%（不足的按比例扣）："
                "2 ×（1 − 25.52 × 3%）= 0.47",
                0.47,
                0.47,
            ),
        ),
        (
            {**LINEAR, "partial": "不足也扣", "direction": "双向"},
            2,
            {"a_rate": -0.6},
            (
                "-60.00% 的绝对值高于 10%，相差 50 个百分点，每 1 个百分点扣分值的 3%（不足的也扣）："
                "2 ×（1 − 50 × 3%）= -1，扣完为止：0.00",
                0,
                0,
            ),
        ),
        (BELOW, 1, {"a_rate": 1.0}, ("100.00% ≥ 95%，不扣分：1.00 分", 1, 1)),
        (BELOW, 1, {"a_rate": 1.01}, ("101.00% 超过 100%，按标准不得分：0.00 分", 0, 0)),
        (CHANGE, 2, {"a_sum": 0.0, "b_sum": 0.0}, ("上年、本年都是 0，按特例得 2.00 分", 2, 2)),
        (
            CHANGE,
            2,
            {"a_sum": 100.0, "b_sum": 88.0},
            ("变动率（88.00 − 100.00）÷ 100.00 = -12.00% 落在“≤-10%”档：2.00 分", 2, 2),
        ),
        (
            CHANGE,
            2,
            {"a_sum": 0.0, "b_sum": 5.0},
            ("上年是 0、本年是 5.00，变动率无限大，落在“>0%”档：0.00 分", 0, 0),
        ),
        (
            {"kind": "done", "done": "a_count", "total": "b_count"},
            3,
            {"a_count": 12, "b_count": 14},
            ("完成 12，共 14：分值 3 × 12 ÷ 14 = 2.57", 2.57, 2.57),
        ),
        (
            {"kind": "done", "done": "a_count", "total": "b_count"},
            3,
            {"a_count": 15, "b_count": 14},
            ("算不出：已完成数多于总数", None, None),
        ),
        (
            {"kind": "count", "count": "a_count", "target": 3, "points": 0.5},
            2,
            {"a_count": 1},
            ("实际 1，目标 3，少 2，每少一项扣 0.5 分：2 − 2 × 0.5 = 1.00", 1, 1),
        ),
        ({"kind": "judgement"}, 3, {}, ("标准没有分档，由评价人在 0.00～3.00 分之间判断并写明理由", 0, 3)),
        ({"kind": "unstated"}, 3, {}, ("来源没有印出评分标准（未载明），没有规则分", None, None)),
    ],
)
def test_rules_on_data(
    rule: dict[str, Any], weight: float, values: dict[str, Value], expected: tuple[Any, ...]
) -> None:
    assert said(rule, weight, values) == expected


@pytest.mark.parametrize(
    ("rule", "weight", "finding", "degrees", "expected"),
    [
        ({"kind": "finding"}, 1, "符合", STRICT, ("“符合”，得满分 1.00", 1, 1)),
        ({"kind": "finding"}, 1, "部分符合", STRICT, ("“部分符合”，标准没有酌情给分的规定，不得分", 0, 0)),
        ({"kind": "finding"}, 1, "不符合", MET, ("“不符合”，不得分", 0, 0)),
        (
            {"kind": "finding", "partial": "open"},
            2,
            "部分符合",
            MET,
            ("“部分符合”，可酌情给分，在 0.00～2.00 分之间由评价人认定", 0, 2),
        ),
        ({"kind": "finding"}, 1, None, STRICT, ("还没有填核查结果，规则分算不出", None, None)),
        ({"kind": "finding"}, 1, "大概", STRICT, ("核查结果“大概”不在可选的范围内", None, None)),
        (
            {"kind": "bands", "bands": "达成:80%~100%; 部分达成:60%~80%; 未达成:0%~60%"},
            5,
            "部分达成",
            ([["达成", 0.8], ["部分达成", 0.6]], [["达成", 1], ["部分达成", 0.8]]),
            ("“部分达成”，占分值 60%～80%，在 3.00～4.00 分之间由评价人认定", 3, 4),
        ),
        ({"kind": "choice", "options": "公开:1.5; 没有:0"}, 1.5, "公开", None, ("“公开”，1.50 分", 1.5, 1.5)),
        ({"kind": "deduct", "points": 1}, 3, 2, None, ("分值 3 − 2 处 × 1 分 = 1.00", 1, 1)),
        ({"kind": "deduct", "points": 1}, 3, 5, None, ("分值 3 − 5 处 × 1 分 = -2，扣完为止：0.00", 0, 0)),
        ({"kind": "deduct", "points": 1}, 3, None, None, ("还没有填问题处数，规则分算不出", None, None)),
        ({"kind": "deduct_share", "share": 1 / 3}, 2, 1, None, ("分值 2 ×（1 − 1 处 × 1/3）= 1.33", 1.33, 1.33)),
        ({"kind": "deduct_share", "share": 0.25}, 2, 2, None, ("分值 2 ×（1 − 2 处 × 25%）= 1.00", 1, 1)),
    ],
)
def test_rules_on_findings(
    rule: dict[str, Any], weight: float, finding: Value, degrees: tuple[Grid, Grid] | None, expected: tuple[Any, ...]
) -> None:
    assert said(rule, weight, finding=finding, degrees=degrees or ([], [])) == expected


@pytest.mark.parametrize(
    ("rule", "rows", "expected"),
    [
        (ONE, ((53.61, "≤", 53.61),), ("甲≤乙：53.61 ≤ 53.61 成立，得满分 2.00", 2, 2)),
        (ONE, ((53.611, "≤", 53.61),), ("甲≤乙：53.611 ≤ 53.61 不成立，不得分", 0, 0)),
        (ONE, ((None, "≤", 53.61),), ("甲≤乙：未填，不能判断，规则分算不出", None, None)),
        (PASS, ((1, "≤", 2), (0.9, "≥", 0.8)), ("2 项条件全部成立，得满分 2.00", 2, 2)),
        (PASS, ((1, "≤", 2), (0.7, "≥", 0.8)), ("2 项条件中 1 项不成立，不得分", 0, 0)),
        (PASS, ((1, "≤", None), (0.7, "≥", 0.8)), ("2 项条件中 1 项不成立，不得分", 0, 0)),
        (PASS, ((1, "≤", None), (0.9, "≥", 0.8)), ("2 项条件中 1 项不能判断，规则分算不出", None, None)),
        (OPEN, ((3, "≤", 2), (0.7, "≥", 0.8)), ("2 项条件中 2 项不成立，在 0.00～2.00 分之间由评价人核定", 0, 2)),
    ],
)
def test_conditions(rule: dict[str, Any], rows: tuple[Row, ...], expected: tuple[Any, ...]) -> None:
    assert said(rule, 2, conditions=rows) == expected
