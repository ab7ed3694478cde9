"""A scoring text carried out on figures: what it needs, in the order of the text; its score and the sentence that explains it.

Nothing is ever guessed: a text that may be read in two ways has no score, and says both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from xlperf.errors import CellError, missing, wrong_type, zero_denominator
from xlperf.functions import scoring
from xlperf.rules.conditions import Condition, checked, ids_in
from xlperf.rules.finding_cell import Count, FindingCell
from xlperf.rules.phrases import Names
from xlperf.rules.reading.forms import ReadPoint, ReadVeto
from xlperf.rules.reading.reader import JUDGEMENT, NOT_UNDERSTOOD, RULE, ReadText, Way, read
from xlperf.rules.reading.values import ReadValue
from xlperf.rules.rule import Told
from xlperf.rules.trial import condition_facts, trial_facts
from xlperf.values import Value, is_blank, is_number
from xlperf.wording import points, shown

# In the place of the second figure of a quotient: the first is the quotient itself.
ITSELF = "比率"
MOST_KEPT = 2048
_YES, _NO = ("是", "符合"), ("否", "不符合")


@dataclass(frozen=True)
class Needed:
    """Something that a text needs to be carried out: a figure, a part of a quotient, or what was found at a point.

    `id`: of the figure; empty for a finding, which belongs to the point of number `point`.
    """

    label: str
    id: str = ""
    part: str = ""
    point: int = -1
    finding: FindingCell | None = None


@dataclass(frozen=True)
class Executable:
    """A text as it was read, and why it has no score whatever the figures (`problem`), or what it needs."""

    reading: ReadText
    problem: CellError | None
    needed: tuple[Needed, ...] = ()


@dataclass(frozen=True)
class Executed:
    """The score, and how it comes about."""

    score: float
    sentence: str


@lru_cache(maxsize=MOST_KEPT)
def executable(text: str, weight: float) -> Executable:
    """A text with its weight, read once."""
    reading = read(text, Decimal(repr(weight)) if weight else None)
    if (why := _unusable(reading)) is not None:
        return Executable(reading, why)
    return Executable(reading, None, tuple(_needed(reading)))


def executed(text: str, weight: float, values: Sequence[Value]) -> Executed:
    """What a text gives for figures.

    Errors: CellError: #VALUE!: two readings, not understood, a figure of the wrong type, too many figures; #N/A: a figure
    is blank, or the evaluator has to judge; #DIV/0!: a quotient's denominator is zero; #NUM!: as the rule has it.
    """
    found = executable(text, weight)
    if found.problem is not None:
        raise CellError(found.problem.code, found.problem.reason)
    figures, findings = _bound(found.needed, values)
    way = found.reading.ways[0]
    names = _names(found.reading)
    told = [_told(point, weight, place, names, figures, findings) for place, point in enumerate(way.points)]
    score = scoring.score_parts([low for low, _ in told], weight)
    sentence = _sentence(way, [said for _, said in told], score)
    return _with_veto(way, names, figures, Executed(score, sentence))


def _with_veto(way: Way, names: Names, figures: Mapping[str, Value], found: Executed) -> Executed:
    """The score; nothing where the veto comes true.

    Errors: CellError: it can't be said whether it does.
    """
    if way.veto is None:
        return found
    conditions = _conditions(way.veto)
    own = {name: _typed(name, figures[name], names) for name in ids_in(conditions)}
    checks = checked(conditions, condition_facts(conditions, names, own))
    if failed := [check.text for check in checks if check.holds is False]:
        return Executed(0.0, f"{way.veto.text}（{'；'.join(failed)}）：不得分")
    if unknown := [check.text for check in checks if check.holds is None]:
        raise wrong_type("；".join(unknown))
    return found


def _conditions(veto: ReadVeto) -> list[Condition]:
    return [condition for condition in veto.conditions if isinstance(condition, Condition)]


def described(text: str, weight: float) -> str:
    """What a text is understood as, and what it needs, where no figures are given."""
    found = executable(text, weight)
    if found.problem is not None:
        return found.problem.reason
    return f"{found.reading.wordings[0]}。要填：{order(found.needed)}"


def order(needed: Sequence[Needed]) -> str:
    """`1 实际支出数、2 预算数`."""
    return "、".join(f"{n} {one.label}" for n, one in enumerate(needed, 1)) or "无"


def _unusable(reading: ReadText) -> CellError | None:
    """Why a text has no score, in one sentence that quotes it."""
    if reading.status == NOT_UNDERSTOOD:
        clauses = "、".join(f"“{clause.text}”" for clause in reading.unread) or f"“{reading.text}”"
        return wrong_type(f"没有读懂：{clauses}")
    if reading.status == JUDGEMENT:
        clauses = "、".join(f"“{clause.text}”" for clause in reading.judged)
        return missing(f"须评价组判断：{clauses}")
    if len(reading.ways) > 1:
        count = "两" if len(reading.ways) == 2 else f" {len(reading.ways)} "
        each = "；".join(
            f"{n}）{'；'.join(way.choices)}{'：' if way.choices else ''}{' '.join(words.split())}"
            for n, (way, words) in enumerate(zip(reading.ways, reading.wordings, strict=True), 1)
        )
        return wrong_type(f"有{count}种读法，请把原文写清楚：{each}")
    if reading.status != RULE:
        doubts = "；".join(f"{d.text}（“{reading.text[d.start : d.end]}”）" for d in reading.doubts)
        return wrong_type(f"有疑点，请把原文写清楚：{doubts}")
    if any(point.weight is None for point in reading.ways[0].points) and reading.weight is None:
        return missing("分值是 0，算不出得分")
    return None


def _needed(reading: ReadText) -> Iterator[Needed]:
    """The figures in the order of the text; what is found at a point behind those of the point; those of a veto last."""
    way, seen = reading.ways[0], set[str]()
    for position, point in enumerate(way.points):
        yield from _figures(reading, set(point.rule.ids), seen)
        if point.rule.finding is not None:
            where = f"（{point.text}）" if len(way.points) > 1 else ""
            yield Needed(f"核查结果{where}：{point.rule.finding.allowed}", point=position, finding=point.rule.finding)
    if way.veto is not None:
        yield from _figures(reading, set(ids_in(_conditions(way.veto))), seen)


def _figures(reading: ReadText, ids: set[str], seen: set[str]) -> Iterator[Needed]:
    for value in reading.values:
        if value.id not in ids or value.id in seen:
            continue
        seen.add(value.id)
        top, bottom = _divided(value)
        if top and bottom:
            yield Needed(top, value.id, "numerator")
            yield Needed(f"{bottom}（前一个就是比率的，这里写“{ITSELF}”）", value.id, "denominator")
        else:
            yield Needed(f"{value.label}（{value.definition}）" if value.definition else value.label, value.id)


def _divided(value: ReadValue) -> tuple[str, str]:
    """What a quotient divides: as the text defines it, or as it calls it (实际支出数/预算数); empty for other values."""
    if value.numerator and value.denominator:
        return value.numerator, value.denominator
    top, sign, bottom = value.label.partition("/")
    return (top, bottom) if sign and value.type == "rate" and "/" not in bottom else ("", "")


def _bound(needed: Sequence[Needed], values: Sequence[Value]) -> tuple[dict[str, Value], dict[int, Value]]:
    """The figures by id and the findings by point.

    Errors: CellError.
    """
    given = list(values)
    while given and is_blank(given[-1]):
        # What is left out is blank in Excel.
        given.pop()
    if len(given) > len(needed):
        raise wrong_type(f"给了 {len(given)} 个值，只要 {len(needed)} 个：{order(needed)}")
    given += [None] * (len(needed) - len(given))
    figures: dict[str, Value] = {}
    findings: dict[int, Value] = {}
    for place, (one, value) in enumerate(zip(needed, given, strict=True), 1):
        if isinstance(value, CellError):
            raise value
        if is_blank(value):
            raise missing(f"第 {place} 个值没有填：{one.label}")
        if one.finding is not None:
            findings[one.point] = _found(one, value)
        elif one.part == "denominator":
            figures[one.id] = _quotient(one, figures[one.id], value)
        else:
            figures[one.id] = value
    return figures, findings


def _quotient(one: Needed, numerator: Value, value: Value) -> Value:
    if value == ITSELF:
        return numerator
    if not is_number(numerator) or not is_number(value):
        raise wrong_type(f"{one.label} 应为数字")
    if value == 0:
        raise zero_denominator(f"{one.label} 为零")
    return float(numerator) / float(value)


def _found(one: Needed, value: Value) -> Value:
    finding = one.finding
    if isinstance(finding, Count) and is_number(value) and float(value).is_integer():
        value = int(value)
    if finding is not None and not finding.accepts(value):
        raise wrong_type(f"{one.label}；现为“{shown(value)}”")
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _told(
    point: ReadPoint, whole: float, position: int, names: Names, figures: dict[str, Value], findings: dict[int, Value]
) -> tuple[float, str]:
    """The score of a point and its sentence.

    Errors: CellError.
    """
    rule, weight = point.rule, whole if point.weight is None else float(point.weight)
    own = {name: _typed(name, figures[name], names) for name in rule.ids}
    facts = trial_facts(rule, weight, names, own, findings.get(position))
    for name in rule.figures:
        if not is_number(own[name]):
            raise wrong_type(f"{names.label(name)} 应为数字，现为“{shown(own[name])}”")
    told = rule.words(facts)
    if told.low is None or told.high is None:
        raise missing(told.sentence)
    if told.low != told.high:
        raise missing(f"须评价组判断：{told.sentence}")
    return told.low, _whole(told)


def _whole(told: Told) -> str:
    return f"{told.sentence}（{'；'.join(told.lines)}）" if told.lines else told.sentence


def _typed(name: str, value: Value, names: Names) -> Value:
    """A figure of the type that the text gives it: what holds or doesn't is TRUE or FALSE."""
    if names.kind(name) != "flag":
        if is_number(value) and not math.isfinite(value):
            raise wrong_type(f"{names.label(name)} 不是有限的数")
        return value
    if value in _YES or value in _NO:
        return value in _YES
    if isinstance(value, bool) or (is_number(value) and value in (0, 1)):
        return bool(value)
    raise wrong_type(f"{names.label(name)} 应为 TRUE 或 FALSE（是、否），现为“{shown(value)}”")


def _sentence(way: Way, said: Sequence[str], score: float) -> str:
    if len(said) == 1:
        return said[0]
    each = "；".join(f"“{point.text}”：{text}" for point, text in zip(way.points, said, strict=True))
    return f"{each}；合计 {points(score)} 分"


def _names(reading: ReadText) -> Names:
    by_id: dict[str, ReadValue] = {value.id: value for value in reading.values}
    return Names(
        lambda name: by_id[name].label if name in by_id else name,
        lambda name: by_id[name].type if name in by_id else "",
    )
