"""Rows of (operator, threshold, result): the form in which tiers, options and grade bands stand in cells or as text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from xlperf.errors import CellError, missing, wrong_type
from xlperf.values import Grid, Value, as_text, compare, is_blank, is_number

OTHERWISE = "否则"
OPERATORS: dict[str, Callable[[int], bool]] = {
    "≥": lambda order: order >= 0,
    ">": lambda order: order > 0,
    "≤": lambda order: order <= 0,
    "<": lambda order: order < 0,
    "=": lambda order: order == 0,
}
SPELLINGS = {
    ">=": "≥",
    "<=": "≤",
    "＞": ">",
    "＜": "<",
    "＝": "=",
    "≧": "≥",
    "≦": "≤",
    "其他": OTHERWISE,
    "其余": OTHERWISE,
}
_CLAUSE = re.compile(r"\s*(?:(>=|<=|[≥≤≧≦><＞＜=＝])\s*(-?[\d.]+)\s*([%％]?)|否则|其他|其余)\s*[:：]\s*(\S.*?)\s*")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*([%％]?)")


@dataclass(frozen=True)
class Tier:
    """One row: the operator (or 否则), its threshold (None with 否则) and what it gives, points or a grade."""

    operator: str
    threshold: float | None
    result: float | str

    def holds(self, value: float) -> bool:
        """Whether the row applies to a value; comparison at ten decimals."""
        return self.threshold is None or OPERATORS[self.operator](compare(value, self.threshold))


def operator(text: Value) -> str:
    """The operator a cell names, in its one spelling.

    Errors: #N/A: blank; #VALUE!: not an operator.
    """
    if isinstance(text, CellError):
        raise text
    if is_blank(text):
        raise missing("缺比较符")
    name = str(text).strip()
    name = SPELLINGS.get(name, name)
    if name not in OPERATORS and name != OTHERWISE:
        raise wrong_type(f"比较符“{text}”不认识，可用 ≥ > ≤ < = 否则")
    return name


def tiers(table: Grid | Value) -> list[Tier]:
    """The rows of a range of three columns, blank ones skipped, or of text such as `≥100%:2; ≥80%:1.5; 否则:0`.

    Errors: an error in the table is passed on; #N/A: nothing there; #VALUE!: a row that can't be read.
    """
    if isinstance(table, list):
        rows = [_row(cells) for cells in _filled(table, 3, "分档表应有三列：比较符、界限、得分")]
    else:
        rows = [_clause(text) for text in _clauses(table)]
    if not rows:
        raise missing("分档表是空的")
    return rows


def first_that_holds(value: float, table: Grid | Value) -> float | str:
    """What the first row that applies gives. Rows of cells are read one after the other, until one applies.

    Errors: an error anywhere in the table is passed on; #N/A: no row applies (the standard leaves a gap).
    """
    if not isinstance(table, list):
        for tier in tiers(table):
            if tier.holds(value):
                return tier.result
        raise missing("没有一档适用")
    for cells in _filled(table, 3, "分档表应有三列：比较符、界限、得分"):
        tier = _condition(cells)
        if tier.holds(value):
            return _result(cells[2])
    raise missing("没有一档适用")


def option_points(choice: str, table: Grid | Value) -> float | None:
    """The points of an option; None where it is not in the table. Of a range the first row with the option counts.

    Errors: an error in the table is passed on; #N/A: the option's points are blank; #VALUE!: they can't be read.
    """
    if not isinstance(table, list):
        return options(table).get(choice)
    rows = _filled(table, 2, "选项表应有两列：选项、得分")
    if not rows:
        raise missing("选项表是空的")
    for name, points in rows:
        if not is_blank(name) and as_text(name).strip() == choice:  # type: ignore[arg-type]
            return _option_value(points)
    return None


def options(text: Value) -> dict[str, float]:
    """The options of text such as `按规定公开:1.5; 没有公开:0`.

    Errors: an error is passed on; #N/A: nothing there; #VALUE!: a part that can't be read, an option twice.
    """
    found: dict[str, float] = {}
    for clause in _clauses(text):
        name, colon, points = clause.replace("：", ":").rpartition(":")
        if not colon:
            raise wrong_type(f"选项“{clause.strip()}”缺冒号")
        if name.strip() in found:
            raise wrong_type("选项表里有重复的选项")
        found[name.strip()] = parse_number(points)
    if not found:
        raise missing("选项表是空的")
    return found


def parse_number(text: str) -> float:
    """A number as a person writes it in tiers: `1.5`, `80%`, `-15％`.

    Errors: #VALUE!: anything else.
    """
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        raise wrong_type(f"“{text.strip()}”不是数")
    number = float(match[1])
    return number / 100 if match[2] else number


def _clauses(text: Value) -> list[str]:
    if isinstance(text, CellError):
        raise text
    if is_blank(text):
        raise missing("分档表是空的")
    if not isinstance(text, str):
        raise wrong_type("分档应写成文字，如 ≥90%:2; 否则:0")
    return [clause for clause in re.split(r"[;；\n]", text) if clause.strip()]


def _clause(text: str) -> Tier:
    match = _CLAUSE.fullmatch(text)
    if not match:
        raise wrong_type(f"分档“{text.strip()}”看不懂，应如 ≥90%:2 或 否则:0")
    number = _NUMBER.fullmatch(match[4])
    result: float | str = parse_number(match[4]) if number else match[4]
    if match[1] is None:
        return Tier(OTHERWISE, None, result)
    return Tier(operator(match[1]), parse_number(match[2] + match[3]), result)


def _filled(table: Grid, width: int, complaint: str) -> list[list[Value]]:
    """The rows of a range that are not blank.

    Errors: an error in the table is passed on; #VALUE!: another number of columns.
    """
    for cell in chain.from_iterable(table):
        if isinstance(cell, CellError):
            raise cell
    if any(len(cells) != width for cells in table):
        raise wrong_type(complaint)
    return [cells for cells in table if not all(is_blank(cell) for cell in cells)]


def _row(cells: list[Value]) -> Tier:
    tier = _condition(cells)
    return Tier(tier.operator, tier.threshold, _result(cells[2]))


def _condition(cells: list[Value]) -> Tier:
    """Operator and threshold of a row; what it gives is not looked at."""
    name, threshold = operator(cells[0]), cells[1]
    if name == OTHERWISE:
        return Tier(OTHERWISE, None, "")
    if is_blank(threshold):
        raise missing("分档表缺界限")
    if not is_number(threshold) or not math.isfinite(threshold):
        raise wrong_type("界限应为数字")
    return Tier(name, float(threshold), "")


def _result(result: Value) -> float | str:
    if is_blank(result):
        raise missing("分档表缺得分")
    if not isinstance(result, str) and not is_number(result):
        raise wrong_type("得分应为数字或等级")
    return result if isinstance(result, str) else float(result)


def _option_value(points: Value) -> float:
    if is_blank(points):
        raise missing("选项表有空格")
    if not is_number(points):
        raise wrong_type("选项的得分应为数字")
    return float(points)
