"""From a rule to the two formulas of its working paper row: lower and upper rule score."""

from __future__ import annotations

from xlperf.frameworks import rules
from xlperf.frameworks.adjustments import Veto
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.rules import Condition, StatedRule
from xlperf.frameworks.schema import Framework

FINDING_DEGREES = {"zero": (0.0, 0.0), "open": (0.0, 1.0), "full": (1.0, 1.0)}


def met_name(rule: rules.FindingRule, bound: str) -> str:
    """The name of the parameter table that turns a finding into a degree from 0 to 1."""
    return f"met_{rule.partial}_{rule.not_applicable}_{bound}"


def tiers_name(point_code: str) -> str:
    """The name of a point's tiers on the parameter sheet."""
    return f"tiers_{slug(point_code)}"


def _tiers(rule: rules.TiersRule | rules.ChangeRule, point_code: str) -> str:
    """Where a formula finds the tiers: on the parameter sheet, or for a variant reading as text."""
    return tiers_name(point_code) if point_code else f'"{rule.tiers}"'


def options_name(point_code: str) -> str:
    """The name of a point's options on the parameter sheet."""
    return f"options_{slug(point_code)}"


def weight_name(indicator_code: str) -> str:
    """The name of the cell of an indicator's weight, where that may be changed."""
    return f"weight_{slug(indicator_code)}"


def point_weight(indicator: Indicator, number: int, above: str) -> str:
    """The formula for the nth point's weight where its indicator's may be changed: the same share of it as before.

    `above`: the cells of the points before it; the last point takes what they leave, so that nothing is lost by rounding.
    """
    cell, point = weight_name(indicator.code), indicator.points[number - 1]
    share = f"ROUND({cell}*{point.weight:.15g}/{indicator.weight:.15g},2)"
    if number == len(indicator.points) and indicator.points_weight == indicator.weight:
        share = f"ROUND({cell}-SUM({above}),2)" if above else cell
    return f"=IF(ISNUMBER({cell}),{share},NA())"


def bands_name(point_code: str, bound: str) -> str:
    """The name of a table of a point's bands on the parameter sheet: the low or the high share of each."""
    return f"bands_{slug(point_code)}_{bound}"


def conditions_name(owner: str, part: str) -> str:
    """The name of a column of conditions on the parameter sheet: values, operators or thresholds."""
    return f"condition_{slug(owner)}_{part}"


def gate_owner(indicator_code: str) -> str:
    """What an indicator's gate is called among the conditions."""
    return f"{indicator_code}.gate"


def limit_owner(number: int) -> str:
    """What the nth cap or veto on the total is called among tiers and conditions."""
    return f"limit_{number}"


def slug(code: str) -> str:
    """A code as part of a name: `7.3` -> `7_3`."""
    return code.replace(".", "_").lower()


def meets(owner: str) -> str:
    """The formula that says whether all conditions of a point or gate hold."""
    parts = (conditions_name(owner, part) for part in ("values", "operators", "thresholds"))
    return f"PERF_MEETS({','.join(parts)})"


def point_formulas(rule: StatedRule, code: str, weight: str, finding: str, low: str) -> tuple[str, str]:
    """The formulas for the lower and upper rule score of a point whose standard is known.

    `weight`, `finding` and `low` are the addresses of its weight, its finding and its own lower bound; `code` is empty
    for a variant reading.
    """
    lower = "=" + _lower(rule, code, weight, finding)
    if isinstance(rule, rules.FindingRule) and "open" in (rule.partial, rule.not_applicable):
        return lower, f"=PERF_SCORE_CHECKLIST({weight},PERF_SCORE_CHOICE(1,{finding},{met_name(rule, 'high')}))"
    if isinstance(rule, rules.BandsRule):
        return lower, f"=PERF_SCORE_CHECKLIST({weight},PERF_SCORE_CHOICE(1,{finding},{bands_name(code, 'high')}))"
    if isinstance(rule, rules.PassRule) and rule.below == "open":
        return lower, f"=IF(ISNUMBER({low}),{weight},{low})"
    if isinstance(rule, rules.JudgementRule):
        return lower, f"=PERF_SCORE_PASS({weight},TRUE)"
    return lower, f"={low}"


def _lower(rule: StatedRule, code: str, weight: str, finding: str) -> str:
    """The formula for the lower rule score, without its equals sign."""
    match rule:
        case rules.FindingRule():
            return f"PERF_SCORE_CHECKLIST({weight},PERF_SCORE_CHOICE(1,{finding},{met_name(rule, 'low')}))"
        case rules.ChoiceRule():
            return f"PERF_SCORE_CHOICE({weight},{finding},{options_name(code)})"
        case rules.BandsRule():
            return f"PERF_SCORE_CHECKLIST({weight},PERF_SCORE_CHOICE(1,{finding},{bands_name(code, 'low')}))"
        case rules.RatioRule():
            over = "" if rule.over == "封顶" else f',"{rule.over}"'
            if rule.over_rate is not None and rule.over_points is not None:
                over += f",{rule.over_rate:.15g},{rule.over_points:.15g}"
            return f"PERF_SCORE_RATIO({weight},{rule.value}{over})"
        case rules.TiersRule():
            return f"PERF_SCORE_TIERS({weight},{rule.value},{_tiers(rule, code)})"
        case rules.ChangeRule():
            special = "" if rule.zero_zero is None else f",{rule.zero_zero:.15g}"
            return f"PERF_SCORE_CHANGE({weight},{rule.current},{rule.previous},{_tiers(rule, code)}{special})"
        case rules.DeductRule():
            return f"PERF_SCORE_DEDUCT({weight},{finding},{rule.points:.15g})"
        case rules.DeductShareRule():
            return f"PERF_SCORE_DEDUCT_SHARE({weight},{finding},{rule.share:.15g})"
        case rules.LinearRule():
            over = "" if rule.over is None else f",{rule.over:.15g}"
            numbers = f"{rule.threshold:.15g},{rule.step:.15g},{rule.share:.15g}"
            return f'PERF_SCORE_LINEAR({weight},{rule.value},{numbers},"{rule.direction}","{rule.partial}"{over})'
        case rules.PassRule():
            return f"PERF_SCORE_PASS({weight},{meets(code)})"
        case rules.CountRule():
            return f"PERF_SCORE_COUNT({weight},{rule.count},{rule.target:.15g},{rule.points:.15g})"
        case rules.DoneRule():
            rest = "" if rule.not_applicable is None else f",{rule.not_applicable}"
            return f"PERF_SCORE_DONE({weight},{rule.done},{rule.total}{rest})"
        case rules.JudgementRule():
            return f"PERF_SCORE_PASS({weight},FALSE)"


def all_conditions(framework: Framework) -> list[tuple[str, str, tuple[Condition, ...]]]:
    """Every set of conditions: its owner (point, gate or veto), a label for people, the conditions."""
    found = []
    for indicator in framework.indicators:
        for number, point in enumerate(indicator.points, 1):
            if isinstance(point.rule, rules.PassRule):
                code = indicator.point_code(number)
                found.append((code, f"{code} {indicator.name}", point.rule.conditions))
        if indicator.gate:
            label = f"{indicator.code} {indicator.name}（门槛）"
            found.append((gate_owner(indicator.code), label, indicator.gate.conditions))
    for number, part in enumerate(framework.limits, 1):
        if isinstance(part, Veto):
            found.append((limit_owner(number), f"一票否决：{part.text}", part.conditions))
    return found
