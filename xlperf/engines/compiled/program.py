"""A plan as running code: Python functions made from the shapes, bound to the columns of values they work on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import compress
from types import CodeType
from typing import Any

from xlperf.engines.compiled.code_generation import EITHER, RANGE, VALUE, Ours, function_source
from xlperf.engines.compiled.dependents import Readers
from xlperf.engines.compiled.library import scalars
from xlperf.engines.compiled.library.aggregates import AGGREGATES
from xlperf.engines.compiled.library.function_table import AREAS, SCALARS, error_type
from xlperf.engines.compiled.library.ranges import Block, Column, Span, lifted
from xlperf.engines.compiled.library.scalars import NA, Stop, plain, truth
from xlperf.engines.compiled.marshalling import caller
from xlperf.engines.compiled.nodes import Node
from xlperf.engines.compiled.plan import Plan
from xlperf.engines.protocol import CellPlace, Functions, WorksheetFunction
from xlperf.errors import CellError
from xlperf.formula.tree import NotUnderstoodError
from xlperf.registry import FunctionSpec, Kind
from xlperf.values import Value

Action = tuple[Callable[..., Value], tuple[Any, ...], Column, int, tuple[int, ...]]
_MOST_SHAPES = 2048
_RANGES = frozenset({Kind.NUMBERS, Kind.VALUES, Kind.TABLE})


class Program:
    """The columns of a workbook's values, and the actions that fill in the results.

    An action is run only where a value that it reads has changed since the last run.
    """

    def __init__(self, plan: Plan, functions: Functions) -> None:
        self.columns: dict[tuple[str, int], Column] = {}
        self.unable: dict[int, str] = {}
        compiled = _compiler(tuple((name, ours(function)) for name, function in functions.items()))
        namespace = _namespace(functions)
        code = [
            self._function(number, compiled(shape, repr(shape)), namespace) for number, shape in enumerate(plan.shapes)
        ]
        able = [step for step in plan.steps if code[step.shape] is not None]
        self._readers = Readers(able)
        self._actions: list[Action] = []
        for step in able:
            function = code[step.shape]
            arguments = tuple(value for node in step.references for value in self._bound(node))
            column = self.column(step.sheet, step.column, step.row)
            readers = self._readers.of(step.sheet, step.row, step.column)
            if function is not None:
                self._actions.append((function, arguments, column, step.row - 1, readers))
        self.places = [step.place for step in able]
        self._waiting = bytearray(b"\1" * len(self._actions))

    def column(self, sheet: str, number: int, height: int = 0) -> Column:
        """A column of values, at least so high."""
        column = self.columns.setdefault((sheet, number), [])
        if len(column) < height:
            column += [None] * (height - len(column))
        return column

    def put(self, sheet: str, row: int, number: int, value: Value) -> None:
        """Puts a constant into a cell, if any formula may read it."""
        column = self.columns.get((sheet, number))
        if column is None:
            return
        if type(value) is int:
            value = float(value)
        if len(column) < row:
            column += [None] * (row - len(column))
        known = column[row - 1]
        if value is not known and (type(value) is not type(known) or value != known):
            column[row - 1] = value
            for reader in self._readers.of(sheet, row, number):
                self._waiting[reader] = 1

    def run(self) -> None:
        """Calculates what depends on changed values; actions stand in an order in which none comes before its cells."""
        stop, waiting = Stop, self._waiting
        # The flags are read one by one while the loop goes on, so that it finds those that it sets itself.
        for function, arguments, column, row, readers in compress(self._actions, waiting):
            try:
                value = function(*arguments)
            except stop as stopped:
                value = stopped.error
            known = column[row]
            if value is not known and (type(value) is not type(known) or value != known):
                column[row] = value
                for reader in readers:
                    waiting[reader] = 1
        self._waiting = bytearray(len(self._actions))

    def results(self) -> dict[CellPlace, Value]:
        """The values of all cells with formulas."""
        return dict(zip(self.places, [column[row] for _, _, column, row, _ in self._actions], strict=True))

    def _bound(self, node: Node) -> tuple[Any, ...]:
        if node[0] == "cell":
            _, sheet, row, column = node
            return self.column(sheet, column, row), row - 1
        _, sheet, top, left, bottom, right = node
        columns = [self.column(sheet, number) for number in range(left, right + 1)]
        return (Span(columns, top, left, bottom - top + 1),)

    def _function(self, number: int, code: CodeType | str, namespace: dict[str, Any]) -> Callable[..., Value] | None:
        """The function that the code of a shape defines; None where it is no code but the reason that there is none."""
        if isinstance(code, str):
            self.unable[number] = code
            return None
        exec(code, namespace)
        found: Callable[..., Value] = namespace.pop("formula")
        return found


@lru_cache(maxsize=4)
def _compiler(known: tuple[tuple[str, Ours], ...]) -> Callable[[Node, str], CodeType | str]:
    """What compiles shapes, given the worksheet functions; workbooks that come one after the other have most in common."""
    given = dict(known)

    # As they are written, since 0 and -0 are equal.
    @lru_cache(maxsize=_MOST_SHAPES)
    def compiled(shape: Node, written: str) -> CodeType | str:
        try:
            return compile(function_source("formula", shape, given), "<shape>", "exec")
        except NotUnderstoodError as error:
            return str(error)
        except (SyntaxError, RecursionError, MemoryError):
            return "公式过于复杂"

    return compiled


def ours(function: WorksheetFunction) -> Ours:
    """What the parameters of a worksheet function take."""
    if isinstance(function, FunctionSpec):
        return Ours(tuple(RANGE if p.kind in _RANGES else VALUE for p in function.parameters))
    most = function.maximum_arguments
    return Ours((EITHER,) * (255 if most is None else most))


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
    **{function.__name__: function for function in (single, lifted)},
    **{f"F_{name}": function.call for name, function in (*SCALARS.items(), *AREAS.items())},
    **{f"F_{name}": function for name, function in AGGREGATES.items()},
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


def _namespace(functions: Functions) -> dict[str, Any]:
    return {**_FIXED, **{f"P_{name}": caller(function) for name, function in functions.items()}}
