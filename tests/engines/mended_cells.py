"""The cells that the formulas of the mended kinds are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from xlperf.values import Value

EPOCH = dt.date(1899, 12, 30)
CODES = (
    "001",
    "01",
    "1",
    "0201",
    "201",
    "2010101",
    "123456789012345678",
    "123456789012345999",
    "A01",
    "a01",
    "A1",
    "x",
)
MIXED: tuple[Value, ...] = ("#N/A", 5.0, "x", "#DIV/0!", "#N/A", 7.0)
AMOUNTS = tuple(float(2**place) for place in range(len(CODES)))
HIDDEN = (3, 6, 7)


class Case(NamedTuple):
    """A formula without its equals sign, and what it gives; `judged` where LibreOffice has to say it."""

    formula: str
    expected: Value = None
    is_judged: bool = False


def cells() -> Mapping[str, Value]:
    """The cells that the formulas are about: codes in A, powers of two in B, so that every sum tells its cells."""
    codes = {f"A{row}": code for row, code in enumerate(CODES, 1)}
    errors = {f"D{row}": MIXED[row % len(MIXED)] for row in range(1, len(CODES) + 1)}
    return codes | {f"B{row}": amount for row, amount in enumerate(AMOUNTS, 1)} | errors


def first_like(row: int) -> str:
    """The first code that is the same without regard to case."""
    return next(code for code in CODES if code.casefold() == CODES[row - 1].casefold())
