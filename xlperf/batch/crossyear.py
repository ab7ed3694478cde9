"""Across years: a unit's balances at the beginning of the year against those at the end of last year's result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from xlperf.batch.journal import Entry, Journal, Record
from xlperf.batch.settlement import Identity, settle
from xlperf.findings.finding import ERROR, Finding

CODE = "cross_year"
_Closings = dict[str, tuple[int, int]]


class LastYear:
    """The closing balances of the units in the results of other batches, by code and by name."""

    def __init__(self, *journals: Journal) -> None:
        self._closings: dict[tuple[str, str, int | None], _Closings] = {}
        for journal in journals:
            settlement = settle(journal.entries.values(), (), None)
            for entry, record in journal.records(settlement.counted):
                found = {name: (fen, record["money_unit_fen"]) for name, fen in record["closings"].items()}
                for key in _keys(entry, settlement.identities[entry.file]):
                    self._closings.setdefault((*key, entry.year), {}).update(found)

    def findings(self, entry: Entry, identity: Identity, record: Record) -> tuple[Finding, ...]:
        """What does not carry over, where both years state it."""
        if entry.year is None:
            return ()
        wanted = ((*key, entry.year - 1) for key in _keys(entry, identity))
        closings = next((self._closings[key] for key in wanted if key in self._closings), {})
        return tuple(_differences(record["openings"], closings, record["money_unit_fen"], entry.year - 1))


def last_year(folders: Iterable[Path]) -> LastYear:
    """The results in some folders; without one nothing is compared.

    Errors: UserError: a folder holds no results.
    """
    journals = [Journal(folder) for folder in folders]
    for journal in journals:
        journal.read()
    return LastYear(*journals)


def _keys(entry: Entry, identity: Identity) -> list[tuple[str, str]]:
    """A unit goes by its code; by its name where last year or this year states no code."""
    code = entry.code or identity[0]
    return [key for key in (("code", code), ("name", entry.unit)) if key[1]]


def _differences(
    openings: Iterable[Mapping[str, object]], closings: _Closings, unit_fen: int, year: int
) -> Iterable[Finding]:
    for opening in openings:
        closing = closings.get(str(opening["closing"]))
        if closing is None:
            continue
        fen = int(str(opening["fen"]))
        # The smallest amount that the coarser of the two units shows.
        if abs(fen - closing[0]) > max(unit_fen, closing[1]) // 100:
            stated, last = f"{fen / 100:,.2f}", f"{closing[0] / 100:,.2f}"
            text = f"{opening['label']}为 {stated} 元，与 {year} 年结果的年末数 {last} 元不衔接。"
            yield Finding(ERROR, CODE, str(opening["cell"]), text)
