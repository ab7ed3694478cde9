"""What a framework file may say: indicators with weights, official wording, points, rules, readings, sources."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.relations import Relation, relation_problems
from xlperf.frameworks.rules import (
    Condition,
    DataRule,
    Id,
    Part,
    PassRule,
    Points,
    Rule,
    TiersRule,
    TiersText,
    ids_in,
)
from xlperf.frameworks.surveyschemes import SurveyUse

Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+$")]
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
    "evaluation_year",
    "evaluator_name",
    "money_unit",
)


def _readable(text: str) -> str:
    Expression.parse(text)
    return text


class Source(Part):
    """Where a text comes from. `is_verified`: the wording was compared with the document itself."""

    document: Text
    clause: str = ""
    is_verified: bool


class Grades(Part):
    """The bands of the total, first match from above; the result is the grade's name."""

    bands: TiersText
    source: Source


class Group(Part):
    """A second-level indicator (二级指标)."""

    name: Text
    weight: Points


class Level(Part):
    """A first-level indicator (一级指标) with its second level."""

    name: Text
    weight: Points
    groups: tuple[Group, ...] = Field(min_length=1)


class Input(Part):
    """A figure or fact that people type in. `help` says where it is found.

    `fact`: the figure of the budget sheets that serves where nothing is typed, such as `spending_public_final`.
    """

    id: Id
    label: Text
    group: Text
    type: Literal["money", "number", "count", "rate", "flag", "text"]
    unit: str = ""
    help: Text
    fact: str = ""


class Rate(Part):
    """A figure calculated from inputs by a formula over ids; shown with its definition and source."""

    id: Id
    label: Text
    formula: Annotated[str, AfterValidator(_readable)]
    definition: Text
    source: Text
    format: Literal["rate", "number"] = "rate"


class Variant(Part):
    """Another reading carried out beside the executed one: what the rule for a whole indicator would then give."""

    text: Text
    rule: DataRule


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


class Point(Part):
    """A scored point (要点) of an indicator: its wording, its weight in points, its rule."""

    text: Text
    weight: Points
    rule: Rule


class Gate(Part):
    """A veto or a precondition: where its conditions don't hold, the indicator gives `otherwise`."""

    text: Text
    conditions: tuple[Condition, ...] = Field(min_length=1)
    otherwise: Points = 0


class Indicator(Part):
    """A third-level indicator: official explanation (指标说明) and standard (评分标准), points, readings."""

    code: Code
    name: Text
    level: Text
    group: Text
    weight: Annotated[float, Field(gt=0)]
    description: Text
    standard: Text
    points: tuple[Point, ...] = Field(min_length=1)
    gate: Gate | None = None
    readings: tuple[Reading, ...] = ()
    source: Source | None = None

    @property
    def points_weight(self) -> float:
        """The sum of the points' weights; the standard may make it differ from the indicator's."""
        return round(sum(point.weight for point in self.points), 6)

    @property
    def is_judgement(self) -> bool:
        """Whether the standard gives no scale at all for some point."""
        return any(point.rule.kind == "judgement" for point in self.points)

    def point_code(self, number: int) -> str:
        """The code of the nth point, counted from 1: `7.3`."""
        return f"{self.code}.{number}"


class Framework(Part):
    """An indicator system (指标体系): everything a workbook needs besides a unit's own figures."""

    schema_version: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    name: Text
    subject: Literal["部门整体支出", "项目支出"]
    evaluation: Literal["third_party", "self"]
    region: Text
    year: Annotated[int, Field(ge=2000, le=2100)]
    weight: Annotated[float, Field(gt=0)] = 100
    money_unit: Literal["元", "万元"] = "万元"
    source: Source
    grades: Grades
    levels: tuple[Level, ...] = Field(min_length=1)
    inputs: tuple[Input, ...] = ()
    rates: tuple[Rate, ...] = ()
    surveys: tuple[SurveyUse, ...] = ()
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    relations: tuple[Relation, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        problems = [*_repeated(self), *_unknown_ids(self), *_survey_problems(self), *_wrong_sums(self)]
        kinds = {i.id: str(i.type) for i in self.inputs} | {r.id: str(r.format) for r in self.rates}
        problems += relation_problems(self.relations, kinds)
        if problems:
            raise ValueError("；".join(problems))
        return self

    def indicators_of(self, level: str, group: str | None = None) -> list[Indicator]:
        """The indicators of a first-level (and second-level) one, in order."""
        return [i for i in self.indicators if i.level == level and group in (None, i.group)]

    def tiers_fed_by(self, identifier: str) -> tuple[Indicator, int] | None:
        """The first indicator, and the number of its point, that is scored by tiers on an input or rate."""
        for indicator in self.indicators:
            for number, point in enumerate(indicator.points, 1):
                if isinstance(point.rule, TiersRule) and point.rule.value == identifier:
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
    figureless = {i.id for i in framework.inputs if i.type in ("flag", "text")}
    problems = []
    for indicator in framework.indicators:
        variants = [variant for reading in indicator.readings for variant in reading.variants]
        rules: list[Part] = [*(p.rule for p in indicator.points), *(v.rule for v in variants)]
        used = [i for rule in rules for i in ids_in(rule)]
        problems += [
            f"指标 {indicator.code} 的 {rule.kind} 规则用了不是数的 {i}"  # type: ignore[attr-defined]
            for rule in rules
            for i in ids_in(rule)
            if i in figureless and not isinstance(rule, PassRule)
        ]
        for condition in indicator.gate.conditions if indicator.gate else ():
            used += [i for i in (condition.value, condition.threshold) if isinstance(i, str)]
        problems += [f"指标 {indicator.code} 用了未定义的 {i}" for i in used if i not in inputs | rates]
    seen: set[str] = set()
    for rate in framework.rates:
        expression = Expression.parse(rate.formula)
        problems += [f"比率 {rate.id} 用了未定义的 {i}" for i in expression.ids if i not in inputs | seen]
        problems += [
            f"比率 {rate.id} 直接拿输入项 {i} 做四则运算（空白会被当成 0），请放进 PERF_ 函数"
            for i in expression.bare_ids
            if i in inputs
        ]
        seen.add(rate.id)
    return problems


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
    """Weights must be conserved from level to level; points may differ from their indicator only by a declared reading."""
    problems = []
    if _differ(sum(level.weight for level in framework.levels), framework.weight):
        problems.append(f"一级指标分值合计 {sum(x.weight for x in framework.levels):g} ≠ 总分 {framework.weight:g}")
    known = {(level.name, group.name) for level in framework.levels for group in level.groups}
    problems += [
        f"指标 {i.code} 的一二级“{i.level}/{i.group}”不在 levels 中"
        for i in framework.indicators
        if (i.level, i.group) not in known
    ]
    for level in framework.levels:
        if _differ(sum(group.weight for group in level.groups), level.weight):
            problems.append(f"“{level.name}”的二级指标分值合计 ≠ {level.weight:g}")
        for group in level.groups:
            found = sum(i.weight for i in framework.indicators_of(level.name, group.name))
            if _differ(found, group.weight):
                problems.append(f"“{level.name}/{group.name}”的三级指标分值合计 {found:g} ≠ {group.weight:g}")
    for i in framework.indicators:
        if _differ(i.points_weight, i.weight) and not any(r.fault == "points_sum" for r in i.readings):
            problems.append(
                f"指标 {i.code}“{i.name}”要点合计 {i.points_weight:g} ≠ 分值 {i.weight:g}，须在 readings 中写明读法"
            )
    return problems


def _differ(left: float, right: float) -> bool:
    return abs(left - right) > 1e-6
