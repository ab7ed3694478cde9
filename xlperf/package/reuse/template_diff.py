"""Worksheet parts that hold the same cell elements as one read before, but for some values: only these are read.

Most of a submission is its template, byte for byte. So the part is cut into rows, and those that differ into their cell
elements, which are compared as bytes; whatever is not another value in a cell that is there, written in the plain way,
is left to a closer reading.
"""

from __future__ import annotations

import operator
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import compress

from xlperf.errors import UserError
from xlperf.package.cells import Cell, Strings, plain_value
from xlperf.package.edit.cached_values import rewritten, same_value, typed_value
from xlperf.package.part_xml import checked
from xlperf.package.reuse.row_diff import Variation
from xlperf.package.reuse.sheet_elements import (
    ATTRIBUTES,
    CELL,
    CLOSED,
    ELEMENT,
    FORMULA,
    INLINE,
    OPENED,
    REF,
    REST,
    ROW,
    VALUE,
    Element,
    Elements,
    Frame,
    pieces,
    starts,
)
from xlperf.package.sheet_contents import Place, SheetContents
from xlperf.package.sheet_xml import SheetXml
from xlperf.values import Value

_SPILLS, _END = b"cm", b"</c>"
_SHEET_DATA = b"<sheetData>"
_ROOT = re.compile(rb"<worksheet[\s>]")

# Attributes, value and inline text of a cell element.
Saved = tuple[bytes, bytes | None, bytes | None]


class VariedCells(Variation):
    """All cell elements are those of the earlier reading but for the values of some."""

    def __init__(self, elements: Elements, xml: SheetXml, strings: Strings) -> None:
        super().__init__(elements.reading, xml)
        self._elements = elements
        self._strings = strings
        self._constants: dict[str, tuple[Place, Value]] = {}
        self._unusual: dict[str, Saved] = {}
        self._plain: list[tuple[Element, bytes]] = []

    def take_values(self, values: Iterable[tuple[Element, bytes]]) -> None:
        """Notes the values that differ; what a formula's was saved as is read when it is asked for.

        Errors: ValueError, LookupError, UserError: one can't be read.
        """
        for pair in values:
            known, value = pair
            if known.is_formula:
                self._plain.append(pair)
            elif known.kind == b"" and value and b"_" not in value:
                # Most are numbers.
                number = float(value)
                if number - number != 0.0:
                    raise ValueError("not finite")
                self._constants[known.ref] = known.place, number
            else:
                self._constants[known.ref] = known.place, plain_value(known.markup, value, None, self._strings)

    def take_pieces(self, pieces: Mapping[int, bytes]) -> bool:
        """Notes pieces that differ in more than the value; whether only what other values bring with them differs.

        Errors: ValueError, LookupError, UserError: one can't be read.
        """
        for number, piece in pieces.items():
            known = self._elements.known(number)
            saved = None if known is None else _saved(known, piece)
            if known is None or saved is None:
                return False
            if known.is_formula:
                self._unusual[known.ref] = saved
            else:
                self._constants[known.ref] = known.place, plain_value(*saved, self._strings)
        return True

    @cached_property
    def _saved(self) -> Mapping[str, Saved]:
        """What formulas were saved as that were saved as something else before."""
        return {**self._unusual, **{known.ref: (known.markup, value, None) for known, value in self._plain}}

    @cached_property
    def differing(self) -> Mapping[Place, Value]:
        """The constants that differ from those of the root, by row and column; None where a cell holds nothing now."""
        return dict(self._constants.values())

    @cached_property
    def results(self) -> Mapping[tuple[str, str], Value]:
        """The saved values of the cells that formulas fill, by sheet and reference; None where there is none."""
        sheet = self.xml.sheet
        return {**self.base.results, **{(sheet, ref): self._result(ref) for ref in self._saved}}

    @cached_property
    def cells(self) -> Mapping[str, Cell]:
        """The cells that hold a value or a formula, by reference, in order."""
        refs = dict.fromkeys((*self.base.cells, *self._constants))
        found = {ref: cell for ref in refs if (cell := self._cell(ref)) is not None}
        if len(refs) == len(self.base.cells):
            return found
        return dict(sorted(found.items(), key=lambda item: item[1].start))

    def seen_with(self, values: Mapping[str, Value]) -> SheetContents:
        """This reading with other saved values in some of its cells; where they stand in the part is left open."""
        cells = dict(self.base.cells)
        for ref in self._saved:
            cells[ref] = cells[ref]._replace(value=self._result(ref))
        for ref, ((row, column), value) in self._constants.items():
            cells[ref] = Cell(row, column, value, None, 0, 0)
        if any(value is None for _, value in self._constants.values()):
            cells = {ref: cell for ref, cell in cells.items() if cell.value is not None or cell.formula is not None}
        if any(ref not in self.base.cells for ref in self._constants):
            cells = dict(sorted(cells.items(), key=lambda item: item[1][:2]))
        return self._seen(cells, values)

    def cell(self, ref: str, row: int) -> Cell | None:
        """A cell that holds something, given its row too."""
        return self._cell(ref) if ref in self.base.cells or ref in self._constants else None

    def _cell(self, ref: str) -> Cell | None:
        base = self.base.cells.get(ref)
        if ref not in self._constants and base is not None:
            value = self._result(ref) if ref in self._saved else base.value
            number = self._elements.numbers[ref]
            offset = self._starts[number] - self._elements.starts[number]
            grown = len(self._pieces[number]) - len(self._elements.pieces[number])
            if not offset and not grown and value is base.value:
                return base
            start, end = base.start + offset, base.end + offset + grown
            return Cell(base.row, base.column, value, base.formula, start, end)
        (row, column), value = self._constants[ref]
        if value is None:
            return None
        start = self._starts[self._new_numbers[ref]]
        end = self.xml.content.index(_END, start) + len(_END)
        return Cell(row, column, value, None, start, end)

    def with_results(self, values: Mapping[str, Value]) -> bytes | None:
        """The part with other saved results of its formulas, cell element by cell element; None where all are as they were.

        Errors: LookupError: one is not the result of a formula that is written in the plain way.
        """
        rows, firsts = self.xml.content.split(ROW), self._elements.firsts
        changed: dict[int, list[tuple[int, Element, Value]]] = {}
        for ref, value in values.items():
            known = self._elements.known(self._elements.numbers[ref])
            if known is None or not known.is_formula:
                raise LookupError(ref)
            if not same_value(self._result(ref) if ref in self._saved else self.base.cells[ref].value, value):
                row = bisect_right(firsts, known.number) - 1
                changed.setdefault(row, []).append((known.number - firsts[row], known, value))
        for row, found in changed.items():
            theirs = rows[row].split(CELL)
            for index, known, value in found:
                theirs[index] = self._rewritten(known, theirs[index], value)
            rows[row] = CELL.join(theirs)
        return ROW.join(rows) if changed else None

    def _rewritten(self, known: Element, piece: bytes, value: Value) -> bytes:
        """The piece of a formula's cell element with another result."""
        if known.kind is not None and piece.startswith(known.head) and piece.endswith(known.tail):
            kind, stored = typed_value(self.xml, *known.place, value)
            if known.kind == kind and stored.startswith(OPENED):
                return known.head + stored[len(OPENED) : -len(CLOSED)] + known.tail
        end = piece.index(_END) + len(_END)
        return rewritten(self.xml, known.place, CELL + piece[:end], value, True)[len(CELL) :] + piece[end:]

    def _result(self, ref: str) -> Value:
        """What the result of a formula was saved as."""
        try:
            return plain_value(*self._saved[ref], self._strings)
        except (ValueError, LookupError, UserError):
            raise self.xml.unaccounted(self._starts[self._elements.numbers[ref]]) from None

    @cached_property
    def _rows(self) -> list[bytes]:
        head, *rows = self.xml.content.split(ROW)
        return [head, *(ROW + row for row in rows)]

    @cached_property
    def _pieces(self) -> list[bytes]:
        return pieces(self._rows)

    @cached_property
    def _starts(self) -> list[int]:
        return starts(self._rows)

    @cached_property
    def _new_numbers(self) -> Mapping[str, int]:
        refs = {b'r="%b"' % ref.encode(): ref for ref in self._constants}
        stated = ((piece[: piece.find(b'"', 3) + 1], number) for number, piece in enumerate(self._pieces))
        return {refs[markup]: number for markup, number in stated if markup in refs}


def varied_cells(elements: Elements, content: bytes, strings: Strings) -> VariedCells | None:
    """The reading of a part as a variation of an earlier one; None where more differs, or it must be read more closely."""
    if not elements.is_comparable:
        return None
    other = _Other(elements, content)
    others = _other_texts(elements, strings)
    if others is None or not other.is_alike() or not other.is_clean():
        return None
    varied = VariedCells(elements, elements.reading.xml.varied(content, other.grown), strings)
    if others:
        theirs = {number: elements.pieces[number] for number in others}
        for number in (*(known.number for known, _ in other.values), *other.pieces):
            theirs.pop(number, None)
        other.pieces |= theirs
    try:
        varied.take_values(other.values)
        return varied if varied.take_pieces(other.pieces) else None
    except (ValueError, LookupError, UserError):
        return None


class _Other:
    """Another part beside the one that is known: the values that differ, and pieces that differ in something else too."""

    def __init__(self, elements: Elements, content: bytes) -> None:
        self._elements, self._content = elements, content
        self.values: list[tuple[Element, bytes]] = []
        self.pieces: dict[int, bytes] = {}
        self.grown = 0
        self._strange: list[int] = []

    def is_alike(self) -> bool:
        """Goes through both; whether there are as many rows, and cells in each."""
        content, head = self._content, self._elements.rows[0]
        offset = len(head)
        if not content.startswith(head):
            offset = content.find(ROW)
            if offset < 0 or not _is_other_head(self._elements.reading.xml.part, head, content[:offset]):
                return False
            self.grown = offset - len(head)
        for frame in self._elements.frames:
            offset = self._after(frame, offset) or self._after_rows(frame.rows, offset)
            if not offset:
                return False
        self._elements.learn([element.number for element, _ in self.values], self._strange)
        return offset == len(content)

    def _after(self, frame: Frame, offset: int) -> int:
        """Where rows end that differ in the values that a frame leaves out; 0 where they differ in more."""
        content, known = self._content, len(self.values)
        starts_with, find = content.startswith, content.find
        for before, size, element, expected in frame.slots:
            if not starts_with(before, offset):
                break
            begin = offset + size
            offset = find(b"<", begin)
            value = content[begin:offset]
            if value != expected:
                self.values.append((element, value))
        else:
            if content.startswith(frame.last, offset):
                return offset + frame.size
        del self.values[known:]
        return 0

    def _after_rows(self, rows: range, offset: int) -> int:
        """Where rows end that differ in any values, or in more of as many cells; 0 where they differ otherwise."""
        for row in rows:
            known = self._elements.rows[row]
            if self._content.startswith(known, offset):
                offset += len(known)
                continue
            end = self._after(self._elements.frame(row), offset)
            if not end:
                self._strange.append(row)
                end = self._after_pieces(row, offset)
            if not end:
                return 0
            offset = end
        return offset

    def _after_pieces(self, row: int, offset: int) -> int:
        """Where a row ends that has as many cells; 0 where it has more or fewer."""
        end = self._content.find(ROW, offset + len(ROW))
        end = len(self._content) if end < 0 else end
        first, following = self._elements.firsts[row : row + 2]
        theirs = self._content[offset:end].split(CELL)
        if len(theirs) != following - first:
            return 0
        differ = map(operator.ne, self._elements.pieces[first:following], theirs)
        self.pieces.update(compress(zip(range(first, following), theirs, strict=True), differ))
        return end

    def is_clean(self) -> bool:
        """Whether all that differs is UTF-8, and without the one character that no XML has."""
        joined = b" ".join((*(value for _, value in self.values), *self.pieces.values()))
        if b"\0" in joined:
            return False
        try:
            joined.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True


def _saved(known: Element, piece: bytes) -> Saved | None:
    """What a cell element holds instead; None where more differs, or it is not written in the plain way."""
    head, tail = known.head, known.tail
    if piece.startswith(head) and piece.endswith(tail):
        value = piece[len(head) : -len(tail)]
        if b"<" not in value and len(piece) == len(head) + len(value) + len(tail):
            return known.markup, value, None
    match = ELEMENT.fullmatch(piece)
    if match is None or match.group(REF, FORMULA, REST) != known.fixed:
        return None
    # Whether a formula spills stands among the attributes of its cell.
    if known.is_formula and (_SPILLS in match[ATTRIBUTES] or _SPILLS in known.markup):
        return None
    return match[ATTRIBUTES], match[VALUE], match[INLINE]


def _other_texts(elements: Elements, strings: Strings) -> list[int] | None:
    """The pieces whose shared string is another one now; None where there is none."""
    known = elements.strings
    if not known or (theirs := strings()) is known or theirs == known:
        return []
    most = len(theirs)
    if elements.texts is None or any(text >= most for text in elements.texts.values()):
        return None
    return [number for number, text in elements.texts.items() if known[text] != theirs[text]]


def _is_other_head(part: str, mine: bytes, theirs: bytes) -> bool:
    """Whether what stands before the first cell differs in views and columns only."""
    before, begin, after = theirs.partition(_SHEET_DATA)
    if not begin or after != mine.partition(_SHEET_DATA)[2] or b"<!" in before or before.count(b"<?") > 1:
        return False
    return _ROOT.search(checked(part, before)) is not None
