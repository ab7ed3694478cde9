"""Lossless recalculation: an engine's results in the package, once the engine has shown that it gets the saved ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from xlperf.confinement import calculating
from xlperf.engines.changes import SHOWN, Change, by_reason, differences
from xlperf.engines.foreign import NOTHING_WRITTEN, check_kept, judged_by_force, settled
from xlperf.engines.placeholders import without_placeholders
from xlperf.engines.protocol import CellPlace, Engine, Functions, Model
from xlperf.engines.reproduction import hold
from xlperf.engines.witnesses import Witnesses, unsaved
from xlperf.errors import UserError
from xlperf.formula.addresses import position, reference
from xlperf.formula.functions import marked
from xlperf.package import Package
from xlperf.package.formula_digest import Formulas
from xlperf.values import Value

if TYPE_CHECKING:
    from xlperf.engines.combined import CombinedEngine
    from xlperf.engines.compiled.engine import CompiledEngine

AUTO, COMPILED, FORMUALIZER, FORMULAS = "auto", "compiled", "formualizer", "formulas"
ENGINES = (AUTO, COMPILED, FORMUALIZER, FORMULAS)
# A witness for plain formulas, only where it is asked for: it knows no functions of ours.
IRONCALC = "ironcalc"
_VOLATILE = re.compile(rf"\b({'|'.join(sorted(marked('volatile')))})\s*\(", re.I)


@dataclass(frozen=True)
class Recalculation:
    """A recalculated workbook: what changed, and the package with new values (the given one where nothing changed)."""

    original: Package
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    # Of workbooks of others only: who vouches for results without a saved value, and the cells that keep theirs.
    witnesses: Witnesses | None = None
    kept: Mapping[CellPlace, str] = field(default_factory=dict)

    @cached_property
    def package(self) -> Package:
        """The recalculated workbook as a file."""
        return self.original.patched(self._values())

    @cached_property
    def seen(self) -> Package:
        """The recalculated workbook to read values from, which takes a fraction of the time; it can't be saved."""
        return self.original.seen_with(self._values())

    def _values(self) -> dict[CellPlace, Value]:
        return {(change.sheet, change.ref): change.new for change in self.changes}

    @property
    def data(self) -> bytes:
        """The bytes of the recalculated file."""
        return self.original.patched_data(self._values())


def recalculate(
    package: Package,
    *,
    inputs: Mapping[CellPlace, Value] | None = None,
    engine: str = AUTO,
    force: bool = False,
    trusted: bool = False,
    functions: Functions | None = None,
    free_sheets: Collection[str] = (),
    is_judged: bool = True,
) -> Recalculation:
    """Recalculates a workbook, with other inputs where given; only values of formula cells and the inputs change.

    Args:
        inputs: constants by sheet and reference.
        engine: an engine's name, or "auto".
        force: recalculate even where the engine doesn't reproduce the saved values or can't do all formulas; cells
            that it can't do keep their saved values.
        trusted: the workbook is one of our templates: the saved values need not be reproduced first.
        functions: the worksheet functions; those of the registry where left out.
        free_sheets: sheets of a trusted workbook in which people write what they like and on which nothing hangs: what
            the engine can't do there keeps its saved value.
        is_judged: by force: it is found out who vouches for what is written, and told what no engine reproduces.
    Errors: a UserError naming the cells that the engine can't do or whose saved values it doesn't reproduce.
    """
    wanted = {(package.sheet(sheet).name, _normal(ref)): value for (sheet, ref), value in (inputs or {}).items()}
    target = package.with_inputs(wanted)
    saved = saved_results(package)
    if not saved:
        return Recalculation(target, (), ())
    package, placed = (package, ()) if trusted else without_placeholders(package)
    known = functions if functions is not None else registered_functions()
    with calculating(len(saved), is_known=trusted):
        calculator, model = loaded(package, engine, trusted, known, free_sheets)
        if not (trusted or force):
            check_kept(target, wanted)
            found = settled(package, model, calculator.name, known, wanted)
            calculator.release(model)
            changes = differences(saved, found.results)
            notes = dict.fromkeys((*placed, *found.notes))
            return Recalculation(target, tuple(changes), tuple(notes), found.witnesses, found.kept)
        told = [*placed, *model.notes]
        judged = None
        if not trusted:
            changes = differences(saved, _calculated(package, model, force, told))
            if is_judged:
                _note_differing(package, changes, told)
                judged = _judged(package, engine, known, wanted, told)
        for (sheet, ref), value in wanted.items():
            model.set(sheet, ref, value)
        if wanted or trusted:
            changes = differences(saved, _calculated(package, model, force, told, free_sheets))
    calculator.release(model)
    return Recalculation(target, tuple(changes), tuple(dict.fromkeys(told)), judged)


def _judged(
    package: Package, engine: str, functions: Functions, inputs: Mapping[CellPlace, Value], notes: list[str]
) -> Witnesses | None:
    """Who vouches for what is written by force, which is said."""
    if not (unsaved(package) or inputs):
        return None
    calculator, model = loaded(package, engine, False, functions)
    found, moved = judged_by_force(package, model, calculator.name, functions, inputs)
    calculator.release(model)
    if found is not None:
        notes.append(f"{found}：{found.listed}" if found.unwitnessed else str(found))
    if moved is not None and moved.unwitnessed:
        notes.append(f"{moved}：{moved.listed}")
    return found


@cache
def compiled_engine() -> CompiledEngine:
    """The compiled engine, the same one each time."""
    from xlperf.engines.compiled.engine import CompiledEngine

    return CompiledEngine()


def loaded(
    package: Package, name: str, trusted: bool, functions: Functions, free_sheets: Collection[str] = ()
) -> tuple[Engine, Model]:
    """The engine of that name with the workbook in it; “auto” compiles our templates, if it can do all of their formulas
    but those of free sheets. None rounds results of ours to what cells show, which is an alteration.
    """
    if trusted and package.calculation.uses_displayed_precision:
        name = FORMUALIZER
    if name == AUTO and trusted:
        compiled = engine_named(COMPILED)
        model = compiled.load(package, functions)
        if all(sheet in free_sheets for sheet, _ in model.unable):
            return compiled, model
    if name == AUTO and not trusted:
        both = _combined()
        return both, both.load(package, functions)
    calculator = engine_named(FORMUALIZER if name == AUTO else name)
    return calculator, calculator.load(package, functions)


@cache
def _combined() -> CombinedEngine:
    from xlperf.engines.combined import CombinedEngine

    return CombinedEngine(engine_named(COMPILED), engine_named(FORMUALIZER))


@cache
def engine_named(name: str) -> Engine:
    """The engine of that name, the same one each time.

    Errors: a UserError where there is none, or it isn't installed.
    """
    if name == COMPILED:
        return compiled_engine()
    if name == FORMULAS:
        return _second_opinion()
    if name == IRONCALC:
        return _further_witness()
    if name not in (AUTO, FORMUALIZER):
        raise UserError(f"没有名为“{name}”的计算引擎；可用：{'、'.join(ENGINES)}")
    try:
        from xlperf.engines.formualizer.engine import FormualizerEngine
    except ModuleNotFoundError as error:
        if error.name != "formualizer":
            raise
        raise UserError("没有安装计算引擎 formualizer；请运行 pip install formualizer") from None
    return FormualizerEngine()


def _second_opinion() -> Engine:
    try:
        from xlperf.engines.formulas_engine import FormulasEngine
    except ModuleNotFoundError as error:
        if error.name not in ("formulas", "numpy", "schedula"):
            raise
        raise UserError("没有安装计算引擎 formulas；请运行 pip install xlperf[verify]") from None
    return FormulasEngine()


def _further_witness() -> Engine:
    try:
        from xlperf.engines.ironcalc_engine import IronCalcEngine
    except ModuleNotFoundError as error:
        if error.name != "ironcalc":
            raise
        raise UserError("没有安装计算引擎 ironcalc；请运行 pip install xlperf[verify]") from None
    return IronCalcEngine()


def registered_functions() -> Functions:
    """The worksheet functions of the registry."""
    from xlperf.registry import worksheet_functions

    found: Functions | Callable[[], Functions] = worksheet_functions
    return found() if callable(found) else found


def saved_results(package: Package) -> Mapping[CellPlace, Value]:
    """The saved values of all cells that formulas fill; None where there is none."""
    return package.saved_results


def _normal(ref: str) -> str:
    return reference(*position(ref))


def _calculated(
    package: Package, model: Model, force: bool, notes: list[str], free_sheets: Collection[str] = ()
) -> Mapping[CellPlace, Value]:
    """The engine's results. Cells that it can't do are refused, or by force kept as saved, with the others based on them."""
    results = results_by_force(package, model) if force or free_sheets else model.calculate()
    unable = {place: reason for place, reason in model.unable.items() if place[0] not in free_sheets}
    if unable:
        _refuse_unable(unable, force, notes)
    return results


def results_by_force(package: Package, model: Model) -> Mapping[CellPlace, Value]:
    """The engine's results; cells that it can't do have no result, and for those based on them hold what was saved."""
    results, held = model.calculate(), set[CellPlace]()
    while unable := model.unable.keys() - held:
        hold(package, model, unable)
        held |= unable
        results = model.calculate()
    return results


def _refuse_unable(unable: Mapping[CellPlace, str], force: bool, notes: list[str]) -> None:
    reasons = by_reason(unable)
    if not force:
        raise UserError(f"不能重算，{reasons}。{NOTHING_WRITTEN}；加 --force 则这些单元格保留文件中的值，其余照算")
    notes.append(f"没有重算的单元格保留了文件中的值（{reasons}）")


def _note_differing(package: Package, changes: Sequence[Change], notes: list[str]) -> None:
    """Says which saved values are written over although no engine reproduces them; a placeholder is none."""
    found = [change for change in changes if package.value(change.sheet, change.ref) is not None]
    if not found:
        return
    lines = "\n".join(f"  {change}" for change in found[:SHOWN])
    more = f"\n  还有 {len(found) - SHOWN} 个" if len(found) > SHOWN else ""
    volatile = _volatile(package.all_formulas)
    why = f"（含随时间或随机变化的函数 {volatile}）" if volatile else ""
    notes.append(f"引擎重现不出文件中保存的值，有 {len(found)} 个单元格不同{why}：\n{lines}{more}")


@lru_cache(maxsize=4)
def _volatile(formulas: Formulas) -> str:
    """The volatile functions of a workbook, each with the first cell that calls it."""
    first: dict[str, str] = {}
    for sheet, texts in formulas:
        for ref, text in texts:
            for name in _VOLATILE.findall(text):
                first.setdefault(name.upper(), f"{sheet}!{ref}")
    return "、".join(f"{name}：{where}" for name, where in first.items())
