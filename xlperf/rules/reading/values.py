"""The inputs and rates that rules read from a text compare: what the text calls them, and how its formulas define them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from xlperf.rules.phrases import Names

ITSELF = "本指标的值"


@dataclass(frozen=True)
class ReadValue:
    """A value that a text speaks of. `type`: rate, number, count or flag, as inputs and rates have it.

    `definition` is the formula as the text has it; `numerator` and `denominator` are what it divides, where it is a plain
    quotient.
    """

    id: str
    label: str
    type: str
    definition: str = ""
    numerator: str = ""
    denominator: str = ""


@dataclass(frozen=True)
class Definition:
    """`预算执行率=实际支出数/调整后预算安排数×100%`, as far as it is plain what it divides.

    `current` and `previous` are this year's and last year's figure, where it is the change from one to the other.
    """

    label: str
    formula: str
    numerator: str = ""
    denominator: str = ""
    current: str = ""
    previous: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class ScoreFormula:
    """The score as a product: the weight (or a printed number) times a rate, which may be a quotient."""

    rate: str
    numerator: str = ""
    denominator: str = ""
    coefficient: Fraction | None = None


@dataclass(frozen=True)
class SumFormula:
    """The score as the sum of what the text gives under several headings."""

    names: tuple[str, ...]


@dataclass
class Values:
    """The values of one text, numbered in the order in which it names them."""

    definitions: tuple[Definition, ...] = ()
    found: dict[str, ReadValue] = field(default_factory=dict)

    def named(self, label: str, kind: str) -> str:
        """The id of a value; the same name is the same value."""
        label = label or ITSELF
        known = self.found.get(label)
        if known is None:
            known = ReadValue(f"v{len(self.found) + 1}_{kind}", label, kind)
            if definition := self.defined(label):
                known = replace(
                    known,
                    definition=definition.formula,
                    numerator=definition.numerator,
                    denominator=definition.denominator,
                )
            self.found[label] = known
        return known.id

    def defined(self, label: str) -> Definition | None:
        """The definition of a name; that of the only rate where the text says no more than 比率."""
        exact = [d for d in self.definitions if d.label == label]
        if not exact and label in ("比率", ITSELF) and len(self.definitions) == 1:
            exact = list(self.definitions)
        return exact[0] if exact else None

    @property
    def names(self) -> Names:
        """What the values are called, for a wording."""
        by_id = {value.id: value for value in self.found.values()}
        return Names(
            lambda name: by_id[name].label if name in by_id else name,
            lambda name: by_id[name].type if name in by_id else "",
        )
