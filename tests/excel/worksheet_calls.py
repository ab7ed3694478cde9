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


class Calculation:
    """A workbook that stays open: the calls of its first calculation, and of those after changes, of what depends on them."""

    def __init__(self, package: Any) -> None:
        self._package, self._calls = package, list[Call]()
        self._functions = {name: Recorded(spec, self._calls) for name, spec in worksheet_functions().items()}
        self._known = catalogue(NamedCells(package), read_identity(package).framework.framework)

    def calls(self, **changed: float) -> list[Call]:
        """Every call of a worksheet function when these inputs are other than in the file."""
        self._calls.clear()
        inputs = {(self._known[name].sheet, self._known[name].ref): value for name, value in changed.items()}
        recalculate(self._package, inputs=inputs, engine="formualizer", trusted=True, functions=self._functions)
        return list(self._calls)


def calls_of(package: Any) -> list[Call]:
    """Every call of a worksheet function in a full recalculation of a workbook."""
    return Calculation(package).calls()
