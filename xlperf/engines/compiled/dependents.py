"""Which formulas read a cell: by itself, or in a range."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from xlperf.engines.compiled.nodes import Node
from xlperf.engines.compiled.plan import Step

# Ranges are listed by blocks of so many rows, so that a cell's are found without looking at all of a column.
_BLOCK = 64
_Listed = list[tuple[int, int, tuple[int, ...]]]


class Readers:
    """The readers of cells, as numbers of steps."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._of_cells: dict[tuple[str, int, int], tuple[int, ...]] = {}
        self._of_ranges: dict[tuple[str, int], tuple[_Listed, dict[int, _Listed]]] = {}
        self._known: dict[tuple[str, int, int], tuple[int, ...]] = {}
        references: dict[Node, list[int]] = defaultdict(list)
        for number, step in enumerate(steps):
            for node in step.references:
                references[node].append(number)
        for node, numbers in references.items():
            if node[0] == "cell":
                self._of_cells[node[1:]] = tuple(numbers)
            elif node[0] == "range":
                self._add_range(node, tuple(numbers))

    def of(self, sheet: str, row: int, column: int) -> tuple[int, ...]:
        """The steps that read a cell."""
        place = sheet, row, column
        known = self._known.get(place)
        if known is None:
            found = list(self._of_cells.get(place, ()))
            tall, blocks = self._of_ranges.get((sheet, column), ((), {}))
            for top, bottom, numbers in (*tall, *blocks.get(row // _BLOCK, ())):
                if top <= row <= bottom:
                    found += numbers
            known = self._known[place] = tuple(dict.fromkeys(found))
        return known

    def _add_range(self, node: Node, numbers: tuple[int, ...]) -> None:
        _, sheet, top, left, bottom, right = node
        for column in range(left, right + 1):
            tall, blocks = self._of_ranges.setdefault((sheet, column), ([], defaultdict(list)))
            if bottom - top > _BLOCK * _BLOCK:
                tall.append((top, bottom, numbers))
                continue
            for block in range(top // _BLOCK, bottom // _BLOCK + 1):
                blocks[block].append((top, bottom, numbers))
