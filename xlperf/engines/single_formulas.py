"""Single formulas of a workbook, calculated from the values that another engine has in the cells they refer to."""

from __future__ import annotations

from collections.abc import Mapping

from xlperf.engines.compiled.plan import planned_apart
from xlperf.engines.compiled.program import Program
from xlperf.engines.protocol import CellPlace, Functions
from xlperf.package import Package
from xlperf.values import Value


def results_apart(
    package: Package, functions: Functions, texts: Mapping[CellPlace, str], values: Mapping[CellPlace, Value]
) -> dict[CellPlace, Value]:
    """What Excel makes of some formulas, where the cells that formulas fill hold these values; other cells hold their own.

    Formulas that can't be compiled are left out.
    """
    program = Program(planned_apart(package, functions, texts), functions)
    for sheet in package.worksheets:
        for ref, cell in package.cells(sheet.name).items():
            program.put(sheet.name, cell.row, cell.column, values.get((sheet.name, ref), cell.value))
    program.run()
    return program.results()
