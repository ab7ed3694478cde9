"""What a unit's submission is among those of the year: the how manieth, and what changed since the one before.

A round is another file that counts: the same one copied, or examined again by a newer version, is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

RESOLVED, OPEN, NEW, CHANGED = "已解决", "仍在", "新增", "改动"
PASTED, OTHERWISE_PASTED = "（粘贴的内容）", "（与上一轮不同）"
# What is kept of a submission: mark of the file, file, saved, total, grade, evaluation, findings, inputs (None: not known), pastes.
Facts = Mapping[str, Any]
# Severity, code, cell, message.
_Said = Sequence[str]


@dataclass(frozen=True)
class Change:
    """A finding that is gone, still there or new, or a cell that was filled otherwise."""

    kind: str
    severity: str = ""
    code: str = ""
    cell: str = ""
    message: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Round:
    """The number of a round, what was handed in, and what was handed in before it."""

    number: int
    current: Facts
    before: Facts | None = None

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All that differs from the round before: findings first, then cells; nothing in the first round."""
        if self.before is None:
            return ()
        return (*_finding_changes(self.before, self.current), *_cell_changes(self.before, self.current))

    def count(self, kind: str) -> int:
        """How many changes of a kind there are."""
        return sum(change.kind == kind for change in self.changes)

    @property
    def has_known_cells(self) -> bool:
        """Whether both rounds say what stood in the inputs."""
        return self.before is not None and None not in (self.before["inputs"], self.current["inputs"])


def _finding_changes(before: Facts, current: Facts) -> Iterator[Change]:
    """Each finding of now with one of before at the same place, as far as there are; then those that are left over."""
    left: dict[tuple[str, str], list[_Said]] = {}
    for said in before["findings"]:
        left.setdefault(_place(said), []).append(said)
    found = []
    for said in current["findings"]:
        same = left.get(_place(said))
        former = same.pop(0) if same else None
        found.append(Change(NEW if former is None else OPEN, *said))
    for gone in left.values():
        yield from (Change(RESOLVED, *said) for said in gone)
    yield from (change for kind in (OPEN, NEW) for change in found if change.kind == kind)


def _place(said: _Said) -> tuple[str, str]:
    """What makes two findings one: the code and the cell; the sentence, which may name numbers, only without a cell."""
    _, code, cell, message = said
    return code, cell or message


def _cell_changes(before: Facts, current: Facts) -> Iterator[Change]:
    """By the inputs' ids: in another version, or with more lines, a cell may stand elsewhere."""
    if before["inputs"] is not None and current["inputs"] is not None:
        old, new = ({held[0]: held for held in facts["inputs"]} for facts in (before, current))
        for name in [*new, *(name for name in old if name not in new)]:
            (_, cell, label, _), was, now = new.get(name) or old[name], old.get(name), new.get(name)
            if was is None or now is None or was[3] != now[3]:
                yield Change(CHANGED, "", name, cell, label, was[3] if was else "", now[3] if now else "")
    for sheet in sorted({*before["pastes"], *current["pastes"]}):
        was, now = before["pastes"].get(sheet), current["pastes"].get(sheet)
        if was != now:
            texts = "" if was is None else PASTED, "" if now is None else OTHERWISE_PASTED if was else PASTED
            yield Change(CHANGED, "", "", sheet, "粘贴区", *texts)
