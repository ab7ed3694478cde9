"""Engines against each other and against the saved values, cell by cell; a difference with its reason, where one is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from xlperf.confinement import calculating
from xlperf.engines.changes import shown
from xlperf.engines.compiled.displayed_precision import displayed_precision
from xlperf.engines.compiled.nodes import Node
from xlperf.engines.compiled.plan import planned_apart
from xlperf.engines.compiled.program import Program
from xlperf.engines.compiled.shape_code import shape_code
from xlperf.engines.foreign import judged_by_force
from xlperf.engines.known_differences import KnownDifference, known_differences
from xlperf.engines.placeholders import without_placeholders
from xlperf.engines.protocol import CellPlace, Functions
from xlperf.engines.recalculation import (
    AUTO,
    COMPILED,
    ENGINES,
    FORMULAS,
    engine_named,
    loaded,
    registered_functions,
    results_by_force,
)
from xlperf.engines.witnesses import Witnesses, unsaved
from xlperf.errors import UserError
from xlperf.formula.addresses import position, reference
from xlperf.package import Package, same_value
from xlperf.values import Value

SAVED = "文件中"
# Of whole columns no more is looked at.
_LAST_ROW = 5_000
Results = Mapping[CellPlace, Value]


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell on which engines disagree: its value by engine, and why those that are wrong are, where that is known."""

    sheet: str
    ref: str
    values: Mapping[str, Value]
    reasons: Mapping[str, str]

    @property
    def reason(self) -> str:
        """All that is known of why."""
        return "；".join(dict.fromkeys(reason for reason in self.reasons.values() if reason))

    @property
    def is_explained(self) -> bool:
        """Whether for each engine that is wrong it is known why."""
        return all(self.reasons.values())

    def __str__(self) -> str:
        listed = "  ".join(f"{name} {shown(value)}" for name, value in self.values.items())
        return f"{self.sheet}!{self.ref}  {listed}" + (f"（{self.reason}）" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of it: the cells compared, the engines that took part, those that could not and why, the differences."""

    cells: int
    engines: tuple[str, ...]
    refused: Mapping[str, str]
    differences: tuple[Difference, ...]
    # Who vouches for the results without a saved value; None where all have one.
    witnesses: Witnesses | None = None

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """The differences of which it is not known why."""
        return tuple(difference for difference in self.differences if not difference.is_explained)


def verify(
    package: Package, names: Sequence[str] = (), *, begun: Callable[[str], object] = lambda name: None
) -> Verification:
    """Calculates a workbook with several engines; `begun` is told each one's name before it starts.

    Errors: UserError: not one engine can calculate the workbook.
    """
    package, _ = without_placeholders(package)
    places = package.saved_results
    found: dict[str, Results] = {SAVED: {place: value for place, value in places.items() if value is not None}}
    refused: dict[str, str] = {}
    for name in names or [name for name in ENGINES if name != AUTO]:
        begun(name)
        try:
            # The second opinion is slow by nature: for it only the limit of the whole command holds.
            with nullcontext() if name == FORMULAS else calculating(len(places), is_known=False):
                model = engine_named(name).load(package, registered_functions())
                results = results_by_force(package, model)
        except UserError as error:
            refused[name] = str(error)
            continue
        if model.unable:
            (sheet, ref), reason = next(iter(model.unable.items()))
            refused[name] = f"{reason}：{sheet}!{ref} 等 {len(model.unable)} 个单元格"
        found[name] = results
    if len(found) == 1:
        raise UserError("没有一个引擎能计算这个工作簿：" + "；".join(f"{k}：{v}" for k, v in refused.items()))
    differences = tuple(differences_between(package, found))
    return Verification(len(places), tuple(found), refused, differences, _witnesses(package))


def _witnesses(package: Package) -> Witnesses | None:
    """Who vouches for the results without a saved value."""
    if not unsaved(package):
        return None
    try:
        functions = registered_functions()
        calculator, model = loaded(package, AUTO, False, functions)
        return judged_by_force(package, model, calculator.name, functions, {})[0]
    except UserError:
        return Witnesses({}, dict.fromkeys(unsaved(package), "没有引擎能计算"))


def differences_between(package: Package, found: Mapping[str, Results]) -> list[Difference]:
    """The cells on which engines disagree, given what each found and, under SAVED, what the workbook holds."""
    differing: dict[CellPlace, dict[str, Value]] = {}
    for place in dict.fromkeys(place for results in found.values() for place in results):
        values = {name: results[place] for name, results in found.items() if place in results}
        first, *others = values.values()
        if not all(same_value(first, other) for other in others):
            differing[place] = values
    explanation = _Explanation(package, found, differing)
    return [Difference(*place, values, explanation.reasons(place)) for place, values in differing.items()]


class _Explanation:
    """Why engines differ: a known fault of one, or another cell in which it differs already."""

    def __init__(
        self, package: Package, found: Mapping[str, Results], differing: Mapping[CellPlace, Mapping[str, Value]]
    ) -> None:
        self._package, self._found, self._differing = package, found, differing
        self._functions = registered_functions()
        self._texts = {place: package.formulas(place[0]).get(place[1], "") for place in differing}
        self._references = {
            step.place: step.references for step in planned_apart(package, self._functions, self._texts).steps
        }
        self._known: dict[tuple[str, str], Results] = {}

    def reasons(self, place: CellPlace) -> dict[str, str]:
        """For each engine that is wrong in a cell why it is; nothing where that isn't known."""
        wrong = [name for name in self._differing[place] if self._is_wrong(name, place)]
        return {name: self._reason(name, place) for name in wrong}

    def _right(self, place: CellPlace) -> Value:
        """What the compiled engine says; where it can't do the formula what was saved, or else what the first one says."""
        values = self._differing[place]
        first = next(value for name, value in values.items() if name != SAVED)
        return values.get(COMPILED, values.get(SAVED, first))

    def _is_wrong(self, name: str, place: CellPlace) -> bool:
        values = self._differing[place]
        return name in values and not same_value(values[name], self._right(place))

    def _reason(self, name: str, place: CellPlace) -> str:
        value = self._differing[place][name]
        right = self._apart(name).get(place, self._right(place))
        if same_value(value, right):
            return f"{name} 的这一格随{self._earlier(name, place)}而不同"
        referred = self._referred_values(name, place)
        for known in known_differences().explaining(name, self._texts[place], right, value, referred):
            if known.imitation is None:
                return known.why if known.is_certain else f"可能：{known.why}"
            if same_value(value, self._apart(name, known).get(place)):
                return known.why
        return ""

    def _apart(self, name: str, known: KnownDifference | None = None) -> Results:
        """What each formula should give from the values that an engine has in other cells; or with a fault imitated."""
        key = name, "" if known is None else known.id
        if key not in self._known:
            texts: Mapping[CellPlace, str] = self._texts
            if known is not None and known.imitation is not None:
                texts = {place: known.imitation.of(text) for place, text in texts.items()}
            self._known[key] = _results_apart(self._package, self._functions, texts, self._found[name])
        return self._known[key]

    def _earlier(self, name: str, place: CellPlace) -> str:
        """The cells that a formula refers to and in which the engine differs already."""
        areas = [_area(node) for node in self._references.get(place, ())]
        found = [
            f"{sheet}!{ref}"
            for sheet, ref in self._differing
            if _is_in((sheet, ref), areas) and self._is_wrong(name, (sheet, ref))
        ]
        return (
            " " + (found[0] if len(found) == 1 else f"{found[0]} 等 {len(found)} 格" if found else "所引用的格") + " "
        )

    def _referred_values(self, name: str, place: CellPlace) -> list[Value]:
        """The values that a formula refers to, as the engine has them."""
        results = self._found[name]
        return [
            results.get((sheet, ref), self._package.value(sheet, ref))
            for sheet, top, left, bottom, right in map(_area, self._references.get(place, ()))
            for row in range(top, min(bottom, _LAST_ROW) + 1)
            for column in range(left, right + 1)
            for ref in (reference(row, column),)
        ]


def _results_apart(
    package: Package, functions: Functions, texts: Mapping[CellPlace, str], values: Mapping[CellPlace, Value]
) -> dict[CellPlace, Value]:
    """What Excel makes of some formulas, where the cells that formulas fill hold these values; other cells hold their own.

    Formulas that can't be compiled are left out.
    """
    plan = planned_apart(package, functions, texts)
    program = Program(plan, shape_code(plan.shapes, functions), functions, displayed_precision(package))
    program.book.adopt(package)
    for sheet in package.worksheets:
        for ref, cell in package.cells(sheet.name).items():
            program.put(sheet.name, cell.row, cell.column, values.get((sheet.name, ref), cell.value))
    program.run()
    return program.results()


def _area(node: Node) -> tuple[str, int, int, int, int]:
    """The sheet, and the first and last row and column of a reference."""
    return (*node[1:], *node[2:]) if node[0] == "cell" else node[1:]


def _is_in(place: CellPlace, areas: Sequence[tuple[str, int, int, int, int]]) -> bool:
    """Whether a cell lies in one of the areas."""
    row, column = position(place[1])
    return any(place[0] == a[0] and a[1] <= row <= a[3] and a[2] <= column <= a[4] for a in areas)
