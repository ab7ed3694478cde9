"""New cached values for formula cells of a worksheet part; every other byte stays as it is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from xlperf.errors import CellError, UserError
from xlperf.formula.addresses import Area, Region
from xlperf.package.cells import Cell
from xlperf.package.part_xml import escape, keeps_space, text_problem
from xlperf.package.sheet_xml import SheetXml
from xlperf.values import Value, is_number, same_number

_TYPE = re.compile(rb"""\s+t\s*=\s*(?:"[^"]*"|'[^']*')""")
_SLASH, _NUMBER = ord("/"), b' t="n"'
_VALUE_METADATA = re.compile(rb"""\s+vm\s*=\s*(?:"[^"]*"|'[^']*')""")


def same_value(left: Value, right: Value) -> bool:
    """Whether two cell values are equal as a saved workbook shows them: numbers to 15 digits, all else exactly."""
    if type(left) is type(right) is float or (is_number(left) and is_number(right)):
        return same_number(left, right)
    return type(left) is type(right) and left == right


def number_text(number: float) -> str:
    """A number as Excel stores it: up to 17 significant digits."""
    if number == 0:
        return "0"
    mantissa, letter, exponent = f"{float(number):.17G}".partition("E")
    return f"{mantissa}E{int(exponent):+d}" if letter else mantissa


def result_cells(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells whose value is a result: formula cells, and the cells that an array formula or data table fills."""
    filled = Region(filled_areas(cells.values()))
    if not filled:
        return {ref: cell for ref, cell in cells.items() if cell.formula is not None}
    return {
        ref: cell for ref, cell in cells.items() if cell.formula is not None or filled.covers(cell.row, cell.column)
    }


def filled_areas(cells: Iterable[Cell]) -> list[Area]:
    """The areas of more than one cell that are filled by one formula."""
    return [area for cell in cells if cell.formula is not None and (area := cell.formula.fills) is not None]


def with_values(xml: SheetXml, cells: Mapping[str, Cell], values: Mapping[str, Value]) -> bytes | None:
    """The part with other cached values, or None where all are as they were.

    Errors: a UserError naming a cell that is no result of a formula, or a value that can't be stored.
    """
    results = result_cells(cells)
    pieces: list[tuple[int, int, bytes]] = []
    for ref, value in values.items():
        cell = results.get(ref)
        if cell is None:
            raise UserError(f"{xml.sheet}!{ref} 不是公式的结果，不能改写它的缓存值")
        if not same_value(cell.value, value):
            element = xml.content[cell.start : cell.end]
            pieces.append(
                (
                    cell.start,
                    cell.end,
                    rewritten(xml, (cell.row, cell.column), element, value, cell.formula is not None),
                )
            )
    return spliced(xml.content, pieces)


def spliced(content: bytes, pieces: list[tuple[int, int, bytes]]) -> bytes | None:
    """The content with spans replaced, or None where there are none."""
    if not pieces:
        return None
    parts: list[bytes] = []
    position = 0
    for start, end, replacement in sorted(pieces):
        parts += (content[position:start], replacement)
        position = end
    parts.append(content[position:])
    return b"".join(parts)


def rewritten(xml: SheetXml, place: tuple[int, int], element: bytes, value: Value, has_formula: bool) -> bytes:
    """The bytes of a cell with another value: its formula and all attributes but the type stay.

    The scanner has seen to it that no tag of the cell holds a ">" but its last.
    """
    opening_end = element.index(b">")
    formula_end = opening_end + 1
    if has_formula:
        formula_end = element.index(b">", element.index(b"<", opening_end)) + 1
        if element[formula_end - 2] != _SLASH:
            formula_end = element.index(b">", formula_end) + 1
    before, after = _space_around(element, formula_end)
    opening = element[:opening_end].removesuffix(b"/").rstrip()
    if b"vm" in opening and not isinstance(value, CellError):
        opening = _VALUE_METADATA.sub(b"", opening)
    kind, stored = typed_value(xml, *place, value)
    tail = element[len(element.rstrip()) :]
    formula = element[opening_end + 1 : formula_end]
    pieces = with_type(opening, kind), b">", formula, before, stored, after, b"</", xml.grammar.prefix, b"c>", tail
    return b"".join(pieces)


def _space_around(element: bytes, start: int) -> tuple[bytes, bytes]:
    """The blanks before and behind what a cell holds behind its formula, by which indented parts are laid out."""
    end = element.rfind(b"</")
    if end < start:
        return b"", b""
    held = element[start:end]
    value = held.strip()
    if not value:
        return b"", held
    at = held.index(value)
    return held[:at], held[at + len(value) :]


def with_type(opening: bytes, kind: bytes) -> bytes:
    """The opening tag of a cell (without its end) with another type, at the place of the old one.

    A number may have its type stated or not; it stays as it is.
    """
    if not kind and _NUMBER in opening:
        return opening
    stated = b' t="' + kind + b'"' if kind else b""
    if b"t" not in opening:
        return opening + stated
    replaced, count = _TYPE.subn(stated, opening, count=1)
    return replaced if count else opening + stated


def typed_value(xml: SheetXml, row: int, column: int, value: Value) -> tuple[bytes, bytes]:
    """The type of a formula cell (nothing for a number) and the element of its value (nothing for no value).

    Errors: a UserError naming the cell where it can't hold the value.
    """
    prefix = xml.grammar.prefix
    if type(value) is float and math.isfinite(value):
        return b"", b"<%sv>%s</%sv>" % (prefix, number_text(value).encode(), prefix)
    if value is None:
        return b"", b""
    if isinstance(value, str):
        problem = text_problem(value)
        if problem is not None:
            raise UserError(f"{xml.where(row, column)} 的文字{problem}，不能写入")
        space = b' xml:space="preserve"' if keeps_space(value) else b""
        return b"str", b"<%sv%s>%s</%sv>" % (prefix, space, escape(value).encode(), prefix)
    if isinstance(value, bool):
        kind, text = b"b", b"1" if value else b"0"
    elif isinstance(value, CellError):
        kind, text = b"e", value.code.encode()
    elif math.isfinite(value):
        kind, text = b"", number_text(value).encode()
    else:
        raise UserError(f"{xml.where(row, column)} 的结果不是有限的数，不能写入")
    return kind, b"<%sv>%s</%sv>" % (prefix, text, prefix)
