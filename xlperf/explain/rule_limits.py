"""Where rules change: the values at which a tier, a condition or a deduction begins, and which inputs lead there."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xlperf.errors import CellError
from xlperf.evaluation.filled import Filled
from xlperf.explain.indicator_tree import executed_rule, rule_table
from xlperf.frameworks import rules
from xlperf.frameworks.adjustments import Veto
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.rules import Condition, Part
from xlperf.functions.tiers import tiers
from xlperf.values import Grid, Value, is_number
from xlperf.workbook import rule_formulas

# The values of the ids that a quantity is made of, in their order; the quantity.
Quantity = Callable[[Sequence[float]], float | None]


@dataclass(frozen=True)
class Limit:
    """A quantity that a rule compares, and the values of it at which the score jumps or begins to change.

    `changes`: the code of the indicator, or the name of the limit on the total. `is_step`: it jumps there; otherwise it
    changes everywhere and the limits are its ends.
    """

    changes: str
    ids: tuple[str, ...]
    quantity: Quantity
    thresholds: tuple[float, ...]
    is_step: bool


def limits(filled: Filled) -> list[Limit]:
    """The limits of every rule that reads figures. A kind of rule that is not known here has none."""
    found = []
    for indicator in filled.framework.indicators:
        for number, point in enumerate(indicator.points, 1):
            code = indicator.point_code(number)
            line = filled.points.first(code)
            weight = filled.points.value("weight", line) if line is not None else None
            if is_number(weight):
                rule = executed_rule(filled, point)
                found += list(_of_rule(filled, rule, indicator.code, code, float(weight)))
        if indicator.gate:
            owner = rule_formulas.gate_owner(indicator.code)
            found += list(_of_conditions(filled, indicator.gate.conditions, indicator.code, owner))
    return [*found, *_of_total(filled)]


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


def _of_rule(filled: Filled, rule: Part, indicator: str, code: str, weight: float) -> Iterator[Limit]:
    match rule:
        case rules.TiersRule():
            yield Limit(indicator, (rule.value,), _first, _tier_limits(filled, rule, code), is_step=True)
        case rules.ChangeRule():
            ids = (rule.current, rule.previous)
            yield Limit(indicator, ids, _change, _tier_limits(filled, rule, code), is_step=True)
        case rules.RatioRule():
            # Above 100% the score jumps to 0 or stays where it is; either way that is where to look.
            over = () if rule.over_rate is None else (rule.over_rate,)
            yield Limit(indicator, (rule.value,), _first, (0.0, 1.0, *over), is_step=False)
        case rules.LinearRule():
            end = rule.step / rule.share
            sign = -1 if rule.direction == "低于" else 1
            ends = {rule.threshold, rule.threshold + sign * end}
            ends |= {-value for value in ends} if rule.direction == "双向" else set()
            ends |= set() if rule.over is None else {rule.over}
            yield Limit(indicator, (rule.value,), _first, tuple(sorted(ends)), is_step=False)
        case rules.CountRule():
            ends_ = (rule.target, rule.target - weight / rule.points if rule.points else rule.target)
            yield Limit(indicator, (rule.count,), _first, ends_, is_step=False)
        case rules.DoneRule():
            ids = (rule.done, rule.total, *((rule.not_applicable,) if rule.not_applicable else ()))
            yield Limit(indicator, ids, _done, (0.0, 1.0), is_step=False)
        case rules.PassRule():
            yield from _of_conditions(filled, rule.conditions, indicator, code)


def _of_total(filled: Filled) -> Iterator[Limit]:
    """Caps and vetoes on the total."""
    for number, part in enumerate(filled.framework.limits, 1):
        owner = rule_formulas.limit_owner(number)
        if isinstance(part, Veto):
            yield from _of_conditions(filled, part.conditions, f"total_{owner}", owner)
        else:
            yield Limit(f"total_{owner}", (part.value,), _first, _thresholds(filled.table(owner)), is_step=True)


def _of_conditions(filled: Filled, conditions: Sequence[Condition], indicator: str, owner: str) -> Iterator[Limit]:
    name = rule_formulas.conditions_name(owner, "thresholds")
    stated: list[Value] = filled.names.column(name) if filled.names.has(name) else []
    for condition, threshold in itertools.zip_longest(conditions, stated):
        if condition is None:
            return
        if isinstance(condition.threshold, str):
            yield Limit(indicator, (condition.value, condition.threshold), _difference, (0.0,), is_step=True)
        else:
            known = (float(threshold),) if is_number(threshold) else ()
            yield Limit(indicator, (condition.value,), _first, known, is_step=True)


def _tier_limits(filled: Filled, rule: rules.TiersRule | rules.ChangeRule, code: str) -> tuple[float, ...]:
    """The thresholds of a rule's tiers: as the parameters have them, those of another measure as the standard does."""
    return _thresholds(rule_table(filled, rule, code))


def _thresholds(table: Grid | Value) -> tuple[float, ...]:
    try:
        rows = tiers(table)
    except CellError:
        return ()
    return tuple(row.threshold for row in rows if row.threshold is not None)


def _first(values: Sequence[float]) -> float | None:
    return values[0]


def _difference(values: Sequence[float]) -> float | None:
    return values[0] - values[1]


def _change(values: Sequence[float]) -> float | None:
    current, previous = values
    return (current - previous) / previous if previous else None


def _done(values: Sequence[Any]) -> float | None:
    done, total, *left_out = values
    whole = total - sum(left_out)
    return done / whole if whole else None
