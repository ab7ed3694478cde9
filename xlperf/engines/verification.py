"""Engines against each other and against the saved values, cell by cell; a difference with its reason, where one is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from xlperf.confinement import calculating
from xlperf.engines.protocol import CellPlace
from xlperf.engines.recalculation import AUTO, ENGINES, FORMULAS, engine_named, registered_functions, shown
from xlperf.errors import UserError
from xlperf.package import Package, same_value
from xlperf.values import Value, is_number

SAVED = "文件中"
_ROUNDING = re.compile(r"\bROUND", re.I)
_COMPARISON = re.compile(r"<|>|=")
_TEXTUAL = re.compile(r"\b(SUM|MAX|MIN|AVERAGE|PRODUCT)\(", re.I)
_WILDCARD = re.compile(r'"[^"]*[?*][^"]*"')
_LARGEST_STEP = 0.0100001


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell on which engines disagree: its value by engine, and why, where that is known."""

    sheet: str
    ref: str
    values: Mapping[str, Value]
    reason: str = ""

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


def verify(
    package: Package, names: Sequence[str] = (), *, begun: Callable[[str], object] = lambda name: None
) -> Verification:
    """Calculates a workbook with several engines; `begun` is told each one's name before it starts.

    Errors: UserError: not one engine can calculate the workbook.
    """
    found: dict[str, Mapping[CellPlace, Value]] = {SAVED: package.saved_results}
    refused: dict[str, str] = {}
    for name in names or [name for name in ENGINES if name != AUTO]:
        begun(name)
        try:
            # The second opinion is slow by nature: for it only the limit of the whole command holds.
            with nullcontext() if name == FORMULAS else calculating(len(found[SAVED])):
                model = engine_named(name).load(package, registered_functions())
                results = model.calculate()
        except UserError as error:
            refused[name] = str(error)
            continue
        if model.unable:
            (sheet, ref), reason = next(iter(model.unable.items()))
            refused[name] = f"{reason}：{sheet}!{ref} 等 {len(model.unable)} 个单元格"
        found[name] = results
    if len(found) == 1:
        raise UserError("没有一个引擎能计算这个工作簿：" + "；".join(f"{k}：{v}" for k, v in refused.items()))
    differences = tuple(_differences(package, found))
    return Verification(len(found[SAVED]), tuple(found), refused, differences)


def _differences(package: Package, found: Mapping[str, Mapping[CellPlace, Value]]) -> list[Difference]:
    differing = []
    for place in found[SAVED]:
        values = {name: results[place] for name, results in found.items() if place in results}
        if len(values) < 2:
            continue
        first, *others = [value for name, value in values.items() if name != SAVED] or [None]
        if not all(same_value(first, other) for other in (*others, values[SAVED])):
            formula = package.formulas(place[0]).get(place[1], "")
            differing.append(Difference(*place, values, _reason(formula, values)))
    return differing


def _reason(formula: str, values: Mapping[str, Value]) -> str:
    """The known fault of an engine that explains a difference."""
    mine = values.get("compiled", values.get("formualizer"))
    other, peer = values.get("formulas", mine), values.get("formualizer", mine)
    are_numbers = is_number(mine) and is_number(other) and not same_value(mine, other)
    if are_numbers and _ROUNDING.search(formula) and abs(mine - other) <= _LARGEST_STEP:  # type: ignore[operator]
        return "formulas 舍入前不截到 15 位有效数字，恰在中点时少进一位；Excel 截取后四舍五入"
    if are_numbers and _WILDCARD.search(formula):
        return "formulas 把通配符 ?* 也用到空白单元格上；Excel 只数有文字的"
    if are_numbers and _TEXTUAL.search(formula):
        return "formulas 把区域里像数字的文字也算了进去；Excel 不算"
    if _COMPARISON.search(formula) and not same_value(mine, peer):
        return "formualizer 按二进制全部位数比较；Excel 比较 15 位有效数字"
    return ""
