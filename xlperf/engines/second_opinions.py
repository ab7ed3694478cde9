"""Another engine, of other code, that finds the same as the one that a result is from: formualizer, else IronCalc.

IronCalc is asked only for what formualizer doesn't agree with, and only where it is installed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from xlperf.engines.combined import CombinedModel
from xlperf.engines.formualizer.excel_functions import excel_functions
from xlperf.engines.protocol import CellPlace, Model
from xlperf.engines.reproduction import array_owners
from xlperf.engines.variants import Formula
from xlperf.errors import UserError
from xlperf.package import Package, same_value
from xlperf.values import Value

IRONCALC = "ironcalc"
# IronCalc takes its time with more formulas than that, and can't be stopped.
_MOST_FORMULAS = 2_000


class SecondOpinions:
    """What other engines find in the cells of one workbook."""

    def __init__(
        self, package: Package, model: Model, inputs: Mapping[CellPlace, Value], ours: Collection[str]
    ) -> None:
        self._package, self._model, self._inputs, self._ours = package, model, inputs, frozenset(ours)

    def same_from(self, place: CellPlace, formula: Formula | None) -> str:
        """The name of another engine that finds the same in a cell, in all that its formula fills; else nothing."""
        if (
            not isinstance(self._model, CombinedModel)
            or formula is None
            or not self._ours.isdisjoint(formula.functions)
        ):
            return ""
        # What we gave formualizer to calculate with is code that compiled has too.
        if excel_functions().keys().isdisjoint(formula.functions) and self._model.agree(place):
            return self._model.names[1]
        filled = (place, *self._filled.get(place, ()))
        is_same = all(one in self._irons and same_value(self._irons[one], self._model.read(*one)) for one in filled)
        return IRONCALC if is_same else ""

    @cached_property
    def _filled(self) -> Mapping[CellPlace, list[CellPlace]]:
        found: dict[CellPlace, list[CellPlace]] = {}
        for other, owner in array_owners(self._package).items():
            found.setdefault(owner, []).append(other)
        return found

    @cached_property
    def _irons(self) -> Mapping[CellPlace, Value]:
        """What IronCalc finds; nothing where it isn't there or can't do the workbook."""
        if len(self._package.saved_results) > _MOST_FORMULAS:
            return {}
        try:
            from xlperf.engines.ironcalc_engine import IronCalcEngine

            model = IronCalcEngine().load(self._package, {})
            for (sheet, ref), value in self._inputs.items():
                model.set(sheet, ref, value)
            return model.calculate()
        except (ModuleNotFoundError, UserError):
            return {}
