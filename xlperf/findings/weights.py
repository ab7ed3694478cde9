"""What to look at in weights: where they may be changed, blank ones, scores beyond them, their sum; what was chosen."""

from __future__ import annotations

import math
from collections.abc import Iterator

from xlperf.findings.finding import ERROR, Finding
from xlperf.frameworks.schema import Framework
from xlperf.values import Value, compare, is_blank, is_number
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.scoring import NOT_APPLICABLE

_SCORES = (("self_score", "自评分"), ("award", "评定分"), ("review", "复核分"))


def weight_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """The findings, in the order of the scoring sheet; where the weights are fixed only what was chosen."""
    yield from _chosen(names, framework)
    if not framework.has_editable_weights:
        return
    found = names.column("indicator_weight")
    cells = ["!".join(place) for place in names.places("indicator_weight")]
    labels = names.column("indicator_name")
    for cell, label, weight in zip(cells, labels, found, strict=True):
        if not is_number(weight) or weight <= 0:
            shown = "空白" if is_blank(weight) else f" {weight:g}" if is_number(weight) else f"“{weight}”"
            text = f"{label}的分值应为大于 0 的数，现为{shown}；不用的指标请在指标体系里删去。"
            yield Finding(ERROR, "weights_sum", cell, text)
    yield from _beyond(names, found)
    total = math.fsum(weight for weight in found if is_number(weight))
    if framework.weight is not None and compare(total, framework.weight) != 0:
        text = f"各指标的分值合计 {total:.15g}，应为 {framework.weight:g}。"
        yield Finding(ERROR, "weights_sum", cells[0], text)


def _chosen(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Groups from which more or fewer indicators were chosen than the standard says."""
    if not framework.chosen_groups:
        return
    places = names.by_code("indicator_code", "indicator_applicable")
    for level, group in framework.chosen_groups:
        codes = [i.code for i in framework.indicators_of(level.name, group.name)]
        left_out = [code for code in codes if names.package.value(*places[code]) == NOT_APPLICABLE]
        if (chosen := len(codes) - len(left_out)) != group.choose:
            text = f"“{group.name}”{len(codes)} 项里应选 {group.choose} 项，现在选了 {chosen} 项；没有选的在“适用”列选“{NOT_APPLICABLE}”。"
            yield Finding(ERROR, "chosen_count", "!".join(places[codes[0]]), text, str(group.choose), str(chosen))


def _beyond(names: NamedCells, weights: list[Value]) -> Iterator[Finding]:
    """Scores above the weight as it now is."""
    for column, label in _SCORES:
        lines = zip(names.places(f"indicator_{column}"), names.column(f"indicator_{column}"), weights, strict=True)
        for place, score, weight in lines:
            if is_number(score) and is_number(weight) and score > weight:
                text = f"{label} {score:g} 超过分值 {weight:g}。"
                yield Finding(ERROR, "score_out_of_range", "!".join(place), text)
