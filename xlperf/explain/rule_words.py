"""What each kind of rule says in words once its numbers are put in: `18.17% 落在“>10%”档：0.00 分`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xlperf.errors import CellError
from xlperf.explain.conditions import Row, checked
from xlperf.frameworks import rules
from xlperf.frameworks.rules import RULE_LABELS, Part, ids_in
from xlperf.functions import scoring
from xlperf.functions.plain.scores import BELOW, CAP, DEDUCT, EITHER, STARTED_STEPS, WHOLE_STEPS
from xlperf.functions.tiers import Tier, option_points, options, tiers
from xlperf.values import Grid, Value, as_text, compare, is_blank, is_number, round_half_up
from xlperf.wording import beside, number, points, shown, threshold

_UNITS = (2, 3, 4, 5, 6, 7, 8, 9)


@dataclass(frozen=True)
class Facts:
    """What a rule meets in the workbook: the point's weight and finding, values by id, its parameters as they stand.

    `table`: the rows of its tiers or options. `degrees`: what each finding counts for, lower and upper. `conditions`:
    rows of value, operator, threshold.
    """

    weight: float
    value: Callable[[str], Value]
    kind: Callable[[str], str]
    label: Callable[[str], str]
    finding: Value = None
    table: Grid | Value = None
    degrees: tuple[Grid, Grid] | None = None
    conditions: Sequence[Row] = ()

    def number(self, identifier: str) -> float:
        """A value that is known to be a number."""
        return float(self.value(identifier))  # type: ignore[arg-type]

    def shown(self, identifier: str) -> str:
        """A value as people read it."""
        return shown(self.value(identifier), self.kind(identifier))


@dataclass(frozen=True)
class Told:
    """A rule in words, the bounds of the score that follow from it (None: can't be had), and lines that belong to it."""

    sentence: str
    low: float | None = None
    high: float | None = None
    lines: tuple[str, ...] = ()


def told(rule: Part, facts: Facts) -> Told:
    """The rule in words; of a kind that has no words of its own, its name alone."""
    kind = str(getattr(rule, "kind", ""))
    describe = _WORDS.get(kind)
    if describe is None:
        return Told(f"按“{RULE_LABELS.get(kind, kind)}”的规则计算")
    if kind != "pass" and (problem := _problem(rule, facts)):
        return Told(problem)
    try:
        return describe(rule, facts)
    except CellError as error:
        return Told(f"算不出：{error.reason or error}")


def tier_text(tier: Tier, kind: str) -> str:
    """A tier as the standard prints it: >10%, or 其余."""
    return "其余" if tier.threshold is None else f"{tier.operator}{threshold(tier.threshold, kind)}"


def tier_table(rows: Sequence[Tier], kind: str) -> str:
    """All tiers in one line, from above."""
    results = (f"得 {r.result:g} 分" if isinstance(r.result, float) else r.result for r in rows)
    return "；".join(f"{tier_text(row, kind)} {result}" for row, result in zip(rows, results, strict=True))


def beside_tiers(value: float, rows: Sequence[Tier], kind: str) -> str:
    """A value with as many places as it takes to see on which side of every limit it lies."""
    texts = [beside(value, row.threshold, kind) for row in rows if row.threshold is not None]
    return max(texts, key=len, default=shown(value, kind))


def _problem(rule: Part, facts: Facts) -> str:
    """Which of the values that a rule reads can't be used, and why; empty where all can."""
    said = []
    for name in dict.fromkeys(ids_in(rule)):
        value = facts.value(name)
        if is_blank(value):
            said.append(f"{facts.label(name)}没有填")
        elif not is_number(value):
            said.append(f"{facts.label(name)}是 {shown(value)}")
    return f"规则分算不出：{'，'.join(said)}" if said else ""


def _finding(rule: rules.FindingRule, facts: Facts) -> Told:
    if is_blank(facts.finding):
        return Told("还没有填核查结果，规则分算不出")
    name, (lower, upper) = str(facts.finding), facts.degrees or ([], [])
    low, high = option_points(name, lower), option_points(name, upper)
    if low is None or high is None:
        return Told(f"核查结果“{name}”不在可选的范围内")
    bounds = (scoring.score_checklist(facts.weight, [low]), scoring.score_checklist(facts.weight, [high]))
    if compare(low, high) != 0:
        why = "可酌情给分" if name == "部分符合" else "标准没有写明怎样给分"
        text = f"{why}，在 {points(bounds[0])}～{points(bounds[1])} 分之间由评价人认定"
    elif compare(low, 1) == 0:
        text = f"得满分 {points(bounds[0])}"
    elif compare(low, 0) == 0:
        text = "标准没有酌情给分的规定，不得分" if name == "部分符合" else "不得分"
    else:
        text = f"分值 {number(facts.weight)} × {number(low)} = {points(bounds[0])}"
    return Told(f"“{name}”，{text}", *bounds)


def _bands(rule: rules.BandsRule, facts: Facts) -> Told:
    lower, upper = facts.degrees or ([], [])
    shares = [(str(row[0]), row[1], option_points(str(row[0]), upper)) for row in lower]
    table = "各档占分值：" + "；".join(f"{name} {_range(low, high)}" for name, low, high in shares)
    if is_blank(facts.finding):
        return Told("还没有选哪一档，规则分算不出", lines=(table,))
    name = str(facts.finding)
    low, high = option_points(name, lower), option_points(name, upper)
    if low is None or high is None:
        return Told(f"核查结果“{name}”不在各档之内", lines=(table,))
    bounds = (scoring.score_checklist(facts.weight, [low]), scoring.score_checklist(facts.weight, [high]))
    text = f"“{name}”，占分值 {_range(low, high)}，在 {points(bounds[0])}～{points(bounds[1])} 分之间由评价人认定"
    return Told(text, *bounds, (table,))


def _range(low: Value, high: Value) -> str:
    """A range of shares: 60%～80%."""
    texts = (threshold(float(x), "rate") if is_number(x) else shown(x) for x in (low, high))
    return "～".join(texts)


def _choice(rule: rules.ChoiceRule, facts: Facts) -> Told:
    known = options(facts.table).items() if not isinstance(facts.table, list) else map(tuple, facts.table)
    table = "各选项：" + "；".join(f"{name} {shown(given)} 分" for name, given in known)
    if is_blank(facts.finding):
        return Told("还没有选，规则分算不出", lines=(table,))
    score = scoring.score_choice(facts.weight, str(facts.finding), facts.table)
    return Told(f"“{facts.finding}”，{points(score)} 分", score, score, (table,))


def _ratio(rule: rules.RatioRule, facts: Facts) -> Told:
    rate, weight = facts.number(rule.value), facts.weight
    score = scoring.score_ratio(weight, rate, rule.over, rule.over_rate, rule.over_points)
    value = beside(rate, 1, facts.kind(rule.value))
    if rule.over == DEDUCT and rule.over_rate is not None and compare(rate, rule.over_rate) >= 0:
        text = (
            f"{value} 达到 {threshold(rule.over_rate, 'rate')}，目标偏低，按标准扣 {number(rule.over_points or 0)} 分"
        )
    elif compare(rate, 1) > 0:
        text = f"{value} 超过 100%，"
        text += f"以满分 {number(weight)} 为限" if rule.over in (CAP, DEDUCT) else "按标准不得分"
    elif compare(rate, 0) < 0:
        text = f"{value} 低于 0，不得分"
    else:
        return Told(f"分值 {number(weight)} × {value} = {points(score)}", score, score)
    return Told(f"{text}：{points(score)} 分", score, score)


def _tiers(rule: rules.TiersRule, facts: Facts) -> Told:
    return _in_tiers(facts.number(rule.value), facts, facts.kind(rule.value))


def _in_tiers(value: float, facts: Facts, kind: str) -> Told:
    """The tier that a value falls into, with the whole table below."""
    rows = tiers(facts.table)
    lines = (f"各档：{tier_table(rows, kind)}",)
    text = f"{beside_tiers(value, rows, kind)} " if math.isfinite(value) else "无限大，" if value > 0 else "无限小，"
    tier = next((row for row in rows if row.holds(value)), None)
    if tier is None or isinstance(tier.result, str):
        return Told(f"{text}没有一档适用，规则分算不出", lines=lines)
    score = scoring.bounded(tier.result, facts.weight)
    capped = f"（该档 {number(tier.result)} 分，以分值为限）" if compare(tier.result, score) > 0 else ""
    return Told(f"{text}落在“{tier_text(tier, kind)}”档：{points(score)} 分{capped}", score, score, lines)


def _change(rule: rules.ChangeRule, facts: Facts) -> Told:
    current, previous = facts.number(rule.current), facts.number(rule.previous)
    if current == 0 and previous == 0:
        if rule.zero_zero is None:
            return Told("上年、本年都是 0，变动率没有意义，规则分算不出")
        score = scoring.bounded(rule.zero_zero, facts.weight)
        lines = (f"各档：{tier_table(tiers(facts.table), 'rate')}",)
        return Told(f"上年、本年都是 0，按特例得 {points(score)} 分", score, score, lines)
    if previous == 0:
        found = _in_tiers(math.copysign(math.inf, current), facts, "rate")
        return Told(f"上年是 0、本年是 {facts.shown(rule.current)}，变动率{found.sentence}", *_rest(found))
    kind = facts.kind(rule.previous)
    a, b = shown(current, kind), shown(previous, kind)
    found = _in_tiers((current - previous) / previous, facts, "rate")
    return Told(f"变动率（{a} − {b}）÷ {b} = {found.sentence}", *_rest(found))


def _rest(found: Told) -> tuple[float | None, float | None, tuple[str, ...]]:
    return found.low, found.high, found.lines


def _deduct(rule: rules.DeductRule, facts: Facts) -> Told:
    count = _count(facts)
    if count is None:
        return Told(_uncounted(facts))
    score = scoring.score_deduct(facts.weight, count, rule.points)
    rest = facts.weight - count * rule.points
    way = f"分值 {number(facts.weight)} − {number(count)} 处 × {number(rule.points)} 分 = "
    return Told(way + _not_below_zero(rest, score), score, score)


def _deduct_share(rule: rules.DeductShareRule, facts: Facts) -> Told:
    count = _count(facts)
    if count is None:
        return Told(_uncounted(facts))
    score = scoring.score_deduct_share(facts.weight, count, rule.share)
    rest = facts.weight * (1 - count * rule.share)
    way = f"分值 {number(facts.weight)} ×（1 − {number(count)} 处 × {_share(rule.share)}）= "
    return Told(way + _not_below_zero(rest, score), score, score)


def _count(facts: Facts) -> float | None:
    return float(facts.finding) if is_number(facts.finding) else None


def _uncounted(facts: Facts) -> str:
    if is_blank(facts.finding):
        return "还没有填问题处数，规则分算不出"
    return f"问题处数应为数字，现为“{facts.finding}”，规则分算不出"


def _not_below_zero(rest: float, score: float) -> str:
    return f"{number(round_half_up(rest))}，扣完为止：{points(score)}" if compare(rest, 0) < 0 else points(score)


def _linear(rule: rules.LinearRule, facts: Facts) -> Told:
    value, kind, weight = facts.number(rule.value), facts.kind(rule.value), facts.weight
    arguments = (rule.threshold, rule.step, rule.share, rule.direction, rule.partial, rule.over)
    score = scoring.score_linear(weight, value, *arguments)
    limit, text = threshold(rule.threshold, kind), beside(value, rule.threshold, kind)
    if rule.over is not None and compare(value, rule.over) > 0:
        text = beside(value, rule.over, kind)
        return Told(f"{text} 超过 {threshold(rule.over, kind)}，按标准不得分：{points(score)} 分", score, score)
    compared = abs(value) if rule.direction == EITHER else value
    excess = rule.threshold - value if rule.direction == BELOW else compared - rule.threshold
    text = f"{text} 的绝对值" if rule.direction == EITHER else f"{text} "
    if compare(excess, 0) <= 0:
        sign = "≥" if rule.direction == BELOW else "≤"
        return Told(f"{text.rstrip()} {sign} {limit}，不扣分：{points(score)} 分", score, score)
    steps, way = _steps(excess / rule.step, rule.partial)
    unit = f"{number(rule.step * 100)} 个百分点" if kind == "rate" else number(rule.step)
    word = "低于" if rule.direction == BELOW else "高于"
    apart = f"{number(round_half_up(excess * 100, 4))} 个百分点" if kind == "rate" else number(excess)
    head = f"{text}{word} {limit}，相差 {apart}，每 {unit}扣分值的 {_share(rule.share)}（{way}）"
    rest = weight * (1 - steps * rule.share)
    calculation = f"{number(weight)} ×（1 − {number(round_half_up(steps, 4))} × {_share(rule.share)}）= "
    return Told(f"{head}：{calculation}{_not_below_zero(rest, score)}", score, score)


def _steps(steps: float, partial: str) -> tuple[float, str]:
    """The steps that count, and how an unfinished one is taken."""
    whole = round_half_up(steps, 10)
    if partial == WHOLE_STEPS:
        return math.floor(whole), "不足的不扣"
    if partial == STARTED_STEPS:
        return math.ceil(whole), "不足的也扣"
    return whole, "不足的按比例扣"


def _share(share: float) -> str:
    """A part of the weight: 25%, or 1/3 where a percentage would never end."""
    percent = round_half_up(share * 100, 10)
    if compare(percent, round_half_up(percent)) == 0:
        return f"{percent:g}%"
    found = next((f"{Fraction(share).limit_denominator(n)}" for n in _UNITS if _is_part(share, n)), None)
    return found or f"{percent:.6g}%"


def _is_part(share: float, parts: int) -> bool:
    return abs(share * parts - round(share * parts)) < 1e-9


def _pass(rule: rules.PassRule, facts: Facts) -> Told:
    found = checked(rule.conditions, facts.conditions, facts.kind)
    failed = sum(check.holds is False for check in found)
    absent = sum(check.holds is None for check in found)
    full = scoring.score_pass(facts.weight, True)
    is_open = failed and rule.below == "open"
    if failed:
        result = f"在 0.00～{points(full)} 分之间由评价人核定" if is_open else "不得分"
        bounds: tuple[float | None, float | None] = (0.0, full if is_open else 0.0)
    elif absent or not found:
        result, bounds = "规则分算不出", (None, None)
    else:
        result, bounds = f"得满分 {points(full)}", (full, full)
    if len(found) == 1:
        return Told(f"{found[0].text}，{result}", *bounds)
    count = f"{failed} 项不成立" if failed else f"{absent} 项不能判断" if absent else "全部成立"
    lines = tuple(check.text for check in found)
    return Told(f"{len(found)} 项条件{'' if count == '全部成立' else '中 '}{count}，{result}", *bounds, lines)


def _number_reached(rule: rules.CountRule, facts: Facts) -> Told:
    count = facts.number(rule.count)
    score = scoring.score_count(facts.weight, count, rule.target, rule.points)
    head = f"实际 {number(count)}，目标 {number(rule.target)}"
    short = rule.target - count
    if short <= 0:
        return Told(f"{head}，已达到：{points(score)} 分", score, score)
    way = f"{number(facts.weight)} − {number(short)} × {number(rule.points)} = "
    rest = _not_below_zero(facts.weight - short * rule.points, score)
    return Told(f"{head}，少 {number(short)}，每少一项扣 {number(rule.points)} 分：{way}{rest}", score, score)


def _done(rule: rules.DoneRule, facts: Facts) -> Told:
    done, total = facts.number(rule.done), facts.number(rule.total)
    left_out = 0.0 if rule.not_applicable is None else facts.number(rule.not_applicable)
    score = scoring.score_done(facts.weight, done, total, left_out)
    whole = f"（{number(total)} − 不适用 {number(left_out)}）" if left_out else number(total)
    text = f"完成 {number(done)}，共 {number(total)}：分值 {number(facts.weight)} × {number(done)} ÷ {whole}"
    return Told(f"{text} = {points(score)}", score, score)


def _judgement(rule: rules.JudgementRule, facts: Facts) -> Told:
    full = scoring.score_pass(facts.weight, True)
    return Told(f"标准没有分档，由评价人在 0.00～{points(full)} 分之间判断并写明理由", 0.0, full)


def _unstated(rule: rules.UnstatedRule, facts: Facts) -> Told:
    return Told("来源没有印出评分标准（未载明），没有规则分")


_WORDS: dict[str, Callable[[Any, Facts], Told]] = {
    "finding": _finding,
    "choice": _choice,
    "bands": _bands,
    "ratio": _ratio,
    "tiers": _tiers,
    "change": _change,
    "deduct": _deduct,
    "deduct_share": _deduct_share,
    "linear": _linear,
    "pass": _pass,
    "count": _number_reached,
    "done": _done,
    "judgement": _judgement,
    "unstated": _unstated,
}


def sum_words(parts: Sequence[float], score: float) -> str:
    """How points add up: 1.00 + 0.00 + 1.00 = 2.00, or capped."""
    total = round_half_up(math.fsum(parts))
    text = " + ".join(points(part) for part in parts)
    if compare(total, score) == 0:
        return f"{text} = {points(score)}"
    return f"{text} = {as_text(total)}，以分值为限：{points(score)}"
