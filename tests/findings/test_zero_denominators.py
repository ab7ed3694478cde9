"""A rate that has nothing to divide by is named with the figure that is 0; one figure scored twice is a hint."""

from __future__ import annotations

from functools import cache

import pytest

from tests.support.small_framework import ORIGIN, TEXT, changed, framework
from tests.support.workbooks import after, built
from xlperf.evaluation.reading import read_evaluation
from xlperf.findings.finding import Finding
from xlperf.findings.standard import standard_findings
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.names import NamedCells

TIERS = 'rule = { kind = "tiers", value = "spending_rate", tiers = "≥90%:6; ≥80%:3; 否则:0" }'
FORMULA = 'formula = "PERF_RATE(quota_used, quota_issued)"'


@cache
def book(*changes: tuple[str, str]) -> Package:
    return built(parse_framework(changed(*changes), ORIGIN))


def told(*changes: tuple[str, str], **values: Value) -> list[Finding]:
    found = read_evaluation(after(book(*changes), **values)).findings
    return [f for f in found if f.code == "zero_denominator"]


def test_the_rate_the_figure_and_the_indicator_are_named() -> None:
    (only,) = told(quota_used=5, quota_issued=0)
    assert (only.severity, only.message) == (
        "warning",
        "支出率（spending_rate）分母为零：下达指标数（指标数据!B6）是 0；指标1“支出率”的规则分算不出。",
    )
    assert only.cell == "比率!B4"  # The cell that people see, not the hidden one that calculates.


def test_a_blank_is_missing_data_and_no_zero() -> None:
    assert told(quota_used=5, quota_issued=None) == []
    assert told(quota_used=0, quota_issued=5) == []


@pytest.mark.whole
def test_figures_that_cancel_out_are_all_named() -> None:
    difference = (
        (FORMULA, 'formula = "PERF_RATE(quota_used, 1 - PERF_RATE(quota_issued, staff_count))"'),
        ('type = "money"\nunit = "万元"', 'type = "number"\nunit = "个"'),
    )
    (only,) = told(*difference, quota_used=5, quota_issued=8, staff_count=8)
    assert "分母为零：下达指标数（指标数据!B6）是 8，实有人数（指标数据!B8）是 8；" in only.message


SECOND = """[[rates]]
id = "used_per_head"
label = "人均使用"
formula = "PERF_RATE(quota_used, staff_count)"
definition = "已使用指标数÷实有人数"
source = "评分表"

"""


@pytest.mark.whole
def test_a_divisor_that_has_none_itself_is_not_the_one_that_is_0() -> None:
    """Of what a rate divides by, one is a number and one can't be calculated: the fault lies there, and is told there."""
    before = ('[[rates]]\nid = "spending_rate"', SECOND + '[[rates]]\nid = "spending_rate"')
    both = (FORMULA, 'formula = "PERF_RATE(quota_used, quota_issued * used_per_head)"')
    (only,) = told(both, before, quota_used=5, quota_issued=8, staff_count=0)
    assert "人均使用（used_per_head）分母为零：实有人数（指标数据!B8）是 0" in only.message


@pytest.mark.whole
def test_a_rule_that_divides_itself() -> None:
    done = (TIERS, 'rule = { kind = "done", done = "quota_used", total = "quota_issued" }')
    rate, rule = told(done, quota_used=0, quota_issued=0)
    assert (rate.severity, rate.message.partition("：")[0]) == ("hint", "支出率（spending_rate）分母为零")
    assert (rule.severity, rule.cell.partition("!")[0]) == ("warning", "指标评分")
    assert rule.message.startswith("指标1“支出率”的规则分算不出，分母为零：")
    assert "下达指标数（指标数据!B6）是 0" in rule.message


@pytest.mark.whole
def test_without_a_rule_that_needs_it_it_is_a_hint() -> None:
    other = (TIERS, 'rule = { kind = "tiers", value = "quota_used", tiers = "≥1:6; 否则:0" }')
    (only,) = told(other, quota_used=5, quota_issued=0)
    assert (only.severity, only.message) == ("hint", "支出率（spending_rate）分母为零：下达指标数（指标数据!B6）是 0。")


def twice(*changes: tuple[str, str]) -> list[str]:
    found = standard_findings(NamedCells(book()), framework(*changes))
    return [f.message for f in found if f.code == "figure_scored_twice"]


def test_one_figure_by_the_same_rule_in_two_indicators() -> None:
    same = ('rule = { kind = "deduct", points = 1 }', TIERS)
    other = ('rule = { kind = "deduct", points = 1 }', TIERS.replace("80%", "85%"))
    assert twice() == twice(other) == []
    assert twice(same) == ["指标 1、2 都用“支出率”、按同一规则（分档）评分，同一件事算了 2 遍。"]
    assert TEXT.count(TIERS) == 1
