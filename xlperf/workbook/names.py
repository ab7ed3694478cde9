"""Reading a workbook through its defined names, wherever rows and columns have moved to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache

from xlperf.errors import CellError, UserError
from xlperf.formula.addresses import Area, possible_area, reference
from xlperf.package import Package
from xlperf.package.book import Names
from xlperf.values import Grid, Value, is_blank

_TARGET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)")
_SEPARATORS = re.compile(r"[、,，;；\s]+")
Place = tuple[str, str]
MOST_ROWS = 20_000


def listed(value: Value) -> tuple[str, ...]:
    """The codes that a cell lists, however people separate them."""
    if is_blank(value) or isinstance(value, CellError):
        return ()
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return tuple(part for part in _SEPARATORS.split(text) if part)


@lru_cache(maxsize=1024)
def _refs(column: Area) -> tuple[str, ...]:
    """The references of the first column of an area, from above."""
    return tuple(reference(row, column.left) for row in range(column.top, column.bottom + 1))


class _Places(dict[str, Place]):
    """Cells by code; a code that is gone is the user's to put right."""

    def __init__(self, codes: str, found: dict[str, Place]) -> None:
        super().__init__(found)
        self._codes = codes

    def __missing__(self, code: str) -> Place:
        raise UserError(f"工作簿里的编码 {code} 不见了（名称 {self._codes}），请用原始工作簿重新填报。")


@lru_cache(maxsize=8)
def _targets(names: Names) -> Mapping[str, tuple[str, Area]]:
    """The cells that names stand for; the names of all submissions of a template are the same."""
    found = {}
    for name in names:
        match = _TARGET.fullmatch(name.text)
        if match and name.sheet is None:
            sheet = (match[1] or match[2]).replace("''", "'")
            target = possible_area(match[3].replace("$", ""))
            if target is not None and target.bottom - target.top < MOST_ROWS:
                found[name.name] = (sheet, target)
    return found


def _target(targets: Mapping[str, tuple[str, Area]], name: str) -> tuple[str, Area]:
    if name not in targets:
        raise UserError(f"工作簿里的名称 {name} 不见了或被改指别处，请用原始工作簿重新填报。")
    return targets[name]


def _differing(one: str, other: str) -> UserError:
    return UserError(f"工作簿里的名称 {one} 和 {other} 行数不同，被改动过；请用原始工作簿重新填报。")


class NamedCells:
    """The named cells and columns of a package."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._known_codes: dict[str, list[str]] = {}

    @cached_property
    def _targets(self) -> Mapping[str, tuple[str, Area]]:
        return _targets(self.package.names)

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
        return [(sheet, ref) for ref in _refs(target)]

    def column(self, name: str) -> list[Value]:
        """The values of a named column, from above."""
        sheet, target = self._target(name)
        cells = self.package.cells(sheet)
        return [None if (cell := cells.get(ref)) is None else cell.value for ref in _refs(target)]

    def grid(self, name: str) -> Grid:
        """The values of a named area, row by row."""
        sheet, target = self._target(name)
        return [
            [self.package.value(sheet, reference(row, column)) for column in range(target.left, target.right + 1)]
            for row in range(target.top, target.bottom + 1)
        ]

    def rows(self, *names: str) -> list[tuple[Value, ...]]:
        """The values of several named columns, row by row.

        Errors: UserError: they are not of the same length any more.
        """
        columns = [self.column(name) for name in names]
        for name, column in zip(names, columns, strict=True):
            if len(column) != len(columns[0]):
                raise _differing(names[0], name)
        return list(zip(*columns, strict=True))

    def by_code(self, codes: str, name: str) -> dict[str, Place]:
        """The cells of one named column by the codes of another in the same rows."""
        known, places = self._codes(codes), self.places(name)
        if len(known) != len(places):
            raise _differing(codes, name)
        return _Places(codes, {code: place for code, place in zip(known, places, strict=True) if code})

    def _codes(self, name: str) -> list[str]:
        """A column of codes as text, empty where there is none; read once, as many columns stand beside it."""
        if name not in self._known_codes:
            column = self.column(name)
            self._known_codes[name] = [
                f"{code:g}" if isinstance(code, float) else str(code) if code else "" for code in column
            ]
        return self._known_codes[name]

    def _target(self, name: str) -> tuple[str, Area]:
        return _target(self._targets, name)
