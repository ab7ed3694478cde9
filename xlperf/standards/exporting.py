"""A framework as a confirmation workbook, so that next year's is changed in cells; nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.loading import FrameworkFile
from xlperf.frameworks.parts import UNSTATED
from xlperf.frameworks.schema import Framework
from xlperf.frameworks.writing import part_text, plain
from xlperf.package import open_package
from xlperf.standards import layout
from xlperf.standards.answers import is_confirmation
from xlperf.standards.building import SUFFIXES, find_standard
from xlperf.standards.confirmation import (
    CERTAIN,
    Confirmation,
    ConfirmedPoint,
    NamedFigure,
    Rest,
    Understood,
    Way,
)
from xlperf.standards.figures import Figure
from xlperf.usage import about
from xlperf.workbook.identity import read_identity

# What the sheets hold; whatever else a framework says travels in the sheet for the rest.
_HELD = {
    "schema_version",
    "levels",
    "inputs",
    "rates",
    "indicators",
    *(key.path.partition(".")[0] for key in layout.KEYS),
}
_HELD_BY_FIGURES = {
    "id",
    "label",
    "group",
    "type",
    "unit",
    "help",
    "fact",
    "is_exclusion",
    "formula",
    "definition",
    "source",
    "format",
}
_HELD_BY_INDICATORS = {
    "code",
    "name",
    "level",
    "group",
    "weight",
    "description",
    "standard",
    "points",
    "gate",
    "readings",
    "not_applicable",
    "scope",
}
_HELD_BY_LEVELS = {"name", "weight", "groups"}
_HELD_BY_POINTS = {"text", "weight", "rule"}
_TITLES = {
    "reading": "满分的读法",
    "surveys": "问卷",
    "extras": "加减分项",
    "caps": "总分上限",
    "vetoes": "一票否决",
    "relations": "自己的勾稽关系",
    "annex": "评分表附件",
}


def exported(framework: Framework) -> Confirmation:
    """The framework as it stands: everything confirmed."""
    users = _users(framework)
    figures: list[Figure] = [*framework.inputs, *framework.rates]
    levels = tuple(
        (level.name, level.weight, group.name, group.weight) for level in framework.levels for group in level.groups
    )
    named = tuple(NamedFigure(figure, used_by=tuple(users.get(figure.id, ()))) for figure in figures)
    indicators = tuple(_indicator(indicator) for indicator in framework.indicators)
    return Confirmation(head_of(framework), levels, indicators, named, tuple(_rest(framework)))


def framework_of(name: str) -> FrameworkFile:
    """A framework by its id or file, or the one that a workbook carries, filled or not; also from a confirmation workbook.

    Errors: UserError: no such framework, a workbook that carries none.
    """
    path = Path(name)
    if path.suffix.lower() in SUFFIXES and path.is_file():
        package = open_package(path)
        if not is_confirmation(package):
            with about(path):
                return read_identity(package).framework
    return find_standard(name)


def head_of(framework: Framework) -> dict[str, object]:
    """The keys of a framework's own table, by their path."""
    content = framework.model_dump(mode="json")
    found: dict[str, object] = {}
    for key in layout.KEYS:
        value: Any = content
        for step in key.path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        found[key.path] = UNSTATED if value is None and key.path in ("weight", "grades.bands") else value
    return found


def _indicator(indicator: Indicator) -> Understood:
    points = tuple(ConfirmedPoint(point.text, point.weight, point.rule) for point in indicator.points)
    return Understood(
        indicator.code, indicator.level, indicator.group, indicator.name, indicator.weight, indicator.description,
        indicator.standard, CERTAIN, (Way(points, indicator.gate),), (), indicator.is_individual,
        indicator.not_applicable == "rescale",
    )  # fmt: skip


def _users(framework: Framework) -> dict[str, list[str]]:
    """The codes of the indicators that read each figure."""
    found: dict[str, list[str]] = {}
    for indicator in framework.indicators:
        for name in dict.fromkeys(i for point in indicator.points for i in point.rule.ids):
            found.setdefault(name, []).append(indicator.code)
    return found


def _rest(framework: Framework) -> Iterator[Rest]:
    """What no other sheet has a place for, each piece with what it is."""
    content = plain(framework)
    for key, value in content.items():
        if key not in _HELD:
            yield Rest(_TITLES.get(key, key), key, part_text({key: value}))
    for kind in ("inputs", "rates"):
        for own in content.get(kind, ()):
            if more := {key: value for key, value in own.items() if key not in _HELD_BY_FIGURES}:
                yield Rest(f"{own['label'].strip()}：另有", f"{kind}.{own['id']}", part_text(more))
    for number, level in enumerate(content["levels"], 1):
        yield from _rest_of_part(level, f"levels.{number}")
        for at, group in enumerate(level["groups"], 1):
            yield from _rest_of_part(group, f"levels.{number}.{at}")
    for own in content["indicators"]:
        yield from _rest_of(own, f"indicators.{own['code']}")


def _rest_of_part(part: dict[str, Any], where: str) -> Iterator[Rest]:
    """The same of a first or second level."""
    if more := {key: value for key, value in part.items() if key not in _HELD_BY_LEVELS}:
        yield Rest(f"{part['name']}：另有", where, part_text(more))


def _rest_of(own: dict[str, Any], where: str) -> Iterator[Rest]:
    """The same of an indicator; its readings one by one."""
    name = own["name"]
    if more := {key: value for key, value in own.items() if key not in _HELD_BY_INDICATORS}:
        yield Rest(f"{name}：另有", where, part_text(more))
    for reading in own.get("readings", ()):
        yield Rest(f"{name}：读法", where, part_text({"readings": [reading]}))
    for number, point in enumerate(own["points"], 1):
        if more := {key: value for key, value in point.items() if key not in _HELD_BY_POINTS}:
            yield Rest(f"{name}：要点 {number} 另有", f"{where}.points.{number}", part_text(more))
