"""How far a value lies from a target, on either side (偏离): what tiers and steps can be of instead of the value itself."""

from __future__ import annotations

from xlperf.rules.phrases import Names
from xlperf.wording import beside, number, threshold


def measured(value: str, target: float | None, *, is_absolute: bool = False) -> str:
    """The formula for what is compared: the value, or its difference from the target; a blank or an error stays what it is."""
    if target is None:
        return value
    difference = f"{value}-{target:.15g}" if target >= 0 else f"{value}+{-target:.15g}"
    return f"IF(ISNUMBER({value}),{f'ABS({difference})' if is_absolute else difference},{value})"


def distance(value: float, target: float | None) -> float:
    """What is compared, as a number."""
    return value if target is None else abs(value - target)


def apart(difference: float, kind: str) -> str:
    """A difference as people read it: 2.5 个百分点, 3."""
    return f"{number(round(difference * 100, 8))} 个百分点" if kind == "rate" else number(difference)


def told(value: float, target: float, kind: str) -> str:
    """`102.50% 与 100% 相差 2.5 个百分点`."""
    return f"{beside(value, target, kind)} 与 {threshold(target, kind)} 相差 {apart(abs(value - target), kind)}"


def ends(limits: tuple[float, ...], target: float | None) -> tuple[float, ...]:
    """The values at which what is compared reaches one of the limits."""
    if target is None:
        return limits
    return tuple(sorted({target + sign * limit for limit in limits if limit >= 0 for sign in (-1, 1)}))


def named(identifier: str, target: float | None, names: Names) -> str:
    """What is compared as a standard names it: 完成率与100%之差的绝对值."""
    label = names.label(identifier)
    return label if target is None else f"{label}与{names.limit(target, identifier)}之差的绝对值"
