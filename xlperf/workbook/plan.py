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
from xlperf.workbook.needs import Needs
from xlperf.workbook.roles import Copy, Role

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import EvaluationData
    from xlperf.workbook.drawing.sheet import Sheet

FREE_LINES = 30


@dataclass(frozen=True)
class SheetDeclaration:
    """A sheet of the workbook: its title, what it is for (as the cover says), its columns, and how it is laid out.

    `filled_by`: who fills it in. `is_used`: whether a framework's workbook has it. `is_needed`: whether it is of use
    there, else it is hidden until somebody asks for it. `is_hidden`: nobody is meant to look at it.
    `is_for_unit`: whether a unit has any use for what is calculated there.
    """

    title: str
    purpose: str
    columns: Columns
    lay_out: Callable[[Plan], None]
    filled_by: Role = Role.COMPUTED
    is_used: Callable[[Framework], bool] = lambda framework: True
    is_needed: Callable[[Needs], bool] = lambda needs: True
    is_hidden: bool = False
    is_for_unit: bool = True

    def role_of(self, column: str, framework: Framework) -> Role:
        """Who fills in a column of it."""
        return (self.columns[column].filled_by or self.filled_by).of(framework)

    def group(self, framework: Framework, copy: Copy) -> Role:
        """Where the cover of a copy lists it: a unit is told of its own column in a sheet of the evaluator's."""
        own = self.filled_by.of(framework)
        return Role.UNIT if copy is Copy.UNIT and self._is_for_unit(framework) else own

    def is_shown(self, needs: Needs, copy: Copy) -> bool:
        """Whether people see it in a copy."""
        if self.is_hidden or not self.is_needed(needs) or not (self.is_for_unit or copy is not Copy.UNIT):
            return False
        is_evaluators = self.filled_by.of(needs.framework) is Role.EVALUATOR
        return not (copy is Copy.UNIT and is_evaluators and not self._is_for_unit(needs.framework))

    def _is_for_unit(self, framework: Framework) -> bool:
        return any(self.role_of(column, framework) is Role.UNIT for column in self.columns.inputs)

    def at(self, row: int, pin: Pin = "") -> Cells:
        """The cells of a row as formulas on other sheets write them."""
        return self.columns.at(row, pin, self.title)

    def span(self, first: str, top: int, bottom: int, *, to: str = "", pin: Pin = "") -> str:
        """The cells of a column (up to a further one) between two rows as formulas on other sheets write them."""
        return self.columns.span(first, top, bottom, to=to, pin=pin, sheet=self.title)


@dataclass(frozen=True)
class Plan:
    """The workbook under construction and everything that its sheets are made from.

    `copy`: for whom. `draw` begins a sheet; this and the drawing behind it is all that knows openpyxl. `rows`: by the title of a sheet and
    a code, the rows that it stands in, as sheets tell others that are laid out after them.
    """

    source: FrameworkFile
    data: EvaluationData | None
    draw: Callable[[str, Columns], Sheet]
    sheets: tuple[SheetDeclaration, ...] = ()
    copy: Copy = Copy.ALL
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
    def needs(self) -> Needs:
        """What is of use for the framework and the data."""
        return Needs(self.framework, self.data)

    def is_shown(self, sheet: SheetDeclaration) -> bool:
        """Whether people see a sheet: not one that is of no use, not one that the data file says doesn't apply."""
        left_out = self.data.not_applicable if self.data else ()
        return sheet.title not in left_out and sheet.is_shown(self.needs, self.copy)

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators in the order of their levels and groups, so that each level is one block of rows."""
        groups = [(level.name, group.name) for level in self.framework.levels for group in level.groups]
        return sorted(self.framework.indicators, key=lambda i: groups.index((i.level, i.group)))


def join(codes: tuple[str, ...]) -> str | None:
    """Codes as people list them in one cell; None where there are none."""
    return "、".join(codes) or None
