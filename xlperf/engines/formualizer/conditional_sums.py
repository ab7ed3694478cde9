"""Conditional sums over ranges that hold errors: Excel passes a matching error on, formualizer skips it without a word."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from xlperf.engines.protocol import CellPlace
from xlperf.formula.addresses import Area, position, sheet_name
from xlperf.formula.functions import FUNCTIONS
from xlperf.formula.parsing import GrammarError, parsed
from xlperf.formula.tree import Call, Literal, Node, Reference, walk
from xlperf.values import Value, is_number

# The functions that add up what conditions pick out, with the number of the argument that is added up.
_SUMMED = {name: function.takes.index("s") for name, function in FUNCTIONS.items() if "s" in function.takes}
_FUNCTION = re.compile(rf"\b(?:{'|'.join(_SUMMED)})\(")
_CRITERION = re.compile(r"(<>|<=|>=|<|>|=|)(.*)", re.S)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_COMPARE: Mapping[str, Callable[[Any, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}

Read = Callable[[str, int, int], Value]


class Range(NamedTuple):
    """An area of a sheet."""

    sheet: str
    area: Area


class ConditionalSum(NamedTuple):
    """A call: what it adds up, and the ranges with their criteria, a literal, a cell or None where it is neither."""

    function: str
    summed: Range
    conditions: tuple[tuple[Range, Value | Range], ...]


class ConditionalSums:
    """The conditional sums of a workbook."""

    def __init__(self) -> None:
        self._sums: list[tuple[CellPlace, ConditionalSum]] = []

    def note(self, place: CellPlace, text: str) -> None:
        """Notes the conditional sums of a formula, as the engine gets it."""
        if _FUNCTION.search(text):
            # What breaks the grammar is left to the engine to refuse.
            with suppress(GrammarError):
                self._sums += [(place, found) for found in conditional_sums(parsed(text).root, place[0])]

    def doubtful(self, errors: Iterable[CellPlace], read: Read) -> Mapping[CellPlace, str]:
        """The formulas whose sums may have skipped one of these error cells, with the reason."""
        by_sheet: dict[str, list[tuple[str, int, int]]] = {}
        for sheet, ref in errors:
            by_sheet.setdefault(sheet, []).append((ref, *position(ref)))
        found = {}
        for place, call in self._sums:
            sheet, area = call.summed
            for ref, row, column in by_sheet.get(sheet, ()):
                if area.covers(row, column) and _may_be_met(call, row - area.top, column - area.left, read):
                    found[place] = f"{call.function} 的求和区域里 {sheet}!{ref} 是错误值，请先改正"
        return found


def conditional_sums(root: Node, sheet: str) -> Iterator[ConditionalSum]:
    """The calls whose ranges are written out."""
    for call in walk(root):
        number = _SUMMED.get(call.name.upper()) if isinstance(call, Call) else None
        if number is None or not isinstance(call, Call) or not call.arguments:
            continue
        arguments = call.arguments
        summed = _range(arguments[number] if number < len(arguments) else arguments[0], sheet)
        given = arguments[1:] if number == 0 else arguments[:2]
        conditions = []
        for tested, criterion in zip(given[::2], given[1::2], strict=False):
            area = _range(tested, sheet)
            if area is not None:
                conditions.append((area, _criterion(criterion, sheet)))
        if summed is not None:
            yield ConditionalSum(call.name.upper(), summed, tuple(conditions))


def _may_be_met(call: ConditionalSum, rows: int, columns: int, read: Read) -> bool:
    """Whether all conditions may be met at an offset into the ranges."""
    for (sheet, area), criterion in call.conditions:
        wanted = read(criterion.sheet, *criterion.area[:2]) if isinstance(criterion, Range) else criterion
        if not may_meet(read(sheet, area.top + rows, area.left + columns), wanted):
            return False
    return True


def may_meet(value: Value, criterion: Value) -> bool:
    """Whether a value may meet a criterion: false only where it surely doesn't."""
    if isinstance(criterion, str):
        sign, text = _CRITERION.fullmatch(criterion).groups()  # type: ignore[union-attr]
        if sign in _COMPARE and _NUMBER.fullmatch(text):
            return is_number(value) and _COMPARE[sign](value, float(text))
        if sign in ("", "=") and text and not _NUMBER.fullmatch(text) and not set(text) & set("*?~#"):
            return isinstance(value, str) and value.casefold() == text.casefold()
        return True
    if is_number(criterion):
        return isinstance(value, str) or value == criterion
    return True


def _criterion(node: Node, sheet: str) -> Value | Range:
    if isinstance(node, Literal) and node.kind == "string":
        return node.text[1:-1].replace('""', '"')
    if isinstance(node, Literal) and node.kind == "number":
        return float(node.text)
    cell = _range(node, sheet)
    return cell if cell is not None and cell.area.size == 1 else None


def _range(node: Node, sheet: str) -> Range | None:
    """The range of an argument that is one reference."""
    if not isinstance(node, Reference):
        return None
    return Range(sheet_name(node.sheet) if node.sheet else sheet, node.area)
