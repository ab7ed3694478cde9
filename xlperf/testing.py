"""Testing workbooks: what cells should hold once inputs are filled in, in a test or in a TOML file beside the workbook."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from xlperf.api.book import Book
from xlperf.api.book import open as open_book
from xlperf.engines.changes import shown
from xlperf.errors import CellError, UserError
from xlperf.values import Value, compare, is_number, to_serial

EXPECTED = ".expected.toml"
_KEYS = {"inputs", "expected"}


def assert_workbook(
    workbook: Book | str | PathLike[str] | bytes,
    expected: Mapping[str, object],
    inputs: Mapping[str, object] | None = None,
) -> None:
    """Recalculates a workbook, with other inputs where given, and compares cells with what they should hold.

    Keys: as for `Book` (input, name, `指标评分!M5`). Expected: a number (compared to ten decimals), a text, a truth
    value, a date, None for a blank cell, or an error's text ("#N/A").
    Errors: AssertionError: a line for every cell that differs (`指标评分!M5  expected 4.5  here 4.4`).
    """
    __tracebackhide__ = True
    book = workbook if isinstance(workbook, Book) else open_book(workbook)
    book.update(inputs or {})
    book.recalculate()
    found = differences(book, expected)
    if found:
        raise AssertionError(f"{len(found)} of {len(expected)} cells differ:\n" + "\n".join(found))


def differences(book: Book, expected: Mapping[str, object]) -> list[str]:
    """A line for each cell that doesn't hold what it should."""
    return [
        f"{key}  expected {shown(_wanted(wanted))}  here {shown(book[key])}"
        for key, wanted in expected.items()
        if not _is_same(book[key], _wanted(wanted))
    ]


def read_expectations(path: Path) -> tuple[dict[str, object], dict[str, object]]:
    """The tables `inputs` and `expected` of a file `NAME.expected.toml` beside NAME.xlsx.

    Errors: UserError: it can't be read, has other keys, or expects nothing.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}：读不出来（{error}）。") from None
    tables = {key: content.get(key, {}) for key in sorted(_KEYS)}
    if set(content) - _KEYS or not content.get("expected") or not all(isinstance(t, dict) for t in tables.values()):
        raise UserError(f"{path}：应有 [expected]，可有 [inputs]，不能有别的。")
    return tables["inputs"], tables["expected"]


def _wanted(value: object) -> Value:
    if isinstance(value, str) and value in CellError.CODES:
        return CellError(value)
    if isinstance(value, dt.date):
        return to_serial(value)
    if value is None or isinstance(value, str | bool | int | float | CellError):
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    raise TypeError(f"no cell can hold {value!r}")


def _is_same(found: Value, wanted: Value) -> bool:
    if is_number(found) and is_number(wanted):
        return compare(found, wanted) == 0
    return type(found) is type(wanted) and found == wanted
