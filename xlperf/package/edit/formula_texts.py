"""Other formula texts for formula cells of a worksheet part; values, styles and every other byte stay as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlperf.errors import UserError
from xlperf.package.cells import Cell
from xlperf.package.edit.cached_values import spliced
from xlperf.package.part_xml import escape
from xlperf.package.sheet_xml import SheetXml

_MARK = re.compile(rb"""\s+cm\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_TYPE = re.compile(rb"""\s+(?:t|cm|vm)\s*=\s*(?:"[^"<]*"|'[^'<]*')""")


def with_formulas(
    xml: SheetXml, cells: Mapping[str, Cell], texts: Mapping[str, str], known: Mapping[str, str]
) -> bytes | None:
    """The part with other formulas, or None where all are as they were. `known`: every formula, shared ones written out.

    A shared formula of which a cell changes is written out in all its cells.
    Errors: a UserError naming a cell that holds no formula, or one of an array formula or data table.
    """
    wanted, groups = {}, set()
    for ref, text in texts.items():
        cell = cells.get(ref)
        formula = None if cell is None else cell.formula
        if formula is None or ref not in known:
            raise UserError(f"{xml.sheet}!{ref} 不是公式，不能改写公式")
        if text == known[ref]:
            continue
        if not formula.is_text_only:
            raise UserError(f"{xml.sheet}!{ref} 是数组公式或模拟运算表，不能改写公式")
        wanted[ref] = text
        if formula.kind == "shared":
            groups.add(formula.group)
    for ref, cell in cells.items():
        if cell.formula is not None and cell.formula.kind == "shared" and cell.formula.group in groups:
            wanted.setdefault(ref, known[ref])
    pieces = [piece for ref, text in wanted.items() for piece in _rewritten(xml, cells[ref], text)]
    return spliced(xml.content, pieces)


def with_formulas_back(xml: SheetXml, cells: Mapping[str, Cell], texts: Mapping[str, str]) -> bytes | None:
    """The part with formulas in cells that hold something else, or other formulas; without cached values.

    Errors: a UserError naming a cell that isn't there or belongs to an array formula or data table.
    """
    return spliced(xml.content, [_put(xml, cells.get(ref), ref, text) for ref, text in texts.items()])


def _put(xml: SheetXml, cell: Cell | None, ref: str, text: str) -> tuple[int, int, bytes]:
    """The span of a cell and the cell with a formula in it, its style kept."""
    if cell is None or (cell.formula is not None and not cell.formula.is_text_only):
        raise UserError(f"{xml.sheet}!{ref} 放不回公式")
    prefix = xml.grammar.prefix
    begun = re.compile(rb"<%sc((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)/?>" % re.escape(prefix)).match(
        xml.content, cell.start
    )
    if begun is None:
        raise xml.unaccounted(cell.start)
    attributes = _TYPE.sub(b"", begun[1])
    return (
        cell.start,
        cell.end,
        b"<%bc%b><%bf>%b</%bf></%bc>" % (prefix, attributes, prefix, escape(text).encode(), prefix, prefix),
    )


def _rewritten(xml: SheetXml, cell: Cell, text: str) -> list[tuple[int, int, bytes]]:
    """The span of a cell's formula element and what stands there then; with its mark as a dynamic array, where it has one."""
    prefix = re.escape(xml.grammar.prefix)
    pattern = re.compile(rb"<%(p)sf(?=[\s/>])[^<>]*?(?:/>|>[^<]*</%(p)sf\s*>)" % {b"p": prefix})
    found = pattern.search(xml.content, cell.start, cell.end)
    if found is None:
        raise xml.unaccounted(cell.start)
    name = xml.grammar.prefix + b"f"
    pieces = [(found.start(), found.end(), b"<%s>%s</%s>" % (name, escape(text).encode(), name))]
    mark = _MARK.search(xml.content, cell.start, found.start())
    return [(mark.start(), mark.end(), b""), *pieces] if mark else pieces
