"""The results as they come in: one line of JSON a file, whole or not at all, so that a kill loses nothing finished."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from xlperf import __version__
from xlperf.batch.outcomes import DONE
from xlperf.errors import UserError
from xlperf.evaluation.result import ERROR, HINT, WARNING

NAME = "results.jsonl"
SCHEMA_VERSION = 3
# Records made by another version are not gone on with.
MADE_BY = f"{__version__}/{SCHEMA_VERSION}"
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept in memory of a record: where its line stands, and what units are told apart and compared by."""

    file: str
    key: str
    version: str
    start: int
    size: int
    status: str
    reason: str
    written: str
    unit: str
    code: str
    year: int | None
    framework: str
    project: str | None
    total: float | None
    grade: str
    saved: float
    modified: float
    errors: int
    warnings: int
    hints: int
    is_passing: bool = False

    @property
    def is_done(self) -> bool:
        """Whether there is a result."""
        return self.status == DONE


def entry_of(record: Mapping[str, Any], start: int, size: int) -> Entry:
    """The entry of a record whose line stands there."""
    result = record.get("result") or {}
    found = [finding["severity"] for finding in result.get("findings", ())]
    return Entry(
        file=record["file"],
        key=record["key"],
        version=f"{record['version']}/{record['schema_version']}",
        start=start,
        size=size,
        status=record["status"],
        reason=record.get("reason") or "",
        written=record.get("written") or "",
        unit=result.get("unit") or "",
        code=record.get("code") or "",
        year=result.get("year"),
        framework=result.get("framework") or "",
        project=result.get("project"),
        total=result.get("total"),
        grade=result.get("grade") or "",
        saved=record.get("saved") or 0.0,
        modified=record.get("modified") or 0.0,
        errors=found.count(ERROR),
        warnings=found.count(WARNING),
        hints=found.count(HINT),
        is_passing=bool(record.get("is_passing")),
    )


class Journal:
    """The file of results under a folder: appended to while work goes on, read at any place."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.entries: dict[str, Entry] = {}
        self._file: IO[bytes] | None = None

    def read(self) -> int:
        """Reads what is there, but for a line that was not finished; gives the size of the finished ones.

        Errors: UserError: the file can't be read, or is something else.
        """
        end = 0
        try:
            with self.path.open("rb") as file:
                for line in file:
                    if line.endswith(b"\n"):
                        self._note(line, end)
                        end += len(line)
        except FileNotFoundError:
            raise UserError(f"{self.path.parent} 里没有 {NAME}，不是批量处理的输出文件夹") from None
        except OSError as error:
            raise UserError(f"{self.path}：无法读取（系统错误 {error.errno}）") from None
        return end

    def open(self) -> None:
        """Reads what is there, drops a line that was not finished, and makes ready to append.

        Errors: UserError: the file can't be read or written, or is something else.
        """
        try:
            self.path.touch()
            end = self.read()
            self._file = self.path.open("r+b")
            self._file.truncate(end)
        except OSError as error:
            raise UserError(f"{self.path}：无法写入（系统错误 {error.errno}）") from None

    def append(self, record: Record) -> Entry:
        """Writes a record: the whole line at once, out of this process before it counts."""
        assert self._file is not None
        line = _line({"schema_version": SCHEMA_VERSION, "version": __version__, **record})
        start = self._file.seek(0, os.SEEK_END)
        self._file.write(line)
        self._file.flush()
        return self._note(line, start)

    def records(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Record]]:
        """The records of some entries, in their order, one at a time."""
        with self.path.open("rb") as file:
            for entry in entries:
                file.seek(entry.start)
                yield entry, json.loads(file.read(entry.size))

    def keep(self, entries: Iterable[Entry]) -> None:
        """Writes the file anew with these records only, in this order."""
        self.close()
        fresh = self.path.with_name(f".{NAME}.tmp")
        with self.path.open("rb") as file, fresh.open("wb") as target:
            for entry in entries:
                file.seek(entry.start)
                target.write(file.read(entry.size))
            target.flush()
            os.fsync(target.fileno())
        os.replace(fresh, self.path)

    def close(self) -> None:
        """Ends appending."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _note(self, line: bytes, start: int) -> Entry:
        try:
            record = json.loads(line)
            entry = entry_of(record, start, len(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UserError(f"{self.path} 不是批量处理的结果文件，或已损坏；请另选一个输出文件夹") from None
        self.entries[entry.file] = entry
        return entry


def _line(record: Record) -> bytes:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogateescape") + b"\n"
