"""One formula over several workbooks at once: calculated once for all in which the cells that it reads hold the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from xlperf.engines.compiled.library.ranges import Column
from xlperf.engines.compiled.library.scalars import Stop
from xlperf.values import Value


class Lane(NamedTuple):
    """A cell that is not the same in all of the workbooks: its values in each, and the one that the program holds.

    `kinds`: their types, where numbers and truth values are among them, since 1 and TRUE are equal.
    """

    column: Column
    row: int
    held: Value
    values: Sequence[Value]
    kinds: Sequence[type] | None


def lane(column: Column, row: int, values: Sequence[Value]) -> Lane | None:
    """The values of a cell in several workbooks; None where all are the one that the program holds."""
    held, types = column[row], [*map(type, values)]
    found = {*types}
    if found == {type(held)} and values.count(held) == len(values):
        return None
    return Lane(column, row, held, values, types if {bool, float} <= found else None)


def results_in(lanes: Sequence[Lane], function: Callable[..., Value], arguments: tuple[Any, ...]) -> list[Value]:
    """What a formula gives in each workbook, given the cells that it reads and that are not the same in all.

    The cells take on what each combination of values needs, and afterwards hold what they held.
    """
    stop = Stop
    met = [*zip(*(one.values for one in lanes), *(one.kinds for one in lanes if one.kinds), strict=True)]
    known: dict[tuple[Any, ...], Value] = dict.fromkeys(met)
    cells = [(one.column, one.row) for one in lanes]
    try:
        for values in known:
            for (column, row), value in zip(cells, values, strict=False):
                column[row] = value
            try:
                known[values] = function(*arguments)
            except stop as stopped:
                known[values] = stopped.error
    finally:
        for one in lanes:
            one.column[one.row] = one.held
    return [*map(known.__getitem__, met)]
