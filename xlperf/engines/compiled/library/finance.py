"""Functions of loans, payments and write-offs that have a formula of their own, and the rates that are found by trial."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from xlperf.engines.compiled.library.aggregates import numbers
from xlperf.engines.compiled.library.ranges import Block, Span
from xlperf.engines.compiled.library.scalars import DIV0, NUM, VALUE, Stop, finite, number
from xlperf.errors import CellError
from xlperf.formula.tree import NotUnderstoodError, UncertainError

_MOST_TRIALS = 100
_CLOSE = 1e-13


def _growth(rate: float, periods: float) -> float:
    """What one becomes.

    Errors: #NUM!, #DIV/0!.
    """
    try:
        found = (1 + rate) ** periods
    except ZeroDivisionError:
        raise Stop(DIV0) from None
    except OverflowError:
        raise Stop(NUM) from None
    if isinstance(found, complex):
        raise Stop(NUM)
    return float(found)


def _due(value: Any) -> float:
    return 1.0 if number(value) else 0.0


def _future(rate: float, periods: float, payment: float, present: float, due: float) -> float:
    if rate == 0:
        return -(present + payment * periods)
    grown = _growth(rate, periods)
    return -(present * grown + payment * (1 + rate * due) * (grown - 1) / rate)


def _payment(rate: float, periods: float, present: float, future: float, due: float) -> float:
    if periods == 0:
        raise Stop(NUM)
    if rate == 0:
        return -(present + future) / periods
    grown = _growth(rate, periods)
    if grown == 1:
        raise Stop(NUM)
    return -rate * (future + present * grown) / ((1 + rate * due) * (grown - 1))


def future_value(rate: Any, periods: Any, payment: Any, present: Any = 0.0, due: Any = 0.0) -> float:
    """FV."""
    return finite(_future(number(rate), number(periods), number(payment), number(present), _due(due)))


def present_value(rate: Any, periods: Any, payment: Any, future: Any = 0.0, due: Any = 0.0) -> float:
    """PV."""
    by, count, paid, left, at = number(rate), number(periods), number(payment), number(future), _due(due)
    if by == 0:
        return finite(-(left + paid * count))
    grown = _growth(by, count)
    if grown == 0:
        raise Stop(DIV0)
    return finite(-(left + paid * (1 + by * at) * (grown - 1) / by) / grown)


def payment(rate: Any, periods: Any, present: Any, future: Any = 0.0, due: Any = 0.0) -> float:
    """PMT."""
    return finite(_payment(number(rate), number(periods), number(present), number(future), _due(due)))


def _interest(rate: float, period: float, periods: float, present: float, future: float, due: float) -> float:
    if not 1 <= period < periods + 1:
        raise Stop(NUM)
    paid = _payment(rate, periods, present, future, due)
    if period == 1:
        return 0.0 if due else -present * rate
    if due:
        return (_future(rate, period - 2, paid, present, 1.0) - paid) * rate
    return _future(rate, period - 1, paid, present, 0.0) * rate


def interest(rate: Any, period: Any, periods: Any, present: Any, future: Any = 0.0, due: Any = 0.0) -> float:
    """IPMT."""
    by, at, count, now, then = (number(value) for value in (rate, period, periods, present, future))
    return finite(_interest(by, at, count, now, then, _due(due)))


def principal(rate: Any, period: Any, periods: Any, present: Any, future: Any = 0.0, due: Any = 0.0) -> float:
    """PPMT."""
    by, at, count, now, then = (number(value) for value in (rate, period, periods, present, future))
    begins = _due(due)
    part = _interest(by, at, count, now, then, begins)
    return finite(_payment(by, count, now, then, begins) - part)


def periods_of(rate: Any, payment_: Any, present: Any, future: Any = 0.0, due: Any = 0.0) -> float:
    """NPER."""
    by, paid, now, then, at = number(rate), number(payment_), number(present), number(future), _due(due)
    if by == 0:
        if paid == 0:
            raise Stop(NUM)
        return -(now + then) / paid
    if by <= -1:
        raise Stop(NUM)
    share = paid * (1 + by * at) / by
    if now + share == 0 or (share - then) / (now + share) <= 0:
        raise Stop(NUM)
    return finite(math.log((share - then) / (now + share)) / math.log1p(by))


def _cumulated(rate: Any, periods: Any, present: Any, first: Any, last: Any, due: Any) -> tuple[float, ...]:
    by, count, now = number(rate), number(periods), number(present)
    low, high, at = math.ceil(number(first)), math.floor(number(last)), number(due)
    if by <= 0 or count <= 0 or now <= 0 or low < 1 or high < low or at not in (0, 1) or high > count:
        raise Stop(NUM)
    return by, count, now, low, high, at


def cumulated_interest(rate: Any, periods: Any, present: Any, first: Any, last: Any, due: Any) -> float:
    """CUMIPMT."""
    by, count, now, low, high, at = _cumulated(rate, periods, present, first, last, due)
    return finite(sum(_interest(by, k, count, now, 0.0, at) for k in range(int(low), int(high) + 1)))


def cumulated_principal(rate: Any, periods: Any, present: Any, first: Any, last: Any, due: Any) -> float:
    """CUMPRINC."""
    by, count, now, low, high, at = _cumulated(rate, periods, present, first, last, due)
    paid = _payment(by, count, now, 0.0, at)
    return finite(sum(paid - _interest(by, k, count, now, 0.0, at) for k in range(int(low), int(high) + 1)))


def straight_line(cost: Any, salvage: Any, life: Any) -> float:
    """SLN."""
    price, rest, years = number(cost), number(salvage), number(life)
    if years == 0:
        raise Stop(DIV0)
    return finite((price - rest) / years)


def years_digits(cost: Any, salvage: Any, life: Any, period: Any) -> float:
    """SYD."""
    price, rest, years, at = (number(value) for value in (cost, salvage, life, period))
    if years <= 0 or not 1 <= at <= years or rest < 0:
        raise Stop(NUM)
    return finite((price - rest) * (years - at + 1) * 2 / (years * (years + 1)))


def double_declining(cost: Any, salvage: Any, life: Any, period: Any, factor: Any = 2.0) -> float:
    """DDB."""
    price, rest, years, at, by = (number(value) for value in (cost, salvage, life, period, factor))
    if price < 0 or rest < 0 or years <= 0 or at <= 0 or by <= 0 or at > years:
        raise Stop(NUM)
    share = by / years
    if share >= 1:
        share, before = 1.0, price if at == 1 else 0.0
    else:
        before = price * (1 - share) ** (at - 1)
    after = price * (1 - share) ** at
    return finite(max(before - max(after, rest), 0.0))


def effective_rate(nominal: Any, periods: Any) -> float:
    """EFFECT."""
    rate, count = number(nominal), math.trunc(number(periods))
    if rate <= 0 or count < 1:
        raise Stop(NUM)
    return finite(_growth(rate / count, count) - 1)


def nominal_rate(effective: Any, periods: Any) -> float:
    """NOMINAL."""
    rate, count = number(effective), math.trunc(number(periods))
    if rate <= 0 or count < 1:
        raise Stop(NUM)
    return finite((_growth(rate, 1 / count) - 1) * count)


def interest_of_straight_loan(rate: Any, period: Any, periods: Any, present: Any) -> float:
    """ISPMT."""
    by, at, count, now = (number(value) for value in (rate, period, periods, present))
    if count == 0:
        raise Stop(DIV0)
    return finite(-now * by * (1 - at / count))


def growth_rate(periods: Any, present: Any, future: Any) -> float:
    """RRI."""
    count, now, then = number(periods), number(present), number(future)
    if count <= 0 or now == 0 or then / now < 0:
        raise Stop(NUM)
    return finite((then / now) ** (1 / count) - 1)


def periods_to_grow(rate: Any, present: Any, future: Any) -> float:
    """PDURATION."""
    by, now, then = number(rate), number(present), number(future)
    if by <= 0 or now <= 0 or then <= 0:
        raise Stop(NUM)
    return finite((math.log(then) - math.log(now)) / math.log1p(by))


def _fractions(price: Any, parts: Any) -> tuple[float, int]:
    if isinstance(price, bool) or isinstance(parts, bool):
        raise Stop(VALUE)
    given, by = number(price), math.trunc(number(parts))
    if by < 0 or number(parts) < 0:
        raise Stop(NUM)
    if by == 0:
        raise Stop(DIV0)
    return given, by


def decimal_price(price: Any, parts: Any) -> float:
    """DOLLARDE."""
    given, by = _fractions(price, parts)
    whole = math.trunc(given)
    return float(whole + (given - whole) * 10.0 ** math.ceil(math.log10(by)) / by)


def fraction_price(price: Any, parts: Any) -> float:
    """DOLLARFR."""
    given, by = _fractions(price, parts)
    whole = math.trunc(given)
    return float(whole + (given - whole) * by / 10.0 ** math.ceil(math.log10(by)))


def net_present_value(rate: Any, *flows: Any) -> float:
    """NPV: cells that hold no number are passed over."""
    by, given = number(rate), list[float]()
    for flow in flows:
        given += numbers(flow.flat(), ()) if isinstance(flow, Span | Block) else [number(flow)]
    if by == -1:
        raise Stop(DIV0)
    return finite(sum(value / _growth(by, place) for place, value in enumerate(given, 1)))


def modified_rate(flows: Any, cost: Any, gain: Any) -> float:
    """MIRR."""
    given = _flows(flows)
    out, back, last = number(cost), number(gain), len(given) - 1
    if out == -1 or back == -1:
        raise Stop(DIV0)
    spent = sum(value / _growth(out, place) for place, value in enumerate(given) if value < 0)
    earned = sum(value * _growth(back, last - place) for place, value in enumerate(given) if value > 0)
    if spent == 0 or earned == 0:
        raise Stop(DIV0)
    return finite(_growth(earned / -spent - 1, 1 / last) - 1)


def _flows(area: Any) -> list[float]:
    return numbers(area.flat(), ()) if isinstance(area, Span | Block) else [number(area)]


def _root(value: Callable[[float], float], guess: float) -> float:
    """Where a function is nothing, found from a guess by secants.

    Errors: NotUnderstoodError: not found; which root Excel comes to can't be told then.
    """
    one, two = guess, guess * 1.01 + 0.001
    try:
        high, low = value(one), value(two)
        for _ in range(_MOST_TRIALS):
            if low == 0 or abs(two - one) <= _CLOSE * abs(two):
                return two
            if high == low:
                break
            one, two, high = two, two - low * (two - one) / (low - high), low
            if not -1 < two < 1e6:
                break
            low = value(two)
    except (OverflowError, ZeroDivisionError, Stop):
        pass
    raise UncertainError("利率试算没有收敛，Excel 的结果不能确定")


def internal_rate(flows: Any, guess: Any = 0.1) -> float:
    """IRR.

    Errors: #NUM!: only payments, or only receipts.
    """
    given, first = _flows(flows), number(guess)
    return _single_root(given, lambda rate: sum(v / (1 + rate) ** place for place, v in enumerate(given)), first)


def _single_root(given: Sequence[float], value: Callable[[float], float], first: float) -> float:
    """The rate of flows that change their sign once, so that there is one."""
    signs = [one > 0 for one in given if one]
    if not signs or all(signs) or not any(signs):
        raise Stop(NUM)
    if sum(one != two for one, two in pairwise(signs)) > 1:
        raise UncertainError("现金流不止一次变号，利率不止一个")
    return _root(value, first)


def dated_present_value(rate: Any, flows: Any, days: Any) -> float:
    """XNPV."""
    by, given, dates = number(rate), *_dated(flows, days)
    if by <= 0:
        raise NotUnderstoodError("XNPV 的利率不是正数")
    return finite(sum(v / _growth(by, (day - dates[0]) / 365) for v, day in zip(given, dates, strict=True)))


def _dated(flows: Any, days: Any) -> tuple[list[float], list[float]]:
    given, dates = list(flows.flat()), list(days.flat())
    if len(given) != len(dates) or any(type(one) is CellError for one in (*given, *dates)):
        raise NotUnderstoodError("现金流和日期不能一一对应")
    if not all(isinstance(one, float) for one in (*given, *dates)):
        raise NotUnderstoodError("现金流或日期里有不是数的")
    found = [float(math.trunc(day)) for day in dates]
    if min(found) < found[0]:
        raise Stop(NUM)
    return given, found


def loan_rate(periods: Any, payment_: Any, present: Any, future: Any = 0.0, due: Any = 0.0, guess: Any = 0.1) -> float:
    """RATE."""
    count, paid, now, then = (number(value) for value in (periods, payment_, present, future))
    at = _due(due)
    if count <= 0:
        raise Stop(NUM)
    found = _root(lambda rate: _future(rate, count, paid, now, at) - then, number(guess))
    if abs(found) < 1e-9:
        raise UncertainError("RATE 的结果接近于零，Excel 的结果不能确定")
    return found


def schedule(principal_: Any, rates: Any) -> float:
    """FVSCHEDULE."""
    found = number(principal_)
    for rate in _flows(rates):
        found *= 1 + rate
    return finite(found)
