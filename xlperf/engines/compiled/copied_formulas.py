"""Formulas that are filled down a column: the copies of one that was taken apart need not be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from xlperf.engines.compiled.formula_shapes import Shaped
from xlperf.engines.compiled.nodes import Node
from xlperf.formula.addresses import MAXIMUM_ROW
from xlperf.formula.tokens import Above

# What may mean another thing in the next row, though it reads the same.
_UNLIKE = re.compile(r"\[|FORMULATEXT\(", re.I)


@dataclass(frozen=True)
class CopiedFormula:
    """A formula that was taken apart, so that copies of it further down the column need not be.

    `moves`: by how much each number of its references changes from one row to the next, which two copies tell; None
    while there is only one.
    """

    text: str
    row: int
    found: Shaped
    moves: tuple[tuple[int, ...], ...] | None

    @classmethod
    def of(cls, text: str, row: int, found: Shaped, above: CopiedFormula | None) -> CopiedFormula:
        """The formula, compared with one above it."""
        if above is None or _UNLIKE.search(text) or above.found.shape != found.shape or not above.is_copied(text, row):
            return cls(text, row, found, None)
        pairs = zip(above.found.references, found.references, strict=True)
        steps = [tuple(b - a for a, b in zip(one[2:], other[2:], strict=True)) for one, other in pairs]
        distance = row - above.row
        if any(step % distance for node in steps for step in node):
            return cls(text, row, found, None)
        return cls(text, row, found, tuple(tuple(step // distance for step in node) for node in steps))

    def is_copied(self, text: str, row: int) -> bool:
        """Whether a formula in another row of the column is a copy of this one."""
        return self._above.is_copied(text, row - self.row)

    @cached_property
    def _above(self) -> Above:
        return Above(self.text)

    def copied(self, text: str, row: int) -> Shaped | None:
        """A formula in another row taken apart; None where it is no copy, or that isn't known yet."""
        if self.moves is None or not self.is_copied(text, row):
            return None
        down = row - self.row
        found = tuple(
            (*node[:2], *(place + down * move for place, move in zip(node[2:], moves, strict=True)))
            for node, moves in zip(self.found.references, self.moves, strict=True)
        )
        # References that meet here share a slot.
        is_as_above = all(map(_is_as_written, found)) and len({*found}) == len(found)
        return self.found._replace(references=found) if is_as_above else None


def _is_as_written(node: Node) -> bool:
    """Whether a reference lies on the sheet and its corners have not changed places."""
    rows: tuple[int, ...] = node[2::2]
    return min(rows) > 0 and max(rows) <= MAXIMUM_ROW and rows[0] <= rows[-1]
