"""The rules of a framework in cells: weights that may be changed, the formulas of a point, who owns conditions."""

from __future__ import annotations

from xlperf.frameworks.indicators import Indicator
from xlperf.rules.parameters import slug


def weight_name(indicator_code: str) -> str:
    """The name of the cell of an indicator's weight, where that may be changed."""
    return f"weight_{slug(indicator_code)}"


def point_weight(indicator: Indicator, number: int, above: str) -> str:
    """The formula for the nth point's weight where its indicator's may be changed: the same share of it as before.

    `above`: the cells of the points before it; the last point takes what they leave, so that nothing is lost by rounding.
    """
    cell, point = weight_name(indicator.code), indicator.points[number - 1]
    part = f"{point.weight:.15g}/{indicator.weight:.15g}" if indicator.weight else f"1/{len(indicator.points)}"
    share = f"ROUND({cell}*{part},2)"
    if number == len(indicator.points) and indicator.points_weight == indicator.weight:
        share = f"ROUND({cell}-SUM({above}),2)" if above else cell
    return f"=IF(ISNUMBER({cell}),{share},NA())"


def gate_owner(indicator_code: str) -> str:
    """What an indicator's gate is called among the conditions."""
    return f"{indicator_code}.gate"


def limit_owner(number: int) -> str:
    """What the nth cap or veto on the total is called among tiers and conditions."""
    return f"limit_{number}"
