"""IronCalc (Rust, MIT or Apache) as an engine: it knows no functions of ours, hence a witness for plain formulas alone."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ironcalc

from xlperf.engines.protocol import CellPlace, Functions
from xlperf.errors import CellError, UserError
from xlperf.escaping import excerpt
from xlperf.formula.addresses import position
from xlperf.formula.functions import function_name
from xlperf.formula.tokens import tokens
from xlperf.package import Package
from xlperf.values import Value

_PANIC = "PanicException"
# Its own errors, for what it doesn't know or can't do.
_NOT_EXCELS = ("#ERROR!", "#N/IMPL!", "#CIRC!")


class IronCalcEngine:
    """Hands each workbook to IronCalc anew."""

    name = "ironcalc"

    def load(self, package: Package, functions: Functions) -> IronCalcModel:
        """The workbook in the engine, not yet calculated.

        Errors: UserError: its results are rounded to what cells show, of which IronCalc knows nothing.
        """
        if package.calculation.uses_displayed_precision:
            raise UserError("工作簿以显示精度计算，IronCalc 不会")
        return IronCalcModel(package, functions)

    def release(self, model: IronCalcModel) -> None:
        """Takes a workbook back; nothing of it can be used again."""


class IronCalcModel:
    """A workbook for IronCalc."""

    notes: Sequence[str] = ()

    def __init__(self, package: Package, functions: Functions) -> None:
        self._package = package
        self._inputs: dict[CellPlace, Value] = {}
        self._held: set[CellPlace] = set()
        self._results: dict[CellPlace, Value] = {}
        self._calls = {
            (sheet.name, ref): "IronCalc 没有 PERF_ 函数"
            for sheet in package.worksheets
            for ref, text in package.formulas(sheet.name).items()
            if any(token.kind == "function" and function_name(token.text) in functions for token in tokens(text))
        }
        self._unable: dict[CellPlace, str] = dict(self._calls)

    @property
    def unable(self) -> Mapping[CellPlace, str]:
        """The formula cells that IronCalc has no value for."""
        return self._unable

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Sets a constant."""
        self._inputs[sheet, ref] = value

    def calculate(self) -> Mapping[CellPlace, Value]:
        """The values that IronCalc finds."""
        model = _loaded(self._package.with_inputs(self._inputs).data)
        numbers = {sheet["name"]: number for number, sheet in enumerate(model.get_worksheets_properties())}
        self._unable, self._results = dict(self._calls), {}
        for sheet, ref in self._package.saved_results.keys() - self._held - self._calls.keys():
            value = _value(model, (numbers[sheet], *position(ref)))
            if isinstance(value, str) and value in _NOT_EXCELS:
                self._unable[sheet, ref] = f"IronCalc 的错误 {value}"
            else:
                self._results[sheet, ref] = value
        return self._results

    def hold(self, values: Mapping[CellPlace, Value], /) -> None:
        """Leaves cells out of the results; IronCalc goes on with its own for others to count on."""
        self._held |= values.keys()

    def read(self, sheet: str, ref: str) -> Value:
        """The value of a cell, as of the last calculation."""
        place = sheet, ref
        return self._results.get(place, self._inputs.get(place, self._package.value(sheet, ref)))


def _loaded(data: bytes) -> Any:
    """The workbook, calculated; IronCalc reads files only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(data)
        with _Named(), _silence():
            model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
            model.evaluate()
    return model


class _Named:
    """Says in a sentence what IronCalc can't do; a fault in its own code comes as no Exception."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        if kind is not None and (issubclass(kind, ironcalc.WorkbookError) or kind.__name__ == _PANIC):
            raise UserError(f"IronCalc 读不懂这个工作簿（{excerpt(str(error))}）") from None


@contextmanager
def _silence() -> Iterator[None]:
    """Keeps off the terminal what IronCalc says of whatever it doesn't expect: a line a cell, past Python's streams."""
    sys.stdout.flush()
    sys.stderr.flush()
    with Path(os.devnull).open("wb") as nowhere:
        kept = {number: os.dup(number) for number in (1, 2)}
        try:
            for number in kept:
                os.dup2(nowhere.fileno(), number)
            yield
        finally:
            for number, copy in kept.items():
                os.dup2(copy, number)
                os.close(copy)


def _value(model: Any, place: tuple[int, int, int]) -> Value:
    found: Value = model.get_cell_value(*place)
    if model.get_cell_type(*place) == ironcalc.CellType.ErrorValue:
        return CellError(str(found)) if found in CellError.CODES else str(found)
    # A formula that gives a blank cell gives 0 in Excel.
    return 0.0 if found is None else found
