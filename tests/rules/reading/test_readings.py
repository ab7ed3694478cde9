"""What single texts are read as: one of each form, what is left open in each, and what must not be taken for a rule."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.support.scoring_texts import points_of
from xlperf.rules.reading.reader import AMBIGUOUS, JUDGEMENT, NOT_UNDERSTOOD, RULE, read

ONE_STEP = ("按比例", "不足不扣", "不足也扣")


def linear(threshold: float, step: float, share: float, direction: str = "低于", **more: Any) -> dict[str, Any]:
    towards = {} if direction == "高于" else {"direction": direction}
    return {"kind": "linear", "threshold": threshold, "step": step, "share": share} | towards | more


CERTAIN: list[tuple[int, str, list[dict[str, Any]]]] = [
    (3, "预算执行率≥95%，得3分；90%≤预算执行率<95%，得2分；预算执行率<90%，不得分。", [{"kind": "tiers", "tiers": "≥95%:3; ≥90%:2; <90%:0"}]),
    (10, "执行率90%（含）以上的，得10分；80%（含）—90%的，得8分；80%以下的不得分。", [{"kind": "tiers", "tiers": "≥90%:10; ≥80%:8; <80%:0"}]),
    (6, "覆盖率≥80%得6分，≥60%得4分，否则不得分", [{"kind": "tiers", "tiers": "≥80%:6; ≥60%:4; 否则:0"}]),
    (6, "完成率100%的得满分；完成率在80%～100%之间的，得60%分值；完成率低于80%的，不得分。", [{"kind": "tiers", "tiers": "<80%:0; <100%:3.6; ≤100%:6"}]),
    (3, "完成3个及以上得3分，完成2个得2分，完成1个得1分，未完成不得分。", [{"kind": "tiers", "tiers": "≥3:3; ≥2:2; ≥1:1; 否则:0"}]),
    (5, "预算调整率=0，得满分；0＜预算调整率≤10%，得4分；预算调整率＞10%，不得分。", [{"kind": "tiers", "tiers": ">10%:0; >0%:4; ≥0%:5"}]),
    (5, "投入产出比高于1得5分，等于1得3分，小于1得0分。", [{"kind": "tiers", "tiers": ">1:5; ≥1:3; <1:0"}]),
    (10, "预算执行率=实际支出数/预算数×100%，得分=预算执行率×10。", [{"kind": "ratio"}]),
    (5, "完成率=实际完成数÷计划完成数×100%。完成率≥100%得满分，否则按完成率×分值计算得分。", [{"kind": "done"}]),
    (20, "实际完成值/目标值×20分", [{"kind": "ratio"}]),
    (10, "得分=预算执行率×分值，超过100%的按满分计。", [{"kind": "ratio"}]),
    (2, "得分=分值×采购率；采购率大于100%的，不得分", [{"kind": "ratio", "over": "归零"}]),
    (3, "每发现一起违规行为，扣1分，最多扣3分。", [{"kind": "deduct", "points": 1.0}]),
    (3, "资金使用合规得3分；存在截留、挤占、挪用等情况的，一项扣1分，扣完为止。", [{"kind": "deduct", "points": 1.0}]),
    (2, "按规定时间报送，得2分，否则，每推迟一天扣0.2分，扣完为止", [{"kind": "deduct", "points": 0.2}]),
    (3, "每存在一处问题扣除权重分的三分之一，扣完为止。", [{"kind": "deduct_share", "share": 1 / 3}]),
    (10, "缺批复扣6分，无任务书扣20%，扣完为止", [{"kind": "deduct_some", "items": "缺批复:6; 无任务书:2"}]),
    (4, "出现1次安全事故扣2分，出现2次及以上不得分。", [{"kind": "tiers", "tiers": "≥2:0; ≥1:2; 否则:4"}]),
    (6, "完成3项以上得满分；少于3项的每少一项扣1分。", [{"kind": "count", "target": 3.0, "points": 1.0}]),
    (10, "每完成1项得2分，最高10分。", [{"kind": "count", "target": 5.0, "points": 2.0}]),
    (2, "制度健全完善得2分，较为健全得1分，不健全不得分。", [{"kind": "choice", "options": "制度健全完善:2; 较为健全:1; 不健全:0"}]),
    (2, "有制度得1分，制度健全得1分。", [{"weight": 1.0, "kind": "finding"}] * 2),
    (4, "评价要点：1.编制依据充分；2.测算合理；3.分配合理；4.与目标匹配。每符合一项得1分。", [{"weight": 1.0, "kind": "finding"}] * 4),
    (4, "（1）目标明确性（2分）：目标明确得2分，不明确不得分；（2）目标合理性（2分）：合理得2分，不合理不得分。", [{"weight": 2.0, "kind": "finding"}] * 2),
    (5, "全年无事故得2分；满意度≥90%得3分，否则不得分", [{"weight": 2.0, "kind": "finding"}, {"weight": 3.0, "kind": "pass", "conditions": [{"operator": "≥", "threshold": 0.9, "text": "满意度≥90%"}]}]),
    (8, "按时报送得4分，迟报1天扣1分，扣完为止；内容完整得4分，缺一项扣1分，扣完为止。", [{"weight": 4.0, "kind": "deduct", "points": 1.0}] * 2),
]  # fmt: skip


@pytest.mark.parametrize(("weight", "text", "points"), CERTAIN)
def test_one_way(weight: int, text: str, points: list[dict[str, Any]]) -> None:
    found = read(text, Decimal(weight))
    assert found.status == RULE, found
    assert [points_of(way) for way in found.ways] == [points]


@pytest.mark.parametrize(
    ("weight", "text", "ways"),
    [
        (4, "满意度在90%以上得4分，80%-90%得3分，80%以下不得分。", [{"kind": "tiers", "tiers": "≥90%:4; ≥80%:3; <80%:0"}, {"kind": "tiers", "tiers": ">90%:4; >80%:3; ≤80%:0"}]),
        (4, "满意度≥90%得4分，80%<满意度≤85%得3分，满意度≤80%不得分。", [{"kind": "tiers", "tiers": ">85%:4; >80%:3; ≤80%:0"}, {"kind": "tiers", "tiers": "≥90%:4; >80%:3; ≤80%:0"}]),
        (5, "三公经费变动率≤0，得5分；变动率>0，每上升1个百分点扣1分，扣完为止。", [linear(0, 0.01, 0.2, "高于"), linear(0, 0.01, 0.2, "高于", partial="不足不扣"), linear(0, 0.01, 0.2, "高于", partial="不足也扣")]),
        (5, "偏离度在±10%以内得5分，每超过1个百分点扣0.5分，不足1个百分点的不扣。", []),
        (10, "满意度≥90%得满分", [{"kind": "pass", "conditions": [{"operator": "≥", "threshold": 0.9, "text": "满意度≥90%"}]}, {"kind": "pass", "below": "open", "conditions": [{"operator": "≥", "threshold": 0.9, "text": "满意度≥90%"}]}]),
        (3, "绩效目标完成率=已实现目标数/申报目标数×100%；得分=绩效目标完成率×5", [{"kind": "done"}, linear(0.6, 0.6, 1.0)]),
    ],
)  # fmt: skip
def test_several_ways(weight: int, text: str, ways: list[dict[str, Any]]) -> None:
    found = read(text, Decimal(weight))
    if not ways:
        assert points_of(found.ways[0]) == [linear(0.1, 0.01, 0.1, "双向", partial="不足不扣")]
        assert found.status == RULE
        return
    assert found.status == AMBIGUOUS
    assert [points_of(way) for way in found.ways] == [[way] for way in ways]
    assert len({way.choices for way in found.ways}) == len(ways)


def test_a_percent_is_points_or_a_part_of_the_limit_and_starts_somewhere() -> None:
    found = read("执行率≥95%得满分，每偏离1%扣权重分的5%，扣完为止", Decimal(2))
    assert found.status == AMBIGUOUS
    rules = [points_of(way)[0] for way in found.ways]
    assert {rule["threshold"] for rule in rules} == {0.95, 1.0}
    assert {rule["step"] for rule in rules} == {0.01, 0.0095}
    assert {rule.get("partial", "按比例") for rule in rules} == set(ONE_STEP)
    assert len(rules) == 12
    certain = read("执行率≥100%得满分，每低1个百分点扣权重分的5%，不足1个百分点的不扣，扣完为止", Decimal(2))
    assert (certain.status, points_of(certain.ways[0])) == (RULE, [linear(1.0, 0.01, 0.05, partial="不足不扣")])


@pytest.mark.parametrize(
    ("weight", "text", "clause"),
    [
        (3, "完成率≥90%得3分；其他视情况给分", "其他视情况给分"),
        (
            4,
            "1.有目标的，得2分；2.目标量化的，得2分。对上述要求没有完全符合的，可酌情扣分",
            "对上述要求没有完全符合的，可酌情扣分",
        ),
        (10, "提升服务效能，让群众少跑腿", "提升服务效能，让群众少跑腿"),
        (6, "按得票数进行排名，第1名得6分，第2名得4分", "按得票数进行排名，第1名得6分，第2名得4分"),
    ],
)
def test_discretion_is_quoted(weight: int, text: str, clause: str) -> None:
    found = read(text, Decimal(weight))
    assert found.status == JUDGEMENT
    assert clause in [judged.text for judged in found.judged]


@pytest.mark.parametrize(
    ("weight", "text", "clause"),
    [
        (5, "预算执行率90%左右得5分，否则不得分", "预算执行率90%左右得5分"),
        (3, "每发现一处扣1分，最多扣2分", "最多扣2分"),
        (100, "每延迟1个节点扣10%，截留挪用扣100%，无台账扣50%", "每延迟1个节点扣10%"),
        (2, "资产账实相符得1分，处置规范得1分，发现一处不规范扣0.5分。", "发现一处不规范扣0.5分"),
        (5, "完全达到:5分;主要指标完全达到:3分;主要指标达到", "主要指标达到"),
        (3, "每项工作酌情", "每项工作酌情"),
        (100, "一级指标分值统一设置为：产出指标50分、效益指标50分", "一级指标分值统一设置为：产出指标50分"),
        (5, "每超1%扣0.5分", "每超1%扣0.5分"),
        (4, "明确、合理各占1分，有依据占2分", "明确、合理各占1分"),
        (8, "率先完成的加2分，最高不超过5分。", "最高不超过5分"),
    ],
)
def test_what_is_not_understood_is_quoted(weight: int, text: str, clause: str) -> None:
    found = read(text, Decimal(weight))
    if clause == "每项工作酌情":
        assert found.status != RULE
        return
    assert found.status == NOT_UNDERSTOOD
    assert clause in [unread.text for unread in found.unread]
    assert found.ways == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("预算执行率≥95%得满分，90%≤预算执行率<95%得2分，否则不得分", "ask_weight"),
        ("支出率≥95%得满分，每低1个百分点扣0.5分", "ask_weight"),
        ("①占50%，②占50%", "ask_weight"),
    ],
)
def test_a_weight_that_is_needed_is_asked_for(text: str, code: str) -> None:
    found = read(text)
    assert found.status == NOT_UNDERSTOOD
    assert code in [doubt.code for doubt in found.doubts]


@pytest.mark.parametrize(
    ("weight", "text", "code"),
    [
        (4, "1、有目标得1分；2、目标合理得2分；3、指标细化得2分。", "points_sum"),
        (5, "支出率≥90%得6分，支出率<90%得3分", "tier_over_weight"),
        (5, "支出率≥90%得3分，80%≤支出率<90%得5分，支出率<80%不得分", "tier_order"),
        (5, "支出率≥90%得5分，80%≤支出率<95%得3分，支出率<80%不得分", "tier_overlap"),
        (5, "支出率≥90%得5分，80%≤支出率<90%得5分，支出率<80%不得分", "tier_without_effect"),
        (3, "所有项目均完成的，得3分；部分未完成的，得分=已完成项目数/未完成项目数×3", "zero_denominator"),
        (5, "控制率≤100%得6分，每超过1个百分点扣0.5分", "points_sum"),
        (5, "支出率=100%得5分，支出率<100%得3分", "tier_gap"),
        (5, "每发现一处扣1分", "no_lower_end"),
        (5, "执行率≥90%得满分，否则按比例扣分", "definition"),
        (5, "执行率略低于100%得满分，否则不得分", "ambiguous"),
    ],
)
def test_lint_on_the_text(weight: int, text: str, code: str) -> None:
    found = read(text, Decimal(weight))
    assert code in [note.code for note in (*found.notes, *found.doubts)]


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("支出率不低于90%", "≥"), ("支出率未低于90%", "≥"), ("支出率不得低于90%", "≥"), ("支出率至少90%", "≥"), ("支出率90%及以上", "≥"),
        ("支出率超过90%", ">"), ("支出率高于90%（含90%）", "≥"), ("支出率90%以上（不含90%）", ">"),
        ("支出率未超过90%", "≤"), ("支出率没有超过90%", "≤"), ("支出率不得超过90%", "≤"), ("支出率不超90%", "≤"), ("支出率控制在90%以内", "≤"),
        ("支出率不足90%", "<"), ("支出率未达到90%", "<"), ("支出率低于90%（不含）", "<"),
    ],
)  # fmt: skip
def test_every_word_for_a_comparison(text: str, operator: str) -> None:
    found = read(f"{text}的，得满分，否则不得分", Decimal(5))
    assert found.status == RULE
    (condition,) = points_of(found.ways[0])[0]["conditions"]
    assert (condition.get("operator", "="), condition["threshold"]) == (operator, 0.9)


@pytest.mark.parametrize(
    "text",
    [
        "支出率≥90%或进度≥80%得5分，否则不得分",
        "除特殊原因外，支出率≥90%得5分，否则不得分",
        "支出率不会低于90%得5分，否则不得分",
        "90%以上得5分，80-90得3分，80以下得0分",
        # Below the condition nothing is said.
        "资料齐全的得5分；满意度在60%以上的，得分=满意度×分值。",
        "已公开得满分；公开率≥60%，得分=公开率×分值，超过100%的不得分",
    ],
)
def test_what_would_be_turned_round_is_not_understood(text: str) -> None:
    assert read(text, Decimal(5)).status == NOT_UNDERSTOOD


def test_definitions_beside_become_values() -> None:
    found = read("其中：支出率=实际支出数÷预算数×100%。支出率≥95%得满分，否则不得分", Decimal(5))
    value = next(v for v in found.values if v.label == "支出率")
    assert (value.type, value.numerator, value.denominator) == ("rate", "实际支出数", "预算数")
    change = read("变动率=（本年数-上年数）/上年数×100%。变动率≤0得2分，变动率>0不得分", Decimal(2))
    assert {v.label for v in change.values} == {"本年数", "上年数"}
    assert points_of(change.ways[0])[0]["kind"] == "change"


def test_what_stands_beside_names_the_points() -> None:
    found = read("具备一个要素得指标分值的50%", Decimal(1), description="①按时报送；②内容完整。")
    assert [(p.text, p.weight) for p in found.ways[0].points] == [
        ("按时报送", Fraction(1, 2)),
        ("内容完整", Fraction(1, 2)),
    ]
    assert read("具备一个要素得指标分值的50%", Decimal(1), description="①甲；②乙；③丙").status == NOT_UNDERSTOOD


def test_a_veto_stands_beside_the_rule() -> None:
    found = read("1.有目标得2分；2.有计划得3分。有弄虚作假的，本项不得分", Decimal(5))
    assert found.status == AMBIGUOUS
    assert [way.veto is not None for way in found.ways] == [True, False]


def test_nothing_is_nothing() -> None:
    for text in ("", "  ", "。；", "1.", "（）", "%", "≥", "得分", "扣完为止"):
        assert read(text, Decimal(3)).status in (NOT_UNDERSTOOD, JUDGEMENT)
