"""Texts carried out: the score of the workbook's hand-written rule, nothing where a text is open, each text read once."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.support.scoring_texts import corpus, indicators
from xlperf.errors import CellError
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.indicators import Indicator
from xlperf.functions.columns import by_name
from xlperf.package import open_package
from xlperf.rules import executed_text
from xlperf.rules.executed_text import ITSELF, MOST_KEPT, executable
from xlperf.rules.reading.reader import RULE, read
from xlperf.values import Value, compare, is_blank, is_number
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

score_rule, explain_rule = by_name()["score_rule"], by_name()["explain_rule"]
TIERS = "执行率≥90%，得3分；80%≤执行率＜90%，得2分；执行率＜80%，不得分"


def reason(*arguments: Any) -> str:
    with pytest.raises(CellError) as raised:
        score_rule(*arguments)
    return raised.value.reason


@cache
def example(name: str) -> NamedCells:
    return NamedCells(open_package(workbooks_folder() / "examples" / f"{name}.xlsm"))


def fits(own: Any, other: Any, pairs: dict[str, str]) -> bool:
    if isinstance(own, dict) and isinstance(other, dict):
        return own.keys() == other.keys() and all(fits(own[k], other[k], pairs) for k in own if k != "text")
    if isinstance(own, list) and isinstance(other, list):
        return len(own) == len(other) and all(fits(a, b, pairs) for a, b in zip(own, other, strict=True))
    if isinstance(own, str) and isinstance(other, str) and own.startswith("v") and own[1:2].isdigit():
        return pairs.setdefault(own, other) == other
    return bool(own == other)


def figures(name: str, indicator: Indicator) -> list[Value] | None:
    """The figures that the text needs, out of the example; None where its rule or its figures are none of the example's."""
    found = executable(indicator.standard, indicator.weight or 0)
    if found.problem or len(found.reading.ways[0].points) != len(indicator.points):
        return None
    pairs: dict[str, str] = {}
    for read_, point in zip(found.reading.ways[0].points, indicator.points, strict=True):
        if not fits(read_.rule.model_dump(mode="json"), point.rule.model_dump(mode="json"), pairs):
            return None
    names = example(name)
    codes = names.by_code("point_code", "point_finding")
    given: list[Value] = []
    for one in found.needed:
        if one.finding:
            given.append(names.package.value(*codes[indicator.point_code(one.point + 1)]))
        elif one.id not in pairs:
            return None
        else:
            given.append(ITSELF if one.part == "denominator" else names.value(pairs[one.id]))
    return given


@pytest.mark.whole
def test_the_reports_texts_give_the_workbooks_rule_scores() -> None:
    compared = 0
    for name, indicator in indicators():
        names = example(name)
        low = names.package.value(*names.by_code("indicator_code", "indicator_low")[indicator.code])
        given = figures(name, indicator)
        if given is None or indicator.gate or not is_number(low) or any(is_blank(value) for value in given):
            continue
        if (high := names.package.value(*names.by_code("indicator_code", "indicator_high")[indicator.code])) == low:
            assert compare(score_rule(indicator.weight, indicator.standard, given), low) == 0, (name, indicator.code)
            compared += 1
        else:
            assert is_number(high)
            assert "须评价组判断" in reason(indicator.weight, indicator.standard, given)
    assert compared >= 15


@pytest.mark.whole
def test_no_text_that_is_open_gives_a_score() -> None:
    texts = [(i.standard, i.weight) for _, i in indicators()]
    texts += [(sample.text, float(sample.weight or 5)) for sample in corpus()]
    open_ = [(text, weight) for text, weight in texts if weight and read(text, _decimal(weight)).status != RULE]
    assert len(open_) > 30
    for text, weight in open_:
        given = [0.5] * 8
        why = reason(weight, text, given)
        assert any(word in why for word in ("读法", "疑点", "没有读懂", "须评价组判断")), text
        assert explain_rule(weight, text, given) == f"算不出：{why}"


def _decimal(weight: float) -> Any:
    from decimal import Decimal

    return Decimal(repr(weight))


def test_both_readings_are_said() -> None:
    why = reason(2, "支出进度在80%-100%之间得2分；60%-80%得1分，60%以下不得分", 0.8)
    assert why.startswith("有两种读法")
    assert "1）界限属于较高的一档" in why
    assert "2）界限属于较低的一档" in why


def test_what_is_not_understood_and_what_is_judged_is_quoted() -> None:
    assert "“按天气好坏扣若干分”" in reason(5, "按天气好坏扣若干分", 1)
    assert reason(5, "由评价组酌情给分", 1) == "须评价组判断：“由评价组酌情给分”"


@pytest.mark.parametrize(
    ("given", "score"), [((0.9,), 3), ((0.8,), 2), ((0.7999,), 0), (([0.95],), 3), (([[0.95]],), 3), ((1,), 3)]
)
def test_tiers(given: tuple[Any, ...], score: float) -> None:
    assert score_rule(3, TIERS, *given) == score


@pytest.mark.parametrize(
    "text", ["本指标得分=实际支出数/预算数×分值", "支出率=实际支出数/预算数×100%，得分=支出率×分值"]
)
def test_a_quotient_takes_both_figures_or_is_said_to_be_the_rate(text: str) -> None:
    assert score_rule(5, text, 209.26, 213.7) == score_rule(5, text, [209.26, 213.7]) == 4.9
    assert score_rule(5, text, 0.9792, ITSELF) == 4.9
    assert "预算数" in reason(5, text, 0.9792)
    assert "预算数" in reason(5, text, [[209.26, None]])
    with pytest.raises(CellError) as raised:
        score_rule(5, text, 209.26, 0)
    assert raised.value.code == "#DIV/0!"


def test_several_points_take_what_was_found_in_their_order() -> None:
    text = "①制定了管理制度，得2分；②制度健全，得1分；③执行到位，得2分"
    assert score_rule(5, text, "符合", "符合", "不符合") == 3
    assert score_rule(5, text, ["符合", "不符合", "符合"]) == 4
    assert "合计 3.00 分" in explain_rule(5, text, "符合", "符合", "不符合")
    assert "1 核查结果（制定了管理制度，得2分）" in explain_rule(5, text)


def test_a_veto_is_asked_for_last() -> None:
    text = "支出率≥90%得3分，≥80%得2分，＜80%不得分；发生违纪问题的，本指标不得分"
    assert score_rule(3, text, 0.95, False) == score_rule(3, text, 0.95, "否") == 3
    assert score_rule(3, text, 0.95, True) == score_rule(3, text, 0.95, "是") == 0
    assert "发生违纪问题的" in explain_rule(3, text, 0.95, True)
    assert "没有填" in reason(3, text, 0.95)
    assert "TRUE 或 FALSE" in reason(3, text, 0.95, "没有")


@pytest.mark.whole
def test_a_thousand_texts_are_read_once() -> None:
    executable.cache_clear()
    texts = [f"支出率≥{n / 20:g}%，得3分；支出率＜{n / 20:g}%，不得分" for n in range(200, 1200)]
    assert len(set(texts)) == 1000 <= MOST_KEPT
    for _ in range(2):
        assert all(score_rule(3, text, 0.995) == 3 for text in texts)
    told = executable.cache_info()
    assert (told.misses, told.hits) == (1000, 1000)
    for n in range(MOST_KEPT + 50):
        executed_text.executable(f"每发现{n + 1}处扣1分，扣完为止", 5.0)
    assert executable.cache_info().currsize == MOST_KEPT


def test_formulas_of_frameworks_can_not_use_them() -> None:
    with pytest.raises(ValueError, match="PERF_SCORE_RULE"):
        Expression.parse('PERF_SCORE_RULE(5,"得分=支出率×分值",a_rate)')
