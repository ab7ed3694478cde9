"""What the evaluator may state in the finding of a point (核查结果): one of some choices, a count, or items of a list."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xlperf.values import Value, round_half_up

MOST_PROBLEMS = 20


class FindingCell(ABC):
    """A cell that takes a finding, `type` and `unit` being those of an input.

    `choices` are the only texts that it takes; `suggestions` are offered, and others may be typed. `hint` says what to
    fill in where there are no choices. `format` is the number format, where it is a special one.
    """

    type: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    hint: str = ""
    format: str | None = None

    @property
    @abstractmethod
    def allowed(self) -> str:
        """What may be stated, in words."""

    @abstractmethod
    def accepts(self, finding: object) -> bool:
        """Whether a data file may state this."""

    @abstractmethod
    def trials(self, weight: float | None) -> Sequence[Value]:
        """What is worth trying where a single finding is changed."""

    def recorded(self, problems: str) -> str | None:
        """The finding that recorded problems state, as a formula; `problems` is that for how many they are, one at least.

        None where they leave it open, so that it has to be typed.
        """
        return None


@dataclass(frozen=True)
class Choices(FindingCell):
    """One of some texts. `others`: what a data file may report although the standard does not offer it.

    `failed`: what any problem means, where there is only one degree of it.
    """

    choices: tuple[str, ...]
    others: tuple[str, ...] = ()
    failed: str = ""
    type = "choice"

    @property
    def allowed(self) -> str:
        """All the texts."""
        return "、".join(self.others or self.choices)

    def accepts(self, finding: object) -> bool:
        """One of the texts."""
        return finding in (self.others or self.choices)

    def trials(self, weight: float | None) -> Sequence[Value]:
        """Each of those that are offered."""
        return self.choices

    def recorded(self, problems: str) -> str | None:
        """That the point isn't met, where that has no degrees."""
        return f'"{self.failed}"' if self.failed else None


@dataclass(frozen=True)
class Count(FindingCell):
    """How many problems were found. `share`: what each takes off, as a part of the point's weight."""

    share: Callable[[float], float]
    type = "count"
    unit = "处"
    hint = "填查出的问题处数，非负整数；没有问题填 0。"
    allowed = "问题处数（非负整数）"

    def accepts(self, finding: object) -> bool:
        """A whole number, not negative."""
        return isinstance(finding, int) and finding >= 0

    def trials(self, weight: float | None) -> Sequence[Value]:
        """From none to as many as leave nothing of the point."""
        each = self.share(weight) if weight else 0.0
        return range(min(math.ceil(round_half_up(1 / each, 6)), MOST_PROBLEMS) + 1 if each else 1)

    def recorded(self, problems: str) -> str | None:
        """As many as are recorded."""
        return problems
