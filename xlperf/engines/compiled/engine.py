"""The compiled engine: a workbook's formulas as generated Python, made once and run for every submission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from weakref import WeakKeyDictionary

from xlperf.engines.compiled.plan import Plan, part_of
from xlperf.engines.compiled.plan_cache import plan_of
from xlperf.engines.compiled.program import Place, Program
from xlperf.engines.protocol import CellPlace, Functions
from xlperf.formula.addresses import position
from xlperf.package import Cell, Package
from xlperf.package.sheet_contents import SheetContents
from xlperf.values import Value

_IDLE_MODELS = 4
_LARGEST_FILLING = 20_000
Constants = Mapping[tuple[int, int], Value]
_position = lru_cache(maxsize=4096)(position)


class CompiledEngine:
    """Compiles workbooks; a released model serves the next workbook that has the same formulas."""

    name = "compiled"

    def __init__(self) -> None:
        self._idle: list[CompiledModel] = []

    def load(self, package: Package, functions: Functions, places: frozenset[CellPlace] | None = None) -> CompiledModel:
        """The workbook in the engine, not yet calculated; only what some cells need where these are given."""
        model = self.kept(package, functions, places)
        if model is None:
            model = CompiledModel(package, functions, places)
            model.adopt(package)
        return model

    def kept(
        self, package: Package, functions: Functions, places: frozenset[CellPlace] | None = None
    ) -> CompiledModel | None:
        """The workbook in a model that was released, if one is of the same formulas.

        Of a model for some cells these are the formulas on the sheets that it needs; no other sheet is read.
        """
        model = self._idle_one(package, functions, places)
        if model is not None:
            self._idle.remove(model)
            model.adopt(package)
        return model

    def filling(self, package: Package, functions: Functions, places: frozenset[CellPlace]) -> Filling | None:
        """What a workbook has filled in, to be calculated together with others.

        None where no released model is of its formulas, or there is too much of it to be held until then.
        """
        model = self._idle_one(package, functions, places)
        if model is None:
            return None
        filling = model.filling(package)
        return filling if sum(map(len, filling.differing)) <= _LARGEST_FILLING else None

    def _idle_one(
        self, package: Package, functions: Functions, places: frozenset[CellPlace] | None
    ) -> CompiledModel | None:
        known = (model for model in self._idle if model.places == places)
        return next((model for model in known if model.is_of(package, functions)), None)

    def release(self, model: CompiledModel) -> None:
        """Takes a workbook back that is not needed any more."""
        if not model.unable:
            self._idle.insert(0, model)
            del self._idle[_IDLE_MODELS:]


@dataclass(frozen=True)
class Filling:
    """What one workbook has filled in: the constants, sheet by sheet, that differ from those that its model began with."""

    model: CompiledModel
    differing: tuple[Constants, ...]


def _facts(package: Package, functions: Functions) -> tuple[object, ...]:
    """What two workbooks have in common where only their cells differ."""
    return (
        functions,
        package.names,
        package.tables,
        package.date1904,
        package.calculation,
        *((sheet.name, sheet.kind) for sheet in package.sheets),
    )


def _are_same(one: Sequence[object], two: Sequence[object]) -> bool:
    """Whether two lists are equal; mostly they are made of the very same parts, of which nothing need be compared."""
    return len(one) == len(two) and all(a is b or a == b for a, b in zip(one, two, strict=True))


def _changed(one: Constants, two: Constants) -> Constants:
    """The second ones that differ from the first; None where there is none any more."""
    kept = {
        place: value
        for place, value in two.items()
        if type(value) is not type(known := one.get(place)) or value != known
    }
    return {**dict.fromkeys(one.keys() - two.keys()), **kept}


def _sheets_of(plan: Plan) -> set[str]:
    """The sheets of a plan's formulas and of the cells that they refer to."""
    return {sheet for step in plan.steps for sheet in (step.sheet, *(node[1] for node in step.references))}


class CompiledModel:
    """A workbook in the compiled engine, or as much of it as some cells need."""

    notes: Sequence[str] = ()

    def __init__(self, package: Package, functions: Functions, places: frozenset[CellPlace] | None) -> None:
        plan = plan_of(package, functions)
        self.places = places
        self.sheets = tuple(sheet.name for sheet in package.worksheets)
        if places is not None:
            plan = part_of(plan, places)
            needed = {sheet for sheet, _ in places} | _sheets_of(plan)
            self.sheets = tuple(sheet for sheet in self.sheets if sheet in needed)
        self._facts = _facts(package, functions)
        self._formulas = self._formulas_of(package)
        self.size = len(plan.steps)
        self._program = Program(plan, functions)
        refused = self._program.unable
        self._unable = {
            **plan.unable,
            **{step.place: refused[step.shape] for step in plan.steps if step.shape in refused},
        }
        self._held: dict[str, SheetContents] = {}
        self._first: dict[str, SheetContents] = {}
        self._between: WeakKeyDictionary[SheetContents, Constants] = WeakKeyDictionary()
        self._touched: dict[CellPlace, Value] = {}

    @property
    def unable(self) -> Mapping[CellPlace, str]:
        """The formula cells that can't be compiled, with the reason."""
        return self._unable

    def is_of(self, package: Package, functions: Functions) -> bool:
        """Whether a workbook has the same formulas on the sheets that are needed."""
        return _are_same(self._facts, _facts(package, functions)) and _are_same(
            self._formulas, self._formulas_of(package)
        )

    def _formulas_of(self, package: Package) -> Sequence[object]:
        return [package.reading(sheet).formula_items for sheet in self.sheets]

    def adopt(self, package: Package) -> None:
        """Takes the constants of a workbook with the same formulas; only what differs from the last one is touched."""
        self._take([package.reading(sheet) for sheet in self.sheets])

    def _take(self, readings: Sequence[SheetContents]) -> None:
        for sheet, reading in zip(self.sheets, readings, strict=True):
            held = self._held.get(sheet)
            if held is not reading:
                self._held[sheet] = reading
                self._replace(held, reading)
        for name, ref in self._touched:
            row, column = position(ref)
            cell = self._held[name].cell(ref, row)
            self._program.put(name, row, column, None if cell is None else cell.value)
        self._touched.clear()

    def filling(self, package: Package) -> Filling:
        """What a workbook with the same formulas has filled in."""
        return Filling(self, tuple(self._differing(sheet, package.reading(sheet)) for sheet in self.sheets))

    def _differing(self, sheet: str, reading: SheetContents) -> Constants:
        """The constants of a reading that differ from the first ones, and some that do not."""
        first, root = self._first.setdefault(sheet, reading.root), reading.root
        if root is first:
            return reading.differing
        if root not in self._between:
            self._between[root] = _changed(first.constants, root.constants)
        return {**self._between[root], **reading.differing}

    def results_of(self, fillings: Sequence[Filling], places: Sequence[CellPlace]) -> Iterator[tuple[Value, ...]]:
        """The values of some cells in each of several workbooks, calculated together."""
        self._take([self._held[sheet] for sheet in self.sheets])
        given = self._constants(fillings)
        found = given | self._program.run_many(given)
        columns = (found.get((sheet, *_position(ref))) for sheet, ref in places)
        each = [column or [self.read(*place)] * len(fillings) for place, column in zip(places, columns, strict=True)]
        return zip(*each, strict=True)

    def _constants(self, fillings: Sequence[Filling]) -> dict[Place, list[Value]]:
        """The constants that are not the same in all of some workbooks as in the one that the model holds."""
        found: dict[Place, list[Value]] = {}
        for sheet, *differing in zip(self.sheets, *(filling.differing for filling in fillings), strict=True):
            held = self._differing(sheet, self._held[sheet])
            known = self._first[sheet].constants
            for place in dict.fromkeys(chain(held, *differing)):
                usual = known.get(place)
                found[sheet, *place] = [one.get(place, usual) for one in differing]
        return found

    def _replace(self, held: SheetContents | None, reading: SheetContents) -> None:
        """Puts the constants of one reading of a sheet in the place of another's."""
        sheet = reading.xml.sheet
        if held is None or held.root is not reading.root or self._unable:
            self._put(sheet, {} if held is None else held.cells, reading.cells)
            return
        put, known, wanted = self._program.put, reading.root.constants, reading.differing
        for place in held.differing:
            if place not in wanted:
                put(sheet, *place, known.get(place))
        for place, value in wanted.items():
            put(sheet, *place, value)

    def _put(self, sheet: str, held: Mapping[str, Cell], wanted: Mapping[str, Cell]) -> None:
        put = self._program.put
        for ref, cell in held.items():
            if ref not in wanted and cell.formula is None:
                put(sheet, cell.row, cell.column, None)
        for ref, cell in wanted.items():
            if cell.formula is None or (sheet, ref) in self._unable:
                put(sheet, cell.row, cell.column, cell.value)

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Sets a constant."""
        self._touched[sheet, ref] = value
        self._program.put(sheet, *position(ref), value)

    def calculate(self) -> Mapping[CellPlace, Value]:
        """The values of all compiled cells."""
        self.run()
        return self._program.results()

    def run(self) -> None:
        """Calculates, for some cells to be read."""
        self._program.run()

    def hold_unable(self) -> bool:
        """The cells that can't be compiled have their saved values from the start."""
        return False

    def read(self, sheet: str, ref: str) -> Value:
        """The value of a cell, as of the last calculation."""
        row, column = _position(ref)
        known = self._program.columns.get((sheet, column))
        if known is not None:
            return known[row - 1] if row <= len(known) else None
        if (sheet, ref) in self._touched:
            return self._touched[sheet, ref]
        cell = self._held[sheet].cell(ref, row)
        return None if cell is None else cell.value
