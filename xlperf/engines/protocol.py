"""What every engine offers: load a workbook, set, calculate, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from xlperf.package import Package
from xlperf.values import Grid, Value

CellPlace = tuple[str, str]


class WorksheetFunction(Protocol):
    """A worksheet function of ours, as the registry declares it."""

    @property
    def name(self) -> str:
        """The name in upper case."""

    @property
    def minimum_arguments(self) -> int:
        """How many arguments a call must have."""

    @property
    def maximum_arguments(self) -> int | None:
        """How many arguments a call may have; None for any number."""

    def call(self, arguments: Sequence[Value | Grid], /) -> Value | Grid:
        """The result; errors come back as values."""


Functions = Mapping[str, WorksheetFunction]


class Model(Protocol):
    """A workbook inside an engine."""

    @property
    def unable(self) -> Mapping[CellPlace, str]:
        """The formula cells that the engine can't do, with the reason in Chinese; they keep their saved values."""

    @property
    def notes(self) -> Sequence[str]:
        """What the user should know about the way the workbook is calculated, in Chinese."""

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Sets a constant."""

    def calculate(self) -> Mapping[CellPlace, Value]:
        """The values of all cells that formulas fill, after calculating what depends on what was set."""

    def hold(self, values: Mapping[CellPlace, Value], /) -> None:
        """Puts values in the place of formulas from now on, for others to count on; of such cells there are no results."""

    def read(self, sheet: str, ref: str) -> Value:
        """The value of any cell, as of the last calculation."""


class Engine(Protocol):
    """A calculator of workbooks."""

    @property
    def name(self) -> str:
        """The name that the user gives."""

    def load(self, package: Package, functions: Functions) -> Model:
        """The workbook in the engine, not yet calculated."""

    def release(self, model: Any, /) -> None:
        """Takes a model back that is not needed any more."""
