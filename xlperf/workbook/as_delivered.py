"""What a workbook held when it was made, besides its formulas: locked texts and numbers, names, protection, messages.

Kept as a note on the sheet of the stamp, so that what was altered afterwards can be named cell by cell.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from xlperf.errors import UserError
from xlperf.formula.addresses import possible_area
from xlperf.formula.definitions import DefinedName
from xlperf.formula.spelling import capitals
from xlperf.package import Package
from xlperf.package.book import Names
from xlperf.values import Value
from xlperf.workbook.identity import read_note

NOTE = "reference"
_FIXED = re.compile(r"!\$[A-Za-z]+\$\d+(?::\$[A-Za-z]+\$\d+)?$")
# Longer lists of areas are not kept in memory.
_REMEMBERED = 1000


@dataclass(frozen=True, eq=False)
class SheetReference:
    """A sheet as it was made: its state, the values of locked cells, how many cells check what is typed, the numbers of
    its hidden columns (none where an earlier version made it) and of its hidden rows.
    """

    state: str
    is_protected: bool
    validated: int
    constants: dict[str, Value] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Reference:
    """The workbook as it was made: its sheets in their order, and what each name stood for."""

    sheets: dict[str, SheetReference]
    names: dict[str, str]

    @cached_property
    def targets(self) -> dict[str, str]:
        """What each name stood for, in one spelling."""
        return {name: target(text) for name, text in self.names.items()}


def target(text: str) -> str:
    """What a name stands for, in one spelling; what moves with the cell that asks for it is something else."""
    plain = capitals(text.replace("'", "").replace("$", ""))
    return plain if _FIXED.search(text) else f"~{plain}"


@lru_cache(maxsize=16)
def names_beside(names: Names, reference: Reference) -> tuple[DefinedName, ...]:
    """Names of the workbook that programs may take for one of those that it was made with, which are there too."""
    made = {name.casefold(): name for name in reference.names}
    alike: dict[str, list[DefinedName]] = {}
    for name in names:
        if name.sheet is None and name.name.casefold() in made:
            alike.setdefault(name.name.casefold(), []).append(name)
    found: list[DefinedName] = []
    for folded, group in alike.items():
        own = made[folded]
        group.sort(key=lambda name: (name.name != own, target(name.text) != reference.targets[own]))
        found += [name for name in group[1:] if name != group[0]]
    return tuple(found)


def read_reference(package: Package) -> Reference | None:
    """The note of a workbook; None where it has none (an earlier version made it).

    Errors: UserError: the note is damaged.
    """
    text = read_note(package, NOTE)
    return _reference(text) if text else None


@lru_cache(maxsize=8)
def _reference(text: str) -> Reference:
    """The note read; submissions of one template have the same one."""
    try:
        content: dict[str, Any] = json.loads(text)
        sheets = {name: SheetReference(*facts) for name, facts in content["sheets"].items()}
        return Reference(sheets, dict(content["names"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError("工作簿的身份标记已损坏，文件被改动过；请用原始工作簿重新填报") from error


def cells(areas: str) -> int:
    """How many cells areas such as `A1:B2 D4` cover; what is no area covers none."""
    return _cells(areas) if len(areas) <= _REMEMBERED else _cells.__wrapped__(areas)


@lru_cache(maxsize=2048)
def _cells(areas: str) -> int:
    return sum(area.size for area in {possible_area(part) for part in areas.split()} if area is not None)
