"""Numbers as people print them: amounts, rates, points; with as many places as a comparison needs to be seen."""

from __future__ import annotations

from collections.abc import Callable

from xlperf.errors import CellError
from xlperf.values import Value, as_text, compare, is_blank, is_day, is_number, round_half_up, to_date

NOTHING = "未填"
_MEANINGS = {"#N/A": "缺数据", "#DIV/0!": "分母为零", "#VALUE!": "类型不对或缺理由", "#NUM!": "超出范围"}
_PLACES = (2, 4, 6, 8, 10)


def shown(value: Value, kind: str = "", unit: str = "") -> str:
    """A value as people read it, with its unit. `kind`: money, number, count, rate, score, date, flag, text, or none."""
    if is_blank(value):
        return NOTHING
    if isinstance(value, CellError):
        meaning = _MEANINGS.get(value.code)
        return f"{value}（{meaning}）" if meaning else str(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or not is_number(value):
        return str(value)
    text = _formatter(kind)(float(value), 2)
    return f"{text} {unit}" if unit and not text.endswith("%") else text


def beside(value: float, other: float, kind: str) -> str:
    """A number with enough places to see that it differs from the one it is compared with."""
    write = _formatter(kind)
    for places in _PLACES:
        if compare(value, other) == 0 or write(value, places) != write(other, places):
            return write(value, places)
    return write(value, _PLACES[-1])


def threshold(value: float, kind: str) -> str:
    """A limit as a standard prints it: 10%, 17.38%, 100."""
    if kind == "date" and is_day(value):
        return to_date(value).isoformat()
    return f"{round_half_up(value * 100, 10):.12g}%" if kind == "rate" else as_text(value)


def points(value: Value) -> str:
    """A score with two places."""
    return shown(value, "score")


def result(value: Value) -> str:
    """A score with two places, or that it can't be had; why stands elsewhere."""
    return "算不出" if isinstance(value, CellError) else points(value)


def signed(value: float) -> str:
    """A difference of scores with its sign."""
    return f"{round_half_up(value):+.2f}"


def number(value: float) -> str:
    """A number in a calculation, as short as it is exact: 5, 1.5, 0.25."""
    return as_text(round_half_up(value, 10))


def _formatter(kind: str) -> Callable[[float, int], str]:
    return {"rate": _percent, "money": _fixed, "score": _fixed, "date": _date}.get(kind, _short)


def _percent(value: float, places: int) -> str:
    return f"{round_half_up(value * 100, places):.{places}f}%"


def _date(value: float, places: int) -> str:
    """A day; what can't be one stays a number."""
    return to_date(value).isoformat() if is_day(value) else _short(value, places)


def _fixed(value: float, places: int) -> str:
    """Two places; more where the number itself has more, so that nothing is rounded away unseen."""
    if places == 2 and compare(value, round_half_up(value)) != 0:
        return as_text(round_half_up(value, 6))
    return f"{round_half_up(value, places):.{places}f}"


def _short(value: float, places: int) -> str:
    return as_text(round_half_up(value, max(places, 6)))
