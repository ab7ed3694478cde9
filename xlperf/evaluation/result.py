"""The result of an evaluation: plain values, the same whether shown on a terminal, in a report or as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from xlperf.findings.finding import Finding
from xlperf.findings.gates import Gate
from xlperf.findings.printed import Reachable
from xlperf.values import round_half_up

SCHEMA_VERSION = 1
DETERMINED, INTERVAL, JUDGEMENT, MISSING = "determined", "interval", "judgement", "missing"
UNSTATED = "unstated"


@dataclass(frozen=True)
class LevelScore:
    """A first-level indicator: points and the rate of points reached (1 = 100%); None where not stated or not to be had."""

    name: str
    weight: float | None
    score: float | None
    rate: float | None


@dataclass(frozen=True)
class RateValue:
    """A rate (1 = 100%; a number where `format` says so), None where there is none; `cause`: why (缺数据, 分母为零, 数据有误)."""

    id: str
    label: str
    value: float | None
    cause: str | None = None
    format: str = "rate"


@dataclass(frozen=True)
class IndicatorResult:
    """An indicator: what the rule gives, what was awarded, what counts and why. Points; None where not stated."""

    code: str
    name: str
    level1: str
    level2: str
    weight: float | None
    rule_status: str
    rule_score: float | None
    rule_low: float | None
    rule_high: float | None
    self_score: float | None
    award: float | None
    review: float | None
    score: float | None
    reason: str | None
    problems: tuple[str, ...]
    evidence: str | None
    status: str
    award_role: str | None
    award_date: str | None
    review_role: str | None
    review_date: str | None
    opinion: str | None

    @property
    def difference(self) -> float | None:
        """The score that counts less the self score (points); None where either is lacking."""
        if self.self_score is None or self.score is None:
            return None
        return round_half_up(self.score - self.self_score)

    @property
    def is_departure(self) -> bool:
        """Whether the score that counts lies outside of what the rule gives (改判)."""
        return self.status == "改判"


@dataclass(frozen=True)
class PointResult:
    """A point (要点) of an indicator: what was found, what its rule gives, what it loses (points); None where not known.

    `rule` is the kind of its rule; `deduction` is what a determined rule score lacks to the weight.
    """

    code: str
    indicator: str
    weight: float | None
    rule: str
    finding: str | None
    rule_status: str
    rule_score: float | None
    rule_low: float | None
    rule_high: float | None
    deduction: float | None
    basis: str | None
    problems: tuple[str, ...]
    evidence: str | None


@dataclass(frozen=True)
class Problem:
    """A problem of the ledger (问题台账) as it was filled in: one fact, its evidence, the indicators that it touches.

    `amount`: in the money unit of the workbook; text where text was filled in.
    """

    id: str | None
    fact: str | None
    voucher: str | None
    amount: float | str | None
    clause: str | None
    indicators: tuple[str, ...]
    source: str | None
    category: str | None = None
    cause: str | None = None
    suggestion: str | None = None


@dataclass(frozen=True)
class Adjustment:
    """A step from the indicators to the total: their sum, rescaling, bonuses, penalties, a limit. Points."""

    name: str
    points: float | None


@dataclass(frozen=True)
class Basis:
    """What a result rests on, as shares of the weight: the rule, judgement, missing data. None where no weight is stated."""

    rule: float | None
    judgement: float | None
    missing: float | None


@dataclass(frozen=True)
class Evaluation:
    """Everything that a filled workbook says about one unit and year.

    `project`: the project that is evaluated; empty where its name is not stated, None where it is a whole unit.
    `reachable`: what the total can still be while indicators are open.
    """

    framework: str
    framework_version: str
    edition: str
    unit: str | None
    year: int | None
    project: str | None
    total: float | None
    grade: str | None
    reported_total: float | None
    reported_grade: str | None
    level1: tuple[LevelScore, ...]
    rates: tuple[RateValue, ...]
    indicators: tuple[IndicatorResult, ...]
    adjustments: tuple[Adjustment, ...]
    points: tuple[PointResult, ...]
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    submission: Gate
    result: Gate
    basis: Basis
    reachable: Reachable | None = None

    def to_json(self) -> dict[str, object]:
        """The object that `xlperf score --json` prints, schema_version first."""
        parts = {name: [*map(_plain, value)] for name, value in vars(self).items() if isinstance(value, tuple)}
        for indicator, found in zip(self.indicators, parts["indicators"], strict=True):
            found["difference"] = indicator.difference
        whole = {name: _plain(getattr(self, name)) for name in ("submission", "result", "basis")}
        bounds = None if self.reachable is None else _plain(self.reachable)
        return {"schema_version": SCHEMA_VERSION, **vars(self), **parts, **whole, "reachable": bounds}


def _plain(part: object) -> dict[str, object]:
    """The fields of a part; the parts have no parts of their own, so that nothing need be copied."""
    return dict(vars(part))
