"""What is laid out: a framework, the unit's data (or none), and how many free lines its tables get."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from openpyxl import Workbook

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.loading import FrameworkFile
from xlperf.frameworks.schema import Framework
from xlperf.workbook.data import EvaluationData

COVER, PARAMETERS, FIGURES, SOURCES, RATES = "封面与说明", "参数", "指标数据", "多来源对照", "比率"
SURVEY_SCHEMES, SURVEY_COUNTS = "问卷口径", "问卷取数"
EXTRAS = "加减分"
SURVEYS, READINGS, POINTS, SCORING = "问卷", "标准读法", "要点评分底稿", "指标评分"
LEDGER, DEDUCTIONS, REVIEWS, CHECKS, SUMMARY = "问题台账", "扣分明细", "改判与复核", "勾稽校验", "汇总"
IDENTITY = "_xlperf"
FREE_LINES = 30


@dataclass(frozen=True)
class Plan:
    """The book under construction and everything that its sheets are made from."""

    book: Workbook
    source: FrameworkFile
    data: EvaluationData | None

    @property
    def framework(self) -> Framework:
        """The indicator system."""
        return self.source.framework

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators in the order of their levels and groups, so that each level is one block of rows."""
        groups = [(level.name, group.name) for level in self.framework.levels for group in level.groups]
        return sorted(self.framework.indicators, key=lambda i: groups.index((i.level, i.group)))


def join(codes: tuple[str, ...]) -> str | None:
    """Codes as people list them in one cell; None where there are none."""
    return "、".join(codes) or None
