"""What every kind of rule must say of itself. Whoever adds a kind and forgets a part gets an error from mypy."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from xlperf.errors import CellError
from xlperf.rules.finding_cell import FindingCell
from xlperf.rules.parameters import Block, Owner, inner_code
from xlperf.rules.part import Part
from xlperf.rules.phrases import PLAIN_NAMES, Names
from xlperf.values import Grid, Value, is_blank, is_number
from xlperf.wording import shown

# The values of the ids that a quantity is made of, in their order; the quantity.
Quantity = Callable[[Sequence[float]], float | None]


class Scale(Enum):
    """Whether the standard says how points are given: it does, it leaves all to judgement, its text is not printed."""

    STATED = "stated"
    JUDGED = "judged"
    UNSTATED = "unstated"


@dataclass(frozen=True)
class Places:
    """Where the formulas of a rule find what they need.

    `weight`, `finding` and `low` are addresses (or formulas) of the point's weight, its finding and its own lower bound.
    `code` leads to the parameters; it is empty for a reading that is only shown beside, whose numbers stand in the formula.
    """

    weight: str
    finding: str
    low: str
    code: str


@dataclass(frozen=True)
class Facts:
    """What a rule meets in the workbook: the point's weight and finding, values by id, its parameters as they stand.

    `table`: the rows of a name on the parameter sheet. `code` leads to the names; it is empty where the rule itself
    holds the numbers.
    """

    weight: float
    value: Callable[[str], Value]
    kind: Callable[[str], str]
    label: Callable[[str], str]
    finding: Value = None
    code: str = ""
    table: Callable[[str], Grid] = lambda name: []

    def number(self, identifier: str) -> float:
        """A value that is known to be a number."""
        return float(self.value(identifier))  # type: ignore[arg-type]

    def shown(self, identifier: str) -> str:
        """A value as people read it."""
        return shown(self.value(identifier), self.kind(identifier))

    def column(self, name: str) -> list[Value]:
        """The cells of a name that is one column."""
        return [row[0] for row in self.table(name)]

    def inner(self, number: int) -> Facts:
        """What the nth rule within the rule meets."""
        return replace(self, code=inner_code(self.code, number))


@dataclass(frozen=True)
class Told:
    """A rule in words, the bounds of the score that follow from it (None: can't be had), and lines that belong to it."""

    sentence: str
    low: float | None = None
    high: float | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    """A quantity that a rule compares, and the values of it at which the score jumps or begins to change.

    `is_step`: it jumps there; otherwise it changes everywhere and the limits are its ends.
    """

    ids: tuple[str, ...]
    quantity: Quantity
    thresholds: tuple[float, ...]
    is_step: bool


class Rule(Part):
    """A rule by which a point is scored. `kind` is its name in a framework file."""

    kind: str

    @property
    @abstractmethod
    def label(self) -> str:
        """What people call the kind (评分方式)."""

    @property
    @abstractmethod
    def scale(self) -> Scale:
        """Whether the standard says how points are given."""

    @property
    @abstractmethod
    def has_fixed_points(self) -> bool:
        """Whether it gives points as they are written, which don't follow a weight that is changed."""

    @property
    @abstractmethod
    def ids(self) -> tuple[str, ...]:
        """The inputs and rates that it reads."""

    @property
    @abstractmethod
    def figures(self) -> tuple[str, ...]:
        """Those among them that must be numbers."""

    @property
    @abstractmethod
    def finding(self) -> FindingCell | None:
        """What the evaluator states at the point; None where nothing is stated."""

    @abstractmethod
    def formulas(self, places: Places) -> tuple[str, str] | None:
        """The lower and upper score as formulas without equals signs; None where there is none."""

    @abstractmethod
    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """What it puts on the parameter sheet."""

    @abstractmethod
    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """Its faulty or doubtful places: code and sentence."""

    @abstractmethod
    def words(self, facts: Facts) -> Told:
        """What it says once its numbers are put in; `told` has seen to it that all figures are numbers.

        Errors: CellError: there is no score.
        """

    @abstractmethod
    def limits(self, facts: Facts) -> Iterator[Limit]:
        """Where its score changes with the figures that it reads."""

    @abstractmethod
    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """The rule as a standard would print it, complete: two rules that score otherwise have two wordings."""

    def told(self, facts: Facts) -> Told:
        """The rule in words with its numbers put in, or why that can't be done."""
        if problem := self.problem(facts):
            return Told(problem)
        try:
            return self.words(facts)
        except CellError as error:
            return Told(f"算不出：{error.reason or error}")

    def problem(self, facts: Facts) -> str:
        """Which of the figures can't be used, and why; empty where all can."""
        said = []
        for name in dict.fromkeys(self.figures):
            value = facts.value(name)
            if is_blank(value):
                said.append(f"{facts.label(name)}没有填")
            elif not is_number(value):
                said.append(f"{facts.label(name)}是 {shown(value)}")
        return f"规则分算不出：{'，'.join(said)}" if said else ""


class DataRule(Rule):
    """A rule that gives one score from figures alone: nothing is stated at the point, and both bounds are the same."""

    @property
    def scale(self) -> Scale:
        """Always stated."""
        return Scale.STATED

    @property
    def figures(self) -> tuple[str, ...]:
        """Everything that it reads."""
        return self.ids

    @property
    def finding(self) -> FindingCell | None:
        """Nothing."""
        return None

    def formulas(self, places: Places) -> tuple[str, str]:
        """The score, and the cell that holds it."""
        return self.formula(places), places.low

    @abstractmethod
    def formula(self, places: Places) -> str:
        """The score as a formula without its equals sign."""
