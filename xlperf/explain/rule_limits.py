"""Where rules change: the values at which a tier, a condition or a deduction begins, and which inputs lead there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.evaluation.filled import Filled
from xlperf.explain.rule_facts import executed_rule, owner_facts, point_facts
from xlperf.frameworks.adjustments import Cap, Veto
from xlperf.frameworks.expressions import Expression
from xlperf.rules import conditions
from xlperf.rules.rule import Limit
from xlperf.rules.tiers import thresholds
from xlperf.values import is_number
from xlperf.workbook import rule_formulas


@dataclass(frozen=True)
class Watched:
    """A limit of a rule, with what it changes: the code of the indicator, or the name of the limit on the total."""

    changes: str
    limit: Limit


def limits(filled: Filled) -> list[Watched]:
    """The limits of every rule that reads figures."""
    found = []
    for indicator in filled.framework.indicators:
        for number, point in enumerate(indicator.points, 1):
            code = indicator.point_code(number)
            line = filled.points.first(code)
            if line is not None and is_number(filled.points.value("weight", line)):
                facts = point_facts(filled, point, code, line)
                found += [Watched(indicator.code, x) for x in executed_rule(filled, point).limits(facts)]
        if indicator.gate:
            facts = owner_facts(filled, rule_formulas.gate_owner(indicator.code))
            found += [Watched(indicator.code, x) for x in conditions.limits(indicator.gate.conditions, facts)]
    for number, part in enumerate(filled.framework.limits, 1):
        owner = rule_formulas.limit_owner(number)
        found += [Watched(f"total_{owner}", limit) for limit in _of_total(filled, part, owner)]
    return found


def _of_total(filled: Filled, part: Cap | Veto, owner: str) -> Iterator[Limit]:
    """Those of a cap or veto on the total."""
    if isinstance(part, Veto):
        yield from conditions.limits(part.conditions, owner_facts(filled, owner))
    else:
        yield Limit((part.value,), lambda values: values[0], thresholds(filled.table(owner)), is_step=True)


def inputs_of(filled: Filled, ids: Sequence[str]) -> set[str]:
    """The inputs that ids rest on, through rates."""
    found: set[str] = set()
    for name in ids:
        if name in filled.rates:
            found |= inputs_of(filled, Expression.parse(filled.rates[name].formula).ids)
        else:
            found.add(name)
    return found


def solutions(xs: Sequence[float], qs: Sequence[float | None], threshold: float) -> list[float]:
    """Where a quantity reaches a threshold, from its values at three places.

    Every rate depends on one of its inputs as (a·x+b)/(c·x+d), which three places determine; where a quantity does not,
    the guess is wrong and trying it out shows that.
    """
    (x1, x2, x3), (q1, q2, q3) = xs, qs
    if q1 is None or q2 is None or q3 is None or q1 in (q2, q3) or q2 == q3:
        return []
    if threshold == q3:
        return [x3]
    ratio = (threshold - q1) * (q2 - q3) / ((threshold - q3) * (q2 - q1))
    part = ratio * (x2 - x1) / (x2 - x3)
    if math.isclose(part, 1.0, abs_tol=1e-12):
        return []
    return [(x1 - part * x3) / (1 - part)]
