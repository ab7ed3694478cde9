"""The worksheet functions as plain Python give what the cell would show, for one value and for a column."""

from __future__ import annotations

from decimal import Decimal

import numpy
import pandas
import pytest

import xlperf
from xlperf.errors import CellError
from xlperf.functions.columns import by_name
from xlperf.registry import worksheet_functions

TIERS = [[">=", 0.9, 5], [">=", 0.8, 3], [">=", 0, 0]]


def test_every_function_has_its_python_name() -> None:
    assert set(by_name()) == {name.removeprefix("PERF_").lower() for name in worksheet_functions()}
    for name, function in by_name().items():
        assert getattr(xlperf.functions, name) is function
        assert function.__doc__


def test_one_value() -> None:
    assert xlperf.functions.rate(209.26, 213.7) == pytest.approx(209.26 / 213.7)
    assert xlperf.functions.score_tiers(weight=5, value=0.85, tiers=TIERS) == 3
    assert xlperf.functions.rate(1, 0, if_zero=1) == 1
    with pytest.raises(CellError, match="#DIV/0!"):
        xlperf.functions.rate(1, 0)
    with pytest.raises(CellError, match="#N/A"):
        xlperf.functions.rate(None, 4)


def test_a_column_keeps_its_index_and_its_errors() -> None:
    rates = pandas.Series([0.95, 0.82, None, 0.1], index=["甲", "乙", "丙", "丁"])
    found = xlperf.functions.score_tiers(5, rates, TIERS)
    assert list(found.index) == list(rates.index)
    assert [found["甲"], found["乙"], found["丁"]] == [5, 3, 0]
    assert found["丙"] == CellError("#N/A")
    whole = xlperf.functions.score_tiers(5, rates.dropna(), TIERS)
    assert str(whole.dtype) == "float64"


def test_arrays_and_two_columns_at_once() -> None:
    done, planned = numpy.array([1, 2, 3]), pandas.Series([2, 4, 4])
    found = xlperf.functions.rate(done, planned)
    assert isinstance(found, numpy.ndarray)
    assert list(found) == [0.5, 0.5, 0.75]


@pytest.mark.parametrize(
    ("arguments", "named"), [((1, 2, 3, 4), {}), ((1,), {"nothing": 2}), ((1, 2), {"numerator": 3})]
)
def test_calls_that_cannot_be(arguments: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        xlperf.functions.rate(*arguments, **named)
    with pytest.raises(AttributeError):
        xlperf.functions.nothing  # noqa: B018


def test_decimals_are_numbers() -> None:
    assert xlperf.functions.rate(Decimal(1), Decimal(4)) == 0.25
