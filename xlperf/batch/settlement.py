"""All results side by side: which file stands for a unit and year, which are duplicates, who is missing, what broke."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from xlperf.batch.journal import Entry
from xlperf.batch.likeness import likely_unit
from xlperf.batch.roster import Roster, RosterLine
from xlperf.batch.sources import Refusal
from xlperf.errors import UserError

NOBODY = "工作簿里没有单位名称和单位编码，不知道是哪个单位的；请退回补填"
AMBIGUOUS = "名册里有 {} 个单位叫“{}”，工作簿里没有单位编码，分不清是哪一个；请退回补填单位编码"
NAMELESS = "项目支出评价没有填项目名称，而这个单位交了几份，分不清是哪个项目；请退回，在封面补填项目名称"
Identity = tuple[str, str]
_Matter = tuple[Identity, int | None, str]


@dataclass(frozen=True)
class Duplicate:
    """A file that another one of the same unit, year, framework and project replaces."""

    entry: Entry
    winner: Entry


@dataclass(frozen=True)
class Settlement:
    """What counts (by unit), what is in quarantine or skipped (by file), what is replaced, who is missing.

    `likely`: the files in quarantine that may be of a missing unit, by the row of the roster.
    """

    counted: tuple[Entry, ...]
    identities: Mapping[str, Identity]
    quarantine: tuple[Refusal, ...]
    duplicates: tuple[Duplicate, ...]
    missing: tuple[RosterLine, ...]
    strangers: frozenset[str]
    likely: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def settle(entries: Iterable[Entry], refusals: Iterable[Refusal], roster: Roster | None) -> Settlement:
    """Sorts out the results; the order in which they came says nothing."""
    known = sorted(entries, key=lambda entry: entry.file)
    codes = _Codes(known, roster)
    quarantine = [*refusals, *(Refusal(e.file, e.reason) for e in known if not e.is_done)]
    groups: dict[_Matter, dict[str | None, list[Entry]]] = {}
    identities: dict[str, Identity] = {}
    for entry in known:
        if entry.is_done:
            try:
                identity = codes.identity(entry)
            except UserError as error:
                quarantine.append(Refusal(entry.file, str(error)))
                continue
            identities[entry.file] = identity
            matter = groups.setdefault((identity, entry.year, entry.framework), {})
            matter.setdefault(entry.project, []).append(entry)
    for matter in groups.values():
        for entry in _nameless(matter):
            quarantine.append(Refusal(entry.file, NAMELESS))
            del identities[entry.file]
    counted, duplicates = [], []
    for group in (group for matter in groups.values() for group in matter.values()):
        *earlier, winner = sorted(group, key=lambda entry: (entry.saved, entry.modified, entry.file))
        counted.append(winner)
        duplicates += [Duplicate(entry, winner) for entry in earlier]
    counted.sort(
        key=lambda entry: (*identities[entry.file], entry.year or 0, entry.framework, entry.project or "", entry.file)
    )
    present = set(identities.values())
    lines = roster.lines if roster else ()
    listed = {_of_line(line) for line in lines}
    settlement = Settlement(
        tuple(counted),
        identities,
        tuple(sorted(quarantine, key=lambda item: item.name)),
        tuple(sorted(duplicates, key=lambda item: (*identities[item.entry.file], item.entry.file))),
        tuple(line for line in lines if _of_line(line) not in present),
        frozenset(name for name, identity in identities.items() if roster and identity not in listed),
    )
    return _with_hints(settlement)


def _with_hints(settlement: Settlement) -> Settlement:
    """With what quarantine and missing units say of each other."""
    refused = [item for item in settlement.quarantine if not item.is_skipped]
    found = {item.name: likely_unit(item.name, settlement.missing) for item in refused}
    likely: dict[int, tuple[str, ...]] = {}
    for name, line in found.items():
        if line:
            likely[line.row] = (*likely.get(line.row, ()), name)
    quarantine = tuple(_hinted(item, found.get(item.name)) for item in settlement.quarantine)
    return replace(settlement, quarantine=quarantine, likely=likely)


def _hinted(item: Refusal, line: RosterLine | None) -> Refusal:
    """A file in quarantine with the missing unit that it may be of."""
    if line is None:
        return item
    unit = " ".join(part for part in (line.code, line.name) if part)
    return replace(item, reason=f"{item.reason.rstrip('。')}。可能是缺报的“{unit}”交来的")


def _nameless(matter: dict[str | None, list[Entry]]) -> list[Entry]:
    """Takes out the project evaluations without the project's name, where the unit has handed in others."""
    is_clear = sum(map(len, matter.values())) == 1
    return [] if is_clear else matter.pop("", [])


def _of_line(line: RosterLine) -> Identity:
    return _identity(line.code, line.name)


def _identity(code: str, name: str) -> Identity:
    """What tells a unit from all others, such that it also sorts: the code; the name where there is none."""
    return (code, "") if code else ("", name)


class _Codes:
    """Finds the code of a unit that states only its name: in the roster, else in what the unit itself handed in."""

    def __init__(self, entries: Iterable[Entry], roster: Roster | None) -> None:
        self._listed: dict[str, set[str]] = {}
        self._stated: dict[str, set[str]] = {}
        self._known = {line.code for line in roster.lines if line.code} if roster else set()
        for line in roster.lines if roster else ():
            self._listed.setdefault(line.name, set()).add(line.code)
        for entry in entries:
            if entry.code and entry.unit:
                self._stated.setdefault(entry.unit, set()).add(entry.code)

    def identity(self, entry: Entry) -> Identity:
        """The identity of the unit that a file is of.

        Errors: UserError: the file doesn't say.
        """
        listed = self._listed.get(entry.unit, set())
        if entry.code:
            # A roster without codes knows the unit by its name only.
            return _identity("", entry.unit) if entry.code not in self._known and listed == {""} else (entry.code, "")
        if not entry.unit:
            raise UserError(NOBODY)
        if len(listed) > 1:
            raise UserError(AMBIGUOUS.format(len(listed), entry.unit))
        if listed:
            return _identity(next(iter(listed)), entry.unit)
        stated = self._stated.get(entry.unit, set())
        return _identity(next(iter(stated)) if len(stated) == 1 else "", entry.unit)
