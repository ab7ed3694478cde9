"""What a framework file may say: indicators with weights, official wording, points, rules, readings, sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from xlperf.frameworks.expressions import Expression
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
UNSTATED = "未载明"
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


def stated(value: object) -> object:
    """What a source states, or None where the file says that it states nothing."""
    return None if value == UNSTATED else value


# Written as a number, or as 未载明 where the source prints none; then None, never 0 and never guessed.
Weight = Annotated[Annotated[float, Field(gt=0)] | None, BeforeValidator(stated)]
PointWeight = Annotated[Points | None, BeforeValidator(stated)]


class Source(Part):
    """Where a text comes from. `is_verified`: the wording was compared with the document itself."""

    document: Text
    clause: str = ""
    is_verified: bool


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


class Point(Part):
    """A scored point (要点) of an indicator: its wording, its weight in points, its rule."""

    text: Text
    weight: PointWeight
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
    weight: Weight
    description: Text
    standard: Text
    points: tuple[Point, ...] = Field(min_length=1)
    gate: Gate | None = None
    readings: tuple[Reading, ...] = ()
    source: Source | None = None

    @property
    def points_weight(self) -> float | None:
        """The sum of the points' weights, None where one is not stated; it may differ from the indicator's."""
        return total_weight(point.weight for point in self.points)

    @property
    def is_unstated(self) -> bool:
        """Whether the source prints no standard for some point, so that there can't be a rule score."""
        return any(point.rule.kind == "unstated" for point in self.points)

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
    weight: Weight = 100
    money_unit: Literal["元", "万元"] = "万元"
    source: Source
    grades: Annotated[Grades | None, BeforeValidator(stated)]
    levels: tuple[Level, ...] = Field(min_length=1)
    inputs: tuple[Input, ...] = ()
    rates: tuple[Rate, ...] = ()
    surveys: tuple[SurveyUse, ...] = ()
    indicators: tuple[Indicator, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        problems = [*_repeated(self), *_unknown_ids(self), *_survey_problems(self), *_wrong_sums(self)]
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


def total_weight(weights: Iterable[float | None]) -> float | None:
    """The sum of weights, None where one is not stated."""
    known = list(weights)
    return None if None in known else round(sum(weight for weight in known if weight is not None), 6)


def shown_weight(weight: float | None) -> float | str:
    """A weight as a cell shows it."""
    return UNSTATED if weight is None else weight


def weight_text(weight: float | None) -> str:
    """A weight as a sentence prints it."""
    return UNSTATED if weight is None else f"{weight:g}"


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
    if any((p.weight is None or indicator.weight is None) and p.rule.kind != "unstated" for p in indicator.points):
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
