"""A filled workbook at hand: its framework, its result, and the lines of its sheets by name."""

from __future__ import annotations

from functools import cached_property

from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation, IndicatorResult
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.schema import Framework
from xlperf.package import Package
from xlperf.values import Grid, Value, is_blank
from xlperf.workbook.identity import read_identity
from xlperf.workbook.ledger_lines import read_lines
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.sheets.all_sheets import shown_place
from xlperf.workbook.sheets.points import ADOPTED


def code_text(value: Value) -> str:
    """A code as text, also where a program has made a number of it."""
    return "" if is_blank(value) else f"{value:g}" if isinstance(value, float) else str(value)


def written(place: Place) -> str:
    """A place as people write it: 指标评分!M12; where nobody sees it, the one that shows what it holds."""
    return "!".join(shown_place(place))


class Lines:
    """The lines of a sheet, through the names of its columns, which all begin alike (`figure_label`, `figure_used`)."""

    def __init__(self, names: NamedCells, prefix: str, key: str) -> None:
        self._names, self._prefix, self._key = names, prefix, key
        self._places: dict[str, list[Place]] = {}

    def of(self, code: str) -> list[int]:
        """The numbers of the lines whose key is the code, from above."""
        return self._numbers.get(code, [])

    def first(self, code: str) -> int | None:
        """The number of the first of these lines; None where there is none."""
        found = self.of(code)
        return found[0] if found else None

    def place(self, column: str, line: int) -> Place:
        """Where a line has its cell in a column."""
        if column not in self._places:
            self._places[column] = self._names.places(f"{self._prefix}_{column}")
        return self._places[column][line]

    def value(self, column: str, line: int) -> Value:
        """The value there."""
        return self._names.package.value(*self.place(column, line))

    def text(self, column: str, line: int) -> str:
        """The text there; empty where the cell is blank."""
        return code_text(self.value(column, line)).strip()

    def cell(self, column: str, line: int) -> str:
        """The place as people write it."""
        return written(self.place(column, line))

    @cached_property
    def _numbers(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, value in enumerate(self._names.column(f"{self._prefix}_{self._key}")):
            found.setdefault(code_text(value), []).append(number)
        return found


class Filled:
    """A workbook with everything that an explanation looks up in it; `result`: where that was read already."""

    def __init__(self, package: Package, result: Evaluation | None = None) -> None:
        self.package = package
        self.names = NamedCells(package)
        self.framework: Framework = read_identity(package).framework.framework
        self.result: Evaluation = result or read_evaluation(package)
        self.figures = Lines(self.names, "figure", "id")
        self.points = Lines(self.names, "point", "code")
        self.scores = Lines(self.names, "indicator", "code")
        self.problems = Lines(self.names, "problem", "id")
        self.ledger = read_lines(self.names)
        self.sources = Lines(self.names, "source", "id" if self.names.has("source_id") else "input")
        self.inputs = {item.id: item for item in self.framework.inputs}
        self.rates = {rate.id: rate for rate in self.framework.rates}
        self.indicators: dict[str, Indicator] = {i.code: i for i in self.framework.indicators}
        self.results: dict[str, IndicatorResult] = {i.code: i for i in self.result.indicators}

    def value(self, identifier: str) -> Value:
        """The value that counts for an input or a rate."""
        return self.names.value(identifier)

    def kind(self, identifier: str) -> str:
        """How the value of an input or a rate is printed."""
        return self.inputs[identifier].type if identifier in self.inputs else self.rates[identifier].format

    def label(self, identifier: str) -> str:
        """What an input or a rate is called."""
        known = self.inputs.get(identifier) or self.rates[identifier]
        return known.label

    def unit(self, identifier: str) -> str:
        """The unit of an input; none for a rate."""
        item = self.inputs.get(identifier)
        if item is None:
            return ""
        return str(self.names.value("money_unit") or item.unit) if item.type == "money" else item.unit

    def finding_column(self, line: int) -> str:
        """The column of the points in which the finding stands that counts: typed, or following from the ledger."""
        is_followed = is_blank(self.points.value("finding", line)) and self.names.has(f"point_{ADOPTED}")
        return ADOPTED if is_followed and not is_blank(self.points.value(ADOPTED, line)) else "finding"

    def table(self, name: str) -> Grid:
        """The rows of a named table of parameters, such as tiers; none where there is no such name."""
        return self.names.grid(name) if self.names.has(name) else []
