"""What the standard itself leaves open: parts that its source does not state, readings of doubtful places."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.findings.finding import HINT, Finding
from xlperf.findings.scores import figure_labels, label_of
from xlperf.frameworks.linting import unstated_parts
from xlperf.frameworks.schema import Framework
from xlperf.rules.rule import DataRule
from xlperf.workbook.names import NamedCells


def standard_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """A hint for each part that is not stated and for each reading, in the order of the standard."""
    for text in unstated_parts(framework):
        yield Finding(HINT, "unstated", "", f"{text}。")
    yield from _scored_twice(framework)
    for indicator in framework.indicators:
        for reading in indicator.readings:
            text = (
                f"{label_of(indicator)}的标准有疑义：{reading.literal.rstrip('。；')}；采用读法：{reading.executed}。"
            )
            yield Finding(HINT, "standard_reading", "", text)


def _scored_twice(framework: Framework) -> Iterator[Finding]:
    """Figures that decide over two indicators by the same rule."""
    uses: dict[str, tuple[DataRule, list[str]]] = {}
    for indicator in framework.indicators:
        for rule in (point.rule for point in indicator.points):
            if isinstance(rule, DataRule):
                codes = uses.setdefault(repr(rule), (rule, []))[1]
                codes += [] if indicator.code in codes else [indicator.code]
    labels = figure_labels(framework)
    for rule, codes in uses.values():
        if len(codes) > 1:
            figures = "、".join(labels[name] for name in dict.fromkeys(rule.ids))
            text = f"指标 {'、'.join(codes)} 都用“{figures}”、按同一规则（{rule.label}）评分，同一件事算了 {len(codes)} 遍。"
            yield Finding(HINT, "figure_scored_twice", "", text)
