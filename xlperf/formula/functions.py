"""Excel's functions: the one table of what each takes and gives. What a caller can do with a function it joins to this."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from xlperf.formula.other_functions import OTHERS_OF_2010

# Name, number of arguments, what each takes, what it gives, marks; only what some reader needs.
# Takes, a letter an argument; the last one goes for all that follow, an area and its criterion as a pair:
#   v one value     k a criterion   c values to be counted or added up, from cells or calculated
#   a an area       s the area whose cells a condition picks out     r an area or an array that may be calculated
#   b a branch, handed on as it is
# Gives: number; count (a whole number of moderate size); truth; text; reference (cells that only a calculation tells);
#   any. Each of them may be an error instead.
# Marks:
#   intersected  in an ordinary formula a range where one value belongs is the cell beside the formula, and what stands
#                inside of the call can be judged by its letters
#   authors      may be used in the formulas of an indicator framework
#   positive     never gives 0
#   volatile     gives something else at every calculation
_TABLE = """
ABS                1     v     number     intersected authors
ACOS               1     v     number     intersected
ACOSH              1     v     number     intersected
ADDRESS            2-5   v     text       intersected
AGGREGATE          3-    vvr   number
AND                1-    c     truth      intersected authors
ASIN               1     v     number     intersected
ASINH              1     v     number     intersected
ATAN               1     v     number     intersected
ATAN2              2     v     number     intersected
ATANH              1     v     number     intersected
AVEDEV             1-    c     number
AVERAGE            1-    c     number     intersected authors
AVERAGEA           1-    c     number
AVERAGEIF          2-3   aks   number
AVERAGEIFS         3-    sak   number
BINOMDIST          4     v     number     intersected
CEILING            2     v     number     intersected
CELL               1-2   va    any
CHAR               1     v     text       intersected
CHOOSE             2-255 vb    any
CLEAN              1     v     text       intersected
CODE               1     v     number     intersected
COLUMN             0-1   a     count      positive
COLUMNS            1     a     count      positive
COMBIN             2     v     number     intersected
CONCATENATE        1-    v     text
CORREL             2     r     number
COS                1     v     number     intersected
COSH               1     v     number     intersected
COUNT              1-    c     count      intersected
COUNTA             1-    c     count      intersected
COUNTBLANK         1     a     count
COUNTIF            2     ak    count
COUNTIFS           2-    ak    count
COVAR              2     r     number
CRITBINOM          3     v     number     intersected
CUMIPMT            6     v     number     intersected
CUMPRINC           6     v     number     intersected
DATE               3     v     number     intersected
DATEDIF            3     v     number     intersected
DATEVALUE          1     v     number     intersected
DAY                1     v     number     intersected
DAYS360            2-3   v     number     intersected
DDB                4-5   v     number     intersected
DEGREES            1     v     number     intersected
DELTA              1-2   v     number     intersected
DEVSQ              1-    c     number
DOLLAR             1-2   v     text       intersected
DOLLARDE           2     v     number     intersected
DOLLARFR           2     v     number     intersected
EDATE              2     v     number     intersected
EFFECT             2     v     number     intersected
EOMONTH            2     v     number     intersected
ERROR.TYPE         1     v     number
EVEN               1     v     number     intersected
EXACT              2     v     truth      intersected
EXP                1     v     number     intersected
EXPONDIST          3     v     number     intersected
FACT               1     v     number     intersected
FACTDOUBLE         1     v     number     intersected
FALSE              0     v     truth
FIND               2-3   v     number     intersected
FINDB              2-3   v     number     intersected
FISHER             1     v     number     intersected
FISHERINV          1     v     number     intersected
FIXED              1-3   v     text       intersected
FLOOR              2     v     number     intersected
FORECAST           3     vrr   number
FV                 3-5   v     number     intersected
FVSCHEDULE         2     vr    number
GAMMALN            1     v     number     intersected
GCD                1-    c     number
GEOMEAN            1-    c     number
GESTEP             1-2   v     number     intersected
HARMEAN            1-    c     number
HLOOKUP            3-4   vavv  any        intersected
HOUR               1     v     number     intersected
HYPERLINK          1-2   v     any
HYPGEOMDIST        4     v     number     intersected
IF                 2-3   vb    any        intersected authors
IFERROR            2     vb    any        intersected
INDEX              2-3   rvv   any
INDIRECT           1-2   v     reference
INT                1     v     number     intersected
INTERCEPT          2     r     number
IPMT               4-6   v     number     intersected
IRR                1-2   rv    number
ISBLANK            1     v     truth      intersected
ISERR              1     v     truth      intersected
ISERROR            1     v     truth      intersected
ISEVEN             1     v     truth
ISLOGICAL          1     v     truth      intersected
ISNA               1     v     truth      intersected
ISNONTEXT          1     v     truth
ISNUMBER           1     v     truth      intersected
ISODD              1     v     truth
ISPMT              4     v     number     intersected
ISTEXT             1     v     truth      intersected
KURT               1-    c     number
LARGE              2     av    number
LCM                1-    c     number
LEFT               1-2   v     text       intersected
LEFTB              1-2   v     text       intersected
LEN                1     v     count      intersected
LENB               1     v     count      intersected
LN                 1     v     number     intersected
LOG                1-2   v     number     intersected
LOG10              1     v     number     intersected
LOGINV             3     v     number     intersected
LOGNORMDIST        3     v     number     intersected
LOOKUP             2-3   vrr   any
LOWER              1     v     text       intersected
MATCH              2-3   vav   count      positive
MAX                1-    c     number     intersected authors
MAXA               1-    c     number
MEDIAN             1-    c     number
MID                3     v     text       intersected
MIDB               3     v     text       intersected
MIN                1-    c     number     intersected authors
MINA               1-    c     number
MINUTE             1     v     number     intersected
MIRR               3     rvv   number
MOD                2     v     number     intersected
MODE               1-    c     number
MONTH              1     v     number     intersected
MROUND             2     v     number     intersected
MULTINOMIAL        1-    c     number
N                  1     v     number
NA                 0     v     any
NEGBINOMDIST       3     v     number     intersected
NETWORKDAYS        2-3   vvr   number
NOMINAL            2     v     number     intersected
NORMDIST           4     v     number     intersected
NORMINV            3     v     number     intersected
NORMSDIST          1     v     number     intersected
NORMSINV           1     v     number     intersected
NOT                1     v     truth      intersected authors
NOW                0     v     number     volatile
NPER               3-5   v     number     intersected
NPV                2-    vr    number
ODD                1     v     number     intersected
OFFSET             3-5   avv   reference
OR                 1-    c     truth      intersected authors
PEARSON            2     r     number
PERCENTILE         2     rv    number
PERMUT             2     v     number     intersected
PI                 0     v     number
PMT                3-5   v     number     intersected
POISSON            3     v     number     intersected
POWER              2     v     number     intersected
PPMT               4-6   v     number     intersected
PROB               3-4   rrvv  number
PRODUCT            1-    c     number     intersected
PROPER             1     v     text       intersected
PV                 3-5   v     number     intersected
QUARTILE           2     rv    number
QUOTIENT           2     v     number     intersected
RADIANS            1     v     number     intersected
RAND               0     v     number     volatile
RANDBETWEEN        2     v     number     volatile
RANK               2-3   vav   number
RATE               3-6   v     number     intersected
REPLACE            4     v     text       intersected
REPT               2     v     text       intersected
RIGHT              1-2   v     text       intersected
RIGHTB             1-2   v     text       intersected
ROMAN              1-2   v     text       intersected
ROUND              2     v     number     intersected authors
ROUNDDOWN          2     v     number     intersected
ROUNDUP            2     v     number     intersected
ROW                0-1   a     count      positive
ROWS               1     a     count      positive
RSQ                2     r     number
SEARCH             2-3   v     number     intersected
SEARCHB            2-3   v     number     intersected
SECOND             1     v     number     intersected
SERIESSUM          4     vvvr  number
SIGN               1     v     number     intersected
SIN                1     v     number     intersected
SINH               1     v     number     intersected
SKEW               1-    c     number
SLN                3     v     number     intersected
SLOPE              2     r     number
SMALL              2     av    number
SQRT               1     v     number     intersected
SQRTPI             1     v     number     intersected
STANDARDIZE        3     v     number     intersected
STDEV              1-    c     number
STDEVA             1-    c     number
STDEVP             1-    c     number
STDEVPA            1-    c     number
STEYX              2     r     number
SUBSTITUTE         3-4   v     text       intersected
SUBTOTAL           2-    va    number
SUM                1-    c     number     intersected authors
SUMIF              2-3   aks   number
SUMIFS             3-    sak   number
SUMPRODUCT         1-    r     number
SUMSQ              1-    c     number
SUMX2MY2           2     r     number
SUMX2PY2           2     r     number
SUMXMY2            2     r     number
SYD                4     v     number     intersected
T                  1     v     text
TAN                1     v     number     intersected
TANH               1     v     number     intersected
TEXT               2     v     text       intersected
TIME               3     v     number     intersected
TIMEVALUE          1     v     number     intersected
TODAY              0     v     number     volatile
TRIM               1     v     text       intersected
TRIMMEAN           2     rv    number
TRUE               0     v     truth
TRUNC              1-2   v     number     intersected
UPPER              1     v     text       intersected
VALUE              1     v     number     intersected
VAR                1-    c     number
VARA               1-    c     number
VARP               1-    c     number
VARPA              1-    c     number
VLOOKUP            3-4   vavv  any        intersected
WEEKDAY            1-2   v     number     intersected
WEEKNUM            1-2   v     number     intersected
WEIBULL            4     v     number     intersected
WORKDAY            2-3   vvr   number
XNPV               3     vrr   number
YEAR               1     v     number     intersected
YEARFRAC           2-3   v     number     intersected
"""
# The same of functions that came after Excel 2010, or that it stores under a prefix.
_LATER = """
ACOT               1     v     number     intersected
ACOTH              1     v     number     intersected
ARABIC             1     v     number     intersected
BASE               2-3   v     text       intersected
BINOM.DIST         4     v     number     intersected
BINOM.DIST.RANGE   3-4   v     number     intersected
BINOM.INV          3     v     number     intersected
CEILING.MATH       1-3   v     number     intersected
CEILING.PRECISE    1-2   v     number     intersected
COMBINA            2     v     number     intersected
CONCAT             1-    r     text
COT                1     v     number     intersected
COTH               1     v     number     intersected
COVARIANCE.P       2     r     number
COVARIANCE.S       2     r     number
CSC                1     v     number     intersected
CSCH               1     v     number     intersected
DAYS               2     v     number     intersected
DECIMAL            2     v     number     intersected
EXPON.DIST         3     v     number     intersected
FLOOR.MATH         1-3   v     number     intersected
FLOOR.PRECISE      1-2   v     number     intersected
FORECAST.LINEAR    3     vrr   number
GAMMA              1     v     number     intersected
GAMMALN.PRECISE    1     v     number     intersected
GAUSS              1     v     number     intersected
HYPGEOM.DIST       5     v     number     intersected
IFNA               2     vb    any
IFS                2-    b     any
ISO.CEILING        1-2   v     number     intersected
ISOWEEKNUM         1     v     number     intersected
LAMBDA             1-    v     any
LET                3-    v     any
LOGNORM.DIST       4     v     number     intersected
LOGNORM.INV        3     v     number     intersected
MAXIFS             3-    sak   number
MINIFS             3-    sak   number
MODE.SNGL          1-    c     number
NEGBINOM.DIST      4     v     number     intersected
NETWORKDAYS.INTL   2-4   vvvr  number
NORM.DIST          4     v     number     intersected
NORM.INV           3     v     number     intersected
NORM.S.DIST        2     v     number     intersected
NORM.S.INV         1     v     number     intersected
NUMBERSTRING       2     v     text       intersected
PDURATION          3     v     number     intersected
PERCENTILE.EXC     2     rv    number
PERCENTILE.INC     2     rv    number
PERMUTATIONA       2     v     number     intersected
PHI                1     v     number     intersected
POISSON.DIST       3     v     number     intersected
QUARTILE.EXC       2     rv    number
QUARTILE.INC       2     rv    number
RANDARRAY          0-5   v     number     volatile
RANK.AVG           2-3   vav   number
RANK.EQ            2-3   vav   number
RMB                1-2   v     text       intersected
RRI                3     v     number     intersected
SEC                1     v     number     intersected
SECH               1     v     number     intersected
SINGLE             1     a     any
SKEW.P             1-    c     number
STDEV.P            1-    c     number
STDEV.S            1-    c     number
SWITCH             3-    vb    any
TEXTJOIN           3-    vvr   text
UNICHAR            1     v     text       intersected
UNICODE            1     v     number     intersected
VAR.P              1-    c     number
VAR.S              1-    c     number
WEIBULL.DIST       4     v     number     intersected
WORKDAY.INTL       2-4   vvvr  number
XLOOKUP            3-6   vaavvv any
XMATCH             2-4   vavv  count      positive
XOR                1-    c     truth
"""


class ExcelFunction(NamedTuple):
    """A function of Excel's; the letters and words are explained above the table. `most` is None where any number goes."""

    name: str
    least: int
    most: int | None
    takes: str
    gives: str
    marks: frozenset[str]

    @property
    def gives_number(self) -> bool:
        """Whether it gives a number or an error, whatever it is given."""
        return self.gives in ("number", "count")

    def takes_count(self, count: int) -> bool:
        """Whether it takes so many arguments."""
        return count >= self.least and (self.most is None or count <= self.most)

    def letters(self, count: int) -> str:
        """What each of so many arguments takes."""
        takes = self.takes
        while len(takes) < count:
            takes += takes[-2:] if "k" in takes else takes[-1]
        return takes[:count]


def _functions(table: str) -> dict[str, ExcelFunction]:
    found = {}
    for line in table.split("\n")[1:-1]:
        name, count, takes, gives, *marks = line.split()
        least, dash, most = count.partition("-")
        last = None if dash and not most else int(most or least)
        found[name] = ExcelFunction(name, int(least), last, takes, gives, frozenset(marks))
    return found


_BASES = ("BIN", "OCT", "HEX", "DEC")
_TO_NUMBERS = "".join(f"{base}2DEC 1 v number intersected\n" for base in _BASES[:3])
_TO_DIGITS = "".join(f"{one}2{to} 1-2 v text intersected\n" for one in _BASES for to in _BASES[:3] if one != to)
_OLD = _functions(_TABLE + _TO_NUMBERS + _TO_DIGITS)
FUNCTIONS: Mapping[str, ExcelFunction] = {**_OLD, **_functions(_LATER)}
# What a plain workbook may use: WPS, LibreOffice and old Excel have all of it.
EXCEL_2010 = frozenset(_OLD) | frozenset(OTHERS_OF_2010.split())
_PREFIX = re.compile(r"(?:_xlfn\.|_xlws\.|_xll\.|_xludf\.|_xldudf_|_xlpm\.)+", re.I)


def marked(mark: str) -> frozenset[str]:
    """The names of the functions that bear a mark."""
    return frozenset(name for name, function in FUNCTIONS.items() if mark in function.marks)


def unprefixed(name: str) -> str:
    """A name without the prefixes that Excel stores before newer, add-in and custom functions and before variables."""
    return _PREFIX.sub("", name)


@lru_cache(maxsize=4096)
def function_name(stored: str) -> str:
    """A function's name as Excel shows it."""
    return unprefixed(stored).upper()
