"""The compiled engine: a workbook's formulas as generated Python, made once and run for every submission."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from xlperf.engines.compiled.displayed_precision import displayed_precision
from xlperf.engines.compiled.plan_cache import compiled_plan
from xlperf.engines.compiled.program import Program
from xlperf.engines.compiled.row_visibility import note_rows
from xlperf.engines.protocol import CellPlace, Functions
from xlperf.formula.addresses import position
from xlperf.package import Cell, Package
from xlperf.package.sheet_contents import SheetContents
from xlperf.values import Value

_IDLE_MODELS = 4
_position = lru_cache(maxsize=4096)(position)


class CompiledEngine:
    """Compiles workbooks; a released model serves the next workbook that has the same formulas, or constants over some."""

    name = "compiled"

    def __init__(self) -> None:
        self._idle: list[CompiledModel] = []

    def load(self, package: Package, functions: Functions) -> CompiledModel:
        """The workbook in the engine, not yet calculated."""
        fitting = ((idle, idle.overwritten_in(package, functions)) for idle in self._idle)
        found = [(model, places) for model, places in fitting if places is not None]
        model, overwritten = min(found, key=lambda pair: len(pair[1]), default=(None, []))
        if model is None:
            model = CompiledModel(package, functions)
        else:
            self._idle.remove(model)
        model.adopt(package, overwritten)
        return model

    def release(self, model: CompiledModel) -> None:
        """Takes a workbook back that is not needed any more."""
        if not model.unable:
            self._idle.insert(0, model)
            del self._idle[_IDLE_MODELS:]


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


class CompiledModel:
    """A workbook in the compiled engine."""

    notes: Sequence[str] = ()

    def __init__(self, package: Package, functions: Functions) -> None:
        plan, code = compiled_plan(package, functions)
        self.sheets = tuple(sheet.name for sheet in package.worksheets)
        self._facts = _facts(package, functions)
        readings = [package.reading(sheet) for sheet in self.sheets]
        self._formulas = [(reading.formula_items, reading.unusual_formulas) for reading in readings]
        self._program = Program(plan, code, functions, displayed_precision(package))
        self._program.book.adopt(package)
        refused = self._program.unable
        self._unable = {
            **plan.unable,
            **{step.place: refused[step.shape] for step in plan.steps if step.shape in refused},
        }
        self._refused: dict[CellPlace, str] = {}
        self._held: dict[str, SheetContents] = {}
        self._touched: dict[CellPlace, Value] = {}
        self._held_results: set[CellPlace] = set()

    @property
    def unable(self) -> Mapping[CellPlace, str]:
        """The formula cells that can't be compiled, with the reason."""
        return {**self._unable, **self._refused}

    def overwritten_in(self, package: Package, functions: Functions) -> list[CellPlace] | None:
        """The formulas over which a workbook has constants that has all others the same.

        None where it is another workbook, or its results are rounded to what its cells show.
        """
        if package.calculation.uses_displayed_precision or not _are_same(self._facts, _facts(package, functions)):
            return None
        found: list[CellPlace] = []
        for sheet, (own, unusual) in zip(self.sheets, self._formulas, strict=True):
            reading = package.reading(sheet)
            if reading.unusual_formulas != unusual:
                return None
            if reading.formula_items is own or reading.formula_items == own:
                continue
            theirs = reading.formulas
            kept = [ref for ref, text in own if theirs.get(ref) == text]
            if len(kept) < len(theirs):
                return None
            found += ((sheet, ref) for ref, _ in own if ref not in theirs)
        return found

    def adopt(self, package: Package, overwritten: Collection[CellPlace] = ()) -> None:
        """Takes the constants of a workbook with the same formulas; only what differs from the last one is touched.

        `overwritten`: the formulas that it has constants over.
        """
        self._program.restore()
        for place in overwritten:
            self._program.hold(place)
        self._held_results = set(overwritten)
        for sheet in self.sheets:
            held, reading = self._held.get(sheet), package.reading(sheet)
            if held is not reading:
                self._held[sheet] = reading
                self._replace(held, reading)
        if self._program.has_subtotals and note_rows(self._program.book, package):
            self._program.recalculate_all()
        for name, ref in (*self._touched, *overwritten):
            cell = self._held[name].cells.get(ref)
            self._program.put(name, *position(ref), None if cell is None else cell.value)
        self._touched.clear()

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
        program = self._program
        self._refused = {}
        while True:
            program.run()
            found = {**program.refused_places, **self._refused}
            if len(found) == len(self._refused):
                out = found.keys() | self._held_results
                return {place: value for place, value in program.results().items() if place not in out}
            self._refused = found
            # What could not be calculated keeps its saved value, on which others count.
            program.keep({(s, r): self._held[s].cells[r].value for s, r in found if r in self._held[s].cells})

    def hold(self, values: Mapping[CellPlace, Value], /) -> None:
        """Puts values in the place of formulas; those that can't be compiled have their saved values from the start."""
        self._held_results |= values.keys()
        for place in values:
            self._program.hold(place)
        for (sheet, ref), value in values.items():
            self.set(sheet, ref, value)

    def read(self, sheet: str, ref: str) -> Value:
        """The value of a cell, as of the last calculation."""
        row, column = _position(ref)
        known = self._program.columns.get((sheet, column))
        if known is not None:
            return known[row - 1] if row <= len(known) else None
        if (sheet, ref) in self._touched:
            return self._touched[sheet, ref]
        cell = self._held[sheet].cells.get(ref)
        return None if cell is None else cell.value
