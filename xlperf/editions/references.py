"""What the references of a workbook's formulas stand for: single cells or ranges, by address, name or table."""

from __future__ import annotations

import re

from xlperf.errors import UserError
from xlperf.formula.addresses import column_letters, corner
from xlperf.formula.parsing import GrammarError, parsed
from xlperf.formula.structured_references import Tables
from xlperf.formula.tokens import tokens
from xlperf.formula.tree import Name, Node, Reference, Tree
from xlperf.functions.plain.operands import Operand, Shape
from xlperf.package import Package

# A larger range is not written out cell by cell.
LARGEST = 400


class References:
    """The names and tables of one workbook."""

    def __init__(self, package: Package) -> None:
        self._tables = Tables(package.tables)
        self._names = {((n.sheet or "").casefold(), n.name.casefold()): n.text for n in package.names}

    def operand(self, tree: Tree, node: Node, sheet: str, row: int) -> Operand | None:
        """The reference that a node is, as seen from a cell; None where it is something else, or leads elsewhere."""
        first = tree.pieces[node.start].kind if node.end > node.start else ""
        if isinstance(node, Name) and first in ("name", "sheet"):
            return self._named(tree.text(node), node, sheet, row)
        if not isinstance(node, Reference) or first not in ("cell", "column", "row", "sheet"):
            return None
        if not node.is_range:
            return Operand(tree.text(node), Shape.CELL)
        return _range(tree.text(node), f"{node.sheet}!" if node.sheet else "", node)

    def _named(self, text: str, node: Name, sheet: str, row: int) -> Operand | None:
        name, bracket = node.text, node.bracket
        if name in self._tables:
            try:
                meant = self._tables.resolved(name, bracket, row)
            except UserError:
                return None
            return self._meant(text, meant, is_movable="@" not in bracket and "#This Row" not in bracket)
        scope = node.sheet.strip("'") if node.sheet else sheet
        found = self._names.get((scope.casefold(), name.casefold())) or self._names.get(("", name.casefold()))
        return None if bracket or found is None else self._meant(text, found, is_movable=True)

    def _meant(self, text: str, meant: str, *, is_movable: bool) -> Operand | None:
        """The operand of a name, by what it refers to; None where that is no reference to cells of a sheet."""
        try:
            tree = parsed(meant)
        except GrammarError:
            return None
        root, kinds = tree.root, [piece.kind for piece in tree.pieces]
        if not isinstance(root, Reference) or kinds[0] != "sheet" or set(kinds[2::2]) != {"cell"}:
            return None
        if not root.is_range:
            return Operand(text, Shape.CELL)
        found = _range(text, f"{_unquoted(root.sheet)}!", root)
        if found.shape is Shape.CELL:
            return found
        return Operand(text, Shape.RANGE, sheet=found.sheet, rows=found.rows, is_movable=is_movable)


def _unquoted(sheet: str) -> str:
    """A sheet as formulas write it: without quotes where it is one word."""
    return (
        sheet[1:-1]
        if re.fullmatch(r"'[^\W\d]\w*'", sheet) and tokens(f"{sheet[1:-1]}!A1")[0].kind == "sheet"
        else sheet
    )


def _range(text: str, sheet: str, range_: Reference) -> Operand:
    area, first = range_.area, range_.first
    if area.size == 1:
        return Operand(text if re.fullmatch(r"[\w.]+", text) else sheet + first, Shape.CELL)
    if area.size > LARGEST or not all((*corner(first), *corner(range_.last))):
        return Operand(text, Shape.RANGE, sheet=sheet)
    column_sign, row_sign = "$" * first.startswith("$"), "$" * ("$" in first[1:])
    rows = tuple(
        tuple(f"{column_sign}{column_letters(column)}{row_sign}{row}" for column in range(area.left, area.right + 1))
        for row in range(area.top, area.bottom + 1)
    )
    return Operand(text, Shape.RANGE, sheet=sheet, rows=rows)
