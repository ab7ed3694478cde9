"""Formulas of one shape: the tree with numbered slots for references, and the references that one formula fills in."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from xlperf.engines.compiled.library.bases import CONVERSIONS
from xlperf.engines.compiled.library.function_table import AGGREGATES, AREAS, CASES, DYNAMIC, FORMS, SCALARS
from xlperf.engines.compiled.node_facts import is_many
from xlperf.engines.compiled.nodes import INDEX_CROSSED, INNER, Node
from xlperf.formula.functions import FUNCTIONS, marked
from xlperf.formula.names import Place
from xlperf.formula.tree import NotUnderstoodError

# How a place takes a range: as one value (the cell in the formula's row or column), as an array of which each value is
# calculated with, whole as a reference that may not be calculated, as cells to add up, or as an argument of ours.
# Within an array, a reference may be one of many; of a place only where it lies is asked, not what it holds.
_VALUE, _ARRAY, _REFERENCE, _CELLS, _OWN = "value", "array", "reference", "cells", "own"
_REFERENCES, _PLACE = "references", "place"
_REFERRING = (_REFERENCE, _REFERENCES)
_IN_ARRAYS = (_ARRAY, _REFERENCES)
# Newer functions that do not always take the cell beside the formula where they are given a range, nor all values of it.
_UNCROSSED = frozenset(
    {"CEILING.MATH", "CEILING.PRECISE", "FLOOR.MATH", "FLOOR.PRECISE", "ISO.CEILING", "YEARFRAC", "DELTA", "GESTEP"}
) | frozenset(CONVERSIONS)
_HANDED_ON = ("INDEX", "IF", "CHOOSE", *DYNAMIC)
# Functions that ask where their argument lies.
_PLACED = {"ROW": 0, "COLUMN": 0, "ROWS": 0, "COLUMNS": 0, "CELL": 1}
_WRONG: Node = ("error", "#VALUE!")
_FIRST: Node = ("number", 1.0)
_NONE: Node = ("number", 0.0)
_BLANK: Node = ("blank",)
# Calls that never give 0.
_POSITIVE = marked("positive")


class Shaped(NamedTuple):
    """A formula taken apart: the shape, and its references and texts in the order of their slots.

    `is_bound_to_row`: in another row the same formula might have another shape, since a range ends above or below it.
    """

    shape: Node
    references: tuple[Node, ...]
    is_bound_to_row: bool
    texts: tuple[str, ...] = ()


def shaped(tree: Node, place: Place, ours: Container[str], *, is_array: bool = False) -> Shaped:
    """Takes a formula apart, as seen from its cell: a range where one value belongs is the cell beside the formula.

    Errors: NotUnderstoodError at an unknown function, or an array where it can't be calculated.
    """
    sheet, row, column = place
    walker = _Walker(sheet, row, column, ours)
    shape = walker.walked(tree, _ARRAY if is_array else _VALUE)
    return Shaped(shape, tuple(walker.slots), walker.is_bound_to_row)


def without_texts(found: Shaped) -> Shaped:
    """The formula with slots for its texts too: formulas that look for other words are calculated alike.

    What a text says makes no difference to how it is calculated, but for the empty one.
    """
    texts: dict[str, int] = {}

    def walked(node: Node) -> Node:
        if node[0] == "text" and node[1]:
            return ("given", texts.setdefault(node[1], len(texts)))
        return (*node[:2], *map(walked, node[2:])) if node[0] in INNER else node

    return found._replace(shape=walked(found.shape), texts=tuple(texts))


class _Walker:
    """Puts slots in the place of references."""

    def __init__(self, sheet: str, row: int, column: int, ours: Container[str]) -> None:
        self._sheet, self._row, self._column = sheet, row, column
        self._ours = ours
        self.slots: dict[Node, int] = {}
        self.is_bound_to_row = False

    def walked(self, node: Node, mode: str) -> Node:
        """The node with slots."""
        kind = node[0]
        if kind == "cell":
            if mode == _PLACE:
                return self._slot("slots", ("place", *node[1:], *node[2:]))
            if mode in _REFERRING:
                return self._slot("slots", ("range", *node[1:], *node[2:]))
            return self._slot("slot", node)
        if kind == "range" and mode == _PLACE:
            return self._slot("slots", ("place", *node[1:]))
        if kind == "range":
            return self._range(node, mode)
        if kind in ("operator", "sign"):
            inner = _ARRAY if mode == _ARRAY else _VALUE
            if mode in (*_REFERRING, _PLACE):
                raise NotUnderstoodError("公式在要区域的地方给了计算式")
            return (kind, node[1], *(self.walked(child, inner) for child in node[2:]))
        if kind == "call":
            return self._call(node, mode)
        return node

    def _slot(self, kind: str, reference: Node) -> Node:
        return (kind, self.slots.setdefault(reference, len(self.slots)))

    def _range(self, node: Node, mode: str) -> Node:
        if mode != _VALUE:
            return self._slot("slots", node)
        sheet, top, left, bottom, right = node[1:]
        self.is_bound_to_row |= top != bottom
        if left == right and (top == bottom or top <= self._row <= bottom):
            return self._slot("slot", ("cell", sheet, top if top == bottom else self._row, left))
        if top == bottom and left <= self._column <= right:
            return self._slot("slot", ("cell", sheet, top, self._column))
        return _WRONG

    def _call(self, node: Node, mode: str) -> Node:
        name, arguments = node[1], node[2:]
        if mode in (*_REFERRING, _PLACE) and name not in _HANDED_ON:
            raise NotUnderstoodError(f"{name} 的结果用作区域")
        if name in DYNAMIC:
            return self._dynamic(name, arguments, mode)
        if name in ("ROW", "COLUMN"):
            return self._line(name, arguments, mode)
        if name in CASES:
            return self.walked(looked_up(arguments) if name == "XLOOKUP" else by_cases(name, arguments), mode)
        if name == "XMATCH":
            defaults = (_BLANK, _BLANK, _NONE, _FIRST)
            arguments = tuple(d if a == _BLANK else a for a, d in zip(arguments, defaults, strict=False))
        if name in _UNCROSSED and any(child[0] == "range" for child in arguments):
            raise NotUnderstoodError(f"{name} 用于区域，Excel 取哪一格不能确定")
        if name == "CELL" and len(arguments) == 1:
            raise NotUnderstoodError("CELL 没有给出单元格，说的是最后改动的那一格")
        if name in self._ours and mode in _IN_ARRAYS:
            self._check_single(name, arguments)
        modes = self._modes(name, len(arguments), mode)
        called = ("call", name, *(self.walked(child, inner) for child, inner in zip(arguments, modes, strict=True)))
        if name != "INDEX" or mode != _VALUE:
            return called
        is_range = len(arguments) in (2, 3) and arguments[0][0] == "range"
        return self._index(called, arguments[0], *map(_is_positive, arguments[1:])) if is_range else _single(called)

    def _check_single(self, name: str, arguments: Sequence[Node]) -> None:
        """Refuses a function of ours in an array formula that might be called for each of many values; ranges it takes whole."""
        calculated = [node for node in arguments if node[0] not in ("cell", "range")]
        known, readings = self.slots, []
        for mode in (_ARRAY, _VALUE):
            self.slots = dict(known)
            readings.append([self.walked(node, mode) for node in calculated])
        self.slots = known
        if readings[0] != readings[1] or any(map(is_many, readings[0])):
            raise NotUnderstoodError(f"{name} 的数组用法不能编译")

    def _own(self) -> Node:
        """The place of the formula itself."""
        row, column = self._row, self._column
        return self._slot("slots", ("place", self._sheet, row, column, row, column))

    def _dynamic(self, name: str, arguments: Sequence[Node], mode: str) -> Node:
        """OFFSET and INDIRECT with all of their arguments, and the place of the formula at the end."""
        facts = FUNCTIONS[name]
        if not facts.takes_count(len(arguments)):
            raise NotUnderstoodError(f"{name} 的参数个数不对")
        if mode == _OWN:
            raise NotUnderstoodError(f"{name} 的结果用作区域")
        single = _ARRAY if mode in _IN_ARRAYS else _VALUE
        letters = facts.letters(len(arguments))
        given = [self.walked(a, _PLACE if c == "a" else single) for a, c in zip(arguments, letters, strict=True)]
        missing: Node = ("truth", True) if name == "INDIRECT" else ("blank",)
        given += [missing] * ((facts.most or 0) - len(given))
        called = ("call", name, *given, self._own())
        return ("call", "SINGLE", called) if mode == _VALUE else called

    def _line(self, name: str, arguments: Sequence[Node], mode: str) -> Node:
        """ROW or COLUMN: of one cell a number, of several in an array as many."""
        if len(arguments) > 1:
            raise NotUnderstoodError(f"{name} 的参数个数不对")
        given = self.walked(arguments[0], _PLACE) if arguments else self._own()
        side = (1, 3) if name == "ROW" else (2, 4)
        node = arguments[0] if arguments else ("cell",)
        is_many = node[0] == "call" or (node[0] == "range" and node[1 + side[0]] != node[1 + side[1]])
        return ("call", f"{name}.EACH" if is_many and mode == _ARRAY else name, given)

    def _index(self, called: Node, area: Node, has_row: bool, has_column: bool | None = None) -> Node:
        """INDEX where one value belongs: all rows or columns, which 0 stands for, are the one that the formula stands in.

        `has_row`, `has_column`: that number can't be 0; no column is given where that is None.
        """
        sheet, top, left, bottom, right = area[1:]
        if has_row and has_column is not False:
            return _single(called)
        if has_column is None:
            is_line = top == bottom or left == right
            return (
                ("call", INDEX_CROSSED, called[2], called[3], self.walked(area, _VALUE)) if is_line else _single(called)
            )
        self.is_bound_to_row |= top != bottom
        across, down = top <= self._row <= bottom and not has_row, left <= self._column <= right and not has_column
        crossed = (
            ("cell", sheet, self._row, self._column) if across and down else _WRONG,
            ("range", sheet, self._row, left, self._row, right) if across else _WRONG,
            ("range", sheet, top, self._column, bottom, self._column) if down else _WRONG,
        )
        modes = (_VALUE, _REFERENCE, _REFERENCE)
        given = (self.walked(node, mode) for node, mode in zip(crossed, modes, strict=True))
        return ("call", INDEX_CROSSED, *called[2:4], *given, called[4])

    def _modes(self, name: str, count: int, mode: str) -> list[str]:
        """How each argument of a call takes a range."""
        single = _ARRAY if mode in _IN_ARRAYS else _VALUE
        if name in self._ours:
            return [_OWN] * count
        if name in SCALARS:
            return [single] * count
        if name in AGGREGATES:
            return [_ARRAY if mode == _ARRAY else _CELLS] * count
        if name in ("IF", "CHOOSE"):
            return [single, *[mode] * (count - 1)][:count]
        if name in FORMS:
            return [single] * count
        if name in AREAS:
            whole = _REFERENCES if mode in _IN_ARRAYS else _REFERENCE
            wholes = {"a": whole, "s": whole, "r": _ARRAY}
            modes = [wholes.get(letter, single) for letter in AREAS[name].facts.letters(count)]
            place = _PLACED.get(name, count)
            return [*modes[:place], *([_PLACE] * (place < count)), *modes[place + 1 :]]
        raise NotUnderstoodError(f"引擎不认识函数 {name}")


def _single(called: Node) -> Node:
    return ("call", "SINGLE", called)


def _is_positive(node: Node) -> bool:
    """Whether the node is sure to give a number of 1 or more."""
    return (node[0] == "number" and node[1] >= 1) or (node[0] == "call" and node[1] in _POSITIVE)


_MOST_CASES = 60


def looked_up(arguments: Sequence[Node]) -> Node:
    """XLOOKUP as INDEX of XMATCH; an error that is looked up comes before what stands for what isn't there.

    Errors: NotUnderstoodError: the ranges are no rows or columns of one size, of which one value is taken.
    """
    if not FUNCTIONS["XLOOKUP"].takes_count(len(arguments)):
        raise NotUnderstoodError("XLOOKUP 的参数个数不对")
    wanted, area, results, missing, how, way = [*arguments, *[_BLANK] * 3][:6]
    if area[0] != "range" or results[0] != "range" or _line(area) != _line(results):
        raise NotUnderstoodError("XLOOKUP 的区域不是一样长的一行或一列")
    place: Node = (
        "call",
        "XMATCH",
        wanted,
        area,
        *([_NONE] if how == _BLANK else [how]),
        *([_FIRST] if way == _BLANK else [way]),
    )
    found: Node = ("call", "INDEX", results, place)
    if missing == _BLANK:
        return found
    otherwise: Node = ("call", "IF", ("call", "ISNA", place), missing, found)
    return ("call", "IF", ("call", "ISERROR", wanted), wanted, otherwise)


def _line(area: Node) -> tuple[int, int]:
    """The height and width of a range that is one row or column."""
    height, width = area[4] - area[2] + 1, area[5] - area[3] + 1
    if height > 1 and width > 1:
        raise NotUnderstoodError("XLOOKUP 的区域不是一样长的一行或一列")
    return height, width


def by_cases(name: str, arguments: Sequence[Node]) -> Node:
    """IFS or SWITCH as IFs, each in the place of the one before's second branch; where no case holds, #N/A.

    Errors: NotUnderstoodError: the number of arguments is wrong, or they are too many.
    """
    if not FUNCTIONS[name].takes_count(len(arguments)) or (name == "IFS" and len(arguments) % 2):
        raise NotUnderstoodError(f"{name} 的参数个数不对")
    if len(arguments) > 2 * _MOST_CASES:
        raise NotUnderstoodError(f"{name} 的情形过多")
    tests, rest = list(arguments), ("error", "#N/A")
    if name == "SWITCH":
        value, *tests = arguments
        if len(tests) % 2:
            rest = tests.pop()
        tests[::2] = [("operator", "=", value, one) for one in tests[::2]]
    found: Node = rest
    for test, result in reversed([*zip(tests[::2], tests[1::2], strict=True)]):
        found = ("call", "IF", test, result, found)
    return found
