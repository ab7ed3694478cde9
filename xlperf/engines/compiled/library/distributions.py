"""Distributions that are exactly known: normal, exponential, binomial, Poisson, Weibull, hypergeometric; gamma at a point."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from statistics import NormalDist
from typing import Any

from xlperf.engines.compiled.library.scalars import NUM, Stop, finite, number, truth
from xlperf.formula.tree import NotUnderstoodError

_STANDARD = NormalDist()
_MOST_SUMMED, _LEAST, _LOWEST = 1_000, 1e-20, -9.0
_NEAR_MIDDLE, _MOST_GROWN = 1e-3, 20

_LEFT_OUT = object()


def _checked(condition: bool) -> None:
    if not condition:
        raise Stop(NUM)


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _up_to(z: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2


def _share(z: float) -> float:
    """The share up to a value.

    Errors: NotUnderstoodError: it is so small that Excel's last digits can't be told.
    """
    if z < _LOWEST:
        raise NotUnderstoodError("正态分布的尾部，Excel 的末位不能确定")
    return _up_to(z)


def _quantile(share: float) -> float:
    """Where a share of the standard normal distribution ends, made better by Halley's steps.

    Errors: NotUnderstoodError: so near to nothing that Excel's last digits can't be told.
    """
    z = _STANDARD.inv_cdf(share)
    for _ in range(2):
        slope = _density(z)
        if slope == 0:
            break
        error = _up_to(z) - share if share < 0.5 else (1 - share) - _up_to(-z)
        step = error / slope
        z -= step / (1 + z * step / 2)
    if 0 < abs(z) < _NEAR_MIDDLE:
        raise NotUnderstoodError("接近分布的中间，Excel 的末位不能确定")
    return z


def normal(value: Any, mean: Any, deviation: Any, is_sum: Any) -> float:
    """NORM.DIST."""
    x, middle, spread, up_to = number(value), number(mean), number(deviation), truth(is_sum)
    _checked(spread > 0)
    z = (x - middle) / spread
    return _share(z) if up_to else finite(_density(z) / spread)


def standard_normal(value: Any, is_sum: Any) -> float:
    """NORM.S.DIST."""
    z = number(value)
    return _share(z) if truth(is_sum) else _density(z)


def old_standard_normal(value: Any) -> float:
    """NORMSDIST."""
    return _share(number(value))


def normal_quantile(share: Any, mean: Any, deviation: Any) -> float:
    """NORM.INV."""
    p, middle, spread = number(share), number(mean), number(deviation)
    _checked(0 < p < 1 and spread > 0)
    return finite(middle + spread * _quantile(p))


def standard_normal_quantile(share: Any) -> float:
    """NORM.S.INV."""
    p = number(share)
    _checked(0 < p < 1)
    return _quantile(p)


def phi(value: Any) -> float:
    """PHI."""
    return _density(number(value))


def gauss(value: Any) -> float:
    """GAUSS."""
    return math.erf(number(value) / math.sqrt(2)) / 2


def standardized(value: Any, mean: Any, deviation: Any) -> float:
    """STANDARDIZE."""
    x, middle, spread = number(value), number(mean), number(deviation)
    _checked(spread > 0)
    return finite((x - middle) / spread)


def fisher(value: Any) -> float:
    """FISHER."""
    x = number(value)
    _checked(-1 < x < 1)
    return math.atanh(x)


def fisher_inverse(value: Any) -> float:
    """FISHERINV."""
    return math.tanh(number(value))


def lognormal(value: Any, mean: Any, deviation: Any, is_sum: Any) -> float:
    """LOGNORM.DIST."""
    x, middle, spread, up_to = number(value), number(mean), number(deviation), truth(is_sum)
    _checked(x > 0 and spread > 0)
    z = (math.log(x) - middle) / spread
    return _share(z) if up_to else finite(_density(z) / (spread * x))


def old_lognormal(value: Any, mean: Any, deviation: Any) -> float:
    """LOGNORMDIST."""
    return lognormal(value, mean, deviation, True)


def lognormal_quantile(share: Any, mean: Any, deviation: Any) -> float:
    """LOGNORM.INV."""
    found = normal_quantile(share, mean, deviation)
    if abs(found) > _MOST_GROWN:
        raise NotUnderstoodError("LOGNORM.INV 的结果过大或过小，Excel 的末位不能确定")
    return math.exp(found)


def exponential(value: Any, rate: Any, is_sum: Any) -> float:
    """EXPON.DIST."""
    x, by, up_to = number(value), number(rate), truth(is_sum)
    _checked(x >= 0 and by > 0)
    return -math.expm1(-by * x) if up_to else finite(by * math.exp(-by * x))


def weibull(value: Any, shape: Any, scale: Any, is_sum: Any) -> float:
    """WEIBULL.DIST."""
    x, alpha, beta, up_to = number(value), number(shape), number(scale), truth(is_sum)
    _checked(x >= 0 and alpha > 0 and beta > 0)
    if x == 0 and alpha < 1 and not up_to:
        raise NotUnderstoodError("WEIBULL.DIST 用于 0，Excel 的结果不能确定")
    try:
        grown = (x / beta) ** alpha
        return -math.expm1(-grown) if up_to else finite(alpha / beta * (x / beta) ** (alpha - 1) * math.exp(-grown))
    except OverflowError:
        raise Stop(NUM) from None


def _sum_or_one(terms: Callable[[int], float], last: int, up_to: bool) -> float:
    if not up_to:
        return terms(last)
    if last > _MOST_SUMMED:
        raise NotUnderstoodError("分布的项数过多")
    return _total(terms(k) for k in range(last + 1))


def poisson(value: Any, mean: Any, is_sum: Any) -> float:
    """POISSON.DIST."""
    count, expected, up_to = math.trunc(number(value)), number(mean), truth(is_sum)
    _checked(count >= 0 and expected >= 0)

    def term(k: int) -> float:
        if k <= 170:
            return finite(math.exp(-expected) * expected**k / math.factorial(k))
        return math.exp(k * math.log(expected) - expected - math.lgamma(k + 1)) if expected else 0.0

    try:
        return _sum_or_one(term, count, up_to)
    except OverflowError:
        raise NotUnderstoodError("POISSON.DIST 的数过大") from None


def _chance(ways: int, share: float, hits: int, misses: int) -> float:
    """So many ways to hit and miss so often, each as likely."""
    try:
        return float(ways) * share**hits * (1 - share) ** misses
    except OverflowError:
        raise NotUnderstoodError("分布的次数过多") from None


def _check_trials(trials: int) -> None:
    """Errors: NotUnderstoodError: so many that Excel's last digits can't be told."""
    if trials > _MOST_SUMMED:
        raise NotUnderstoodError("试验次数过多，Excel 的末位不能确定")


def binomial(hits: Any, trials: Any, share: Any, is_sum: Any) -> float:
    """BINOM.DIST."""
    k, n, p, up_to = math.trunc(number(hits)), math.trunc(number(trials)), number(share), truth(is_sum)
    _checked(0 <= k <= n and 0 <= p <= 1)
    _check_trials(n)
    return _sum_or_one(lambda i: _chance(math.comb(n, i), p, i, n - i), k, up_to)


def binomial_between(trials: Any, share: Any, least: Any, most: Any = _LEFT_OUT) -> float:
    """BINOM.DIST.RANGE."""
    n, p, low = math.trunc(number(trials)), number(share), math.trunc(number(least))
    high = low if most is _LEFT_OUT else math.trunc(number(most))
    _checked(n >= 0 and 0 <= p <= 1 and 0 <= low <= n and low <= high <= n)
    _check_trials(n)
    return _total(_chance(math.comb(n, i), p, i, n - i) for i in range(low, high + 1))


def _total(terms: Iterable[float]) -> float:
    found = min(math.fsum(terms), 1.0)
    if 0 < found < _LEAST:
        raise NotUnderstoodError("分布的尾部，Excel 的末位不能确定")
    return found


def binomial_quantile(trials: Any, share: Any, criterion: Any) -> float:
    """BINOM.INV: the fewest hits that are as likely as wanted."""
    n, p, wanted = math.trunc(number(trials)), number(share), number(criterion)
    _checked(n >= 0 and 0 < p < 1 and 0 < wanted < 1)
    _check_trials(n)
    found = 0.0
    for k in range(n + 1):
        found += _chance(math.comb(n, k), p, k, n - k)
        if abs(found - wanted) < 1e-12:
            raise NotUnderstoodError("BINOM.INV 正在两个值之间")
        if found >= wanted:
            return float(k)
    return float(n)


def negative_binomial(misses: Any, hits: Any, share: Any, is_sum: Any) -> float:
    """NEGBINOM.DIST."""
    f, s, p, up_to = math.trunc(number(misses)), math.trunc(number(hits)), number(share), truth(is_sum)
    _checked(0 < p < 1 and f >= 0 and s >= 1)
    return _sum_or_one(lambda i: _chance(math.comb(i + s - 1, s - 1), p, s, i), f, up_to)


def old_negative_binomial(misses: Any, hits: Any, share: Any) -> float:
    """NEGBINOMDIST."""
    return negative_binomial(misses, hits, share, False)


def hypergeometric(hits: Any, drawn: Any, good: Any, all_: Any, is_sum: Any) -> float:
    """HYPGEOM.DIST."""
    k, n, m, size = (math.trunc(number(value)) for value in (hits, drawn, good, all_))
    _checked(0 <= k <= min(n, m) and 0 < n <= size and 0 < m <= size and k >= n - size + m)
    ways = math.comb(size, n)
    low = max(0, n - size + m) if truth(is_sum) else k
    return _total(math.comb(m, i) * math.comb(size - m, n - i) / ways for i in range(low, k + 1))


def old_hypergeometric(hits: Any, drawn: Any, good: Any, all_: Any) -> float:
    """HYPGEOMDIST."""
    return hypergeometric(hits, drawn, good, all_, False)


def gamma(value: Any) -> float:
    """GAMMA."""
    x = number(value)
    _checked(not (x <= 0 and x == int(x)))
    try:
        return finite(math.gamma(x))
    except OverflowError:
        raise Stop(NUM) from None


def logarithm_of_gamma(value: Any) -> float:
    """GAMMALN."""
    x = number(value)
    _checked(x > 0)
    return finite(math.lgamma(x))
