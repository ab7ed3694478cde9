"""The leagues of a folder of results: each unit's record is read, counted and let go, so that thousands fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlperf.batch.crossyear import CODE
from xlperf.batch.frames import read_rows
from xlperf.batch.journal import Entry, Journal, Record
from xlperf.batch.tables import DUPLICATES, FINDINGS, MISSING, QUARANTINE, UNITS, Table
from xlperf.errors import UserError
from xlperf.report.league.ranking import (
    COMMON_RATE,
    TOTAL,
    Absent,
    League,
    LeagueIndicator,
    LeagueLevel,
    Leagues,
    ProblemLine,
    Refused,
    Replaced,
    Standing,
)
from xlperf.report.league.standings import compared, is_left_out, levels, ranked, standing
from xlperf.report.league.statistics import (
    FindingTally,
    bands,
    finding_kinds,
    grade_counts,
    indicator_summaries,
    problem_kinds,
)

Tell = Callable[[int, int], None]
Weights = tuple[float | None, ...]


@dataclass
class _Group:
    """The units of one league as they come in; `first`: the record of the first of them; `has_own`: some have indicators
    of their own.
    """

    first: Record
    year: int | None
    includes_errors: bool = False
    has_own: bool = False
    units: list[Standing] = field(default_factory=list)
    weights: list[Weights] = field(default_factory=list)
    level_weights: list[Weights] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    problems: list[ProblemLine] = field(default_factory=list)
    tallies: dict[str, FindingTally] = field(default_factory=dict)

    def add(self, unit: Mapping[str, Any], record: Record) -> None:
        """Counts a unit."""
        result = record["result"]
        slots = compared(record, has_own=self.has_own)
        places = {indicator["code"]: slot["code"] for slot in slots for indicator in slot.get("own", ())}
        self.units.append(standing(unit, record, self.basis, slots, includes_errors=self.includes_errors))
        self.weights.append(self._shared(self.weights, tuple(i["weight"] for i in slots)))
        self.level_weights.append(self._shared(self.level_weights, tuple(x["weight"] for x in levels(result))))
        out = [is_left_out(i) for i in slots]
        self.left_out = [known + new for known, new in zip(self.left_out or [0] * len(out), out, strict=True)]
        self.problems += (
            ProblemLine(
                unit["code"],
                unit["name"],
                line["id"] or "",
                _in_one_line(line["fact"]),
                line["amount"],
                _in_one_line(line["clause"] or ""),
                tuple(dict.fromkeys(places.get(code, code) for code in line["indicators"])),
            )
            for line in result["problems"]
            if line["fact"]
        )

    @staticmethod
    def _shared(known: list[Weights], weights: Weights) -> Weights:
        """The same object for the same weights, which nearly all units have."""
        return known[0] if known and known[0] == weights else weights

    @property
    def basis(self) -> str:
        """Common indicators without weights give no rates: then only totals can be compared."""
        individual = self.first["framework"]["individual"]
        common = [i for i in self.first["result"]["indicators"] if i["code"] not in individual]
        return TOTAL if any(i["weight"] is None for i in common) else COMMON_RATE


def read_leagues(folder: Path, tell: Tell = lambda done, total: None, *, includes_errors: bool = False) -> Leagues:
    """The leagues of the results in a folder: by year, framework, version and content; units with indicators of their own
    by the framework that they have in common.

    `includes_errors`: whether units with errors are ranked and published too.

    Errors: UserError: no results, results of an earlier version of xlperf.
    """
    groups: dict[tuple[object, ...], _Group] = {}
    of_file: dict[str, _Group] = {}
    journal = Journal(folder)
    journal.read()
    places = {_as_in_tables(name): entry for name, entry in journal.entries.items()}
    divided = {(entry.year, entry.framework) for entry in journal.entries.values() if entry.has_own}
    for unit, record in _counted(folder, journal, places, tell):
        matter = unit["year"], unit["framework"]
        key = _key(unit, record, has_own=matter in divided)
        group = groups.setdefault(key, _Group(record, unit["year"], includes_errors, matter in divided))
        group.add(unit, record)
        of_file[unit["file"]] = group
    further = _tallied(folder, of_file)

    def records(league: League) -> Iterator[tuple[Standing, Record]]:
        entries = [places[unit.file] for unit in league.units]
        for unit, (_, record) in zip(league.units, journal.records(entries), strict=True):
            yield unit, {**record, "further": further.get(unit.file, [])}

    return Leagues(
        tuple(_league(groups[key]) for key in sorted(groups, key=str)),
        tuple(Refused(**row) for row in _rows(folder, QUARANTINE)),
        tuple(Replaced(**row) for row in _rows(folder, DUPLICATES)),
        tuple(Absent(**row) for row in _rows(folder, MISSING)),
        records,
    )


def _key(unit: Mapping[str, Any], record: Record, *, has_own: bool) -> tuple[object, ...]:
    """What units must have alike to be in one league; where some have indicators of their own, all that they share."""
    result, facts = record["result"], record["framework"]
    shared = tuple(slot["code"] for slot in compared(record, has_own=True)) if has_own else ()
    return (
        unit["year"] or 0,
        unit["framework"],
        result["framework_version"],
        facts["hash"],
        facts.get("common"),
        shared,
    )


def _tallied(folder: Path, of_file: Mapping[str, _Group]) -> dict[str, list[dict[str, Any]]]:
    """Counts the findings of all units; gives those that only the whole batch shows, by file."""
    further: dict[str, list[dict[str, Any]]] = {}
    names = [column.id for column in FINDINGS.columns]
    severity, code, message, file = map(names.index, ("severity", "finding", "message", "file"))
    for row in read_rows(folder, FINDINGS):
        found = of_file.get(str(row[file]))
        if found is None:
            continue
        kind, grade = str(row[code]), str(row[severity])
        tally = found.tallies.get(kind)
        if tally is None:
            tally = found.tallies[kind] = FindingTally(grade, str(row[message]))
        tally.count(grade, str(row[file]))
        if kind == CODE:
            further.setdefault(str(row[file]), []).append(dict(zip(names, row, strict=True)))
    return further


def _counted(
    folder: Path, journal: Journal, places: Mapping[str, Entry], tell: Tell
) -> Iterator[tuple[Mapping[str, Any], Record]]:
    """Each line of the table of units with the record of its file."""
    units = list(_rows(folder, UNITS))
    try:
        entries = [places[unit["file"]] for unit in units]
    except KeyError:
        raise UserError(f"{folder} 里的 units.csv 与 {journal.path.name} 对不上，请重新运行 xlperf batch") from None
    for number, (unit, (_, record)) in enumerate(zip(units, journal.records(entries), strict=True), 1):
        if "framework" not in record:
            raise UserError(f"{folder} 里的结果是旧版 xlperf 写出的，请换一个文件夹重新运行 xlperf batch")
        yield unit, record
        tell(number, len(units))


def _in_one_line(text: str) -> str:
    """A text without line ends and doubled spaces, so that the same clause is the same."""
    return " ".join(text.split())


def _as_in_tables(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


def _rows(folder: Path, table: Table) -> Iterator[dict[str, Any]]:
    names = [column.id for column in table.columns]
    for row in read_rows(folder, table):
        yield dict(zip(names, row, strict=True))


def _league(group: _Group) -> League:
    result, facts = group.first["result"], group.first["framework"]
    weights = _agreed(group.weights)
    individual = set(facts["individual"])
    indicators = tuple(
        LeagueIndicator(i["code"], i["name"], i["level1"], i["level2"], weight, "own" in i or i["code"] in individual)
        for i, weight in zip(compared(group.first, has_own=group.has_own), weights, strict=True)
    )
    units = ranked(group.units, group.basis)
    return League(
        framework=facts.get("base") or result["framework"],
        version=result["framework_version"],
        content_hash=facts["hash"],
        title=facts["name"],
        evaluation=facts["evaluation"],
        subject=facts["subject"],
        year=group.year,
        basis=group.basis,
        is_divided=bool(individual),
        has_own_indicators=group.has_own,
        has_own_weights=any(own is not group.weights[0] for own in group.weights),
        levels=tuple(
            LeagueLevel(level["name"], weight)
            for level, weight in zip(levels(result), _agreed(group.level_weights), strict=True)
        ),
        indicators=indicators,
        units=units,
        summaries=indicator_summaries(indicators, group.units, group.left_out, group.problems, group.weights),
        grades=grade_counts(facts["grades"], units),
        bands=bands([unit for unit in units if unit.rank is not None], group.basis),
        problems=tuple(group.problems),
        problem_kinds=problem_kinds(group.problems),
        finding_kinds=finding_kinds(group.tallies),
    )


def _agreed(weights: list[Weights]) -> Weights:
    """The weights that all units have; None where they differ."""
    return tuple(column[0] if len(set(column)) == 1 else None for column in zip(*weights, strict=True))
