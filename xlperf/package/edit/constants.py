"""Constants set in cells of a worksheet part: styles stay, missing cells and rows are inserted in their order."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlperf.errors import UserError
from xlperf.formula.addresses import Area, Region, position, possible_area, reference
from xlperf.formula.definitions import Table
from xlperf.package.cells import Cell
from xlperf.package.edit.cached_values import filled_areas, same_value, spliced, typed_value, with_type
from xlperf.package.part_xml import escape, keeps_space
from xlperf.package.sheet_xml import Row, SheetXml
from xlperf.values import Value

Pieces = list[tuple[int, int, bytes]]
_DIMENSION = re.compile(rb"""<(?:[\w.-]+:)?dimension\s+(?:[^<>]*?\s)?ref\s*=\s*["']([^"'<>]*)["']""")


def with_constants(
    xml: SheetXml, cells: Mapping[str, Cell], values: Mapping[str, Value], tables: tuple[Table, ...]
) -> bytes | None:
    """The part with other constants, or None where all are as they were.

    Errors: a UserError naming a cell that holds a formula, lies in an array formula's area or heads a table.
    """
    wanted: dict[int, dict[int, Value]] = {}
    filled = Region(filled_areas(cells.values()))
    for ref, value in values.items():
        row, column = position(ref)
        cell = cells.get(reference(row, column))
        _check_settable(xml, filled, tables, row, column, cell)
        if not same_value(None if cell is None else cell.value, value):
            wanted.setdefault(row, {})[column] = value
    return spliced(xml.content, [*_dimension(xml, wanted), *_pieces(xml, wanted)]) if wanted else None


def _check_settable(
    xml: SheetXml, filled: Region, tables: tuple[Table, ...], row: int, column: int, cell: Cell | None
) -> None:
    where = xml.where(row, column)
    if cell is not None and cell.formula is not None:
        raise UserError(f"{where} 是公式，不能填数；请改填它所依据的单元格")
    if filled.covers(row, column):
        raise UserError(f"{where} 在数组公式的结果区域内，不能填数")
    for table in tables:
        is_header = row < table.area.top + table.header_rows
        if table.area.covers(row, column) and is_header:
            raise UserError(f"{where} 是表格“{table.name}”的标题，不能改写")


def _pieces(xml: SheetXml, wanted: dict[int, dict[int, Value]]) -> Pieces:
    """The spans to replace; insertions are empty spans."""
    pieces: Pieces = []
    left = dict(sorted(wanted.items()))
    for row in xml.rows():
        for number in [number for number in left if number < row.number]:
            pieces.append((row.start, row.start, _new_row(xml, number, left.pop(number))))
        if row.number in left:
            pieces += _row_pieces(xml, row, left.pop(row.number))
    new_rows = b"".join(_new_row(xml, number, values) for number, values in left.items())
    if not new_rows:
        return _merged(pieces)
    if xml.is_closed:
        prefix = xml.grammar.prefix
        element = b"<%ssheetData>%s</%ssheetData>" % (prefix, new_rows, prefix)
        return [(xml.start, xml.end, element)]
    return _merged([*pieces, (xml.end, xml.end, new_rows)])


def _dimension(xml: SheetXml, wanted: dict[int, dict[int, Value]]) -> Pieces:
    """What the sheet says of its extent, where it has to grow: other programs refuse a cell beyond it."""
    match = _DIMENSION.search(xml.content, 0, xml.start)
    stated = possible_area(match[1].decode("ascii", "replace")) if match else None
    places = [(row, column) for row, cells in wanted.items() for column, value in cells.items() if value is not None]
    if match is None or stated is None or all(stated.covers(row, column) for row, column in places):
        return []
    rows, columns = zip(*places, (stated.top, stated.left), (stated.bottom, stated.right), strict=True)
    grown = Area(min(rows), min(columns), max(rows), max(columns))
    return [(match.start(1), match.end(1), str(grown).encode())]


def _merged(pieces: Pieces) -> Pieces:
    """Insertions at one place made one, in the order in which they were made."""
    merged: dict[tuple[int, int], bytes] = {}
    for start, end, content in pieces:
        merged[start, end] = merged.get((start, end), b"") + content
    return [(start, end, content) for (start, end), content in merged.items()]


def _new_row(xml: SheetXml, number: int, values: dict[int, Value]) -> bytes:
    prefix = xml.grammar.prefix
    cells = b"".join(_new_cell(xml, None, number, column, value) for column, value in sorted(values.items()))
    return b'<%srow r="%d">%s</%srow>' % (prefix, number, cells, prefix) if cells else b""


def _new_cell(xml: SheetXml, within: Row | None, row: int, column: int, value: Value) -> bytes:
    """A cell that was not there, in the style of its row or column, as a program would make it."""
    if value is None:
        return b""
    opening = b'<%sc r="%s"%s' % (xml.grammar.prefix, reference(row, column).encode(), xml.style(column, within))
    return _constant(xml, opening, row, column, value)


def _row_pieces(xml: SheetXml, row: Row, values: dict[int, Value]) -> Pieces:
    """The cells of an existing row: replaced where they stand, else inserted before the next one."""
    pieces: Pieces = []
    left = dict(sorted(values.items()))
    for column, match in xml.cells(row):
        for earlier in [earlier for earlier in left if earlier < column]:
            pieces.append((match.start(), match.start(), _new_cell(xml, row, row.number, earlier, left.pop(earlier))))
        if column in left:
            opening = xml.content[match.start() : match.end(3)].rstrip()
            element = _constant(xml, _without_metadata(opening), row.number, column, left.pop(column))
            pieces.append((match.start(), match.end(), element))
    new_cells = b"".join(_new_cell(xml, row, row.number, column, value) for column, value in left.items())
    if not row.is_closed:
        return [*pieces, (row.body_end, row.body_end, new_cells)]
    opening = xml.content[row.start : row.end - len(b"/>")].rstrip()
    return [(row.start, row.end, b"%s>%s</%srow>" % (opening, new_cells, xml.grammar.prefix))]


def _without_metadata(opening: bytes) -> bytes:
    """The tag without links to cell and value metadata, which belonged to the old value."""
    return re.sub(rb"""\s+[cv]m\s*=\s*(?:"[^"]*"|'[^']*')""", b"", opening)


def _constant(xml: SheetXml, opening: bytes, row: int, column: int, value: Value) -> bytes:
    """A cell element with a constant; text is an inline string, so that it is never taken for a formula."""
    prefix = xml.grammar.prefix
    kind, stored = typed_value(xml, row, column, value)
    if not stored:
        return with_type(opening, b"") + b"/>"
    if isinstance(value, str):
        kind = b"inlineStr"
        space = b' xml:space="preserve"' if keeps_space(value) else b""
        text = b"<%st%s>%s</%st>" % (prefix, space, escape(value).encode(), prefix)
        stored = b"<%sis>%s</%sis>" % (prefix, text, prefix)
    return b"%s>%s</%sc>" % (with_type(opening, kind), stored, prefix)
