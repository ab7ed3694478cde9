"""Conditions in words, with their numbers put in: `日常公用经费决算数≤调整预算数：53.61 ≤ 53.61 成立`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xlperf.errors import CellError
from xlperf.frameworks.rules import Condition
from xlperf.functions.tiers import OPERATORS
from xlperf.values import Value, compare, is_blank, is_number
from xlperf.wording import beside, shown, threshold

# A condition as the parameters have it: value, operator, threshold.
Row = tuple[Value, Value, Value]


@dataclass(frozen=True)
class Checked:
    """A condition in words, and whether it holds; None where that can't be said."""

    text: str
    holds: bool | None


def checked(conditions: Sequence[Condition], rows: Sequence[Row], kind: Callable[[str], str]) -> list[Checked]:
    """Each condition of a point or gate. `kind`: how the value of an id is printed."""
    return [
        _checked(condition.text, row, kind(condition.value)) for condition, row in zip(conditions, rows, strict=False)
    ]


def _checked(text: str, row: Row, kind: str) -> Checked:
    value, sign, limit = row
    absent = [side for side in (value, limit) if is_blank(side) or isinstance(side, CellError)]
    if absent:
        return Checked(f"{text}：{shown(absent[0])}，不能判断", None)
    if isinstance(value, bool) and isinstance(limit, bool):
        holds = value is limit
        return Checked(f"{text}：{shown(value)}，{'成立' if holds else '不成立'}", holds)
    if not (is_number(value) and is_number(limit)) or str(sign) not in OPERATORS:
        return Checked(f"{text}：“{shown(value)}”与“{shown(limit)}”不能比较", None)
    left, right = float(value), float(limit)
    holds = OPERATORS[str(sign)](compare(left, right))
    other = threshold(right, kind) if kind == "rate" else beside(right, left, kind)
    return Checked(f"{text}：{beside(left, right, kind)} {sign} {other} {'成立' if holds else '不成立'}", holds)
