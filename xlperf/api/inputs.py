"""The cells of a workbook that people fill in, as a mapping by id, and Python values as cells hold them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real

from xlperf.api.errors import UnknownNameError, told_as
from xlperf.errors import CellError, UserError
from xlperf.values import Value, to_serial
from xlperf.workbook.catalogue import InputCell, parse_input
from xlperf.workbook.input_finder import Finder


@dataclass(frozen=True)
class Input:
    """A cell that is filled in: id, Chinese label, cell (sheet!A1), type, unit, choices, and what it holds now.

    `value`: a number (money in the workbook's unit, a rate as 1 = 100%, a day as Excel's serial number), a text, a truth
    value; None where it is blank.
    """

    id: str
    label: str
    cell: str
    type: str
    unit: str
    choices: tuple[str, ...]
    value: Value


class Inputs(Mapping[str, Input]):
    """The inputs of a workbook by id, in the order of its sheets; a label in Chinese will do where only one has it."""

    def __init__(self, finder: Finder, value: Callable[[InputCell], Value]) -> None:
        self._finder, self._value = finder, value

    def __getitem__(self, name: str) -> Input:
        item = self.cell(name)
        return Input(item.id, item.label, item.cell, item.type, item.unit, item.choices, self._value(item))

    def __iter__(self) -> Iterator[str]:
        return iter(self._finder.known)

    def __len__(self) -> int:
        return len(self._finder.known)

    def cell(self, name: str) -> InputCell:
        """The input of that id or label.

        Errors: UnknownNameError: there is none, or several have that label.
        """
        found = self._finder.candidates(name)
        if len(found) != 1:
            why = "没有这个填报格" if not found else f"有 {len(found)} 个填报格叫这个名称，请用编号"
            raise UnknownNameError(f"{name}：{why}；book.inputs 里有全部编号。")
        return found[0]

    def is_beyond(self, name: str) -> bool:
        """Whether a name leads to a line of a table that the table doesn't have: below its last one.

        Errors: UserError: more lines than any table may have.
        """
        return not self._finder.candidates(name) and self._finder.line(name) is not None


def as_input(item: InputCell, given: object) -> Value:
    """A Python value as the input takes it, held to what a person may type there.

    Errors: Error: not what the input takes.
    """
    value = as_value(given)
    if value is None:
        return None
    with told_as("value"):
        if isinstance(given, dt.date):
            return parse_input(item, given.strftime("%Y-%m-%d")) if item.type in ("date", "text") else value
        return parse_input(item, _typed(value))


def as_value(given: object) -> Value:
    """A Python value as a cell holds it: numbers of numpy and Decimal too, days as serial numbers; NaN and NA are blank.

    Errors: Error: no cell can hold it.
    """
    if given is None or isinstance(given, str | bool | CellError):
        return given
    if type(given).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(given, dt.datetime):
        seconds = (given - given.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
        return to_serial(given.date()) + seconds / 86_400
    if isinstance(given, dt.date):
        return to_serial(given)
    if type(given).__name__ in ("bool_", "bool"):
        return bool(given)
    if isinstance(given, Real | Decimal):
        number = float(given)
        return None if math.isnan(number) else number
    error = UserError(f"单元格里不能放 {type(given).__name__}；可以放数、文字、是否、日期和 None。")
    error.code = "value"
    raise error


def _typed(value: Value) -> str:
    """What a person would have typed for a value."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        # The digits that say it, without an exponent and without .0.
        return f"{Decimal(repr(value)).normalize():f}" if math.isfinite(value) else str(value)
    return str(value)
