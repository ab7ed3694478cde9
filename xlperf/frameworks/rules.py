"""The kinds of rule a point (要点) can have. Values are ids of inputs or rates; the numbers come from the standard."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from xlperf.errors import CellError
from xlperf.frameworks.bands import bands
from xlperf.functions.tiers import options, tiers


def _tiers(text: str) -> str:
    try:
        tiers(text)
    except CellError as error:
        raise ValueError(error.reason) from error
    return text


def _options(text: str) -> str:
    try:
        options(text)
    except CellError as error:
        raise ValueError(error.reason) from error
    return text


def _bands(text: str) -> str:
    bands(text)
    return text


Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)+$")]
TiersText = Annotated[str, AfterValidator(_tiers)]
OptionsText = Annotated[str, AfterValidator(_options)]
BandsText = Annotated[str, AfterValidator(_bands)]
Points = Annotated[float, Field(ge=0)]
Operator = Literal["≥", ">", "≤", "<", "="]


class Part(BaseModel):
    """Any piece of a framework: unknown keys and inf or nan are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


class Condition(Part):
    """A value compared with a threshold: another id, a number, or TRUE/FALSE."""

    value: Id
    operator: Operator = "="
    threshold: bool | float | Id
    text: str = Field(min_length=1)


class FindingRule(Part):
    """The evaluator finds the point met, partly met, not met, not applicable or without evidence.

    `partial`: what a partly met point gives, 0 or an open interval (酌情). `not_applicable`: whether that finding is
    refused, gives full points, 0, or an open interval.
    """

    kind: Literal["finding"]
    partial: Literal["zero", "open"] = "zero"
    not_applicable: Literal["refuse", "full", "zero", "open"] = "refuse"


class ChoiceRule(Part):
    """One of several options, each with its points."""

    kind: Literal["choice"]
    options: OptionsText


class BandsRule(Part):
    """One of several bands (三档), each with the lowest and highest share of the weight that may be awarded.

    `bands`: such as `达成预期指标:80%~100%; 部分达成:60%~80%; 未达成:0%~60%`. Where in a band the award lies is the
    evaluator's judgement and needs a reason.
    """

    kind: Literal["bands"]
    bands: BandsText


class RatioRule(Part):
    """The weight times a rate.

    `over`: what a rate over 100% gives: the weight, 0, or (扣分) from `over_rate` on `over_points` less than the weight.
    """

    kind: Literal["ratio"]
    value: Id
    over: Literal["封顶", "归零", "扣分"] = "封顶"
    over_rate: Annotated[float, Field(ge=1)] | None = None
    over_points: Points | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        given = (self.over_rate is not None, self.over_points is not None)
        if given != (self.over == "扣分",) * 2:
            raise ValueError("over_rate、over_points 只用于、也必须用于 over 为 扣分 的规则")
        return self


class TiersRule(Part):
    """Points by tiers of a value."""

    kind: Literal["tiers"]
    value: Id
    tiers: TiersText


class ChangeRule(Part):
    """Points by tiers of the change on last year."""

    kind: Literal["change"]
    current: Id
    previous: Id
    tiers: TiersText
    zero_zero: Points | None = None


class DeductRule(Part):
    """So many points off for each problem counted in the working paper."""

    kind: Literal["deduct"]
    points: Points


class DeductShareRule(Part):
    """A share of the weight off for each problem counted in the working paper."""

    kind: Literal["deduct_share"]
    share: Annotated[float, Field(gt=0, le=1)]


class LinearRule(Part):
    """A share of the weight off for each step beyond a threshold."""

    kind: Literal["linear"]
    value: Id
    threshold: float
    step: Annotated[float, Field(gt=0)]
    share: Annotated[float, Field(gt=0, le=1)]
    direction: Literal["高于", "低于", "双向"] = "高于"
    partial: Literal["按比例", "不足不扣", "不足也扣"] = "按比例"
    over: float | None = None


class PassRule(Part):
    """The whole weight where all conditions hold; `below`: 0, or open (否则核定) where they don't."""

    kind: Literal["pass"]
    conditions: tuple[Condition, ...] = Field(min_length=1)
    below: Literal["zero", "open"] = "zero"


class CountRule(Part):
    """Points off for each one short of a target count."""

    kind: Literal["count"]
    count: Id
    target: float
    points: Points


class DoneRule(Part):
    """The weight times the part that is done."""

    kind: Literal["done"]
    done: Id
    total: Id
    not_applicable: Id | None = None


class JudgementRule(Part):
    """No scale in the standard: the evaluator judges between 0 and the weight and gives the reason."""

    kind: Literal["judgement"]


class UnstatedRule(Part):
    """The source does not print the standard (未载明): there is no rule score, whatever the data."""

    kind: Literal["unstated"]


# Every kind of rule by which a score can be worked out.
StatedRule = (
    FindingRule
    | ChoiceRule
    | BandsRule
    | RatioRule
    | TiersRule
    | ChangeRule
    | DeductRule
    | DeductShareRule
    | LinearRule
    | PassRule
    | CountRule
    | DoneRule
    | JudgementRule
)
Rule = Annotated[StatedRule | UnstatedRule, Field(discriminator="kind")]

# What a variant reading may be: rules that are calculated from data alone.
DataRule = Annotated[
    RatioRule | TiersRule | ChangeRule | LinearRule | CountRule | DoneRule, Field(discriminator="kind")
]

RULE_LABELS = {
    "finding": "要点核查",
    "choice": "选项",
    "bands": "定性分档",
    "ratio": "按比例",
    "tiers": "分档",
    "change": "同比分档",
    "deduct": "按处扣分",
    "deduct_share": "按处扣比例",
    "linear": "超限线性扣",
    "pass": "达标",
    "count": "数量",
    "done": "完成率",
    "judgement": "判断",
    "unstated": "未载明",
}


def ids_in_conditions(conditions: tuple[Condition, ...]) -> list[str]:
    """The inputs and rates that conditions compare."""
    return [i for c in conditions for i in (c.value, c.threshold) if isinstance(i, str)]


def ids_in(rule: Part) -> list[str]:
    """The inputs and rates that a rule reads."""
    if isinstance(rule, PassRule):
        return ids_in_conditions(rule.conditions)
    fields = ("value", "current", "previous", "count", "done", "total", "not_applicable")
    names = [] if isinstance(rule, FindingRule) else [getattr(rule, field, None) for field in fields]
    return [name for name in names if isinstance(name, str)]
