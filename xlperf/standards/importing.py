"""An official table as a confirmation workbook's content: every standard read, every figure named, nothing decided."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from xlperf.frameworks.contents import Input, Rate
from xlperf.frameworks.indicators import Gate
from xlperf.frameworks.parts import UNSTATED
from xlperf.rules.kinds import AnyRule
from xlperf.rules.part import Part
from xlperf.rules.reading.forms import ReadVeto
from xlperf.rules.reading.reader import JUDGEMENT, ReadText, read
from xlperf.rules.reading.reader import Way as ReadWay
from xlperf.rules.reading.values import ReadValue
from xlperf.rules.rule import Rule, Scale
from xlperf.standards.confirmation import (
    AMBIGUOUS,
    CERTAIN,
    JUDGED,
    UNREAD,
    Confirmation,
    ConfirmedPoint,
    NamedFigure,
    Understood,
    Way,
)
from xlperf.standards.figures import Figure, Known, same_name, suggestions
from xlperf.standards.official import Entry, Official
from xlperf.standards.targets import by_target, execution, left_for_execution

Level = tuple[str, float | None, str, float | None]
_MOST_WAYS = 40
_YEAR = re.compile(r"20\d\d")
_REGION = re.compile(r"[\u4e00-\u9fff]{1,12}?(?:省|市|县|区|州|旗)(?:[\u4e00-\u9fff]{1,6}?(?:市|县|区|旗))?")
_LABEL, _HELP = 60, 200
# A name of so many characters is taken for the same figure wherever it stands.
_TELLING = 5
_FOUND_IN = "标准原文"
_LISTED = re.compile(r"[①②]|(?:^|\n)\s*[（(]?[12][.、)）]")
_GROUP = "填报数据"


class _OneRule(Part):
    """A rule by itself, as a framework file has it."""

    rule: AnyRule


def imported(official: Official, name: str) -> Confirmation:
    """The content of the confirmation workbook; `name` is that of the document."""
    figures = _Figures()
    codes = _codes(official.entries)
    own: dict[str, NamedFigure] = {}
    indicators = [
        _understood(entry, code, figures) if entry.standard else by_target(entry, code, own)
        for entry, code in zip(official.entries, codes, strict=True)
    ]
    if rest := left_for_execution(official.entries, official.texts) if official.has_targets else 0.0:
        indicators.insert(0, execution(rest, "Y" if "0" in codes else "0", own))
    levels, doubts = _levels(indicators, official)
    notes = (*official.notes, *doubts)
    named = sorted((*figures.named(), *own.values()), key=lambda n: isinstance(n.figure, Rate))
    return Confirmation(_head(official, name, levels), levels, tuple(indicators), tuple(named), (), notes)


@dataclass(frozen=True)
class Reread:
    """A standard read again within a framework: what it is understood as, and the figures that the framework hasn't got."""

    understood: Understood
    new: tuple[NamedFigure, ...]


def reread(entry: Entry, code: str, known: Mapping[tuple[str, str], Figure], taken: Iterable[str]) -> Reread:
    """Reads a standard again. `known`: the framework's figures by what texts call them and of which type; `taken`: ids."""
    named = {(_own_label(label, entry.name), kind): figure for (label, kind), figure in known.items()}
    figures = _Figures(found=dict(named), taken=frozenset(taken))
    understood = _understood(entry, code, figures)
    ids = {figure.id for figure in known.values()}
    return Reread(understood, tuple(one for one in figures.named() if one.figure.id not in ids))


def _understood(entry: Entry, code: str, figures: _Figures) -> Understood:
    """What was understood of an indicator's standard."""
    parts = [(piece.standard, entry.weight if piece.weight is None else piece.weight) for piece in entry.pieces]
    readings = [_read(text, weight, entry) for text, weight in parts]
    ways: tuple[Way, ...] = ()
    if entry.weight is not None and all(reading.ways and not reading.unread for reading in readings):
        combined = list(itertools.islice(itertools.product(*(r.ways for r in readings)), _MOST_WAYS + 1))
        if len(combined) > _MOST_WAYS:
            combined = []
        ways = tuple(_way(found, parts, readings, (entry, code), figures) for found in combined)
    doubts = [f"没读懂：“{clause.text}”" for reading in readings for clause in reading.unread]
    doubts += [f"由评价人认定：“{clause.text}”" for reading in readings for clause in reading.judged]
    doubts += [note.text for reading in readings for note in (*reading.doubts, *reading.notes)]
    standard = "\n".join(text for text, _ in parts if text)
    return Understood(
        code, entry.level1, entry.level2, entry.name, entry.weight, entry.explanation or entry.name, standard or UNSTATED,
        _state(readings, ways), ways, tuple(dict.fromkeys(doubts)),
    )  # fmt: skip


def _read(text: str, weight: float | None, entry: Entry) -> ReadText:
    known = Decimal(repr(weight)) if weight else None
    return read(text, known, name=entry.name, description=entry.explanation)


def _state(readings: Sequence[ReadText], ways: Sequence[Way]) -> str:
    if not ways:
        is_judged = all(reading.status == JUDGEMENT or not reading.text for reading in readings)
        return JUDGED if is_judged else UNREAD
    if len(ways) > 1 or any(reading.doubts for reading in readings):
        return AMBIGUOUS
    is_judged = all(point.rule.scale is Scale.JUDGED for way in ways for point in way.points)
    return JUDGED if is_judged else CERTAIN


def _way(
    found: Sequence[ReadWay], parts: Sequence[tuple[str, float | None]], readings: Sequence[ReadText], whose: tuple[Entry, str], figures: _Figures
) -> Way:  # fmt: skip
    """One way to understand all parts together, with the figures under the ids that they have in the framework."""
    entry, code = whose
    points: list[ConfirmedPoint] = []
    gates: list[Gate] = []
    for way, (text, weight), reading in zip(found, parts, readings, strict=True):
        ids = figures.ids(reading.values, code, entry.name)
        for point in way.points:
            own = weight if point.weight is None else float(point.weight)
            whole = point.text if len(way.points) > 1 else text
            is_listed_beside = bool(_LISTED.search(entry.explanation)) and not _LISTED.search(text)
            if is_listed_beside and len(way.points) == 1 and point.rule.finding is not None:
                # What is counted stands beside the standard; the evaluator needs both.
                whole = f"{entry.explanation}\n{text}"
            points.append(ConfirmedPoint(whole or text, own, _renamed(point.rule, ids)))
        gates += [_gate(way.veto, ids)] if way.veto else []
    choice = "；".join(text for way in found for text in way.choices)
    return Way(tuple(points), _together(gates), choice)


def _gate(veto: ReadVeto, ids: Mapping[str, str]) -> Gate:
    """The veto of a text as a framework has it."""
    content = {"text": veto.text, "conditions": [part.model_dump(mode="json") for part in veto.conditions]}
    return Gate.model_validate(_with_ids(content, ids))


def _together(gates: Sequence[Gate]) -> Gate | None:
    """The vetoes of several parts as one, for whichever comes true makes the whole worth nothing."""
    if len(gates) < 2:
        return gates[0] if gates else None
    return Gate(
        text="；".join(gate.text for gate in gates), conditions=tuple(c for gate in gates for c in gate.conditions)
    )


def _renamed(rule: Rule, ids: Mapping[str, str]) -> Rule:
    """The rule with other ids."""
    return _OneRule.model_validate({"rule": _with_ids(rule.model_dump(mode="json"), ids)}).rule


def _with_ids(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _with_ids(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_ids(item, ids) for item in value]
    return ids.get(value, value) if isinstance(value, str) else value


def _own_label(label: str, name: str) -> str:
    """What a figure is called for all indicators: a short name means another figure in each (满意度)."""
    if len(label) >= _TELLING:
        return label
    return name if label in name else f"{name}：{label}"


@dataclass
class _Figures:
    """The figures that the standards speak of, each once however many speak of it."""

    found: dict[tuple[str, str], Figure] = field(default_factory=dict)
    users: dict[str, list[str]] = field(default_factory=dict)
    has_definition: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    def ids(self, values: Iterable[ReadValue], code: str, name: str) -> dict[str, str]:
        """The ids in the framework by those in a reading."""
        return {value.id: self._named(replace(value, label=_own_label(value.label, name)), code) for value in values}

    def _named(self, value: ReadValue, code: str) -> str:
        figure = self.found.get((value.label, value.type))
        if figure is None:
            figure = self._rate(value, code) if value.numerator and value.denominator else self._typed(value)
            self.found[value.label, value.type] = figure
        self._use(figure.id, code)
        return figure.id

    def _use(self, identifier: str, code: str) -> None:
        users = self.users.setdefault(identifier, [])
        if code not in users:
            users.append(code)

    def _rate(self, value: ReadValue, code: str) -> Figure:
        """A rate that the text defines as a quotient: of two figures, each of which may be a known one."""
        parts = [self._named(ReadValue("", label, "number"), code) for label in (value.numerator, value.denominator)]
        identifier = self._id("rate")
        self.has_definition.add(identifier)
        formula = f"PERF_RATE({parts[0]}, {parts[1]})"
        return Rate.model_validate(
            {"id": identifier, "label": value.label[:_LABEL], "formula": formula,
             "definition": value.definition or f"{value.numerator}÷{value.denominator}", "source": _FOUND_IN}
        )  # fmt: skip

    def _typed(self, value: ReadValue) -> Input:
        kind = value.type or "number"
        told = {"rate": "填百分数", "flag": "符合填 TRUE，不符合填 FALSE", "count": "填个数"}.get(kind, "填数")
        help_ = f"{_FOUND_IN}：{value.definition or value.label}；{told}"
        return Input.model_validate(
            {"id": self._id(kind), "label": value.label[:_LABEL], "group": _GROUP, "type": kind, "help": help_[:_HELP]}
        )

    def _id(self, kind: str) -> str:
        while True:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            if (found := f"{kind}_{self.counts[kind]}") not in self.taken:
                return found

    def named(self) -> list[NamedFigure]:
        """All of them with what the tables already hold under such a name; rates last, as a framework has them."""
        listed = [self._with_suggestions(label, kind, figure) for (label, kind), figure in self.found.items()]
        return sorted(listed, key=lambda named: isinstance(named.figure, Rate))

    def _with_suggestions(self, label: str, kind: str, figure: Figure) -> NamedFigure:
        used = tuple(self.users.get(figure.id, ()))
        # What the text defines itself is calculated so, whatever else bears the name.
        chosen: Known | None = None if figure.id in self.has_definition else same_name(label, kind)
        return NamedFigure(figure, tuple(suggestions(label, kind)), chosen, used)


def _codes(entries: Sequence[Entry]) -> list[str]:
    """The codes that the document prints, where all have one and no two the same; else numbers."""
    own = [entry.code for entry in entries]
    is_usable = all(own) and len({code.upper() for code in own}) == len(own)
    return own if is_usable else [str(number) for number in range(1, len(entries) + 1)]


def _levels(indicators: Sequence[Understood], official: Official) -> tuple[tuple[Level, ...], list[str]]:
    """The levels with the sums of their indicators, and where the document prints other ones."""
    groups: dict[tuple[str, str], list[float | None]] = {}
    for indicator in indicators:
        groups.setdefault((indicator.level, indicator.group), []).append(indicator.weight)
    sums = {key: _sum(weights) for key, weights in groups.items()}
    names = list(dict.fromkeys(level for level, _ in groups))
    upper = {name: _sum([weight for (level, _), weight in sums.items() if level == name]) for name in names}
    doubts = []
    for level, group, printed in official.level_weights:
        own = sums.get((level, group)) if group else upper.get(level)
        if own is not None and abs(own - printed) > 1e-6:
            doubts.append(f"“{group or level}”印的分值是 {printed:g}，下面的指标合计 {own:g}；请对照原件改正")
    ordered = sorted(sums, key=lambda key: names.index(key[0]))
    return tuple((level, upper[level], group, sums[level, group]) for level, group in ordered), doubts


def _sum(weights: Iterable[float | None]) -> float | None:
    known = list(weights)
    return None if None in known else round(sum(w for w in known if w is not None), 6)


def _head(official: Official, name: str, levels: Sequence[Level]) -> dict[str, object]:
    """What can be told of the framework; what can't is left for a person."""
    title = official.title or name
    year = _YEAR.search(title)
    region = _REGION.match(official.title.lstrip("附件0123456789《（(：: ")) if official.title else None
    total = _sum({level: weight for level, weight, _, _ in levels}.values())
    return {
        "id": f"standard-{year[0]}" if year else "standard",
        "version": "1.0.0",
        "name": title,
        "subject": "项目支出" if (official.has_targets or "项目" in title) and "整体" not in title else "部门整体支出",
        "evaluation": "self" if "自评" in title or official.has_targets else "third_party",
        "region": region[0] if region else None,
        "year": int(year[0]) if year else None,
        "weight": UNSTATED if total is None else total,
        "weights": "fixed",
        "money_unit": "万元",
        "missing": "error",
        "most_missing": 0.3,
        "source.document": official.title or name,
        "source.is_verified": False,
        "grades.bands": UNSTATED,
    }
