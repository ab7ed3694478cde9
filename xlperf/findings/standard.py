"""What the standard itself leaves open: parts that its source does not state, readings of doubtful places."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.findings.finding import HINT, Finding
from xlperf.findings.scores import label_of
from xlperf.frameworks.linting import unstated_parts
from xlperf.frameworks.schema import Framework
from xlperf.workbook.names import NamedCells


def standard_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """A hint for each part that is not stated and for each reading, in the order of the standard."""
    for text in unstated_parts(framework):
        yield Finding(HINT, "unstated", "", f"{text}。")
    for indicator in framework.indicators:
        for reading in indicator.readings:
            text = (
                f"{label_of(indicator)}的标准有疑义：{reading.literal.rstrip('。；')}；采用读法：{reading.executed}。"
            )
            yield Finding(HINT, "standard_reading", "", text)
