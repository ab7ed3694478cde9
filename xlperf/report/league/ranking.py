"""The league of the units of one framework and year: ranks by the common indicators (共性), and what else compares them.

Rates are ratios (1 = 100%), scores and differences are points; None where there is none, never 0 in its place.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

COMMON_RATE, TOTAL = "共性得分率", "总分"
OWN_INDICATORS = "各单位的个性指标不同，这里按二级指标合计；逐项的在各单位的一页。"
# What a result rests on: the shares of the weight.
BASIS = ("按规则占比", "靠判断占比", "缺数据占比")


@dataclass(frozen=True)
class LeagueIndicator:
    """An indicator. `weight`: None where the standard states none, or where the units have different ones."""

    code: str
    name: str
    level: str
    group: str
    weight: float | None
    is_individual: bool


@dataclass(frozen=True)
class LeagueLevel:
    """A first-level indicator. `weight`: None where not stated, or where the units have different ones."""

    name: str
    weight: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit; in the evaluation of projects, a unit with one of its projects. `rank`: equal values share one, the next ones are left out; None with the reason (`unranked`).

    `level_scores` and `level_rates` stand in the order of the league's levels; `rates`, `scores`, `self_scores` and
    `evaluated` in that of its indicators. `rates` has none for what is open or left out (不适用、剔除: `left_out`, by
    place). `basis`: the shares of the weight by rule, by judgement, on missing data, in that order. `evaluated`: what the evaluation gives (review, else award, else the determined rule score), to be compared
    with the self scores.
    """

    code: str
    name: str
    project: str
    file: str
    rank: int | None
    unranked: str
    common_rate: float | None
    individual_rate: float | None
    total: float | None
    grade: str
    level_scores: tuple[float | None, ...]
    level_rates: tuple[float | None, ...]
    rates: tuple[float | None, ...]
    scores: tuple[float | None, ...]
    self_scores: tuple[float | None, ...]
    evaluated: tuple[float | None, ...]
    left_out: tuple[int, ...]
    basis: tuple[float | None, ...]
    errors: int
    warnings: int
    hints: int
    status: str
    in_roster: str
    notes: str

    @property
    def shown(self) -> str:
        """What people call it: the name (the code where there is none), and the project."""
        return "　".join(text for text in (self.name or self.code, self.project) if text)

    @property
    def compared(self) -> list[int]:
        """The places of the indicators that have both a self score and an evaluation."""
        pairs = enumerate(zip(self.self_scores, self.evaluated, strict=True))
        return [place for place, (own, given) in pairs if own is not None and given is not None]

    @property
    def self_sum(self) -> float | None:
        """The self scores that can be compared, added up."""
        places = self.compared
        return _sum([self.self_scores[place] for place in places]) if places else None

    @property
    def evaluated_sum(self) -> float | None:
        """The evaluation of the same indicators, added up."""
        places = self.compared
        return _sum([self.evaluated[place] for place in places]) if places else None

    @property
    def difference(self) -> float | None:
        """The evaluation less the self scores, where both are stated."""
        own, given = self.self_sum, self.evaluated_sum
        return None if own is None or given is None else round(given - own, 6)


@dataclass(frozen=True)
class Difference:
    """An indicator of a unit whose evaluation departs from its self score."""

    unit: Standing
    indicator: LeagueIndicator
    self_score: float
    evaluated: float
    difference: float


@dataclass(frozen=True)
class IndicatorSummary:
    """How the units do in one indicator: those with a rate, its mean, the full ones, the zeros, open and left out.

    `lost`: the points that they lose together. `units_with_problems`: those whose ledger names the indicator.
    `mean_difference`: evaluation less self score, on the average of the units that have both.
    """

    indicator: LeagueIndicator
    units: int
    mean_rate: float | None
    lowest_rate: float | None
    highest_rate: float | None
    full: int
    zero: int
    unscored: int
    left_out: int
    lost: float
    units_with_problems: int
    mean_difference: float | None


@dataclass(frozen=True)
class Band:
    """A band of the distribution: from `low` to below `high` (the last one: to `high`), how many units."""

    label: str
    low: float
    high: float
    units: int


@dataclass(frozen=True)
class GradeCount:
    """A grade and how many units have it."""

    grade: str
    units: int


@dataclass(frozen=True)
class ProblemKind:
    """Problems of the ledgers that break the same clause: units, problems, their indicators, one fact as an example."""

    clause: str
    units: int
    problems: int
    indicators: tuple[str, ...]
    example: str


@dataclass(frozen=True)
class ProblemLine:
    """One line of a unit's ledger. `amount`: in the money unit of its workbook."""

    unit_code: str
    unit_name: str
    number: str
    fact: str
    amount: float | str | None
    clause: str
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class FindingKind:
    """A kind of finding: how severe at worst, in how many units, how often, one sentence as an example."""

    code: str
    name: str
    severity: str
    units: int
    findings: int
    example: str


@dataclass(frozen=True)
class Refused:
    """A file in quarantine or skipped, with the reason."""

    file: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Replaced:
    """A file that a later one of the same unit, year, framework and project replaces."""

    code: str
    name: str
    year: int | None
    framework: str
    project: str
    file: str
    saved: str
    total: float | None
    counted_file: str
    counted_saved: str
    counted_total: float | None


@dataclass(frozen=True)
class Absent:
    """A unit of the roster that handed in nothing."""

    code: str
    name: str
    hint: str = ""


@dataclass(frozen=True)
class League:
    """The units of one framework, version, content and year: the ranked ones from the best, then the others by code.

    `basis`: what they are ranked by, COMMON_RATE, or TOTAL where the framework states no weights to have rates of.
    `is_divided`: whether the framework says which indicators are individual; without that all are common.
    `has_own_indicators`: whether units have individual indicators of their own; then these are columns added up.
    `has_own_weights`: whether units have changed weights, so that their rates rest on different ones.
    """

    framework: str
    version: str
    content_hash: str
    title: str
    evaluation: str
    subject: str
    year: int | None
    basis: str
    is_divided: bool
    has_own_indicators: bool
    has_own_weights: bool
    levels: tuple[LeagueLevel, ...]
    indicators: tuple[LeagueIndicator, ...]
    units: tuple[Standing, ...]
    summaries: tuple[IndicatorSummary, ...]
    grades: tuple[GradeCount, ...]
    bands: tuple[Band, ...]
    problems: tuple[ProblemLine, ...]
    problem_kinds: tuple[ProblemKind, ...]
    finding_kinds: tuple[FindingKind, ...]

    @property
    def label(self) -> str:
        """The league in a few words: year and framework."""
        year = f"{self.year}年度" if self.year is not None else "年度未填"
        return f"{year}　{self.title}"

    @cached_property
    def ranked(self) -> tuple[Standing, ...]:
        """The units that have a rank."""
        return tuple(unit for unit in self.units if unit.rank is not None)

    @cached_property
    def unranked(self) -> tuple[Standing, ...]:
        """The units that could not be ranked (未能复算), each with its reason."""
        return tuple(unit for unit in self.units if unit.rank is None)

    def value(self, unit: Standing) -> float | None:
        """What a unit is ranked by."""
        return unit.common_rate if self.basis == COMMON_RATE else unit.total

    @cached_property
    def most_departing(self) -> tuple[Standing, ...]:
        """The units with an evaluation beside their self scores, the largest differences first."""
        found = [unit for unit in self.units if unit.difference is not None]
        return tuple(sorted(found, key=lambda unit: (-abs(unit.difference or 0.0), unit.code, unit.shown)))

    def differences(self, most: int | None = None) -> list[Difference]:
        """The indicators whose evaluation departs from the self score, the largest differences first; `most` of them."""
        order = {indicator.code: place for place, indicator in enumerate(self.indicators)}

        def key(found: Difference) -> tuple[float, str, str, int]:
            return -abs(found.difference), found.unit.code, found.unit.shown, order[found.indicator.code]

        return sorted(self._departing(), key=key) if most is None else heapq.nsmallest(most, self._departing(), key=key)

    def _departing(self) -> Iterator[Difference]:
        for unit in self.units:
            for place in unit.compared:
                own, given = unit.self_scores[place], unit.evaluated[place]
                if own is not None and given is not None and own != given:
                    yield Difference(unit, self.indicators[place], own, given, round(given - own, 6))


Records = Callable[[League], Iterator[tuple[Standing, dict[str, Any]]]]


@dataclass(frozen=True)
class Leagues:
    """Everything that the results of a batch compare: its leagues, and what is in none of them.

    `records` gives the units of a league in its order, each with all that its result says, one at a time; what only the
    whole batch shows (across years) stands under `further`.
    """

    leagues: tuple[League, ...]
    refused: tuple[Refused, ...]
    replaced: tuple[Replaced, ...]
    absent: tuple[Absent, ...]
    records: Records = field(compare=False, repr=False)

    @property
    def unit_count(self) -> int:
        """The units of all leagues."""
        return sum(len(league.units) for league in self.leagues)


def _sum(values: Sequence[float | None]) -> float:
    return round(sum(value for value in values if value is not None), 6)
