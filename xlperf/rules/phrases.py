"""How numbers and names are written in the wording of a rule, exactly: the number that is read back is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xlperf.wording import threshold

UNTIL_NOTHING = "扣完为止"
_DENOMINATORS = (3, 6, 7, 9)


@dataclass(frozen=True)
class Names:
    """What the inputs and rates are called, and how their values are printed (`rate`, or anything else)."""

    label: Callable[[str], str]
    kind: Callable[[str], str]

    def limit(self, value: float, identifier: str) -> str:
        """A value that an input or rate is compared with: 10%, 100."""
        kind = self.kind(identifier)
        return percent(value) if kind == "rate" else threshold(value, kind) if kind == "date" else exact(value)

    def difference(self, value: float, identifier: str) -> str:
        """A distance between two values: 1个百分点, 5."""
        return f"{exact_hundredfold(value)}个百分点" if self.kind(identifier) == "rate" else exact(value)


PLAIN_NAMES = Names(lambda name: name, lambda name: "rate" if name.endswith("_rate") else "number")


def exact(value: float) -> str:
    """A number with all its digits and none that say nothing: 2, 1.5, 0.000001."""
    return f"{Decimal(repr(float(value))).normalize() + 0:f}"


def exact_hundredfold(value: float) -> str:
    """A hundred times a number, just as exact."""
    return f"{(Decimal(repr(float(value))) * 100).normalize() + 0:f}"


def percent(value: float) -> str:
    """A rate or share: 10%, 17.38%."""
    return f"{exact_hundredfold(value)}%"


def share(value: float) -> str:
    """A part of the weight: 25%, or 1/3 where a percentage would never end."""
    found = (Fraction(value).limit_denominator(n) for n in _DENOMINATORS)
    part = next((p for p in found if p.denominator > 1 and float(p) == value and len(percent(value)) > 8), None)
    return percent(value) if part is None else str(part)


def gives(points: float) -> str:
    """What is got: 得2分, 不得分."""
    return f"得{exact(points)}分" if points else "不得分"


def quoted(text: str) -> str:
    """A text that people wrote, with its end unmistakable."""
    return f"“{text.replace('”', '””')}”"


def embedded(sentence: str) -> str:
    """A wording within another, with its end unmistakable."""
    return f"「{sentence.replace('」', '」」')}」"
