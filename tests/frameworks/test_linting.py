"""The faults of a standard: each kind once shown and once not, and those of the shipped 仁化 framework."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.small_framework import READING, framework
from xlperf.frameworks.linting import ERROR, HINT, WARNING, Fault, lint
from xlperf.frameworks.loading import find_framework
from xlperf.frameworks.schema import Framework

STANDARD = 'standard = "按比例得分"'
PASS = '{ kind = "pass", conditions = [{ value = "has_rules", threshold = true, text = "有" }]'
FINDING = '{ kind = "finding", partial = "open" }'
GRADES = "≥9:优; ≥8:良; 否则:差"
DEDUCT = ('text = "没有问题"\nweight = 2', 'text = "没有问题"\nweight = 3')


def codes(framework: Framework) -> list[tuple[str, str, str]]:
    return [(fault.severity, fault.code, fault.indicator) for fault in lint(framework)]


def tiers(text: str) -> tuple[str, str]:
    return "≥90%:6; ≥80%:3; 否则:0", text


def change(zero_zero: str) -> tuple[str, str]:
    rule = 'kind = "change", current = "quota_used", previous = "quota_issued", tiers = "≤-15%:6; ≤0:1; >0:0"'
    return 'kind = "tiers", value = "spending_rate", tiers = "≥90%:6; ≥80%:3; 否则:0"', rule + zero_zero


@pytest.mark.parametrize(
    ("code", "place", "faulty", "sound"),
    [
        ("tier_gap", "1", tiers("≥90%:6; ≥80%:3"), tiers("≥90%:6; ≥80%:3; <80%:0")),
        ("tier_gap", "1", tiers(">90%:6; <90%:0"), tiers(">90%:6; ≤90%:0")),
        ("tier_order", "1", tiers("≥80%:6; ≥90%:3; 否则:0"), tiers("≥90%:6; ≥80%:3; 否则:0")),
        ("tier_order", "1", tiers("≥80%:6; <80%:3; 否则:0"), tiers("≤80%:0; ≤90%:3; 否则:6")),
        ("tier_order", "1", tiers("≥90%:6; ≥80%:1; ≥70%:3; 否则:0"), tiers("≥90%:6; ≥80%:3; ≥70%:1; 否则:0")),
        ("tier_without_effect", "1", tiers("≥90%:6; ≥85%:6; 否则:0"), tiers("≥90%:6; ≥85%:5; 否则:0")),
        ("tier_over_weight", "1", tiers("≥90%:7; 否则:0"), tiers("≥90%:6; 否则:0")),
        ("tier_over_weight", "1", tiers("≥90%:5; 否则:0"), tiers("≥90%:6; 否则:-1")),
        ("tier_over_weight", "2", ("公开:1; 没有公开:0", "公开:2; 没有公开:0"), ("公开:1; 没有公开:0", "公开:1; 不完整:0.5; 没有公开:0")),
        ("tier_over_weight", "2", ("公开:1; 没有公开:0", "公开:0.5; 没有公开:0"), ("公开:1; 没有公开:0", "公开:0; 没有公开:1")),
        ("tier_gap", "", (GRADES, "≥9:优; ≥8:良"), (GRADES, "≥9:优; <9:良")),
        ("tier_order", "", (GRADES, "≥8:优; ≥9:良; 否则:差"), (GRADES, "≥9.5:优; ≥9:良; 否则:差")),
        ("tier_without_effect", "", (GRADES, "≥9:优; ≥8:优; 否则:差"), (GRADES, "≥9:优; 否则:差")),
        ("coefficient", "1", (STANDARD, 'standard = "得分=支出率×5"'), (STANDARD, 'standard = "得分=支出率×6"')),
        ("coefficient", "1", (STANDARD, 'standard = "得分=支出率*0.5"'), (STANDARD, 'standard = "支出率=已用/下达×100%"')),
        ("coefficient", "2", ('standard = "四个要点"', 'standard = "比例×3"'), ('standard = "四个要点"', 'standard = "比例×2"')),
        ("zero_denominator", "1", (STANDARD, 'standard = "已完成项目数/未完成项目数"'), (STANDARD, 'standard = "已完成项目数/项目总数"')),
        ("special_case", "1", change(", zero_zero = 6"), change(", zero_zero = 1")),
        ("special_case", "1", change(", zero_zero = 0"), change("")),
    ],
)  # fmt: skip
def test_fault(code: str, place: str, faulty: tuple[str, str], sound: tuple[str, str]) -> None:
    assert codes(framework(faulty)).count((ERROR, code, place)) == 1
    assert code not in {found for _, found, _ in codes(framework(sound))}


@pytest.mark.parametrize(
    ("code", "shown", "hidden"),
    [
        ("below_line", PASS + ', below = "open" }', PASS + ', below = "zero" }'),
        ("no_scale", '{ kind = "judgement" }', FINDING),
    ],
)
def test_hint(code: str, shown: str, hidden: str) -> None:
    assert codes(framework((FINDING, shown))) == [(HINT, code, "2")]
    assert codes(framework((FINDING, hidden))) == []


@pytest.mark.parametrize(
    ("old", "label"), [('"评分表"\nis_verified = true', "指标体系"), ('"等级表", is_verified = true', "等级表")]
)
def test_a_source_that_was_not_verified(old: str, label: str) -> None:
    found = lint(framework((old, old.replace("true", "false"))))
    document = old.split('"')[1]
    assert found == [Fault(HINT, "unverified_source", "", f"{label}未核对原文：{document}")]


def test_a_sound_framework_has_no_faults() -> None:
    assert lint(framework()) == []


def test_points_that_differ_from_the_weight() -> None:
    assert codes(framework(DEDUCT, add=READING.format(fault="points_sum"))) == [(WARNING, "points_sum", "2")]
    assert codes(framework()) == []


@pytest.mark.parametrize(
    "build",
    [
        lambda: framework(("公开:1", "公开:2"), add=READING.format(fault="tier_over_weight")),
        lambda: framework((FINDING, PASS + ', below = "open" }'), add=READING.format(fault="below_line")),
        lambda: framework(('"四个要点"', '"比例×3"'), add=READING.format(fault="coefficient")),
    ],
)
def test_a_reading_makes_a_fault_a_warning(build: Callable[[], Framework]) -> None:
    (fault,) = lint(build())
    assert fault.severity == WARNING
    assert fault.reading == "采用的读法"
    assert fault.message.startswith("制度健全：")
    assert fault.message != "制度健全：原文"


@pytest.mark.parametrize("code", ["definition", "ambiguous", "tier_gap"])
def test_a_reading_of_what_can_not_be_detected_is_listed(code: str) -> None:
    assert lint(framework(add=READING.format(fault=code))) == [
        Fault(WARNING, code, "2", "制度健全：原文", "采用的读法")
    ]


def test_a_reading_helps_its_own_indicator_and_fault_only() -> None:
    other_fault = framework(("公开:1", "公开:2"), add=READING.format(fault="definition"))
    assert codes(other_fault) == [(ERROR, "tier_over_weight", "2"), (WARNING, "definition", "2")]
    other_indicator = framework(tiers("≥90%:5; 否则:0"), add=READING.format(fault="tier_over_weight"))
    assert (ERROR, "tier_over_weight", "1") in codes(other_indicator)


def test_messages_say_where() -> None:
    (fault,) = lint(framework(tiers("≥90%:6; ≥85%:6; 否则:0")))
    assert fault.message == "支出率：要点 1：第 1 档与第 2 档给分相同（6），分档失效"
    (gap,) = lint(framework(tiers("≥90%:6; ≥80%:3")))
    assert "有空隙，如 -0.2 没有一档适用" in gap.message


def test_the_faults_of_renhua() -> None:
    assert codes(find_framework("renhua-2021").framework) == [
        (HINT, "unverified_source", ""),
        (WARNING, "ambiguous", "4"),
        (WARNING, "points_sum", "7"),
        (WARNING, "ambiguous", "7"),
        (WARNING, "definition", "8"),
        (WARNING, "definition", "9"),
        (WARNING, "special_case", "10"),
        (WARNING, "ambiguous", "15"),
        (WARNING, "ambiguous", "15"),
        (WARNING, "definition", "20"),
        (WARNING, "coefficient", "24"),
        (WARNING, "definition", "24"),
        (WARNING, "zero_denominator", "25"),
        (WARNING, "below_line", "26"),
        (WARNING, "below_line", "27"),
        (WARNING, "below_line", "28"),
        (WARNING, "below_line", "29"),
        (WARNING, "below_line", "29"),
        (WARNING, "below_line", "31"),
        (WARNING, "ambiguous", "33"),
        (HINT, "no_scale", "34"),
    ]
