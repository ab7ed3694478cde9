"""The calls of worksheet functions that a recalculation of a workbook makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlperf.engines.recalculation import recalculate
from xlperf.registry import Argument, FunctionSpec, worksheet_functions
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells

Call = tuple[str, tuple[Argument, ...]]


@dataclass
class Recorded:
    """A worksheet function that notes with what it is called."""

    spec: FunctionSpec
    calls: list[Call] = field(repr=False)

    def __post_init__(self) -> None:
        self.name = self.spec.name
        self.minimum_arguments, self.maximum_arguments = self.spec.minimum_arguments, self.spec.maximum_arguments

    def call(self, arguments: Sequence[Argument]) -> Argument:
        """The result, as the function gives it."""
        self.calls.append((self.name, tuple(arguments)))
        return self.spec.call(arguments)


def calls_of(package: Any, **changed: float) -> list[Call]:
    """Every call of a worksheet function in a full recalculation of a workbook, with some inputs changed."""
    calls: list[Call] = []
    functions = {name: Recorded(spec, calls) for name, spec in worksheet_functions().items()}
    known = catalogue(NamedCells(package), read_identity(package).framework.framework)
    inputs = {(known[name].sheet, known[name].ref): value for name, value in changed.items()}
    recalculate(package, inputs=inputs, engine="formualizer", trusted=True, functions=functions)
    return calls
