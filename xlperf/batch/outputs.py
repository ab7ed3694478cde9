"""The outputs of a batch: CSV files at the top of its folder, each written whole; the same for the same results."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from xlperf.batch.crossyear import LastYear
from xlperf.batch.journal import Journal, not_written
from xlperf.batch.settlement import Settlement
from xlperf.batch.tables import (
    DUPLICATES,
    MISSING,
    PER_UNIT,
    QUARANTINE,
    TABLES,
    Row,
    Table,
    UnitResult,
    duplicate_row,
    missing_row,
    refusal_row,
    unit_code,
    unit_rows,
)
from xlperf.escaping import csv_text

# With these begin the texts that get an apostrophe.
_SUSPECT = frozenset("'=+-@\t\r\uff1d\uff0b\uff0d\uff20")
_GUARDED = re.compile(r"'+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def unit_results(
    journal: Journal, settlement: Settlement, before: LastYear, *, has_roster: bool
) -> Iterator[UnitResult]:
    """The results that count, one at a time, in the order of the outputs."""
    for entry, record in journal.records(settlement.counted):
        identity = settlement.identities[entry.file]
        further = before.findings(entry, identity, record)
        listed = entry.file not in settlement.strangers if has_roster else None
        yield UnitResult(entry, record, unit_code(entry, identity), further, listed)


class Outputs:
    """The CSV files, written beside their places; renamed all together once they are whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, units: Iterable[UnitResult], settlement: Settlement) -> Iterator[UnitResult]:
        """Writes everything; gives the units as they pass by.

        Errors: UserError: a file can't be written; then the former ones stay, and nothing is left beside them.
        """
        try:
            yield from self._written(units, settlement)
        except OSError as error:
            raise not_written(self._folder, error) from None
        finally:
            for table in TABLES:
                with suppress(OSError):
                    self._beside(table).unlink()

    def _written(self, units: Iterable[UnitResult], settlement: Settlement) -> Iterator[UnitResult]:
        names = settlement.identities
        others: tuple[tuple[Table, Iterable[Row]], ...] = (
            (QUARANTINE, map(refusal_row, settlement.quarantine)),
            (DUPLICATES, (duplicate_row(item, names[item.entry.file]) for item in settlement.duplicates)),
            (MISSING, (missing_row(line, settlement.likely.get(line.row, ())) for line in settlement.missing)),
        )
        with ExitStack() as stack:
            files = {table.id: stack.enter_context(self._file(table)) for table in PER_UNIT}
            for unit in units:
                for name, rows in unit_rows(unit).items():
                    csv.writer(files[name]).writerows(map(_cells, rows))
                yield unit
            for table, lines in others:
                csv.writer(stack.enter_context(self._file(table))).writerows(map(_cells, lines))
        for table in TABLES:
            os.replace(self._beside(table), csv_path(self._folder, table))

    def _beside(self, table: Table) -> Path:
        return self._folder / f".{table.id}.csv.tmp"

    def _file(self, table: Table) -> IO[str]:
        file = self._beside(table).open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
        csv.writer(file).writerow([column.label for column in table.columns])
        return file


def csv_path(folder: Path, table: Table) -> Path:
    """Where a table stands."""
    return folder / f"{table.id}.csv"


def _cells(row: Row) -> list[str]:
    # Most are texts that need no guard.
    return [v if type(v) is str and v[:1] not in _SUSPECT else _cell(v) for v in row]


def _cell(value: str | float | int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        # One more apostrophe where the text begins like a guarded one, so that guards can be told and taken off.
        return f"'{value}" if _GUARDED.match(value) else csv_text(value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def unguarded(text: str) -> str:
    """The text of a cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text
