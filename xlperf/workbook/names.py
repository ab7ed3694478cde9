"""Reading a workbook through its defined names, wherever rows and columns have moved to."""

from __future__ import annotations

import re
from functools import cached_property

from xlperf.errors import CellError, UserError
from xlperf.package import Package
from xlperf.package.addresses import Area, area, reference
from xlperf.values import Grid, Value, is_blank

_TARGET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)")
_SEPARATORS = re.compile(r"[、,，;；\s]+")
Place = tuple[str, str]


def listed(value: Value) -> tuple[str, ...]:
    """The codes that a cell lists, however people separate them."""
    if is_blank(value) or isinstance(value, CellError):
        return ()
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return tuple(part for part in _SEPARATORS.split(text) if part)


class NamedCells:
    """The named cells and columns of a package."""

    def __init__(self, package: Package) -> None:
        self.package = package

    @cached_property
    def _targets(self) -> dict[str, tuple[str, Area]]:
        found = {}
        for name in self.package.names:
            match = _TARGET.fullmatch(name.text)
            if match and name.sheet is None:
                sheet = (match[1] or match[2]).replace("''", "'")
                found[name.name] = (sheet, area(match[3].replace("$", "")))
        return found

    def has(self, name: str) -> bool:
        """Whether there is such a name, and it stands for cells."""
        return name in self._targets

    @cached_property
    def of_cells(self) -> dict[Place, str]:
        """The names that stand for one cell each, by that cell."""
        return {
            (sheet, reference(target.top, target.left)): name
            for name, (sheet, target) in self._targets.items()
            if target.size == 1
        }

    def area(self, name: str) -> tuple[str, Area]:
        """The sheet and the cells of a name.

        Errors: UserError: the name is gone or stands for something else.
        """
        return self._target(name)

    def place(self, name: str) -> Place:
        """The sheet and reference of a named cell.

        Errors: UserError: the name is gone or stands for something else.
        """
        sheet, target = self._target(name)
        return sheet, reference(target.top, target.left)

    def value(self, name: str) -> Value:
        """The value of a named cell."""
        return self.package.value(*self.place(name))

    def places(self, name: str) -> list[Place]:
        """The cells of a named column, from above."""
        sheet, target = self._target(name)
        return [(sheet, reference(row, target.left)) for row in range(target.top, target.bottom + 1)]

    def column(self, name: str) -> list[Value]:
        """The values of a named column, from above."""
        return [self.package.value(*place) for place in self.places(name)]

    def grid(self, name: str) -> Grid:
        """The values of a named area, row by row."""
        sheet, target = self._target(name)
        return [
            [self.package.value(sheet, reference(row, column)) for column in range(target.left, target.right + 1)]
            for row in range(target.top, target.bottom + 1)
        ]

    def by_code(self, codes: str, name: str) -> dict[str, Place]:
        """The cells of one named column by the codes of another in the same rows."""
        pairs = zip(self.column(codes), self.places(name), strict=True)
        return {f"{code:g}" if isinstance(code, float) else str(code): place for code, place in pairs if code}

    def _target(self, name: str) -> tuple[str, Area]:
        if name not in self._targets:
            raise UserError(f"工作簿里的名称 {name} 不见了或被改指别处，请用原始工作簿重新填报。")
        return self._targets[name]
