"""Texts of other provinces and trades: the right rule, the right choice of readings, or reported; never silently wrong."""

from __future__ import annotations

import pytest

from tests.support.scoring_texts import Sample, corpus, points_of
from xlperf.rules.reading.reader import NOT_UNDERSTOOD

TEXTS = corpus()


def test_there_are_sixty_eight() -> None:
    assert len(TEXTS) == 68


@pytest.mark.parametrize("sample", TEXTS, ids=lambda sample: sample.id)
def test_read_as_decided_by_hand(sample: Sample) -> None:
    found = sample.reading
    assert found.status == sample.status
    assert len(found.ways) == sample.ways
    assert (points_of(found.ways[0]) if found.ways else []) == sample.points
    assert [clause.text for clause in (*found.unread, *found.judged)] == sample.clauses
    assert all(found.text[clause.start : clause.end] == clause.text for clause in (*found.unread, *found.judged))


def test_most_texts_with_numbers_are_understood() -> None:
    numbered = [sample for sample in TEXTS if sample.has_numbers]
    understood = [sample for sample in numbered if sample.reading.status != NOT_UNDERSTOOD]
    assert len(understood) >= 0.7 * len(numbered)


def test_what_is_not_understood_is_no_rule_and_says_where() -> None:
    for sample in TEXTS:
        found = sample.reading
        assert bool(found.unread) == (found.status == NOT_UNDERSTOOD), sample.id
        assert not (found.unread and found.ways), sample.id
