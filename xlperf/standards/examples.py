"""Example scores at the edges of a rule: what is given at every threshold and just beside it, to see whether it is meant so.

Every kind of rule says itself where its edges lie and what it gives; here are only values to try. The parameters that a
workbook would hold in cells are those of the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from xlperf.rules.finding_cell import Choices, Count
from xlperf.rules.phrases import Names
from xlperf.rules.rule import Facts, Limit, Rule
from xlperf.rules.trial import trial_facts
from xlperf.values import Value, round_half_up
from xlperf.wording import number, threshold

MOST = 9
_COUNTS = (0.0, 1.0, 2.0, 3.0)
# How far beside a threshold a value is tried: what a person still sees as another value.
_BESIDE = {"rate": 0.0001, "count": 1.0}
_WHOLE = 100.0
_PLACES = 4


def examples(rule: Rule, weight: float | None, names: Names) -> str:
    """`90% → 3 分；89.99% → 2 分；…`; empty where the rule gives nothing to try."""
    if weight is None:
        return ""
    if rule.finding is not None:
        found = list(_findings(rule, weight, names))
    else:
        found = list(islice(_figures(rule, weight, names), MOST))
    return "；".join(dict.fromkeys(found))


def _findings(rule: Rule, weight: float, names: Names) -> Iterator[str]:
    """What each finding gives."""
    cell = rule.finding
    tried: Sequence[Value] = cell.choices if isinstance(cell, Choices) else _COUNTS if isinstance(cell, Count) else ()
    for value in tried:
        shown = f"{number(value)} 处" if isinstance(value, float) else str(value)
        given = _given(rule, trial_facts(rule, weight, names, {}, value))
        if given:
            yield f"{shown} → {given}"


def _figures(rule: Rule, weight: float, names: Names) -> Iterator[str]:
    """What values at the edges give: of one figure, or of one that is compared with another."""
    limits = list(rule.limits(trial_facts(rule, weight, names, {})))
    if not limits or any(limit.ids != limits[0].ids for limit in limits) or not 1 <= len(limits[0].ids) <= 2:
        return
    ids = limits[0].ids
    whole = {ids[1]: _WHOLE} if len(ids) == 2 else {}
    kind = names.kind(ids[0])
    for value in _tried(limits[0], kind):
        own = _solved(limits[0], value, whole)
        if own is None:
            continue
        values: dict[str, Value] = {ids[0]: own, **whole}
        given = _given(rule, trial_facts(rule, weight, names, values))
        if given:
            yield f"{_shown(own, kind, whole.get(ids[-1]))} → {given}"


def _tried(limit: Limit, kind: str) -> list[float]:
    """The thresholds and values beside them, from above."""
    apart = _BESIDE.get(kind, 0.01)
    is_continuous = not limit.is_step
    found = []
    for edge in sorted(set(limit.thresholds), reverse=True):
        found += [edge] if is_continuous else [edge + apart, edge, edge - apart]
    if is_continuous and len(found) > 1:
        found.insert(1, (found[0] + found[1]) / 2)
    return [round_half_up(value, _PLACES) for value in found]


def _solved(limit: Limit, wanted: float, whole: Mapping[str, float]) -> float | None:
    """The first figure for which the compared quantity is the wanted one; the second is 100."""
    if not whole:
        return wanted
    other = next(iter(whole.values()))
    for candidate in (other * (1 + wanted), other * wanted, other + wanted):
        found = limit.quantity((candidate, other))
        if found is not None and abs(found - wanted) < 1e-9:
            return round_half_up(candidate, 8)
    return None


def _shown(value: float, kind: str, whole: float | None) -> str:
    """A value as it is tried: of two figures, the one as a part of the other."""
    return f"{number(value)} 比 {number(whole)}" if whole else threshold(value, kind)


def _given(rule: Rule, facts: Facts) -> str:
    """The points, or between which the evaluator decides; empty where there are none."""
    told = rule.told(facts)
    if told.low is None or told.high is None:
        return ""
    low, high = number(told.low), number(told.high)
    return f"{low} 分" if low == high else f"{low}～{high} 分"
