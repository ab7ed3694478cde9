"""The faults of a standard itself, found before a workbook is made from it. Nothing is mended silently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from xlperf.frameworks.bands import Band, bands
from xlperf.frameworks.indicators import Indicator, Point
from xlperf.frameworks.loading import grade_schemes
from xlperf.frameworks.parts import UNSTATED
from xlperf.frameworks.rules import RULE_LABELS, BandsRule, ChangeRule, ChoiceRule, JudgementRule, PassRule, TiersRule
from xlperf.frameworks.schema import Framework, Grades
from xlperf.functions.tiers import OTHERWISE, Tier, options, tiers
from xlperf.values import compare

FIXED_POINTS = ("choice", "tiers", "change", "deduct", "count")
ERROR, WARNING, HINT = "error", "warning", "hint"
_COEFFICIENT = re.compile(r"[×*]\s*(\d+(?:\.\d+)?)(?!\s*[%％\d.])")
_DONE_BY_UNDONE = re.compile(r"已(\S{1,6})数\s*[/÷]\s*未(\S{1,6})数")


@dataclass(frozen=True)
class Fault:
    """A faulty or doubtful place: where, what, and the reading that the framework declares for it (or none)."""

    severity: str
    code: str
    indicator: str
    message: str
    reading: str = ""


def lint(framework: Framework) -> list[Fault]:
    """Every fault of a framework: an error where no reading is declared, else a warning with the reading; and hints."""
    return [
        *_sources(framework),
        *_fixed_points(framework),
        *(fault for i in framework.indicators for fault in _indicator(i)),
    ]


def _sources(framework: Framework) -> Iterator[Fault]:
    sources = [("指标体系", framework.source)]
    if framework.grades:
        sources.append(("等级表", framework.grades.source))
    for label, source in sources:
        if not source.is_verified:
            yield Fault(HINT, "unverified_source", "", f"{label}未核对原文：{source.document}")
    yield from (Fault(HINT, "unstated", "", text) for text in unstated_parts(framework))
    yield from _adjustments(framework)
    if framework.grades:
        faults = [*_tier_faults(tiers(framework.grades.bands), None), *_scheme_faults(framework.grades)]
        yield from (Fault(ERROR, code, "", f"等级表：{text}") for code, text in faults)


def _scheme_faults(grades: Grades) -> Iterator[tuple[str, str]]:
    """A shipped table of grades that there is not, or that has other bands."""
    if not grades.scheme:
        return
    scheme = grade_schemes().get(grades.scheme)
    if scheme is None:
        yield "unknown_scheme", f"没有编号为 {grades.scheme} 的等级表，可用：{'、'.join(grade_schemes())}"
    elif scheme.bands is None or tiers(scheme.bands) != tiers(grades.bands):
        yield (
            "grades_differ",
            f"与随附的等级表 {scheme.id}（{scheme.bands or UNSTATED}）不同；自定的等级表不要写 scheme",
        )


def _adjustments(framework: Framework) -> Iterator[Fault]:
    """Caps with gaps or tiers beyond the full score; bonus items whose rule leaves the year, the points or the sum open."""
    for cap in framework.caps:
        if not cap.source.is_verified:
            yield Fault(HINT, "unverified_source", "", f"总分上限未核对原文：{cap.source.document}")
        for code, text in _tier_faults(tiers(cap.tiers), None):
            yield Fault(ERROR, code, "", f"总分上限“{cap.text}”：{text}")
    if framework.extras is None:
        return
    if framework.extras.counts == UNSTATED:
        yield Fault(HINT, "unstated", "", "加减分计入满分内还是满分外未载明，由评价人在“加减分”表选")
    for item in framework.extras.items:
        missing = [
            text for text, value in (("分值", item.maximum), ("有效年度", item.year_by)) if value in (None, UNSTATED)
        ]
        if missing:
            yield Fault(HINT, "unstated", "", f"加减分项“{item.name}”的{'、'.join(missing)}未载明")


def _fixed_points(framework: Framework) -> Iterator[Fault]:
    """Rules that give points as they are written, in a framework whose weights may be changed."""
    if not framework.has_editable_weights:
        return
    for indicator in framework.indicators:
        kinds = dict.fromkeys(p.rule.kind for p in indicator.points if p.rule.kind in FIXED_POINTS)
        if kinds:
            labels = "、".join(RULE_LABELS[kind] for kind in kinds)
            text = f"{indicator.name}：分值可以在工作簿里改，而“{labels}”按写定的分数给分，不随分值变"
            yield Fault(WARNING, "fixed_points", indicator.code, text)


def unstated_parts(framework: Framework) -> Iterator[str]:
    """What the source of a framework does not print (未载明), one sentence for each kind of thing."""
    if framework.grades is None:
        yield "等级表未载明，不能由得分定等级"
    weightless = [i for i in framework.indicators if i.weight is None]
    if weightless:
        yield f"{len(framework.indicators)} 项指标中 {len(weightless)} 项的分值未载明"
    if ruleless := [i for i in framework.indicators if i.is_unstated]:
        yield f"{len(framework.indicators)} 项指标中 {len(ruleless)} 项的评分标准未载明，没有规则分"


def _indicator(indicator: Indicator) -> Iterator[Fault]:
    found = [*_points_sum(indicator), *_text_faults(indicator)]
    for number, point in enumerate(indicator.points, 1):
        found += [(code, f"要点 {number}：{text}") for code, text in _point(point)]
    declared = {str(reading.fault): reading for reading in indicator.readings}
    for code, text in found:
        reading = declared.get(code)
        severity = WARNING if reading else HINT if code in ("below_line", "no_scale") else ERROR
        yield Fault(severity, code, indicator.code, f"{indicator.name}：{text}", reading.executed if reading else "")
    detected = {code for code, _ in found}
    for reading in indicator.readings:
        if reading.fault not in detected:
            yield Fault(
                WARNING, reading.fault, indicator.code, f"{indicator.name}：{reading.literal}", reading.executed
            )


def _points_sum(indicator: Indicator) -> Iterator[tuple[str, str]]:
    if indicator.points_weight is None or indicator.weight is None:
        return
    if compare(indicator.points_weight, indicator.weight) != 0:
        parts = "+".join(f"{point.weight:g}" for point in indicator.points)
        yield "points_sum", f"要点合计 {parts}={indicator.points_weight:g}，与分值 {indicator.weight:g} 不等"


def _text_faults(indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Faults of the wording: a factor that is not the weight, a denominator that is the undone."""
    if indicator.weight is None:
        return
    for match in _COEFFICIENT.finditer(indicator.standard):
        if compare(float(match[1]), indicator.weight) != 0 and all(
            p.weight != float(match[1]) for p in indicator.points
        ):
            yield "coefficient", f"公式写“×{match[1]}”，而分值是 {indicator.weight:g}"
    if inverted := _DONE_BY_UNDONE.search(indicator.standard):
        yield "zero_denominator", f"公式写“{inverted[0]}”，全部完成时分母为零"


def _point(point: Point) -> Iterator[tuple[str, str]]:
    rule = point.rule
    if isinstance(rule, TiersRule | ChangeRule):
        yield from _tier_faults(tiers(rule.tiers), point.weight)
    if isinstance(rule, ChangeRule) and rule.zero_zero is not None:
        ordinary = next((tier for tier in tiers(rule.tiers) if tier.holds(0)), None)
        if ordinary and ordinary.result != rule.zero_zero:
            yield "special_case", f"0→0 按特例得 {rule.zero_zero:g}，按普通档变动率 0 得 {_shown(ordinary)}"
    if isinstance(rule, PassRule) and rule.below == "open":
        yield "below_line", "达标线以下由评价人核定，没有写明怎么给分"
    if isinstance(rule, JudgementRule):
        yield "no_scale", "标准里没有分档，由评价人判断"
    if isinstance(rule, BandsRule):
        yield from _band_faults(bands(rule.bands))
    if isinstance(rule, ChoiceRule) and point.weight is not None:
        most = max(options(rule.options).values())
        if compare(most, point.weight) != 0:
            yield "tier_over_weight", f"选项最高 {most:g} 分，与分值 {point.weight:g} 不等"


def _tier_faults(rows: list[Tier], weight: float | None) -> Iterator[tuple[str, str]]:
    """Gaps, tiers that can't be reached or change nothing, points that run the wrong way or beyond the weight."""
    samples = _samples(rows)
    chosen = [next((n for n, row in enumerate(rows) if row.holds(value)), None) for value in samples]
    if None in chosen:
        yield "tier_gap", f"有空隙，如 {samples[chosen.index(None)]:g} 没有一档适用"
    for number, row in enumerate(rows):
        if number not in chosen:
            yield "tier_order", f"第 {number + 1} 档永远轮不到"
        if number and row.result == rows[number - 1].result:
            yield "tier_without_effect", f"第 {number} 档与第 {number + 1} 档给分相同（{_shown(row)}），分档失效"
    points = [row.result for row in rows if isinstance(row.result, float)]
    if points != sorted(points) and points != sorted(points, reverse=True):
        yield "tier_order", "各档得分不单调"
    if weight is not None and points and max(points) > weight:
        yield "tier_over_weight", f"最高档 {max(points):g} 分超过分值 {weight:g}"
    if weight is not None and points and max(points) < weight:
        yield "tier_over_weight", f"最高档 {max(points):g} 分，到不了分值 {weight:g}"


def _band_faults(rows: list[Band]) -> Iterator[tuple[str, str]]:
    """Bands that leave a gap, lie over one another, or don't reach from 0 to 100%."""
    ordered = sorted(rows, key=lambda band: (band.low, band.high))
    for lower, upper in pairwise(ordered):
        if lower.high < upper.low:
            yield "tier_gap", f"“{lower.name}”与“{upper.name}”之间有空隙（{lower.high:.0%}～{upper.low:.0%}）"
        if lower.high > upper.low:
            yield "tier_overlap", f"“{lower.name}”与“{upper.name}”重叠（{upper.low:.0%}～{lower.high:.0%}）"
    if ordered[0].low > 0:
        yield "tier_gap", f"最低一档从 {ordered[0].low:.0%} 起，没有到 0"
    if (highest := max(band.high for band in rows)) < 1:
        yield "tier_gap", f"最高一档到 {highest:.0%}，得不了满分"


def _samples(rows: list[Tier]) -> list[float]:
    """The thresholds, and a value on either side of each."""
    limits = sorted({row.threshold for row in rows if row.threshold is not None and row.operator != OTHERWISE})
    if not limits:
        return [0.0]
    middles = [(low + high) / 2 for low, high in pairwise(limits)]
    return sorted([*limits, *middles, limits[0] - 1, limits[-1] + 1])


def _shown(tier: Tier) -> str:
    return f"{tier.result:g}" if isinstance(tier.result, float) else tier.result
