"""What the references of a workbook's formulas stand for: single cells or ranges, by address, name or table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlperf.errors import UserError
from xlperf.formula.addresses import Area, column_letters, position
from xlperf.formula.structured_references import Tables
from xlperf.formula.tokens import Token, tokens
from xlperf.functions.plain.operands import Operand, Shape
from xlperf.package import Package

# A larger range is not written out cell by cell.
LARGEST = 400
_ENDS = {"cell", "column", "row"}
_CORNER = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]+)")


class References:
    """The names and tables of one workbook."""

    def __init__(self, package: Package) -> None:
        self._tables = Tables(package.tables)
        self._names = {((n.sheet or "").casefold(), n.name.casefold()): n.text for n in package.names}

    def operand(self, pieces: Sequence[Token], sheet: str, row: int) -> Operand | None:
        """The reference that these tokens are, as seen from a cell; None where they are something else."""
        text = "".join(piece.text for piece in pieces)
        if pieces[0].kind == "sheet" and len(pieces) > 2 and pieces[1].text == "!":
            stated, rest = pieces[0].text, pieces[2:]
        else:
            stated, rest = "", pieces
        kinds = [piece.kind for piece in rest]
        if kinds == ["cell"]:
            return Operand(text, Shape.CELL)
        if len(rest) == 3 and rest[1].text == ":" and {kinds[0], kinds[2]} <= _ENDS:
            return _range(text, f"{stated}!" if stated else "", rest[0], rest[2])
        if kinds[:1] == ["name"] and len(rest) <= 2 and kinds[1:] in ([], ["bracket"]):
            return self._named(text, stated, rest, sheet, row)
        return None

    def _named(self, text: str, stated: str, rest: Sequence[Token], sheet: str, row: int) -> Operand | None:
        name, bracket = rest[0].text, rest[1].text if len(rest) > 1 else ""
        if name in self._tables:
            try:
                meant = self._tables.resolved(name, bracket, row)
            except UserError:
                return None
            return self._meant(text, meant, is_movable="@" not in bracket and "#This Row" not in bracket)
        scope = stated.strip("'") if stated else sheet
        found = self._names.get((scope.casefold(), name.casefold())) or self._names.get(("", name.casefold()))
        return None if bracket or found is None else self._meant(text, found, is_movable=True)

    def _meant(self, text: str, meant: str, *, is_movable: bool) -> Operand | None:
        """The operand of a name, by what it refers to; None where that is no reference to cells."""
        pieces = tokens(meant)
        if len(pieces) not in (3, 5) or pieces[0].kind != "sheet" or {p.kind for p in pieces[2::2]} != {"cell"}:
            return None
        if len(pieces) == 3:
            return Operand(text, Shape.CELL)
        found = _range(text, f"{_unquoted(pieces[0].text)}!", pieces[2], pieces[4])
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


def _range(text: str, sheet: str, first: Token, last: Token) -> Operand:
    corners = [_CORNER.fullmatch(end.text) for end in (first, last)]
    if corners[0] is None or corners[1] is None:
        return Operand(text, Shape.RANGE, sheet=sheet)
    (top, left), (bottom, right) = (position(end.text) for end in (first, last))
    area = Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
    if area.size == 1:
        return (
            Operand(sheet + first.text, Shape.CELL) if not re.fullmatch(r"[\w.]+", text) else Operand(text, Shape.CELL)
        )
    if area.size > LARGEST:
        return Operand(text, Shape.RANGE, sheet=sheet)
    column_sign, row_sign = corners[0][1], corners[0][3]
    rows = tuple(
        tuple(f"{column_sign}{column_letters(column)}{row_sign}{row}" for column in range(area.left, area.right + 1))
        for row in range(area.top, area.bottom + 1)
    )
    return Operand(text, Shape.RANGE, sheet=sheet, rows=rows)
