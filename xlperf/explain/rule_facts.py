"""What the rules of a filled workbook meet there, and which rule is carried out at a point."""

from __future__ import annotations

from xlperf.evaluation.filled import Filled
from xlperf.frameworks.indicators import Point
from xlperf.rules.rule import Facts, Rule
from xlperf.values import is_number
from xlperf.workbook.flags import truth


def executed_rule(filled: Filled, point: Point) -> Rule:
    """The rule that is carried out at a point: its own, or another measure where the flag for it says so."""
    other = point.alternative
    return other.rule if other is not None and truth(filled.value(other.when)) else point.rule


def point_facts(filled: Filled, point: Point, code: str, line: int) -> Facts:
    """What the rule that is carried out at a point meets; another measure holds its numbers itself."""
    weight = filled.points.value("weight", line)
    return Facts(
        weight=float(weight) if is_number(weight) else 0.0,
        value=filled.value,
        kind=filled.kind,
        label=filled.label,
        finding=filled.points.value(filled.finding_column(line), line),
        code=code if executed_rule(filled, point) is point.rule else "",
        table=filled.table,
    )


def owner_facts(filled: Filled, owner: str) -> Facts:
    """What the conditions of a gate or veto meet."""
    return Facts(0.0, filled.value, filled.kind, filled.label, code=owner, table=filled.table)


def reading_facts(filled: Filled, weight: float) -> Facts:
    """What a rule meets that is another reading of a standard and holds its numbers itself."""
    return Facts(weight, filled.value, filled.kind, filled.label)
