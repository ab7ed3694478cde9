"""Between COM and cell values: blanks as blanks, errors as errors, ranges as lists of rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from xlwings.conversion import Accessor, Ensure2DStage, Pipeline, ReadValueFromRangeStage

from xlperf.errors import CellError, wrong_type
from xlperf.values import Grid, Value, to_serial

# How COM hands over an error value: a number that no cell holds, since cells hold floats.
_ERROR_BASE = -2146828288
_ERROR_NUMBERS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
}
_ERRORS = {_ERROR_BASE + number: code for code, number in _ERROR_NUMBERS.items()}
_SECONDS_A_DAY = 86_400
# A call through COM returns no error values: they go as text with this mark, which XlperfCalls.bas turns back.
ERROR_MARK = "xlperf!"


def from_com(given: Any) -> Value:
    """A single value as it arrives from Excel."""
    if given is None or isinstance(given, bool | float | str):
        return given
    if isinstance(given, int):
        if _ERROR_BASE + 2000 <= given < _ERROR_BASE + 2100:
            # #SPILL!, #CALC! and their like are newer than the functions and can't be told apart by them.
            return CellError(_ERRORS.get(given, "#VALUE!"))
        return given
    if isinstance(given, Decimal):
        return float(given)
    if isinstance(given, dt.datetime):
        seconds = given.hour * 3600 + given.minute * 60 + given.second
        return to_serial(given.date()) + seconds / _SECONDS_A_DAY
    return wrong_type(f"不认识的类型 {type(given).__name__}")


def to_com(value: Value) -> bool | float | str:
    """A single value as it is handed to Excel."""
    if value is None:
        return ""
    return f"{ERROR_MARK}{value.code}" if isinstance(value, CellError) else value


class Cells(Accessor):
    """The converter that xlwings applies to every argument and result: a list of rows of cell values."""

    @classmethod
    def reader(cls, options: Any) -> Any:
        """The steps from COM to a grid."""
        stages = Pipeline()
        return (
            stages.append_stage(ReadValueFromRangeStage(options))
            .append_stage(Ensure2DStage())
            .append_stage(_read_cells)
        )

    @classmethod
    def writer(cls, options: Any) -> Any:
        """The steps from a value or a grid to COM."""
        return Pipeline().append_stage(Ensure2DStage()).append_stage(_write_cells)


def _read_cells(context: Any) -> None:
    grid: Grid = [[from_com(cell) for cell in row] for row in context.value]
    context.value = grid


def _write_cells(context: Any) -> None:
    context.value = [[to_com(cell) for cell in row] for row in context.value]
