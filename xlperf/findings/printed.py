"""What a report prints, level by level, beside what was calculated; and the totals that open indicators still allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.frameworks.schema import Framework
from xlperf.values import compare, is_number, round_half_up
from xlperf.workbook.names import NamedCells


@dataclass(frozen=True)
class Reachable:
    """The lowest total that can still come out, which is what is settled so far, and the highest (points)."""

    low: float
    high: float


def reachable(names: NamedCells, framework: Framework) -> Reachable | None:
    """What the total can still be while indicators are open: each of them may get anything up to its weight.

    None where the total is known, a weight is not stated, or bonuses, limits or rescaling come after the indicators.
    """
    if is_number(names.value("total_score")) or framework.is_adjusted:
        return None
    settled: dict[str, float] = {}
    highest: dict[str, float] = {}
    for code, weight, score in names.rows("indicator_code", "indicator_weight", "indicator_score"):
        if is_number(score):
            settled[str(code)] = highest[str(code)] = float(score)
        elif is_number(weight):
            highest[str(code)] = float(weight)
        else:
            return None
    return Reachable(framework.added(settled), framework.added(highest))


def printed_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Printed scores of levels, the printed total and the printed grade that can't be what they should."""
    yield from _levels(names)
    total, reported = names.value("total_score"), names.value("reported_total")
    cell = "!".join(names.place("reported_total"))
    bounds = reachable(names, framework)
    if is_number(total) and is_number(reported) and compare(total, reported) != 0:
        text = f"报告总分 {reported:.2f} 与算出的 {total:.2f} 不等。"
        yield Finding(WARNING, "reported_total_differs", cell, text, f"{total:.2f}", f"{reported:.2f}")
    elif is_number(reported) and bounds and not bounds.low <= round_half_up(reported) <= bounds.high:
        limits = f"{bounds.low:.2f}～{bounds.high:.2f}"
        text = f"报告总分 {reported:.2f} 不可能得到：已定的得分加上待评定的，总分只能在 {limits} 之间。"
        yield Finding(ERROR, "reported_total_unreachable", cell, text, limits, f"{reported:.2f}")
    yield from _grade(names, framework)


def _levels(names: NamedCells) -> Iterator[Finding]:
    rows = names.rows("level_reported", "level_name", "level_score")
    for place, (reported, name, score) in zip(names.places("level_reported"), rows, strict=True):
        if name and is_number(reported) and is_number(score) and compare(reported, score) != 0:
            text = f"报告的“{name}”得分 {reported:.2f} 与算出的 {score:.2f} 不等。"
            sides = f"{score:.2f}", f"{reported:.2f}"
            yield Finding(WARNING, "reported_level_differs", "!".join(place), text, *sides)


def _grade(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    reported, grade, total = (names.value(name) for name in ("reported_grade", "total_grade", "total_score"))
    if not (framework.grades and isinstance(reported, str) and isinstance(grade, str) and is_number(total)):
        return
    if reported.strip() not in ("", grade):
        text = f"报告等级“{reported}”与算出的不同：总分 {total:.2f} 对应“{grade}”。"
        yield Finding(ERROR, "reported_grade_differs", "!".join(names.place("reported_grade")), text, grade, reported)
