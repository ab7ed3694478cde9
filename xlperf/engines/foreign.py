"""Workbooks that others made: what is calculated in them, cell by cell, and what keeps the value that the file holds.

A cell is refused, not the file. One that no engine can calculate, or that doesn't come out as it was saved, keeps its saved
value: nothing that it depends on has changed. Only what depends both on such a cell and on an input that changes has no
value that anybody could stand for; and so has a result without a saved value and without a witness.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from xlperf.engines.changes import SHOWN, Change, by_reason, listed, shown
from xlperf.engines.combined import CombinedModel
from xlperf.engines.compiled.displayed_precision import REFUSAL, displayed_precision
from xlperf.engines.dependents import Dependents
from xlperf.engines.protocol import CellPlace, Model
from xlperf.engines.reproduction import Reproduction, array_owners, reproduce
from xlperf.engines.variants import Formulas
from xlperf.engines.witnesses import Calculated, Witnesses, witnesses
from xlperf.errors import UserError
from xlperf.formula.addresses import position
from xlperf.formula.tree import NotUnderstoodError
from xlperf.package import Package
from xlperf.values import Value

NOTHING_WRITTEN = "没有写出任何内容"
TIMELY, FAILING = "随时间或随机变化", "重现不出文件中的值"


class UnwitnessedError(UserError):
    """New results that nobody vouches for."""

    def __init__(self, found: Witnesses) -> None:
        super().__init__(f"{found}：{found.listed}。{NOTHING_WRITTEN}；加 --force 则照写，并列出没有核对的单元格")
        self.witnesses = found


@dataclass(frozen=True)
class Settlement:
    """The results of a foreign workbook: what is calculated, what is said of the rest, who vouches for what is new."""

    results: Mapping[CellPlace, Value]
    notes: tuple[str, ...]
    witnesses: Witnesses | None
    kept: Mapping[CellPlace, str]


def settled(
    package: Package, model: Model, engine: str, ours: Collection[str], inputs: Mapping[CellPlace, Value]
) -> Settlement:
    """Calculates a workbook of others with these inputs; no cell gets a value that nobody vouches for.

    `engine`: the name of the engine; `ours`: the names of worksheet functions of ours.
    Errors: UserError: a result without a witness, or one that hangs on a changed input and on a cell that is kept.
    """
    formulas = Formulas(package)
    found = reproduce(package, model, formulas)
    results, engines = found.results, dict[CellPlace, str]()
    changed = {place for place, value in inputs.items() if package.value(*place) != value}
    if changed:
        _check_apart(package, found, formulas, changed)
        engines = _engines(model, found)
        for (sheet, ref), value in inputs.items():
            model.set(sheet, ref, value)
        results = model.calculate()
        late = {place: reason for place, reason in model.unable.items() if place not in found.unable}
        if late:
            raise UserError(
                f"不能重算，{by_reason(late)}。{NOTHING_WRITTEN}；加 --force 则这些单元格保留文件中的值，其余照算"
            )
    calculated = Calculated(engine, model, found, inputs, results, engines)
    judged, moved = witnesses(package, calculated, formulas, ours)
    for one in (judged, moved):
        if one is not None and one.unwitnessed:
            raise UnwitnessedError(one)
    notes = [*model.notes, *kept_note(package, found, formulas), *([] if judged is None else [str(judged)])]
    return Settlement(results, tuple(notes), judged, why_kept(found, formulas))


def check_kept(target: Package, inputs: Mapping[CellPlace, Value]) -> None:
    """Refuses inputs that their cells would not keep as they are, where the workbook rounds to what is shown.

    Errors: UserError naming the first such cell.
    """
    displayed = displayed_precision(target)
    for (sheet, ref), value in inputs.items() if displayed is not None else ():
        try:
            kept = displayed.value(sheet, *position(ref), value) if displayed is not None else value
        except NotUnderstoodError as error:
            raise UserError(f"{sheet}!{ref} 不能改：{error}。{NOTHING_WRITTEN}") from None
        if kept != value:
            raise UserError(
                f"{REFUSAL}，{sheet}!{ref} 里的 {shown(value)} 会变成 {shown(kept)}；请改成显示的位数。{NOTHING_WRITTEN}"
            )


def judged_by_force(
    package: Package, model: Model, engine: str, ours: Collection[str], inputs: Mapping[CellPlace, Value]
) -> tuple[Witnesses | None, Witnesses | None]:
    """Who would vouch for what is written by force: for what has no saved value, and for what hangs on changed inputs."""
    formulas = Formulas(package)
    found = reproduce(package, model, formulas)
    results, engines = found.results, dict[CellPlace, str]()
    if inputs:
        engines = _engines(model, found)
        for (sheet, ref), value in inputs.items():
            model.set(sheet, ref, value)
        results = model.calculate()
    return witnesses(package, Calculated(engine, model, found, inputs, results, engines), formulas, ours)


def _engines(model: Model, found: Reproduction) -> dict[CellPlace, str]:
    """By which engine each cell is reproduced, where there are two."""
    return {place: model.engine_of(place) for place in found.results} if isinstance(model, CombinedModel) else {}


def why_kept(found: Reproduction, formulas: Formulas) -> dict[CellPlace, str]:
    """The cells that keep what the file holds, with the reasons."""
    reasons = dict(found.unable)
    for place in found.failing:
        formula = formulas.at(place)
        reasons[place] = TIMELY if formula is not None and formula.is_volatile else FAILING
    return reasons


def kept_note(package: Package, found: Reproduction, formulas: Formulas) -> list[str]:
    """What is said of the cells that keep what the file holds."""
    reasons = why_kept(found, formulas)
    held = {p: reason for p, reason in reasons.items() if reason != FAILING and package.value(*p) is not None}
    failing = {place: value for place, value in found.failing.items() if reasons[place] == FAILING}
    notes = [f"{len(held)} 个单元格没有重算，保留了文件中的值（{by_reason(held)}）"] if held else []
    if failing:
        shown = [str(Change(*place, package.value(*place), value)) for place, value in failing.items()]
        more = f"\n  还有 {len(shown) - SHOWN} 个" if len(shown) > SHOWN else ""
        lines = "\n  ".join(shown[:SHOWN])
        notes.append(
            f"引擎重现不出 {len(failing)} 个单元格的值，它们保留了文件中的值；要以重算为准请加 --force：\n  {lines}{more}"
        )
    return notes


def _check_apart(package: Package, found: Reproduction, formulas: Formulas, changed: set[CellPlace]) -> None:
    """Refuses where a changed input meets a cell that is kept.

    Errors: UserError naming both and where they meet.
    """
    if not found.kept:
        return
    dependents = Dependents(package, formulas)
    moved = dependents.of(changed, reaching_all=True)
    own = array_owners(package)
    stuck = {owner for owner in (own.get(place, place) for place in found.kept) if owner in moved}
    met = stuck | (dependents.of(found.kept) & dependents.of(changed))
    if met:
        reasons = why_kept(found, formulas)
        raise UserError(
            f"不能重算：{listed(sorted(met))} 既随改动的 {listed(sorted(changed))} 变化，"
            f"又是或依据不能重算的单元格（{by_reason(reasons)}）。{NOTHING_WRITTEN}；加 --force 则照算，不能重算的保留文件中的值"
        )
