"""Plain Excel functions that formualizer lacks or gets wrong, where the right answer is exactly known."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from xlperf.errors import CellError
from xlperf.values import Grid, Value, is_number

Argument = Value | Grid


@dataclass(frozen=True, slots=True)
class PlainFunction:
    """An Excel function as an engine registers it."""

    name: str
    minimum_arguments: int
    maximum_arguments: int | None
    implementation: Callable[..., Argument]

    def call(self, arguments: Sequence[Argument], /) -> Argument:
        """The result; the first error among the arguments is passed on."""
        for value in chain.from_iterable(_values(argument) for argument in arguments):
            if isinstance(value, CellError):
                return value
        return self.implementation(*arguments)


def frequency(data: Argument, bins: Argument) -> Grid:
    """How many numbers fall to each bin: those up to it and above the next smaller one; last, those above all."""
    limits = [value for value in _values(bins) if is_number(value)]
    ordered = sorted(set(limits))
    counts = [0.0] * (len(ordered) + 1)
    for value in _values(data):
        if is_number(value):
            counts[bisect_left(ordered, value)] += 1
    column: Grid = []
    for index, limit in enumerate(limits):
        is_repeated = limit in limits[:index]
        column.append([0.0 if is_repeated else counts[bisect_left(ordered, limit)]])
    return [*column, [counts[-1]]]


def _values(argument: Argument) -> list[Value]:
    return [value for row in argument for value in row] if isinstance(argument, list) else [argument]


_FUNCTIONS = {function.name: function for function in (PlainFunction("FREQUENCY", 2, 2, frequency),)}


def excel_functions() -> Mapping[str, PlainFunction]:
    """The functions by name."""
    return _FUNCTIONS
