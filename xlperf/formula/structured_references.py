"""Structured references of tables, resolved to A1 areas."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlperf.errors import UserError
from xlperf.formula.addresses import Area, column_letters, quoted
from xlperf.formula.definitions import Table

_ESCAPE = re.compile(r"'(.)")
_PIECE = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_ITEMS = {"#all", "#data", "#headers", "#totals", "#this row"}
_NO_SUCH_ROWS = "#REF!"


class Tables:
    """The tables of a workbook, by name and by place."""

    def __init__(self, tables: tuple[Table, ...]) -> None:
        self._by_name: Mapping[str, Table] = {table.name.casefold(): table for table in tables}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._by_name

    @property
    def names(self) -> frozenset[str]:
        """The names, case folded."""
        return frozenset(self._by_name)

    def around(self, sheet: str, row: int, column: int) -> str | None:
        """The name of the table that a cell lies in."""
        inside = (t for t in self._by_name.values() if t.sheet == sheet and t.area.covers(row, column))
        return next((table.name for table in inside), None)

    def resolved(self, name: str, bracket: str, row: int) -> str:
        """The A1 text of NAME[…] as seen from a row; a bracket left out means the data.

        Errors: a UserError where the table has no such column.
        """
        table = self._by_name[name.casefold()]
        items, columns = _parts(bracket)
        left, right = _columns(table, columns)
        span = _rows(table, items, row)
        if span is None:
            return _NO_SUCH_ROWS
        top, bottom = span
        first, last = f"${column_letters(left)}${top}", f"${column_letters(right)}${bottom}"
        return f"{quoted(table.sheet)}!{first}" + ("" if first == last else f":{last}")


def _parts(bracket: str) -> tuple[set[str], list[str]]:
    """The special items and the columns that a bracket names."""
    inner = bracket[1:-1].strip() if bracket else ""
    if not inner:
        return set(), []
    items: set[str] = set()
    if inner.startswith("@"):
        items, inner = {"#this row"}, inner[1:].strip()
        if not inner:
            return items, []
    pieces = _PIECE.findall(inner) if inner.startswith("[") else [inner]
    columns = []
    for piece in pieces:
        if piece.casefold() in _ITEMS:
            items.add(piece.casefold())
        else:
            columns.append(_ESCAPE.sub(r"\1", piece))
    return items, columns


def _columns(table: Table, names: list[str]) -> tuple[int, int]:
    if not names:
        return table.area.left, table.area.right
    folded = [_plain(column) for column in table.columns]
    for name in names:
        if _plain(name) not in folded:
            raise UserError(f"表格“{table.name}”没有“{name}”列")
    indexes = [folded.index(_plain(name)) for name in names]
    return table.area.left + min(indexes), table.area.left + max(indexes)


def _plain(name: str) -> str:
    return name.casefold().replace("\r\n", "\n")


def _rows(table: Table, items: set[str], row: int) -> tuple[int, int] | None:
    """First and last row of the items, or None where the table has no such rows."""
    whole, data = table.area, table.data
    if "#all" in items:
        return whole.top, whole.bottom
    if "#this row" in items:
        return (row, row) if data.top <= row <= data.bottom else None
    if not items:
        items = {"#data"}
    spans: list[Area] = []
    if "#headers" in items and table.header_rows:
        spans.append(Area(whole.top, whole.left, data.top - 1, whole.right))
    if "#data" in items:
        spans.append(data)
    if "#totals" in items and table.totals_rows:
        spans.append(Area(data.bottom + 1, whole.left, whole.bottom, whole.right))
    return (min(span.top for span in spans), max(span.bottom for span in spans)) if spans else None
