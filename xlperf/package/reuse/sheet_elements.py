"""A worksheet part that was read as a whole, cut into rows and cell elements, for others to be compared with."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

from xlperf.formula.addresses import position
from xlperf.package.sheet_contents import Place, SheetContents

ROW, CELL = b"<row ", b"<c "
OPENED, CLOSED = b"<v>", b"</v>"
_TYPE = re.compile(rb"""\st\s*=\s*["']([^"']*)["']""")
_SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
# Reference, attributes, formula element, value, inline text; and what follows up to the next cell element or row.
ELEMENT = re.compile(
    rb'r="([A-Z]{1,3}[1-9][0-9]{0,6})"([^<>/]*)(?:/>|>(<f(?=[\s/>])[^<>]*(?:(?<=/)>|>[^<]*</f>))?'
    rb'(?:<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)(.*)',
    re.S,
)
REF, ATTRIBUTES, FORMULA, VALUE, INLINE, REST = range(1, 7)


class Element(NamedTuple):
    """A cell element with the number of its piece, and what another one must have in common with it.

    `head` and `tail` are what stands before and after the value; most elements differ in nothing else. `kind` is the type
    that the attributes say (nothing: a number); None where they say more of the value, or there is none.
    """

    number: int
    ref: str
    place: Place
    is_formula: bool
    fixed: tuple[bytes | None, ...]
    markup: bytes
    head: bytes
    tail: bytes
    has_value: bool
    kind: bytes | None


class Frame(NamedTuple):
    """Some rows without some of the values of their cells.

    For each value what stands before it, the length of that, the element, the value itself; then what stands after the
    last one, and its length.
    """

    rows: range
    slots: tuple[tuple[bytes, int, Element, bytes], ...]
    last: bytes
    size: int


class Elements:
    """The rows and cell elements of a part, with the shared strings that it was read with.

    A row's pieces are what stands before its cells, and each cell element with what follows it; they are numbered.
    """

    def __init__(self, reading: SheetContents, strings: Sequence[str]) -> None:
        self.reading = reading
        self.strings = strings
        self._known: dict[int, Element | None] = {}
        self._varying: set[int] = set()
        self._strange: set[int] = set()
        self._rows: dict[int, Frame] = {}

    @cached_property
    def rows(self) -> list[bytes]:
        """The part cut before each row; the first piece is what stands before all rows."""
        head, *rows = self.reading.xml.content.split(ROW)
        return [head, *(ROW + row for row in rows)]

    @cached_property
    def firsts(self) -> list[int]:
        """The number of each row's first piece; at the end, how many pieces there are."""
        return [0, *accumulate(row.count(CELL) + 1 for row in self.rows)]

    @cached_property
    def pieces(self) -> list[bytes]:
        """All pieces."""
        return pieces(self.rows)

    @cached_property
    def starts(self) -> list[int]:
        """Where the cell element or row begins that each piece is of."""
        return starts(self.rows)

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
                match = ELEMENT.fullmatch(piece)
                if match is None or not (match[VALUE] or b"").isdigit():
                    return None
                found[number] = int(match[VALUE])
        return found

    def known(self, number: int) -> Element | None:
        """The cell element of a piece; None where it is not written in the plain way, or is no cell."""
        if number not in self._known:
            piece, xml = self.pieces[number], self.reading.xml
            match = ELEMENT.fullmatch(piece)
            is_cell = match is not None and xml.start <= self.starts[number] < xml.end
            self._known[number] = _element(number, match, piece) if match is not None and is_cell else None
        return self._known[number]

    @cached_property
    def frames(self) -> list[Frame]:
        """All rows but for what is before them, without the values in which other parts were found to differ.

        Rows in which they were found to differ in more stand by themselves, so that the others need no closer look.
        """
        count = len(self.rows)
        bounds = sorted({1, count, *self._strange, *(row + 1 for row in self._strange)})
        return [self._frame(range(*rows), self._varying) for rows in pairwise(bounds) if rows[0] < count]

    def frame(self, row: int) -> Frame:
        """A row without any of its values."""
        if row not in self._rows:
            self._rows[row] = self._frame(range(row, row + 1), None)
        return self._rows[row]

    def learn(self, varying: Collection[int], strange: Collection[int]) -> None:
        """Notes the pieces and rows in which another part differs in its values, or in more: the next one may, too."""
        if not (self._varying.issuperset(varying) and self._strange.issuperset(strange)):
            self._varying.update(varying)
            self._strange.update(strange)
            self.__dict__.pop("frames", None)

    def _frame(self, rows: range, varying: Collection[int] | None) -> Frame:
        slots: list[tuple[bytes, int, Element, bytes]] = []
        before: list[bytes] = []
        for row in rows:
            first, following = self.firsts[row : row + 2]
            for number in range(first, following):
                known, piece = self.known(number), self.pieces[number]
                if number > first:
                    before.append(CELL)
                if known is not None and known.has_value and (varying is None or number in varying):
                    whole = b"".join((*before, known.head))
                    slots.append((whole, len(whole), known, piece[len(known.head) : len(piece) - len(known.tail)]))
                    before = [known.tail]
                else:
                    before.append(piece)
        last = b"".join(before)
        return Frame(rows, tuple(slots), last, len(last))


def _element(number: int, match: re.Match[bytes], piece: bytes) -> Element:
    ref = match[REF].decode()
    has_value = match[VALUE] is not None
    stated = _TYPE.search(match[ATTRIBUTES])
    is_told = has_value and b"vm" not in match[ATTRIBUTES]
    return Element(
        number,
        ref,
        position(ref),
        match[FORMULA] is not None,
        match.group(REF, FORMULA, REST),
        match[ATTRIBUTES],
        piece[: match.start(VALUE)] if has_value else piece,
        piece[match.end(VALUE) :] if has_value else piece,
        has_value,
        (stated[1] if stated else b"") if is_told else None,
    )


def pieces(rows: Sequence[bytes]) -> list[bytes]:
    """Rows cut before each cell element."""
    return [piece for row in rows for piece in row.split(CELL)]


def starts(rows: Sequence[bytes]) -> list[int]:
    """Where the cell element or row begins that each piece is of."""
    found: list[int] = []
    offset = 0
    for row in rows:
        first, *others = map(len, row.split(CELL))
        found.append(offset)
        found += accumulate(map(len(CELL).__add__, others), initial=offset + first)
        found.pop()
        offset += len(row)
    return found
