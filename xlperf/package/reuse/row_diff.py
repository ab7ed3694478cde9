"""Worksheet parts much like one read before: only the rows that differ are read."""

from __future__ import annotations

import operator
from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate, compress

from xlperf.package.cells import Cell, Strings, read_row
from xlperf.package.sheet_contents import Place, Row, SheetContents
from xlperf.package.sheet_xml import SheetXml
from xlperf.values import Value

_ROW, _MARKER = b"<row ", b"<!"


class Variation(SheetContents):
    """A part with the formulas of an earlier one in the same cells, and other values in some."""

    def __init__(self, base: SheetContents, xml: SheetXml) -> None:
        self.base = base
        self.xml = xml
        self._origin = None

    @property
    def root(self) -> SheetContents:
        """The earlier reading."""
        return self.base

    @cached_property
    def formulas(self) -> Mapping[str, str]:
        """The formulas by reference, shared ones written out."""
        return self.base.formulas

    @cached_property
    def formula_items(self) -> tuple[tuple[str, str], ...]:
        """The formulas as pairs, to compare and to hash."""
        return self.base.formula_items

    @cached_property
    @abstractmethod
    def cells(self) -> Mapping[str, Cell]:
        """The cells that hold a value or a formula, by reference, in order."""

    @abstractmethod
    def cell(self, ref: str, row: int) -> Cell | None:
        """A cell that holds something, given its row too."""


class VariedRows(Variation):
    """All rows are those of the earlier reading but for some."""

    def __init__(
        self, base: SheetContents, xml: SheetXml, changed: Mapping[int, Row], offsets: Mapping[int, int]
    ) -> None:
        super().__init__(base, xml)
        self._changed = changed
        self._offsets = offsets

    @cached_property
    def cells(self) -> Mapping[str, Cell]:
        """The cells that hold a value or a formula, by reference, in order."""
        found: dict[str, Cell] = {}
        for number, row in self.base.rows.items():
            offset = self._offsets[number]
            if number in self._changed:
                found.update(self._changed[number])
            elif offset:
                found.update((ref, moved(cell, offset)) for ref, cell in row.items())
            else:
                found.update(row)
        return found

    @cached_property
    def differing(self) -> Mapping[Place, Value]:
        """The constants that differ from those of the root, by row and column; None where a cell holds nothing now."""
        found: dict[Place, Value] = {}
        for number, row in self._changed.items():
            known = self.base.rows.get(number, {})
            found |= {(c.row, c.column): None for ref, c in known.items() if c.formula is None and ref not in row}
            found |= {(c.row, c.column): c.value for c in row.values() if c.formula is None}
        return found

    def cell(self, ref: str, row: int) -> Cell | None:
        """A cell that holds something, given its row too."""
        if row in self._changed:
            return self._changed[row].get(ref)
        cell = self.base.cells.get(ref)
        offset = self._offsets.get(row, 0)
        return cell if cell is None or not offset else moved(cell, offset)

    @cached_property
    def results(self) -> Mapping[tuple[str, str], Value]:
        """The saved values of the cells that formulas fill, by sheet and reference; None where there is none."""
        sheet = self.xml.sheet
        found = dict(self.base.results)
        for row in self._changed.values():
            found.update(((sheet, ref), cell.value) for ref, cell in row.items() if cell.formula is not None)
        return found


def varied_rows(base: SheetContents, xml: SheetXml, strings: Strings, *, date1904: bool) -> VariedRows | None:
    """The reading of a part as a variation of an earlier one; None where more than values differs."""
    if not base.is_plain or xml.grammar.prefix or xml.is_closed or _MARKER in xml.content:
        return None
    rows = _Rows(base, xml, strings, date1904)
    changed = rows.changed()
    if changed is None:
        return None
    return VariedRows(base, xml, changed, dict(zip(rows.numbers, rows.offsets[1:], strict=False)))


class _Rows:
    """The rows of a part beside those of an earlier one."""

    def __init__(self, base: SheetContents, xml: SheetXml, strings: Strings, date1904: bool) -> None:
        self._base, self._xml = base, xml
        self._strings, self._date1904 = strings, date1904
        self._mine, self._theirs = base.pieces, xml.content.split(_ROW)
        self._starts = _starts(self._theirs)
        self.offsets = list(map(operator.sub, self._starts, _starts(self._mine)))
        self.numbers = [_number(piece) for piece in self._mine[1:]]

    def changed(self) -> dict[int, Row] | None:
        """The rows that differ; None where they hold other formulas, or can't be read by themselves."""
        if len(self._mine) != len(self._theirs):
            return None
        changed: dict[int, Row] = {}
        for index in compress(range(len(self._mine)), map(operator.ne, self._mine, self._theirs)):
            if index == 0:
                # Before the rows: other views and columns are no matter, as long as the cells begin at its end.
                if self._xml.start != len(self._theirs[0]):
                    return None
                continue
            number = self.numbers[index - 1]
            row = self._row(index, number)
            if row is None or not _is_alike(self._base.rows.get(number, {}), row):
                return None
            changed[number] = row
        return changed

    def _row(self, index: int, number: int) -> Row | None:
        if not number:
            return None
        end = self._xml.end if index == len(self._theirs) - 1 else self._starts[index + 1] - len(_ROW)
        span = self._starts[index] - len(_ROW), end
        return read_row(self._xml, self._strings, span, number, date1904=self._date1904)


def _starts(pieces: list[bytes]) -> list[int]:
    return list(accumulate(map(len, pieces), lambda start, size: start + size + len(_ROW), initial=0))


def _number(piece: bytes) -> int:
    """The number of the row that a piece begins; 0 where it can't be told."""
    digits = piece[3 : piece.find(b'"', 3)] if piece.startswith(b'r="') else b""
    return int(digits) if digits.isdigit() else 0


def _is_alike(known: Row, row: Row) -> bool:
    """Whether two rows have the same formulas in the same cells."""
    mine = [(ref, cell.formula) for ref, cell in known.items() if cell.formula is not None]
    return mine == [(ref, cell.formula) for ref, cell in row.items() if cell.formula is not None]


def moved(cell: Cell, offset: int) -> Cell:
    """The cell at another place of the part."""
    return Cell(cell.row, cell.column, cell.value, cell.formula, cell.start + offset, cell.end + offset)
