"""Which sheets of a workbook are of use for its framework and data: the others are there, hidden until somebody asks."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from xlperf.frameworks.schema import Framework

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import EvaluationData

_WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Needs:
    """What a framework's scores rest on, and what a data file fills in."""

    framework: Framework
    data: EvaluationData | None = None

    @property
    def is_evaluation(self) -> bool:
        """Whether somebody else than the unit evaluates, with sources compared, a ledger, reviews."""
        return self.framework.evaluation == "third_party"

    @cached_property
    def scored(self) -> frozenset[str]:
        """The figures and rates that a score is calculated from: what rules, conditions, caps and rates name.

        A figure that stands only beside the score can be typed where it is listed; no table is needed for it.
        """
        framework = self.framework
        ids = {item.id for item in framework.inputs} | {rate.id for rate in framework.rates}
        rates = {rate.id: set(_WORD.findall(repr(rate))) & ids for rate in framework.rates}
        parts = (*framework.indicators, *framework.caps, *framework.vetoes)
        found = {word for part in parts for word in _WORD.findall(repr(part))} & ids
        while more := {name for rate in found & rates.keys() for name in rates[rate]} - found:
            found |= more
        return frozenset(found)

    @cached_property
    def facts(self) -> frozenset[str]:
        """What those figures are taken from in the budget tables."""
        return frozenset(item.fact for item in self.framework.inputs if item.fact and item.id in self.scored)

    def takes(self, facts: Collection[str]) -> bool:
        """Whether one of these facts is needed."""
        return not self.facts.isdisjoint(facts)

    def has_table(self, table: str) -> bool:
        """Whether the data fill in a table."""
        return self.data is not None and table in self.data.tables

    @property
    def has_ledger(self) -> bool:
        """Whether problems are recorded."""
        return self.is_evaluation or bool(self.data and (self.data.problems or self.data.deductions))

    @property
    def has_other_sources(self) -> bool:
        """Whether the data say of a figure what other sources say."""
        return self.data is not None and any(given.others for given in self.data.inputs.values())

    @property
    def has_surveys(self) -> bool:
        """Whether questionnaires are counted here; a unit that evaluates itself types what they gave."""
        return (self.is_evaluation and bool(self.framework.surveys)) or bool(self.data and self.data.surveys)

    @property
    def has_relations(self) -> bool:
        """Whether there is something that is compared: tables, other sources, what an evaluated framework says itself.

        Else nearly every line would say 缺数据 for good; the cover's counter is enough.
        """
        has_tables = bool(self.facts) and not self.framework.is_of_project
        is_told = has_tables or bool(self.data and self.data.tables)
        return is_told or (self.is_evaluation and (self.has_other_sources or bool(self.framework.relations)))

    @cached_property
    def followed(self) -> frozenset[str]:
        """The points whose finding follows from the ledger where nobody types one.

        A line names an indicator. Where that has further points, a gate or another measure, the line could be about these.
        """
        single = (i for i in self.framework.indicators if len(i.points) == 1 and i.gate is None)
        return frozenset(
            i.point_code(1)
            for i in single
            if self.is_evaluation
            and i.points[0].alternative is None
            and (cell := i.points[0].rule.finding) is not None
            and cell.recorded("1") is not None
        )

    @property
    def findings_asked(self) -> int:
        """How many points somebody has to look at."""
        return sum(point.rule.finding is not None for i in self.framework.indicators for point in i.points)
