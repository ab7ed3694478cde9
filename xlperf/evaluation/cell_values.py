"""What a cell holds as a result states it: a number, a text, a date, a year; None where it holds something else."""

from __future__ import annotations

from xlperf.errors import CellError
from xlperf.values import Value, as_text, is_day, is_number, to_date


def number(value: Value) -> float | None:
    """A number; None for anything else, a text that looks like one too."""
    return float(value) if is_number(value) else None


def text(value: Value) -> str | None:
    """A text, also where a program has made a number of it; None where there is none, or an error."""
    if value is None or isinstance(value, CellError):
        return None
    return as_text(value).strip() or None


def date(value: Value) -> str | None:
    """A date as people write it (2022-10-31); text as it stands, since the cell takes that too."""
    return to_date(float(value)).isoformat() if is_day(value) else text(value)


def year(value: Value) -> int | None:
    """A year."""
    return int(value) if is_number(value) else None
