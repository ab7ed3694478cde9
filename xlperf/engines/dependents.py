"""Which formulas of any workbook hang on some cells, whatever engine calculates them."""

from __future__ import annotations

from collections.abc import Iterable

from xlperf.engines.compiled.dependents import Readers
from xlperf.engines.compiled.nodes import Node
from xlperf.engines.compiled.plan import Step
from xlperf.engines.protocol import CellPlace
from xlperf.engines.reproduction import array_owners
from xlperf.engines.variants import Formulas, area_of
from xlperf.formula.addresses import position
from xlperf.package import Package


class Dependents:
    """The formulas of a workbook by the cells that they refer to."""

    def __init__(self, package: Package, formulas: Formulas) -> None:
        self._last_column = {
            sheet.name: max((cell.column for cell in package.cells(sheet.name).values()), default=1)
            for sheet in package.worksheets
        }
        self._steps: list[Step] = []
        self._reaching_all: list[CellPlace] = []
        for place in package.saved_results:
            formula = formulas.at(place)
            if formula is None:
                continue
            areas = tuple(area for node in formula.areas if (area := self._clipped(node)) is not None)
            self._steps.append(Step(place[0], *position(place[1]), 0, areas))
            if formula.reaches_all:
                self._reaching_all.append(place)
        self._readers = Readers(self._steps)
        self._filled: dict[CellPlace, list[CellPlace]] = {}
        for place, owner in array_owners(package).items():
            self._filled.setdefault(owner, []).append(place)

    def of(self, places: Iterable[CellPlace], *, reaching_all: bool = False) -> frozenset[CellPlace]:
        """The formulas that hang on these cells, near or far.

        `reaching_all`: also those of which only a calculation tells what they refer to.
        """
        waiting = list(places)
        found: set[CellPlace] = set()
        if reaching_all and waiting:
            found.update(self._reaching_all)
            waiting += self._reaching_all
        while waiting:
            place = waiting.pop()
            for sheet, ref in self._filled.get(place, (place,)):
                for number in self._readers.of(sheet, *position(ref)):
                    reader = self._steps[number].place
                    if reader not in found:
                        found.add(reader)
                        waiting.append(reader)
        return frozenset(found)

    def _clipped(self, node: Node) -> Node | None:
        """A reference without columns beyond the last one that is used."""
        if node[0] == "cell":
            return node
        sheet, top, left, bottom, right = area_of(node)
        last = self._last_column.get(sheet, 0)
        return ("range", sheet, top, left, bottom, min(right, last)) if left <= last else None
