"""The working papers of an evaluation: every point with what its rule gives, and the ledger of problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlperf.evaluation.cell_values import number, text
from xlperf.evaluation.result import DETERMINED, INTERVAL, MISSING, UNSTATED, PointResult, Problem
from xlperf.frameworks.indicators import Indicator, Point
from xlperf.frameworks.schema import Framework
from xlperf.rules.rule import Scale
from xlperf.values import Value, compare, is_blank, round_half_up
from xlperf.workbook.ledger_lines import facts_of, read_lines
from xlperf.workbook.names import NamedCells, listed
from xlperf.workbook.sheets.points import ADOPTED

_POINT = ("weight", "finding", "low", "high", "basis", "problems", "evidence")


def points(names: NamedCells, framework: Framework) -> Iterator[PointResult]:
    """Every point of every indicator, in the order of the framework."""
    held = (*_POINT, ADOPTED) if names.has(f"point_{ADOPTED}") else _POINT
    columns = {column: names.by_code("point_code", f"point_{column}") for column in held}
    for indicator in framework.indicators:
        for position, point in enumerate(indicator.points, 1):
            code = indicator.point_code(position)
            cells = {column: names.package.value(*places[code]) for column, places in columns.items()}
            yield _point(indicator, code, point, cells)


def problems(names: NamedCells) -> Iterator[Problem]:
    """The facts of the ledger, from above; what stands under several indicators is one problem."""
    for fact, lines in facts_of(read_lines(names)).items():
        first = next((line for line in lines if line.fact), lines[0])
        amount = number(first.amount)
        yield Problem(
            id=fact or None,
            fact=first.fact or None,
            voucher=first.voucher or None,
            amount=text(first.amount) if amount is None else amount,
            clause=first.clause or None,
            indicators=tuple(dict.fromkeys(line.indicator for line in lines if line.indicator)),
            source=first.source or None,
            category=first.category or None,
            cause=first.cause or None,
            suggestion=first.suggestion or None,
        )


def _point(indicator: Indicator, code: str, point: Point, cells: Mapping[str, Value]) -> PointResult:
    low, high = number(cells["low"]), number(cells["high"])
    if point.rule.scale is Scale.UNSTATED:
        status = UNSTATED
    elif low is None or high is None:
        status, low, high = MISSING, None, None
    else:
        status = DETERMINED if compare(low, high) == 0 else INTERVAL
    finding = cells["finding"] if is_blank(cells.get(ADOPTED)) else cells[ADOPTED]
    score, weight = low if status == DETERMINED else None, number(cells["weight"])
    return PointResult(
        code=code,
        indicator=indicator.code,
        weight=weight,
        rule=point.rule.kind,
        finding=text(finding) if point.rule.finding else None,
        rule_status=status,
        rule_score=score,
        rule_low=low,
        rule_high=high,
        deduction=None if score is None or weight is None else round_half_up(weight - score),
        basis=text(cells["basis"]),
        problems=listed(cells["problems"]),
        evidence=text(cells["evidence"]),
    )
