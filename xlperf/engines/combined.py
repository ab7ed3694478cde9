"""Two engines as one: compiled, which is seldom wrong, does what it can, and formualizer, which knows more, all the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlperf.engines.protocol import CellPlace, Engine, Functions, Model
from xlperf.errors import UserError
from xlperf.formula.tree import Uncertain
from xlperf.package import Package, same_value
from xlperf.values import Value

# How often formulas of the one engine may hang on formulas of the other in turn.
_MOST_TURNS = 60


class CombinedEngine:
    """Loads workbooks into both engines."""

    name = "auto"

    def __init__(self, first: Engine, second: Engine) -> None:
        self._first, self._second = first, second

    def load(self, package: Package, functions: Functions) -> CombinedModel:
        """The workbook in both engines, not yet calculated."""
        return CombinedModel(package, self._first, self._second, functions)

    def release(self, model: CombinedModel) -> None:
        """Takes a workbook back that is not needed any more."""
        self._first.release(model.first)


class CombinedModel:
    """A workbook in both engines: each has the other's results as constants where its own differ or are lacking."""

    def __init__(self, package: Package, first: Engine, second: Engine, functions: Functions) -> None:
        self.names = first.name, second.name
        self.first: Model = first.load(package, functions)
        self._second: Model | None = None
        self._package, self._second_engine, self._functions = package, second, functions
        self._firsts: Mapping[CellPlace, Value] = {}
        self._seconds: dict[CellPlace, Value] = {}
        # What the second engine was given in the place of its own results.
        self._given: dict[CellPlace, Value] = {}
        # The cells that are calculated by the second engine alone.
        self._handed: dict[CellPlace, None] = {}
        self._set: dict[CellPlace, Value] = {}
        self._held: dict[CellPlace, Value] = {}

    @property
    def unable(self) -> Mapping[CellPlace, str]:
        """The formula cells that neither engine can do, or of which the first one knows that none can, with the reason."""
        ours = self.first.unable
        uncertain = {place: reason for place, reason in ours.items() if isinstance(reason, Uncertain)}
        wanted = dict.fromkeys(place for place in (*ours, *self._handed) if place not in uncertain)
        theirs = self.second.unable if wanted else {}
        return {**uncertain, **{place: theirs[place] for place in wanted if place in theirs}}

    @property
    def notes(self) -> Sequence[str]:
        """What both have to say of the way they calculate."""
        return (*self.first.notes, *(self._second.notes if self._second is not None else ()))

    @property
    def second(self) -> Model:
        """The second engine's model, loaded when it is first asked for, with all that was set since."""
        if self._second is None:
            self._second = self._second_engine.load(self._package, self._functions)
            for (sheet, ref), value in self._set.items():
                self._second.set(sheet, ref, value)
            self._second.hold(self._held)
        return self._second

    def engine_of(self, place: CellPlace) -> str:
        """The name of the engine by which a cell is calculated."""
        return self.names[0] if place in self._firsts else self.names[1]

    def agree(self, place: CellPlace) -> bool:
        """Whether both engines calculate a cell and find the same."""
        if not self._seconds:
            self._seconds = dict(self.second.calculate())
        if place not in self._firsts or place not in self._seconds or place in self._given:
            return False
        return same_value(self._firsts[place], self._seconds[place])

    def set(self, sheet: str, ref: str, value: Value) -> None:
        """Sets a constant."""
        self._set[sheet, ref] = value
        self.first.set(sheet, ref, value)
        if self._second is not None:
            self._second.set(sheet, ref, value)

    def hold(self, values: Mapping[CellPlace, Value], /) -> None:
        """Puts values in the place of formulas."""
        self._held |= values
        self.first.hold(values)
        if self._second is not None:
            self._second.hold(values)

    def calculate(self) -> Mapping[CellPlace, Value]:
        """The values of all cells that one of the engines can do."""
        self._firsts = self.first.calculate()
        self._seconds = {}
        if not (self._asked_of_both | self._handed.keys()) - self._held.keys():
            return self._firsts
        for _ in range(_MOST_TURNS):
            found = self._seconds = dict(self.second.calculate())
            uncertain = self.first.unable.keys() - self._asked_of_both
            lacking = {p: value for p, value in found.items() if p not in self._firsts and p not in uncertain}
            self._handed |= dict.fromkeys(lacking)
            self.first.hold(lacking)
            self._firsts = self.first.calculate()
            given = {
                place: value
                for place, value in self._firsts.items()
                if not same_value(self._given[place] if place in self._given else found.get(place), value)
            }
            if not given:
                return {**lacking, **self._firsts}
            self._given |= given
            self.second.hold(given)
        raise UserError("公式在两个引擎之间来回依赖，次数过多，不能计算；可以指定一个引擎：--engine formualizer")

    @property
    def _asked_of_both(self) -> frozenset[CellPlace]:
        """The cells that the first engine can't do, but another might."""
        return frozenset(p for p, reason in self.first.unable.items() if not isinstance(reason, Uncertain))

    def read(self, sheet: str, ref: str) -> Value:
        """The value of a cell, as of the last calculation."""
        place = sheet, ref
        return self._firsts[place] if place in self._firsts else self.second.read(sheet, ref)
