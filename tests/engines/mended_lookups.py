"""Mended kinds: looking up, criteria that are errors, what comes before what, the first days of the calendar."""

from __future__ import annotations

import datetime as dt
import random

from tests.engines.mended_cells import AMOUNTS, CODES, MIXED, Case, first_like
from xlperf.errors import CellError


def error_criteria(source: random.Random) -> Case:
    """Counting and adding up where the cells hold a certain error."""
    row, other = source.randint(1, len(CODES)), source.randint(1, len(CODES))
    top, bottom = min(row, other), max(row, other)
    error = source.choice(("#N/A", "#DIV/0!", "#VALUE!"))
    # What is added up is the errors themselves.
    name, nothing = source.choice((("SUMIF", 0.0), ("AVERAGEIF", CellError("#DIV/0!"))))
    met = [place for place in range(top, bottom + 1) if MIXED[place % len(MIXED)] == error]
    if source.random() < 0.5:
        return Case(f"COUNTIF(D{top}:D{bottom},{error})", float(len(met)))
    if source.random() < 0.5:
        return Case(f"{name}(D{top}:D{bottom},{error})", CellError(error) if met else nothing)
    return Case(f"SUMIF(D{top}:D{bottom},{error},B{top}:B{bottom})", float(sum(AMOUNTS[place - 1] for place in met)))


def calendar_edges(source: random.Random) -> Case:
    """The first days of the calendar, which begins with a day 0 and has a 29 February 1900; a blank cell is the day 0."""
    serial = source.choice((0, 1, 31, 59, 60, 61, source.randint(0, 400)))
    day = dt.date(1899, 12, 31) + dt.timedelta(days=serial - (serial > 60))
    year, month, number = (
        (1900, 1, 0) if serial == 0 else (1900, 2, 29) if serial == 60 else (day.year, day.month, day.day)
    )
    stated = "Z1" if serial == 0 and source.random() < 0.5 else str(serial)
    name, found = source.choice((("YEAR", year), ("MONTH", month), ("DAY", number)))
    return Case(f"{name}({stated})", float(found))


def look_ups(source: random.Random) -> Case:
    """XLOOKUP and XMATCH in powers of two, and by codes, of which the first that is alike counts."""
    row, last = source.randint(1, len(CODES)), len(CODES)
    code, held = CODES[row - 1], AMOUNTS[row - 1]
    first = CODES.index(first_like(row))
    off, name = source.choice((0.25, 0.5)), source.choice(("B", str(held)))
    wanted = f"B{row}" if name == "B" else f"{held:g}"
    back = max(place for place, other in enumerate(CODES) if other.casefold() == code.casefold())
    smaller = AMOUNTS[row - 1]
    return source.choice(
        (
            Case(f"_xlfn.XLOOKUP({wanted},B1:B{last},A1:A{last})", code),
            Case(f'_xlfn.XLOOKUP({wanted},B1:B{last},A1:A{last},"无")', code),
            Case(f'_xlfn.XLOOKUP({wanted}+{off},B1:B{last},A1:A{last},"无")', "无"),
            Case(f'_xlfn.XLOOKUP({wanted}+{off},B1:B{last},B1:B{last},"无",-1)', smaller),
            Case(f"_xlfn.XLOOKUP({wanted}-{off},B1:B{last},B1:B{last},,1)", smaller),
            Case(f'_xlfn.XLOOKUP(A{row},A1:A{last},B1:B{last},"")', AMOUNTS[first]),
            Case(f"_xlfn.XLOOKUP(A{row},A1:A{last},B1:B{last},0,0,-1)", AMOUNTS[back]),
            Case(f'_xlfn.XLOOKUP("{code}",A1:A{last},B1:B{last})', AMOUNTS[first]),
            Case(f'_xlfn.XLOOKUP("没有",A1:A{last},B1:B{last},"无")', "无"),
            Case(f'_xlfn.XLOOKUP("没有",A1:A{last},B1:B{last},0)', 0.0),
            Case(f"_xlfn.XMATCH({wanted},B1:B{last})", float(row)),
            Case(f"_xlfn.XMATCH({wanted}+{off},B1:B{last},-1)", float(row)),
            Case(f'_xlfn.XMATCH("{code}",A1:A{last},0)', float(first + 1)),
            Case(f'_xlfn.XMATCH("{code}*",A1:A{last},2)', float(_first_starting(code) + 1)),
        )
    )


def _first_starting(code: str) -> int:
    return next(place for place, other in enumerate(CODES) if other.casefold().startswith(code.casefold()))


# Each comes before all those behind it, on every machine.
_TAILS = ("", "0", "05", "1", "19", "9", "a", "b1", "z", "预")


def text_orders(source: random.Random) -> Case:
    """Which text comes first: a shorter one, digits, letters, Han; without regard to case."""
    stem = source.choice(("", "甲", "财政", "A-", "0301"))
    one, two = source.randrange(len(_TAILS)), source.randrange(len(_TAILS))
    left, right = (f"{stem}{_TAILS[place]}" for place in (one, two))
    sign = source.choice(("<", ">", "<=", ">="))
    found = {"<": one < two, ">": one > two, "<=": one <= two, ">=": one >= two}[sign]
    left = source.choice((left, left.upper()))
    return Case(
        *source.choice(((f'"{left}"{sign}"{right}"', found), (f'IF("{left}"{sign}"{right}",1,2)', 2.0 - found)))
    )


def ordering(source: random.Random) -> Case:
    """Numbers come before texts, texts before truth values; what a value is, its kind says."""
    kinds = ("number", "text", "truth")
    one, two = source.choice(kinds), source.choice(kinds)
    held = {
        "number": str(source.randint(-9, 9)),
        "text": source.choice(("abc", "乙", "TOTAL", "x y")),
        "truth": source.choice(("TRUE", "FALSE")),
    }
    stated = {name: f'"{value}"' if name == "text" else value for name, value in held.items()}
    if source.random() < 0.4:
        name, right = source.choice((("NUMBER", "number"), ("TEXT", "text"), ("LOGICAL", "truth"), ("NONTEXT", "")))
        found = one != "text" if name == "NONTEXT" else one == right
        tested = source.choice((f"IS{name}({stated[one]})", f"IS{name}(IF(TRUE,{stated[one]}))"))
        return Case(tested, found)
    sign = source.choice(("=", "<>", "<", ">", "<=", ">="))
    if one == two:
        return Case(f"{stated[one]}{sign}{stated[two]}", sign in ("=", "<=", ">="))
    is_before = kinds.index(one) < kinds.index(two)
    return Case(f"{stated[one]}{sign}{stated[two]}", sign == "<>" or (sign[0] == "<" if is_before else sign[0] == ">"))
