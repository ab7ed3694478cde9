"""Parts of a result as data frames: their columns have types, and what is blank is not zero."""

from __future__ import annotations

import pytest

import xlperf
from tests.support.examples import example
from tests.support.workbooks import built
from xlperf.api.frames import FRAMES
from xlperf.editions.conversion import Edition


@pytest.fixture(scope="module")
def book() -> xlperf.Book:
    return xlperf.open(example("renhua-2021", Edition.NATIVE).data)


@pytest.mark.slow
@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_has_columns(book: xlperf.Book, name: str) -> None:
    frame = book.frame(name)
    assert len(frame.columns) > 1
    assert len(set(frame.columns)) == len(frame.columns)


@pytest.mark.whole
def test_indicators(book: xlperf.Book) -> None:
    frame, result = book.frame("indicators"), book.score()
    assert list(frame["code"]) == [i.code for i in result.indicators]
    assert frame["score"].sum() == pytest.approx(82.57)
    assert (str(frame["score"].dtype), str(frame["reason"].dtype)) == ("float64", "string")
    # What has no rule score is missing, not zero.
    assert frame["rule_score"].isna().sum() == sum(i.rule_score is None for i in result.indicators) > 0


@pytest.mark.slow
def test_inputs_fill_another_workbook(book: xlperf.Book) -> None:
    inputs = book.frame("inputs")
    other = xlperf.new("renhua-2021", dict(zip(inputs["id"], inputs["value"], strict=True)))
    assert other.score().total == 82.57
    again = other.frame("inputs")
    kept = [frame[frame["value"].notna()].set_index("id")["value"].to_dict() for frame in (inputs, again)]
    assert kept[0] == kept[1]


@pytest.mark.slow
def test_lines_that_a_workbook_lacks(book: xlperf.Book) -> None:
    """A new one has them; one that is there takes a blank for what it is, refuses the rest and stays as it was."""
    source, line = "renhua-2021", "problem_fact.99"
    assert xlperf.new(source, {line: "某事实"})[line] == "某事实"
    blank = xlperf.open(built(source, edition=Edition.NATIVE).data)
    assert xlperf.new(source, {line: "某事实"})["evaluation_year"] == blank["evaluation_year"]
    blank.update({line: None, "quota_used": 5})
    assert blank["quota_used"] == 5
    for name in (line, "问题台账.99.事实", "problem_fact.2001"):
        with pytest.raises(xlperf.Error) as refused:
            blank.update({"quota_used": 6, name: "某事实"})
        assert refused.value.code == "unknown_name"
        assert ("xlperf.new" in str(refused.value)) == ("99" in name)
    assert blank["quota_used"] == 5


def test_tables_hold_their_filled_lines(book: xlperf.Book) -> None:
    projects = book.frame("projects")
    assert 0 < len(projects) < 60
    assert str(projects["budget"].dtype if "budget" in projects else "float64") == "float64"
    with pytest.raises(xlperf.Error) as refused:
        book.frame("nothing")
    assert refused.value.code == "unknown_name"
