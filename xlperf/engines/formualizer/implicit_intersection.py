"""Implicit intersection: a range where one value belongs means its cell in the row or column of the formula.

Excel stores such formulas without any mark, and an engine made for dynamic arrays would spread them over other cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from xlperf.formula.addresses import MAXIMUM_ROW, column_number, reference
from xlperf.formula.functions import FUNCTIONS, marked
from xlperf.formula.tokens import Token, tokens

_KNOWN = marked("intersected")
# Functions of which every argument is a single value, that hand on one of several, or whose first is a single value.
_SCALAR = frozenset(name for name in _KNOWN if set(FUNCTIONS[name].takes) == {"v"})
_BRANCHES = frozenset(name for name in _KNOWN if FUNCTIONS[name].takes == "vb")
_LOOKUPS = frozenset(name for name in _KNOWN if FUNCTIONS[name].takes == "vavv")
_OPERATORS = {"+", "-", "*", "/", "^", "&", "=", "<", ">", "<>", "<=", ">=", "%"}
_ENDS = {"cell", "column", "row"}
_END = re.compile(r"\$?([A-Z]*)\$?([0-9]*)", re.I)

# Signs of a range that may stand for one cell: beside an operator, or first in a call. Made to run in linear time.
_AFTER_OPERATOR = re.compile(r"(?:\A|[-+*/^&=<>])\s*(?:'(?:[^']|'')*'!|[^-\s'(),+*/^&=<>!:]+!)?\$?[A-Z]{0,3}\$?[0-9]*:")
_BEFORE_OPERATOR = re.compile(r":\$?[A-Z]{0,3}\$?[0-9]*\s*[-+*/^&=<>%]")
_IN_CALL = re.compile(r"([A-Z.0-9]+)\([^():]*:")


class _Frame(NamedTuple):
    """A bracket: its function, the argument reached, whether all around is known, whether one value is wanted of it."""

    function: str
    argument: int
    is_known: bool
    is_single: bool


def intersected(text: str, row: int, column: int) -> str:
    """An ordinary formula as seen from its cell: each range that stands for one cell replaced, and "@" for the whole."""
    if ":" in text and _is_needed(text):
        text = _replaced(tokens(text), row, column)
    return f"@({text})"


def _is_needed(text: str) -> bool:
    if _AFTER_OPERATOR.search(text) or _BEFORE_OPERATOR.search(text):
        return True
    single = _SCALAR | _BRANCHES | _LOOKUPS
    return any(name in single for name in _IN_CALL.findall(text))


def _replaced(pieces: Sequence[Token], row: int, column: int) -> str:
    out: list[str] = []
    stack = [_Frame("", 0, True, True)]
    index = 0
    while index < len(pieces):
        length = _range_length(pieces, index)
        if length:
            after = _neighbour(pieces, index + length, 1)
            is_operand = _neighbour(pieces, index - 1, -1) in _OPERATORS or after in _OPERATORS
            found = pieces[index : index + length]
            is_single = _is_single(stack[-1], is_operand)
            out.append(_cell(found, row, column) if is_single else "".join(piece.text for piece in found))
            index += length
            continue
        _follow(stack, pieces, index)
        out.append(pieces[index].text)
        index += 1
    return "".join(out)


def _range_length(pieces: Sequence[Token], index: int) -> int:
    """The number of tokens of a range that begins here, sheet included; 0 where none does."""
    start = index
    if pieces[index].kind == "sheet" and index + 2 < len(pieces):
        start = index + 2
    ends = pieces[start : start + 3]
    is_range = len(ends) == 3 and ends[1].text == ":" and ends[0].kind in _ENDS and ends[2].kind in _ENDS
    return start - index + 3 if is_range else 0


def _neighbour(pieces: Sequence[Token], index: int, step: int) -> str:
    while 0 <= index < len(pieces):
        if pieces[index].kind != "space":
            return pieces[index].text
        index += step
    return ""


def _follow(stack: list[_Frame], pieces: Sequence[Token], index: int) -> None:
    """Keeps the stack of brackets: a plain bracket belongs to the function around it."""
    text, top = pieces[index].text, stack[-1]
    if text == "(":
        before = pieces[index - 1] if index else Token("", "")
        if before.kind == "function":
            name = before.text.upper()
            stack.append(_Frame(name, 0, top.is_known and name in _KNOWN, _is_single(top, False)))
        else:
            stack.append(top)
    elif text == ")" and len(stack) > 1:
        stack.pop()
    elif pieces[index].kind == "operator" and text == ",":
        stack[-1] = top._replace(argument=top.argument + 1)


def _is_single(frame: _Frame, is_operand: bool) -> bool:
    """Whether a range in this bracket stands for one value."""
    if not frame.is_known:
        return False
    if frame.function in _BRANCHES:
        return is_operand or frame.argument == 0 or frame.is_single
    return is_operand or not frame.function or frame.function in _SCALAR or _is_looked_up(frame)


def _is_looked_up(frame: _Frame) -> bool:
    return frame.function in _LOOKUPS and frame.argument == 0


def _cell(pieces: Sequence[Token], row: int, column: int) -> str:
    """The cell of a range in the row or column of the formula; #VALUE! where there is none."""
    sheet = "".join(piece.text for piece in pieces[:-3])
    first, last = (_END.fullmatch(pieces[index].text) for index in (-3, -1))
    if first is None or last is None:
        return "#VALUE!"
    rows = sorted((int(first[2] or 1), int(last[2] or MAXIMUM_ROW)))
    columns = sorted((column_number(first[1] or "A"), column_number(last[1] or "XFD")))
    if columns[0] == columns[1] and (rows[0] == rows[1] or rows[0] <= row <= rows[1]):
        return sheet + reference(rows[0] if rows[0] == rows[1] else row, columns[0])
    if rows[0] == rows[1] and columns[0] <= column <= columns[1]:
        return sheet + reference(rows[0], column)
    return "#VALUE!"
