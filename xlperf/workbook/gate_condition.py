"""What a condition of a gate is (see `gates`, which lists them): a count, where to look, what is said, what it closes."""

from __future__ import annotations

from dataclasses import dataclass

from xlperf.frameworks.schema import Framework

SUBMISSION, RESULT = "submission", "result"
NUMBER = "{n}"


@dataclass(frozen=True)
class First:
    """The first line with a text in a named column, as another column calls it."""

    column: str
    text: str
    called: str = ""

    @property
    def formula(self) -> str:
        """The formula for what it is called."""
        return f'INDEX({self.called},MATCH("{self.text}",{self.column},0))'


@dataclass(frozen=True)
class Condition:
    """Something that must be nowhere: how it is called, how many places there are, on which sheet, what is said of them.

    `gates`: the gates that it closes; none where it is only told. `by_scorer`: in a self-evaluation, where the unit gives
    the scores, it closes the gate of the unit too. `first`: how the first such place is found; `near`: where to look
    first when no cell by itself fails it. `touches_score`: whether a score that is there may be another one; not so where
    other scores are still open, or the list of what was taken off is incomplete. `codes`: the findings that tell the same.
    """

    id: str
    label: str
    count: str
    sheet: str
    reason: str
    note: str
    gates: tuple[str, ...] = ()
    by_scorer: bool = False
    first: First | None = None
    near: First | None = None
    touches_score: bool = True
    codes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its counter on the cover."""
        return f"gate_{self.id}"

    def closes(self, gate: str, framework: Framework) -> bool:
        """Whether it closes a gate in the workbook of a framework."""
        return gate in self.gates or (self.by_scorer and gate == SUBMISSION and framework.evaluation == "self")

    def tells(self, code: str) -> bool:
        """Whether a finding of that code tells the same."""
        return code in self.codes or any(known.endswith("_") and code.startswith(known) for known in self.codes)

    def is_told_by(self, reason: str) -> bool:
        """Whether a reason, with the number in it, is that of the condition."""
        return all(part in reason for part in self.reason.split(NUMBER))

    @property
    def sentence(self) -> str:
        """The formula (without equals sign) for what is said: the count within it, the first place behind it."""
        before, after = self.reason.split(NUMBER)
        place = f'&"：“"&{self.first.formula}&"”"' if self.first else ""
        return f'"{before}"&{self.name}&"{after}"{place}'
