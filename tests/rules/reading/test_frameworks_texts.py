"""The official texts of two shipped frameworks become their hand-written rules, or what they leave open is reported."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

import pytest

from tests.support.scoring_texts import indicators, read_indicator
from xlperf.frameworks.indicators import Indicator, Point
from xlperf.functions.tiers import tiers
from xlperf.rules.conditions import Condition, PassRule
from xlperf.rules.deduct import DeductRule, DeductShareRule
from xlperf.rules.finding import FindingRule
from xlperf.rules.reading.reader import AMBIGUOUS, JUDGEMENT, NOT_UNDERSTOOD, RULE, ReadText, Way
from xlperf.rules.rule import Rule
from xlperf.rules.tiers import ChangeRule, TiersRule

TEXTS = list(indicators())
# Texts that leave something open: what they are reported as. All others are one rule, without a question.
REPORTED = {
    "renhua-2021": {
        **dict.fromkeys(("2", "6", "7", "12", "14", "15", "23", "26", "28", "29", "31", "34"), JUDGEMENT),
        **dict.fromkeys(("24", "25", "27", "33"), AMBIGUOUS),
    },
    "yanjin-2022": {
        **dict.fromkeys(("C12", "D11"), JUDGEMENT),
        **dict.fromkeys(("B11", "B12", "B13", "B51", "C21"), AMBIGUOUS),
    },
}


def test_there_are_sixty_four() -> None:
    assert len(TEXTS) == 64


@pytest.mark.parametrize(
    ("name", "indicator"), TEXTS, ids=lambda value: value if isinstance(value, str) else value.code
)
def test_read_as_the_hand_written_rule(name: str, indicator: Indicator) -> None:
    found = read_indicator(indicator)
    assert found.status == REPORTED[name].get(indicator.code, RULE)
    assert any(is_same(indicator, way) for way in found.ways)
    if found.status == RULE:
        assert not found.unread
    else:
        assert quoted(found)


@pytest.mark.whole
def test_most_texts_with_numbers_are_understood() -> None:
    numbered = [i for _, i in TEXTS if any(sign.isdigit() for sign in i.standard)]
    understood = [i for i in numbered if read_indicator(i).status != NOT_UNDERSTOOD]
    assert len(understood) >= 0.85 * len(numbered)


def quoted(found: ReadText) -> list[str]:
    """The clauses that what is open is about, as they stand in the text."""
    places = [(c.start, c.end) for c in (*found.unread, *found.judged)] + [(d.start, d.end) for d in found.doubts]
    return [found.text[start:end] for start, end in places] + [choice for way in found.ways for choice in way.choices]


def is_same(indicator: Indicator, way: Way) -> bool:
    """Whether a way gives the same scores as the hand-written points, whatever the evaluator finds or the data say."""
    if (indicator.gate is not None) != (way.veto is not None):
        return False
    weight = Fraction(str(indicator.weight))
    read = [(p.rule, weight if p.weight is None else p.weight) for p in way.points]
    written = [(p.rule, Fraction(str(p.weight))) for p in indicator.points]
    return _is_each_same(written, read) or _spread(written) == _spread(read) is not None


def _is_each_same(written: list[tuple[Rule, Fraction]], read: list[tuple[Rule, Fraction]]) -> bool:
    pairs = itertools.zip_longest(written, read)
    return all(a is not None and b is not None and a[1] == b[1] and _is_rule_same(a[0], b[0], a[1]) for a, b in pairs)


def _is_rule_same(written: Rule, read: Rule, weight: Fraction) -> bool:
    if {written.kind, read.kind} == {"done", "ratio"}:
        return True
    if {written.kind, read.kind} <= {"pass", "finding"}:
        return _conditions(written) == _conditions(read)
    if isinstance(written, TiersRule | ChangeRule) and isinstance(read, TiersRule | ChangeRule):
        special = getattr(written, "zero_zero", None) == getattr(read, "zero_zero", None)
        return written.kind == read.kind and special and _is_tiering_same(written.tiers, read.tiers)
    if written.kind == "choice" and read.kind == "choice":
        return sorted(_points(written)) == sorted(_points(read))
    ids = {"value", "count", "done", "total"}
    return written.model_dump(exclude=ids) == read.model_dump(exclude=ids)


def _conditions(rule: Rule) -> object:
    """What is compared, without facts that somebody states; whether what fails is left open."""
    if isinstance(rule, FindingRule):
        return [], rule.partial == "open"
    assert isinstance(rule, PassRule)
    compared = [c for c in rule.conditions if not isinstance(c.threshold, bool) and not _is_none(c)]
    limits = [(c.operator, "id" if isinstance(c.threshold, str) else c.threshold) for c in compared]
    return limits, rule.below == "open"


def _is_none(condition: Condition) -> bool:
    """没有发生: that a count is 0 is a fact that a text says in words."""
    return condition.operator == "=" and condition.threshold == 0


def _points(rule: Rule) -> Iterator[float]:
    yield from (float(part.rpartition(":")[2]) for part in str(getattr(rule, "options", "")).split(";"))


def _is_tiering_same(written: str, read: str) -> bool:
    """The same points at every limit and between; above 100% a text may say nothing."""
    rows = [tiers(written), tiers(read)]
    limits = sorted({row.threshold for row in (*rows[0], *rows[1]) if row.threshold is not None})
    middles = [(a + b) / 2 for a, b in itertools.pairwise(limits)]
    values = [limits[0] - 0.01, *limits, *middles, *([limits[-1] + 0.01] if limits[-1] != 1 else [])]
    return all(len({next(t.result for t in table if t.holds(value)) for table in rows}) == 1 for value in values)


def _spread(points: list[tuple[Rule, Fraction]]) -> list[Fraction] | None:
    """Points that are all or nothing, and so much off for each of as many: what each costs."""
    rule, weight = points[0]
    if len(points) == 1 and isinstance(rule, DeductShareRule):
        return [weight * Fraction(rule.share).limit_denominator(1000)] * round(1 / rule.share)
    if len(points) == 1 and isinstance(rule, DeductRule):
        return [Fraction(str(rule.points))] * int(weight / Fraction(str(rule.points)))
    if all(p.kind in ("finding", "pass") and _conditions(p) == ([], False) for p, _ in points):
        return [w for _, w in points]
    return None


def test_a_point_that_is_read_otherwise_is_noticed() -> None:
    """The comparison itself can fail."""
    _, first = TEXTS[0]
    _, second = TEXTS[4]
    assert not any(is_same(first, way) for way in read_indicator(second).ways)
    halved = first.model_copy(update={"points": tuple(_halved(p) for p in first.points)})
    assert not any(is_same(halved, way) for way in read_indicator(first).ways)


def _halved(point: Point) -> Point:
    return point.model_copy(update={"weight": (point.weight or 0) / 2})
