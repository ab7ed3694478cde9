"""Implicit intersection: a range where one value belongs means its cell in the row or column of the formula.

Excel stores such formulas without any mark, and an engine made for dynamic arrays would spread them over other cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from xlperf.formula.addresses import reference
from xlperf.formula.functions import FUNCTIONS, marked
from xlperf.formula.parsing import GrammarError, parsed
from xlperf.formula.tree import Call, Node, Operation, Reference, Sign, children

_KNOWN = marked("intersected")
# Functions of which every argument is a single value, that hand on one of several, or whose first is a single value.
_SCALAR = frozenset(name for name in _KNOWN if set(FUNCTIONS[name].takes) == {"v"})
_BRANCHES = frozenset(name for name in _KNOWN if FUNCTIONS[name].takes == "vb")
_LOOKUPS = frozenset(name for name in _KNOWN if FUNCTIONS[name].takes == "vavv")
_SINGLE = _SCALAR | _BRANCHES | _LOOKUPS
_OPERATORS = frozenset({"+", "-", "*", "/", "^", "&", "=", "<", ">", "<>", "<=", ">=", "%"})

# Signs of a range that may stand for one cell, beside an operator or first in a call: one formula in a hundred has them,
# and only of those a tree is made. They run in linear time.
_AFTER_OPERATOR = re.compile(r"(?:\A|[-+*/^&=<>])\s*(?:'(?:[^']|'')*'!|[^-\s'(),+*/^&=<>!:]+!)?\$?[A-Z]{0,3}\$?[0-9]*:")
_BEFORE_OPERATOR = re.compile(r":\$?[A-Z]{0,3}\$?[0-9]*\s*[-+*/^&=<>%]")
_IN_CALL = re.compile(r"([A-Z.0-9]+)\([^():]*:")


class _Frame(NamedTuple):
    """What is around: the function, the argument's number, whether all is known, whether one value is wanted of the call."""

    function: str
    argument: int
    is_known: bool
    is_single: bool


def intersected(text: str, row: int, column: int) -> str:
    """An ordinary formula as seen from its cell: each range that stands for one cell replaced, and "@" for the whole."""
    if ":" in text and _is_needed(text):
        # What breaks the grammar is left to the engine to refuse.
        with suppress(GrammarError):
            tree = parsed(text)
            text = tree.rewritten(_edits(tree.root, row, column))
    return f"@({text})"


def _is_needed(text: str) -> bool:
    return bool(_AFTER_OPERATOR.search(text) or _BEFORE_OPERATOR.search(text)) or any(
        name in _SINGLE for name in _IN_CALL.findall(text)
    )


def _edits(root: Node, row: int, column: int) -> Iterator[tuple[int, int, str]]:
    waiting = [(root, _Frame("", 0, True, True), False)]
    while waiting:
        node, frame, is_operand = waiting.pop()
        if isinstance(node, Reference):
            if node.is_range and _is_single(frame, is_operand):
                yield node.start, node.end, _cell(node, row, column)
            continue
        inner = [frame] * len(below := children(node))
        if isinstance(node, Call) and node.callee is None:
            name, is_single = node.name.upper(), _is_single(frame, False)
            is_known = frame.is_known and name in _KNOWN
            inner = [_Frame(name, number, is_known, is_single) for number in range(len(below))]
        elif isinstance(node, Operation) and node.operators[0] == ":":
            # A range of which an end is calculated is left as it is.
            inner = [frame._replace(is_known=False)] * len(below)
        signs = node.operators if isinstance(node, Operation) else [node.sign] if isinstance(node, Sign) else []
        is_calculated = any(sign in _OPERATORS for sign in signs)
        waiting += [(child, around, is_calculated) for child, around in zip(below, inner, strict=True)][::-1]


def _is_single(frame: _Frame, is_operand: bool) -> bool:
    """Whether a range stands for one value there."""
    if not frame.is_known:
        return False
    if frame.function in _BRANCHES:
        return is_operand or frame.argument == 0 or frame.is_single
    is_looked_up = frame.function in _LOOKUPS and frame.argument == 0
    return is_operand or not frame.function or frame.function in _SCALAR or is_looked_up


def _cell(node: Reference, row: int, column: int) -> str:
    """The cell of a range in the row or column of the formula; #VALUE! where there is none."""
    sheet = f"{node.sheet}!" if node.sheet else ""
    top, left, bottom, right = node.area
    if left == right and (top == bottom or top <= row <= bottom):
        return sheet + reference(top if top == bottom else row, left)
    if top == bottom and left <= column <= right:
        return sheet + reference(top, column)
    return "#VALUE!"
