"""Excel's plain functions of single values, and all functions that compiled formulas may call, by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from xlperf.engines.compiled.library import (
    aggregates,
    angles,
    bases,
    criteria,
    dates,
    distributions,
    finance,
    joining,
    lookups,
    mathematics,
    numerals,
    pairs,
    references,
    rounding,
    spread,
    subtotals,
    texts,
    year_fractions,
)
from xlperf.engines.compiled.library.scalars import NA, Stop, number, plain, power, text, truth
from xlperf.errors import CellError
from xlperf.formula.functions import FUNCTIONS, ExcelFunction
from xlperf.values import Value

_ERROR_TYPES = {code: float(place) for place, code in enumerate((*CellError.CODES, *CellError.NEWER), 1)}
_RESULTS = {"number": "number", "count": "number", "truth": "bool", "text": "text"}


class PlainFunction(NamedTuple):
    """A function that compiled formulas call: what does it, and what the table of Excel's functions says of it."""

    call: Callable[..., Any]
    facts: ExcelFunction

    @property
    def result(self) -> str:
        """The kind of its results, as generated code tells them apart."""
        return _RESULTS.get(self.facts.gives, "any")


def number_or_zero(value: Any) -> float:
    """N."""
    given = plain(references.first_of(value))
    return float(given) if isinstance(given, float | bool) else 0.0


def text_or_nothing(value: Any) -> str:
    """T."""
    given = plain(references.first_of(value))
    return given if isinstance(given, str) else ""


def error_type(value: Any) -> float:
    """ERROR.TYPE."""
    if isinstance(value, CellError):
        return _ERROR_TYPES[value.code]
    raise Stop(NA)


_SCALARS: Mapping[str, Callable[..., Any]] = {
    "ABS": mathematics.absolute,
    "ACOS": mathematics.inverse(math.acos),
    "ACOSH": angles.area_of_cosine,
    "ACOT": angles.angle_of_cotangent,
    "ACOTH": angles.area_of_cotangent,
    "ADDRESS": references.address,
    "ARABIC": numerals.arabic,
    "ASIN": mathematics.inverse(math.asin),
    "ASINH": angles.area_of_sine,
    "ATAN": lambda value: math.atan(number(value)),
    "ATAN2": mathematics.angle_of,
    "ATANH": angles.area_of_tangent,
    **bases.CONVERSIONS,
    "BASE": numerals.in_base,
    "BINOM.DIST": distributions.binomial,
    "BINOM.DIST.RANGE": distributions.binomial_between,
    "BINOM.INV": distributions.binomial_quantile,
    "BINOMDIST": distributions.binomial,
    "CEILING": rounding.ceiling,
    "CEILING.MATH": rounding.ceiling_math,
    "CEILING.PRECISE": rounding.ceiling_precise,
    "CHAR": texts.character,
    "CLEAN": texts.clean,
    "CODE": texts.code_of,
    "COMBIN": numerals.combinations,
    "COMBINA": numerals.combinations_with_repetition,
    "CONCATENATE": texts.concatenate,
    "COS": mathematics.of_angle(math.cos),
    "COSH": angles.hyperbolic(math.cosh),
    "COT": angles.reciprocal(math.tan),
    "COTH": angles.cotangent_of_hyperbola,
    "CRITBINOM": distributions.binomial_quantile,
    "CSC": angles.reciprocal(math.sin),
    "CSCH": angles.cosecant_of_hyperbola,
    "CUMIPMT": finance.cumulated_interest,
    "CUMPRINC": finance.cumulated_principal,
    "DATE": dates.date,
    "DATEDIF": dates.difference,
    "DATEVALUE": dates.date_value,
    "DAY": dates.day_of,
    "DAYS": dates.days_between,
    "DAYS360": dates.days_of_360,
    "DDB": finance.double_declining,
    "DECIMAL": numerals.from_base,
    "DEGREES": lambda value: math.degrees(number(value)),
    "DELTA": bases.are_equal,
    "GESTEP": bases.reaches,
    "DOLLAR": texts.dollar,
    "DOLLARDE": finance.decimal_price,
    "DOLLARFR": finance.fraction_price,
    "EDATE": dates.month_later,
    "EFFECT": finance.effective_rate,
    "EOMONTH": dates.month_end,
    "EVEN": rounding.even,
    "EXACT": lambda one, two: text(one) == text(two),
    "EXP": mathematics.exponential,
    "EXPON.DIST": distributions.exponential,
    "EXPONDIST": distributions.exponential,
    "FACT": mathematics.factorial,
    "FACTDOUBLE": numerals.factorial_of_every_other,
    "FIND": texts.find,
    "FINDB": texts.find_bytes,
    "FISHER": distributions.fisher,
    "FISHERINV": distributions.fisher_inverse,
    "FIXED": texts.fixed,
    "FLOOR": rounding.floor,
    "FLOOR.MATH": rounding.floor_math,
    "FLOOR.PRECISE": rounding.floor_precise,
    "FV": finance.future_value,
    "GAMMA": distributions.gamma,
    "GAMMALN": distributions.logarithm_of_gamma,
    "GAMMALN.PRECISE": distributions.logarithm_of_gamma,
    "GAUSS": distributions.gauss,
    "HOUR": dates.hour_of,
    "HYPERLINK": texts.hyperlink,
    "HYPGEOM.DIST": distributions.hypergeometric,
    "HYPGEOMDIST": distributions.old_hypergeometric,
    "INT": rounding.whole,
    "IPMT": finance.interest,
    "ISEVEN": mathematics.is_even,
    "ISO.CEILING": rounding.ceiling_precise,
    "ISODD": lambda value: not mathematics.is_even(value),
    "ISOWEEKNUM": dates.iso_week,
    "ISPMT": finance.interest_of_straight_loan,
    "LEFT": texts.left,
    "LEFTB": texts.left_bytes,
    "LEN": texts.length_of,
    "LENB": texts.length_in_bytes,
    "LN": mathematics.natural_logarithm,
    "LOG": mathematics.logarithm,
    "LOG10": lambda value: mathematics.logarithm(value),
    "LOGINV": distributions.lognormal_quantile,
    "LOGNORM.DIST": distributions.lognormal,
    "LOGNORM.INV": distributions.lognormal_quantile,
    "LOGNORMDIST": distributions.old_lognormal,
    "LOWER": texts.lower,
    "MID": texts.middle,
    "MIDB": texts.middle_bytes,
    "MINUTE": dates.minute_of,
    "MOD": mathematics.modulo,
    "MONTH": dates.month_of,
    "MROUND": rounding.round_to_multiple,
    "N": number_or_zero,
    "NEGBINOM.DIST": distributions.negative_binomial,
    "NEGBINOMDIST": distributions.old_negative_binomial,
    "NOMINAL": finance.nominal_rate,
    "NORM.DIST": distributions.normal,
    "NORM.INV": distributions.normal_quantile,
    "NORM.S.DIST": distributions.standard_normal,
    "NORM.S.INV": distributions.standard_normal_quantile,
    "NORMDIST": distributions.normal,
    "NORMINV": distributions.normal_quantile,
    "NORMSDIST": distributions.old_standard_normal,
    "NORMSINV": distributions.standard_normal_quantile,
    "NOT": lambda value: not truth(value),
    "NPER": finance.periods_of,
    "NUMBERSTRING": texts.number_string,
    "ODD": rounding.odd,
    "PDURATION": finance.periods_to_grow,
    "PERMUT": numerals.permutations,
    "PERMUTATIONA": numerals.permutations_with_repetition,
    "PHI": distributions.phi,
    "PMT": finance.payment,
    "POISSON": distributions.poisson,
    "POISSON.DIST": distributions.poisson,
    "POWER": power,
    "PPMT": finance.principal,
    "PROPER": texts.proper,
    "PV": finance.present_value,
    "QUOTIENT": rounding.quotient,
    "RADIANS": lambda value: math.radians(number(value)),
    "RATE": finance.loan_rate,
    "REPLACE": texts.replace,
    "REPT": texts.repeat,
    "RIGHT": texts.right,
    "RIGHTB": texts.right_bytes,
    "RMB": texts.yuan,
    "ROMAN": numerals.roman,
    "ROUND": rounding.round_to,
    "ROUNDDOWN": rounding.round_down,
    "ROUNDUP": rounding.round_up,
    "RRI": finance.growth_rate,
    "SEARCH": texts.search,
    "SEARCHB": texts.search_bytes,
    "SEC": angles.reciprocal(math.cos),
    "SECH": angles.secant_of_hyperbola,
    "SECOND": dates.second_of,
    "SIGN": mathematics.sign,
    "SIN": mathematics.of_angle(math.sin),
    "SINH": angles.hyperbolic(math.sinh),
    "SLN": finance.straight_line,
    "SQRT": mathematics.root,
    "SQRTPI": numerals.root_of_pi_times,
    "STANDARDIZE": distributions.standardized,
    "SUBSTITUTE": texts.substitute,
    "SYD": finance.years_digits,
    "T": text_or_nothing,
    "TAN": mathematics.of_angle(math.tan),
    "TANH": angles.hyperbolic(math.tanh),
    "TEXT": texts.text_by_format,
    "TIME": dates.time,
    "TIMEVALUE": dates.time_value,
    "TRIM": texts.trim,
    "TRUNC": rounding.truncate,
    "UNICHAR": texts.unicode_character,
    "UNICODE": texts.unicode_of,
    "UPPER": texts.upper,
    "VALUE": texts.value_of,
    "WEEKDAY": dates.weekday,
    "WEEKNUM": dates.week_number,
    "WEIBULL": distributions.weibull,
    "WEIBULL.DIST": distributions.weibull,
    "YEAR": dates.year_of,
    "YEARFRAC": year_fractions.year_fraction,
}

_AREAS: Mapping[str, Callable[..., Any]] = {
    "AGGREGATE": subtotals.aggregate,
    "AVERAGEIF": criteria.average_if,
    "AVERAGEIFS": criteria.average_ifs,
    "CELL": references.cell_facts,
    "COLUMNS": references.width_of,
    "CONCAT": joining.concatenated,
    "CORREL": pairs.correlation,
    "COUNTBLANK": aggregates.count_blank,
    "COUNTIF": criteria.count_if,
    "COUNTIFS": criteria.count_ifs,
    "COVAR": pairs.covariance(0),
    "COVARIANCE.P": pairs.covariance(0),
    "COVARIANCE.S": pairs.covariance(1),
    "FORECAST": pairs.forecast,
    "FORECAST.LINEAR": pairs.forecast,
    "FVSCHEDULE": finance.schedule,
    "HLOOKUP": lookups.horizontal_look_up,
    "INDEX": lookups.index,
    "INTERCEPT": pairs.intercept,
    "IRR": finance.internal_rate,
    "LARGE": aggregates.nth_largest,
    "LOOKUP": lookups.look_up,
    "MATCH": lookups.match,
    "MAXIFS": criteria.largest_of_those,
    "MINIFS": criteria.smallest_of_those,
    "MIRR": finance.modified_rate,
    "NETWORKDAYS": dates.working_days,
    "NETWORKDAYS.INTL": dates.working_days_of,
    "NPV": finance.net_present_value,
    "PEARSON": pairs.correlation,
    "PERCENTILE": pairs.percentile,
    "PERCENTILE.EXC": pairs.percentile_between,
    "PERCENTILE.INC": pairs.percentile,
    "PROB": pairs.probability,
    "QUARTILE": pairs.quartile,
    "QUARTILE.EXC": pairs.quartile_between,
    "QUARTILE.INC": pairs.quartile,
    "RANK": aggregates.rank,
    "RANK.AVG": pairs.rank_between,
    "RANK.EQ": aggregates.rank,
    "ROWS": references.height_of,
    "RSQ": pairs.square_of_correlation,
    "SERIESSUM": numerals.series,
    "SLOPE": pairs.slope,
    "SMALL": aggregates.nth_smallest,
    "STEYX": pairs.error_of_line,
    "SUBTOTAL": subtotals.subtotal,
    "SUMIF": criteria.sum_if,
    "SUMIFS": criteria.sum_ifs,
    "SUMPRODUCT": aggregates.sum_product,
    "SUMX2MY2": pairs.of_pairs(lambda one, two: one * one - two * two),
    "SUMX2PY2": pairs.of_pairs(lambda one, two: one * one + two * two),
    "SUMXMY2": pairs.of_pairs(lambda one, two: (one - two) ** 2),
    "TEXTJOIN": joining.joined,
    "TRIMMEAN": pairs.trimmed_mean,
    "VLOOKUP": lookups.vertical_look_up,
    "WORKDAY": dates.working_day,
    "WORKDAY.INTL": dates.working_day_of,
    "XMATCH": lookups.place_of,
    "XNPV": finance.dated_present_value,
}
SCALARS = {name: PlainFunction(call, FUNCTIONS[name]) for name, call in _SCALARS.items()}
AREAS = {name: PlainFunction(call, FUNCTIONS[name]) for name, call in _AREAS.items()}
# Functions that take any number of cells and values.
AGGREGATES: Mapping[str, Callable[[Sequence[Any], Sequence[Any]], Value]] = {**aggregates.TOTALS, **spread.SPREADS}
# Functions that are written by others.
CASES = frozenset({"IFS", "SWITCH", "XLOOKUP"})
# Functions whose arguments are not all calculated, or may fail without failing them: the code for them is their own.
FORMS = frozenset(
    """CHOOSE COLUMN ERROR.TYPE FALSE IF IFERROR IFNA ISBLANK ISERR ISERROR ISLOGICAL ISNA ISNONTEXT ISNUMBER ISTEXT NA
    PI ROW SINGLE TRUE""".split()  # noqa: SIM905
)


# Functions that were once an add-in, to which an argument left out is no blank.
ADDED = frozenset(
    """CUMIPMT CUMPRINC DELTA DOLLARDE DOLLARFR EDATE EFFECT EOMONTH FACTDOUBLE GESTEP MROUND NETWORKDAYS NOMINAL QUOTIENT
    SQRTPI WEEKNUM WORKDAY YEARFRAC""".split()  # noqa: SIM905
) | frozenset(bases.CONVERSIONS)
SUBTOTALS = frozenset({"AGGREGATE", "SUBTOTAL"})
# References that are found while a formula runs.
DYNAMIC: Mapping[str, Callable[..., Any]] = {"INDIRECT": references.indirect, "OFFSET": references.offset}


def is_known(name: str) -> bool:
    """Whether compiled formulas may call a function of Excel's."""
    known = (SCALARS, AREAS, FORMS, DYNAMIC, CASES, AGGREGATES)
    return any(name in each for each in known)
