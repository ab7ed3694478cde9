"""Excel's functions: the one table of what each takes and gives. What a caller can do with a function it joins to this.

The table states only what some reader needs; of other functions it knows the name and that Excel 2010 has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

# Name, number of arguments, what each takes, what it gives, marks.
#
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
ADDRESS            2-5   v     text       intersected
AGGREGATE          3-    vvr   number
AND                1-    c     truth      intersected authors
ASIN               1     v     number     intersected
ATAN               1     v     number     intersected
ATAN2              2     v     number     intersected
AVERAGE            1-    c     number     intersected authors
AVERAGEIF          2-3   aks   number
AVERAGEIFS         3-    sak   number
CELL               1-2   va    any
CEILING            2     v     number     intersected
CHAR               1     v     text       intersected
CHOOSE             2-255 vb    any
CLEAN              1     v     text       intersected
CODE               1     v     number     intersected
COLUMN             0-1   a     count      positive
COLUMNS            1     a     count      positive
CONCATENATE        1-    v     text
COS                1     v     number     intersected
COUNT              1-    c     count      intersected
COUNTA             1-    c     count      intersected
COUNTBLANK         1     a     count
COUNTIF            2     ak    count
COUNTIFS           2-    ak    count
DATE               3     v     number     intersected
DATEDIF            3     v     number     intersected
DATEVALUE          1     v     number     intersected
DAY                1     v     number     intersected
DAYS360            2-3   v     number     intersected
DEGREES            1     v     number     intersected
DOLLAR             1-2   v     text       intersected
EDATE              2     v     number     intersected
EOMONTH            2     v     number     intersected
ERROR.TYPE         1     v     number
EVEN               1     v     number     intersected
EXACT              2     v     truth      intersected
EXP                1     v     number     intersected
FACT               1     v     number     intersected
FALSE              0     v     truth
FIND               2-3   v     number     intersected
FINDB              2-3   v     number     intersected
FIXED              1-3   v     text       intersected
FLOOR              2     v     number     intersected
HLOOKUP            3-4   vavv  any        intersected
HOUR               1     v     number     intersected
HYPERLINK          1-2   v     any
IF                 2-3   vb    any        intersected authors
IFERROR            2     vb    any        intersected
INDEX              2-3   rvv   any
INDIRECT           1-2   v     reference
INT                1     v     number     intersected
ISBLANK            1     v     truth      intersected
ISERR              1     v     truth      intersected
ISERROR            1     v     truth      intersected
ISEVEN             1     v     truth
ISLOGICAL          1     v     truth      intersected
ISNA               1     v     truth      intersected
ISNONTEXT          1     v     truth
ISNUMBER           1     v     truth      intersected
ISODD              1     v     truth
ISTEXT             1     v     truth      intersected
LARGE              2     av    number
LEFT               1-2   v     text       intersected
LEFTB              1-2   v     text       intersected
LEN                1     v     count      intersected
LENB               1     v     count      intersected
LN                 1     v     number     intersected
LOG                1-2   v     number     intersected
LOG10              1     v     number     intersected
LOOKUP             2-3   vrr   any
LOWER              1     v     text       intersected
MATCH              2-3   vav   count      positive
MAX                1-    c     number     intersected authors
MEDIAN             1-    c     number
MID                3     v     text       intersected
MIDB               3     v     text       intersected
MIN                1-    c     number     intersected authors
MINUTE             1     v     number     intersected
MOD                2     v     number     intersected
MONTH              1     v     number     intersected
MROUND             2     v     number     intersected
N                  1     v     number
NA                 0     v     any
NETWORKDAYS        2-3   vvr   number
NOT                1     v     truth      intersected authors
NOW                0     v     number     volatile
ODD                1     v     number     intersected
OFFSET             3-5   avv   reference
OR                 1-    c     truth      intersected authors
PI                 0     v     number
POWER              2     v     number     intersected
PRODUCT            1-    c     number     intersected
PROPER             1     v     text       intersected
QUOTIENT           2     v     number     intersected
RADIANS            1     v     number     intersected
RAND               0     v     number     volatile
RANDBETWEEN        2     v     number     volatile
RANK               2-3   vav   number
REPLACE            4     v     text       intersected
REPT               2     v     text       intersected
RIGHT              1-2   v     text       intersected
RIGHTB             1-2   v     text       intersected
ROUND              2     v     number     intersected authors
ROUNDDOWN          2     v     number     intersected
ROUNDUP            2     v     number     intersected
ROW                0-1   a     count      positive
ROWS               1     a     count      positive
SEARCH             2-3   v     number     intersected
SEARCHB            2-3   v     number     intersected
SECOND             1     v     number     intersected
SIGN               1     v     number     intersected
SIN                1     v     number     intersected
SMALL              2     av    number
SQRT               1     v     number     intersected
SUBSTITUTE         3-4   v     text       intersected
SUBTOTAL           2-    va    number
SUM                1-    c     number     intersected authors
SUMIF              2-3   aks   number
SUMIFS             3-    sak   number
SUMPRODUCT         1-    r     number
T                  1     v     text
TAN                1     v     number     intersected
TEXT               2     v     text       intersected
TIME               3     v     number     intersected
TIMEVALUE          1     v     number     intersected
TODAY              0     v     number     volatile
TRIM               1     v     text       intersected
TRUE               0     v     truth
TRUNC              1-2   v     number     intersected
UPPER              1     v     text       intersected
VALUE              1     v     number     intersected
VLOOKUP            3-4   vavv  any        intersected
WEEKDAY            1-2   v     number     intersected
WEEKNUM            1-2   v     number     intersected
WORKDAY            2-3   vvr   number
YEAR               1     v     number     intersected
"""
# The same of functions that came after Excel 2010, or that it stores under a prefix.
_LATER = """
CEILING.MATH       1-3   v     number     intersected
CEILING.PRECISE    1-2   v     number     intersected
DAYS               2     v     number     intersected
FLOOR.MATH         1-3   v     number     intersected
FLOOR.PRECISE      1-2   v     number     intersected
IFNA               2     vb    any
ISO.CEILING        1-2   v     number     intersected
ISOWEEKNUM         1     v     number     intersected
LAMBDA             1-    v     any
LET                3-    v     any
MAXIFS             3-    sak   number
MINIFS             3-    sak   number
NETWORKDAYS.INTL   2-4   vvvr  number
NUMBERSTRING       2     v     text       intersected
RANDARRAY          0-5   v     number     volatile
RMB                1-2   v     text       intersected
SINGLE             1     a     any
WORKDAY.INTL       2-4   vvvr  number
XOR                1-    c     truth
"""
# Functions of Excel 2010 of which nothing else needs to be known.
_OTHERS_OF_2010 = """
ACCRINT ACCRINTM ACOSH AMORDEGRC AMORLINC AREAS ASC ASINH ATANH AVEDEV AVERAGEA BAHTTEXT BESSELI
BESSELJ BESSELK BESSELY BETADIST BETAINV BIN2DEC BIN2HEX BIN2OCT BINOMDIST CHIDIST CHIINV CHITEST COMBIN
COMPLEX CONFIDENCE CONVERT CORREL COSH COUPDAYBS COUPDAYS COUPDAYSNC COUPNCD COUPNUM COUPPCD COVAR CRITBINOM
CUBEKPIMEMBER CUBEMEMBER CUBEMEMBERPROPERTY CUBERANKEDMEMBER CUBESET CUBESETCOUNT CUBEVALUE CUMIPMT CUMPRINC
DAVERAGE DB DCOUNT DCOUNTA DDB DEC2BIN DEC2HEX DEC2OCT DELTA DEVSQ DGET DISC DMAX DMIN
DOLLARDE DOLLARFR DPRODUCT DSTDEV DSTDEVP DSUM DURATION DVAR DVARP EFFECT ERF ERFC EXPONDIST FACTDOUBLE FDIST
FINV FISHER FISHERINV FORECAST FREQUENCY FTEST FV FVSCHEDULE GAMMADIST GAMMAINV GAMMALN GCD GEOMEAN GESTEP
GETPIVOTDATA GROWTH HARMEAN HEX2BIN HEX2DEC HEX2OCT HYPGEOMDIST IMABS IMAGINARY IMARGUMENT IMCONJUGATE IMCOS
IMDIV IMEXP IMLN IMLOG10 IMLOG2 IMPOWER IMPRODUCT IMREAL IMSIN IMSQRT IMSUB IMSUM INFO INTERCEPT INTRATE IPMT IRR
ISPMT ISREF JIS KURT LCM LINEST LOGEST LOGINV LOGNORMDIST MAXA MDETERM MDURATION MINA MINVERSE MIRR
MMULT MODE MULTINOMIAL NEGBINOMDIST NOMINAL NORMDIST NORMINV NORMSDIST NORMSINV NPER NPV OCT2BIN OCT2DEC
OCT2HEX ODDFPRICE ODDFYIELD ODDLPRICE ODDLYIELD PEARSON PERCENTILE PERCENTRANK PERMUT PHONETIC PMT POISSON PPMT PRICE
PRICEDISC PRICEMAT PROB PV QUARTILE RATE RECEIVED REPLACEB ROMAN RSQ RTD SERIESSUM SINH SKEW SLN SLOPE
SQRTPI STANDARDIZE STDEV STDEVA STDEVP STDEVPA STEYX SUMSQ SUMX2MY2 SUMX2PY2 SUMXMY2 SYD TANH TBILLEQ TBILLPRICE
TBILLYIELD TDIST TINV TRANSPOSE TREND TRIMMEAN TTEST TYPE VAR VARA VARP VARPA VDB WEIBULL
XIRR XNPV YEARFRAC YIELD YIELDDISC YIELDMAT ZTEST
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


_OLD = _functions(_TABLE)
FUNCTIONS: Mapping[str, ExcelFunction] = {**_OLD, **_functions(_LATER)}
# What a plain workbook may use: WPS, LibreOffice and old Excel have all of it.
EXCEL_2010 = frozenset(_OLD) | frozenset(_OTHERS_OF_2010.split())
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
