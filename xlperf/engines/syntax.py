"""Formulas as expression trees: references, literals, operators and calls, after names and tables are resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlperf.engines.dialect import OMITTED, NotUnderstoodError
from xlperf.errors import CellError
from xlperf.formula.addresses import MAXIMUM_COLUMN, MAXIMUM_ROW, column_number
from xlperf.formula.tokens import Token, tokens

# A node is a tuple: its kind, then what it holds. Only plain data, so that a tree can be kept as JSON.
#   ("number", 1.5) ("text", "甲") ("truth", True) ("error", "#N/A") ("blank",) ("array", height, width, *literals)
#   ("cell", sheet, row, column) ("range", sheet, top, left, bottom, right)
#   ("call", "SUM", *arguments) ("operator", "+", left, right) ("sign", "-", operand)
Node = tuple[Any, ...]
# The operators of a sum and a difference that end a formula: Excel takes a result that is next to nothing for zero.
LAST = {"+": "last +", "-": "last -"}

_BINDING: Mapping[str, int] = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys("+-", 3),
    **dict.fromkeys("*/", 4),
    "^": 5,
}
_DEEPEST = 100


def parsed(text: str, sheet: str) -> Node:
    """The tree of a formula without its equals sign, on a sheet.

    Errors: NotUnderstoodError at what no tree can express.
    """
    pieces = [piece for piece in tokens(text) if piece.kind != "space"]
    reader = _Reader(pieces, sheet)
    tree = reader.expression(0, 0)
    if reader.index != len(pieces):
        raise NotUnderstoodError(f"公式里的“{pieces[reader.index].text}”读不懂")
    if tree[0] == "operator" and tree[1] in LAST and not _is_bracketed(pieces):
        return ("operator", LAST[tree[1]], *tree[2:])
    return tree


def _is_bracketed(pieces: Sequence[Token]) -> bool:
    """Whether the brackets with which a formula begins close at its end."""
    depth = 0
    for place, piece in enumerate(pieces):
        depth += (piece.text == "(") - (piece.text == ")")
        if not depth:
            return place == len(pieces) - 1
    return False


class _Reader:
    """Reads tokens from left to right by binding power."""

    def __init__(self, pieces: Sequence[Token], sheet: str) -> None:
        self._pieces = pieces
        self._sheet = sheet
        self.index = 0

    def expression(self, power: int, depth: int) -> Node:
        """What binds more strongly than `power`; a percent sign does most, a sign in front next, as in Excel."""
        if depth > _DEEPEST:
            raise NotUnderstoodError("公式嵌套过深")
        left = self._percent(self._operand(depth))
        length = 0
        while (binding := _BINDING.get(self._text, 0)) > power:
            operator = self._taken().text
            left = ("operator", operator, left, self.expression(binding, depth + 1))
            length += 1
            if length > 2 * _DEEPEST:
                raise NotUnderstoodError("公式过长")
        return left

    @property
    def _text(self) -> str:
        """The operator that comes next; nothing where it is none."""
        piece = self._pieces[self.index] if self.index < len(self._pieces) else None
        return piece.text if piece is not None and piece.kind == "operator" else ""

    def _taken(self) -> Token:
        if self.index >= len(self._pieces):
            raise NotUnderstoodError("公式不完整")
        self.index += 1
        return self._pieces[self.index - 1]

    def _percent(self, operand: Node) -> Node:
        while self._text == "%":
            self.index += 1
            operand = ("sign", "%", operand)
        return operand

    def _operand(self, depth: int) -> Node:
        token = self._taken()
        if token.kind == "number":
            return self._rows() if self._text == ":" else ("number", float(token.text))
        if token.kind == "string":
            return ("blank",) if token == OMITTED else ("text", token.text[1:-1].replace('""', '"'))
        if token.kind == "error" and token.text in CellError.CODES:
            return ("error", token.text)
        if token.kind == "function":
            return self._call(token.text.upper(), depth)
        if token.kind in ("cell", "column", "row", "sheet"):
            self.index -= 1
            return self._reference()
        if token.kind == "name" and token.text.upper() in ("TRUE", "FALSE"):
            return ("truth", token.text.upper() == "TRUE")
        if token.text in ("+", "-"):
            return ("sign", token.text, self._percent(self._signed(depth)))
        if token.text == "(":
            inner = self.expression(0, depth + 1)
            self._closed(")")
            return inner
        if token.text == "{":
            return self._array()
        raise NotUnderstoodError(f"公式里的“{token.text}”读不懂")

    def _signed(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise NotUnderstoodError("公式嵌套过深")
        return self._operand(depth + 1)

    def _rows(self) -> Node:
        self.index -= 1
        return self._reference()

    def _closed(self, sign: str) -> None:
        if self._taken().text != sign:
            raise NotUnderstoodError("公式的括号不配对")

    def _call(self, name: str, depth: int) -> Node:
        self._closed("(")
        arguments: list[Node] = []
        if self._text == ")":
            self.index += 1
            return ("call", name)
        while True:
            arguments.append(("blank",) if self._text in (",", ")") else self.expression(0, depth + 1))
            sign = self._taken().text
            if sign == ")":
                return ("call", name, *arguments)
            if sign != ",":
                raise NotUnderstoodError("公式的括号不配对")

    def _array(self) -> Node:
        """An array constant, which holds nothing but literals."""
        rows: list[list[Node]] = [[]]
        while True:
            sign = self._taken()
            value = self._operand(0) if sign.text in ("+", "-") and sign.kind == "operator" else None
            if value is not None and value[0] == "number":
                rows[-1].append(("number", -value[1] if sign.text == "-" else value[1]))
            elif value is None:
                self.index -= 1
                rows[-1].append(self._operand(0))
            if rows[-1][-1:] and rows[-1][-1][0] not in ("number", "text", "truth", "error"):
                raise NotUnderstoodError("公式的数组常量读不懂")
            sign = self._taken()
            if sign.text == "}":
                break
            if sign.text == ";":
                rows.append([])
            elif sign.text != ",":
                raise NotUnderstoodError("公式的数组常量读不懂")
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            raise NotUnderstoodError("公式的数组常量不是矩形")
        return ("array", len(rows), len(rows[0]), *(value for row in rows for value in row))

    def _reference(self) -> Node:
        """A cell or a range, with its sheet."""
        sheet = self._sheet
        token = self._taken()
        if token.kind == "sheet":
            sheet = token.text[1:-1].replace("''", "'") if token.text.startswith("'") else token.text
            self._closed("!")
            token = self._taken()
        if token.kind not in ("cell", "column", "row", "number"):
            raise NotUnderstoodError(f"公式引用的“{token.text}”读不懂")
        top, left = _corner(token.text, 1, 1)
        if self._text == ":":
            self.index += 1
            token = self._taken()
            if token.kind not in ("cell", "column", "row", "number") or self._text == ":":
                raise NotUnderstoodError("公式的区域由计算得出")
            bottom, right = _corner(token.text, MAXIMUM_ROW, MAXIMUM_COLUMN)
            return ("range", sheet, *sorted_corners(top, left, bottom, right))
        if token.kind != "cell":
            raise NotUnderstoodError(f"公式引用的“{token.text}”读不懂")
        return ("cell", sheet, top, left)


def sorted_corners(top: int, left: int, bottom: int, right: int) -> tuple[int, int, int, int]:
    """The rectangle between two corners, however they were given."""
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _corner(text: str, row: int, column: int) -> tuple[int, int]:
    """Row and column of a reference; where it has none, those given."""
    plain = text.replace("$", "")
    letters = plain.rstrip("0123456789")
    digits = plain[len(letters) :]
    return int(digits) if digits else row, column_number(letters) if letters else column
