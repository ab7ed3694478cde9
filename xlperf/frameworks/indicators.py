"""A third-level indicator: official wording, points with their rules, gate, readings of doubtful places."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from xlperf.frameworks.parts import Code, PointWeight, Source, Text, total_weight
from xlperf.rules.conditions import Condition
from xlperf.rules.data_kinds import AnyDataRule
from xlperf.rules.kinds import AnyRule
from xlperf.rules.part import Id, Part, Points
from xlperf.rules.rule import Scale


class Variant(Part):
    """Another reading carried out beside the executed one: what the rule for a whole indicator would then give."""

    text: Text
    rule: AnyDataRule


class Reading(Part):
    """A faulty or ambiguous place of the standard: the literal text, what is executed, what else it could mean, why.

    `variants` are calculated and shown beside the executed rule; they never count.
    """

    fault: Literal[
        "points_sum",
        "coefficient",
        "zero_denominator",
        "tier_gap",
        "tier_order",
        "tier_overlap",
        "tier_without_effect",
        "tier_over_weight",
        "special_case",
        "below_line",
        "definition",
        "ambiguous",
    ]
    literal: Text
    executed: Text
    alternatives: tuple[Text, ...] = Field(min_length=1)
    why: Text
    variants: tuple[Variant, ...] = ()


class Alternative(Part):
    """Another measure that the standard allows, carried out instead of the point's rule where the flag `when` is TRUE."""

    text: Text
    when: Id
    rule: AnyDataRule


class Point(Part):
    """A scored point (要点) of an indicator: its wording, its weight in points, its rule, another measure."""

    text: Text
    weight: PointWeight
    rule: AnyRule
    alternative: Alternative | None = None


class Gate(Part):
    """A veto or a precondition: where its conditions don't hold, the indicator gives `otherwise`."""

    text: Text
    conditions: tuple[Condition, ...] = Field(min_length=1)
    otherwise: Points = 0


class Indicator(Part):
    """A third-level indicator: official explanation (指标说明) and standard (评分标准), points, readings.

    `not_applicable`: whether the evaluator may leave it out with a reason (不适用), the total being rescaled; unchosen:
    its group lets the unit choose some, the others being left out without a reason.
    `scope`: common (共性) ones are alike for all units, which are ranked by them; individual (个性) ones are of a unit's
    own duties and are shown apart.
    """

    code: Code
    name: Text
    level: Text
    group: Text
    weight: PointWeight
    description: Text
    standard: Text
    points: tuple[Point, ...] = Field(min_length=1)
    gate: Gate | None = None
    readings: tuple[Reading, ...] = ()
    not_applicable: Literal["refuse", "rescale", "unchosen"] = "refuse"
    scope: Literal["common", "individual"] = "common"
    source: Source | None = None

    @property
    def can_be_left_out(self) -> bool:
        """Whether it may be marked 不适用."""
        return self.not_applicable != "refuse"

    @property
    def is_individual(self) -> bool:
        """Whether it is of the unit's own duties (个性)."""
        return self.scope == "individual"

    @property
    def points_weight(self) -> float | None:
        """The sum of the points' weights, None where one is not stated; it may differ from the indicator's."""
        return total_weight(point.weight for point in self.points)

    @property
    def is_unstated(self) -> bool:
        """Whether the source prints no standard for some point, so that there can't be a rule score."""
        return any(point.rule.scale is Scale.UNSTATED for point in self.points)

    @property
    def is_judgement(self) -> bool:
        """Whether the standard gives no scale at all for some point."""
        return any(point.rule.scale is Scale.JUDGED for point in self.points)

    def point_code(self, number: int) -> str:
        """The code of the nth point, counted from 1: `7.3`."""
        return f"{self.code}.{number}"
