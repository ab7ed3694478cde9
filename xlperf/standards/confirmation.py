"""What a confirmation workbook holds: the framework's head, levels, indicators, what was understood of them, the figures.

Import and export both make it, drawing writes it, reading gives it back as a person left it, building makes the framework.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.frameworks.indicators import Gate
from xlperf.rules.phrases import Names
from xlperf.rules.rule import Rule
from xlperf.standards.figures import Figure, Known

CERTAIN, AMBIGUOUS, JUDGED, UNREAD = "确定", "需要选定", "由人判断", "没读懂"
STATES = (CERTAIN, AMBIGUOUS, JUDGED, UNREAD)
MOST_WRITTEN_OUT = 6
AS_READ, AS_JUDGEMENT = "照此", "由人判断"


@dataclass(frozen=True)
class ConfirmedPoint:
    """A point: its official text, its weight, and its rule."""

    text: str
    weight: float | None
    rule: Rule


@dataclass(frozen=True)
class Way:
    """One way to understand an indicator's standard: its points, its gate, and what sets it apart from the others."""

    points: tuple[ConfirmedPoint, ...]
    gate: Gate | None = None
    choice: str = ""


@dataclass(frozen=True)
class Understood:
    """An indicator as the document has it, and what was understood of its standard.

    `ways`: none where all is judgement or nothing was understood. `doubts`: clauses that were not read, and what looks
    like a fault of copying, each quoted.
    """

    code: str
    level: str
    group: str
    name: str
    weight: float | None
    description: str
    standard: str
    state: str
    ways: tuple[Way, ...] = ()
    doubts: tuple[str, ...] = ()
    is_individual: bool = False
    is_skippable: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """What a person may choose."""
        several = [choice_name(n) for n in range(len(self.ways))] if len(self.ways) > 1 else []
        return (*(several or ([AS_READ] if self.ways else [])), AS_JUDGEMENT)


@dataclass(frozen=True)
class NamedFigure:
    """A figure of the framework, and how it got there: the name in the text, what is suggested, what is chosen for it."""

    figure: Figure
    suggested: tuple[Known, ...] = ()
    chosen: Known | None = None
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rest:
    """A piece of the framework that the other sheets have no place for, as its file would say it."""

    title: str
    where: str
    text: str


@dataclass(frozen=True)
class Confirmation:
    """All of it. `head`: the keys of the framework's own table by their path, such as `source.document`."""

    head: Mapping[str, object]
    levels: tuple[tuple[str, float | None, str, float | None], ...]
    indicators: tuple[Understood, ...]
    figures: tuple[NamedFigure, ...] = ()
    rest: tuple[Rest, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def names(self) -> Names:
        """What the figures are called in a wording."""
        return names_of([named.figure for named in self.figures])

    def count(self, state: str) -> int:
        """How many indicators are in a state."""
        return sum(indicator.state == state for indicator in self.indicators)


def names_of(figures: Sequence[Figure]) -> Names:
    """The labels and types of figures, for a wording."""
    by_id = {figure.id: figure for figure in figures}

    def kind(name: str) -> str:
        figure = by_id.get(name)
        return "" if figure is None else str(getattr(figure, "type", None) or getattr(figure, "format", ""))

    return Names(lambda name: by_id[name].label if name in by_id else name, kind)


def choice_name(number: int) -> str:
    """What the nth way is called in the list of choices, from 0."""
    return f"读法{number + 1}"


def point_words(way: Way, number: int, names: Names) -> str:
    """What was understood of a point, in the canonical wording."""
    if number >= len(way.points):
        return ""
    point = way.points[number]
    return point.rule.wording(point.weight or 0, names)


def gate_words(gate: Gate, names: Names) -> str:
    """What was understood of a veto."""
    each = "；".join(f"“{condition.text}”" for condition in gate.conditions)
    given = "不得分" if not gate.otherwise else f"得{gate.otherwise:g}分"
    return f"以下条件有一项不成立的，本项{given}：{each}"


def shown_words(indicator: Understood, number: int, names: Names) -> str:
    """What all ways make of a point: once where they agree, else each under its name."""
    found = [point_words(way, number, names) for way in indicator.ways]
    if len(set(found)) <= 1:
        return found[0] if found else ""
    heads = [f"{choice_name(n)}{f'（{way.choice}）' if way.choice else ''}" for n, way in enumerate(indicator.ways)]
    lines = [f"{head}：{words}" for head, words in zip(heads, found, strict=True)]
    if len(lines) > MOST_WRITTEN_OUT and all(way.choice for way in indicator.ways):
        # So many sentences would fill a page: the first stands for all, whose choices say how they differ.
        return "\n".join([lines[0], *(heads[1:] if number == 0 else [])])
    return "\n".join(lines)


def seal(*texts: str) -> str:
    """A short mark of texts, by which a change in them is noticed."""
    return hashlib.sha256("\0".join(" ".join(text.split()) for text in texts).encode()).hexdigest()[:12]


def rows_of(indicator: Understood) -> Iterator[int]:
    """The numbers of the rows that an indicator's points fill; one at least."""
    yield from range(max((len(way.points) for way in indicator.ways), default=1))
