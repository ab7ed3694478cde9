"""What a worksheet part was read as; a part much like one read before is read only in the rows where it differs."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from functools import cached_property
from itertools import accumulate, compress

from xlperf.package.cells import Cell, Strings, read_cell, read_cells, read_row
from xlperf.package.memory import CAPACITY, LARGEST
from xlperf.package.patching import result_cells
from xlperf.package.sharing import expanded
from xlperf.package.sheetxml import SheetXml
from xlperf.values import Value

Row = Mapping[str, Cell]
_ROW = b"<row "
_MARKER = b"<!"
_CELL, _ROW_END = b"<c ", b"</row>"


class Reading:
    """A worksheet part with its cells and formulas.

    Where `base` is given, all rows are those of that earlier reading but for the ones in `changed`; these hold the
    same formulas in the same cells, only with other values.
    """

    def __init__(self, xml: SheetXml, cells: Mapping[str, Cell] | None, base: Reading | None = None) -> None:
        self.xml = xml
        self.base = base
        self.changed: Mapping[int, Row] = {}
        self._offsets: Mapping[int, int] = {}
        if cells is not None:
            self.cells = cells

    @cached_property
    def cells(self) -> Mapping[str, Cell]:
        """The cells that hold a value or a formula, by reference, in order."""
        base = self._base
        found: dict[str, Cell] = {}
        for number, row in base.rows.items():
            offset = self._offsets[number]
            if number in self.changed:
                found.update(self.changed[number])
            elif offset:
                found.update((ref, _moved(cell, offset)) for ref, cell in row.items())
            else:
                found.update(row)
        return found

    @property
    def _base(self) -> Reading:
        if self.base is None:
            raise ValueError("a reading without a base has its cells")
        return self.base

    @property
    def root(self) -> Reading:
        """The reading that this one is a variation of; itself where it is none."""
        return self.base or self

    def cell(self, ref: str, row: int) -> Cell | None:
        """A cell that holds something, given its row too."""
        if self.base is None:
            return self.cells.get(ref)
        if row in self.changed:
            return self.changed[row].get(ref)
        cell = self.base.cells.get(ref)
        offset = self._offsets.get(row, 0)
        return cell if cell is None or not offset else _moved(cell, offset)

    @cached_property
    def formulas(self) -> Mapping[str, str]:
        """The formulas by reference, shared ones written out."""
        return self.base.formulas if self.base is not None else expanded(self.xml.sheet, self.cells)

    @cached_property
    def formula_items(self) -> tuple[tuple[str, str], ...]:
        """The formulas as pairs, to compare and to hash."""
        return self.base.formula_items if self.base is not None else tuple(self.formulas.items())

    @cached_property
    def results(self) -> Mapping[tuple[str, str], Value]:
        """The saved values of the cells that formulas fill, by sheet and reference; None where there is none."""
        sheet = self.xml.sheet
        if self.base is None:
            return {(sheet, ref): cell.value for ref, cell in result_cells(self.cells).items()}
        found = dict(self.base.results)
        for row in self.changed.values():
            found.update(((sheet, ref), cell.value) for ref, cell in row.items() if cell.formula is not None)
        return found

    @cached_property
    def rows(self) -> Mapping[int, Row]:
        """The cells by row."""
        found: dict[int, dict[str, Cell]] = {}
        for ref, cell in self.cells.items():
            found.setdefault(cell.row, {})[ref] = cell
        return found

    @cached_property
    def pieces(self) -> list[bytes] | None:
        """The part cut before each row's number; None where a row may begin in another way."""
        content = self.xml.content
        if self.xml.grammar.prefix or self.xml.is_closed or content.count(_MARKER):
            return None
        return content.split(_ROW)

    @cached_property
    def is_plain(self) -> bool:
        """Whether all formulas are ordinary ones, so that rows can be read by themselves."""
        return self.pieces is not None and all(
            cell.formula is None or cell.formula.is_ordinary for cell in self.cells.values()
        )

    @cached_property
    def _numbers(self) -> list[int]:
        """The number of the row that each piece but the first begins; 0 where it can't be told."""
        return [_number(piece) for piece in (self.pieces or [b""])[1:]]

    def varied(self, xml: SheetXml, strings: Strings, *, date1904: bool) -> Reading | None:
        """The reading of another part as a variation of this one; None where more than values differs."""
        reading = Reading(xml, None, self)
        mine, pieces = self.pieces, reading.pieces
        if mine is None or pieces is None or len(mine) != len(pieces) or not self.is_plain:
            return None
        starts = list(accumulate(map(len, pieces), lambda start, size: start + size + len(_ROW), initial=0))
        offsets = list(map(operator.sub, starts, self._starts))
        changed: dict[int, Row] = {}
        for index in compress(range(len(pieces)), map(operator.ne, mine, pieces)):
            if index == 0:
                # Before the rows: other views and columns are no matter, as long as the cells begin at its end.
                if xml.start != len(pieces[0]):
                    return None
                continue
            number = self._numbers[index - 1]
            start = starts[index] - len(_ROW)
            end = xml.end if index == len(pieces) - 1 else starts[index + 1] - len(_ROW)
            row = self._varied_cells(reading, index, (starts[index], end), strings, date1904) if number else None
            if row is None and number:
                row = read_row(xml, strings, (start, end), number, date1904=date1904)
            if row is None or not _is_alike(self.rows.get(number, {}), row):
                return None
            changed[number] = row
        reading.changed = changed
        reading._offsets = dict(zip(self._numbers, offsets[1:], strict=False))
        return reading

    def _varied_cells(
        self, other: Reading, index: int, span: tuple[int, int], strings: Strings, date1904: bool
    ) -> Row | None:
        """A row of another part that has the same cell elements but for a few; None where it must be read as a whole."""
        mine, theirs = ((reading.pieces or [])[index].split(_CELL) for reading in (self, other))
        if len(mine) != len(theirs) or mine[0] != theirs[0]:
            return None
        number = self._numbers[index - 1]
        known = self.rows.get(number, {})
        found: dict[str, Cell] = {}
        start, offset = span[0] + len(theirs[0]), span[0] - self._starts[index]
        for old, new in zip(mine[1:], theirs[1:], strict=True):
            end = start + len(_CELL) + len(new)
            ref = _stated_ref(old)
            cell = known.get(ref)
            if old == new:
                if cell is not None:
                    found[ref] = _moved(cell, offset) if offset else cell
            else:
                element = span[1] - len(_ROW_END) if end >= span[1] else end
                is_blank = _is_blank(new[: element - start - len(_CELL)])
                read = None if is_blank else read_cell(other.xml, strings, (start, element), number, date1904=date1904)
                if _stated_ref(new) != ref or (read is None and not is_blank):
                    return None
                if read is not None:
                    found[ref] = read
                offset += len(new) - len(old)
            start = end
        is_whole = other.xml.content.startswith(_ROW_END, span[1] - len(_ROW_END))
        return found if is_whole else None

    @cached_property
    def _starts(self) -> list[int]:
        pieces = self.pieces or []
        return list(accumulate(map(len, pieces), lambda start, size: start + size + len(_ROW), initial=0))


def _number(piece: bytes) -> int:
    digits = piece[3 : piece.find(b'"', 3)] if piece.startswith(b'r="') else b""
    return int(digits) if digits.isdigit() else 0


def _stated_ref(piece: bytes) -> str:
    """The reference in a cell element without its first characters; nothing where it isn't the first attribute."""
    return piece[3 : piece.find(b'"', 3)].decode("ascii", "replace") if piece.startswith(b'r="') else ""


def _is_blank(piece: bytes) -> bool:
    """Whether a cell element without its first characters is one closed tag."""
    return piece.endswith(b"/>") and piece.find(b">") == len(piece) - 1 and b"<" not in piece


def _moved(cell: Cell, offset: int) -> Cell:
    return Cell(cell.row, cell.column, cell.value, cell.formula, cell.start + offset, cell.end + offset)


def _is_alike(known: Row, row: Row) -> bool:
    """Whether two rows have the same formulas in the same cells."""
    mine = [(ref, cell.formula) for ref, cell in known.items() if cell.formula is not None]
    return mine == [(ref, cell.formula) for ref, cell in row.items() if cell.formula is not None]


class Readings:
    """The readings that others may be variations of: the latest whole one for each sheet of a few workbooks.

    Like the memory of readings, bounded by the bytes read.
    """

    def __init__(self, capacity: int = CAPACITY, largest: int = LARGEST) -> None:
        self._capacity = capacity
        self._largest = largest
        self._held = 0
        self._known: OrderedDict[Hashable, Reading] = OrderedDict()

    def read(self, key: Hashable, xml: SheetXml, strings: Strings, *, date1904: bool) -> Reading:
        """A part, compared with the reading known by that key; a whole one takes its place."""
        known = self._known.get(key)
        if known is not None:
            varied = known.varied(xml, strings, date1904=date1904)
            if varied is not None:
                self._known.move_to_end(key)
                return varied
        reading = Reading(xml, read_cells(xml, strings, date1904=date1904))
        if len(xml.content) <= self._largest:
            self._forget(key)
            self._known[key] = reading
            self._held += len(xml.content)
            while self._held > self._capacity:
                self._forget(next(iter(self._known)))
        return reading

    def _forget(self, key: Hashable) -> None:
        forgotten = self._known.pop(key, None)
        if forgotten is not None:
            self._held -= len(forgotten.xml.content)


READINGS = Readings()
