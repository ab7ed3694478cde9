"""Who vouches for a result that has no saved value beside it: the engine's own record, or a second engine.

A number that nobody vouches for is not written. A clean record of everything in the formula is enough; a thin one, or one
of the same function with other kinds of arguments only, needs another engine that finds the same by other code; a bad or an
empty one is outweighed by nothing. A variant that fails in this very workbook counts as bad in all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from xlperf.engines.combined import CombinedModel
from xlperf.engines.dependents import Dependents
from xlperf.engines.protocol import CellPlace, Model
from xlperf.engines.records import ENOUGH, Grade, grade
from xlperf.engines.reproduction import Reproduction, array_owners
from xlperf.engines.second_opinions import SecondOpinions
from xlperf.engines.variants import Formulas, function_of, reads_no_dates, values_of, variants
from xlperf.formula.functions import marked
from xlperf.package import Package
from xlperf.values import Value

BY_RECORD = "引擎的记录"
_SHOWN = 5
_VOLATILE = tuple(f"{name}(" for name in marked("volatile"))
_WHY = {
    Grade.BAD: "算错过",
    Grade.EMPTY: "没有记录",
    Grade.THIN: f"记录不足 {ENOUGH} 格，没有另一个引擎算得相同",
}


@dataclass(frozen=True)
class Witnesses:
    """Who vouches for the results without a saved value: how many cells by whom, and the cells of nobody, with the reason."""

    by: Mapping[str, int]
    unwitnessed: Mapping[CellPlace, str]

    @property
    def cells(self) -> int:
        """How many formulas have no saved value."""
        return sum(self.by.values()) + len(self.unwitnessed)

    def __str__(self) -> str:
        vouched = "".join(f"{count} 个由{who}核对，" for who, count in self.by.items())
        return f"{self.cells} 个公式没有保存的值：{vouched}{len(self.unwitnessed)} 个没有核对"

    @property
    def listed(self) -> str:
        """The first cells that nobody vouches for, with the reasons."""
        first = [f"{sheet}!{ref}（{why}）" for (sheet, ref), why in list(self.unwitnessed.items())[:_SHOWN]]
        more = f" 等 {len(self.unwitnessed)} 个" if len(self.unwitnessed) > _SHOWN else ""
        return "、".join(first) + more


def unsaved(package: Package) -> list[CellPlace]:
    """The cells with a formula whose result the workbook doesn't hold; of an array formula the first one."""
    owners = array_owners(package)
    blank = [place for place, value in package.saved_results.items() if value is None]
    blanks = set(blank)
    filled = {owner for place, owner in owners.items() if place not in blanks}
    found = (owners.get(place, place) for place in blank)
    return list(dict.fromkeys(place for place in found if place not in filled))


def witnesses(
    package: Package,
    calculated: tuple[str, Model, Reproduction],
    formulas: Formulas,
    ours: Collection[str],
    inputs: Mapping[CellPlace, Value],
) -> Witnesses | None:
    """Who vouches for the results without a saved value; None where all have one.

    `calculated`: the engine's name, its model with the inputs, and what it reproduces without them.
    """
    wanted = unsaved(package)
    if not wanted:
        return None
    judge = _Judge(package, calculated, formulas, ours, SecondOpinions(package, calculated[1], inputs, ours))
    by: Counter[str] = Counter()
    unwitnessed: dict[CellPlace, str] = {}
    for place in wanted:
        who, why = judge.witness(place)
        if who:
            by[who] += 1
        else:
            unwitnessed[place] = why
    return Witnesses(by, unwitnessed)


class _Judge:
    """Looks for a witness of each cell."""

    def __init__(
        self,
        package: Package,
        calculated: tuple[str, Model, Reproduction],
        formulas: Formulas,
        ours: Collection[str],
        others: SecondOpinions,
    ) -> None:
        self._engine, self._model, found = calculated
        self._found, self._formulas, self._ours, self._others = found, formulas, ours, others
        self._is_1904 = package.date1904
        self._value = values_of(package, {**package.saved_results, **found.results})
        self._failed = frozenset[str]().union(*(self._variants(place) for place in found.failing))
        lost = [place for place in found.unable if package.saved_results.get(place) is None]
        self._blind = Dependents(package, formulas).of(lost) if lost else frozenset[CellPlace]()

    def witness(self, place: CellPlace) -> tuple[str, str]:
        """Who vouches for a result; where nobody does, nothing and the reason."""
        if place in self._found.unable:
            return "", self._found.unable[place]
        if place in self._blind:
            return "", "它所依据的格不能计算"
        engine = self._model.engine_of(place) if isinstance(self._model, CombinedModel) else self._engine
        wanted = self._variants(place)
        for variant in sorted(wanted) if self._is_1904 else ():
            if not reads_no_dates(variant):
                return "", f"工作簿用 1904 日期系统，{variant} 的记录来自 1900 日期系统"
        for variant in wanted & self._failed:
            return "", f"{variant} 重现不出本文件中保存的值"
        grades = {variant: grade(engine, variant) for variant in wanted}
        worst = min(grades, key=lambda variant: grades[variant], default=None)
        if worst is None or grades[worst] is Grade.CLEAN:
            return BY_RECORD, ""
        if grades[worst] is Grade.THIN and (other := self._others.same_from(place, self._formulas.at(place))):
            return f"{engine}、{other} 两个引擎", ""
        return "", f"{engine} 的 {worst} {_WHY[grades[worst]]}"

    def _variants(self, place: CellPlace) -> frozenset[str]:
        """What has to be vouched for: not what changes with time, nor functions of ours, which are what we say."""
        formula = self._formulas.at(place)
        found: Collection[str] = () if formula is None else variants(formula, self._value)
        return frozenset(
            name for name in found if not name.lstrip("{").startswith(_VOLATILE) and function_of(name) not in self._ours
        )
