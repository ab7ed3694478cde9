"""Our worksheet functions as compiled formulas call them: plain arguments go straight to the implementation.

Whatever is not plain (a blank, text for a number, an error, a range for a value) takes the way of the declaration, which
alone knows what becomes of it; so the results are those of `FunctionSpec.call`.

Functions of ranges and texts remember their latest results: the scores of submissions repeat, and a rule takes longer
than looking up that it has been applied to the same points before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from xlperf.engines.compiled.code_lines import indented
from xlperf.engines.compiled.library import scalars
from xlperf.engines.compiled.library.ranges import Block, Span, grid
from xlperf.engines.protocol import WorksheetFunction
from xlperf.errors import CellError
from xlperf.registry import FunctionSpec, Kind, Parameter
from xlperf.values import Grid, Value

# What tells that an argument is plain, by what the parameter takes; `{}` is the argument. A number less itself is not
# zero where it is infinite or none. A range of one cell is that cell, so it is not plain.
_RANGE = "type({0}) is list and (len({0}) > 1 or len({0}[0]) > 1)"
_PLAIN = {
    Kind.NUMBER: "type({0}) is float and {0} - {0} == 0.0",
    Kind.FLAG: "type({0}) is bool",
    Kind.TEXT: "type({0}) is str and {0}",
    Kind.ANY: "type({0}) is not list",
    Kind.NUMBERS: "type({0}) is list and ({0} := numbers({0})) is not None",
    Kind.VALUES: _RANGE,
    Kind.TABLE: _RANGE,
}


# Kinds of arguments by which a call is remembered, and how many results of a function are; longer ranges are not.
_TELLING = frozenset({Kind.TEXT, Kind.NUMBERS, Kind.VALUES, Kind.TABLE})
_REMEMBERED, _LONGEST = 512, 64


def caller(function: WorksheetFunction) -> Callable[..., Value]:
    """A worksheet function as compiled formulas call it, each argument by itself, a range as its area."""
    if isinstance(function, FunctionSpec):
        return _caller(function)
    return lambda *arguments: _single(function.call(_grids(arguments)))


@lru_cache(maxsize=256)
def _caller(function: FunctionSpec) -> Callable[..., Value]:
    """A declared function, made once for all workbooks."""

    def slow(arguments: Sequence[Any]) -> Value:
        return _single(function.call(arguments))

    namespace: dict[str, Any] = {
        "__builtins__": {"type": type, "float": float, "bool": bool, "str": str, "list": list, "len": len},
        "implementation": function.implementation,
        "CellError": CellError,
        "OverflowError": OverflowError,
        "numbers": _numbers,
        "flat": _flat,
        "slow": slow,
    }
    exec(compile(_source(function), f"<{function.name}>", "exec"), namespace)
    found: Callable[..., Value] = namespace["called"]
    return _remembering(found) if any(p.kind in _TELLING for p in function.parameters) else found


def _source(function: FunctionSpec) -> str:
    lines = ["count = len(given)"]
    for count in range(function.minimum_arguments, function.maximum_arguments + 1):
        lines += [f"if count == {count}:", *indented(_case(function.parameters[:count]))]
    return "\n".join(("def called(*given):", *indented([*lines, "return slow(given)"]), ""))


def _case(parameters: Sequence[Parameter]) -> list[str]:
    """The lines for a call with these parameters."""
    names = [f"a{number}" for number in range(len(parameters))]
    tests = " and ".join(f"({_test(p, name)})" for p, name in zip(parameters, names, strict=True)) or "True"
    passed = ", ".join(
        f"flat({name})" if p.kind is Kind.VALUES else name for p, name in zip(parameters, names, strict=True)
    )
    return [
        *([f"{', '.join(names)}, = given"] if names else []),
        f"if {tests}:",
        "    try:",
        f"        result = implementation({passed})",
        "    except CellError as error:",
        # As a value it outlives the call, whose frames hold a whole workbook.
        "        return error.with_traceback(None)",
        "    except OverflowError:",
        "        return slow(given)",
        # Only a finite number is shown as it is.
        "    if type(result) is float and result - result == 0.0:",
        "        return result + 0.0",
        "    if type(result) is str or type(result) is bool:",
        "        return result",
    ]


def _test(parameter: Parameter, name: str) -> str:
    test = _PLAIN[parameter.kind].format(name)
    if parameter.is_required or parameter.kind not in (Kind.NUMBER, Kind.FLAG, Kind.TEXT):
        return test
    return f'{name} is None or {name} == "" and ({name} := None) is None or {test}'


def _remembering(called: Callable[..., Value]) -> Callable[..., Value]:
    """The function with its latest results at hand, so many, and then from the beginning."""
    known: dict[Any, Value] = {}

    def remembering(*given: Any) -> Value:
        told = _key(given)
        if told in known:
            return known[told]
        result = called(*_grids(given))
        # Texts may show a zero's sign, by which no number is told from another.
        if told is not None and type(result) is not str:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[told] = result
        return result

    return remembering


def _key(given: Sequence[Any]) -> Any:
    """What tells a call from others: values and their types, since 1 and TRUE are equal; None where it is too long."""
    found: list[Any] = []
    for argument in given:
        if isinstance(argument, Span | Block):
            if argument.height * argument.width > _LONGEST:
                return None
            values = argument.flat()
            found += (argument.height, argument.width, *values, *map(type, values))
        else:
            found += (argument, type(argument))
    return tuple(found)


def _grids(given: Sequence[Any]) -> list[Any]:
    """Arguments as a declaration takes them: ranges are whole rectangles."""
    return [grid(argument) if isinstance(argument, Span | Block) else argument for argument in given]


def _numbers(rows: Grid) -> list[Value] | None:
    """The numbers of a range, if it holds nothing else."""
    values = list(chain.from_iterable(rows))
    if set(map(type, values)) != {float}:
        return None
    return values if math.isfinite(sum(values)) else None  # type: ignore[arg-type]


def _flat(rows: Grid) -> list[Value]:
    return list(chain.from_iterable(rows))


def _single(result: Value | Grid) -> Value:
    """A result as one cell holds it."""
    if type(result) is float:
        return result
    if isinstance(result, list):
        return result[0][0] if len(result) == 1 == len(result[0]) else scalars.VALUE
    return float(result) if type(result) is int else result
