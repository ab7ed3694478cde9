"""What the rule scores share: the weight as a parameter, the checks of arguments, points kept within the weight."""

from __future__ import annotations

import math

from xlperf.errors import out_of_range, wrong_type
from xlperf.registry import Kind, Parameter
from xlperf.values import COMPARED_PLACES, round_half_up

WEIGHT = Parameter("weight", Kind.NUMBER, "指标或要点的分值")


def bounded(points: float, weight: float) -> float:
    """Points kept between 0 and the weight, then rounded half up to 0.01."""
    return round_half_up(min(max(points, 0.0), checked_weight(weight)))


def checked_weight(weight: float) -> float:
    """The weight, which can't be negative."""
    if weight < 0:
        raise out_of_range("分值不能为负")
    return weight


def checked_count(value: float, name: str) -> float:
    """A whole number; the binary dust of a calculation does not make it a broken one."""
    number = round_half_up(value, COMPARED_PLACES)
    if number < 0 or number != math.floor(number):
        raise out_of_range(f"{name} 应为非负整数")
    return number


def checked_option(given: str | None, *allowed: str) -> str:
    """The chosen option; the first is the default."""
    if given is None:
        return allowed[0]
    if given not in allowed:
        raise wrong_type(f"选项“{given}”不认识，可用：{'、'.join(allowed)}")
    return given


def checked_points(result: float | str) -> float:
    """The points of a tier, which may hold text by mistake."""
    if isinstance(result, str):
        raise wrong_type(f"得分“{result}”不是数字")
    return result
