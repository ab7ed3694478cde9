"""Worksheet parts that hold the same cell elements as one read before, but for some values: only these are read.

Most of a submission is its template, byte for byte. So the part is cut into its cell elements, which are compared as
bytes; whatever is not another value in a cell that is there, written in the plain way, is left to a closer reading.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate, compress
from typing import NamedTuple

from xlperf.errors import UserError
from xlperf.package.addresses import position
from xlperf.package.cells import Cell, Strings, plain_value
from xlperf.package.markup import checked
from xlperf.package.readings import Place, Reading
from xlperf.package.sheetxml import SheetXml
from xlperf.package.variations import Variation
from xlperf.values import Value

_BEGIN, _SPILLS = b"<c ", b"cm"
_SHEET_DATA = b"<sheetData>"
_ROOT = re.compile(rb"<worksheet[\s>]")
_SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
# Reference, attributes, formula element, value, inline text; and what follows up to the next cell element.
_ELEMENT = re.compile(
    rb'r="([A-Z]{1,3}[1-9][0-9]{0,6})"([^<>/]*)(?:/>|>(<f(?=[\s/>])[^<>]*(?:(?<=/)>|>[^<]*</f>))?'
    rb'(?:<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)(.*)',
    re.S,
)
_REF, _ATTRIBUTES, _FORMULA, _VALUE, _INLINE, _REST = range(1, 7)

# Attributes, value and inline text of a cell element.
Saved = tuple[bytes, bytes | None, bytes | None]


class _Known(NamedTuple):
    """A cell element of the earlier part, and what another one must have in common with it.

    `head` and `tail` are what stands before and after the value; most elements differ in nothing else.
    """

    ref: str
    place: Place
    is_formula: bool
    fixed: tuple[bytes | None, ...]
    markup: bytes
    head: bytes
    tail: bytes


class Elements:
    """The cell elements of a part that was read as a whole, with the shared strings that it was read with."""

    def __init__(self, reading: Reading, strings: Sequence[str]) -> None:
        self.reading = reading
        self.strings = strings
        self._known: dict[int, _Known | None] = {}

    @cached_property
    def pieces(self) -> list[bytes]:
        """The part cut at the beginning of each cell element."""
        return self.reading.xml.content.split(_BEGIN)

    @cached_property
    def starts(self) -> list[int]:
        """Where the element begins that each piece is of."""
        return starts(self.pieces)

    @cached_property
    def is_comparable(self) -> bool:
        """Whether another part may be told to be alike from its bytes: no cell has its value from another's formula."""
        cells, known = self.reading.cells.values(), set(self.starts)
        formulas = (cell.formula for cell in cells)
        has_own_values = all(formula is None or formula.fills is None for formula in formulas)
        return self.reading.is_comparable and has_own_values and all(cell.start in known for cell in cells)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The pieces by the references of the cells that hold something."""
        by_start = {start: number for number, start in enumerate(self.starts)}
        return {ref: by_start[cell.start] for ref, cell in self.reading.cells.items()}

    @cached_property
    def texts(self) -> Mapping[int, int] | None:
        """The pieces with a shared string, and its number; None where one is not written in the plain way."""
        found = {}
        for number, piece in enumerate(self.pieces):
            if _SHARED.search(piece):
                match = _ELEMENT.fullmatch(piece)
                if match is None or not (match[_VALUE] or b"").isdigit():
                    return None
                found[number] = int(match[_VALUE])
        return found

    def known(self, number: int) -> _Known | None:
        """A cell element; None where it is not written in the plain way, or is no cell."""
        if number not in self._known:
            piece, xml = self.pieces[number], self.reading.xml
            match = _ELEMENT.fullmatch(piece)
            is_cell = match is not None and xml.start <= self.starts[number] < xml.end
            self._known[number] = _known(match, piece) if match is not None and is_cell else None
        return self._known[number]


def _known(match: re.Match[bytes], piece: bytes) -> _Known:
    ref = match[_REF].decode()
    has_value = match[_VALUE] is not None
    return _Known(
        ref,
        position(ref),
        match[_FORMULA] is not None,
        match.group(_REF, _FORMULA, _REST),
        match[_ATTRIBUTES],
        piece[: match.start(_VALUE)] if has_value else piece,
        piece[match.end(_VALUE) :] if has_value else piece,
    )


class VariedCells(Variation):
    """All cell elements are those of the earlier reading but for the values of some."""

    def __init__(self, elements: Elements, xml: SheetXml, pieces: list[bytes], strings: Strings) -> None:
        super().__init__(elements.reading, xml)
        self._elements = elements
        self._pieces = pieces
        self._strings = strings
        self._constants: dict[str, tuple[Place, Value]] = {}
        self._saved: dict[str, Saved] = {}

    def take(self, known: _Known, saved: Saved) -> None:
        """Notes the value of a cell that differs; what a formula's was saved as is read when it is asked for.

        Errors: ValueError, LookupError, UserError: it can't be read.
        """
        if known.is_formula:
            self._saved[known.ref] = saved
        else:
            self._constants[known.ref] = known.place, plain_value(*saved, self._strings)

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

    def seen_with(self, values: Mapping[str, Value]) -> Reading:
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
        end = self.xml.content.index(b"</c>", start) + len(b"</c>")
        return Cell(row, column, value, None, start, end)

    def _result(self, ref: str) -> Value:
        """What the result of a formula was saved as."""
        try:
            return plain_value(*self._saved[ref], self._strings)
        except (ValueError, LookupError, UserError):
            raise self.xml.unaccounted(self._starts[self._elements.numbers[ref]]) from None

    @cached_property
    def _starts(self) -> list[int]:
        return starts(self._pieces)

    @cached_property
    def _new_numbers(self) -> Mapping[str, int]:
        refs = {b'r="%b"' % ref.encode(): ref for ref in self._constants}
        stated = ((piece[: piece.find(b'"', 3) + 1], number) for number, piece in enumerate(self._pieces))
        return {refs[markup]: number for markup, number in stated if markup in refs}


def varied_cells(elements: Elements, content: bytes, strings: Strings) -> VariedCells | None:
    """The reading of a part as a variation of an earlier one; None where more differs, or it must be read more closely."""
    pieces = content.split(_BEGIN)
    mine = elements.pieces
    if len(pieces) != len(mine) or not elements.is_comparable:
        return None
    numbers = [*compress(range(len(mine)), map(operator.ne, mine, pieces))]
    xml = elements.reading.xml
    grown = 0
    if numbers and numbers[0] == 0:
        if not _is_other_head(xml.part, mine[0], pieces[0]):
            return None
        grown = len(pieces[0]) - len(mine[0])
        del numbers[0]
    if not _are_clean([pieces[number] for number in numbers]):
        return None
    varied = VariedCells(elements, xml.varied(content, grown), pieces, strings)
    others = _other_texts(elements, strings)
    if others is None or not _taken(varied, elements, pieces, dict.fromkeys((*numbers, *others))):
        return None
    return varied


def _taken(varied: VariedCells, elements: Elements, pieces: list[bytes], numbers: Mapping[int, None]) -> bool:
    """Takes the values of some cells; whether no more than these differ."""
    for number in numbers:
        known, piece = elements.known(number), pieces[number]
        saved = None if known is None else _saved(known, piece)
        if known is None or saved is None:
            return False
        try:
            varied.take(known, saved)
        except (ValueError, LookupError, UserError):
            return False
    return True


def _saved(known: _Known, piece: bytes) -> Saved | None:
    """What a cell element holds instead; None where more differs, or it is not written in the plain way."""
    head, tail = known.head, known.tail
    if piece.startswith(head) and piece.endswith(tail):
        value = piece[len(head) : -len(tail)]
        if b"<" not in value and len(piece) == len(head) + len(value) + len(tail):
            return known.markup, value, None
    match = _ELEMENT.fullmatch(piece)
    if match is None or match.group(_REF, _FORMULA, _REST) != known.fixed:
        return None
    # Whether a formula spills stands among the attributes of its cell.
    if known.is_formula and (_SPILLS in match[_ATTRIBUTES] or _SPILLS in known.markup):
        return None
    return match[_ATTRIBUTES], match[_VALUE], match[_INLINE]


def starts(pieces: list[bytes]) -> list[int]:
    """Where the element begins that each piece is of."""
    return [*accumulate(map(len, pieces), lambda start, size: start + size + len(_BEGIN), initial=-len(_BEGIN))]


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


def _are_clean(pieces: list[bytes]) -> bool:
    """Whether pieces are UTF-8, and without the one character that no XML has."""
    joined = b" ".join(pieces)
    if b"\0" in joined:
        return False
    try:
        joined.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
