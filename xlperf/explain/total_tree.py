"""The total as a tree: grade, reported result, how it adds up, and every level, group and indicator with what it lost."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.errors import CellError
from xlperf.evaluation.filled import Filled, written
from xlperf.explain.explanation import Node
from xlperf.explain.indicator_tree import headline
from xlperf.explain.total_steps import extras_note, step_nodes
from xlperf.frameworks.parts import UNSTATED
from xlperf.functions.tiers import Tier, tiers
from xlperf.rules.tiers import tier_table, tier_text
from xlperf.values import Value, compare, is_blank, is_number, round_half_up
from xlperf.wording import points, result, shown, signed

LISTED = 5


def total_node(filled: Filled) -> Node:
    """The whole tree of the total."""
    value, weight = filled.names.value("total_score"), filled.framework.weight
    grade = filled.result.grade
    children = [grade_node(filled), *_reported(filled), _sum(filled, value), *level_nodes(filled)]
    text = f"{result(value)}／{UNSTATED if weight is None else points(weight)}"
    text += f"　{grade}" if grade else ""
    return Node("total", "总分", text, value, "", written(filled.names.place("total_score")), tuple(children))


def grade_node(filled: Filled) -> Node:
    """The grade with the band that applies and all others."""
    place = written(filled.names.place("total_grade"))
    grades = filled.framework.grades
    if grades is None or not filled.names.has("grade_bands"):
        return Node("grade", "等级", UNSTATED, None, "来源没有印出等级表，不能由得分定等级", place)
    value, total = filled.names.value("total_grade"), filled.names.value("total_score")
    bands = grade_bands(filled)
    sheet, cells = filled.names.area("grade_bands")
    band = band_of(total, bands)
    note = f"{points(total)} 落在“{tier_text(band, '')}”档" if band else "总分算不出，没有等级"
    document = grades.source.document
    remark = "" if grades.source.is_verified or "未核对" in document else "未核对原文"
    children = (
        Node("bands", "等级表", tier_table(bands, ""), None, "从上到下第一个符合的", f"{sheet}!{cells}"),
        Node("document", "出处", document, None, remark),
    )
    return Node("grade", "等级", shown(value), value, note, place, children)


def grade_bands(filled: Filled) -> list[Tier]:
    """The bands as the parameters have them; none where they can't be read."""
    try:
        return tiers(filled.table("grade_bands"))
    except CellError:
        return []


def band_of(total: Value, bands: list[Tier]) -> Tier | None:
    """The band that a total falls into."""
    if not is_number(total):
        return None
    return next((band for band in bands if band.holds(round_half_up(float(total)))), None)


def level_nodes(filled: Filled) -> Iterator[Node]:
    """Every first-level indicator with its groups and their indicators."""
    places = {part: filled.names.places(f"level_{part}") for part in ("name", "weight", "score", "reported")}
    groups = filled.names.column("group_name")
    lines = [n for n, name in enumerate(filled.names.column("level_name")) if not is_blank(name)]
    for n, following in zip(lines, [*lines[1:], len(groups)], strict=True):
        name = str(filled.package.value(*places["name"][n]))
        below = tuple(
            _block(filled, places, line, "group", str(groups[line]), _indicators(filled, name, str(groups[line])))
            for line in range(n + 1, following)
            if not is_blank(groups[line])
        )
        yield _block(filled, places, n, "level", name, below)


def _block(
    filled: Filled, places: dict[str, list[tuple[str, str]]], line: int, kind: str, name: str, below: tuple[Node, ...]
) -> Node:
    """A level or a group: score out of weight, points lost, what the report prints."""
    weight, score, reported = (filled.package.value(*places[part][line]) for part in ("weight", "score", "reported"))
    remarks = []
    if is_number(score) and is_number(weight):
        lost = float(weight) - float(score)
        if compare(lost, 0) > 0:
            remarks.append(f"失 {points(lost)}")
    if is_number(reported):
        same = is_number(score) and compare(float(score), float(reported)) == 0
        remarks.append("与报告一致" if same else f"报告印出 {points(reported)}")
    text = f"{result(score)}／{points(weight) if is_number(weight) else UNSTATED}"
    return Node(kind, name, text, score, "；".join(remarks), written(places["score"][line]), below)


def _indicators(filled: Filled, level: str, group: str) -> tuple[Node, ...]:
    found = []
    for indicator in filled.framework.indicators_of(level, group):
        text, note = headline(filled, indicator.code)
        line = filled.scores.of(indicator.code)[0]
        value, cell = filled.scores.value("score", line), filled.scores.cell("score", line)
        found.append(Node("indicator", f"{indicator.code} {indicator.name}", text, value, note, cell))
    return tuple(found)


def _reported(filled: Filled) -> Iterator[Node]:
    """The result as the report prints it, beside the computed one."""
    evaluation = filled.result
    if evaluation.reported_total is None and evaluation.reported_grade is None:
        return
    remarks = []
    if evaluation.reported_total is not None and evaluation.total is not None:
        difference = evaluation.total - evaluation.reported_total
        same = compare(difference, 0) == 0
        remarks.append("总分与算出的一致" if same else f"算出的比报告 {signed(difference)}")
    if evaluation.reported_grade and evaluation.grade:
        remarks.append(
            "等级一致" if evaluation.reported_grade == evaluation.grade else f"等级不同，算出的是 {evaluation.grade}"
        )
    total = UNSTATED if evaluation.reported_total is None else points(evaluation.reported_total)
    text = f"{total}　{evaluation.reported_grade or UNSTATED}"
    cell = written(filled.names.place("reported_total"))
    yield Node("reported", "报告印出", text, evaluation.reported_total, "；".join(remarks), cell)


def _sum(filled: Filled, total: Value) -> Node:
    """How the total adds up, and whether the cap mattered; or which indicators keep it from being had."""
    lacking = [f"{i.code} {i.name}（{i.status}）" for i in filled.result.indicators if i.score is None]
    count = len(filled.result.indicators)
    if lacking:
        more = f" 等 {len(lacking)} 项" if len(lacking) > LISTED else ""
        text = f"算不出：{'、'.join(lacking[:LISTED])}{more} 没有得分"
        return Node("sum", "合成", text, children=tuple(step_nodes(filled)))
    found = filled.framework.added({i.code: i.score for i in filled.result.indicators if i.score is not None})
    limited = "（有的二级、一级以分值为限）" if filled.framework.has_limited_sums else ""
    text, cap = f"{count} 项指标的计入得分相加{limited} {points(found)}", filled.framework.weight
    if filled.framework.is_adjusted:
        return Node("sum", "合成", text, found, extras_note(filled), "", tuple(step_nodes(filled)))
    note = "" if cap is None else f"以 {points(cap)} 为限，没有超过"
    if cap is not None and compare(found, cap) > 0:
        note = f"超过上限，以 {points(cap)} 计"
    expected = found if cap is None else min(found, cap)
    if is_number(total) and compare(expected, float(total)) != 0:
        note = f"与总分 {points(total)} 不同，公式可能被改动，请核对"
    return Node("sum", "合成", text, found, note)
