"""The names that generated code may use, and no others: Excel's functions, those of ours, the errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType
from typing import Any

from xlperf.engines.compiled.code_lines import safe
from xlperf.engines.compiled.library import scalars
from xlperf.engines.compiled.library.function_table import AGGREGATES, AREAS, DYNAMIC, SCALARS, error_type
from xlperf.engines.compiled.library.lookups import choice, index_crossed
from xlperf.engines.compiled.library.ranges import Block, Span, lifted
from xlperf.engines.compiled.library.references import cells_of, column_of, columns_of, crossed, row_of, rows_of
from xlperf.engines.compiled.library.scalars import NA, Stop, plain, truth
from xlperf.engines.compiled.marshalling import caller
from xlperf.engines.protocol import Functions
from xlperf.errors import CellError


def single(area: Any) -> Any:
    """The one value of an area."""
    if isinstance(area, Span | Block):
        if area.height * area.width != 1:
            raise Stop(scalars.VALUE)
        return area.at(0, 0)
    return area


def _flat(area: Any) -> Any:
    return area.flat() if isinstance(area, Span | Block) else (area,)


def _chosen(condition: Any, one: Any, two: Any) -> Any:
    return one if truth(condition) else two


_EACH: Mapping[str, Callable[..., Any]] = {
    "each_iferror": lambda value, other: other if type(value) is CellError else value,
    "each_isnumber": lambda value: type(value) is float,
    "each_istext": lambda value: type(value) is str,
    "each_islogical": lambda value: type(value) is bool,
    "each_iserror": lambda value: type(value) is CellError,
    "each_iserr": lambda value: type(value) is CellError and value != NA,
    "each_isna": lambda value: type(value) is CellError and value == NA,
    "each_isblank": lambda value: value is None,
    "each_isnontext": lambda value: type(value) is not str,
}
_FIXED: Mapping[str, Any] = {
    # The code is made of these names only; it reaches nothing else, not even Python's own functions.
    "__builtins__": {"float": float, "int": int, "str": str, "bool": bool, "type": type},
    **{function.__name__: function for function in scalars.OPERATORS.values()},
    "empty": scalars.is_empty,
    "negative": scalars.negative,
    "percent": scalars.percent,
    "number": scalars.number,
    "plain": plain,
    "truth": truth,
    "flat": _flat,
    "chosen": _chosen,
    "is_other_error": _EACH["each_iserr"],
    "error_type": error_type,
    **_EACH,
    **{function.__name__: function for function in (single, lifted, cells_of, crossed)},
    **{function.__name__: function for function in (row_of, rows_of, column_of, columns_of)},
    "choice": choice,
    "index_crossed": index_crossed,
    **{f"F_{safe(name)}": function.call for name, function in (*SCALARS.items(), *AREAS.items())},
    **{f"F_{name}": function for name, function in DYNAMIC.items()},
    **{f"F_{safe(name)}": function for name, function in AGGREGATES.items()},
    "NULL": scalars.NULL,
    "DIV0": scalars.DIV0,
    "WRONG": scalars.VALUE,
    "REF": scalars.REF,
    "NAME": scalars.NAME,
    "NUM": scalars.NUM,
    "NA": NA,
    "Nothing": type(None),
    "Block": Block,
    "Stop": Stop,
    "CellError": CellError,
}


def names_of_code(functions: Functions, made: Iterable[CodeType]) -> dict[str, Any]:
    """The names for the code that was made: of these worksheet functions only those that it calls."""
    used = {name for code in made for name in _names(code)}
    callers = {name: caller(function) for own, function in functions.items() if (name := f"P_{own}") in used}
    return {**_FIXED, **callers}


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
