"""SUBTOTAL and AGGREGATE: they leave out other subtotals, and hidden rows where they are told to or a filter hides them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xlperf.engines.compiled.library import aggregates
from xlperf.engines.compiled.library.ranges import Block, Span
from xlperf.engines.compiled.library.scalars import DIV0, VALUE, Stop, finite, number, plain
from xlperf.errors import CellError
from xlperf.formula.tree import NotUnderstoodError
from xlperf.values import Value

_HIDDEN_TOO = 100
_ARRAY_FORMS: Mapping[int, Callable[[Any, Any], float]] = {14: aggregates.nth_largest, 15: aggregates.nth_smallest}


def _deviation(of_sample: bool, is_root: bool) -> Callable[[Sequence[Any]], float]:
    def called(values: Sequence[Any]) -> float:
        found = aggregates.numbers(values, ())
        if len(found) < 1 + of_sample:
            raise Stop(DIV0)
        mean = math.fsum(found) / len(found)
        variance = math.fsum((value - mean) ** 2 for value in found) / (len(found) - of_sample)
        return finite(math.sqrt(variance) if is_root else variance)

    return called


_FUNCTIONS: Mapping[int, Callable[[Sequence[Any]], float]] = {
    1: aggregates.average,
    2: aggregates.count,
    3: aggregates.count_all,
    4: aggregates.largest,
    5: aggregates.smallest,
    6: aggregates.product,
    7: _deviation(True, True),
    8: _deviation(False, True),
    9: aggregates.total,
    10: _deviation(True, False),
    11: _deviation(False, False),
    12: aggregates.median,
}


def subtotal(kind: Any, *areas: Any) -> float:
    """SUBTOTAL: 1 to 11 count rows that are hidden by hand, 101 to 111 don't; rows that a filter hides never count.

    Errors: #VALUE!: no such kind; NotUnderstoodError: which rows are hidden isn't known.
    """
    given = int(number(plain(kind)))
    function = _FUNCTIONS.get(given % _HIDDEN_TOO)
    if (not 1 <= given <= 11 and not 101 <= given <= 111) or function is None:
        raise Stop(VALUE)
    values: list[Value] = []
    for area in areas:
        if not isinstance(area, Span):
            raise NotUnderstoodError("SUBTOTAL 的参数不是区域")
        values += _kept(area, leaves_hidden=given > _HIDDEN_TOO, leaves_subtotals=True)
    return function(values)


def aggregate(kind: Any, option: Any, *areas: Any) -> float:
    """AGGREGATE, by its option without hidden rows, errors or other subtotals.

    Errors: #VALUE!: no such kind or option; NotUnderstoodError: a kind that isn't known here.
    """
    given, how = int(number(plain(kind))), int(number(plain(option)))
    if not 1 <= given <= 19 or not 0 <= how <= 7:
        raise Stop(VALUE)
    if given not in _FUNCTIONS and given not in _ARRAY_FORMS:
        raise NotUnderstoodError(f"AGGREGATE 的第 {given} 种函数")
    leaves_hidden, leaves_errors, leaves_subtotals = how in (1, 3, 5, 7), how in (2, 3, 6, 7), how < 4
    counted = areas[:1] if given in _ARRAY_FORMS else areas
    values: list[Value] = []
    for area in counted:
        if isinstance(area, Span):
            values += _kept(area, leaves_hidden=leaves_hidden, leaves_subtotals=leaves_subtotals)
        elif isinstance(area, Block) and given in _ARRAY_FORMS:
            values += area.flat()
        else:
            raise Stop(VALUE)
    if leaves_errors:
        values = [value for value in values if type(value) is not CellError]
    if given not in _ARRAY_FORMS:
        return _FUNCTIONS[given](values)
    if len(areas) != 2:
        raise Stop(VALUE)
    return _ARRAY_FORMS[given](Block([values], len(values)), plain(areas[1]))


def _kept(area: Span, *, leaves_hidden: bool, leaves_subtotals: bool) -> list[Value]:
    """The values of an area without those that don't count."""
    rows = area.rows
    if rows is None or rows.hidden is None:
        raise NotUnderstoodError("不知道哪些行被隐藏")
    left_out = rows.hidden if leaves_hidden else rows.filtered
    bottom, right = area.top + area.height - 1, area.left + area.width - 1
    if leaves_subtotals and any(area.top <= r <= bottom and area.left <= c <= right for r, c in rows.doubtful):
        raise NotUnderstoodError("分类汇总的区域里有把 SUBTOTAL 用在算式中的公式")
    passed = rows.subtotals if leaves_subtotals else frozenset()
    if not left_out and not passed:
        return [*area.flat()]
    return [
        value
        for column, values in enumerate(area.lists(), area.left)
        for row, value in enumerate(values, area.top)
        if row not in left_out and (row, column) not in passed
    ]
