"""Which saved values of a workbook an engine reproduces: each formula is judged by itself, with right values to count on.

A cell that comes out otherwise is given its saved value, so that the cells based on it are not blamed for it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xlperf.engines.protocol import CellPlace, Model
from xlperf.engines.variants import Formulas, area_of
from xlperf.formula.addresses import position
from xlperf.package import Package, same_value
from xlperf.package.cells import cells_in
from xlperf.values import Value

# How many cells, each based on the one before, are judged one by one; what differs then is held all at once.
_MOST_ROUNDS = 25


@dataclass
class Reproduction:
    """What came of it.

    `results`: the values of the cells that are calculated. `failing`: what was found in cells that are not reproduced.
    `unable`: the formulas that the engine can't do, with the reason. The cells of both keep what the file holds.
    """

    results: Mapping[CellPlace, Value] = field(default_factory=dict)
    failing: dict[CellPlace, Value] = field(default_factory=dict)
    unable: dict[CellPlace, str] = field(default_factory=dict)

    @property
    def kept(self) -> tuple[CellPlace, ...]:
        """The cells that keep what the file holds."""
        return (*self.unable, *self.failing)


def reproduce(package: Package, model: Model, formulas: Formulas) -> Reproduction:
    """Calculates a workbook until all that is calculated is as saved; the other cells are held in the model."""
    saved, found, owners = package.saved_results, Reproduction(), array_owners(package)
    for turn in range(_MOST_ROUNDS + 1):
        found.results = model.calculate()
        unable = {place: reason for place, reason in model.unable.items() if place not in found.unable}
        if unable:
            found.unable |= unable
            hold(package, model, unable)
            continue
        differing: dict[CellPlace, Value] = {}
        for place, value in found.results.items():
            if saved[place] is not None and not same_value(saved[place], value):
                differing.setdefault(owners.get(place, place), value)
        if not differing:
            break
        chosen = first_of(differing, formulas) if turn < _MOST_ROUNDS else differing
        found.failing |= {place: differing[place] for place in chosen}
        hold(package, model, chosen)
    return found


def hold(package: Package, model: Model, places: Iterable[CellPlace]) -> None:
    """Gives formulas their saved values, in all cells that they fill."""
    values: dict[CellPlace, Value] = {}
    for sheet, ref in places:
        cells = package.cells(sheet)
        formula = cells[ref].formula if ref in cells else None
        area = None if formula is None else formula.fills
        if area is not None:
            values |= {(sheet, other.ref): other.value for other in cells_in(area, cells)}
        values[sheet, ref] = package.value(sheet, ref)
    model.hold(values)


def array_owners(package: Package) -> Mapping[CellPlace, CellPlace]:
    """The cell with the formula, for each other cell that a formula fills."""
    found: dict[CellPlace, CellPlace] = {}
    for sheet in package.worksheets:
        cells = package.cells(sheet.name)
        filled = [(ref, cell.formula.fills) for ref, cell in cells.items() if cell.formula is not None]
        for ref, area in ((ref, area) for ref, area in filled if area is not None):
            found |= {(sheet.name, other.ref): (sheet.name, ref) for other in cells_in(area, cells)}
    return found


def first_of(places: Iterable[CellPlace], formulas: Formulas) -> list[CellPlace]:
    """Those of some cells whose formulas refer to none of the others; what hangs on a calculation comes last."""
    wanted = dict.fromkeys(places)
    among = Places(wanted)
    free, doubtful = list[CellPlace](), list[CellPlace]()
    for place in wanted:
        formula = formulas.at(place)
        if formula is not None and any(among.meet(area_of(node), but=place) for node in formula.areas):
            continue
        (doubtful if formula is not None and formula.reaches_all else free).append(place)
    return free or doubtful or list(wanted)


class Places:
    """Some cells, to ask whether one of them lies in an area."""

    def __init__(self, places: Iterable[CellPlace]) -> None:
        self._rows: dict[tuple[str, int], list[int]] = defaultdict(list)
        for sheet, ref in places:
            row, column = position(ref)
            self._rows[sheet, column].append(row)
        for rows in self._rows.values():
            rows.sort()

    def meet(self, area: tuple[str, int, int, int, int], but: CellPlace | None = None) -> bool:
        """Whether one of them, other than `but`, lies in an area."""
        sheet, top, left, bottom, right = area
        own = None if but is None else (but[0], *position(but[1]))
        for column in range(left, right + 1):
            rows = self._rows.get((sheet, column), ())
            at = bisect_left(rows, top)
            while at < len(rows) and rows[at] <= bottom:
                if (sheet, rows[at], column) != own:
                    return True
                at += 1
        return False
