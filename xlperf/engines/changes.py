"""Cells whose results differ from what a workbook holds, and how messages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from xlperf.engines.protocol import CellPlace
from xlperf.escaping import excerpt
from xlperf.package import same_value
from xlperf.values import Value

SHOWN = 5


class Change(NamedTuple):
    """A cell whose value differs from the saved one."""

    sheet: str
    ref: str
    old: Value
    new: Value

    def __str__(self) -> str:
        return f"{self.sheet}!{self.ref}  文件中 {shown(self.old)}  重算 {shown(self.new)}"


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


def listed(places: Iterable[CellPlace]) -> str:
    """The first of some cells, and how many they are."""
    wanted = list(places)
    text = "、".join(f"{sheet}!{ref}" for sheet, ref in wanted[:SHOWN])
    return text + (f" 等 {len(wanted)} 个" if len(wanted) > SHOWN else "")


def by_reason(reasons: Mapping[CellPlace, str]) -> str:
    """Cells with the reasons why they can't be done, a reason once."""
    grouped: dict[str, list[CellPlace]] = {}
    for place, reason in reasons.items():
        grouped.setdefault(reason, []).append(place)
    first = list(grouped.items())[:SHOWN]
    text = "；".join(f"{reason}：{listed(places)}" for reason, places in first)
    return text + (f"；等 {len(grouped)} 种原因" if len(grouped) > SHOWN else "")
