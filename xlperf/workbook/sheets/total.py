"""From the sum of the indicators to the total: rescaling, bonuses, penalties, caps and vetoes, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frameworks.adjustments import Cap, Veto
from xlperf.frameworks.schema import Framework
from xlperf.rules.conditions import meets
from xlperf.workbook import rule_formulas
from xlperf.workbook.columns import Formula
from xlperf.workbook.waiting import shown

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

UNLIMITED = "不封顶"


def total_formula(sheet: Sheet, framework: Framework, scores: str) -> str:
    """The formula for the total; before it, where there are any, the lines that lead from the indicators to it.

    `scores`: the address of the indicators' scores.
    """
    cap = "" if framework.weight is None else f",{framework.weight:g}"
    if not framework.is_adjusted:
        return f"PERF_TOTAL({scores}{cap})"
    sheet.section("由指标得分到总分")
    first = sheet.row
    _adjustment(sheet, "指标得分合计", f"PERF_TOTAL({scores})", "base_total")
    parts = ["base_total"]
    if framework.is_rescaled:
        rescaled = f"PERF_RESCALE(base_total,SUM(indicator_counted),{framework.weight:g})"
        _adjustment(sheet, "剔除不适用后折算", rescaled, "rescaled_total")
        parts = ["rescaled_total"]
    if framework.extras:
        bonus = "IF(ISNUMBER(extra_maximum),MIN(SUM(extra_bonus),extra_maximum),SUM(extra_bonus))"
        _adjustment(sheet, "加分", bonus, "bonus_total")
        _adjustment(sheet, "减分", "SUM(extra_penalty)", "penalty_total")
        parts += ["bonus_total", "penalty_total"]
    limits = [_limit(sheet, framework, number, part) for number, part in enumerate(framework.limits, 1)]
    sheet.name_each({"adjustment_name": "level", "adjustment_points": "computed"}, first, sheet.row - 1)
    reached = f"MAX(0,{'+'.join(parts)})"
    if limits:
        reached = f"MIN({reached},{','.join(limits)})"
    if framework.weight is None:
        return f"PERF_TOTAL({reached})"
    if framework.extras is None:
        return f"PERF_TOTAL({reached}{cap})"
    # Bonuses may stand on top of the full score; where nobody has said so yet, a total beyond it can't be told.
    beyond = f'IF(extra_counts="满分外",{reached},IF(extra_counts="满分内",{framework.weight:g},NA()))'
    return f"PERF_TOTAL(IF({reached}>{framework.weight:g},{beyond},{reached}))"


def _adjustment(sheet: Sheet, label: str, formula: str, name: str) -> None:
    score = Formula(shown(sheet.at().computed))
    row = sheet.line({"level": label, "computed": Formula(f"={formula}"), "score": score}, joined=("level", "name"))
    sheet.lock(row)
    sheet.name(name, "computed", row)


def _limit(sheet: Sheet, framework: Framework, number: int, part: Cap | Veto) -> str:
    """A line with the highest total that a cap or veto allows (text where it does not bite: MIN passes over it)."""
    full = f"{framework.weight:g}"
    if isinstance(part, Cap):
        limit = f"PERF_SCORE_TIERS({full},{part.value},{rule_formulas.limit_owner(number)})"
        formula = f'IF({limit}<{full},{limit},"{UNLIMITED}")'
    else:
        formula = f'IF({meets(rule_formulas.limit_owner(number))},{part.total:g},"{UNLIMITED}")'
    _adjustment(sheet, f"上限：{part.text}", formula, f"total_limit_{number}")
    return f"total_limit_{number}"
