"""A unit's own indicators (个性指标) in the place of the individual ones of the common framework: a framework of its own.

Which indicators are individual the common framework says (`scope = "individual"`); the common ones stay as they are, so
that all units are ranked by the same. Standards are read as any official text is: what can't be read, or may be read in
several ways, the evaluator judges; where there is a target and no standard, the part of it that was reached counts.
"""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlperf.errors import UserError
from xlperf.frameworks.contents import Input, Rate
from xlperf.frameworks.loading import FrameworkFile, parse_framework, validated
from xlperf.frameworks.schema import Framework
from xlperf.frameworks.shared_part import used_ids, words_of
from xlperf.frameworks.writing import framework_text, plain
from xlperf.rules.rule import Scale
from xlperf.standards.binding import Bound, with_ids
from xlperf.standards.confirmation import CERTAIN, JUDGED, NamedFigure, Understood, Way
from xlperf.standards.figures import Figure
from xlperf.standards.headings import squeezed
from xlperf.standards.importing import imported
from xlperf.standards.official import Entry, Official, Piece
from xlperf.standards.targets import by_target, target_number

GROUP, DOCUMENT = "个性指标", "下发时的个性指标名册"
_LETTERS = string.ascii_uppercase
_DONE = "完成率"
_SEPARATORS = "/／-－—>→·、"
Place = tuple[str, str]


@dataclass(frozen=True)
class OwnIndicator:
    """A line of the roster: where it stands, the second-level indicator that it belongs to, and what is said of it."""

    place: str
    level: str
    parent: str
    name: str
    weight: float | None
    target: str = ""
    standard: str = ""
    explanation: str = ""
    unit: str = ""


@dataclass(frozen=True)
class OwnFramework:
    """A unit's framework; the targets that are filled in for it, by id; what the evaluator judges, each with the reason."""

    source: FrameworkFile
    targets: Mapping[str, float]
    judged: tuple[tuple[str, str], ...]
    count: int


class FaultsError(UserError):
    """All that is wrong with a unit's indicators, a sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = tuple(faults)


def with_own_indicators(common: FrameworkFile, lines: Sequence[OwnIndicator]) -> OwnFramework:
    """The framework of a unit with the indicators of these lines.

    Errors: FaultsError: everything that is wrong with them.
    """
    placed = _placed(common.framework, lines)
    entries = [
        Entry(
            line.place, *place, line.name, line.weight, line.explanation, (Piece(line.standard),), code, line.target, line.unit
        )
        for place, own in placed.items()
        for code, line in zip(_codes(common.framework, place), own, strict=False)
    ]  # fmt: skip
    read = imported(Official("", tuple(entries)), DOCUMENT)
    builder = _Builder(common.framework, {entry.code: entry for entry in entries}, read.figures)
    own = {one.code: builder.indicator(one) for one in read.indicators}
    content = _with(common, own, builder)
    framework = validated(Framework, content, DOCUMENT)
    targets = {
        f"target_{entry.code.lower()}": number
        for entry in entries
        if (number := target_number(_target(entry))) is not None and f"target_{entry.code.lower()}" in builder.figures
    }
    source = parse_framework(framework_text(framework), f"{framework.id}.toml")
    return OwnFramework(source, targets, tuple(builder.judged), len(own))


def individual_places(framework: Framework) -> dict[Place, list[str]]:
    """The second-level indicators that have individual ones, with their codes."""
    found: dict[Place, list[str]] = {}
    for indicator in framework.indicators:
        if indicator.is_individual:
            found.setdefault((indicator.level, indicator.group), []).append(indicator.code)
    return found


def _placed(framework: Framework, lines: Sequence[OwnIndicator]) -> dict[Place, list[OwnIndicator]]:
    """The lines by the second-level indicator that they belong to, where nothing is wrong with them."""
    faults: list[str] = []
    found: dict[Place, list[OwnIndicator]] = {}
    for line in lines:
        faults += _line_faults(line)
        try:
            found.setdefault(_place(framework, line), []).append(line)
        except UserError as error:
            faults.append(str(error))
    if not faults:
        faults += [text for place, own in found.items() for text in _place_faults(framework, place, own)]
    if faults:
        raise FaultsError(faults)
    return found


def _line_faults(line: OwnIndicator) -> Iterator[str]:
    named = f"{line.place}“{line.name}”"
    if not line.name:
        yield f"{line.place}没有指标名称，请补填"
    if line.weight is None or not line.weight > 0:
        yield f"{named}的分值应是大于 0 的数，请改正"
    if not line.standard and not line.target:
        yield f"{named}没有评分标准，也没有目标值，至少填一样"


def _place(framework: Framework, line: OwnIndicator) -> Place:
    """The second-level indicator that a line names; a first-level one will do where it has only one with individual ones."""
    usable = individual_places(framework)
    level, parent = squeezed(line.level), squeezed(line.parent)
    fitting = [place for place in usable if squeezed(place[1]) == parent and level in ("", squeezed(place[0]))]
    if not fitting:
        whole = {"".join(sign for sign in squeezed(f"{a}{b}")): (a, b) for a, b in usable}
        bare = "".join(sign for sign in parent if sign not in _SEPARATORS)
        fitting = [whole[bare]] if bare in whole else [place for place in usable if squeezed(place[0]) == parent]
    if len(fitting) == 1:
        return fitting[0]
    shown = "、".join(f"{a}/{b}" for a, b in usable) or "一个也没有"
    if len(fitting) > 1:
        raise UserError(f"{line.place}“{line.name}”的上级指标“{line.parent}”有几个，请写成 {shown} 之一")
    is_known = any(parent in (squeezed(i.level), squeezed(i.group)) for i in framework.indicators)
    why = "下面没有个性指标可换" if is_known else "指标体系里没有"
    raise UserError(
        f"{line.place}“{line.name}”的上级指标“{line.parent or '空白'}”{why}；可以写 {shown}"
        '（别的要先在指标体系里把要换的指标写成 scope = "individual"）'
    )


def _place_faults(framework: Framework, place: Place, lines: Sequence[OwnIndicator]) -> Iterator[str]:
    """Weights that don't add up to those that they take the place of, names twice, too many."""
    where = "、".join(line.place for line in lines)
    wanted = [i.weight for i in framework.indicators_of(*place) if i.is_individual]
    if None in wanted:
        yield f"{where}：“{place[1]}”的个性指标在指标体系里没有载明分值，不能换"
        return
    total = round(sum(weight for weight in wanted if weight is not None), 6)
    found = round(sum(line.weight or 0 for line in lines), 6)
    if abs(found - total) > 1e-6:
        yield f"“{place[1]}”的个性指标（{where}）分值合计 {found:g}，应为 {total:g}；请改分值，使合计为 {total:g}"
    names = [squeezed(line.name) for line in lines]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"“{place[1]}”的个性指标（{where}）有两个都叫“{name}”，请改一个的名称"
    if len(lines) > len(_LETTERS):
        yield f"“{place[1]}”的个性指标有 {len(lines)} 个，至多 {len(_LETTERS)} 个"


def _codes(framework: Framework, place: Place) -> list[str]:
    """The codes of own indicators: that of the first that they replace with a letter, where codes tell the levels its group's."""
    first = individual_places(framework)[place][0]
    stem = first[:-1] if framework.annex.has_codes else first
    taken = {indicator.code.upper() for indicator in framework.indicators if not indicator.is_individual}
    return [f"{stem}{letter}" for letter in _LETTERS if f"{stem}{letter}".upper() not in taken]


def _target(entry: Entry) -> str:
    return f"{entry.target}{entry.unit if entry.unit and not entry.target.endswith(entry.unit) else ''}"


class _Builder:
    """Puts the own indicators together, with the figures that they need under ids that are nobody else's."""

    def __init__(self, common: Framework, entries: Mapping[str, Entry], named: Sequence[NamedFigure]) -> None:
        self.entries = entries
        self.judged: list[tuple[str, str]] = []
        self.figures: dict[str, dict[str, Any]] = {}
        figures: list[Figure] = [*common.inputs, *common.rates]
        self._known = {figure.label: figure.id for figure in figures}
        self._taken = set(self._known.values())
        self._named = {one.figure.id: one for one in named}
        self._ids: dict[str, str] = {}

    def indicator(self, one: Understood) -> dict[str, Any]:
        """An indicator as a framework's file has it."""
        entry = self.entries[one.code]
        way = one.ways[0] if one.ways and one.state in (CERTAIN, JUDGED) else None
        if way is not None and abs(sum(point.weight or 0 for point in way.points) - (one.weight or 0)) > 1e-6:
            way = None
        if way is None:
            self.judged.append((one.name, "；".join(one.doubts) or one.state))
            points = [{"text": one.standard, "weight": one.weight, "rule": {"kind": "judgement"}}]
        else:
            self._bind(way, entry)
            if any(point.rule.scale is Scale.JUDGED for point in way.points):
                self.judged.append((one.name, "评分标准没有可以计算的尺度"))
            rename = Bound([], [], self._ids, {}).renamed
            points = [
                {"text": p.text or one.standard, "weight": p.weight, "rule": rename(plain(p.rule))} for p in way.points
            ]
        gate = {"gate": rename(plain(way.gate))} if way is not None and way.gate else {}
        target = f"（目标值：{_target(entry)}）" if entry.target and entry.standard else ""
        return {
            "code": one.code, "name": one.name, "level": one.level, "group": one.group, "weight": one.weight,
            "description": f"{one.description}{target}", "standard": one.standard, "points": points, **gate,
            "scope": "individual", "source": {"document": DOCUMENT, "is_verified": True},
        }  # fmt: skip

    def _bind(self, way: Way, entry: Entry) -> None:
        """Takes over the figures that a way needs; a rate of completion is that of the target, where there is one."""
        mentioned = words_of([plain(p.rule) for p in way.points] + ([plain(way.gate)] if way.gate else []))
        for identifier in sorted(mentioned & self._named.keys()):
            figure = self._named[identifier].figure
            if isinstance(figure, Input) and figure.type == "rate" and figure.label.endswith(_DONE):
                own: dict[str, NamedFigure] = {}
                by_target(entry, entry.code, own)
                done = f"done_{entry.code.lower()}_rate"
                if done in own:
                    self._named |= own
                    self._ids[identifier] = self._take(done, entry)
                    continue
            self._take(identifier, entry)

    def _take(self, identifier: str, entry: Entry) -> str:
        """The id under which a figure stands in the framework, put there with whatever it is calculated from."""
        if identifier in self._ids:
            return self._ids[identifier]
        figure = self._named[identifier].figure
        known = self._known.get(figure.label)
        if known is None:
            known = identifier if identifier not in self._taken else f"{identifier}_{entry.code.lower()}"
            content = plain(figure) | {"id": known}
            if isinstance(figure, Rate):
                ids = {
                    name: self._take(name, entry)
                    for name in sorted(words_of(figure.formula) & self._named.keys(), reverse=True)
                }
                content |= {"formula": with_ids(figure.formula, ids), "source": DOCUMENT}
            else:
                content["group"] = GROUP
                if identifier.startswith("target_"):
                    content["help"] = f"名册里的目标值：{_target(entry)}"
            self.figures[known] = content
            self._taken.add(known)
        self._ids[identifier] = known
        return known


def _with(common: FrameworkFile, own: Mapping[str, dict[str, Any]], builder: _Builder) -> dict[str, Any]:
    """The content of the framework with these in the place of the individual indicators of the same second level."""
    content = plain(common.framework)
    by_place: dict[Place, list[dict[str, Any]]] = {}
    for one in own.values():
        by_place.setdefault((one["level"], one["group"]), []).append(one)
    kept: list[dict[str, Any]] = []
    removed: list[dict[str, Any]] = []
    for one in content["indicators"]:
        place = one["level"], one["group"]
        if one.get("scope") != "individual" or place not in {(o["level"], o["group"]) for o in own.values()}:
            kept.append(one)
            continue
        removed.append(one)
        kept += by_place.pop(place, [])
    content["indicators"] = kept
    for key, kind in (("inputs", False), ("rates", True)):
        content[key] = content.get(key, []) + [f for f in builder.figures.values() if ("formula" in f) is kind]
    _drop_unneeded(content, removed)
    mark = hashlib.sha256(json.dumps([*own.values()], ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:8]
    framework = common.framework
    content["base"] = {"id": framework.id, "version": framework.version, "hash": common.standard_hash}
    content["id"] = f"{framework.id}-{mark}"
    return content


def _drop_unneeded(content: dict[str, Any], removed: list[dict[str, Any]]) -> None:
    """Takes out the figures that only the replaced indicators needed: nobody should have to fill them in."""
    candidates = used_ids(removed, content)
    others = [one for one in content["inputs"] if one["id"] not in candidates]
    parts = [value for key, value in content.items() if key not in ("inputs", "rates", "surveys")]
    needed = used_ids(
        [*parts, [{k: v for k, v in one.items() if k in ("limits", "last_year_of")} for one in others]], content
    )
    gone = candidates - needed
    for key in ("inputs", "rates"):
        content[key] = [one for one in content[key] if one["id"] not in gone]
    if "surveys" in content:
        content["surveys"] = [one for one in content["surveys"] if one["feeds"] not in gone]
