"""What is laid out: a framework, the unit's data (or none), the sheets of the workbook, and how they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.loading import FrameworkFile
from xlperf.frameworks.schema import Framework
from xlperf.workbook.columns import Cells, Columns, Pin

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import EvaluationData
    from xlperf.workbook.drawing.sheet import Sheet

FREE_LINES = 30


@dataclass(frozen=True)
class SheetDeclaration:
    """A sheet of the workbook: its title, what it is for (as the cover says), its columns, and how it is laid out.

    `is_used`: whether a framework's workbook has it. `is_hidden`: nobody is meant to look at it.
    """

    title: str
    purpose: str
    columns: Columns
    lay_out: Callable[[Plan], None]
    is_used: Callable[[Framework], bool] = lambda framework: True
    is_hidden: bool = False

    def at(self, row: int, pin: Pin = "") -> Cells:
        """The cells of a row as formulas on other sheets write them."""
        return self.columns.at(row, pin, self.title)

    def span(self, first: str, top: int, bottom: int, *, to: str = "", pin: Pin = "") -> str:
        """The cells of a column (up to a further one) between two rows as formulas on other sheets write them."""
        return self.columns.span(first, top, bottom, to=to, pin=pin, sheet=self.title)


@dataclass(frozen=True)
class Plan:
    """The workbook under construction and everything that its sheets are made from.

    `draw` begins a sheet; this and the drawing behind it is all that knows openpyxl. `rows`: by the title of a sheet and
    a code, the rows that it stands in, as sheets tell others that are laid out after them.
    """

    source: FrameworkFile
    data: EvaluationData | None
    draw: Callable[[str, Columns], Sheet]
    sheets: tuple[SheetDeclaration, ...] = ()
    rows: dict[str, Mapping[str, range]] = field(default_factory=dict)

    @property
    def framework(self) -> Framework:
        """The indicator system."""
        return self.source.framework

    def free_lines(self, table: str, given: int, spare: int = FREE_LINES) -> int:
        """How many blank lines a table gets below those given, so that some are left below what is filled in later."""
        return max(self.room(table) - given, 0) + spare

    def room(self, table: str) -> int:
        """How many lines of a table will be filled in once the workbook is laid out, where the data say so."""
        return self.data.room.get(table, 0) if self.data else 0

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators in the order of their levels and groups, so that each level is one block of rows."""
        groups = [(level.name, group.name) for level in self.framework.levels for group in level.groups]
        return sorted(self.framework.indicators, key=lambda i: groups.index((i.level, i.group)))


def join(codes: tuple[str, ...]) -> str | None:
    """Codes as people list them in one cell; None where there are none."""
    return "、".join(codes) or None
