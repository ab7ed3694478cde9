"""Lossless recalculation: an engine's results in the package, once the engine has shown that it gets the saved ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from xlperf.confinement import calculating
from xlperf.engines.protocol import CellPlace, Engine, Functions, Model
from xlperf.errors import UserError
from xlperf.escaping import excerpt
from xlperf.formula.addresses import position, reference
from xlperf.formula.functions import marked
from xlperf.package import Package, same_value
from xlperf.values import Value

if TYPE_CHECKING:
    from xlperf.engines.compiled.engine import CompiledEngine

AUTO, COMPILED, FORMUALIZER, FORMULAS = "auto", "compiled", "formualizer", "formulas"
ENGINES = (AUTO, COMPILED, FORMUALIZER, FORMULAS)
_SHOWN = 5
_VOLATILE = re.compile(rf"\b({'|'.join(sorted(marked('volatile')))})\s*\(", re.I)


class Change(NamedTuple):
    """A cell whose value differs from the saved one."""

    sheet: str
    ref: str
    old: Value
    new: Value

    def __str__(self) -> str:
        return f"{self.sheet}!{self.ref}  文件中 {shown(self.old)}  重算 {shown(self.new)}"


@dataclass(frozen=True)
class Recalculation:
    """A recalculated workbook: what changed, and the package with new values (the given one where nothing changed)."""

    original: Package
    changes: tuple[Change, ...]
    notes: tuple[str, ...]

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
) -> Recalculation:
    """Recalculates a workbook, with other inputs where given; only values of formula cells and the inputs change.

    Args:
        inputs: constants by sheet and reference.
        engine: an engine's name, or "auto".
        force: recalculate even where the engine doesn't reproduce the saved values or can't do all formulas; cells
            that it can't do keep their saved values.
        trusted: the workbook is one of our templates: the saved values need not be reproduced first.
        functions: the worksheet functions; those of the registry where left out.
    Errors: a UserError naming the cells that the engine can't do or whose saved values it doesn't reproduce.
    """
    wanted = {(package.sheet(sheet).name, _normal(ref)): value for (sheet, ref), value in (inputs or {}).items()}
    target = package.with_inputs(wanted)
    saved = saved_results(package)
    if not saved:
        return Recalculation(target, (), ())
    known = functions if functions is not None else registered_functions()
    with calculating(len(saved)):
        calculator, model = loaded(package, engine, trusted, known)
        notes = list(model.notes)
        changes: list[Change] = []
        if not trusted:
            changes = differences(saved, _calculated(model, force, notes))
            _check_reproduced(package, [change for change in changes if change.old is not None], force, notes)
        if wanted or trusted:
            for (sheet, ref), value in wanted.items():
                model.set(sheet, ref, value)
            changes = differences(saved, _calculated(model, force, notes))
    calculator.release(model)
    return Recalculation(target, tuple(changes), tuple(dict.fromkeys(notes)))


@cache
def compiled_engine() -> CompiledEngine:
    """The compiled engine, the same one each time."""
    from xlperf.engines.compiled.engine import CompiledEngine

    return CompiledEngine()


def loaded(package: Package, name: str, trusted: bool, functions: Functions) -> tuple[Engine, Model]:
    """The engine of that name with the workbook in it; “auto” compiles our templates, if it can do all of their formulas."""
    if name == AUTO and trusted:
        compiled = engine_named(COMPILED)
        model = compiled.load(package, functions)
        if not model.unable:
            return compiled, model
    calculator = engine_named(FORMUALIZER if name == AUTO else name)
    return calculator, calculator.load(package, functions)


@cache
def engine_named(name: str) -> Engine:
    """The engine of that name, the same one each time.

    Errors: a UserError where there is none, or it isn't installed.
    """
    if name == COMPILED:
        return compiled_engine()
    if name == FORMULAS:
        return _second_opinion()
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


def registered_functions() -> Functions:
    """The worksheet functions of the registry."""
    from xlperf.registry import worksheet_functions

    found: Functions | Callable[[], Functions] = worksheet_functions
    return found() if callable(found) else found


def saved_results(package: Package) -> Mapping[CellPlace, Value]:
    """The saved values of all cells that formulas fill; None where there is none."""
    return package.saved_results


def differences(saved: Mapping[CellPlace, Value], results: Mapping[CellPlace, Value]) -> list[Change]:
    """The cells whose results differ from their saved values."""
    pairs = zip(results.items(), map(saved.__getitem__, results), strict=True)
    # Most are the very same, and need no closer look.
    differing = [
        (place, old, new)
        for (place, new), old in pairs
        if old is not new and (type(old) is not type(new) or old != new)
    ]
    return [Change(*place, old, new) for place, old, new in differing if not same_value(old, new)]


def shown(value: Value) -> str:
    """A value as messages show it."""
    if value is None:
        return "空"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return f"“{excerpt(value)}”"
    return str(value) if not isinstance(value, float) else f"{value:.15g}"


def _normal(ref: str) -> str:
    return reference(*position(ref))


def _calculated(model: Model, force: bool, notes: list[str]) -> Mapping[CellPlace, Value]:
    """The engine's results. Cells that it can't do are refused, or by force kept as saved, with the others based on them."""
    results = results_by_force(model) if force else model.calculate()
    if model.unable:
        _refuse_unable(model, force, notes)
    return results


def results_by_force(model: Model) -> Mapping[CellPlace, Value]:
    """The engine's results; cells that it can't do have no result, and for those based on them hold what was saved."""
    results = model.calculate()
    while model.hold_unable():
        results = model.calculate()
    return results


def _refuse_unable(model: Model, force: bool, notes: list[str]) -> None:
    by_reason: dict[str, list[CellPlace]] = {}
    for place, reason in model.unable.items():
        by_reason.setdefault(reason, []).append(place)
    reasons = list(by_reason.items())
    listed = "；".join(f"{reason}：{_listed(places)}" for reason, places in reasons[:_SHOWN])
    listed += f"；等 {len(reasons)} 种原因" if len(reasons) > _SHOWN else ""
    if not force:
        raise UserError(f"不能重算，{listed}。没有写出任何内容；加 --force 则这些单元格保留文件中的值，其余照算")
    notes.append(f"没有重算的单元格保留了文件中的值（{listed}）")


def _check_reproduced(package: Package, found: Sequence[Change], force: bool, notes: list[str]) -> None:
    if not found:
        return
    lines = "\n".join(f"  {change}" for change in found[:_SHOWN])
    more = f"\n  还有 {len(found) - _SHOWN} 个" if len(found) > _SHOWN else ""
    volatile = _volatile(package)
    why = f"（含随时间或随机变化的函数 {volatile}）" if volatile else ""
    summary = f"引擎重现不出文件中保存的值，有 {len(found)} 个单元格不同{why}：\n{lines}{more}"
    if not force:
        raise UserError(f"{summary}\n没有写出任何内容；确认以重算为准时请加 --force")
    notes.append(summary)


def _volatile(package: Package) -> str:
    """The volatile functions of a workbook, each with the first cell that calls it."""
    first: dict[str, str] = {}
    for sheet in package.worksheets:
        for ref, text in package.formulas(sheet.name).items():
            for name in _VOLATILE.findall(text):
                first.setdefault(name.upper(), f"{sheet.name}!{ref}")
    return "、".join(f"{name}：{where}" for name, where in first.items())


def _listed(places: Sequence[CellPlace]) -> str:
    listed = "、".join(f"{sheet}!{ref}" for sheet, ref in places[:_SHOWN])
    return listed + (f" 等 {len(places)} 个" if len(places) > _SHOWN else "")
