"""Who vouches for a result that has no saved value beside it: the engine's own record, or a second engine.

A number that nobody vouches for is not written. A clean record of everything in the formula is enough; a thin one, or one
of the same function with other kinds of arguments only, needs another engine that finds the same by other code; a bad or an
empty one is outweighed by nothing. A variant that fails in this very workbook counts as bad in all of it.

A result that hangs on a changed input is as new as one that was never saved. There the engine's record has one more source:
what it reproduces in this very workbook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from xlperf.engines.combined import CombinedModel
from xlperf.engines.dependents import Dependents
from xlperf.engines.protocol import CellPlace, Model
from xlperf.engines.records import ENOUGH, Grade, grade, raised
from xlperf.engines.reproduction import Reproduction, array_owners, hold
from xlperf.engines.second_opinions import SecondOpinions
from xlperf.engines.variants import Formulas, Values, function_of, reads_no_dates, values_of, variants
from xlperf.formula.functions import marked
from xlperf.formula.tree import Uncertain
from xlperf.package import Package, same_value
from xlperf.values import Value

BY_RECORD = "引擎的记录"
COMPILED = "compiled"
UNSAVED, CHANGED = "没有保存的值", "随改动变化"
_SHOWN = 5
_VOLATILE = tuple(f"{name}(" for name in marked("volatile"))
_WHY = {
    Grade.BAD: "算错过",
    Grade.EMPTY: "没有记录",
    Grade.THIN: f"记录不足 {ENOUGH} 格，没有另一个引擎算得相同",
}


@dataclass(frozen=True)
class Witnesses:
    """Who vouches for new results: how many cells by whom, and the cells of nobody, with the reason."""

    by: Mapping[str, int]
    unwitnessed: Mapping[CellPlace, str]
    why_new: str = UNSAVED

    @property
    def cells(self) -> int:
        """How many formulas have a new result."""
        return sum(self.by.values()) + len(self.unwitnessed)

    def __str__(self) -> str:
        vouched = "".join(f"{count} 个由{who}核对，" for who, count in self.by.items())
        return f"{self.cells} 个公式{self.why_new}：{vouched}{len(self.unwitnessed)} 个没有核对"

    @property
    def listed(self) -> str:
        """The first cells that nobody vouches for, with the reasons."""
        first = [f"{sheet}!{ref}（{why}）" for (sheet, ref), why in list(self.unwitnessed.items())[:_SHOWN]]
        more = f" 等 {len(self.unwitnessed)} 个" if len(self.unwitnessed) > _SHOWN else ""
        return "、".join(first) + more


class Calculated(NamedTuple):
    """A workbook calculated by an engine of that name: what it reproduces as saved; the results with inputs put in since.

    `engines`: by which engine the cells were reproduced.
    """

    engine: str
    model: Model
    found: Reproduction
    inputs: Mapping[CellPlace, Value]
    results: Mapping[CellPlace, Value]
    engines: Mapping[CellPlace, str]

    def engine_of(self, place: CellPlace) -> str:
        """The engine that a result is from."""
        return self.model.engine_of(place) if isinstance(self.model, CombinedModel) else self.engine


def unsaved(package: Package) -> list[CellPlace]:
    """The cells with a formula whose result the workbook doesn't hold; of an array formula the first one."""
    owners = array_owners(package)
    blank = [place for place, value in package.saved_results.items() if value is None]
    blanks = set(blank)
    filled = {owner for place, owner in owners.items() if place not in blanks}
    found = (owners.get(place, place) for place in blank)
    return list(dict.fromkeys(place for place in found if place not in filled))


def witnesses(
    package: Package, calculated: Calculated, formulas: Formulas, ours: Collection[str]
) -> tuple[Witnesses | None, Witnesses | None]:
    """Who vouches for the results without a saved value, and for those that hang on changed inputs; None where there are none."""
    wanted, changed = unsaved(package), _changed(package, calculated, formulas)
    if not (wanted or changed):
        return None, None
    judge = _Judge(package, calculated, formulas, ours)
    return (
        judge.judged(wanted, UNSAVED) if wanted else None,
        judge.judged(changed, CHANGED) if changed else None,
    )


def _changed(package: Package, calculated: Calculated, formulas: Formulas) -> list[CellPlace]:
    """The formulas with a saved value that hang on changed inputs, or come out otherwise with them."""
    inputs = [place for place, value in calculated.inputs.items() if package.value(*place) != value]
    if not inputs:
        return []
    saved, results, owners = package.saved_results, calculated.results, array_owners(package)
    moved = Dependents(package, formulas).of(inputs)
    places = [place for place, value in results.items() if place in moved or not same_value(saved[place], value)]
    return list(dict.fromkeys(owners.get(place, place) for place in places if saved[place] is not None))


class _Judge:
    """Looks for a witness of each cell."""

    def __init__(self, package: Package, calculated: Calculated, formulas: Formulas, ours: Collection[str]) -> None:
        self._package, self._calculated, self._formulas, self._ours = package, calculated, formulas, ours
        self._found, self._saved = calculated.found, package.saved_results
        self._others = SecondOpinions(package, calculated.model, calculated.inputs, ours)
        self._is_1904 = package.date1904
        before = {**package.saved_results, **self._found.results}
        self._before = values_of(package, before)
        self._value = values_of(package, {**before, **calculated.inputs, **calculated.results})
        self._failed = frozenset[str]().union(*(self._variants(place, self._before) for place in self._found.failing))
        lost = [place for place in self._found.unable if package.saved_results.get(place) is None]
        self._blind = Dependents(package, formulas).of(lost) if lost else frozenset[CellPlace]()

    def judged(self, places: Iterable[CellPlace], why_new: str) -> Witnesses:
        """Who vouches for some results, which are new for that reason."""
        by: Counter[str] = Counter()
        unwitnessed: dict[CellPlace, str] = {}
        for place in places:
            who, why = self._witness(place, has_own_record=why_new is CHANGED)
            if who:
                by[who] += 1
            else:
                unwitnessed[place] = why
        return Witnesses(by, unwitnessed, why_new)

    def _witness(self, place: CellPlace, *, has_own_record: bool) -> tuple[str, str]:
        """Who vouches for a result; where nobody does, nothing and the reason."""
        if place in self._found.unable:
            return "", self._found.unable[place]
        if place in self._blind:
            return "", "它所依据的格不能计算"
        if place in self._doubts:
            return "", self._doubts[place]
        engine = self._calculated.engine_of(place)
        if place in self._unsettled:
            return "", "循环引用的迭代结果随计算的次序和次数而变"
        wanted = self._variants(place, self._value)
        own: Mapping[tuple[str, str], int] = self._reproduced if has_own_record and self._is_1904 else {}
        for variant in sorted(wanted) if self._is_1904 else ():
            if not (reads_no_dates(variant) or own.get((engine, variant))):
                return "", f"工作簿用 1904 日期系统，{variant} 的记录来自 1900 日期系统"
        grades = {variant: grade(engine, variant) for variant in wanted}
        for variant in wanted & self._failed:
            # A cell that was itself reproduced hangs on a changed input: what failed elsewhere is said, and may be stale.
            if not (has_own_record and grades[variant] is Grade.CLEAN):
                return "", f"{variant} 重现不出本文件中保存的值"
        if has_own_record and any(one is not Grade.CLEAN for one in grades.values()):
            grades = {variant: raised(one, self._reproduced[engine, variant]) for variant, one in grades.items()}
        worst = min(grades, key=lambda variant: grades[variant], default=None)
        if worst is None or grades[worst] is Grade.CLEAN:
            return BY_RECORD, ""
        if grades[worst] is Grade.THIN and (other := self._others.same_from(place, self._formulas.at(place))):
            return f"{engine}、{other} 两个引擎", ""
        return "", f"{engine} 的 {worst} {_WHY[grades[worst]]}"

    @cached_property
    def _doubts(self) -> Mapping[CellPlace, str]:
        """What compiled knows that no engine can tell, where another one alone was asked."""
        from xlperf.engines.compiled.engine import CompiledEngine

        asked = self._calculated.model
        if isinstance(asked, CombinedModel) or self._calculated.engine == COMPILED:
            return {}
        model = CompiledEngine().load(self._package, {})
        hold(self._package, model, self._found.kept)
        for (sheet, ref), value in self._calculated.inputs.items():
            model.set(sheet, ref, value)
        model.calculate()
        return {place: reason for place, reason in model.unable.items() if isinstance(reason, Uncertain)}

    @cached_property
    def _unsettled(self) -> frozenset[CellPlace]:
        """The results in or after circles that would be others if those were gone round once more."""
        from xlperf.engines.formualizer.engine import FormualizerEngine

        if not self._package.calculation.is_iterative:
            return frozenset()
        model = FormualizerEngine(to_the_end=True).load(self._package, {})
        hold(self._package, model, self._found.kept)
        for (sheet, ref), value in self._calculated.inputs.items():
            model.set(sheet, ref, value)
        end = model.calculate()
        return frozenset(
            place
            for place, value in self._calculated.results.items()
            if self._calculated.engine_of(place) != COMPILED and not same_value(end.get(place), value)
        )

    @cached_property
    def _reproduced(self) -> Counter[tuple[str, str]]:
        """In how many cells of this workbook an engine has a variant right, each judged by itself."""
        right = [place for place in self._found.results if self._saved.get(place) is not None]
        return Counter(
            (self._calculated.engines.get(place, self._calculated.engine), variant)
            for place in right
            for variant in self._variants(place, self._before)
        )

    def _variants(self, place: CellPlace, value: Values) -> frozenset[str]:
        """What has to be vouched for: not what changes with time, nor functions of ours, which are what we say."""
        formula = self._formulas.at(place)
        found: Collection[str] = () if formula is None else variants(formula, value)
        return frozenset(
            name for name in found if not name.lstrip("{").startswith(_VOLATILE) and function_of(name) not in self._ours
        )
