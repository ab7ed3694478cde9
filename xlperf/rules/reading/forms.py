"""What a scoring text is made of once its phrases are read: conditions, outcomes, statements; and a kind's way to read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from xlperf.rules.part import Part
from xlperf.rules.reading.values import Definition, ScoreFormula, SumFormula, Values
from xlperf.rules.rule import Rule

# What an outcome gives or takes.
GIVE, FULL, NONE, SHARE, OFF, OFF_SHARE = "give", "full", "none", "share", "off", "off_share"
DISCRETION, RANGED = "discretion", "ranged"


@dataclass(frozen=True)
class Relation:
    """A comparison with a number. `is_marked`: the text says in so many words whether the limit itself belongs to it.

    `is_absolute`: it is printed with ±.
    """

    operator: str
    limit: float
    unit: str = ""
    is_marked: bool = True
    is_absolute: bool = False


@dataclass(frozen=True)
class Cause:
    """What must hold: a quantity compared with numbers, or with another quantity (`other`), or a fact (neither).

    `is_absolute`: it is how far it lies from 0 on either side that is compared (在±10%以内).
    """

    subject: str
    relations: tuple[Relation, ...] = ()
    operator: str = ""
    other: str = ""
    start: int = 0
    end: int = 0
    is_absolute: bool = False

    @property
    def is_fact(self) -> bool:
        """Whether it compares nothing."""
        return not self.relations and not self.other


@dataclass(frozen=True)
class Outcome:
    """What is given or taken."""

    kind: str
    amount: Fraction = Fraction(0)


@dataclass(frozen=True)
class Each:
    """`每…`: what is counted or measured, how much at a time, and what the text calls it."""

    text: str
    amount: float
    unit: str
    noun: str = ""


@dataclass(frozen=True)
class Statement:
    """One thing that a text says, with its place in the text of one spelling and the item it stands under.

    `type` is the name by which the shapes of forms call it.
    """

    type: str
    start: int
    end: int
    causes: tuple[Cause, ...] = ()
    outcome: Outcome | None = None
    each: Each | None = None
    text: str = ""
    formula: Definition | ScoreFormula | SumFormula | None = None
    item: tuple[int, ...] = ()

    @property
    def facts(self) -> tuple[Cause, ...]:
        """Causes that compare nothing."""
        return tuple(cause for cause in self.causes if cause.is_fact)

    @property
    def compared(self) -> tuple[Cause, ...]:
        """Causes that compare something."""
        return tuple(cause for cause in self.causes if not cause.is_fact)


@dataclass(frozen=True)
class Doubt:
    """What a text leaves open: a question, with the place that raises it."""

    code: str
    question: str
    start: int
    end: int


@dataclass(frozen=True)
class ReadPoint:
    """A point as read: its text in the one spelling, its weight (None: that of the whole), its rule."""

    text: str
    weight: Fraction | None
    rule: Rule


@dataclass(frozen=True)
class ReadVeto:
    """A clause that makes the whole worth nothing: where one of the conditions (as gates have them) doesn't hold."""

    text: str
    conditions: tuple[Part, ...]


@dataclass(frozen=True)
class Found:
    """What a kind reads from statements in one way: its points, and the choices that lead to this way among others.

    `veto` makes the whole worth nothing, where the text has one.
    """

    points: tuple[ReadPoint, ...]
    choices: tuple[str, ...] = ()
    veto: ReadVeto | None = None


@dataclass
class Situation:
    """What a kind may use beside the statements, and where it says what is open.

    `weight`: that of what is read, None where nobody says. `name` is that of the indicator, `part` what a part of the text
    calls itself. `requirements`: what the text beside (指标说明) lists.
    `is_open`: what is partly met may be given points at discretion. `quote` gives a part of the text
    in the one spelling, so that the same words are the same rule.
    """

    weight: Fraction | None
    values: Values
    quote: Callable[[int, int], str]
    name: str = ""
    part: str = ""
    requirements: tuple[str, ...] = ()
    is_open: bool = False
    standard: Statement | None = None
    partial: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[Doubt] = field(default_factory=list)

    def doubt(self, code: str, question: str, *statements: Statement) -> None:
        """Notes what the text leaves open."""
        self.doubts.append(Doubt(code, question, statements[0].start, statements[-1].end))

    def note(self, code: str, text: str, start: int, end: int) -> None:
        """Notes what is said about a place and needs no confirmation."""
        self.notes.append(Doubt(code, text, start, end))

    def text(self, *statements: Statement) -> str:
        """What some statements say, whatever they are numbered like."""
        return "；".join(self.quote(s.start, s.end) for s in statements)

    def is_full(self, outcome: Outcome | None, *statements: Statement) -> bool:
        """Whether an outcome gives the weight; one that gives another number of points is to be confirmed."""
        if outcome is None or self.weight is None or self.given(outcome) == self.weight:
            return True
        if outcome.kind != GIVE:
            return False
        text = f"写的满分是 {float(outcome.amount):g} 分，与分值 {float(self.weight):g} 不等，按分值读"
        self.doubt("points_sum", text, *statements)
        return True

    def given(self, outcome: Outcome | None) -> Fraction | None:
        """How many points an outcome gives; None where the weight would be needed and nobody says it."""
        if outcome is None:
            return None
        if outcome.kind in (GIVE, NONE):
            return outcome.amount
        part = {FULL: Fraction(1), SHARE: outcome.amount}.get(outcome.kind)
        return None if part is None or self.weight is None else part * self.weight

    def within(self, weight: Fraction | None, part: str = "") -> Situation:
        """The same for a part of the text that has a weight of its own."""
        return replace(self, weight=weight, part=part)


@dataclass(frozen=True)
class Form:
    """A kind's way to read statements.

    `shape`: which statements, in which order, as the right side of a rule of a grammar whose terminals are the types of
    statements. `build`: what they make, once for each way to understand them; nothing where they don't fit together.
    `phrases`: terminals for the grammar of phrases that only this kind needs; one that begins with EACH_ opens a
    statement that an outcome ends, any other is a statement by itself.
    """

    name: str
    shape: str
    build: Callable[[Sequence[Statement], Situation], Iterable[Found]]
    phrases: tuple[tuple[str, str], ...] = ()


def one(rule: Rule, text: str, *choices: str) -> Found:
    """A single point that takes the whole weight."""
    return Found((ReadPoint(text, None, rule),), choices)
