"""What the units of a league have in common: the distribution, each indicator, problems by clause, findings by kind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.batch.tables import SEVERITIES
from xlperf.checks.loading import shipped_relations
from xlperf.findings.codes import RELATION, catalogue
from xlperf.report.league.ranking import (
    COMMON_RATE,
    Band,
    FindingKind,
    GradeCount,
    IndicatorSummary,
    LeagueIndicator,
    ProblemKind,
    ProblemLine,
    Standing,
)

BAND_POINTS = 10


@dataclass
class FindingTally:
    """Counts the findings of one kind as they pass by, those of one unit in one go."""

    severity: str
    example: str
    units: int = 0
    findings: int = 0
    _last: str = field(default="", repr=False)

    def count(self, severity: str, file: str) -> None:
        """Counts one finding of a unit's file."""
        if severity != self.severity:
            self.severity = min(self.severity, severity, key=list(SEVERITIES.values()).index)
        self.findings += 1
        self.units += self._last != file
        self._last = file


def finding_kinds(tallies: Mapping[str, FindingTally]) -> tuple[FindingKind, ...]:
    """The kinds of findings, those of the most units first."""
    names = _finding_names()
    found = (
        FindingKind(code, names.get(code, code), tally.severity, tally.units, tally.findings, tally.example)
        for code, tally in tallies.items()
    )
    return tuple(sorted(found, key=lambda kind: (-kind.units, -kind.findings, kind.code)))


def _finding_names() -> dict[str, str]:
    relations = {f"{RELATION}{relation.id}": relation.statement for relation in shipped_relations().relations}
    return {code.code: code.name for code in catalogue()} | relations


def problem_kinds(lines: Iterable[ProblemLine]) -> tuple[ProblemKind, ...]:
    """The problems by the clause that they break, the clauses of the most units first; those without a clause last."""
    groups: dict[str, list[ProblemLine]] = {}
    for line in lines:
        groups.setdefault(line.clause, []).append(line)
    found = (
        ProblemKind(
            clause,
            len({(line.unit_code, line.unit_name) for line in group}),
            len(group),
            tuple(dict.fromkeys(code for line in group for code in line.indicators)),
            group[0].fact,
        )
        for clause, group in groups.items()
    )
    return tuple(sorted(found, key=lambda kind: (not kind.clause, -kind.units, -kind.problems, kind.clause)))


def grade_counts(names: Sequence[str], units: Sequence[Standing]) -> tuple[GradeCount, ...]:
    """How many units have each grade, the best first, grades that nobody has too."""
    grades = [unit.grade for unit in units if unit.grade]
    others = sorted(set(grades) - set(names))
    return tuple(GradeCount(name, grades.count(name)) for name in (*names, *others))


def bands(units: Sequence[Standing], basis: str) -> tuple[Band, ...]:
    """The ranked units in bands of ten points of a hundred; totals beyond a hundred get bands of their own."""
    found = [u.common_rate * 100 if basis == COMMON_RATE and u.common_rate is not None else u.total for u in units]
    values = [value for value in found if value is not None]
    top = max(100, math.ceil(max(values, default=0) / BAND_POINTS) * BAND_POINTS)
    sign = "%" if basis == COMMON_RATE else ""
    return tuple(_bands(values, top, sign))


def _bands(values: Sequence[float], top: int, sign: str) -> Iterator[Band]:
    scale, count = 100 if sign else 1, top // BAND_POINTS
    # Rounded, so that 89.99999999999999 is 90; the highest value belongs to the last band.
    places = [min(int(round(value, 8) // BAND_POINTS), count - 1) for value in values]
    for place in range(count):
        low = place * BAND_POINTS
        high = low + BAND_POINTS
        yield Band(f"{low}～{high}{sign}", low / scale, high / scale, places.count(place))


def indicator_summaries(
    indicators: Sequence[LeagueIndicator],
    units: Sequence[Standing],
    left_out: Sequence[int],
    lines: Iterable[ProblemLine],
    weights: Sequence[Sequence[float | None]],
) -> tuple[IndicatorSummary, ...]:
    """Each indicator across the units. `left_out`: for how many it doesn't count; `weights`: those of each unit."""
    named: dict[str, set[tuple[str, str]]] = {}
    for line in lines:
        for code in line.indicators:
            named.setdefault(code, set()).add((line.unit_code, line.unit_name))
    return tuple(
        _summary(place, indicator, units, left_out[place], len(named.get(indicator.code, ())), weights)
        for place, indicator in enumerate(indicators)
    )


def _summary(
    place: int,
    indicator: LeagueIndicator,
    units: Sequence[Standing],
    left_out: int,
    with_problems: int,
    weights: Sequence[Sequence[float | None]],
) -> IndicatorSummary:
    rates = [rate for unit in units if (rate := unit.rates[place]) is not None]
    scores = [unit.scores[place] for unit in units]
    lost = [
        weight - score
        for score, own in zip(scores, weights, strict=True)
        if score is not None and (weight := own[place]) is not None
    ]
    changes = [
        given - own
        for unit in units
        if (own := unit.self_scores[place]) is not None and (given := unit.evaluated[place]) is not None
    ]
    return IndicatorSummary(
        indicator=indicator,
        units=len(rates),
        mean_rate=_mean(rates),
        lowest_rate=min(rates, default=None),
        highest_rate=max(rates, default=None),
        full=sum(rate >= 1 for rate in rates),
        zero=sum(rate <= 0 for rate in rates),
        unscored=sum(score is None for score in scores) - left_out,
        left_out=left_out,
        lost=round(math.fsum(lost), 6),
        units_with_problems=with_problems,
        mean_difference=_mean(changes),
    )


def _mean(values: Sequence[float]) -> float | None:
    return round(math.fsum(values) / len(values), 10) if values else None
