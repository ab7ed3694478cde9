"""What a framework file may leave out because the rest says it: filled in before the file is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from xlperf.frameworks.parts import weighed

VERSION, GROUP = "1.0.0", "数据"
_QUOTIENT = re.compile(r"\s*PERF_RATE\(\s*(\w+)\s*,\s*(\w+)\s*\)\s*")


def completed(content: dict[str, Any]) -> dict[str, Any]:
    """The content with what can be derived; whatever is of another shape than it should be stays, to be refused."""
    found = {"version": VERSION, **content}
    inputs, rates, indicators = (_tables(content, key) for key in ("inputs", "rates", "indicators"))
    if inputs:
        found["inputs"] = [{"group": GROUP, "help": one.get("label", ""), **one} for one in inputs]
    labels = {str(one.get("id")): one.get("label") for one in (*inputs, *rates)}
    if rates:
        document = _document(content)
        found["rates"] = [{"definition": _definition(one, labels), "source": document, **one} for one in rates]
    if indicators:
        chosen = _chosen(content)
        found["indicators"] = [_indicator(one, number, chosen) for number, one in enumerate(indicators, 1)]
        if "levels" not in content:
            found["levels"] = _levels(found["indicators"])
    return found


def _tables(content: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The tables under a key; none where something else stands there."""
    value = content.get(key)
    return value if isinstance(value, list) and all(isinstance(one, dict) for one in value) else []


def _document(content: Mapping[str, Any]) -> object:
    source = content.get("source")
    return source.get("document", "") if isinstance(source, dict) else ""


def _definition(rate: Mapping[str, Any], labels: Mapping[str, object]) -> object:
    """`已使用指标数÷下达指标数` where the formula is a plain quotient; else the formula itself."""
    formula = rate.get("formula", "")
    found = _QUOTIENT.fullmatch(formula) if isinstance(formula, str) else None
    return formula if found is None else "÷".join(str(labels.get(name, name)) for name in found.groups())


def _chosen(content: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The groups of which a unit chooses some indicators."""
    levels = ((level, group) for level in _tables(content, "levels") for group in _tables(level, "groups"))
    return {(str(level.get("name")), str(group.get("name"))) for level, group in levels if "choose" in group}


def _indicator(indicator: dict[str, Any], number: int, chosen: set[tuple[str, str]]) -> dict[str, Any]:
    """One rule for the whole standard is one point; an indicator without a second level stands right under the first."""
    own = {"code": str(number), "group": indicator.get("level"), "description": indicator.get("name"), **indicator}
    if (str(own.get("level")), str(own.get("group"))) in chosen:
        own = {"not_applicable": "unchosen", **own}
    if "rule" in own and "points" not in own:
        rule = own.pop("rule")
        own["points"] = [{"text": own.get("standard"), "weight": own.get("weight"), "rule": rule}]
    return own


def _levels(indicators: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The levels in the order of the indicators, with the sums of their weights."""
    groups: dict[tuple[object, object], list[object]] = {}
    for one in indicators:
        groups.setdefault((str(one.get("level")), str(one.get("group"))), []).append(one.get("weight"))
    levels: dict[object, dict[str, Any]] = {}
    for (level, group), weights in groups.items():
        entry = levels.setdefault(level, {"name": level, "weight": [], "groups": []})
        entry["groups"].append({"name": group, "weight": _sum(weights)})
        entry["weight"] += weights
    return [entry | {"weight": _sum(entry["weight"])} for entry in levels.values()]


def _sum(weights: list[Any]) -> object:
    """The sum of weights; what isn't a number stays, to be refused or to say that it isn't stated."""
    weights = [weighed(weight) for weight in weights]
    strange = next((w for w in weights if isinstance(w, bool) or not isinstance(w, int | float)), None)
    return round(sum(weights), 6) if all(isinstance(w, int | float) for w in weights) else strange
