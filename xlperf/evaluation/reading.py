"""Reads the result from a workbook's values, through its names."""

from __future__ import annotations

from collections.abc import Mapping

from xlperf.errors import CellError
from xlperf.evaluation.cell_values import date, number, text, year
from xlperf.evaluation.result import (
    DETERMINED,
    INTERVAL,
    JUDGEMENT,
    MISSING,
    UNSTATED,
    Adjustment,
    Basis,
    Evaluation,
    IndicatorResult,
    LevelScore,
    RateValue,
)
from xlperf.evaluation.working_papers import points, problems
from xlperf.findings.check import findings
from xlperf.findings.comparison import Comparison
from xlperf.findings.gates import gate_states
from xlperf.findings.integrity import saved_value_findings
from xlperf.findings.printed import reachable
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.schema import Framework
from xlperf.package import Package
from xlperf.values import Value, compare, is_number
from xlperf.workbook.catalogue import REVIEW_INPUTS
from xlperf.workbook.identity import read_identity
from xlperf.workbook.ledger_lines import facts_of, read_lines
from xlperf.workbook.names import NamedCells, Place, listed
from xlperf.workbook.sheets.cover import PROJECT_NAME
from xlperf.workbook.tables import projects
from xlperf.workbook.waiting import NO_BASE, WRONG

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


_CAUSES = {"#N/A": "缺数据", "#DIV/0!": NO_BASE}


def read_evaluation(
    package: Package, changes: Mapping[Place, tuple[Value, Value]] | None = None, comparison: Comparison | None = None
) -> Evaluation:
    """The result that stands in the workbook's cells. `changes`: saved values that the recalculation did not give.

    `comparison`: what the workbook is compared with; left out, only what it remembers itself of how it was made.

    Errors: UserError: not one of our workbooks, a damaged stamp, a name gone.
    """
    identity = read_identity(package)
    framework = identity.framework.framework
    names = NamedCells(package)
    found = (*findings(package, names, framework, comparison), *saved_value_findings(changes or {}, names))
    return Evaluation(
        framework=framework.id,
        framework_version=framework.version,
        edition=identity.edition,
        unit=text(names.value("unit_name")),
        year=year(names.value("evaluation_year")),
        project=_project(names) if framework.is_of_project else None,
        total=number(names.value("total_score")),
        grade=text(names.value("total_grade")) if framework.grades and is_number(names.value("total_score")) else None,
        reported_total=number(names.value("reported_total")),
        reported_grade=text(names.value("reported_grade")),
        level1=tuple(_levels(names)),
        rates=tuple(
            RateValue(r.id, r.label, number(v := names.value(r.id)), _cause(v), r.format) for r in framework.rates
        ),
        indicators=tuple(_indicators(names, framework)),
        adjustments=tuple(_adjustments(names, framework)),
        points=tuple(points(names, framework)),
        problems=tuple(problems(names)),
        findings=found,
        basis=_basis(names),
        reachable=reachable(names, framework),
        **gate_states(names, framework, found),
    )


def _cause(value: Value) -> str | None:
    """Why there is no rate."""
    if is_number(value):
        return None
    return _CAUSES.get(value.code, WRONG) if isinstance(value, CellError) else WRONG


def _basis(names: NamedCells) -> Basis:
    """What the result rests on; a workbook of an earlier version doesn't say."""
    parts = (f"basis_{part}" for part in ("rule", "judgement", "missing"))
    return Basis(*(number(names.value(name)) if names.has(name) else None for name in parts))


def _project(names: NamedCells) -> str:
    """The project's name on the cover; where none is there, that of the only project among the details."""
    stated = text(names.value(PROJECT_NAME)) if names.has(PROJECT_NAME) else None
    column = projects.TABLE.column_name("name")
    detailed = {text(value) for value in names.column(column)} - {None} if names.has(column) else set()
    return stated or (detailed.pop() if len(detailed) == 1 else None) or ""


def _adjustments(names: NamedCells, framework: Framework) -> list[Adjustment]:
    if not framework.is_adjusted:
        return []
    columns = zip(names.column("adjustment_name"), names.column("adjustment_points"), strict=True)
    return [Adjustment(str(name), number(points)) for name, points in columns]


def _levels(names: NamedCells) -> list[LevelScore]:
    rows = names.rows(*(f"level_{part}" for part in ("name", "weight", "score", "rate")))
    return [
        LevelScore(str(name), number(weight), number(score), number(rate)) for name, weight, score, rate in rows if name
    ]


def _indicators(names: NamedCells, framework: Framework) -> list[IndicatorResult]:
    columns = {column: names.by_code("indicator_code", f"indicator_{column}") for column in _COLUMNS}
    columns |= {column: names.by_code("reviewed_code", f"reviewed_{column}") for column, _, _ in REVIEW_INPUTS}
    order = {fact: position for position, fact in enumerate(facts_of(read_lines(names)))}
    return [
        _indicator(i, {column: names.package.value(*places[i.code]) for column, places in columns.items()}, order)
        for i in framework.indicators
    ]


def _indicator(indicator: Indicator, cells: Mapping[str, Value], order: Mapping[str, int]) -> IndicatorResult:
    """The result of an indicator. `order`: where each fact stands in the ledger."""
    low, high = number(cells["low"]), number(cells["high"])
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
        weight=number(cells["weight"]),
        rule_status=status,
        rule_score=low if status == DETERMINED else None,
        rule_low=low,
        rule_high=high,
        self_score=number(cells["self_score"]),
        award=number(cells["award"]),
        review=number(cells["review"]),
        score=number(cells["score"]),
        reason=text(cells["reason"]),
        problems=tuple(sorted(listed(cells["problems"]), key=lambda fact: order.get(fact, len(order)))),
        evidence=text(cells["evidence"]),
        status=text(cells["status"]) or "",
        award_role=text(cells["award_role"]),
        award_date=date(cells["award_date"]),
        review_role=text(cells["review_role"]),
        review_date=date(cells["review_date"]),
        opinion=text(cells["opinion"]),
    )
