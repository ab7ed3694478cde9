"""What a person asks to have explained: the total, the grade, a level, an indicator, a point, a figure, a cell."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from xlperf.errors import UserError
from xlperf.evaluation.filled import Filled, written
from xlperf.explain.cell_tree import CellTrace
from xlperf.explain.explanation import Node
from xlperf.explain.figure_tree import Figures
from xlperf.explain.indicator_tree import indicator_node, point_node
from xlperf.explain.total_tree import level_nodes, total_node
from xlperf.formula.addresses import position, reference
from xlperf.workbook.names import Place
from xlperf.workbook.sheets.all_sheets import computed_place

TOTAL, GRADE = "总分", "等级"
LISTED = 8
ALTERATIONS = ("formulas_changed", "formula_changed", "formula_overwritten", "rows_moved")
MOST_ALTERATIONS = 5
_KINDS = {
    "total": "总分", "grade": "等级", "level": "一级指标", "group": "二级指标", "indicator": "指标",
    "point": "要点", "rate": "比率", "input": "数据项",
}  # fmt: skip
_CELL = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Za-z]{1,3}\$?[1-9]\d*)")
_DROPPED = re.compile(r"[\s“”‘’\"'「」《》]+")
_BRACKETS = str.maketrans("（）！：，", "()!:,")


@dataclass(frozen=True)
class Target:
    """What is meant: its kind, its id (a place for a cell), and what it is called."""

    kind: str
    id: str
    label: str

    @property
    def text(self) -> str:
        """The target as a list of candidates names it."""
        name = self.label if self.id in self.label else f"{self.id} {self.label}"
        return f"{name}（{_KINDS[self.kind]}）"


def find_target(filled: Filled, text: str) -> Target:
    """What a person means by a name, a code, an id or a cell.

    Errors: UserError: nothing is called so, or several things, with the candidates.
    """
    if "!" in text.translate(_BRACKETS):
        return _cell(filled, text)
    known = list(_targets(filled))
    wanted = same(text)
    exact = [t for t in known if wanted in (same(t.label), same(t.id), same(f"{t.id}{t.label}"))]
    if exact:
        # An indicator and a rate may share a name; the first kind in the list is what people mean.
        first = [t for t in exact if t.kind == exact[0].kind]
        return first[0] if len(first) == 1 else _ambiguous(text, first)
    inside = [t for t in known if wanted and (wanted in same(t.label) or wanted in same(t.id))]
    if len({same(t.label) for t in inside}) == 1:
        return inside[0]
    return _ambiguous(text, inside) if inside else _unknown(text, known)


def explain(filled: Filled, target: Target) -> Node:
    """The tree of a target; with a warning where the workbook's formulas are not those it was made with."""
    root = _explained(filled, target)
    changed = [f.message for f in filled.result.findings if f.code in ALTERATIONS][:MOST_ALTERATIONS]
    return replace(root, children=(*(Node("warning", "注意", text) for text in changed), *root.children))


def _explained(filled: Filled, target: Target) -> Node:
    if target.kind == "total":
        return total_node(filled)
    if target.kind == "grade":
        total = total_node(filled)
        grade, rest = total.children[0], total.children[1:]
        return replace(grade, children=(*grade.children, replace(total, children=rest)))
    if target.kind in ("level", "group"):
        nodes = (node for level in level_nodes(filled) for node in level.walk() if node.kind == target.kind)
        return next(node for node in nodes if node.label == target.label)
    if target.kind == "indicator":
        return indicator_node(filled, target.id)
    if target.kind == "point":
        code, _, number = target.id.rpartition(".")
        return point_node(filled, filled.indicators[code], int(number))
    if target.kind == "cell":
        sheet, _, ref = target.id.rpartition("!")
        return CellTrace(filled).node((sheet, ref))
    return Figures(filled).node(target.id)


def same(text: str) -> str:
    """A name without what people write in different ways: blanks, quotes, brackets, case."""
    return _DROPPED.sub("", text).translate(_BRACKETS).casefold()


def _targets(filled: Filled) -> Iterator[Target]:
    """Everything that can be named, the most asked for first."""
    framework = filled.framework
    yield Target("total", "total_score", TOTAL)
    yield Target("grade", "total_grade", GRADE)
    yield from (Target("indicator", i.code, i.name) for i in framework.indicators)
    for level in framework.levels:
        yield Target("level", level.name, level.name)
        yield from (Target("group", group.name, group.name) for group in level.groups)
    for i in framework.indicators:
        yield from (Target("point", i.point_code(n), i.point_code(n)) for n in range(1, len(i.points) + 1))
    yield from (Target("rate", rate.id, rate.label) for rate in framework.rates)
    yield from (Target("input", item.id, item.label) for item in framework.inputs)


def _cell(filled: Filled, text: str) -> Target:
    """A cell; where it is the total, a score, a point's result or a figure, that is what is meant."""
    match = _CELL.fullmatch(text.strip().replace("！", "!"))
    if match is None:
        raise UserError(f"“{text}”不是单元格；应写成 指标评分!M12 这样")
    sheet = filled.package.sheet((match[1] or match[2]).replace("''", "'")).name
    place = sheet, reference(*position(match[3]))
    target = _meant(filled, place) or _meant(filled, computed_place(place))
    return target or Target("cell", written(place), written(place))


def _meant(filled: Filled, place: Place) -> Target | None:
    """The named thing whose cell this is."""
    names, framework = filled.names, filled.framework
    whole = {names.place("total_score"): ("total", TOTAL), names.place("total_grade"): ("grade", GRADE)}
    if place in whole:
        kind, label = whole[place]
        return Target(kind, names.of_cells[place], label)
    for level in level_nodes(filled):
        for node in (level, *level.children):
            if node.cell == written(place):
                return Target(node.kind, node.label, node.label)
    for indicator in framework.indicators:
        line = filled.scores.of(indicator.code)[0]
        if place in {filled.scores.place(c, line) for c in ("low", "high", "rule", "score", "status")}:
            return Target("indicator", indicator.code, indicator.name)
        for number in range(1, len(indicator.points) + 1):
            code = indicator.point_code(number)
            line_ = filled.points.first(code)
            if line_ is not None and place in {filled.points.place(c, line_) for c in ("low", "high")}:
                return Target("point", code, code)
    name = names.of_cells.get(place, "")
    if name in filled.rates:
        return Target("rate", name, filled.label(name))
    for item in framework.inputs:
        line_ = filled.figures.first(item.id)
        if line_ is not None and place in {filled.figures.place(c, line_) for c in ("used", "given", "linked")}:
            return Target("input", item.id, item.label)
    return None


def _ambiguous(text: str, found: list[Target]) -> Target:
    listed = "、".join(t.text for t in found[:LISTED])
    more = f" 等 {len(found)} 个" if len(found) > LISTED else ""
    raise UserError(f"“{text}”可以指 {listed}{more}；请写全名、编码或编号")


def _unknown(text: str, known: list[Target]) -> Target:
    # Of several that share a name the first is the most asked for.
    labels = {same(name): t for t in reversed(known) for name in (t.id, t.label)}
    near = difflib.get_close_matches(same(text), labels, n=4, cutoff=0.5)
    hint = f"；相近的有 {'、'.join(dict.fromkeys(labels[name].text for name in near))}" if near else ""
    raise UserError(
        f"没有找到“{text}”{hint}；可写 总分、等级、指标的编码或名称、数据项或比率的名称、单元格（指标评分!M12）"
    )
