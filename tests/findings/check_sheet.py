"""A framework's blank workbook, filled by input ids and recalculated: the lines of its check sheet, and its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tests.support.workbooks import built
from xlperf.engines import recalculate
from xlperf.findings.check import findings
from xlperf.findings.finding import Finding
from xlperf.frameworks.loading import FrameworkFile
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.names import NamedCells

_PARTS = ("id", "left", "right", "difference", "tolerance", "result", "severity")


@dataclass(frozen=True)
class Checking:
    """The check sheet of one framework."""

    framework: FrameworkFile

    @cached_property
    def blank(self) -> Package:
        """The workbook without data."""
        return built(self.framework)

    @cached_property
    def inputs(self) -> Mapping[str, InputCell]:
        """Every input by its id."""
        return catalogue(NamedCells(self.blank), self.framework.framework)

    def filled(self, given: Mapping[str, Value]) -> Package:
        """The blank workbook with inputs by id, recalculated."""
        places = {(self.inputs[name].sheet, self.inputs[name].ref): value for name, value in given.items()}
        return recalculate(self.blank, inputs=places, trusted=True).package

    def found(self, package: Package) -> list[Finding]:
        """The findings of the relations."""
        all_findings = findings(package, NamedCells(package), self.framework.framework)
        return [finding for finding in all_findings if finding.code.startswith("relation_")]


def lines(package: Package) -> dict[str, tuple[Value, ...]]:
    """Left, right, difference, tolerance, result and severity of every line."""
    names = NamedCells(package)
    columns = [[value if value != "" else None for value in names.column(f"check_{part}")] for part in _PARTS]
    return {str(name): tuple(rest) for name, *rest in zip(*columns, strict=True) if name}
