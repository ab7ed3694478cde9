"""Which formulas of any workbook hang on some cells, whatever engine calculates them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlperf.engines.compiled.dependents import Readers
from xlperf.engines.compiled.nodes import Node
from xlperf.engines.compiled.plan import Step
from xlperf.engines.protocol import CellPlace
from xlperf.engines.reproduction import array_owners
from xlperf.engines.variants import Formulas, area_of
from xlperf.formula.addresses import Area, position, reference
from xlperf.package import Package
from xlperf.package.cells import lacks_cells

# Of larger areas that a file holds in part all formulas are taken to read something.
_MOST_LACKING = 10_000


class Dependents:
    """The formulas of a workbook by the cells that they refer to."""

    def __init__(self, package: Package, formulas: Formulas) -> None:
        lacking = dict(_lacking(package))
        self._last_column = {
            sheet.name: max((cell.column for cell in package.cells(sheet.name).values()), default=1)
            for sheet in package.worksheets
        }
        for (name, _), filled in lacking.items():
            self._last_column[name] = max(self._last_column[name], filled.right)
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
        self._vast = {owner for owner, area in lacking.items() if area.size > _MOST_LACKING}
        for owner in lacking.keys() - self._vast:
            self._filled[owner] = list(_places(owner[0], lacking[owner]))

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
            if place in self._vast:
                found.update(step.place for step in self._steps)
                break
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


def _lacking(package: Package) -> Iterator[tuple[CellPlace, Area]]:
    """The areas that formulas fill of which the file doesn't hold all cells; what is read there hangs on them too."""
    for sheet in package.worksheets:
        cells = package.cells(sheet.name)
        for ref, cell in cells.items():
            if cell.formula is not None and cell.formula.fills is not None and lacks_cells(cell, cells):
                yield (sheet.name, ref), cell.formula.fills


def _places(sheet: str, area: Area) -> Iterator[CellPlace]:
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield sheet, reference(row, column)
