"""The steps from the indicators to the total: rescaling, bonuses and penalties with their claims, caps and vetoes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from xlperf.evaluation.filled import Filled, Lines, code_text, written
from xlperf.explain.explanation import Node
from xlperf.explain.figure_tree import Figures
from xlperf.explain.rule_facts import owner_facts
from xlperf.frameworks.adjustments import Cap, Veto
from xlperf.functions.tiers import tiers
from xlperf.rules.conditions import checked, ids_in
from xlperf.rules.tiers import beside_tiers, tier_table, tier_text
from xlperf.values import is_blank, is_number
from xlperf.wording import points, result, shown
from xlperf.workbook import rule_formulas
from xlperf.workbook.sheets.total import UNLIMITED

_CLAIMED = {"bonus_total": "bonus", "penalty_total": "penalty"}


def step_nodes(filled: Filled) -> Iterator[Node]:
    """Every step, as the summary sheet lists them; none where the total is just the sum."""
    if not filled.framework.is_adjusted:
        return
    names, limits = filled.names, filled.framework.limits
    figures = Figures(filled)
    for label, place in zip(names.column("adjustment_name"), names.places("adjustment_points"), strict=True):
        name, value = names.of_cells.get(place, ""), filled.package.value(*place)
        note, children = "", tuple[Node, ...]()
        if name in _CLAIMED:
            note, children = _maximum(filled, name), tuple(_claims(filled, _CLAIMED[name]))
        elif name == "rescaled_total":
            note = _rescaling(filled)
        elif name.startswith("total_limit_"):
            number = int(name.rpartition("_")[2])
            note, children = "", tuple(_limit(filled, limits[number - 1], number, figures))
        text = "没有触发" if value == UNLIMITED else result(value)
        yield Node("step", str(label), text, value, note, written(place), children)


def extras_note(filled: Filled) -> str:
    """Whether bonuses may lift the total above the full score; empty where there are none."""
    if filled.framework.extras is None:
        return ""
    chosen = filled.names.value("extra_counts")
    return "加分是在满分内还是满分外，还没有定" if is_blank(chosen) else f"加减分{chosen}"


def _rescaling(filled: Filled) -> str:
    base, counted = filled.names.value("base_total"), filled.names.column("indicator_counted")
    weights = math.fsum(float(value) for value in counted if is_number(value))
    return f"{points(base)} × {points(filled.framework.weight)} ÷ 计入的分值 {points(weights)}"


def _maximum(filled: Filled, name: str) -> str:
    value = filled.names.value("extra_maximum")
    return f"合计最多 {points(value)} 分" if name == "bonus_total" and is_number(value) else ""


def _claims(filled: Filled, column: str) -> Iterator[Node]:
    """What is claimed, what became of it, and what of it counts."""
    kinds = dict(zip(*(map(code_text, filled.names.column(f"extra_item_{c}")) for c in ("name", "kind")), strict=True))
    wanted = {"bonus": "加分", "penalty": "减分"}[column]
    lines = Lines(filled.names, "extra", "item")
    for item in kinds:
        for line in lines.of(item) if kinds[item] == wanted else ():
            years = f"事实年度 {_year(lines, 'fact_year', line)}，文件年度 {_year(lines, 'document_year', line)}"
            remarks = [lines.text("status", line), years, lines.text("evidence", line)]
            text = f"申报 {shown(lines.value('points', line), 'score')}，计入 {points(lines.value(column, line))}"
            fact = lines.text("fact", line)
            children = (Node("fact", "事由", fact, None, "", lines.cell("fact", line)),) if fact else ()
            note, cell = "；".join(part for part in remarks if part), lines.cell(column, line)
            yield Node("claim", item, text, lines.value(column, line), note, cell, children)


def _year(lines: Lines, column: str, line: int) -> str:
    return lines.text(column, line) or "未填"


def _limit(filled: Filled, part: Cap | Veto, number: int, figures: Figures) -> Iterator[Node]:
    """Why a cap or veto bites, or does not."""
    owner = rule_formulas.limit_owner(number)
    yield Node("wording", "原文", part.text)
    yield Node("document", "出处", part.source.document, None, part.source.clause)
    if isinstance(part, Veto):
        found = checked(part.conditions, owner_facts(filled, owner))
        yield from (Node("detail", check.text) for check in found)
        yield from figures.nodes(ids_in(part.conditions))
        return
    rows, value, kind = tiers(filled.table(owner)), filled.value(part.value), filled.kind(part.value)
    reached = float(value) if is_number(value) else None
    tier = None if reached is None else next((row for row in rows if row.holds(reached)), None)
    if tier is not None and reached is not None:
        text = f"{beside_tiers(reached, rows, kind)} 落在“{tier_text(tier, kind)}”档"
        yield Node("detail", text, children=(Node("detail", f"各档：{tier_table(rows, kind)}"),))
    yield from figures.nodes((part.value,))
