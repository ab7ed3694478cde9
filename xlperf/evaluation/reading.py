"""Reads the result from a workbook's values, through its names."""

from __future__ import annotations

from collections.abc import Mapping

from xlperf.errors import CellError
from xlperf.evaluation.findings import findings
from xlperf.evaluation.integrity import saved_value_findings
from xlperf.evaluation.result import (
    DETERMINED,
    INTERVAL,
    JUDGEMENT,
    MISSING,
    UNSTATED,
    Adjustment,
    Evaluation,
    IndicatorResult,
    LevelScore,
    RateValue,
)
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.schema import Framework
from xlperf.package import Package
from xlperf.values import Value, compare, is_day, is_number, to_date
from xlperf.workbook.catalogue import REVIEW_INPUTS
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells, Place, listed

_COLUMNS = (
    "weight",
    "low",
    "high",
    "self_score",
    "award",
    "review",
    "score",
    "status",
    "reason",
    "problems",
    "evidence",
)


def read_evaluation(package: Package, changes: Mapping[Place, tuple[Value, Value]] | None = None) -> Evaluation:
    """The result that stands in the workbook's cells. `changes`: saved values that the recalculation did not give.

    Errors: UserError: not one of our workbooks, a damaged stamp, a name gone.
    """
    identity = read_identity(package)
    framework = identity.framework.framework
    names = NamedCells(package)
    return Evaluation(
        framework=framework.id,
        framework_version=framework.version,
        edition=identity.edition,
        unit=_text(names.value("unit_name")),
        year=_year(names.value("evaluation_year")),
        total=_number(names.value("total_score")),
        grade=_text(names.value("total_grade")) if framework.grades else None,
        reported_total=_number(names.value("reported_total")),
        reported_grade=_text(names.value("reported_grade")),
        level1=tuple(_levels(names)),
        rates=tuple(RateValue(r.id, r.label, _number(names.value(r.id))) for r in framework.rates),
        indicators=tuple(_indicators(names, framework)),
        adjustments=tuple(_adjustments(names, framework)),
        findings=(*findings(package, names, framework), *saved_value_findings(changes or {}, names)),
    )


def _adjustments(names: NamedCells, framework: Framework) -> list[Adjustment]:
    if not framework.is_adjusted:
        return []
    columns = zip(names.column("adjustment_name"), names.column("adjustment_points"), strict=True)
    return [Adjustment(str(name), _number(points)) for name, points in columns]


def _levels(names: NamedCells) -> list[LevelScore]:
    rows = names.rows(*(f"level_{part}" for part in ("name", "weight", "score", "rate")))
    return [
        LevelScore(str(name), _number(weight), _number(score), _number(rate))
        for name, weight, score, rate in rows
        if name
    ]


def _indicators(names: NamedCells, framework: Framework) -> list[IndicatorResult]:
    columns = {column: names.by_code("indicator_code", f"indicator_{column}") for column in _COLUMNS}
    columns |= {column: names.by_code("reviewed_code", f"reviewed_{column}") for column, _, _ in REVIEW_INPUTS}
    return [
        _indicator(i, {column: names.package.value(*places[i.code]) for column, places in columns.items()})
        for i in framework.indicators
    ]


def _indicator(indicator: Indicator, cells: Mapping[str, Value]) -> IndicatorResult:
    low, high = _number(cells["low"]), _number(cells["high"])
    if indicator.is_unstated:
        status = UNSTATED
    elif low is None or high is None:
        status, low, high = MISSING, None, None
    elif indicator.is_judgement:
        status = JUDGEMENT
    else:
        status = DETERMINED if compare(low, high) == 0 else INTERVAL
    return IndicatorResult(
        code=indicator.code,
        name=indicator.name,
        level1=indicator.level,
        level2=indicator.group,
        weight=_number(cells["weight"]),
        rule_status=status,
        rule_score=low if status == DETERMINED else None,
        rule_low=low,
        rule_high=high,
        self_score=_number(cells["self_score"]),
        award=_number(cells["award"]),
        review=_number(cells["review"]),
        score=_number(cells["score"]),
        reason=_text(cells["reason"]),
        problems=listed(cells["problems"]),
        evidence=_text(cells["evidence"]),
        status=_text(cells["status"]) or "",
        award_role=_text(cells["award_role"]),
        award_date=_date(cells["award_date"]),
        review_role=_text(cells["review_role"]),
        review_date=_date(cells["review_date"]),
        opinion=_text(cells["opinion"]),
    )


def _number(value: Value) -> float | None:
    return float(value) if is_number(value) else None  # type: ignore[arg-type]


def _text(value: Value) -> str | None:
    if value is None or isinstance(value, CellError):
        return None
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.strip() or None


def _date(value: Value) -> str | None:
    """A date as people write it (2022-10-31); text as it stands, since the cell takes that too."""
    return to_date(float(value)).isoformat() if is_day(value) else _text(value)  # type: ignore[arg-type]


def _year(value: Value) -> int | None:
    return int(value) if is_number(value) else None  # type: ignore[arg-type]
