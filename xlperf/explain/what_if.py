"""What would change if some inputs were other: before and after, calculated in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from xlperf.errors import CellError, UserError
from xlperf.evaluation.filled import Filled, written
from xlperf.evaluation.scoring import recalculated
from xlperf.explain.explanation import plain
from xlperf.explain.indicator_tree import bounds_text
from xlperf.explain.targets import Target, same
from xlperf.explain.total_steps import step_nodes
from xlperf.explain.total_tree import level_nodes
from xlperf.explain.trials import AS_RULED, CONFIRMED, followers, released, renewed
from xlperf.package import same_value
from xlperf.values import Value, compare, is_blank, is_number
from xlperf.wording import shown, signed
from xlperf.workbook.catalogue import InputCell, catalogue, parse_input
from xlperf.workbook.input_finder import Finder

RULE, SCORE, STATUS = "规则分", "计入得分", "认定情况"
LISTED = 8


@dataclass(frozen=True)
class Assumption:
    """An input as it is and as it is assumed to be."""

    item: InputCell
    before: Value
    after: Value


@dataclass(frozen=True)
class Entry:
    """A number of the result: what it belongs to, which aspect of it, the value, the value as people read it."""

    kind: str
    id: str
    label: str
    aspect: str
    value: Value
    text: str
    cell: str


@dataclass(frozen=True)
class Move:
    """A number before and after."""

    before: Entry
    after: Entry

    @property
    def has_moved(self) -> bool:
        """Whether it is another one."""
        left, right = self.before.value, self.after.value
        if is_number(left) and is_number(right):
            return compare(left, right) != 0
        return not same_value(left, right)

    @property
    def difference(self) -> str:
        """By how much a score or rate has moved; empty where that can't be said."""
        left, right = self.before.value, self.after.value
        if not (is_number(left) and is_number(right)) or not self.has_moved:
            return ""
        change = float(right) - float(left)
        return f"{signed(change * 100)} 个百分点" if self.before.kind == "rate" else signed(change)


@dataclass(frozen=True)
class WhatIf:
    """The assumptions, what became of the target and of everything else, and which awards followed the rule.

    `given`: the id and the name of the scores that are given.
    """

    assumptions: tuple[Assumption, ...]
    target: tuple[Move, ...]
    moves: tuple[Move, ...]
    followed: tuple[str, ...]
    notes: tuple[str, ...]
    given: tuple[str, str] = ("award", "评定分")

    def to_json(self) -> dict[str, object]:
        """The comparison as plain data."""
        return {
            "assumptions": [
                {"id": a.item.id, "label": a.item.label, "cell": a.item.cell, "before": plain(a.before), "after": plain(a.after)}
                for a in self.assumptions
            ],
            "target": [_move_json(move) for move in self.target],
            "moves": [_move_json(move) for move in self.moves],
            "followed": list(self.followed),
            "notes": list(self.notes),
        }  # fmt: skip


def what_if(filled: Filled, target: Target, assignments: Sequence[str]) -> WhatIf:
    """The comparison for assignments such as `quota_used=200` or `已使用指标数=200`.

    Errors: UserError: an input that is unknown or could be several, or a value that it does not take.
    """
    assumptions = _assumptions(filled, assignments)
    values = renewed(filled, {(a.item.sheet, a.item.ref): a.after for a in assumptions})
    codes = [code for code in followers(filled) if not released(filled, [code]).keys() & values.keys()]
    freed = _after(filled, released(filled, codes) | values)
    followed = [code for code in codes if _rule(filled, code) != _rule(freed, code)]
    after = _after(filled, released(filled, followed) | values)
    moves = [_move(a, b, followed) for a, b in zip(_entries(filled), _entries(after), strict=True)]
    told = [move for move in moves if move.has_moved and move.before.kind not in ("input", "point")]
    own = tuple(move for move in moves if (move.before.kind, move.before.id) == (target.kind, target.id))
    if target.kind == "cell":
        own = (Move(_cell_entry(filled, target), _cell_entry(after, target)),)
    given = "self_score" if filled.framework.evaluation == "self" else "award", filled.framework.award_label
    return WhatIf(tuple(assumptions), own, tuple(told), tuple(followed), tuple(_notes(after, assumptions)), given)


def find_input(known: dict[str, InputCell], text: str) -> InputCell:
    """The input that a person means by its id or its whole label; a part of a label only leads to what may be meant.

    Errors: UserError: unknown, several, or only a part of a name.
    """
    wanted = same(text)
    found = Finder(known).candidates(text)
    found = found or [i for i in known.values() if wanted and wanted == same(i.label)]
    is_whole = bool(found)
    found = found or [i for i in known.values() if wanted and wanted in same(i.label) and "." not in i.id]
    found = found or [i for i in known.values() if wanted and wanted in same(i.label) and not i.is_further_line]
    if not found:
        raise UserError(f"没有叫“{text}”的填报格；xlperf inputs 列出全部编号和名称")
    if len(found) > 1 or not is_whole:
        listed = "、".join(f"{item.id} {item.label}" for item in found[:LISTED])
        more = f" 等 {len(found)} 个" if len(found) > LISTED else ""
        raise UserError(f"“{text}”可以指 {listed}{more}；请写全名或编号")
    return found[0]


def _assumptions(filled: Filled, assignments: Iterable[str]) -> list[Assumption]:
    known = catalogue(filled.names, filled.framework)
    found: dict[str, Assumption] = {}
    for assignment in assignments:
        name, equals, text = assignment.replace("＝", "=").partition("=")
        if not equals:
            raise UserError(f"“{assignment}”应写成 编号=值，或 名称=值")
        item = find_input(known, name)
        found[item.id] = Assumption(item, filled.package.value(item.sheet, item.ref), parse_input(item, text))
    return list(found.values())


def _after(filled: Filled, values: dict[tuple[str, str], Value]) -> Filled:
    return Filled(recalculated(filled.package, values).package)


def _rule(filled: Filled, code: str) -> tuple[float | None, float | None]:
    result = filled.results[code]
    return result.rule_low, result.rule_high


def _move(before: Entry, after: Entry, followed: Sequence[str]) -> Move:
    """An entry before and after; that a confirmed award was released to follow the rule is no change of its status."""
    is_status = before.kind == "indicator" and before.aspect == STATUS and before.id in followed
    if is_status and (before.value, after.value) == (CONFIRMED, AS_RULED):
        return Move(before, before)
    return Move(before, after)


def _notes(after: Filled, assumptions: Iterable[Assumption]) -> Iterator[str]:
    """Assumptions that don't count, since the figure is taken from elsewhere."""
    for assumed in assumptions:
        place = assumed.item.counted
        if place is None or is_blank(assumed.after):
            continue
        if not same_value(after.package.value(*place), assumed.after):
            yield f"{assumed.item.label}以问卷口径算出的为准，改填报数不影响得分；要试别的数，请把问卷口径改为“按报告数”"


def _entries(filled: Filled) -> Iterator[Entry]:
    """Every number of the result, in a fixed order."""
    names, result = filled.names, filled.result
    total, grade = names.value("total_score"), names.value("total_grade")
    yield Entry("total", "total_score", "总分", "", total, shown(total, "score"), written(names.place("total_score")))
    yield Entry("grade", "total_grade", "等级", "", grade, shown(grade), written(names.place("total_grade")))
    for level in level_nodes(filled):
        for node in (level, *(child for child in level.children)):
            yield Entry(node.kind, node.label, node.label, "得分", node.value, shown(node.value, "score"), node.cell)
    for node in step_nodes(filled):
        yield Entry("step", node.label, node.label, "", node.value, node.text, node.cell)
    for i in result.indicators:
        yield from _indicator(filled, i.code, f"{i.code} {i.name}")
    for lines, kind in ((filled.rates, "rate"), (filled.inputs, "input")):
        for name in lines:
            value, text = filled.value(name), shown(filled.value(name), filled.kind(name), filled.unit(name))
            yield Entry(kind, name, filled.label(name), "", value, text, written(names.place(name)))


def _indicator(filled: Filled, code: str, label: str) -> Iterator[Entry]:
    scores, line = filled.scores, filled.scores.of(code)[0]
    low, high = scores.value("low", line), scores.value("high", line)
    rule = low if same_value(low, high) or isinstance(low, CellError) else bounds_text(low, high)
    yield Entry("indicator", code, label, RULE, rule, bounds_text(low, high), scores.cell("low", line))
    score = scores.value("score", line)
    yield Entry("indicator", code, label, SCORE, score, shown(score, "score"), scores.cell("score", line))
    status = scores.value("status", line)
    yield Entry("indicator", code, label, STATUS, status, shown(status), scores.cell("status", line))
    for number in range(1, len(filled.indicators[code].points) + 1):
        name = filled.indicators[code].point_code(number)
        point = filled.points.first(name)
        if point is not None:
            low, high = filled.points.value("low", point), filled.points.value("high", point)
            text = bounds_text(low, high)
            yield Entry("point", name, f"要点 {name}", RULE, low, text, filled.points.cell("low", point))


def _cell_entry(filled: Filled, target: Target) -> Entry:
    sheet, _, ref = target.id.rpartition("!")
    value = filled.package.value(sheet, ref)
    return Entry("cell", target.id, target.label, "", value, shown(value), target.id)


def _move_json(move: Move) -> dict[str, object]:
    entry = move.before
    head = {"kind": entry.kind, "id": entry.id, "label": entry.label, "aspect": entry.aspect, "cell": entry.cell}
    return {**head, "before": plain(entry.value), "after": plain(move.after.value)}
