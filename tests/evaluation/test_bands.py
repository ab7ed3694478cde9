"""Bands of judgement (三档): read, examined, laid out, scored; and the boundary that two of them share."""

from __future__ import annotations

import re

import pytest

from tests.support.small_framework import ORIGIN, changed, framework
from tests.support.workbooks import after, built
from xlperf.errors import UserError
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import IndicatorResult
from xlperf.evaluation.scoring import recalculated
from xlperf.frameworks.linting import lint
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.rules.bands import Band, bands
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.names import NamedCells

THREE = "达成预期指标:80%~100%; 部分达成:60%~80%; 未达成:0%~60%"
FIFTY = "达成:80%~100%; 部分达成:50%~80%; 未达成:0%~50%"
TIERS = 'kind = "tiers", value = "spending_rate", tiers = "≥90%:6; ≥80%:3; 否则:0"'
DATA = """
schema_version = 1
framework = "mini-2021"
unit = { name = "某局", year = 2021 }
[points."1.1"]
finding = "部分达成"
basis = "查阅材料"
"""


def with_bands(text: str = THREE) -> str:
    return changed((TIERS, f'kind = "bands", bands = "{text}"'))


def workbook(data: str = DATA, text: str = THREE) -> Package:
    return built(parse_framework(with_bands(text), ORIGIN), data)


def scored(
    finding: str, award: float | None = None, reason: str | None = "依据充分", text: str = THREE
) -> IndicatorResult:
    told = {} if award is None else {"award__1": award, "reason__1": reason}
    return read_evaluation(after(workbook(text=text), finding__1__1=finding, **told)).indicators[0]


def test_limits_may_stand_in_either_order_and_with_wide_signs() -> None:
    expected = [Band("甲", 0.8, 1), Band("乙 级", 0, 0.8)]
    assert bands("甲:80%~100%; 乙 级:0%~80%") == bands("甲：100％～80％；乙 级：0.8~0\n") == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "没有写出各档"),
        ("达成:80%", "看不懂"),
        ("达成:高~低", "看不懂"),
        ("达成:80%~120%", "超过 100%"),
        ("达成:80%~100; 未达成:0~80%", "超过 100%"),
        ("达成:66.6%~100%; 未达成:0%~66.6%", "整百分数"),
        ("达成:8.0.0%~100%", "不是数"),
        ("达成:80%~100%; 达成:0%~80%", "重复"),
    ],
)
def test_what_is_no_band_is_refused(text: str, told: str) -> None:
    with pytest.raises(UserError, match=f"indicators.1.points.1.rule.bands.bands.*{told}"):
        parse_framework(with_bands(text), ORIGIN)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (THREE, []),
        (FIFTY, []),
        ("达成:80%~100%; 部分达成:60%~75%; 未达成:0%~60%", ["tier_gap"]),
        ("达成:80%~100%; 部分达成:60%~85%; 未达成:0%~60%", ["tier_overlap"]),
        ("达成:80%~100%; 部分达成:60%~80%; 未达成:10%~60%", ["tier_gap"]),
        ("达成:80%~95%; 部分达成:60%~80%; 未达成:0%~60%", ["tier_gap"]),
    ],
)
def test_lint_finds_gaps_overlaps_and_ends(text: str, codes: list[str]) -> None:
    faults = lint(framework((TIERS, f'kind = "bands", bands = "{text}"')))
    assert [fault.code for fault in faults] == codes
    assert {fault.severity for fault in faults} <= {"error"}


@pytest.mark.whole
@pytest.mark.parametrize(
    ("finding", "text", "low", "high"),
    [
        ("达成预期指标", THREE, 4.8, 6),
        ("部分达成", THREE, 3.6, 4.8),
        ("未达成", THREE, 0, 3.6),
        ("部分达成", FIFTY, 3, 4.8),
        ("未达成", FIFTY, 0, 3),
    ],
)
def test_a_band_gives_an_interval(finding: str, text: str, low: float, high: float) -> None:
    found = scored(finding, text=text)
    assert (found.rule_status, found.rule_low, found.rule_high) == ("interval", low, high)
    assert (found.score, found.status) == (None, "待评定")


@pytest.mark.whole
def test_an_award_inside_needs_a_reason_and_outside_is_a_departure() -> None:
    inside, unreasoned = scored("部分达成", 4), scored("部分达成", 4, reason=None)
    assert (inside.score, inside.status) == (4, "区间内认定")
    assert (unreasoned.score, unreasoned.status) == (None, "缺理由")
    assert scored("部分达成", 5).status == "改判"


@pytest.mark.whole
def test_the_shared_limit_suits_both_bands() -> None:
    assert [scored(name, 4.8).status for name in ("达成预期指标", "部分达成")] == ["区间内认定"] * 2
    assert scored("未达成", 4.8).status == "改判"


def test_a_finding_must_be_one_of_the_bands() -> None:
    with pytest.raises(UserError, match=r"部分符合.*应为 达成预期指标、部分达成、未达成"):
        workbook(DATA.replace("部分达成", "部分符合"))


@pytest.mark.whole
def test_bands_are_chosen_from_a_list_and_their_shares_stand_in_cells() -> None:
    package = workbook()
    names = NamedCells(package)
    item = catalogue(names, parse_framework(with_bands(), ORIGIN).framework)["finding.1.1"]
    assert (item.type, item.choices) == ("choice", ("达成预期指标", "部分达成", "未达成"))
    parts = {sheet.name: package.part(sheet.part).decode() for sheet in package.worksheets}
    assert re.search("达成预期指标,部分达成,未达成", parts["要点评分底稿"])
    # The limit between the two upper bands is one cell: lower it, and both bands follow.
    sheet, ref = names.places("bands_1_1_low")[0]
    share = (sheet, ref.replace("C", "D"))
    assert package.value(*share) == 0.8
    changed_package = recalculated(package, {share: 0.7}).package
    found = read_evaluation(changed_package).indicators[0]
    assert (found.rule_low, found.rule_high) == (3.6, 4.2)
