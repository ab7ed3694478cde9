"""What a framework file may say: levels, inputs, rates, indicators, grades."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from xlperf.frameworks.adjustments import Cap, Extras, Veto
from xlperf.frameworks.annex import Annex
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import Base, PointWeight, Source, Text, Weight, stated
from xlperf.frameworks.plausibility import NO_LIMITS, OF_A_RATE, Limits
from xlperf.frameworks.relations import Relation
from xlperf.frameworks.survey_schemes import SurveyUse
from xlperf.rules.part import Id, Part, TiersText
from xlperf.rules.tiers import reads_by_tiers
from xlperf.values import round_half_up

RESERVED_IDS = (
    "total_score",
    "total_grade",
    "total_check",
    "reported_total",
    "reported_grade",
    "grade_bands",
    "unit_name",
    "unit_code",
    "project_name",
    "evaluation_year",
    "evaluator_name",
    "money_unit",
)


def _readable(text: str) -> str:
    Expression.parse(text)
    return text


class Grades(Part):
    """The bands of the total, first match from above; the result is the grade's name.

    `scheme`: the shipped table of grades that they follow. The bands are written out all the same: the framework alone,
    which every workbook carries, says what they are.
    """

    bands: TiersText
    scheme: str = ""
    source: Source


class SumReading(Part):
    """Weights that don't add up as the standard prints them: what it says, what is executed, what else it could mean.

    `counts`: no more than is printed (printed), or whatever the parts come to (listed); the full score is the most anyhow.
    """

    literal: Text
    executed: Text
    alternatives: tuple[Text, ...] = ()
    why: Text
    counts: Literal["printed", "listed"] = "printed"


class Group(Part):
    """A second-level indicator (二级指标).

    `choose`: of its indicators the unit chooses so many, which together give at most the group's weight; the others are
    marked 不适用 without a reason, and nothing is spread over the total.
    """

    name: Text
    weight: PointWeight
    choose: Annotated[int, Field(ge=1)] | None = None
    reading: SumReading | None = None

    @property
    def most(self) -> float | None:
        """The most that its indicators may give together; None where what they give counts."""
        is_limited = self.choose is not None or (self.reading is not None and self.reading.counts == "printed")
        return self.weight if is_limited else None


class Level(Part):
    """A first-level indicator (一级指标) with its second level."""

    name: Text
    weight: PointWeight
    groups: tuple[Group, ...] = Field(min_length=1)
    reading: SumReading | None = None

    @property
    def most(self) -> float | None:
        """The most that its groups may give together; None where what they give counts."""
        return self.weight if self.reading is not None and self.reading.counts == "printed" else None


class Input(Part):
    """A figure or fact that people type in. `help` says where it is found.

    `fact`: the figure of the budget sheets that serves where nothing is typed, such as `spending_public_final`.
    `is_exclusion`: an amount or number that the standard leaves out of a rate (除外); blank means that there is none,
    a filled one needs a note that says why. `limits`: what the figure can sensibly be. `last_year_of`: it is last year's
    figure of that id (上年数), which `xlperf renew` fills in from last year's workbook.
    """

    id: Id
    label: Text
    group: Text
    type: Literal["money", "number", "count", "rate", "date", "flag", "text"]
    unit: str = ""
    help: Text
    fact: str = ""
    is_exclusion: bool = False
    limits: Limits | None = None
    last_year_of: str = ""

    @property
    def bounds(self) -> Limits:
        """Its limits, or those that any figure of its type has."""
        return self.limits or (OF_A_RATE if self.type == "rate" else NO_LIMITS)

    @property
    def is_figure(self) -> bool:
        """Whether it is a number; a date is one too, that of the day."""
        return self.type not in ("flag", "text")


class Rate(Part):
    """A figure calculated from inputs by a formula over ids; shown with its definition and source."""

    id: Id
    label: Text
    formula: Annotated[str, AfterValidator(_readable)]
    definition: Text
    source: Text
    format: Literal["rate", "number"] = "rate"


class Contents(Part):
    """An indicator system (指标体系): everything a workbook needs besides a unit's own figures.

    `missing`: what becomes of an indicator whose rule score can't be had for want of data and that nobody awarded:
    it stays open, so that there is no total (error), gives 0, or is left out and the total rescaled (rescale).
    `most_missing`: the largest share of the weight that may rest on missing data, else the result is not ranked.
    `weights`: whether the indicators' weights may be changed in the workbook (editable); they must still add up.
    `reading`: what is done where the first-level weights don't add up to the full score.
    `report`: how the chapters of its report are laid out, by the id of the structure; left out, by what is evaluated.
    `is_for_any_year`: `year` is only an example, such as in a template; otherwise a workbook of another year is doubtful.
    `annex`: how its scoring table is printed. `base`: the common framework, where this one has a unit's own indicators.
    """

    schema_version: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    name: Text
    subject: Literal["部门整体支出", "项目支出"]
    evaluation: Literal["third_party", "self"]
    region: Text
    year: Annotated[int, Field(ge=2000, le=2100)]
    is_for_any_year: bool = False
    weight: Weight = 100
    reading: SumReading | None = None
    weights: Literal["fixed", "editable"] = "fixed"
    money_unit: Literal["元", "万元"] = "万元"
    report: str = ""
    source: Source
    grades: Annotated[Grades | None, BeforeValidator(stated)]
    levels: tuple[Level, ...] = Field(min_length=1)
    inputs: tuple[Input, ...] = ()
    rates: tuple[Rate, ...] = ()
    surveys: tuple[SurveyUse, ...] = ()
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    missing: Literal["error", "zero", "rescale"] = "error"
    most_missing: Annotated[float, Field(ge=0, le=1)] = 0.3
    extras: Extras | None = None
    caps: tuple[Cap, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    relations: tuple[Relation, ...] = ()
    annex: Annex = Field(default_factory=Annex)
    base: Base | None = None

    def indicators_of(self, level: str, group: str | None = None) -> list[Indicator]:
        """The indicators of a first-level (and second-level) one, in order."""
        return [i for i in self.indicators if i.level == level and group in (None, i.group)]

    @property
    def shared_id(self) -> str:
        """The id under which units are compared: of the common framework, where this one is a unit's own."""
        return self.base.id if self.base else self.id

    @property
    def has_editable_weights(self) -> bool:
        """Whether the workbook's cells say what the weights are."""
        return self.weights == "editable"

    @property
    def is_rescaled(self) -> bool:
        """Whether indicators can be left out, so that the total is rescaled to the full score."""
        return self.missing == "rescale" or any(i.not_applicable == "rescale" for i in self.indicators)

    @property
    def chosen_groups(self) -> tuple[tuple[Level, Group], ...]:
        """The groups of which a unit chooses some indicators."""
        return tuple((level, group) for level in self.levels for group in level.groups if group.choose)

    @property
    def can_leave_out(self) -> bool:
        """Whether indicators can be left out at all, being rescaled or of those that a unit chooses from."""
        return self.is_rescaled or bool(self.chosen_groups)

    @property
    def sum_readings(self) -> tuple[tuple[str, SumReading], ...]:
        """What is done where weights don't add up: of the total, a level or a group by its name."""
        found = [("满分", self.reading)]
        for level in self.levels:
            found += [(level.name, level.reading), *((f"{level.name}/{g.name}", g.reading) for g in level.groups)]
        return tuple((name, reading) for name, reading in found if reading is not None)

    @property
    def has_limited_sums(self) -> bool:
        """Whether some indicators together give no more than their group or level has."""
        return any(lv.most is not None or any(g.most is not None for g in lv.groups) for lv in self.levels)

    def added(self, scores: Mapping[str, float]) -> float:
        """What indicators with these scores give together, each group and level at most what it has."""
        total = 0.0
        for level in self.levels:
            points = 0.0
            for group in level.groups:
                found = math.fsum(scores.get(i.code, 0.0) for i in self.indicators_of(level.name, group.name))
                points += found if group.most is None else min(found, group.most)
            total += points if level.most is None else min(points, level.most)
        return round_half_up(total)

    @property
    def award_label(self) -> str:
        """What the score is called by those who give it."""
        return "自评分" if self.evaluation == "self" else "评定分"

    def worded(self, text: str) -> str:
        """A sentence about the score that is given, in the words of those who give it."""
        return text.replace("评定分", self.award_label)

    @property
    def is_of_project(self) -> bool:
        """Whether a project is evaluated, of which a unit may have several in a year."""
        return self.subject == "项目支出"

    @property
    def is_adjusted(self) -> bool:
        """Whether the total is more than the sum of the indicators: extras, caps, vetoes, rescaling."""
        return bool(self.extras or self.caps or self.vetoes or self.is_rescaled)

    @property
    def limits(self) -> tuple[Cap | Veto, ...]:
        """The caps and vetoes on the total."""
        return (*self.caps, *self.vetoes)

    def tiers_fed_by(self, identifier: str) -> tuple[Indicator, int] | None:
        """The first indicator, and the number of its point, that is scored by tiers on an input or rate."""
        for indicator in self.indicators:
            for number, point in enumerate(indicator.points, 1):
                if reads_by_tiers(point.rule, identifier):
                    return indicator, number
        return None
