"""Who fills in what (单位、评价组、谁都不填), and for whom a copy of a workbook is made.

A sheet says who fills it in, a column where it is another one (`plan.SheetDeclaration.filled_by`, `Column.filled_by`);
tab colours, the groups of the cover, what a unit's copy locks, what is dropped, merged and found are derived from these.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlperf.frameworks.schema import Framework


class Role(StrEnum):
    """Who fills in a sheet or a column, as the cover calls it. `SCORER`: whoever scores, which is for the framework to say."""

    UNIT = "单位填"
    EVALUATOR = "评价组填"
    COMPUTED = "自动算出与打印"
    SCORER = "评分人填"

    def of(self, framework: Framework) -> Role:
        """Who that is in the workbook of a framework: in a self-evaluation the unit scores."""
        if self is not Role.SCORER:
            return self
        return Role.UNIT if framework.evaluation == "self" else Role.EVALUATOR


# The groups of the cover, in their order, and the colours of their tabs.
GROUPS = {Role.UNIT: "F2B233", Role.EVALUATOR: "2F75B5", Role.COMPUTED: "8A8F99"}


class Copy(StrEnum):
    """For whom a workbook is made: everything in one, what a unit fills in, what an evaluator goes on with."""

    ALL = "all"
    UNIT = "unit"
    EVALUATOR = "evaluator"

    @property
    def label(self) -> str:
        """What people call it."""
        return {Copy.ALL: "完整版", Copy.UNIT: "单位版", Copy.EVALUATOR: "评价组版"}[self]
