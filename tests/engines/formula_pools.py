"""The values that generated formulas are about, and the kinds that functions are mostly given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlperf.engines.compiled.library.bases import CONVERSIONS
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
    "left_out": frozenset(
        """RMB NUMBERSTRING TEXT DATEDIF ADDRESS HYPERLINK NETWORKDAYS.INTL WORKDAY.INTL YEARFRAC DELTA GESTEP""".split()  # noqa: SIM905
    )
    | frozenset(CONVERSIONS),
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
        "turn": (36526, 44985, 45291, 45322, 45350, 45351, 45352, 45382, 45412, 45657, 45716, 46112),
        "BIN": ("0", "1", "101", "11001000", "111111111", "1000000000", "1111111111", "0011"),
        "OCT": ("0", "7", "17", "144", "3777777777", "4000000000", "7777777777", "0100"),
        "HEX": ("A", "FF", "a5", "1B", "3DA408B9", "FFFFFFFF5B", "8000000000", "FFFFFFFFFF"),
        "DEC": (0, 1, 9, 100, 511, -1, -512, 58.75, 512, -513, 536870911, -536870912, 549755813887, -549755813888),
    },
}
