"""The worksheet functions as plain Python: on values, on lists of rows, and element by element on numpy and pandas columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from xlperf.errors import CellError
from xlperf.registry import Argument, FunctionSpec, worksheet_functions
from xlperf.values import Value


@cache
def by_name() -> dict[str, Callable[..., Any]]:
    """The functions by their Python name: PERF_SCORE_TIERS is `score_tiers`."""
    return {spec.implementation.__name__: _callable(spec) for spec in worksheet_functions().values()}


def _callable(spec: FunctionSpec) -> Callable[..., Any]:
    names = [parameter.name for parameter in spec.parameters]

    def function(*values: Any, **named: Any) -> Any:
        unknown = set(named) - set(names[len(values) :])
        if unknown or len(values) > len(names):
            raise TypeError(
                f"{spec.signature}: {'unknown ' + ', '.join(sorted(unknown)) if unknown else 'too many arguments'}"
            )
        last = max([len(values), *(names.index(name) + 1 for name in named)])
        given = [*values, *(named.get(name) for name in names[len(values) : last])]
        columns = [v for p, v in zip(spec.parameters, given, strict=False) if p.kind.is_scalar and _is_column(v)]
        result = spec.call([_argument(value) for value in given])
        return _like(columns[0], result) if columns else _scalar(result)

    function.__name__ = function.__qualname__ = spec.implementation.__name__
    function.__doc__ = spec.doc
    return function


def _is_column(value: object) -> bool:
    """Whether a value is a numpy array or a pandas series; lists are ranges of cells."""
    return hasattr(value, "tolist") and getattr(value, "ndim", 0) == 1


def _argument(value: Any) -> Argument:
    if _is_column(value):
        return [[_blank(cell)] for cell in value.tolist()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [
            [*map(_blank, row)] if isinstance(row, Sequence) and not isinstance(row, str) else [_blank(row)]
            for row in value
        ]
    return _blank(value)


def _blank(value: Any) -> Value:
    """A value as cells hold it: NaN and NA are blank, numbers of numpy are numbers."""
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return None
    found: Value = value.item() if hasattr(value, "item") else value
    return float(found) if isinstance(found, Decimal) else found


def _scalar(result: Argument) -> Any:
    """One value; an error is raised, lists stay lists."""
    if isinstance(result, CellError):
        raise result
    return result


def _like(column: Any, result: Argument) -> Any:
    """The results as a column like the one given, errors in their places as values."""
    cells = [row[0] for row in result] if isinstance(result, list) else [result] * len(column)
    dtype = "float64" if all(isinstance(c, float | int) and not isinstance(c, bool) for c in cells) else "object"
    if hasattr(column, "index"):
        return type(column)(cells, index=column.index, dtype=dtype)
    import numpy

    found = numpy.empty(len(cells), dtype=dtype)
    found[:] = cells
    return found
