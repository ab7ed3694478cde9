"""What formulas of a workbook may refer to besides cells, as plain data: defined names, tables, linked workbooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from xlperf.formula.addresses import Area
from xlperf.values import Value


class DefinedName(NamedTuple):
    """A defined name; `sheet` is the sheet it is limited to, or None."""

    name: str
    text: str
    sheet: str | None = None
    is_hidden: bool = False


class Table(NamedTuple):
    """A table: the area with its header and totals rows, and the names of its columns."""

    name: str
    sheet: str
    area: Area
    columns: tuple[str, ...]
    header_rows: int = 1
    totals_rows: int = 0

    @property
    def data(self) -> Area:
        """The rows between header and totals."""
        top, left, bottom, right = self.area
        return Area(top + self.header_rows, left, bottom - self.totals_rows, right)


@dataclass(frozen=True)
class LinkedBook:
    """A linked workbook: the kept cells by sheet and reference, and its names as it defines them."""

    sheets: Mapping[str, Mapping[str, Value]]
    names: Mapping[tuple[str | None, str], str]
