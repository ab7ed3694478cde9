"""The faults of a standard itself, found before a workbook is made from it. Nothing is mended silently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xlperf.frameworks.contents import Grades
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.loading import grade_schemes
from xlperf.frameworks.parts import UNSTATED
from xlperf.frameworks.schema import Framework
from xlperf.functions.tiers import tiers
from xlperf.rules.tiers import tier_faults
from xlperf.values import compare

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
        *_sums(framework),
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
        faults = [*tier_faults(tiers(framework.grades.bands), None), *_scheme_faults(framework.grades)]
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
        for code, text in tier_faults(tiers(cap.tiers), None):
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


def _sums(framework: Framework) -> Iterator[Fault]:
    """Weights that don't add up, with the reading that the framework declares for them."""
    for name, reading in framework.sum_readings:
        yield Fault(WARNING, "weights_sum", "", f"{name}：{reading.literal}", reading.executed)


def _fixed_points(framework: Framework) -> Iterator[Fault]:
    """Rules that give points as they are written, in a framework whose weights may be changed."""
    if not framework.has_editable_weights:
        return
    for indicator in framework.indicators:
        labels = "、".join(dict.fromkeys(p.rule.label for p in indicator.points if p.rule.has_fixed_points))
        if labels:
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
        # What has no weight (“/”) gives nothing, whatever its rule says.
        faults = point.rule.faults(point.weight) if point.weight != 0 or indicator.weight else ()
        found += [(code, f"要点 {number}：{text}") for code, text in faults]
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
