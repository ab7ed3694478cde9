"""What the generated formulas are made of: values, ranges, and the ways in which functions of ranges are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlperf.formula.functions import EXCEL_2010, FUNCTIONS
from xlperf.values import Value

NUMBERS: Sequence[Value] = (0, 1, 2, 3, 5, 7, 12, 100, 1234.5, 0.5, 0.25, 2.75, 45296, 36526, -1, -2, -3.5, -120)
# The kinds that a function is mostly given, a letter an argument: t text, n number, v anything, b truth.
NATURAL: Mapping[str, str] = {
    **dict.fromkeys(
        [
            "CLEAN",
            "CODE",
            "LEN",
            "LENB",
            "LOWER",
            "PROPER",
            "TRIM",
            "UPPER",
            "VALUE",
            "DATEVALUE",
            "TIMEVALUE",
            "ARABIC",
            "UNICODE",
        ],
        "t",
    ),
    **dict.fromkeys("LEFT RIGHT LEFTB RIGHTB REPT MID MIDB DECIMAL".split(), "tn"),  # noqa: SIM905
    **dict.fromkeys("FIND SEARCH FINDB SEARCHB".split(), "ttn"),  # noqa: SIM905
    **dict.fromkeys("EXACT CONCATENATE HYPERLINK".split(), "t"),  # noqa: SIM905
    "REPLACE": "tnnt",
    "SUBSTITUTE": "tttn",
    "NOT": "b",
    **dict.fromkeys(
        [
            "NORM.DIST",
            "NORMDIST",
            "LOGNORM.DIST",
            "WEIBULL",
            "WEIBULL.DIST",
            "BINOM.DIST",
            "BINOMDIST",
            "NEGBINOM.DIST",
        ],
        "nnnb",
    ),
    **dict.fromkeys("EXPON.DIST EXPONDIST POISSON POISSON.DIST".split(), "nnb"),  # noqa: SIM905
    "NORM.S.DIST": "nb",
    "HYPGEOM.DIST": "nnnnb",
}
_DAYS = (1, 59, 60, 61, 366, 36526, 40000, 45296, 45350, 45351, 45657)
_SHARES = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0, 1)
_SMALL = (0, 1, 2, 3, 4, 5, 8, 12)
_RATES = (0.05, 0.1, 0.01, 0.0042, 0, 0.25)
_PERIODS = (1, 2, 5, 10, 12, 36, 120)
_MONEY = (1000, 250000, -1000, -50, 0, 12345.67)


def _pools() -> dict[str, Sequence[Value]]:
    found: dict[str, Sequence[Value]] = {}

    def for_all(names: str, *pools: Sequence[Value]) -> None:
        for name in names.split():
            found.update({f"{name} {place}": pool for place, pool in enumerate(pools)})

    for_all("DATE", (1950, 1999, 2000, 2023, 2024), (1, 2, 6, 12, 13, 0, -1), (1, 15, 28, 29, 30, 31, 32, 0, -5))
    for_all("DAY MONTH YEAR WEEKDAY ISOWEEKNUM", (61, *_DAYS[3:]))
    for_all("EDATE EOMONTH", _DAYS[4:], (-13, -1, 0, 1, 2, 12, 25))
    for_all("DAYS DAYS360", _DAYS[4:], _DAYS[4:])
    for_all("WEEKNUM", (36560, 40000, 45296, 45350, 45351))
    for_all("TIME", (0, 1, 12, 23, 25), (0, 5, 59, 61), (0, 7, 59, 75))
    for_all("HOUR MINUTE SECOND", (0, 0.25, 0.5, 0.123456, 45296.75, 0.999))
    for_all("CHAR UNICHAR", (33, 65, 97, 122, 48))
    for_all("ROUND ROUNDUP ROUNDDOWN TRUNC FIXED DOLLAR", (2.345, -2.345, 1234.5678, 0.5, 15, 0), (0, 1, 2, 3, -1, -2))
    for_all("LEFT RIGHT REPT LEFTB RIGHTB", NUMBERS, _SMALL)
    for_all("MID MIDB", NUMBERS, _SMALL, _SMALL)
    for_all("REPLACE", NUMBERS, (1, 2, 3), _SMALL)
    for_all("SUBSTITUTE", NUMBERS, NUMBERS, NUMBERS, (1, 2))
    for_all("FIND SEARCH FINDB SEARCHB", NUMBERS, NUMBERS, (1, 2, 3))
    for_all("LOG LN LOG10 SQRT SQRTPI", (1, 2, 10, 100, 0.5, 12345, -1, 0), (2, 10, 3))
    for_all("MOD QUOTIENT", NUMBERS, (2, 3, -3, 0.5, 7))
    for_all("POWER", NUMBERS[:12], (0, 1, 2, 3, 0.5, -1))
    for_all("ASIN ACOS ATANH FISHER", (0, 0.5, -0.5, 1, -1, 0.1, 2))
    for_all("ACOSH ACOTH", (1, 1.5, 2, 10, 0.5))
    for_all("ATAN2", (1, 2, -1, 0.5), (1, -2, 3, 0.25))
    for_all("SIN COS TAN COT CSC SEC SINH COSH TANH COTH CSCH SECH", (0, 0.5, 1, 2, 3, -1, 1.25))
    for_all("EXP FISHERINV", (0, 1, 2, 0.5, -1, -3))
    for_all("FACT FACTDOUBLE", _SMALL)
    for_all("COMBIN COMBINA PERMUT PERMUTATIONA", (3, 5, 8, 10.7, 12), (0, 1, 2, 3))
    for_all("ROMAN", (1, 4, 9, 14, 40, 99, 499, 999, 1999, 3999, 0), (0, 1, 2, 3, 4))
    for_all("BASE", (0, 5, 255, 1000), (2, 8, 16, 36), (0, 4, 8))
    for_all("DECIMAL", (101, 11, 1), (2, 8, 16))
    for_all("PMT PV FV", _RATES, _PERIODS, _MONEY, _MONEY, (0, 1))
    for_all("NPER", _RATES, (-100, -500, -25), (1000, 5000), (0, 100), (0, 1))
    for_all("RATE", (12, 24, 36, 60), (-100, -150, -200), (1000, 2000, 1500), (0, 100), (0, 1))
    for_all("IPMT PPMT", _RATES[:3], (1, 2, 3), (5, 10, 12, 36), _MONEY, (0, 100), (0, 1))
    for_all("CUMIPMT CUMPRINC", _RATES[:3], (12, 24), (1000, 5000), (1, 2, 3), (4, 5, 12), (0, 1))
    for_all("SLN", (1000, 30000), (0, 100, 7500), (1, 5, 10))
    for_all("SYD", (1000, 30000), (0, 100, 7500), (5, 10), (1, 2, 5))
    for_all("DDB", (2400, 1000), (300, 0), (10, 5), (1, 2, 3), (1.5, 2))
    for_all("ISPMT", _RATES[:3], (1, 2, 3), (5, 10), _MONEY)
    for_all("EFFECT NOMINAL", (0.05, 0.1, 0.0525), (1, 4, 12, 2.5))
    for_all("RRI", (1, 5, 10), (100, 1000), (100, 1500, 2000))
    for_all("PDURATION", (0.025, 0.1), (100, 2000), (150, 2200))
    for_all("DOLLARDE DOLLARFR", (1.02, 1.1, 5.125, -1.02), (16, 32, 8, 10))
    for_all("NORM.DIST NORMDIST", (0, 1, -1.5, 42), (0, 1, 40), (1, 1.5, 2))
    for_all("NORM.S.DIST NORMSDIST PHI GAUSS", (0, 0.5, 1.333, -2, -0.1))
    for_all("NORM.INV NORMINV LOGNORM.INV LOGINV", _SHARES, (0, 1, 3.5), (1, 1.2, 2))
    for_all("NORM.S.INV NORMSINV", _SHARES)
    for_all("LOGNORM.DIST LOGNORMDIST", (1, 4, 0.5), (0, 3.5), (1, 1.2))
    for_all("EXPON.DIST EXPONDIST", (0, 0.2, 1, 3), (10, 1, 0.5))
    for_all("POISSON POISSON.DIST", _SMALL, (1, 2.5, 5))
    for_all("WEIBULL WEIBULL.DIST", (1, 2, 105), (1, 2, 20), (1, 100))
    for_all("BINOM.DIST BINOMDIST", _SMALL, (8, 10, 20), (0.1, 0.5, 0.75))
    for_all("BINOM.DIST.RANGE", (10, 20, 60), (0.1, 0.5, 0.75), (2, 3, 5), (5, 8, 10))
    for_all("BINOM.INV CRITBINOM", (6, 10, 100), (0.5, 0.3), (0.75, 0.9, 0.123))
    for_all("NEGBINOM.DIST NEGBINOMDIST", (2, 5, 10), (1, 3, 5), (0.25, 0.5))
    for_all("HYPGEOM.DIST HYPGEOMDIST", (1, 2, 0), (4, 5), (8, 6), (20, 30))
    for_all("GAMMA GAMMALN GAMMALN.PRECISE", (1, 2, 4.5, 0.5, 10))
    for_all("STANDARDIZE", (42, 1, 0), (40, 0), (1.5, 2))
    for_all(
        "CEILING FLOOR MROUND CEILING.MATH FLOOR.MATH CEILING.PRECISE FLOOR.PRECISE ISO.CEILING",
        (2.5, 7, 10, 1234.5, 0.3, 0),
        (1, 2, 0.1, 5, 0.05),
    )
    for_all("RIGHT", NUMBERS, _SMALL)
    return found


def _prefixed() -> frozenset[str]:
    plain = {"LAMBDA", "NUMBERSTRING", "RMB", "SINGLE", "ISO.CEILING", "NETWORKDAYS.INTL", "WORKDAY.INTL"}
    return frozenset(FUNCTIONS) - EXCEL_2010 - plain


LITERALS: Mapping[str, Any] = {
    "pools": _pools(),
    "prefixed": _prefixed(),
    # Those that LibreOffice has not, or that hang on the place of use; TEXT, DATEDIF and their kin have templates.
    "left_out": frozenset("RMB NUMBERSTRING TEXT DATEDIF ADDRESS HYPERLINK NETWORKDAYS.INTL WORKDAY.INTL".split()),  # noqa: SIM905
    # Those of which two arguments at once, or three kinds of them, are tried in all ways.
    "thorough": frozenset(
        [
            "SUM",
            "COUNT",
            "COUNTA",
            "MAX",
            "MIN",
            "AVERAGE",
            "AND",
            "OR",
            "PRODUCT",
            "CONCATENATE",
            "DATE",
            "TIME",
            "MID",
            "SUBSTITUTE",
            "FIND",
        ]
    ),
    "numbers_only": frozenset("AVERAGEA MAXA MINA VARA VARPA STDEVA STDEVPA".split()),  # noqa: SIM905
}
# Columns of the sheet of cells, with a heading in row 1.
DATA: Mapping[str, Any] = {
    "columns": {
        "A": ("n", 3, 1, 4, 1.5, 5, 9, 2, 6, 5, 3.5, 5),
        "B": ("m", 10, -20, 35, 0, 7, 7, 100, 1, 2, 8, 0.5),
        "C": ("x", "甲", 4, None, "b", 12, None, "x", 5, 3, "乙", 8),
        "D": ("s", 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144),
        "E": ("t", "甲", "乙", "丙", "甲", "丁", "乙", "ab", "abc", "b", "甲", "AB"),
        "F": ("u", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"),
        "G": ("p", 0.1, 0.2, 0.3, 0.05, 0.05, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025),
        "H": ("f", -100, 20, 30, 40, 50, 60, 10, 5, 20, 30, 10),
        "I": ("d", 45000, 45040, 45100, 45200, 45300, 45365, 45500, 45600, 45700, 45800, 45900),
        "J": ("r", "甲", "乙", None, "甲", None, "丙", "丙", "乙", None, "甲", "乙"),
    },
    "groups": {
        "numbers": ("A", "B", "D", "H"),
        "mixed": ("C",),
        "ascending": ("D",),
        "texts": ("E", "J"),
        "letters": ("F",),
        "any": ("A", "B", "C", "E", "J"),
        "flows": ("H",),
        "days": ("I",),
        "shares": ("G",),
    },
    "values": {
        "roman": (4, 9, 45, 99, 499, 999, 1999, 3888),
        "kept": (1, 2, 3, 5, 8, 13, 89),
        "held": (3, 5, 7, 1, 8, 34, 100, 2.2, 0),
        "name": ("甲", "乙", "丙", "戊", "ab", "b", "c", "zz"),
        "share": (0, 0.1, 0.25, 0.5, 0.9, 1),
        "quarter": (0, 1, 2, 3, 4),
        "place": (1, 2, 3),
        "step": (0, 1, 2),
        "rate": (0.05, 0.1, 0.01),
        "reference": ("数!A3", "数!$B$4", "数!D2"),
        "day": (45000, 45296, 45351, 44561),
        "later": (45400, 45657, 46000),
    },
}
_CRITERIA = (
    *(
        "<<@held>>",
        "<<@name>>",
        '"<<甲|乙|ab|b>>"',
        '"<<a*|*b|甲?|甲*>>"',
        '"<<5|7|3>>"',
        '"=<<甲|ab|b>>"',
        '"<>甲"',
        '"<>ab"',
    ),
    *(
        '">3"',
        '"<7"',
        '">=5"',
        '"<=5"',
        '"<>5"',
        '"=5"',
        '">"&<<@held>>',
        '"<"&<<@held>>',
        '">="&<<@held>>',
        '"<="&<<@held>>',
    ),
    *(
        '"<>"&<<@name>>',
        '"="&<<@held>>',
        '<<@name>>&"*"',
        '"*"&<<@name>>&"*"',
        '"<>"',
        '""',
        '"<>"&""',
        "<<value>>",
        "<<blank>>",
    ),
    *('">"&<<@name>>', '"<b"', '">=b"', "5", "0", "<<truth>>", "<<error>>", "<<numeral>>", '"<>*a*"'),
)


def _of_criteria() -> list[tuple[str, int]]:
    found = []
    for one in _CRITERIA:
        found += [(f"COUNTIF(<<any>>,{one})", 8), (f"COUNTIFS(<<any>>,{one})", 8)]
        found += [(f"{name}(<<any>>,{one},<<numbers>>)", 8) for name in ("SUMIF", "AVERAGEIF")]
        found += [(f"{name}(<<numbers>>,{one})", 8) for name in ("SUMIF", "AVERAGEIF")]
        for name in ("SUMIFS", "AVERAGEIFS", "_xlfn.MAXIFS", "_xlfn.MINIFS"):
            found.append((f"{name}(<<numbers>>,<<any>>,{one})", 8))
            found += [(f"{name}(<<numbers>>,<<any>>,{one},<<any>>,{two})", 2) for two in _CRITERIA]
        found += [(f"COUNTIFS(<<any>>,{one},<<any>>,{two})", 3) for two in _CRITERIA]
    return found


_LOOKUPS = (
    *(
        "MATCH(<<@held>>,<<numbers>>,0)",
        "MATCH(<<@name>>,<<texts>>,0)",
        "MATCH(<<@held>>,<<ascending>>,1)",
        "MATCH(<<@held>>,<<ascending>>)",
    ),
    *(
        "MATCH(<<value>>,<<any>>,0)",
        "MATCH(<<error>>,<<any>>,0)",
        "MATCH(<<blank>>,<<numbers>>,0)",
        'MATCH("<<甲|ab|a*>>",<<texts>>,0)',
    ),
    *(
        "MATCH(<<numeral>>,<<numbers>>,0)",
        'MATCH(<<@name>>&"*",<<texts>>,0)',
        "MATCH(<<@name>>,<<letters>>,1)",
        "MATCH(<<@name>>,<<letters>>)",
    ),
    *(
        "VLOOKUP(<<@held>>,数!$A$2:$E$12,<<2|3|4|5>>,<<FALSE|0>>)",
        "VLOOKUP(<<@name>>,数!$E$2:$I$12,<<2|3|4|5>>,<<FALSE|0>>)",
    ),
    *(
        "VLOOKUP(<<@held>>,数!$D$2:$I$12,<<2|3|4>>,<<TRUE|1>>)",
        "VLOOKUP(<<@held>>,数!$D$2:$I$12,<<2|3|4>>)",
        "VLOOKUP(<<error>>,数!$D$2:$I$12,2,0)",
    ),
    *(
        "VLOOKUP(<<value>>,数!$A$2:$E$12,2,<<FALSE|0>>)",
        "VLOOKUP(<<blank>>,数!$A$2:$E$12,2,<<FALSE|0>>)",
        "VLOOKUP(<<numeral>>,数!$A$2:$E$12,2,FALSE)",
    ),
    *(
        "VLOOKUP(<<@held>>,数!$A$2:$E$12,<<@place>>,<<FALSE|0>>)",
        "VLOOKUP(<<@name>>,数!$E$2:$I$12,<<@place>>,<<FALSE|0>>)",
    ),
    *(
        "VLOOKUP(<<@name>>,数!$E:$I,<<2|3|4>>,<<FALSE|0>>)",
        'VLOOKUP("<<甲|ab|a*>>",数!$E$2:$I$12,2,<<FALSE|0>>)',
        "VLOOKUP(<<@held>>,数!$D$2:$I$12,2,<<@step>>)",
    ),
    *(
        "VLOOKUP(<<@held>>,数!$A$2:$E$12,COLUMN(B#),<<FALSE|0>>)",
        "VLOOKUP(<<@held>>,数!$A$2:$E$12,IF(TRUE,<<@place>>),<<FALSE|0>>)",
        'VLOOKUP(<<@name>>,数!$E$2:$I$12,MATCH("<<u|p|f>>",数!$E$1:$I$1,0),<<FALSE|0>>)',
        "VLOOKUP(<<@name>>,<<error>>,2,<<FALSE|0>>)",
        "VLOOKUP(<<error>>,数!$E$2:$I$12,2,<<FALSE|0>>)",
        "VLOOKUP(<<empty>>,数!$E$2:$I$12,2,<<FALSE|0>>)",
        "VLOOKUP(<<blank>>,数!$E$2:$I$12,2,<<FALSE|0>>)",
        "LOOKUP(<<blank>>,<<ascending>>,<<ascending>>)",
        "LOOKUP(<<error>>,<<ascending>>,<<ascending>>)",
        "MATCH(<<blank>>,<<numbers>>)",
        "MATCH(<<empty>>,<<texts>>,0)",
        "MATCH(<<truth>>,<<any>>,0)",
        'VLOOKUP(<<@name>>&"",数!$E$2:$I$12,2,<<FALSE|0>>)',
    ),
    *(
        'HLOOKUP("<<n|m|s|q>>",数!$A$1:$I$12,<<2|3|4>>,<<FALSE|0>>)',
        "HLOOKUP(<<@name>>,数!$A$1:$I$12,<<@place>>,<<FALSE|0>>)",
    ),
    *(
        "LOOKUP(<<@held>>,<<ascending>>)",
        "LOOKUP(<<@held>>,<<ascending>>,<<ascending>>)",
        "LOOKUP(<<@name>>,<<letters>>,<<letters>>)",
        "LOOKUP(<<error>>,<<ascending>>)",
    ),
    *(
        "LOOKUP(2,1/(<<texts>>=<<@name>>),<<numbers>>)",
        "LOOKUP(9E+307,<<numbers>>)",
        'LOOKUP("座",<<texts>>)',
        'LOOKUP(<<@held>>,{0,10,60},{"差","中","优"})',
    ),
    *(
        "INDEX(<<any>>,<<@place>>)",
        "INDEX(<<any>>,<<1|2|3>>)",
        "INDEX(数!$A$2:$E$12,<<@place>>,<<@place>>)",
        "INDEX(数!$A$2:$E$12,<<1|2>>,<<1|2|3>>)",
    ),
    *(
        "INDEX(<<any>>,MATCH(<<@name>>,<<texts>>,0))",
        "INDEX(<<any>>,MATCH(<<@held>>,<<numbers>>,0),1)",
        "SUM(INDEX(数!$A$2:$E$12,0,<<1|2>>))",
    ),
    *(
        "INDEX(<<any>>,<<error>>)",
        "INDEX(<<any>>,<<value>>)",
        "INDEX(数!$A$2:$E$12,MATCH(<<@held>>,数!$A$2:$A$12,0),<<@place>>)",
    ),
    *(
        'INDEX(数!$A$2:$E$12,MATCH(<<@name>>,数!$E$2:$E$12,0),MATCH("<<n|m|x>>",数!$A$1:$E$1,0))',
        "INDEX(数!$A:$A,<<@place>>)",
    ),
)
_STATISTICS = (
    *(
        "<<LARGE|SMALL>>(<<numbers>>,<<@place>>)",
        "<<LARGE|SMALL>>(<<mixed>>,<<1|2>>)",
        "<<LARGE|SMALL>>(<<numbers>>,ROW(A1))",
        "SUM(LARGE(<<numbers>>,{1,2}))",
    ),
    *(
        "RANK(<<@kept>>,数!$D$2:$D$12)",
        "RANK(<<@kept>>,数!$D$2:$D$12,<<0|1>>)",
        "_xlfn.RANK.<<EQ|AVG>>(<<@kept>>,数!$D$2:$D$12)",
        "_xlfn.RANK.<<EQ|AVG>>(<<@kept>>,数!$D$2:$D$12,<<0|1>>)",
        "RANK(数!B$3,数!B$2:B$12)",
    ),
    *(
        "PERCENTILE(<<numbers>>,<<@share>>)",
        "_xlfn.PERCENTILE.<<INC|EXC>>(<<numbers>>,<<@share>>)",
        "QUARTILE(<<numbers>>,<<@quarter>>)",
    ),
    *(
        "_xlfn.QUARTILE.<<INC|EXC>>(<<numbers>>,<<@quarter>>)",
        "TRIMMEAN(<<numbers>>,<<@share>>)",
        "PERCENTILE(<<mixed>>,<<0.5|0.9>>)",
    ),
    *(
        "<<CORREL|PEARSON|RSQ|COVAR|SLOPE|INTERCEPT|STEYX>>(<<numbers>>,<<numbers>>)",
        "_xlfn.COVARIANCE.<<P|S>>(<<numbers>>,<<numbers>>)",
    ),
    *(
        "FORECAST(<<@held>>,<<numbers>>,<<numbers>>)",
        "<<SUMX2MY2|SUMX2PY2|SUMXMY2>>(<<numbers>>,<<numbers>>)",
        "<<CORREL|SLOPE>>(<<mixed>>,<<numbers>>)",
    ),
    *(
        "PROB(数!$A$2:$A$12,数!$G$2:$G$12,<<1|2>>,<<4|5>>)",
        "COUNTBLANK(<<any>>)",
        "COUNTBLANK(<<blank>>)",
        "COUNTBLANK(<<empty>>)",
        "COUNTBLANK(<<number>>)",
    ),
    *(
        "NPV(<<@rate>>,<<flows>>)",
        "NPV(<<@rate>>,<<number>>,<<number>>)",
        "NPV(<<0.05|0.1>>,<<flows>>)+<<number>>",
        "IRR(数!$H$2:$H$<<6|8|12>>)",
        "IRR(数!$H$2:$H$<<6|8|12>>,<<@rate>>)",
    ),
    *(
        "MIRR(数!$H$2:$H$<<6|8|12>>,<<@rate>>,<<@rate>>)",
        "XNPV(<<@rate>>,数!$H$2:$H$<<6|8|12>>,数!$I$2:$I$<<6|8|12>>)",
        "FVSCHEDULE(<<number>>,<<shares>>)",
    ),
    *(
        "SERIESSUM(<<@place>>,<<@place>>,<<@place>>,<<numbers>>)",
        "SUMPRODUCT(<<numbers>>,<<numbers>>)",
        "SUMPRODUCT(<<numbers>>)",
        "SUMPRODUCT(<<numbers>>,<<mixed>>)",
    ),
    *(
        "SUMPRODUCT(<<numbers>>*<<numbers>>)",
        "SUMPRODUCT((<<texts>>=<<@name>>)*<<numbers>>)",
        'SUMPRODUCT((<<texts>>="<<甲|乙>>")*(<<numbers>><<compare>><<@held>>)*<<numbers>>)',
    ),
    *(
        "SUMPRODUCT(--(<<numbers>><<compare>>5))",
        'SUMPRODUCT(--(<<texts>><<compare>>"甲"),<<numbers>>)',
        "SUMPRODUCT((<<texts>>=<<@name>>)+0)",
        'SUMPRODUCT(1*(<<any>><>""))',
    ),
    *(
        "SUMPRODUCT((MONTH(<<days>>)=<<1|3|6>>)*<<numbers>>)",
        "SUMPRODUCT((YEAR(<<days>>)=<<2023|2024>>)*1)",
        "SUMPRODUCT(ISNUMBER(<<any>>)*1)",
        "SUMPRODUCT((<<numbers>>>5)*(<<numbers>><50))",
    ),
    *(
        "SUMPRODUCT(--ISNUMBER(SEARCH(<<@name>>,<<texts>>)))",
        "SUMPRODUCT(1/COUNTIF(数!$E$2:$E$12,数!$E$2:$E$12))",
        "SUMPRODUCT(LEN(<<any>>))",
        "SUMPRODUCT(ROUND(<<numbers>>,0))",
        "SUMPRODUCT(<<numbers>>/<<1|2|7>>)",
    ),
    *(
        "SUMPRODUCT(<<numbers>>-<<number>>)",
        "SUMPRODUCT(ABS(<<numbers>>))",
        "SUMPRODUCT(<<numbers>>^2)",
        "SUMPRODUCT(-<<numbers>>)",
        "SUMPRODUCT(<<shares>>,<<shares>>)",
    ),
    *(
        "SUBTOTAL(<<1|2|3|4|5|6|9|101|102|103|104|105|109>>,<<any>>)",
        "SUBTOTAL(<<9|109>>,<<numbers>>,<<numbers>>)",
        "SUBTOTAL(<<9|109|3|103>>,<<number>>)",
        "SUBTOTAL(<<9|109>>,<<number>>,<<numbers>>)",
        "TRIMMEAN(<<numbers>>,<<blank>>)",
        "_xlfn.COVARIANCE.<<P|S>>({1,2,4},{3,5,6})",
        "AGGREGATE(<<9|4|5|1|2|3>>,<<5|6|7|4>>,<<numbers>>)",
        "AGGREGATE(<<14|15>>,6,<<numbers>>,<<1|2>>)",
    ),
    *(
        "_xlfn.CONCAT(<<any>>)",
        "_xlfn.CONCAT(<<text>>,<<number>>)",
        "_xlfn.CONCAT(<<value>>,<<blank>>,<<text>>)",
        "_xlfn.CONCAT(<<any>>,<<text>>)",
        "_xlfn.CONCAT(<<text>>,<<text>>)",
        "_xlfn.CONCAT(<<error>>,<<text>>)",
    ),
    *(
        '_xlfn.TEXTJOIN("<<,|-|、>>",<<TRUE|FALSE>>,<<any>>)',
        "_xlfn.TEXTJOIN(<<text>>,<<truth>>,<<any>>)",
        '_xlfn.TEXTJOIN("<<,|、>>",TRUE,<<number>>,<<text>>,<<blank>>)',
        '_xlfn.TEXTJOIN("",TRUE,<<any>>,<<any>>)',
    ),
    *(
        '_xlfn.TEXTJOIN("<<,|、>>",<<TRUE|FALSE>>,<<value>>,<<text>>)',
        '_xlfn.TEXTJOIN("<<,|、>>",TRUE,<<text>>,<<text>>,<<number>>)',
        '_xlfn.TEXTJOIN(",",TRUE,<<error>>,<<text>>)',
    ),
)
_REFERENCES = (
    *(
        "ROW()",
        "COLUMN()",
        "ROW(<<number>>)",
        "COLUMN(<<number>>)",
        "ROW(<<any>>)",
        "ROWS(<<any>>)",
        "COLUMNS(数!$A$1:$<<B|C|F>>$3)",
        "ROW(<<text>>)",
        "COLUMN(<<blank>>)",
        "ROWS(<<blank>>)",
    ),
    *(
        "ROW(<<blank>>)",
        "COLUMN(<<text>>)",
        "ROWS($A$1:A#)",
        "COLUMNS($A1:<<B|C>>1)",
        "SUM(OFFSET(数!$A$1,<<@step>>,<<@step>>,<<@place>>,<<@place>>))",
        "OFFSET(数!$A$1,<<@place>>,<<@step>>)",
    ),
    *(
        "SUM(OFFSET(数!$A$1,1,0,<<2|3>>,1))",
        "OFFSET(数!$A$1,<<1|2>>,<<0|1>>)",
        "SUM(OFFSET(<<numbers>>,<<@step>>,0))",
        'INDIRECT("数!A"&<<@place>>)',
        "INDIRECT(<<@reference>>)",
        'SUM(INDIRECT("数!A1:A"&<<@place>>))',
    ),
    *(
        'SUM(INDIRECT("数!B2:B<<5|7>>"))',
        'INDIRECT("数!B3")',
        'INDIRECT("R<<2|3>>C<<1|2>>",FALSE)',
        "INDIRECT(ADDRESS(<<@place>>,<<@place>>))",
        "ADDRESS(<<@place>>,<<@place>>)",
        "ADDRESS(<<@place>>,<<@place>>,<<1|2|3|4>>)",
        "ADDRESS(<<@place>>,<<@place>>,<<@place>>,<<@step>>)",
        'ADDRESS(<<@place>>,<<@place>>,<<1|4>>,TRUE,"<<甲|ab>>")',
        "COLUMN(OFFSET(数!$A$1,<<@step>>,<<@step>>))",
        "ROW(INDIRECT(<<@reference>>))",
    ),
    *(
        "SUM(数!$A$2:INDEX(数!$A$2:$A$12,<<@place>>))",
        "CHOOSE(<<@place>>,<<text>>,<<number>>,<<blank>>)",
        "CHOOSE(<<1|2>>,<<number>>,<<text>>)",
        "SUM(CHOOSE(<<@place>>,<<numbers>>,<<numbers>>,<<mixed>>))",
    ),
    *(
        "CHOOSE(<<value>>,1,2,3)",
        "CHOOSE(<<error>>,1,2)",
        "CHOOSE(<<numeral>>,1,2,3,4,5,6,7,8,9,10,11,12)",
        'CHOOSE(WEEKDAY(<<@day>>),"日","一","二","三","四","五","六")',
        "<<numbers>>",
        "数!A<<2|3|4>>",
        "数!C<<2|3|4>>",
        "数!E<<2|3>>",
    ),
)
_LOGIC = (
    *(f"IF(<<{kind}>>,<<number>>,<<text>>)" for kind in ("number", "truth", "blank", "error", "value", "numeral")),
    *(f"IF(<<{kind}>>,<<number>>)" for kind in ("number", "truth", "blank", "error", "value")),
    *(
        "IF(<<number>>>3,<<text>>,<<number>>)",
        'IF(<<number>>=<<number>>,<<value>>,"")',
        "IF(AND(<<number>>>1,<<number>><9),1,0)",
        'IF(OR(<<text>>="甲",<<truth>>),1,0)',
        "IF(<<number>>>3,IF(<<number>>>3,1,2),3)",
    ),
    *(
        f"{name}(<<{kind}>>,<<number>>)"
        for name in ("IFERROR", "_xlfn.IFNA")
        for kind in ("number", "text", "blank", "error", "value", "truth", "empty", "numeral")
    ),
    *(
        "IFERROR(<<number>>/<<number>>,0)",
        'IFERROR(VLOOKUP(<<@name>>,数!$E$2:$I$12,2,FALSE),"")',
        "_xlfn.IFNA(MATCH(<<@held>>,<<numbers>>,0),0)",
        "IFERROR(<<error>>,<<error>>)",
        'IFERROR(<<text>>+1,"x")',
    ),
    *(
        f"IS{name}(<<{kind}>>)"
        for name in ["BLANK", "ERR", "ERROR", "LOGICAL", "NA", "NONTEXT", "NUMBER", "TEXT"]
        for kind in ("number", "text", "numeral", "blank", "empty", "error", "value", "truth")
    ),
    *(
        f"IS{name}({inner})"
        for name in ("ERROR", "NA", "ERR", "NUMBER", "TEXT")
        for inner in (
            "<<number>>/<<number>>",
            "VLOOKUP(<<@name>>,数!$E$2:$I$12,2,FALSE)",
            "<<text>>+1",
            "FIND(<<@name>>,<<text>>)",
        )
    ),
    *(
        '_xlfn.IFS(<<number>>>5,"高",<<number>>>1,"中",TRUE,"低")',
        '_xlfn.IFS(<<number>>>5,"高",<<number>>>1,"中")',
        "_xlfn.IFS(<<number>>=1,<<number>>,<<number>>=2,<<text>>)",
        "_xlfn.IFS(<<truth>>,<<text>>,<<truth>>,<<number>>)",
    ),
    *(
        "_xlfn.IFS(<<truth>>,<<text>>)",
        "_xlfn.IFS(<<error>>,1,TRUE,2)",
        '_xlfn.IFS(<<number>>>5,"优",<<number>>>3,"良",<<number>>>1,"中",TRUE,"差")',
        "_xlfn.IFS(<<blank>>>5,1,TRUE,<<blank>>)",
    ),
    *(
        '_xlfn.SWITCH(<<number>>,1,"一",2,"二")',
        '_xlfn.SWITCH(<<number>>,1,"一",2,"二","其他")',
        '_xlfn.SWITCH(<<@name>>,"甲",1,"乙",2,0)',
        '_xlfn.SWITCH(<<@name>>,"甲",1,"乙",2)',
        '_xlfn.SWITCH(<<error>>,1,"一",0)',
    ),
    *(
        "_xlfn.SWITCH(<<@step>>,<<number>>,<<text>>,<<number>>)",
        "_xlfn.SWITCH(<<text>>,<<text>>,1,2)",
        "_xlfn.SWITCH(TRUE,<<number>>>5,1,<<number>>>1,2,3)",
        "_xlfn.SWITCH(<<number>>,1,<<text>>,2,<<text>>,3,<<text>>)",
        '_xlfn.SWITCH(<<error>>,1,"一","二")',
    ),
    *(f"ERROR.TYPE(<<{kind}>>)" for kind in ("error", "number", "text")),
    *(
        "NA()",
        "PI()",
        "TRUE()",
        "FALSE()",
        "TRUE",
        "NOT(<<number>>>3)",
        'AND(<<number>>>3,<<text>>="甲")',
        "OR(<<number>>>3,<<number>><1)",
    ),
)
_DATES = (
    *(
        'DATEDIF(<<@day>>,<<@later>>,"<<y|m|d|Y|M|D>>")',
        'DATEDIF(<<@day>>,<<@later>>,"<<ym|yd|md>>")',
        "WEEKDAY(<<@day>>,<<1|2|3>>)",
        "WEEKNUM(<<@day>>,<<1|2|21>>)",
        "DAYS360(<<@day>>,<<@later>>,<<TRUE|FALSE>>)",
    ),
    *(
        "NETWORKDAYS(<<@day>>,<<@later>>)",
        "WORKDAY(<<@day>>,<<number>>)",
        "NETWORKDAYS(<<@day>>,<<@later>>,<<days>>)",
        "WORKDAY(<<@day>>,<<@place>>,<<days>>)",
    ),
    *(
        "DATE(YEAR(<<@day>>),MONTH(<<@day>>)+<<1|3|13>>,<<0|1|15>>)",
        'TEXT(<<@day>>,"<<yyyy-mm-dd|yyyy/m/d|yyyy年m月d日|m月|dddd|mmm|yyyy|mm|d>>")',
        'TEXT(<<number>>,"<<0|0.00|§,§§0|§,§§0.00|0%|0.0%|000|0.00E+00>>")',
    ),
    *(
        'TEXT(<<text>>,"<<0|0.00|@>>")',
        'TEXT(<<blank>>,"<<0|0.00|000>>")',
        'TEXT(<<numeral>>,"<<0|0.00|000>>")',
        'TEXT(<<@day>>+0.5,"<<hh:mm|h:mm:ss|yyyy-mm-dd hh:mm>>")',
        'TEXT(<<error>>,"0")',
        'TEXT(<<value>>,"<<0|0.00>>")',
    ),
)
_ROMAN = (
    'ROMAN(<<@roman>>,"<<0|1|2|3|4>>")',
    'ROMAN(<<@roman>>&"","<<0|1|2|3|4>>")',
    'ROMAN("<<12|499|3>>","<<0|1|2|3|4>>")',
    "ROMAN(<<@roman>>,<<@step>>)",
)
TEMPLATES: Sequence[tuple[str, int]] = (
    *_of_criteria(),
    *((template, 40) for template in (*_LOOKUPS, *_STATISTICS, *_REFERENCES, *_DATES)),
    *((template, 14) for template in (*_LOGIC, *_ROMAN)),
)
