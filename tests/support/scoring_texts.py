"""Scoring texts that are read in tests: those of the shipped frameworks, and those of other provinces and trades."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.loading import find_framework
from xlperf.rules.reading.reader import ReadText, Way, read
from xlperf.rules.rule import Rule

CORPUS = Path(__file__).parents[1] / "rules" / "reading" / "texts.toml"
FRAMEWORKS = ("renhua-2021", "yanjin-2022")
# What names a value; the ids of a framework are its own.
_IDS = frozenset(("value", "current", "previous", "count", "done", "total", "not_applicable"))


@dataclass(frozen=True)
class Sample:
    """A text with what it is to be read as: its status, the rules of the first way, how many ways, what is quoted."""

    id: str
    indicator: str
    text: str
    status: str
    weight: float | None = None
    first_reading: str = ""
    province: str = ""
    note: str = ""
    ways: int = 0
    points: list[dict[str, Any]] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)

    @property
    def has_numbers(self) -> bool:
        """Whether the text holds a number."""
        return any(sign.isdigit() for sign in self.text)

    @property
    def reading(self) -> ReadText:
        """What it is read as."""
        return read(self.text, None if self.weight is None else Decimal(str(self.weight)), name=self.indicator)


def corpus() -> list[Sample]:
    """The texts of other provinces and trades."""
    return [Sample(**text) for text in tomllib.loads(CORPUS.read_text(encoding="utf-8"))["texts"]]


def indicators() -> Iterator[tuple[str, Indicator]]:
    """The indicators of the two frameworks whose standards are printed in full, with the framework's id."""
    for name in FRAMEWORKS:
        yield from ((name, indicator) for indicator in find_framework(name).framework.indicators)


def read_indicator(indicator: Indicator) -> ReadText:
    """The official text of an indicator, read with what stands beside it."""
    weight = Decimal(str(indicator.weight))
    return read(indicator.standard, weight, name=indicator.name, description=indicator.description)


def essence(rule: Rule) -> dict[str, Any]:
    """A rule without the ids of values and what is as always."""
    found = _without_ids(rule.model_dump(mode="json", exclude_defaults=True))
    return {"kind": rule.kind} | found if isinstance(found, dict) else {}


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_ids(v) for k, v in value.items() if not (k in _IDS and isinstance(v, str))}
    return [_without_ids(item) for item in value] if isinstance(value, list) else value


def points_of(way: Way) -> list[dict[str, Any]]:
    """The points of a way, without their texts."""
    return [({} if p.weight is None else {"weight": float(p.weight)}) | essence(p.rule) for p in way.points]


def substance(reading: ReadText) -> dict[str, Any]:
    """All that a reading says, without the places and the texts of points."""
    found = reading.as_json()
    rules = [(points_of(way), way.veto and way.veto.text, way.choices) for way in reading.ways]
    notes = [(note["code"], note["text"]) for note in found["notes"] if note["code"] != "broken_number"]
    doubts = [(doubt["code"], doubt["question"]) for doubt in found["doubts"]]
    kept = ("status", "values", "wording", "unread", "judged", "asides")
    return {key: found[key] for key in kept} | {"rules": rules, "notes": notes, "doubts": doubts}
