"""A scoring text as the rule that it states: one rule, several ways to understand it, or what could not be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedInput

from xlperf.rules.reading.all_forms import FORMS, PHRASES
from xlperf.rules.reading.characters import MISREAD, Characters, Clause, Note, normalised
from xlperf.rules.reading.forms import DISCRETION, GIVE, Found, ReadPoint, Situation, Statement
from xlperf.rules.reading.outline import Sentence, sentences
from xlperf.rules.reading.phrases import parser
from xlperf.rules.reading.shapes import fitting
from xlperf.rules.reading.statements import statements
from xlperf.rules.reading.values import Definition, ReadValue, Values
from xlperf.rules.rule import Rule

RULE, AMBIGUOUS, JUDGEMENT, NOT_UNDERSTOOD = "rule", "ambiguous", "judgement", "not_understood"
MOST_WAYS = 36
# Types of statements that say nothing about points.
_ASIDE = frozenset(("DEFINITION", "UNTIL", "STANDARD", "PARTIAL"))
_NOTE_WORDS = ("是指", "指的是", "系指", "所称", "取数", "不含", "不包括", "需提供", "应提供", "须提供", "口径")
_NEVER_NOTE = ("扣", "得分", "满分", "折算", "可按", "可参")
_NEVER_READ = frozenset(("UNREAD", "FORMULA", "UNFINISHED", "WEIGHTS"))


@dataclass(frozen=True)
class Way:
    """One way to understand a text: its points, and what distinguishes it from the other ways.

    A point without a weight takes that of the whole. `veto`: a clause that makes the whole worth nothing.
    """

    points: tuple[ReadPoint, ...]
    choices: tuple[str, ...] = ()
    veto: str = ""

    @property
    def rule(self) -> Rule | None:
        """The rule, where there is a single point and nothing beside it."""
        return self.points[0].rule if len(self.points) == 1 and not self.veto else None


@dataclass(frozen=True)
class Reading:
    """What a text is understood as.

    `status`: rule (one way, nothing left over), ambiguous (several ways, or something to be confirmed), judgement (the
    text leaves something to the evaluator's discretion; `ways` says what is certain all the same), not_understood.
    `values`: the inputs and rates of the rules, by what the text calls them. `unread`: clauses that were not understood;
    where there are any, the status is never rule. `judged`: clauses that give discretion. `doubts`: what is to be
    confirmed. `asides`: definitions and explanations. `notes`: faults of copying and what the text leaves unsaid.
    """

    text: str
    status: str
    weight: Fraction | None = None
    ways: tuple[Way, ...] = ()
    values: tuple[ReadValue, ...] = ()
    unread: tuple[Clause, ...] = ()
    judged: tuple[Clause, ...] = ()
    doubts: tuple[Note, ...] = ()
    asides: tuple[Clause, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rule of each way that has a single one; of an unambiguous text with several points the rule of each."""
        if len(self.ways) == 1:
            return tuple(point.rule for point in self.ways[0].points)
        return tuple(way.rule for way in self.ways if way.rule is not None)

    @property
    def wordings(self) -> tuple[str, ...]:
        """Each way as a standard would print it, complete."""
        return tuple(self._wording(way) for way in self.ways)

    def _wording(self, way: Way) -> str:
        names = Values(found={value.label: value for value in self.values}).names
        said = []
        for point in way.points:
            weight = point.weight if point.weight is not None else self.weight
            wording = point.rule.wording(float(weight or 0), names)
            is_apart = len(way.points) > 1 or not point.rule.ids
            worth = f"（{float(weight):g}分）" if weight is not None and len(way.points) > 1 else ""
            said.append(f"“{point.text}”{worth}：{wording}" if is_apart else wording)
        numbered = [f"{n}.{text}" for n, text in enumerate(said, 1)] if len(said) > 1 else said
        return "；\n".join(numbered) + (f"；\n{way.veto}" if way.veto else "")

    def as_json(self) -> dict[str, Any]:
        """For programs: the status first, the rules in the form of a framework file."""
        return {
            "status": self.status,
            "rules": [_way_json(way) for way in self.ways],
            "wording": "\n或者：\n".join(self.wordings),
            "unread": [clause.text for clause in self.unread],
            "wordings": list(self.wordings),
            "values": [_filled(value.__dict__) for value in self.values],
            "judged": [clause.text for clause in self.judged],
            "doubts": [{"code": d.code, "question": d.text, "clause": self.text[d.start : d.end]} for d in self.doubts],
            "notes": [{"code": n.code, "text": n.text, "at": n.start} for n in self.notes],
            "asides": [clause.text for clause in self.asides],
            "places": [[clause.start, clause.end] for clause in self.unread],
        }


def _way_json(way: Way) -> dict[str, Any]:
    points = [{"text": p.text, "weight": None if p.weight is None else float(p.weight)} for p in way.points]
    rules = [p.rule.model_dump(mode="json", exclude_none=True) for p in way.points]
    found: dict[str, Any] = {"kind": "points", "points": [p | {"rule": r} for p, r in zip(points, rules, strict=True)]}
    if len(rules) == 1:
        found = rules[0] | {"text": way.points[0].text}
    if way.veto:
        found["veto"] = way.veto
    if way.choices:
        found["choices"] = list(way.choices)
    return found


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def read(text: str, weight: Decimal | None = None, *, name: str = "", description: str = "") -> Reading:
    """What a scoring text says. `weight`: that of the indicator; `name` and `description` (指标说明) stand beside it."""
    return _Reader(text, None if weight is None else Fraction(weight), name, description).read()


class _Reader:
    """Reads one text."""

    def __init__(self, text: str, weight: Fraction | None, name: str, description: str) -> None:
        self._text = text
        self._characters: Characters = normalised(text)
        self._weight = weight
        self._name = "".join(name.split())
        self._description = description
        self._lark = parser(PHRASES)

    def read(self) -> Reading:
        """All of it."""
        said = list(self._statements())
        core = [s for s in said if s.type not in _ASIDE and not _is_note(s)]
        situation = self._situation(said, core)
        core = [s for s in core if not _is_general(s)]
        unread = [s for s in core if s.type in _NEVER_READ]
        found: list[Found] = []
        if not unread and core:
            found = _ways(core, situation)
            unread = [] if found else _culprits(core, situation)
        if not found and not unread:
            unread = core or said
        return self._reading(said, core, situation, found, unread)

    def _statements(self) -> Iterator[Statement]:
        text = self._characters.text
        for sentence in sentences(text):
            yield from (replace(s, item=sentence.item) for s in _of_sentence(self._lark, text, sentence))

    def _situation(self, said: Sequence[Statement], core: Sequence[Statement]) -> Situation:
        definitions = [s.formula for s in said if isinstance(s.formula, Definition)]
        values = Values((*definitions, *_definitions(self._description, self._lark)))
        return Situation(
            self._weight,
            values,
            lambda start, end: self._characters.clause(start, end).text,
            self._name,
            is_open=any(_is_general(s) for s in core),
            standard=next((s for s in said if s.type == "STANDARD"), None),
            partial=next((_partial(s.text) for s in said if s.type == "PARTIAL"), ""),
        )

    def _reading(
        self,
        said: Sequence[Statement],
        core: Sequence[Statement],
        situation: Situation,
        found: Sequence[Found],
        unread: Sequence[Statement],
    ) -> Reading:
        ways = tuple(Way(f.points, f.choices, f.veto) for f in found)
        judged = [s for s in said if s.outcome is not None and s.outcome.kind == DISCRETION]
        doubts = [self._note(d.code, d.question, d.start, d.end) for d in dict.fromkeys(situation.doubts)]
        misread = [note for note in self._characters.notes if note.code == MISREAD]
        status = RULE
        if unread or not ways:
            status = NOT_UNDERSTOOD
        elif judged or all(_is_judgement(way) for way in ways):
            status = JUDGEMENT
        elif len(ways) > 1 or doubts or misread:
            status = AMBIGUOUS
        ids = {name for way in ways for point in way.points for name in point.rule.ids}
        notes = [*self._characters.notes, *self._unsaid(said, ways)]
        return Reading(
            self._text,
            status,
            self._weight,
            ways,
            tuple(value for value in situation.values.found.values() if value.id in ids),
            self._clauses(unread),
            self._clauses(judged),
            (*doubts, *(note for note in misread if note not in doubts)),
            self._clauses(s for s in said if s.type in _ASIDE or _is_note(s)),
            tuple(notes),
        )

    def _unsaid(self, said: Sequence[Statement], ways: Sequence[Way]) -> Iterator[Note]:
        """That a deduction has no lower end in so many words."""
        takes = {"CASE", "SHORT", "STEP", "OFF_FACT", "OFF_VALUE"}
        if ways and any(s.type in takes for s in said) and not any(s.type == "UNTIL" for s in said):
            at = next(s for s in said if s.type in takes)
            yield self._note("no_lower_end", "没有写“扣完为止”，按扣到 0 分为止读", at.start, at.end)

    def _note(self, code: str, text: str, start: int, end: int) -> Note:
        clause = self._characters.clause(start, end)
        return Note(code, text, clause.start, clause.end)

    def _clauses(self, found: Iterable[Statement]) -> tuple[Clause, ...]:
        return tuple(self._characters.clause(s.start, s.end) for s in found)


def _of_sentence(lark: Lark, text: str, sentence: Sentence) -> list[Statement]:
    """What a sentence says; a sentence that can't be parsed as one statement of that kind."""
    try:
        return list(statements(lark, text, sentence))
    except UnexpectedInput:
        return [Statement("UNREAD", sentence.start, sentence.end)]


def _definitions(description: str, lark: Lark) -> list[Definition]:
    """The definitions of rates in the text that stands beside (指标说明)."""
    text = normalised(description).text
    said = (s for sentence in sentences(text) for s in _of_sentence(lark, text, sentence))
    return [s.formula for s in said if isinstance(s.formula, Definition)]


def _partial(text: str) -> str:
    """How an unfinished step is taken, in the word that the linear rule has for it."""
    if "按比例" in text:
        return "按比例"
    return "不足不扣" if "不扣" in text or "不计" in text else "不足也扣"


def _is_note(statement: Statement) -> bool:
    """Whether it explains something and gives no points."""
    if statement.type != "FREE":
        return False
    said = "".join(cause.subject for cause in statement.causes)
    return any(word in said for word in _NOTE_WORDS) and not any(word in said for word in _NEVER_NOTE)


def _is_general(statement: Statement) -> bool:
    """对上述各项，没有完全符合的，可酌情扣分: discretion about all points, not only the one it stands beside."""
    if statement.type != "OPEN":
        return False
    said = statement.causes[0].subject if statement.causes else ""
    return said.startswith(("上述", "以上", "上列", "评价时", "评价组", "本指标由", "上列", "不符合上述"))


def _is_judgement(way: Way) -> bool:
    return all(point.rule.kind in ("judgement", "bands") for point in way.points)


def _ways(core: Sequence[Statement], situation: Situation) -> list[Found]:
    """Every way in which all statements make a rule; nothing where there is none."""
    found = [way for form in fitting(FORMS, core) for way in form.build(core, situation)]
    return _distinct(found) or _by_items(core, situation)


def _distinct(found: Iterable[Found]) -> list[Found]:
    seen: dict[str, Found] = {}
    for way in found:
        seen.setdefault("|".join(f"{p.weight}{p.rule!r}" for p in way.points), way)
    return list(seen.values())[:MOST_WAYS]


def _by_items(core: Sequence[Statement], situation: Situation) -> list[Found]:
    """Numbered items that are rules each, with a weight of their own."""
    if len({s.item[:1] for s in core}) < 2 or any(not s.item for s in core):
        return []
    parts: list[list[Found]] = []
    for _, group in itertools.groupby(core, key=lambda s: s.item[:1]):
        item = list(group)
        weight = _weight_of(item)
        if weight is None:
            return []
        rest = [s for s in item if s.type != "HEAD"]
        inner = situation.within(weight)
        ways = [way for form in fitting(FORMS, rest) for way in form.build(rest, inner)]
        if not ways:
            return []
        parts.append([_weighted(way, weight) for way in ways])
    combined = itertools.islice(itertools.product(*parts), MOST_WAYS)
    return [Found(tuple(p for way in ways for p in way.points), tuple(c for way in ways for c in way.choices)) for ways in combined]


def _weight_of(item: Sequence[Statement]) -> Fraction | None:
    """What an item is worth: what its head says, or the most that it gives."""
    given = [s.outcome.amount for s in item if s.outcome is not None and s.outcome.kind == GIVE and s.type in ("HEAD", "FACT", "VALUE")]
    return max(given, default=None)


def _weighted(way: Found, weight: Fraction) -> Found:
    points = tuple(replace(p, weight=weight) if p.weight is None else p for p in way.points)
    return replace(way, points=points)


def _culprits(core: Sequence[Statement], situation: Situation) -> list[Statement]:
    """The one statement without which the rest would be understood; all of them where there is none such."""
    for number, statement in enumerate(core):
        rest = [*core[:number], *core[number + 1 :]]
        if rest and _ways(rest, replace(situation, doubts=[], values=Values(situation.values.definitions))):
            return [statement]
    return list(core)
