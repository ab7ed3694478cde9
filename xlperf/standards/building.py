"""A confirmed standard as a framework: what was chosen, bound, written by hand and left to judgement, in one file."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlperf.errors import UserError
from xlperf.frameworks.loading import FrameworkFile, find_framework, listed_faults, parse_framework, validated
from xlperf.frameworks.parts import UNSTATED
from xlperf.frameworks.schema import Framework
from xlperf.frameworks.writing import framework_text
from xlperf.package import Package, open_package
from xlperf.standards import layout
from xlperf.standards.answers import Answers, Line, read_answers
from xlperf.standards.binding import Bound, bound_figures
from xlperf.standards.confirmation import AMBIGUOUS, AS_JUDGEMENT, AS_READ, choice_name, seal
from xlperf.usage import about

SUFFIXES = (".xlsx", ".xlsm")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_NO_SOURCE = "没有写明出处"
_JUDGEMENT = {"kind": "judgement"}
_BY_HAND = {value: key for key, value in layout.SCOPES.items()}
_SKIPPING = {value: key for key, value in layout.SKIPPING.items()}


def find_standard(name: str) -> FrameworkFile:
    """A framework by its id, its file, or the confirmation workbook that it is made from.

    Errors: UserError: no such framework, or what is still to be chosen or put right in the workbook.
    """
    path = Path(name)
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return find_framework(name)
    with about(path):
        return build(open_package(path), path.stem)


def build(package: Package, origin: str) -> FrameworkFile:
    """The framework of a confirmation workbook.

    Errors: UserError: what is still to be chosen, what was changed that must not be, what doesn't fit together.
    """
    answers = read_answers(package)
    content = _Builder(answers).content()
    framework = validated(Framework, content, origin)
    return parse_framework(framework_text(framework), f"{origin}.toml")


@dataclass
class _Builder:
    """Puts the content of a framework together; faults are collected, so that all are told at once."""

    answers: Answers
    faults: list[str] = field(default_factory=list)

    def content(self) -> dict[str, Any]:
        """The framework as its file would have it."""
        bound = bound_figures(self.answers[layout.FIGURES], self.faults)
        content = self._head()
        content["levels"] = self._levels()
        points: dict[str, list[Line]] = {}
        for line in self.answers[layout.POINTS]:
            points.setdefault(line.text("code"), []).append(line)
        indicators = [
            self._indicator(line, points.pop(line.text("code"), []), bound) for line in self.answers[layout.INDICATORS]
        ]
        self.faults += [f"{lines[0].at('code')}：“指标”表里没有编码 {code}" for code, lines in points.items()]
        content |= {"inputs": bound.inputs, "rates": bound.rates, "indicators": indicators}
        self._rest(content)
        _let_be_chosen(content)
        for indicator in indicators:
            _declare_sum(indicator)
        _drop_unused(content, {line.text("id") for line in self.answers[layout.FIGURES] if line.text("used")})
        if self.faults:
            raise UserError(listed_faults("标准确认表", self.faults).rstrip("。"))
        return content

    def _head(self) -> dict[str, Any]:
        found: dict[str, Any] = {"schema_version": 1}
        values = {line.text("key"): line for line in self.answers[layout.HEAD]}
        for key in layout.KEYS:
            line = values.get(key.path)
            if line is None or not line.text("value"):
                if key.is_required:
                    self.faults.append(f"{line.at('value') if line else layout.HEAD}：{key.label}没有填")
                continue
            *parents, last = key.path.split(".")
            place = found
            for parent in parents:
                place = place.setdefault(parent, {})
            place[last] = _head_value(key, line)
        grades = found.get("grades", {})
        if grades.get("bands") in (None, UNSTATED):
            found["grades"] = UNSTATED
        else:
            grades.setdefault("source", {}).setdefault("document", _NO_SOURCE)
        for source in (found.get("source"), grades.get("source")):
            if source:
                source.setdefault("is_verified", False)
        return found

    def _levels(self) -> list[dict[str, Any]]:
        levels: dict[str, dict[str, Any]] = {}
        for line in self.answers[layout.LEVELS]:
            name = line.text("level")
            level = levels.setdefault(name, {"name": name, "weight": line.weight("level_weight"), "groups": []})
            level["groups"].append({"name": line.text("group"), "weight": line.weight("group_weight")})
        return list(levels.values())

    def _indicator(self, line: Line, points: Sequence[Line], bound: Bound) -> dict[str, Any]:
        found: dict[str, Any] = {
            "code": line.text("code"), "name": line.text("name"), "level": line.text("level"), "group": line.text("group"),
            "weight": line.weight("weight"), "description": line.text("description") or line.text("name"),
            "standard": line.text("standard") or UNSTATED, "scope": _BY_HAND.get(line.text("scope"), "common"),
            "not_applicable": _SKIPPING.get(line.text("skippable"), "refuse"),
        }  # fmt: skip
        if not points:
            self.faults.append(f"{line.at('code')}：“标准”表里没有这个指标的要点")
            return found
        self._sealed(points)
        chosen = self._choice(points)
        rows = [point for point in points if point.text("name") != layout.VETO]
        if chosen is None and not any(point.text("own") for point in rows):
            weight = line.weight("weight")
            is_unstated = weight == UNSTATED
            rule = {"kind": "unstated"} if is_unstated else _JUDGEMENT
            found["points"] = [{"text": found["standard"], "weight": weight, "rule": rule}]
            return found
        found["points"] = [self._point(point, chosen, bound) for point in rows if self._is_there(point, chosen)]
        found |= self._gate(points, chosen, bound)
        found |= _reading(rows, chosen)
        return found

    def _sealed(self, points: Sequence[Line]) -> None:
        """What a person must not change is as it was written: the official text, and what was understood."""
        for point in points:
            known = _data(point).get("seal")
            if known is not None and known != seal(point.text("text"), point.text("words")):
                self.faults.append(
                    f"{point.at('text')}、{point.at('words')} 的原文或“理解为”被改过：原文改了请重新读入，规则要改请写在“另写的规则”"
                )

    def _choice(self, points: Sequence[Line]) -> int | None:
        """The way that was chosen; None for judgement."""
        first = points[0]
        text, count = first.text("choice"), len(_data(first).get("rules", ()))
        if text == AS_JUDGEMENT:
            return None
        if not text:
            rows = [point for point in points if point.text("name") != layout.VETO]
            if first.text("state") == AMBIGUOUS and not all(point.text("own") for point in rows):
                what = f"有 {count} 种读法，还没有选" if count > 1 else "有疑点，确认后请选“照此”，或选“由人判断”"
                self.faults.append(f"{first.at('choice')}：{first.text('name')}{what}")
            return 0 if count == 1 else None
        names = [AS_READ, *(choice_name(n) for n in range(count))]
        if text not in names or not count or (text == AS_READ and count > 1):
            self.faults.append(f"{first.at('choice')}：“{text}”不在可选的范围内")
            return None
        return max(names.index(text) - 1, 0)

    def _is_there(self, point: Line, chosen: int | None) -> bool:
        """Whether the chosen way has this point; a row that a person added is one."""
        rules = _data(point).get("rules")
        return rules is None or chosen is None or chosen < len(rules) or bool(point.text("own"))

    def _point(self, point: Line, chosen: int | None, bound: Bound) -> dict[str, Any]:
        own = point.text("own")
        rules = _data(point).get("rules", [])
        if own:
            rule = self._by_hand(point, own, bound)
        elif chosen is None or chosen >= len(rules):
            rule = _JUDGEMENT
        else:
            rule = bound.renamed(rules[chosen])
        return {"text": point.text("text"), "weight": point.weight("weight"), "rule": rule}

    def _by_hand(self, point: Line, own: str, bound: Bound) -> dict[str, Any]:
        """A rule that a person wrote in the words that rules are shown in."""
        weight = point.weight("weight")
        try:
            return bound.read(own, weight if isinstance(weight, float) else None, point.text("name"))
        except UserError as error:
            self.faults.append(f"{point.at('own')}：{str(error).rstrip('。')}")
            return _JUDGEMENT

    def _gate(self, points: Sequence[Line], chosen: int | None, bound: Bound) -> dict[str, Any]:
        for point in points:
            gates = _data(point).get("gates")
            if gates and chosen is not None and chosen < len(gates) and gates[chosen] is not None:
                return {"gate": bound.renamed(gates[chosen])}
        return {}

    def _rest(self, content: dict[str, Any]) -> None:
        """What the other sheets have no place for, put where it belongs."""
        for line in self.answers[layout.REST]:
            try:
                piece = tomllib.loads(line.text("text"))
            except tomllib.TOMLDecodeError:
                self.faults.append(f"{line.at('text')}：写法有误，请照指标体系文件的写法检查引号、方括号和等号")
                continue
            target = _place(content, line.text("where").split("."))
            if target is None:
                self.faults.append(
                    f"{line.at('where')}：没有 {line.text('where')}，这一行没有地方放；不要了请删去这一行"
                )
            else:
                _merge(target, piece)


def _place(content: dict[str, Any], where: list[str]) -> dict[str, Any] | None:
    """What a piece belongs to: the framework, one of its figures or indicators, a point of one; None where there is none."""
    kind, *rest = where
    if kind == "levels" and rest:
        return _part_of_levels(content["levels"], rest)
    if kind not in ("inputs", "rates", "indicators") or not rest:
        return content
    key = "code" if kind == "indicators" else "id"
    found = next((one for one in content[kind] if one[key] == rest[0]), None)
    if found is None or len(rest) < 3:
        return found
    points, number = found["points"], rest[2]
    return points[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(points) else None


def _part_of_levels(levels: list[dict[str, Any]], numbers: list[str]) -> dict[str, Any] | None:
    """A first level by its number, or a second one within it."""
    found: dict[str, Any] | None = {"groups": levels}
    for number in numbers:
        parts = found.get("groups", []) if found else []
        found = parts[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(parts) else None
    return found


def _let_be_chosen(content: dict[str, Any]) -> None:
    """Marks the indicators from which a unit chooses."""
    chosen = {(lv["name"], g["name"]) for lv in content["levels"] for g in lv["groups"] if "choose" in g}
    for indicator in content["indicators"]:
        if (indicator["level"], indicator["group"]) in chosen:
            indicator["not_applicable"] = "unchosen"


def _merge(target: dict[str, Any], piece: Mapping[str, Any]) -> None:
    for key, value in piece.items():
        has_list = isinstance(value, list) and isinstance(target.get(key), list)
        target[key] = [*target[key], *value] if has_list else value


def _drop_unused(content: dict[str, Any], candidates: set[str]) -> None:
    """Takes out the figures that only a reading needed that was not chosen: nobody should have to fill them in."""
    while True:
        said = json.dumps({key: value for key, value in content.items() if key != "inputs"}, ensure_ascii=False)
        words = Counter(_WORD.findall(said))
        # A rate names itself once.
        unused = {r["id"] for r in content["rates"] if words[r["id"]] < 2} | {
            i["id"] for i in content["inputs"] if not words[i["id"]]
        }
        unused &= candidates
        if not unused:
            return
        for key in ("inputs", "rates"):
            content[key] = [figure for figure in content[key] if figure["id"] not in unused]


def _reading(rows: Sequence[Line], chosen: int | None) -> dict[str, Any]:
    """What was chosen where the text may be read in several ways, for the sheet of readings and everybody who asks."""
    first = rows[0]
    if first.text("state") != AMBIGUOUS or chosen is None:
        return {}
    told = [line for line in first.text("words").split("\n") if line.startswith(choice_name(0)[:2])]
    if len(told) <= chosen:
        told = [choice_name(n) for n in range(len(_data(first).get("rules", ())))]
    return {
        "readings": [{
            "fault": "ambiguous", "literal": "\n".join(row.text("text") for row in rows), "executed": told[chosen],
            "alternatives": [text for n, text in enumerate(told) if n != chosen] or ["由评价人判断"],
            "why": first.text("doubts") or "原文有几种读法，由标准的使用者确认采用一种",
        }]
    }  # fmt: skip


def _declare_sum(indicator: dict[str, Any]) -> None:
    """Adds how points are read that, as they are printed, give more than the indicator's weight, where nobody says so."""
    weights = [point["weight"] for point in indicator.get("points", ())]
    readings = indicator.get("readings", [])
    is_known = all(isinstance(weight, float) for weight in (*weights, indicator["weight"]))
    if not is_known or any(reading.get("fault") == "points_sum" for reading in readings):
        return
    total, weight = round(sum(weights), 6), indicator["weight"]
    if total > weight + 1e-6:
        reading = {
            "fault": "points_sum", "literal": f"各要点合计 {total:g} 分，指标分值 {weight:g} 分",
            "executed": f"各要点得分合计后以分值 {weight:g} 封顶",
            "alternatives": [f"合计得分按 {weight:g}/{total:g} 折算"],
            "why": "原文没有说明怎样处理；封顶不改动各要点写明的分值",
        }  # fmt: skip
        indicator["readings"] = [*readings, reading]


def _data(line: Line) -> Mapping[str, Any]:
    """What the program wrote for itself; nothing in a row that a person added."""
    try:
        found = json.loads(line.text("data") or "{}")
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _head_value(key: layout.Key, line: Line) -> object:
    value, text = line.values["value"], line.text("value")
    if key.words is not None:
        return next((name for name, word in key.words.items() if word == text), text)
    if key.kind == "flag":
        return value if isinstance(value, bool) else text == layout.YES
    if key.kind in ("number", "year"):
        number = line.weight("value")
        return int(number) if key.kind == "year" and isinstance(number, float) else number
    return text
