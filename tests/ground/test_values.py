"""Cell values: the one rounding, comparison, dates, exact money."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlperf.errors import CellError, missing, out_of_range, wrong_type, zero_denominator
from xlperf.values import (
    Money,
    MoneyUnit,
    as_text,
    compare,
    exact,
    is_blank,
    is_number,
    round_half_up,
    same_number,
    to_date,
    to_serial,
)

YUAN, WAN = MoneyUnit.YUAN, MoneyUnit.WAN_YUAN


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.1449999999999998, 1.15),
        (1.145, 1.15),
        (1.1449999999999, 1.14),
        (1.005, 1.01),
        (2.675, 2.68),
        (4.8961, 4.9),
        (2.5714, 2.57),
        (0.125, 0.13),
        (0.005, 0.01),
        (0.0049999, 0.0),
        (-0.005, -0.01),
        (-1.145, -1.15),
        (-2.5714, -2.57),
        (82.565, 82.57),
        (100, 100.0),
        (0.1 + 0.2, 0.3),
        (123456789012.345, 123456789012.35),
        (1234567890123.45, 1234567890123.45),
        (1e15, 1e15),
        (123456789012345678.0, 123456789012346000.0),
        (1.7e308, 1.7e308),
        (1e-300, 0.0),
    ],
)
def test_round_half_up(value: float, expected: float) -> None:
    assert round_half_up(value) == expected


@pytest.mark.parametrize(("places", "expected"), [(0, 1235.0), (1, 1234.6), (3, 1234.568), (10, 1234.56789)])
def test_round_half_up_to_other_places(places: int, expected: float) -> None:
    assert round_half_up(1234.56789, places) == expected


def _by_decimals(value: float, places: int) -> float:
    """The rounding as it is defined, without a short way."""
    digits = Decimal(f"{value:.15g}")
    if int(digits.as_tuple().exponent) < -places:
        digits = digits.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return float(digits) + 0.0


NUMBERS = st.one_of(
    st.floats(-1e16, 1e16),
    st.floats(-1000, 1000),
    # Near halves: thousandths, and what is next to them.
    st.builds(
        lambda whole, places, steps: math.nextafter(whole / 10**places, math.inf * steps if steps else 0.0),
        st.integers(-(10**14), 10**14),
        st.integers(0, 12),
        st.integers(-1, 1),
    ),
)


@pytest.mark.whole
@settings(max_examples=2000, deadline=None)
@given(NUMBERS, st.integers(0, 12))
def test_the_short_way_of_rounding_changes_nothing(value: float, places: int) -> None:
    assert repr(round_half_up(value, places)) == repr(_by_decimals(value, places))


@pytest.mark.whole
@settings(max_examples=2000, deadline=None)
@given(NUMBERS, st.sampled_from([0.0, 1e-11, 4e-11, 5e-11, 1e-10, 2e-10, 3e-10, -1e-10, 1.0]))
def test_the_short_way_of_comparing_changes_nothing(value: float, more: float) -> None:
    other = value + more
    one, two = _by_decimals(value, 10), _by_decimals(other, 10)
    assert compare(value, other) == (one > two) - (one < two)
    assert compare(other, value) == (two > one) - (two < one)


@pytest.mark.parametrize("value", [-0.0, -0.001, -1e-300])
def test_no_negative_zero(value: float) -> None:
    assert math.copysign(1, round_half_up(value)) == 1


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_only_finite_numbers_are_exact(value: float) -> None:
    with pytest.raises(CellError) as raised:
        exact(value)
    assert raised.value == CellError("#NUM!")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.1 + 0.2, "0.3"), (1.1449999999999998, "1.145"), (1 / 3, "0.333333333333333"), (2.0, "2"), (1e20, "1e+20")],
)
def test_exact_keeps_15_digits(value: float, expected: str) -> None:
    assert exact(value) == Decimal(expected)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (0.1 + 0.2, 0.3, 0),
        (1.00000000001, 1, 0),
        (1.0000000001, 1, 1),
        (1, 1.0000000001, -1),
        (-0.15, -0.1, -1),
        (math.inf, 1e308, 1),
        (-math.inf, -1e308, -1),
        (math.inf, math.inf, 0),
    ],
)
def test_compare(left: float, right: float, expected: int) -> None:
    assert compare(left, right) == expected


def test_nothing_compares_with_nan() -> None:
    with pytest.raises(CellError):
        compare(math.nan, 1)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (0.1 + 0.2, 0.3, True),
        (0.3, 0.30000000000001, False),
        (0, 0.0, True),
        (0, 1e-20, False),
        (1e15, 1e15 + 1, True),
        (1e14, 1e14 + 1, False),
        (math.inf, math.inf, True),
        (math.inf, 1, False),
        (math.nan, math.nan, False),
    ],
)
def test_same_number(left: float, right: float, expected: bool) -> None:
    assert same_number(left, right) is expected
    assert same_number(right, left) is expected


@pytest.mark.parametrize(
    ("value", "number", "blank"),
    [
        (1, True, False),
        (0.0, True, False),
        (True, False, False),
        ("1", False, False),
        (None, False, True),
        ("", False, True),
        (" ", False, False),
        (CellError("#N/A"), False, False),
    ],
)
def test_kinds_of_cell(value: object, number: bool, blank: bool) -> None:
    assert is_number(value) is number
    assert is_blank(value) is blank


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1, "1"), (1.0, "1"), (0.1 + 0.2, "0.3"), (-2.5, "-2.5"), (-0.0, "0"), (True, "TRUE"), (" 是", " 是")],
)
def test_as_text(value: bool | float | str, shown: str) -> None:
    assert as_text(value) == shown


@pytest.mark.parametrize(
    ("day", "serial", "serial1904"),
    [((2021, 12, 31), 44561, 43099), ((1900, 3, 1), 61, None), ((1904, 1, 2), 1463, 1), ((2024, 2, 29), 45351, 43889)],
)
def test_dates(day: tuple[int, int, int], serial: int, serial1904: int | None) -> None:
    date = dt.date(*day)
    assert to_serial(date) == serial
    assert to_date(serial) == date
    assert to_date(serial + 0.999) == date
    if serial1904 is not None:
        assert to_serial(date, date1904=True) == serial1904
        assert to_date(serial1904, date1904=True) == date


def test_money_is_exact_in_fen() -> None:
    parts = [Money.from_cell(amount, WAN) for amount in (95.36, 10.23)]
    difference = parts[0] + parts[1] - Money.from_cell(105.58, WAN)
    assert difference == Money(Decimal("0.01"), WAN)
    assert difference.amount_fen == 10_000
    assert 95.36 + 10.23 - 105.58 > 0.01


@pytest.mark.parametrize(
    ("amount", "unit", "fen"),
    [
        (0.01, WAN, 10_000),
        (0.01, YUAN, 1),
        (0.005, YUAN, 1),
        (0.0049, YUAN, 0),
        (-0.005, YUAN, -1),
        (372.67, WAN, 372_670_000),
        (0.1 + 0.2, YUAN, 30),
        (1e30, WAN, 10**36),
    ],
)
def test_money_in_fen(amount: float, unit: MoneyUnit, fen: int) -> None:
    assert Money.from_cell(amount, unit).amount_fen == fen


def test_money_of_two_units() -> None:
    total = Money.from_cell(3.5, WAN) + Money.from_cell(1250.5, YUAN)
    assert total == Money(Decimal("3.62505"), WAN)
    assert total.to(YUAN).amount == Decimal("36250.5")
    assert (Money.from_cell(10000, YUAN) - Money.from_cell(1, WAN)).amount_fen == 0
    assert str(Money.from_cell(1234567.8, YUAN)) == "1,234,567.8 元"
    assert str(Money(Decimal("0.01"), WAN)) == "0.01 万元"


@pytest.mark.parametrize(
    ("error", "code"),
    [(missing(), "#N/A"), (wrong_type(), "#VALUE!"), (zero_denominator(), "#DIV/0!"), (out_of_range(), "#NUM!")],
)
def test_cell_errors(error: CellError, code: str) -> None:
    assert error == CellError(code, "another reason")
    assert hash(error) == hash(CellError(code))
    assert str(error) == code
    assert repr(error) == f"CellError('{code}')"
    assert error.reason
    assert error != CellError("#NULL!")
    assert error != code


def test_a_cell_error_has_a_code_of_excel() -> None:
    with pytest.raises(ValueError, match="unknown cell error"):
        CellError("#OOPS!")
