"""The tables of a document as rows of cells, merged ones known: what every format is read into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlperf.errors import UserError

MOST_ROWS, MOST_COLUMNS, MOST_SIGNS = 5_000, 200, 1_000_000


@dataclass(frozen=True)
class Spot:
    """A cell of a grid: its text, and where the cell begins that it belongs to (itself where nothing is merged)."""

    text: str
    row: int
    column: int


@dataclass(frozen=True)
class Grid:
    """A table: where it stands in the file, its rows, all as wide, and the lines of text above it."""

    place: str
    rows: tuple[tuple[Spot, ...], ...]
    above: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def texts(self, row: int) -> list[str]:
        """The texts of a row, a merged cell's once."""
        return [spot.text for n, spot in enumerate(self.rows[row]) if spot.column == n]


def grid(
    place: str,
    rows: Sequence[Sequence[str]],
    merged: Mapping[tuple[int, int], tuple[int, int]] | None = None,
    above: Sequence[str] = (),
) -> Grid:
    """A grid from texts; `merged` leads from each covered cell to the one that covers it.

    Errors: UserError: far more than an official table ever holds.
    """
    width = max((len(row) for row in rows), default=0)
    if len(rows) > MOST_ROWS or width > MOST_COLUMNS or sum(len(t) for row in rows for t in row) > MOST_SIGNS:
        raise UserError(f"{place}有 {len(rows):,} 行、{width:,} 列，不像指标体系的表；请只留下指标体系的表，另存后再试")
    found = merged or {}

    def spot(row: int, column: int) -> Spot:
        top, left = found.get((row, column), (row, column))
        text = rows[top][left] if left < len(rows[top]) else ""
        return Spot(text.strip(), top, left)

    return Grid(place, tuple(tuple(spot(r, c) for c in range(width)) for r in range(len(rows))), tuple(above))
