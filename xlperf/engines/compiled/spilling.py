"""Results of formulas that fill several cells: which value goes into which cell, and whether they fit at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from xlperf.engines.compiled.library.ranges import Block, Span
from xlperf.engines.compiled.library.scalars import NA
from xlperf.engines.compiled.plan import Step, filled_cells
from xlperf.formula.tree import NotUnderstoodError
from xlperf.values import Value


def spilling(function: Callable[..., Any], step: Step) -> Callable[..., Any]:
    """The function of a formula that spills, refused where its result would fill other cells than it did when saved."""

    def spilled(*arguments: Any) -> Any:
        area = function(*arguments)
        size = (area.height, area.width) if isinstance(area, Span | Block) else (1, 1)
        if size != (step.height, step.width):
            raise NotUnderstoodError(f"结果展开成 {size[0]} 行 {size[1]} 列，文件中是 {step.height} 行 {step.width} 列")
        return area

    return spilled


def element(area: Any, row: int, column: int) -> Value:
    """The value of an array in a cell of the area that it fills: single rows, columns and values are repeated."""
    if not isinstance(area, Span | Block):
        return 0.0 if area is None else area
    row, column = row if area.height > 1 else 0, column if area.width > 1 else 0
    if row >= area.height or column >= area.width:
        return NA
    value = area.at(row, column)
    return 0.0 if value is None else value


def filled_besides(steps: Iterable[Step]) -> dict[tuple[str, int, int], tuple[str, str]]:
    """The cells that array formulas fill besides their own, with that: what a file holds in them is a result, no constant."""
    large = (step for step in steps if step.height * step.width > 1)
    return {place: step.place for step in large for place in filled_cells(step)[1:]}
