"""The rounds of all units, kept beside the results: a line a unit, with what it handed in last and what before that.

In the folder of results, since every batch has one and everything after it (league, notices) begins there; a database or
a 下发清单 is there only sometimes, and the list is signed. Only the last two rounds are kept whole: what changed is told
from one to the next. Lines are read where they are needed, so that thousands of units fit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xlperf.batch.journal import Entry, Journal, Record
from xlperf.batch.outcomes import as_line
from xlperf.batch.rounds import Facts, Round
from xlperf.batch.settlement import settle
from xlperf.batch.tables import OF_THE_FRAMEWORK, UnitResult, unit_code
from xlperf.errors import UserError
from xlperf.findings.finding import Finding

NAME = "rounds.jsonl"
_HEAD = b'{"head":'
_DECODER = json.JSONDecoder()
_SHORT = 4096
_Key = tuple[str, str, int | None, str, str]


@dataclass(frozen=True)
class Past:
    """What is known of a unit without reading all of it: who, which evaluation, how many rounds, each one's outcome."""

    code: str
    name: str
    year: int | None
    framework: str
    project: str
    rounds: tuple[dict[str, Any], ...]

    @property
    def keys(self) -> list[_Key]:
        """By what a later submission finds it: its code, and its name where one of them has none."""
        matter = self.year, self.framework, self.project
        return [("code", self.code, *matter), ("name", self.name, *matter)]


@dataclass(frozen=True, eq=False)
class PastLine:
    """What is known of a unit, and where its line stands or what it would say."""

    past: Past
    path: Path | None = None
    start: int = 0
    size: int = 0
    facts: Facts | None = None

    def read(self) -> dict[str, Any]:
        """What it says: `current` and `before`."""
        if self.path is None:
            return {"current": self.facts, "before": None}
        with self.path.open("rb") as file:
            file.seek(self.start)
            found: dict[str, Any] = json.loads(file.read(self.size).decode("utf-8", "surrogateescape"))
        return {name: found[name] for name in ("current", "before")}


class Rounds:
    """The rounds until now; gives each result its round, and is written anew with them."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._lines: dict[_Key, PastLine] = {}
        self._own: set[PastLine] = set()

    def add_earlier(self, folder: Path) -> None:
        """Those of an earlier batch in another folder, where this one has none yet of the same unit and year.

        Errors: UserError: the folder holds no results.
        """
        lines = list(_lines_of(folder / NAME)) or list(_of_results(folder))
        for line in lines:
            self._add(line)

    def add_own(self) -> None:
        """Those of this folder, of a batch that was brought to its end here."""
        for line in _lines_of(self._path):
            self._add(line)
            self._own.add(line)

    def _add(self, line: PastLine) -> None:
        for key in line.past.keys:
            if key[1]:
                self._lines.setdefault(key, line)

    def write(self, units: Iterable[UnitResult]) -> Iterator[UnitResult]:
        """Gives the results with their rounds, and writes the file once all have passed by.

        A unit that is not among them keeps its line: it may come back.
        """
        beside = self._path.with_name(f".{NAME}.tmp")
        counted: set[PastLine | None] = set()
        matters = set()
        try:
            with beside.open("wb") as file:
                for unit in units:
                    past = _past(unit)
                    line = self._line(past)
                    found = _round(unit, line)
                    matters.add((past.year, past.framework))
                    counted.add(line)
                    file.write(_written(past, found, line))
                    yield replace(unit, round=found)
                for line in dict.fromkeys(self._lines.values()):
                    is_kept = line in self._own or (line.past.year, line.past.framework) in matters
                    if is_kept and line not in counted:
                        file.write(_whole(line.past, **line.read()))
            os.replace(beside, self._path)
        finally:
            with suppress(OSError):
                beside.unlink()

    def _line(self, past: Past) -> PastLine | None:
        by_code, by_name = (self._lines.get(key) for key in past.keys)
        if by_code is not None and past.code:
            return by_code
        return by_name if by_name is not None and not (past.code and by_name.past.code) else None


def _round(unit: UnitResult, line: PastLine | None) -> Round:
    facts = _facts(unit.entry, unit.record, unit.findings)
    if line is None:
        return Round(1, facts)
    known, number = line.read(), len(line.past.rounds)
    if known["current"]["mark"] == facts["mark"]:
        return Round(number, facts, known["before"])
    return Round(number + 1, facts, known["current"])


def read_rounds(folder: Path, earlier: Iterable[Path] = ()) -> Rounds:
    """The rounds of a folder of results and, for units that it doesn't know yet, of earlier ones; the latest come last.

    Errors: UserError: an earlier folder holds no results.
    """
    rounds = Rounds(folder)
    rounds.add_own()
    for other in reversed(list(earlier)):
        rounds.add_earlier(other)
    return rounds


def past_lines(folder: Path) -> list[PastLine]:
    """What a folder knows of each unit that ever handed something in.

    Errors: UserError: the file is damaged.
    """
    return list(_lines_of(folder / NAME))


def _past(unit: UnitResult) -> Past:
    entry = unit.entry
    return Past(unit.code, entry.unit, entry.year, entry.framework, entry.project or "", ())


def _facts(entry: Entry, record: Record, findings: Iterable[Finding]) -> Facts:
    said = [[f.severity, f.code, f.cell, f.message] for f in findings if f.code not in OF_THE_FRAMEWORK]
    return {
        "mark": record.get("mark", ""),
        "file": entry.file,
        "saved": entry.saved,
        "total": entry.total,
        "grade": entry.grade,
        "evaluation": record.get("framework", {}).get("evaluation", ""),
        "findings": said,
        "inputs": record.get("inputs"),
        "pastes": record.get("pastes") or {},
    }


def _brief(facts: Facts) -> dict[str, Any]:
    """What the head says of a round."""
    counts = {name: sum(said[0] == name for said in facts["findings"]) for name in ("error", "warning")}
    return {**{name: facts[name] for name in ("file", "total", "grade")}, **counts}


def _written(past: Past, found: Round, line: PastLine | None) -> bytes:
    earlier = line.past.rounds[: found.number - 1] if line else ()
    return _whole(replace(past, rounds=(*earlier, _brief(found.current))), found.current, found.before)


def _whole(past: Past, current: Facts, before: Facts | None) -> bytes:
    head = {**vars(past), "rounds": list(past.rounds)}
    body = as_line({"current": dict(current), "before": None if before is None else dict(before)})
    return b"%b%b,%b\n" % (_HEAD, as_line(head), body[1:])


def _lines_of(path: Path) -> Iterator[PastLine]:
    """The lines of a file of rounds; none where there is no such file.

    Errors: UserError: it is something else.
    """
    if not path.exists():
        return
    start = 0
    with path.open("rb") as file:
        for line in file:
            try:
                yield PastLine(_head(line), path, start, len(line))
            except (ValueError, TypeError, KeyError):
                raise UserError(f"{path} 不是批量处理写出的，或已损坏；请移到别处再运行（轮次从头数起）") from None
            start += len(line)


def _head(line: bytes) -> Past:
    if not line.startswith(_HEAD) or not line.endswith(b"\n"):
        raise ValueError("no head")
    try:
        head, _ = _DECODER.raw_decode(line[:_SHORT].decode("utf-8", "surrogateescape"), len(_HEAD))
    except ValueError:
        head, _ = _DECODER.raw_decode(line.decode("utf-8", "surrogateescape"), len(_HEAD))
    return Past(**{**head, "rounds": tuple(head["rounds"])})


def _of_results(folder: Path) -> Iterator[PastLine]:
    """What was handed in first, from results that were written before rounds were counted."""
    journal = Journal(folder)
    journal.read()
    settlement = settle(journal.entries.values(), (), None)
    for entry, record in journal.records(settlement.counted):
        facts = _facts(entry, record, (Finding(**finding) for finding in record["result"]["findings"]))
        code = unit_code(entry, settlement.identities[entry.file])
        past = Past(code, entry.unit, entry.year, entry.framework, entry.project or "", (_brief(facts),))
        yield PastLine(past, facts=facts)
