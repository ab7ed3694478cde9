"""How numbers came about where a source prints next to nothing, and where much stands between indicators and total."""

from __future__ import annotations

from functools import cache

import pytest

from tests.explain.trees import after, found, outline, tree
from tests.support import adjusted_framework as county
from tests.support import workbooks
from tests.support.small_framework import ORIGIN, changed
from tests.support.unstated_framework import DATA, NOTHING_SCORED, source
from xlperf.errors import UserError
from xlperf.evaluation.filled import Filled
from xlperf.explain.sensitivity import sensitivity
from xlperf.frameworks.loading import parse_framework
from xlperf.values import Value


def unstated(**values: Value) -> Filled:
    return after(Filled(workbooks.built(source(), DATA)), **values)


@pytest.mark.whole
def test_what_a_source_does_not_print_is_said() -> None:
    book = unstated()
    assert outline(tree(book, "总分"))[:6] == [
        "总分：8.00／未载明 [汇总!E6]",
        "  等级：未载明｜来源没有印出等级表，不能由得分定等级 [汇总!E8]",
        "  报告印出：8.00　未载明｜总分与算出的一致 [汇总!H6]",
        "  合成：2 项指标的计入得分相加 8.00",
        "  过程：8.00／未载明 [汇总!E4]",
        "    管理：8.00／未载明 [汇总!E5]",
    ]
    assert outline(tree(book, "1"))[:8] == [
        "1 规范性：5.00／未载明｜按自评 [指标评分!M4]",
        "  计入得分：5.00　取自自评分｜评分标准未载明，按自评分计 [指标评分!M4]",
        "    自评分：5.00 [指标评分!J4]",
        "    理由：符合规定 [指标评分!O4]",
        "    佐证：报告 [指标评分!Q4]",
        "  规则分：未载明 [指标评分!G4]",
        "    要点 1.1：未载明／未载明　未载明 [要点评分底稿!G4]",
        "      未载明：来源没有印出评分标准（未载明），没有规则分",
    ]
    with pytest.raises(UserError, match="没有印出等级表"):
        sensitivity(book)
    assert found(tree(unstated(**NOTHING_SCORED), "总分"), "合成").text.startswith("算不出：1 规范性（未载明）")


def adjusted(**values: Value) -> Filled:
    return after(Filled(workbooks.built(county.source(), county.DATA)), **values)


@pytest.mark.whole
def test_the_steps_from_indicators_to_total() -> None:
    claims = county.claimed(county.Claim("J1", 2, fact=2023), county.Claim("J3", 2, fact=2022, document=2023))
    total = found(tree(adjusted(spent_total=69, **claims), "总分"), "合成")
    assert (total.text, total.note) == ("2 项指标的计入得分相加 81.40", "加减分满分内")
    assert [(step.label, step.text, step.note) for step in total.children] == [
        ("指标得分合计", "81.40", ""),
        ("剔除不适用后折算", "81.40", "81.40 × 100.00 ÷ 计入的分值 100.00"),
        ("加分", "2.00", "合计最多 3.00 分"),
        ("减分", "0.00", ""),
        ("上限：预算执行率低于80%的封顶", "79.00", ""),
        ("上限：发生重大安全事故", "没有触发", ""),
    ]
    assert [(c.label, c.text, c.note[:3]) for c in found(total, "加分").children] == [
        ("获得表彰", "申报 2.00，计入 2.00", "有效；"),
        ("其他荣誉", "申报 2.00，计入 0.00", "待认定"),
    ]
    cap = found(total, "上限：预算执行率低于80%的封顶")
    assert cap.children[2].label == "69.00% 落在“<70%”档"
    rate = found(cap, "执行率", "算法").text
    assert rate == "支出数 69.00 ÷（预算数 100.00 − 除外 科研项目资金（除外）0.00）= 69.00%"
    assert found(total, "上限：发生重大安全事故").children[2].label == "发生重大安全事故：否，不成立"


def test_another_measure_is_told() -> None:
    point = found(tree(adjusted(has_supervised_funds=True), "1"), "规则分", "要点 1.1")
    assert found(point, "按比例").text == "分值 60 × 95.00% = 57.00"
    assert found(point, "另一口径").text == "按自评结果折算"
    assert found(point, "另一口径").note == "有主管资金：是，采用另一口径"
    usual = found(tree(adjusted(), "1"), "规则分", "要点 1.1")
    assert found(usual, "按比例").text == "分值 60 × 90.00% = 54.00"
    assert found(usual, "另一口径").note == "有主管资金：否，采用通常的口径"


def test_an_indicator_that_is_left_out() -> None:
    root = tree(adjusted(finding__2__1=None, applicable__2="不适用", reason__2="无此业务"), "2")
    assert (root.text, root.note) == ("0.00／40.00", "不适用")
    assert found(root, "计入得分").note == "评价人认定不适用，剔除，总分折算"


def test_levers_of_caps_and_vetoes() -> None:
    result = sensitivity(adjusted())
    totals = {(x.id, x.to): (x.outcome.low, x.outcome.grade_low) for x in result.levers}
    assert totals["has_accident", "是"] == (0, "差")
    assert totals["spent_total", 83.32] == (89.99, "良")


DIVIDED = [
    (
        "PERF_RATE(PERF_RATE(quota_used, staff_count) + 1, quota_issued)",
        "（已使用指标数 90 ÷ 实有人数 3 + 1）÷ 下达指标数 100",
    ),
    (
        "PERF_RATE(quota_used, 1 - PERF_RATE(quota_used, quota_issued))",
        "已使用指标数 90 ÷（1 − 已使用指标数 90 ÷ 下达指标数 100）",
    ),
    (
        "PERF_RATE(quota_used, PERF_RATE(quota_issued, staff_count))",
        "已使用指标数 90 ÷（下达指标数 100 ÷ 实有人数 3）",
    ),
    (
        "PERF_RATE(PERF_RATE(quota_used, quota_issued), staff_count)",
        "已使用指标数 90 ÷ 下达指标数 100 ÷ 实有人数 3",
    ),
    (
        "PERF_RATE(quota_used, quota_issued) / PERF_RATE(quota_issued, staff_count)",
        "已使用指标数 90 ÷ 下达指标数 100 ÷（下达指标数 100 ÷ 实有人数 3）",
    ),
]
RATE = """
[[rates]]
id = "rate_{}"
label = "比率{}"
formula = "{}"
definition = "算式"
source = "评分表"
"""


@cache
def divided() -> Filled:
    """A workbook with all these rates."""
    kinds = (('type = "money"\nunit = "万元"', 'type = "number"\nunit = "个"'), ('type = "count"', 'type = "number"'))
    rates = "".join(RATE.format(number, number, formula) for number, (formula, _) in enumerate(DIVIDED))
    book = Filled(workbooks.built(parse_framework(changed(*kinds, add=rates), ORIGIN)))
    return after(book, quota_used=90.0, quota_issued=100.0, staff_count=3.0)


@pytest.mark.whole
@pytest.mark.parametrize("number", range(len(DIVIDED)))
def test_what_is_divided_stands_in_brackets(number: int) -> None:
    rate = found(tree(divided(), f"rate_{number}"), "算法")
    assert rate.text.partition("=")[0].rstrip() == DIVIDED[number][1]
