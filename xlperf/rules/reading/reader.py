"""A scoring text as the rule that it states: one rule, several ways to understand it, or what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedInput

from xlperf.rules.conditions import Condition, ids_in
from xlperf.rules.reading.all_forms import PHRASES
from xlperf.rules.reading.amounts import fraction
from xlperf.rules.reading.canonical import canonical
from xlperf.rules.reading.characters import MISREAD, Characters, Clause, Note, normalised
from xlperf.rules.reading.composition import ways
from xlperf.rules.reading.forms import DISCRETION, Found, ReadPoint, ReadVeto, Situation, Statement
from xlperf.rules.reading.outline import Sentence, sentences
from xlperf.rules.reading.phrases import parser
from xlperf.rules.reading.statements import statements
from xlperf.rules.reading.values import Definition, ReadValue, SumFormula, Values
from xlperf.rules.rule import Rule, Scale

RULE, AMBIGUOUS, JUDGEMENT, NOT_UNDERSTOOD = "rule", "ambiguous", "judgement", "not_understood"
# Types of statements that say nothing about points.
_ASIDE = frozenset(("DEFINITION", "UNTIL", "STANDARD", "PARTIAL", "NOTE", "OPTION", "CAP", "GENERAL", "TOTAL"))
_NOTE_WORDS = ("是指", "指的是", "系指", "所称", "取数", "不含", "不包括", "需提供", "应提供", "须提供", "口径")
_NEVER_NOTE = ("扣", "得分", "满分", "折算", "可按", "可参")
_OPTION_WORDS = ("可按", "可参照", "可参考", "可以按", "可依据")
_GENERAL_LEADS = ("上述", "以上", "上列", "评价时", "评价组", "本指标由", "不符合上述")
# Words that make a comparison mean something near it.
_VAGUE = ("略", "大约", "约", "大致", "接近", "基本", "稍")
_NEAR = frozenset(("左右", "上下", "附近"))
_NEVER_READ = frozenset(("UNREAD", "FORMULA", "UNFINISHED", "WEIGHTS", "SUM"))


@dataclass(frozen=True)
class Way:
    """One way to understand a text: its points, and what distinguishes it from the other ways.

    A point without a weight takes that of the whole. `veto`: a clause that makes the whole worth nothing.
    """

    points: tuple[ReadPoint, ...]
    choices: tuple[str, ...] = ()
    veto: ReadVeto | None = None

    @property
    def rule(self) -> Rule | None:
        """The rule, where there is a single point and nothing beside it."""
        return self.points[0].rule if len(self.points) == 1 and not self.veto else None


@dataclass(frozen=True)
class ReadText:
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
        return "；\n".join(numbered) + (f"；\n{way.veto.text}" if way.veto else "")

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
        conditions = [condition.model_dump(mode="json") for condition in way.veto.conditions]
        found["veto"] = {"text": way.veto.text, "conditions": conditions, "otherwise": 0}
    if way.choices:
        found["choices"] = list(way.choices)
    return found


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def read(text: str, weight: Decimal | None = None, *, name: str = "", description: str = "") -> ReadText:
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

    def read(self) -> ReadText:
        """All of it."""
        return self._canonical() or self._read()

    def _canonical(self) -> ReadText | None:
        """What we printed ourselves is read back as it was."""
        values = Values(tuple(_definitions(self._description, self._lark)))
        rule = canonical(self._text, float(self._weight or 0), values)
        if rule is None:
            return None
        point = ReadPoint(self._text.strip(), None, rule)
        way = Way((point,), (), None)
        judged = (self._characters.clause(0, len(self._characters.text)),) if rule.scale is not Scale.STATED else ()
        return ReadText(
            self._text, JUDGEMENT if judged else RULE, self._weight, (way,), tuple(values.found.values()), judged=judged
        )

    def _read(self) -> ReadText:
        said = list(self._statements())
        situation = self._situation(said)
        said = [self._capped(_without_vague(s, situation), situation) for s in said]
        core = [s for s in said if s.type not in _ASIDE]
        unread = [s for s in core if s.type in _NEVER_READ]
        found: list[Found] = []
        if not unread and core:
            found = ways(core, situation)
            unread = [] if found else _culprits(core, situation)
        if found and (stray := _stray(said, found)):
            found, unread = [], stray
        if not found and not unread:
            unread = core or said
        return self._reading(said, situation, found, unread)

    def _statements(self) -> Iterator[Statement]:
        text = self._characters.text
        all_of_them = sentences(text)
        headings: set[str] = set()
        for sentence, following in zip(all_of_them, [*all_of_them[1:], None], strict=False):
            for statement in _of_sentence(self._lark, text, sentence):
                is_heading = following is not None and len(following.item) > len(sentence.item)
                found = _typed(replace(statement, item=sentence.item), is_heading=is_heading, headings=headings)
                if found.type == "HEADING":
                    headings.add(found.causes[0].subject)
                yield found

    def _capped(self, statement: Statement, situation: Situation) -> Statement:
        """A cap (最多扣3分, 满分4分) that says no more than the weight is understood; another one is not."""
        if statement.type not in ("UNTIL", "CAP") or not any(sign.isdigit() for sign in statement.text):
            return statement
        number = Fraction(0) if "100%" in statement.text else fraction(statement.text)
        if number == 0 or number == self._weight:
            return statement
        if self._weight is None:
            situation.doubt("ask_weight", "这个数是不是分值，请给出分值", statement)
            return statement
        return replace(statement, type="UNREAD")

    def _situation(self, said: Sequence[Statement]) -> Situation:
        definitions = [s.formula for s in said if isinstance(s.formula, Definition)]
        values = Values((*definitions, *_definitions(self._description, self._lark)))
        return Situation(
            self._weight,
            values,
            self._characters.spelt,
            self._name,
            requirements=_requirements(self._description),
            is_open=any(s.type == "GENERAL" for s in said),
            standard=next((s for s in said if s.type == "STANDARD"), None),
            partial=next((_partial(s.text) for s in said if s.type == "PARTIAL"), ""),
        )

    def _reading(
        self,
        said: Sequence[Statement],
        situation: Situation,
        found: Sequence[Found],
        unread: Sequence[Statement],
    ) -> ReadText:
        understood = tuple(Way(f.points, f.choices, f.veto) for f in found)
        is_judged = bool(understood) and all(_is_judgement(way) for way in understood)
        judged = [s for s in said if _is_judged(s) or (is_judged and s.type not in _ASIDE)]
        doubts = [self._note(d.code, d.question, d.start, d.end) for d in dict.fromkeys(situation.doubts)]
        misread = [note for note in self._characters.notes if note.code == MISREAD]
        status = RULE
        if unread or not understood:
            status = NOT_UNDERSTOOD
        elif judged:
            status = JUDGEMENT
        elif len(understood) > 1 or doubts or misread:
            status = AMBIGUOUS
        ids = {name for way in understood for name in _ids(way)}
        said_beside = [self._note(n.code, n.question, n.start, n.end) for n in dict.fromkeys(situation.notes)]
        notes = [*self._characters.notes, *said_beside, *self._unsaid(said, understood), *self._faults(understood)]
        return ReadText(
            self._text,
            status,
            self._weight,
            understood,
            tuple(value for value in situation.values.found.values() if value.id in ids),
            self._clauses(unread),
            self._clauses(judged),
            (*doubts, *(note for note in misread if note not in doubts)),
            self._clauses(s for s in said if s.type in _ASIDE and not _is_judged(s)),
            tuple(notes),
        )

    def _faults(self, found: Sequence[Way]) -> Iterator[Note]:
        """What is doubtful about the rules themselves: gaps, order, tiers beyond the weight."""
        for code, text in dict.fromkeys(fault for way in found for fault in _faults_of(way, self._weight)):
            yield Note(code, text, 0, len(self._text))

    def _unsaid(self, said: Sequence[Statement], found: Sequence[Way]) -> Iterator[Note]:
        """That a deduction has no lower end in so many words."""
        takes = {"CASE", "SHORT", "STEP", "OFF_FACT", "OFF_VALUE"}
        if found and any(s.type in takes for s in said) and not any(s.type == "UNTIL" for s in said):
            at = next(s for s in said if s.type in takes)
            yield self._note("no_lower_end", "没有写“扣完为止”，按扣到 0 分为止读", at.start, at.end)

    def _note(self, code: str, text: str, start: int, end: int) -> Note:
        clause = self._characters.clause(start, end)
        return Note(code, text, clause.start, clause.end)

    def _clauses(self, found: Iterable[Statement]) -> tuple[Clause, ...]:
        return tuple(self._characters.clause(s.start, s.end) for s in found)


def _stray(said: Sequence[Statement], found: Sequence[Found]) -> list[Statement]:
    """What is said about steps (以100%为标准，不足1%的不扣) where the rule has none."""
    if any(point.rule.kind == "linear" for way in found for point in way.points):
        return []
    return [s for s in said if s.type in ("STANDARD", "PARTIAL")]


def _of_sentence(lark: Lark, text: str, sentence: Sentence) -> list[Statement]:
    """What a sentence says; a sentence that can't be parsed as one statement of that kind."""
    try:
        return list(statements(lark, text, sentence))
    except UnexpectedInput:
        return [Statement("UNREAD", sentence.start, sentence.end)]


def _definitions(description: str, lark: Lark) -> list[Definition]:
    """The definitions of rates in the text that stands beside (指标说明)."""
    if not description:
        return []
    text = normalised(description).text
    said = (s for sentence in sentences(text) for s in _of_sentence(lark, text, sentence))
    return [s.formula for s in said if isinstance(s.formula, Definition)]


def _partial(text: str) -> str:
    """How an unfinished step is taken, in the word that the linear rule has for it."""
    if "按比例" in text:
        return "按比例"
    return "不足不扣" if "不扣" in text or "不计" in text else "不足也扣"


def _typed(statement: Statement, *, is_heading: bool, headings: set[str]) -> Statement:
    """A statement that gives no points by what it is for: an explanation, a heading, discretion about all points."""
    said = "".join(cause.subject for cause in statement.causes)
    type_ = statement.type
    if type_ == "FREE" and any(word in said for word in _OPTION_WORDS):
        type_ = "OPTION"
    elif type_ == "FREE" and any(w in said for w in _NOTE_WORDS) and not any(w in said for w in _NEVER_NOTE):
        type_ = "NOTE"
    elif type_ == "FREE" and is_heading and len(statement.causes) == 1:
        type_ = "HEADING"
    elif type_ == "OPEN" and said.startswith(_GENERAL_LEADS):
        type_ = "GENERAL"
    elif isinstance(statement.formula, SumFormula) and set(statement.formula.names) <= headings:
        type_ = "TOTAL"
    elif statement.type in ("VALUE", "NOT_VALUE", "COMPARED", "FACT") and _NEAR & {c.subject for c in statement.causes}:
        type_ = "UNREAD"
    return replace(statement, type=type_)


def _without_vague(statement: Statement, situation: Situation) -> Statement:
    """略小于100%: that nobody knows how near is meant, is to be confirmed."""
    causes = []
    for cause in statement.causes:
        vague = next((word for word in _VAGUE if not cause.is_fact and cause.subject.endswith(word)), "")
        if vague:
            situation.doubt("ambiguous", f"“{vague}”没有界限，按没有这个词读", statement)
        causes.append(replace(cause, subject=cause.subject.removesuffix(vague)))
    return replace(statement, causes=tuple(causes))


def _is_judged(statement: Statement) -> bool:
    return statement.type == "OPTION" or (statement.outcome is not None and statement.outcome.kind == DISCRETION)


def _ids(way: Way) -> Iterator[str]:
    """The values that a way reads."""
    yield from (name for point in way.points for name in point.rule.ids)
    if way.veto is not None:
        yield from ids_in([c for c in way.veto.conditions if isinstance(c, Condition)])


def _faults_of(way: Way, weight: Fraction | None) -> Iterator[tuple[str, str]]:
    for point in way.points:
        full = point.weight if point.weight is not None else weight
        for code, text in point.rule.faults(None if full is None else float(full)):
            if code not in ("below_line", "no_scale"):
                yield code, text


def _requirements(description: str) -> tuple[str, ...]:
    """What the text beside (指标说明) lists under numbers."""
    if not description:
        return ()
    characters = normalised(description)
    found = [s for s in sentences(characters.text) if s.item]
    return tuple(characters.clause(s.start, s.end).text for s in found)


def _is_judgement(way: Way) -> bool:
    return all(point.rule.kind in ("judgement", "bands") for point in way.points)


def _culprits(core: Sequence[Statement], situation: Situation) -> list[Statement]:
    """The one statement without which the rest would be understood; all of them where there is none such."""
    for number, statement in enumerate(core):
        rest = [*core[:number], *core[number + 1 :]]
        fresh = replace(situation, doubts=[], notes=[], values=Values(situation.values.definitions))
        if rest and ways(rest, fresh):
            return [statement]
    return list(core)
