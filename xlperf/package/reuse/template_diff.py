"""Worksheet parts with the same cell elements as one read before, but for some values: only these are read.

Most of a submission is its template, byte for byte. So the part is cut into rows, and those that differ into their cell
elements, which are compared as bytes. Whatever is not another value in a cell that is there, written in the plain way, is
left to a reading of the whole part.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import compress
from typing import NamedTuple

from xlperf.errors import UserError
from xlperf.formula.addresses import position, reference
from xlperf.package.cells import Cell, Strings, plain_value, read_cells
from xlperf.package.edit.cached_values import rewritten, same_value
from xlperf.package.part_xml import checked
from xlperf.package.sheet_contents import Place, SheetContents, UnusualFormula
from xlperf.package.sheet_xml import SheetXml
from xlperf.values import Value

_ROW, _CELL, _END = b"<row ", b"<c ", b"</c>"
_BEGIN = re.compile(rb"<(?:row|c) ")
_SHEET_DATA, _MARKER, _SPILLS = b"<sheetData>", b"<!", b"cm"
_ROOT = re.compile(rb"<worksheet[\s>]")
_SHARED, _SHARED_MARKS = re.compile(rb"""\st\s*=\s*["']s["']"""), (b'"s"', b"'s'")
# What begins a row: its number, whether it ends at once, what follows up to the first cell element.
_OPENING = re.compile(rb'r="([1-9][0-9]{0,6})"(?: [^<>]*?)?(/?)>(.*)', re.S)
# Reference, attributes, formula element, value, inline text; and what follows up to the next cell element or row.
_ELEMENT = re.compile(
    rb'r="([A-Z]{1,3}[1-9][0-9]{0,6})"([^<>/]*)(?:/>|>(<f(?=[\s/>])[^<>]*(?:(?<=/)>|>[^<]*</f>))?'
    rb'(?:<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)(.*)',
    re.S,
)
_REF, _ATTRIBUTES, _FORMULA, _VALUE, _INLINE, _REST = range(1, 7)

# A piece of a part: the row, and in it the cell element; the first one is what stands before its cells.
Piece = tuple[int, int]
# Attributes, value and inline text of a cell element.
Saved = tuple[bytes, bytes | None, bytes | None]


class Element(NamedTuple):
    """A cell element, and what another one must have in common with it.

    `head` and `tail` are what stands before and after the value, if there is one; most elements differ in nothing else.
    """

    ref: str
    is_formula: bool
    fixed: tuple[bytes | None, ...]
    markup: bytes
    head: bytes
    tail: bytes


class Template:
    """A part that was read as a whole, in rows and cell elements, for others to be compared with."""

    def __init__(self, reading: SheetContents, strings: Strings, *, date1904: bool) -> None:
        self.reading = reading
        self.date1904 = date1904
        content, plain = reading.xml.content, reading.xml.plain
        # To look for a few letters takes a twentieth of the time.
        may_share = plain.has_shared_texts if plain else any(mark in content for mark in _SHARED_MARKS)
        self.strings = strings() if may_share and _SHARED.search(content) else ()
        self._elements: dict[Piece, Element | None] = {}
        self._cut: dict[int, list[bytes]] = {}

    @cached_property
    def is_comparable(self) -> bool:
        """Whether another part may be told to be alike from its bytes: no cell has its value from another's formula."""
        xml, cells = self.reading.xml, self.reading.cells.values()
        if xml.grammar.prefix or xml.is_closed or _MARKER in xml.content or not self.head.endswith(_SHEET_DATA):
            return False
        begins = {match.start() for match in _BEGIN.finditer(xml.content, xml.start, xml.end)}
        return all(c.start in begins and (c.formula is None or c.formula.fills is None) for c in cells)

    @cached_property
    def head(self) -> bytes:
        """What stands before the first row."""
        return self.reading.xml.content[: self.reading.xml.start]

    @cached_property
    def tail(self) -> bytes:
        """What stands after the last row."""
        return self.reading.xml.content[self.reading.xml.end :]

    @cached_property
    def rows(self) -> list[bytes]:
        """The rows, cut before the number of each; the first one is what stands before them."""
        return self.reading.xml.content[self.reading.xml.start : self.reading.xml.end].split(_ROW)

    def cut(self, row: int) -> list[bytes]:
        """A row cut before each cell element."""
        if row not in self._cut:
            self._cut[row] = self.rows[row].split(_CELL)
        return self._cut[row]

    @cached_property
    def places(self) -> Mapping[str, Piece]:
        """The cell elements by the references with which they begin."""
        pieces = ((piece, text) for row, _ in enumerate(self.rows) for piece, text in self._cells(row))
        return {text[3 : text.find(b'"', 3)].decode(): piece for piece, text in pieces if text.startswith(b'r="')}

    @cached_property
    def texts(self) -> Mapping[Piece, int] | None:
        """The cell elements with a shared string, and its number; None where one is not written in the plain way."""
        found = {}
        for row, content in enumerate(self.rows):
            for piece, text in self._cells(row) if _SHARED.search(content) else ():
                if _SHARED.search(text):
                    match = _ELEMENT.fullmatch(text)
                    if match is None or not (match[_VALUE] or b"").isdigit():
                        return None
                    found[piece] = int(match[_VALUE])
        return found

    def _cells(self, row: int) -> Iterator[tuple[Piece, bytes]]:
        return (((row, number), text) for number, text in enumerate(self.cut(row)) if number)

    def element(self, piece: Piece) -> Element | None:
        """The cell element of a piece; None where it is not written in the plain way, or is no cell."""
        if piece not in self._elements:
            text = self.cut(piece[0])[piece[1]]
            match = _ELEMENT.fullmatch(text) if piece[1] else None
            self._elements[piece] = None if match is None else _element(match, text)
        return self._elements[piece]


def _element(match: re.Match[bytes], text: bytes) -> Element:
    has_value = match[_VALUE] is not None
    return Element(
        match[_REF].decode(),
        match[_FORMULA] is not None,
        match.group(_REF, _FORMULA, _REST),
        match[_ATTRIBUTES],
        text[: match.start(_VALUE)] if has_value else b"",
        text[match.end(_VALUE) :] if has_value else b"",
    )


class Variation(SheetContents):
    """All cell elements are those of the template but for the values of some."""

    def __init__(self, template: Template, xml: SheetXml, strings: Strings) -> None:
        super().__init__(xml, {})
        self._template = template
        self._strings = strings
        self._constants: dict[Place, Value] = {}
        self._saved: dict[str, Saved] = {}

    def take(self, pieces: Mapping[Piece, bytes]) -> bool:
        """Notes the pieces that differ; whether they differ in values only, and what these bring with them.

        What a formula was saved as is read when it is asked for.
        Errors: ValueError, LookupError, UserError: a value can't be read.
        """
        for piece, text in pieces.items():
            known = self._template.element(piece)
            saved = None if known is None else _saved(known, text)
            if known is None or saved is None:
                if piece[1] or not _is_other_opening(self._template.cut(piece[0])[0], text):
                    return False
            elif known.is_formula:
                self._saved[known.ref] = saved
            else:
                self._constants[position(known.ref)] = plain_value(*saved, self._strings)
        return True

    @property
    def root(self) -> SheetContents:
        """The reading of the template."""
        return self._template.reading

    @property
    def differing(self) -> Mapping[Place, Value]:
        """The constants that differ from those of the root, by row and column; None where a cell holds nothing now."""
        return self._constants

    @cached_property
    def formulas(self) -> Mapping[str, str]:
        """The formulas by reference, shared ones written out."""
        return self.root.formulas

    @cached_property
    def formula_items(self) -> tuple[tuple[str, str], ...]:
        """The formulas as pairs, to compare and to hash."""
        return self.root.formula_items

    @cached_property
    def unusual_formulas(self) -> tuple[UnusualFormula, ...]:
        """The formulas that are more than their text."""
        return self.root.unusual_formulas

    @cached_property
    def has_rich_texts(self) -> bool:
        """Whether a cell may have a text of its own in which a part is in another font; other values are plain ones."""
        return self.root.has_rich_texts

    @cached_property
    def cells(self) -> Mapping[str, Cell]:
        """The cells that hold a value or a formula, by reference, in order; where they stand takes a closer look."""
        return read_cells(self.xml, self._strings, date1904=self._template.date1904)

    @cached_property
    def results(self) -> Mapping[tuple[str, str], Value]:
        """The saved values of the cells that formulas fill, by sheet and reference; None where there is none."""
        return {**self.root.results, **{(self.xml.sheet, ref): self._result(ref) for ref in self._saved}}

    def seen_with(self, values: Mapping[str, Value]) -> SheetContents:
        """This reading with other saved values in some of its cells; where they stand in the part is left open."""
        known = self.root.cells
        cells = dict(known)
        for ref in self._saved:
            cells[ref] = cells[ref]._replace(value=self._result(ref))
        others = {reference(*place): Cell(*place, value, None, 0, 0) for place, value in self._constants.items()}
        cells |= others
        if any(cell.value is None for cell in others.values()):
            cells = {ref: cell for ref, cell in cells.items() if cell.value is not None or cell.formula is not None}
        if not others.keys() <= known.keys():
            cells = dict(sorted(cells.items(), key=lambda item: item[1][:2]))
        return self._seen(cells, values)

    def with_results(self, values: Mapping[str, Value]) -> bytes | None:
        """The part with other saved results of its formulas; None where all are as they were."""
        try:
            changed = self._changed(values)
        except LookupError:
            # Not the result of a formula that is written in the plain way.
            return super().with_results(values)
        xml = self.xml
        rows = xml.content[xml.start : xml.end].split(_ROW)
        for row, found in changed.items():
            theirs = rows[row].split(_CELL)
            for number, place, value in found:
                text = theirs[number]
                end = text.index(_END) + len(_END)
                theirs[number] = rewritten(xml, place, _CELL + text[:end], value, True)[len(_CELL) :] + text[end:]
            rows[row] = _CELL.join(theirs)
        return b"".join((xml.content[: xml.start], _ROW.join(rows), xml.content[xml.end :])) if changed else None

    def _changed(self, values: Mapping[str, Value]) -> dict[int, list[tuple[int, Place, Value]]]:
        """The results that differ from the saved ones, by row.

        Errors: LookupError: one is not the result of a formula that is written in the plain way.
        """
        changed: dict[int, list[tuple[int, Place, Value]]] = {}
        for ref, value in values.items():
            piece = self._template.places[ref]
            known = self._template.element(piece)
            if known is None or not known.is_formula:
                raise LookupError(ref)
            if not same_value(self._result(ref) if ref in self._saved else self.root.cells[ref].value, value):
                changed.setdefault(piece[0], []).append((piece[1], position(ref), value))
        return changed

    def _result(self, ref: str) -> Value:
        """What the result of a formula was saved as."""
        try:
            return plain_value(*self._saved[ref], self._strings)
        except (ValueError, LookupError, UserError):
            return self.cells[ref].value


def varied(template: Template, content: bytes, strings: Strings) -> Variation | None:
    """The reading of a part as a variation of the template; None where more differs, or it must be read more closely."""
    begin, end = content.find(_SHEET_DATA) + len(_SHEET_DATA), len(content) - len(template.tail)
    if not template.is_comparable or not len(_SHEET_DATA) <= begin <= end or not content.endswith(template.tail):
        return None
    xml = template.reading.xml
    try:
        if not _is_other_head(xml.part, template.head, content[:begin]):
            return None
        pieces, others = _differing(template, content[begin:end]), _other_texts(template, strings)
        found = Variation(template, xml.varied(content, begin - len(template.head)), strings)
        return found if found.take({**others, **pieces}) else None
    except (ValueError, LookupError, UserError):
        return None


def _is_other_head(part: str, mine: bytes, theirs: bytes) -> bool:
    """Whether what stands before the rows is the same, or differs in views and columns only.

    Errors: UserError: it is no text.
    """
    before = theirs[: -len(_SHEET_DATA)]
    if theirs == mine:
        return True
    if _MARKER in before or before.count(b"<?") > 1 or b"<sheetData" in before:
        return False
    return _ROOT.search(checked(part, before)) is not None


def _differing(template: Template, content: bytes) -> dict[Piece, bytes]:
    """The pieces of another part's rows that differ.

    Errors: ValueError: there are more or fewer, or some are no text.
    """
    pieces: dict[Piece, bytes] = {}
    rows = content.split(_ROW)
    if len(rows) != len(template.rows):
        raise ValueError("rows")
    for row in compress(range(len(rows)), map(operator.ne, template.rows, rows)):
        mine, theirs = template.cut(row), rows[row].split(_CELL)
        if len(mine) != len(theirs):
            raise ValueError("cells")
        for number in compress(range(len(mine)), map(operator.ne, mine, theirs)):
            pieces[row, number] = theirs[number]
    joined = b" ".join(pieces.values())
    if b"\0" in joined:
        raise ValueError("text")
    joined.decode("utf-8")
    return pieces


def _other_texts(template: Template, strings: Strings) -> dict[Piece, bytes]:
    """The pieces whose shared string is another one now.

    Errors: LookupError: it can't be told.
    """
    known = template.strings
    if not known or (theirs := strings()) is known or theirs == known:
        return {}
    if template.texts is None:
        raise LookupError("texts")
    other = (piece for piece, text in template.texts.items() if known[text] != theirs[text])
    return {piece: template.cut(piece[0])[piece[1]] for piece in other}


def _saved(known: Element, text: bytes) -> Saved | None:
    """What a cell element holds instead; None where more differs, or it is not written in the plain way."""
    head, tail = known.head, known.tail
    if tail and text.startswith(head) and text.endswith(tail):
        value = text[len(head) : -len(tail)]
        if b"<" not in value and len(text) == len(head) + len(value) + len(tail):
            return known.markup, value, None
    match = _ELEMENT.fullmatch(text)
    if match is None or match.group(_REF, _FORMULA, _REST) != known.fixed:
        return None
    # Whether a formula spills stands among the attributes of its cell.
    if known.is_formula and (_SPILLS in match[_ATTRIBUTES] or _SPILLS in known.markup):
        return None
    return match[_ATTRIBUTES], match[_VALUE], match[_INLINE]


def _is_other_opening(mine: bytes, theirs: bytes) -> bool:
    """Whether the beginnings of two rows differ in nothing that their cells depend on, such as the height."""
    one, two = _OPENING.fullmatch(mine), _OPENING.fullmatch(theirs)
    return one is not None and two is not None and one.groups() == two.groups()
