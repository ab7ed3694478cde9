"""Official texts that were changed in a workbook: read again, shown, and once somebody has confirmed them, carried out.

Text and rule belong together: a workbook whose text is another one gives no score (`waiting.TEXT_CHANGED`). Here the
changed texts are read as those of a new standard are (`standards.importing`), put into the framework by way of the same
confirmation workbook, and the workbook is made anew from it with all that was filled in (`renewal`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlperf.editions.conversion import Edition
from xlperf.errors import UserError
from xlperf.evaluation.changed_texts import ChangedText, changed_texts, text_places
from xlperf.evaluation.renewal import Renewal, renewed
from xlperf.evaluation.scoring import score
from xlperf.formula.addresses import reference
from xlperf.frameworks.contents import Rate
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.loading import FrameworkFile, shipped_frameworks
from xlperf.frameworks.schema import Framework
from xlperf.package import Package, open_package
from xlperf.rules.reading.reader import read
from xlperf.standards import layout
from xlperf.standards.answers import read_answers
from xlperf.standards.building import build
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
    names_of,
    point_words,
)
from xlperf.standards.drawing import draw
from xlperf.standards.examples import examples
from xlperf.standards.exporting import exported
from xlperf.standards.figures import Figure
from xlperf.standards.importing import reread
from xlperf.standards.official import Entry, Piece
from xlperf.values import Value
from xlperf.wording import number
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import Place

_VALUE_ID = re.compile(r"v\d+_(rate|number|count|flag)")
_LAST_NUMBER = re.compile(r"(\d+)(?!.*\d)")
# Which state stands for several: the one that asks most of a person.
_ORDER = (UNREAD, AMBIGUOUS, JUDGED, CERTAIN)
_OWN = "-revised"


@dataclass(frozen=True)
class Said:
    """A changed text as it is read now: what was and is understood, what the edges give, which figures are used."""

    changed: ChangedText
    understood: Understood
    former: str
    ways: tuple[tuple[str, str], ...]
    figures: tuple[str, ...]
    new: tuple[NamedFigure, ...]


@dataclass(frozen=True)
class Revision:
    """Everything that was changed in a workbook, and the framework with it as a confirmation workbook's content."""

    package: Package
    source: FrameworkFile
    said: tuple[Said, ...]
    confirmation: Confirmation


@dataclass(frozen=True)
class Scored:
    """A score, None where there is none, and what became of the rule's score."""

    score: float | None
    status: str

    def __str__(self) -> str:
        return f"算不出（{self.status}）" if self.score is None else f"{number(self.score)} 分（{self.status}）"


@dataclass(frozen=True)
class Outcome:
    """The framework and the workbook once confirmed, with each changed indicator's score and status before and after."""

    source: FrameworkFile
    renewal: Renewal
    scores: Mapping[str, tuple[Scored, Scored]]


def revised(package: Package) -> Revision:
    """The changed texts of a workbook read again, and the framework with them.

    Errors: UserError: not one of our workbooks, or texts that don't fit together.
    """
    source = read_identity(package).framework
    framework = source.framework
    before = exported(framework)
    changed = changed_texts(package)
    taken = {*(item.id for item in framework.inputs), *(rate.id for rate in framework.rates)}
    said: list[Said] = []
    for one in changed:
        told = _said(one, framework, taken)
        taken |= {named.figure.id for named in told.new}
        said.append(told)
    by_code = {one.changed.indicator.code: one for one in said}
    indicators = tuple(_merged(own, by_code.get(own.code)) for own in before.indicators)
    figures = (*before.figures, *(named for one in said for named in one.new))
    inputs_first = tuple(sorted(figures, key=lambda named: hasattr(named.figure, "formula")))
    rest = tuple(r for r in before.rest if not _is_of_former_text(r.where, r.title, by_code))
    head = {**before.head, "id": _own_id(framework.id), "version": _next(framework.version)}
    return Revision(package, source, tuple(said), Confirmation(head, before.levels, indicators, inputs_first, rest))


def _own_id(identifier: str) -> str:
    """A shipped standard that was changed is no longer that one."""
    return f"{identifier}{_OWN}" if identifier in shipped_frameworks() else identifier


def _next(version: str) -> str:
    return _LAST_NUMBER.sub(lambda found: str(int(found[1]) + 1), version, count=1)


def _is_of_former_text(where: str, title: str, changed: Mapping[str, Said]) -> bool:
    """Whether a piece of the framework is about a text that is no longer there: how it was read, a point's own."""
    kind, _, rest = where.partition(".")
    code, is_point, _ = rest.partition(".points.")
    return kind == "indicators" and code in changed and (bool(is_point) or title.endswith("读法"))


def _merged(own: Understood, said: Said | None) -> Understood:
    if said is None:
        return own
    found = said.understood
    return replace(own, standard=found.standard, state=found.state, ways=found.ways, doubts=found.doubts)


def _said(changed: ChangedText, framework: Framework, taken: set[str]) -> Said:
    """A changed text read again, with the figures that the framework has already."""
    indicator = changed.indicator
    known = _taught(indicator, framework)
    if changed.points:
        understood, new = _by_points(changed, known, taken)
    else:
        entry = _entry(indicator, changed.standard, indicator.weight)
        again = reread(entry, indicator.code, known, taken)
        keeps = indicator.gate if indicator.gate and not _states_veto(indicator) else None
        ways = tuple(replace(way, gate=way.gate or keeps) for way in again.understood.ways)
        understood, new = replace(again.understood, ways=ways), again.new
    figures: list[Figure] = [*framework.inputs, *framework.rates, *(named.figure for named in new)]
    names = names_of(figures)
    own = Way(tuple(ConfirmedPoint(p.text, p.weight, p.rule) for p in indicator.points), indicator.gate)
    ways_ = tuple(
        (
            "；\n".join(point_words(way, n, names) for n in range(len(way.points))),
            "；".join(filter(None, (examples(p.rule, p.weight, names) for p in way.points))),
        )
        for way in understood.ways
    )
    used = dict.fromkeys(i for way in understood.ways for point in way.points for i in point.rule.ids)
    fresh = {named.figure.id: named for named in new}
    told = tuple(f"{names.label(i)}（{_origin(fresh[i]) if i in fresh else i}）" for i in used)
    former = "；\n".join(point_words(own, n, names) for n in range(len(own.points)))
    return Said(changed, understood, former, ways_, told, new)


def _origin(named: NamedFigure) -> str:
    """Where a figure comes from that the framework hasn't got."""
    if named.chosen is not None:
        return f"取已有的数：{named.chosen.text}"
    return "照原文算出" if isinstance(named.figure, Rate) else "新的数，要填"


def _by_points(
    changed: ChangedText, known: Mapping[tuple[str, str], Figure], taken: set[str]
) -> tuple[Understood, tuple[NamedFigure, ...]]:
    """The changed points read one by one, the others as they are."""
    indicator = changed.indicator
    parts: list[tuple[Way, ...]] = []
    states, doubts, new = [CERTAIN], list[str](), list[NamedFigure]()
    base: Understood | None = None
    for place, point in enumerate(indicator.points, 1):
        if place not in changed.points:
            parts.append((Way((ConfirmedPoint(point.text, point.weight, point.rule),)),))
            continue
        entry = _entry(indicator, changed.points[place], point.weight)
        again = reread(entry, indicator.code, known, taken | {named.figure.id for named in new})
        base = again.understood
        parts.append(base.ways)
        states.append(base.state)
        doubts += base.doubts
        new += again.new
    ways = tuple(
        Way(
            tuple(p for way in found for p in way.points),
            indicator.gate,
            "；".join(w.choice for w in found if w.choice),
        )
        for found in itertools.product(*parts)
    )
    state = min(states, key=_ORDER.index)
    if base is None:
        raise ValueError("no point was changed")
    return replace(base, standard=changed.standard, state=state, ways=ways, doubts=tuple(doubts)), tuple(new)


def _entry(indicator: Indicator, text: str, weight: float | None) -> Entry:
    return Entry("", indicator.level, indicator.group, indicator.name, weight, indicator.description, (Piece(text),))


def _taught(indicator: Indicator, framework: Framework) -> dict[tuple[str, str], Figure]:
    """What texts call the framework's figures: their own names, and what the text that was confirmed calls those of its rule."""
    figures: dict[str, Figure] = {item.id: item for item in framework.inputs}
    figures |= {rate.id: rate for rate in framework.rates}
    found: dict[tuple[str, str], Figure] = {}
    for figure in figures.values():
        kind = str(getattr(figure, "type", None) or getattr(figure, "format", ""))
        for type_ in {kind, "number" if kind == "money" else kind}:
            found.setdefault((figure.label, type_), figure)
    for point in indicator.points:
        text = point.text if len(indicator.points) > 1 else indicator.standard
        for label, kind, identifier in _said_by(text, point.weight, point.rule, indicator):
            found[label, kind] = figures[identifier]
    return found


def _said_by(text: str, weight: float | None, rule: Any, indicator: Indicator) -> Iterator[tuple[str, str, str]]:
    """What a text calls the figures of the rule that was confirmed for it; nothing where it is read as another rule."""
    reading = read(
        text, None if weight is None else Decimal(repr(weight)), name=indicator.name, description=indicator.description
    )
    labels = {value.id: value for value in reading.values}
    for way in reading.ways:
        if len(way.points) != 1:
            continue
        pairs: dict[str, str] = {}
        if _fits(way.points[0].rule.model_dump(mode="json"), rule.model_dump(mode="json"), pairs):
            yield from ((labels[own].label, labels[own].type, pairs[own]) for own in pairs if own in labels)
            return


def _fits(read_: Any, confirmed: Any, pairs: dict[str, str]) -> bool:
    """Whether a rule as read is the confirmed one but for the ids, which are noted."""
    if isinstance(read_, dict) and isinstance(confirmed, dict):
        return read_.keys() == confirmed.keys() and all(
            _fits(read_[k], confirmed[k], pairs) for k in read_ if k != "text"
        )
    if isinstance(read_, list) and isinstance(confirmed, list):
        return len(read_) == len(confirmed) and all(_fits(a, b, pairs) for a, b in zip(read_, confirmed, strict=True))
    if isinstance(read_, str) and _VALUE_ID.fullmatch(read_) and isinstance(confirmed, str):
        return pairs.setdefault(read_, confirmed) == confirmed
    return bool(read_ == confirmed)


def _states_veto(indicator: Indicator) -> bool:
    """Whether the confirmed text says its veto itself."""
    weight = None if indicator.weight is None else Decimal(repr(indicator.weight))
    return any(way.veto is not None for way in read(indicator.standard, weight, name=indicator.name).ways)


def table(revision: Revision) -> bytes:
    """The framework with the changed texts as a confirmation workbook, in which readings are chosen and figures bound."""
    return draw(revision.confirmation)


def confirmed(revision: Revision, choices: Mapping[str, str]) -> FrameworkFile:
    """The framework with the changed texts. `choices`: 读法1, 照此, 由人判断 by the code of the indicator.

    Errors: UserError: a choice that is open, or for an indicator whose text was not changed.
    """
    said = {one.changed.indicator.code: one for one in revision.said}
    if strange := [code for code in choices if code not in said]:
        raise UserError(f"指标 {strange[0]} 的原文没有改，不用选读法")
    for code, one in said.items():
        allowed = one.understood.choices
        if code in choices and choices[code] not in allowed:
            raise UserError(f"指标 {code} 可选的是 {'、'.join(allowed)}，现为“{choices[code]}”")
        if code not in choices and one.understood.state in (AMBIGUOUS, UNREAD):
            raise UserError(
                f"指标 {code}“{one.changed.indicator.name}”{one.understood.state}，请用 --choose {code}={allowed[0]} 选定（可选 {'、'.join(allowed)}）"
            )
    package = open_package(table(revision))
    cells: dict[Place, Value] = {}
    first: set[str] = set()
    for line in read_answers(package)[layout.POINTS]:
        code = line.text("code")
        if code in choices and code not in first:
            cells[layout.POINTS, reference(line.row, line.places["choice"])] = choices[code]
        first.add(code)
    return build(package.with_inputs(cells), f"工作簿内的指标体系 {revision.source.framework.id}")


def require_same_texts(revision: Revision, source: FrameworkFile) -> None:
    """Refuses a confirmation workbook that confirms other texts than the workbook has now.

    Errors: UserError.
    """
    stated = {indicator.code: indicator.standard for indicator in source.framework.indicators}
    wanted = {i.code: i.standard for i in revision.confirmation.indicators}
    differing = [code for code, text in wanted.items() if stated.get(code) != text]
    if differing or stated.keys() != wanted.keys():
        names = "、".join(differing[:5]) or "有的指标不在其中"
        raise UserError(f"这份确认表与工作簿现在的原文不同（指标 {names}）；请用 --table-out 重新写一份")


def outcome(revision: Revision, source: FrameworkFile, edition: Edition, origin: Path) -> Outcome:
    """The workbook of the confirmed framework with everything that was filled in, and what became of the scores."""
    renewal = renewed(revision.package, source, None, edition, origin)
    before, after = _scores(_restored(revision)), _scores(renewal.package)
    codes = [one.changed.indicator.code for one in revision.said]
    return Outcome(source, renewal, {code: (before[code], after[code]) for code in codes})


def _restored(revision: Revision) -> Package:
    """The workbook with the texts that were confirmed, for the scores that it gave."""
    framework = revision.source.framework
    cells: dict[Place, Value] = {}
    for code, (whole, parts) in text_places(revision.package, framework).items():
        indicator = next(i for i in framework.indicators if i.code == code)
        cells[whole] = indicator.standard
        cells |= {place: point.text for place, point in zip(parts, indicator.points, strict=True)}
    return revision.package.with_inputs(cells)


def _scores(package: Package) -> dict[str, Scored]:
    return {result.code: Scored(result.score, result.status) for result in score(package).indicators}
