"""What a framework file may say: levels, inputs, rates, indicators, grades, and that they fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from xlperf.frameworks.adjustments import Cap, Extras, Veto
from xlperf.frameworks.annex import Annex
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import (
    UNSTATED,
    Base,
    PointWeight,
    Source,
    Text,
    Weight,
    stated,
    total_weight,
    weight_text,
)
from xlperf.frameworks.plausibility import NO_LIMITS, OF_A_RATE, Limits
from xlperf.frameworks.relations import Relation, relation_problems
from xlperf.frameworks.survey_schemes import SurveyUse
from xlperf.rules.conditions import ids_in
from xlperf.rules.part import Id, Part, TiersText
from xlperf.rules.rule import Rule, Scale
from xlperf.rules.tiers import reads_by_tiers

SCHEMA_VERSION = 1
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


class Group(Part):
    """A second-level indicator (二级指标)."""

    name: Text
    weight: PointWeight


class Level(Part):
    """A first-level indicator (一级指标) with its second level."""

    name: Text
    weight: PointWeight
    groups: tuple[Group, ...] = Field(min_length=1)


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
    type: Literal["money", "number", "count", "rate", "flag", "text"]
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
        """Whether it is a number."""
        return self.type not in ("flag", "text")


class Rate(Part):
    """A figure calculated from inputs by a formula over ids; shown with its definition and source."""

    id: Id
    label: Text
    formula: Annotated[str, AfterValidator(_readable)]
    definition: Text
    source: Text
    format: Literal["rate", "number"] = "rate"


class Framework(Part):
    """An indicator system (指标体系): everything a workbook needs besides a unit's own figures.

    `missing`: what becomes of an indicator whose rule score can't be had for want of data and that nobody awarded:
    it stays open, so that there is no total (error), gives 0, or is left out and the total rescaled (rescale).
    `most_missing`: the largest share of the weight that may rest on missing data, else the result is not ranked.
    `weights`: whether the indicators' weights may be changed in the workbook (editable); they must still add up.
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

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        problems = [*_repeated(self), *_unknown_ids(self), *_survey_problems(self), *_wrong_sums(self)]
        problems += _limit_problems(self)
        problems += _adjustment_problems(self)
        kinds = {i.id: str(i.type) for i in self.inputs} | {r.id: str(r.format) for r in self.rates}
        problems += relation_problems(self.relations, kinds)
        problems += self.annex.problems(self.indicators, is_of_project=self.is_of_project)
        if problems:
            raise ValueError("；".join(problems))
        return self

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


def _repeated(framework: Framework) -> list[str]:
    ids = [*(i.id for i in framework.inputs), *(r.id for r in framework.rates), *RESERVED_IDS]
    # Codes become parts of names in the workbook, where case makes no difference.
    codes = [i.code.upper() for i in framework.indicators]
    return [f"编号 {name} 重复" for names in (ids, codes) for name in sorted({n for n in names if names.count(n) > 1})]


def _unknown_ids(framework: Framework) -> list[str]:
    """Ids that are not declared, and rates that use an input where a blank would count as 0."""
    inputs, rates = {i.id for i in framework.inputs}, {r.id for r in framework.rates}
    flags = {i.id for i in framework.inputs if i.type == "flag"}
    figureless = flags | {i.id for i in framework.inputs if i.type == "text"}
    blankable = inputs - {i.id for i in framework.inputs if i.is_exclusion}
    problems = []
    for indicator in framework.indicators:
        variants = [variant for reading in indicator.readings for variant in reading.variants]
        alternatives = [p.alternative for p in indicator.points if p.alternative]
        rules: list[Rule] = [*(p.rule for p in indicator.points)]
        rules += [*(v.rule for v in variants), *(a.rule for a in alternatives)]
        used = [i for rule in rules for i in rule.ids]
        problems += [
            f"指标 {indicator.code} 的 {rule.kind} 规则用了不是数的 {i}"
            for rule in rules
            for i in rule.figures
            if i in figureless
        ]
        used += ids_in(indicator.gate.conditions) if indicator.gate else ()
        used += [alternative.when for alternative in alternatives]
        problems += [f"指标 {indicator.code} 用了未定义的 {i}" for i in used if i not in inputs | rates]
        problems += [
            f"指标 {indicator.code} 的另一口径由 {a.when} 决定，它应是 flag 类型的数据项"
            for a in alternatives
            if a.when not in flags
        ]
    seen: set[str] = set()
    for rate in framework.rates:
        expression = Expression.parse(rate.formula)
        problems += [f"比率 {rate.id} 用了未定义的 {i}" for i in expression.ids if i not in inputs | seen]
        problems += [
            f"比率 {rate.id} 直接拿输入项 {i} 做四则运算（空白会被当成 0），请放进 PERF_ 函数"
            for i in expression.bare_ids
            if i in blankable
        ]
        seen.add(rate.id)
    return problems


def _adjustment_problems(framework: Framework) -> Iterator[str]:
    """Caps and vetoes that read what is not declared; rescaling and caps without the full score that they need."""
    kinds = {i.id: str(i.type) for i in framework.inputs} | {r.id: "rate" for r in framework.rates}
    for cap in framework.caps:
        if kinds.get(cap.value, "text") in ("flag", "text"):
            yield f"总分上限“{cap.text}”用的 {cap.value} 不是数据项或比率里的数"
    for veto in framework.vetoes:
        for identifier in ids_in(veto.conditions):
            if identifier not in kinds:
                yield f"一票否决“{veto.text}”用了未定义的 {identifier}"
    if framework.weight is None and (framework.caps or framework.vetoes or framework.is_rescaled):
        yield "满分未载明的指标体系不能有总分上限、一票否决和折算"
    for indicator in framework.indicators:
        if indicator.weight is None and framework.is_rescaled:
            yield f"指标 {indicator.code} 的分值未载明，不能折算"
    if framework.has_editable_weights and None in (framework.weight, *(i.weight for i in framework.indicators)):
        yield "weights 为 editable 的指标体系，满分和每个指标都要写出缺省分值"
    for item in framework.inputs:
        if item.is_exclusion and (item.fact or item.type not in ("money", "number", "count")):
            yield f"除外项 {item.id} 应为手填的金额、数或整数"


def _limit_problems(framework: Framework) -> Iterator[str]:
    """Limits of what is no number, or by a figure that is none or another sort."""
    kinds = {i.id: str(i.type) for i in framework.inputs if i.is_figure}
    for item in framework.inputs:
        if item.limits and not item.is_figure:
            yield f"数据项 {item.id} 不是数，不能写 limits"
        if item.last_year_of and kinds.get(item.last_year_of) != item.type:
            yield f"数据项 {item.id} 的 last_year_of 用了 {item.last_year_of}，应是另一个同类的数据项"
        for other in item.bounds.others:
            same = ("count", "number") if item.type in ("count", "number") else (item.type,)
            if other == item.id or kinds.get(other) not in same:
                yield f"数据项 {item.id} 的 limits 用了 {other}，应是另一个同类的数据项"


def _survey_problems(framework: Framework) -> list[str]:
    """Surveys that are declared twice, or feed what is no rate that people type in."""
    rates = {i.id for i in framework.inputs if i.type == "rate" and not i.fact}
    names = [survey.id for survey in framework.surveys]
    fed = [survey.feeds for survey in framework.surveys]
    problems = [f"问卷 {name} 重复" for name in sorted({n for n in names if names.count(n) > 1})]
    problems += [f"数据项 {name} 取自两份问卷" for name in sorted({n for n in fed if fed.count(n) > 1})]
    return problems + [
        f"问卷 {survey.id} 的 feeds 应为手填的比率类数据项，现为 {survey.feeds}"
        for survey in framework.surveys
        if survey.feeds not in rates
    ]


def _wrong_sums(framework: Framework) -> list[str]:
    """Weights must be conserved from level to level; points may differ from their indicator only by a declared reading.

    Sums with a weight that is not stated can't be compared.
    """
    problems = []
    found = total_weight(level.weight for level in framework.levels)
    if _differ(found, framework.weight):
        problems.append(f"一级指标分值合计 {weight_text(found)} ≠ 总分 {weight_text(framework.weight)}")
    known = {(level.name, group.name) for level in framework.levels for group in level.groups}
    problems += [
        f"指标 {i.code} 的一二级“{i.level}/{i.group}”不在 levels 中"
        for i in framework.indicators
        if (i.level, i.group) not in known
    ]
    for level in framework.levels:
        if _differ(total_weight(group.weight for group in level.groups), level.weight):
            problems.append(f"“{level.name}”的二级指标分值合计 ≠ {weight_text(level.weight)}")
        for group in level.groups:
            found = total_weight(i.weight for i in framework.indicators_of(level.name, group.name))
            if _differ(found, group.weight):
                problems.append(
                    f"“{level.name}/{group.name}”的三级指标分值合计 {weight_text(found)} ≠ {weight_text(group.weight)}"
                )
    return problems + [problem for i in framework.indicators for problem in _wrong_points(i)]


def _wrong_points(indicator: Indicator) -> Iterator[str]:
    """Points whose weights don't add up, or that have a rule without a weight to apply it to."""
    label = f"指标 {indicator.code}“{indicator.name}”"
    if any(
        (p.weight is None or indicator.weight is None) and p.rule.scale is not Scale.UNSTATED for p in indicator.points
    ):
        yield f"{label}的分值{UNSTATED}，要点的规则只能是 unstated"
    if indicator.is_unstated and (indicator.gate or any(reading.variants for reading in indicator.readings)):
        yield f"{label}的标准{UNSTATED}，不能有 gate 或 variants"
    has_reading = any(reading.fault == "points_sum" for reading in indicator.readings)
    if _differ(indicator.points_weight, indicator.weight) and not has_reading:
        yield (
            f"{label}要点合计 {weight_text(indicator.points_weight)} ≠ 分值 {weight_text(indicator.weight)}，"
            "须在 readings 中写明读法"
        )


def _differ(left: float | None, right: float | None) -> bool:
    return left is not None and right is not None and abs(left - right) > 1e-6
