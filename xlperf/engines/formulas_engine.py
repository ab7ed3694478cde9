"""The `formulas` package as an engine: slow and by other hands, hence a second opinion on every number."""

from __future__ import annotations

import io
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import numpy
import schedula
from formulas.errors import BaseError
from formulas.functions import Error, get_functions
from schedula.utils.exc import DispatcherError

from xlperf.engines.formulas_copies import CopiedFormulas
from xlperf.engines.protocol import CellPlace, Functions, WorksheetFunction
from xlperf.errors import CellError, UserError
from xlperf.escaping import excerpt
from xlperf.package import Package
from xlperf.values import Grid, Value

_BOOK = "book.xlsx"
# What openpyxl, by which the package reads, and the package itself come to on files that they don't expect.
_OTHER_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)


class FormulasEngine:
    """Hands each workbook to `formulas` anew."""

    name = "formulas"

    def load(self, package: Package, functions: Functions) -> FormulasModel:
        """The workbook in the engine, not yet calculated.

        Errors: UserError: its results are rounded to what cells show, of which the package knows nothing.
        """
        if package.calculation.uses_displayed_precision:
            raise UserError("工作簿以显示精度计算，formulas 不会")
        return FormulasModel(package, functions)

    def release(self, model: FormulasModel) -> None:
        """Takes a workbook back; nothing of it can be used again."""


class FormulasModel:
    """A workbook for `formulas`."""

    notes: Sequence[str] = ()

    def __init__(self, package: Package, functions: Functions) -> None:
        self._package = package
        self._inputs: dict[CellPlace, Value] = {}
        self._unable: dict[CellPlace, str] = {}
        self._results: dict[CellPlace, Value] = {}
        self._held: set[CellPlace] = set()
        self._functions = {**_LACKING, **{name: _callback(function) for name, function in functions.items()}}

    @property
    def unable(self) -> Mapping[CellPlace, str]:
        """The formula cells for which the package has no value."""
        return self._unable

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Sets a constant."""
        self._inputs[sheet, ref] = value

    def calculate(self) -> Mapping[CellPlace, Value]:
        """The values that the package finds."""
        wanted = self._package.saved_results
        found = self._solution(self._package.with_inputs(self._inputs).data)
        by_key = {key.upper(): cells for key, cells in found.items() if isinstance(key, str)}
        self._unable, self._results = {}, {}
        for sheet, ref in wanted.keys() - self._held:
            cells = by_key.get(f"'[{_BOOK}]{sheet.replace(chr(39), chr(39) * 2)}'!{ref}".upper())
            if cells is None:
                self._unable[sheet, ref] = "formulas 没有算出结果"
            else:
                value = _single(cells)
                self._results[sheet, ref] = 0.0 if value is None else value
        return self._results

    def hold(self, values: Mapping[CellPlace, Value], /) -> None:
        """Leaves cells out of the results; the package takes nothing but its own results for others to count on."""
        self._held |= values.keys()

    def read(self, sheet: str, ref: str) -> Value:
        """The value of a cell, as of the last calculation."""
        place = sheet, ref
        return self._results.get(place, self._inputs.get(place, self._package.value(sheet, ref)))

    def _solution(self, data: bytes) -> Mapping[Any, Any]:
        known = get_functions()
        before = {name: known[name] for name in self._functions if name in known}
        known.update(self._functions)
        try:
            # The package reports its progress, and what it tries in vain while loading, as it goes along.
            with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), redirect_stderr(io.StringIO()):
                warnings.simplefilter("ignore")
                path = Path(folder) / _BOOK
                path.write_bytes(data)
                solution: Mapping[Any, Any] = CopiedFormulas().loads(str(path)).finish().calculate()
                return solution
        except (BaseError, DispatcherError, *_OTHER_ERRORS) as error:
            raise UserError(f"formulas 读不懂或算不了这个工作簿（{excerpt(str(error))}）") from None
        finally:
            for name in self._functions:
                known.pop(name, None)
            known.update(before)


def _hyperlink(target: Any, shown: Any = None) -> Any:
    return _returned(_single(target if shown is None else shown))


# Functions of Excel's that the package has not got.
_LACKING: dict[str, Callable[..., Any]] = {"HYPERLINK": _hyperlink}


def _callback(function: WorksheetFunction) -> Callable[..., Any]:
    call = function.call

    def called(*arguments: Any) -> Any:
        return _returned(call([_given(argument) for argument in arguments]))

    return called


def _given(argument: Any) -> Value | Grid:
    """An argument as our functions take it."""
    held = getattr(argument, "value", argument)
    if isinstance(held, numpy.ndarray) and held.size != 1:
        grid = held if held.ndim == 2 else held.reshape(1, -1)
        return [[_value(item) for item in row] for row in grid.tolist()]
    return _single(argument)


def _single(argument: Any) -> Value:
    held = getattr(argument, "value", argument)
    if isinstance(held, numpy.ndarray):
        held = held.ravel()[0] if held.size else None
    return _value(held)


def _value(held: Any) -> Value:
    if held is None or held is schedula.EMPTY:
        return None
    if isinstance(held, numpy.generic):
        held = held.item()
    if isinstance(held, bool):
        return held
    if isinstance(held, int | float):
        return float(held)
    text = str(held)
    if isinstance(held, type(Error.errors["#N/A"])):
        return CellError(text) if text in CellError.CODES else CellError("#VALUE!")
    return text


def _returned(result: Value | Grid) -> Any:
    """A result of our functions as the package takes it."""
    if isinstance(result, list):
        return numpy.array([[_returned(value) for value in row] for row in result], dtype=object)
    if isinstance(result, CellError):
        return Error.errors.get(result.code, Error.errors["#VALUE!"])
    return schedula.EMPTY if result is None else result
