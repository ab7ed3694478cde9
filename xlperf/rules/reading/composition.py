"""How statements make a rule: all of them one rule of some kind, or items that are rules each, or with a veto beside."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pydantic import ValidationError

from xlperf.rules.conditions import Condition
from xlperf.rules.part import Operator
from xlperf.rules.reading.all_forms import FORMS
from xlperf.rules.reading.amounts import fraction
from xlperf.rules.reading.forms import GIVE, Form, Found, ReadPoint, ReadVeto, Situation, Statement
from xlperf.rules.reading.shapes import fitting
from xlperf.rules.reading.subjects import same_name

MOST_WAYS = 36
_OPENING = frozenset(("VALUE", "FACT", "COMPARED", "HEAD", "SCORE", "PART_SHARE"))
_VETO_LEADS = ("若", "如", "当", "凡", "一经", "发现", "出现", "发生", "存在", "有")
_WHOLE = ("本项", "该项", "此项", "本指标", "该指标")
_OPPOSITE: dict[str, Operator] = {"≥": "<", ">": "≤", "≤": ">", "<": "≥"}


@dataclass(frozen=True)
class _Item:
    """A part of the text that is a rule with a weight of its own."""

    statements: tuple[Statement, ...]
    weight: Fraction
    name: str


def ways(core: Sequence[Statement], situation: Situation) -> list[Found]:
    """Every way in which all statements make a rule; nothing where there is none."""
    if [s.type for s in core].count("HEAD") == 1 and core[0].type == "HEAD" and len(core) > 1:
        head = core[0].outcome
        if head is not None and situation.weight in (None, head.amount) and (found := _plain(core[1:], situation)):
            return found
    headings = [s for s in core if s.type == "HEADING"]
    told = [s for s in core if s.type != "HEADING"] if len(headings) == 1 else core
    return _plain(told, situation) or _parted(core, situation) or _vetoed(core, situation)


def _plain(core: Sequence[Statement], situation: Situation) -> list[Found]:
    return _distinct(way for form in fitting(FORMS, core) for way in _built(form, core, situation))


def _built(form: Form, core: Sequence[Statement], situation: Situation) -> list[Found]:
    """What a form makes of statements; nothing where the numbers are none that its rule may have."""
    try:
        return list(form.build(core, situation))
    except ValidationError:
        return []


def _distinct(found: Iterable[Found]) -> list[Found]:
    apart: list[Found] = []
    for way in found:
        rules = [(p.weight, p.rule) for p in way.points]
        if all([(p.weight, p.rule) for p in other.points] != rules for other in apart):
            apart.append(way)
    return apart[:MOST_WAYS]


def _parted(core: Sequence[Statement], situation: Situation) -> list[Found]:
    """Items that are rules each: numbered ones, or where none are, one for each thing that is scored."""
    is_numbered = len(_numbered(core)) > 1
    groups = _numbered(core) if is_numbered else _unnumbered(core)
    items = [_item(group, situation) for group in groups]
    known = [item for item in items if item is not None]
    if len(known) < len(items) or len(items) < 2:
        return []
    has_cases = [bool({"CASE", "SHORT"} & {s.type for s in group}) for group in groups]
    if not is_numbered and has_cases[-1] and not all(has_cases):
        # Whether it is said of the last part or of all nobody knows.
        return []
    total = sum(item.weight for item in known)
    if situation.weight is not None and total != situation.weight:
        if not is_numbered:
            return []
        text = f"各项合计 {float(total):g} 分，与分值 {float(situation.weight):g} 不等"
        situation.doubt("points_sum", text, core[0], core[-1])
    parts = [[_weighted(way, item.weight) for way in _inner(item, situation)] for item in known]
    if not all(parts):
        return []
    return [_joined(combination) for combination in _combined(parts)]


def _combined(parts: Sequence[Sequence[Found]]) -> Iterator[tuple[Found, ...]]:
    """What the text leaves open alike in several items is one choice, not one for each."""
    open_parts = [part for part in parts if len(part) > 1]
    if len({tuple(way.choices for way in part) for part in open_parts}) == 1:
        for number in range(len(open_parts[0])):
            yield tuple(part[number] if len(part) > 1 else part[0] for part in parts)
        return
    yield from itertools.islice(itertools.product(*parts), MOST_WAYS)


def _joined(found: Sequence[Found]) -> Found:
    choices = tuple(dict.fromkeys(choice for way in found for choice in way.choices))
    return Found(tuple(point for way in found for point in way.points), choices)


def _inner(item: _Item, situation: Situation) -> list[Found]:
    return _plain(item.statements, situation.within(item.weight, item.name))


def _numbered(core: Sequence[Statement]) -> list[list[Statement]]:
    """The statements by items, at the first level at which there are several."""
    if any(not s.item for s in core):
        return []
    for level in range(1, max(len(s.item) for s in core) + 1):
        paths = [s.item[:level] for s in core]
        groups = [
            [s for _, s in group]
            for _, group in itertools.groupby(zip(paths, core, strict=True), key=lambda pair: pair[0])
        ]
        if len(groups) > 1:
            return groups
    return []


def _unnumbered(core: Sequence[Statement]) -> list[list[Statement]]:
    """The statements by what is scored: each begins with what earns points, or with the weight of a part."""
    groups: list[list[Statement]] = []
    for statement in core:
        is_head = bool(groups) and groups[-1][-1].type in ("HEAD", "PART_SHARE", "COMPARED")
        if not groups or (statement.type in _OPENING and not is_head):
            groups.append([statement])
        else:
            groups[-1].append(statement)
    return groups


def _item(group: Sequence[Statement], situation: Situation) -> _Item | None:
    """A group with its weight: what its head says, its share of the whole, or the most that it gives."""
    rest = [s for s in group if s.type not in ("HEAD", "HEADING")]
    head = next((s for s in group if s.type == "HEAD"), None)
    if head is not None and head.outcome is not None:
        # 会计核算规范性1分，…: the kind that reads heads itself keeps it.
        return _Item(tuple(rest), head.outcome.amount, head.text)
    share = next((s for s in group if s.type == "PART_SHARE"), None)
    if share is not None and len(rest) > 1 and situation.weight is not None and len(share.causes) == 1:
        part = share.causes[0].subject
        return _Item(tuple(s for s in rest if s is not share), fraction(share.text) * situation.weight, part)
    given = [s.outcome.amount for s in rest if s.outcome is not None and s.outcome.kind == GIVE]
    name = next((s.causes[0].subject for s in group if s.type == "HEADING" and s.causes), "")
    return _Item(tuple(rest), max(given), name) if given else None


def _weighted(way: Found, weight: Fraction) -> Found:
    points = tuple(replace(p, weight=weight) if p.weight is None else p for p in way.points)
    return replace(way, points=points)


def _vetoed(core: Sequence[Statement], situation: Situation) -> list[Found]:
    """The rest as a rule, and a clause that makes it worth nothing; another way where that may be one part only."""
    for number, statement in enumerate(core):
        if not _may_be_veto(statement, situation):
            continue
        rest = [*core[:number], *core[number + 1 :]]
        found = (_plain(rest, situation) or _parted(rest, situation)) if rest else []
        if not found:
            continue
        if all(point.rule.kind == "judgement" for way in found for point in way.points):
            return []
        veto = _veto(statement, found, situation)
        if veto is None:
            return []
        whole = [replace(way, veto=veto, choices=(*way.choices, "整项指标不得分")) for way in found]
        parts = _of_parts(core, number, found, situation)
        if not parts or len(found[0].points) == 1:
            return [replace(way, choices=way.choices[:-1]) for way in whole]
        situation.doubt("ambiguous", "没有写明“不得分”是整项指标还是其中一部分", statement)
        return [way for pair in itertools.zip_longest(whole, parts) for way in pair if way is not None][:MOST_WAYS]
    return []


def _may_be_veto(statement: Statement, situation: Situation) -> bool:
    if statement.type == "VETO":
        return bool(statement.causes)
    if statement.type not in ("NOT_FACT", "NOT_VALUE") or "相应" in statement.text:
        return False
    return statement.text.removeprefix("则").startswith(_WHOLE) or situation.text(statement).startswith(_VETO_LEADS)


def _veto(statement: Statement, found: Sequence[Found], situation: Situation) -> ReadVeto | None:
    """The conditions that must hold for the whole to be worth anything."""
    conditions: list[Condition] = []
    for cause in statement.causes:
        text = situation.quote(cause.start, cause.end)
        if cause.is_fact:
            conditions.append(
                Condition(value=situation.values.named(text, "flag"), threshold=False, text=f"没有：{text}")
            )
            continue
        if len(cause.relations) != 1 or cause.relations[0].operator not in _OPPOSITE:
            return None
        relation = cause.relations[0]
        ids = _matching(cause.subject, found, situation)
        sign = _OPPOSITE[relation.operator]
        conditions += [Condition(value=i, operator=sign, threshold=relation.limit, text=f"不能：{text}") for i in ids]
        if not ids:
            return None
    return ReadVeto(situation.text(statement), tuple(conditions))


def _matching(subject: str, found: Sequence[Found], situation: Situation) -> list[str]:
    """The values of the rule that a veto speaks of."""
    used = [name for point in found[0].points for name in point.rule.ids]
    labels = {value.id: value.label for value in situation.values.found.values()}
    return [name for name in dict.fromkeys(used) if same_name((labels[name], subject)) is not None]


def _of_parts(core: Sequence[Statement], number: int, found: Sequence[Found], situation: Situation) -> list[Found]:
    """The ways in which the clause concerns parts only: the item it stands in, or each part that it speaks of."""
    statement = core[number]
    groups = _numbered([*core[:number], *core[number + 1 :]])
    if (
        statement.item
        and any(group[0].item[:1] == statement.item[:1] for group in groups)
        and statement.type == "NOT_FACT"
    ):
        position = next(n for n, group in enumerate(groups) if group[0].item[:1] == statement.item[:1])
        return [_extended(way, position, statement, situation) for way in found if len(way.points) == len(groups)]
    joined = [s for group in groups for s in (*group, replace(statement, item=group[0].item))]
    return [replace(w, choices=(*w.choices, "只是该部分不得分")) for w in _parted(joined, situation)] if groups else []


def _extended(way: Found, position: int, statement: Statement, situation: Situation) -> Found:
    points = list(way.points)
    point = points[position]
    points[position] = ReadPoint(f"{point.text}；{situation.text(statement)}", point.weight, point.rule)
    return Found(tuple(points), (*way.choices, "只是该部分不得分"))
