"""New cached values for formula cells of a worksheet part; every other byte stays as it is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from xlperf.errors import CellError, UserError
from xlperf.package.addresses import Area
from xlperf.package.cells import Cell
from xlperf.package.markup import check_text, escape, keeps_space
from xlperf.package.sheetxml import SheetXml
from xlperf.values import Value, is_number, same_number

_TYPE = re.compile(rb"""\s+t\s*=\s*(?:"[^"]*"|'[^']*')""")
_VALUE_METADATA = re.compile(rb"""\s+vm\s*=\s*(?:"[^"]*"|'[^']*')""")


def same_value(left: Value, right: Value) -> bool:
    """Whether two cell values are equal as a saved workbook shows them: numbers to 15 digits, all else exactly."""
    if is_number(left) and is_number(right):
        return same_number(left, right)  # type: ignore[arg-type]
    return type(left) is type(right) and left == right


def number_text(number: float) -> str:
    """A number as Excel stores it: up to 17 significant digits."""
    if number == 0:
        return "0"
    mantissa, letter, exponent = f"{float(number):.17G}".partition("E")
    return f"{mantissa}E{int(exponent):+d}" if letter else mantissa


def result_cells(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells whose value is a result: formula cells, and the cells that an array formula or data table fills."""
    areas = filled_areas(cells.values())
    if not areas:
        return {ref: cell for ref, cell in cells.items() if cell.formula is not None}
    return {
        ref: cell
        for ref, cell in cells.items()
        if cell.formula is not None or any(area.covers(cell.row, cell.column) for area in areas)
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
            pieces.append((cell.start, cell.end, _rewritten(xml, cell, value)))
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


def _rewritten(xml: SheetXml, cell: Cell, value: Value) -> bytes:
    """The bytes of a cell with another value: its formula and all attributes but the type stay."""
    match = xml.grammar.cell.match(xml.content, cell.start, cell.end)
    if match is None:
        raise xml.unaccounted(cell.start)
    prefix, content = xml.grammar.prefix, xml.content
    kind, text = typed_text(xml.where(cell.row, cell.column), value)
    opening = content[cell.start : match.end(3)].rstrip()
    if b"vm" in opening and not isinstance(value, CellError):
        opening = _VALUE_METADATA.sub(b"", opening)
    formula = b""
    if match[4] is not None:
        formula_end = match.end(5) + len(b"</f>") + len(prefix) if match[5] is not None else match.end(4) + 2
        formula = content[match.start(4) - 2 - len(prefix) : formula_end]
    stored = b"" if text is None else value_element(prefix, text)
    tail = content[match.end() - _trailing(content, match) : match.end()]
    return b"".join((with_type(opening, kind), b">", formula, stored, b"</", prefix, b"c>", tail))


def _trailing(content: bytes, match: re.Match[bytes]) -> int:
    """The number of whitespace bytes after the element, which the match includes."""
    element = match[0]
    return len(element) - len(element.rstrip())


def with_type(opening: bytes, kind: str) -> bytes:
    """The opening tag of a cell (without its end) with another type, at the place of the old one."""
    stated = b"" if kind == "n" else b' t="%s"' % kind.encode()
    replaced, count = _TYPE.subn(stated, opening, count=1)
    return replaced if count else opening + stated


def value_element(prefix: bytes, text: str) -> bytes:
    """A <v> with this text."""
    space = b' xml:space="preserve"' if keeps_space(text) else b""
    return b"<%sv%s>%s</%sv>" % (prefix, space, escape(text).encode(), prefix)


def typed_text(where: str, value: Value) -> tuple[str, str | None]:
    """The type of a formula cell and the text of its value; None for no value."""
    if value is None:
        return "n", None
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, CellError):
        return "e", value.code
    if isinstance(value, str):
        return "str", check_text(where, value)
    if not math.isfinite(value):
        raise UserError(f"{where} 的结果不是有限的数，不能写入")
    return "n", number_text(value)
