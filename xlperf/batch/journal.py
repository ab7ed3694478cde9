"""The results as they come in: one line of JSON a file, whole or not at all, so that a kill loses nothing finished.

A line begins with the entry, the few facts that are kept in memory; the rest is read when it is asked for.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from xlperf import __version__
from xlperf.batch.outcomes import DONE, RECORD, Outcome, as_line
from xlperf.errors import UserError
from xlperf.package.files import replacing

NAME = "results.jsonl"
SCHEMA_VERSION = 5
# Records made by another version are not gone on with.
MADE_BY = f"{__version__}/{SCHEMA_VERSION}"
Record = dict[str, Any]
# How lines begin; those that versions before the fourth wrote are passed over.
_HEAD, _OLD = b'{"entry":', b'{"schema_version":'
_SHORT = 4096
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept in memory of a record: where its line stands, and what units are told apart and compared by.

    All but the place is written in front of the record.
    """

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
    # Whether the unit has indicators of its own in the common framework, which `framework` names.
    has_own: bool = False

    @property
    def is_done(self) -> bool:
        """Whether there is a result."""
        return self.status == DONE


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
            raise UserError(
                f"{self.path.parent} 里没有 {NAME}，不是批量处理的输出文件夹；请给出 xlperf batch 用 -o 写的那个文件夹"
            ) from None
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

    def append(self, about: Record, outcome: Outcome) -> Entry:
        """Writes what came of a submission: the whole line at once, out of this process before it counts.

        `about`: what the submission is; `outcome`: the facts, and the object that the rest of the line is.
        """
        assert self._file is not None
        known = {**about, **outcome, "version": MADE_BY}
        record = known.pop(RECORD)
        line = b"%b%b,%b\n" % (_HEAD, as_line(known), record[1:])
        try:
            start = self._file.seek(0, os.SEEK_END)
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            raise not_written(self.path.parent, error) from None
        return self._keep(Entry(start=start, size=len(line), **known))

    def records(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Record]]:
        """The records of some entries, in their order, one at a time.

        Errors: UserError: one is damaged.
        """
        with self.path.open("rb") as file:
            for entry in entries:
                file.seek(entry.start)
                try:
                    record = json.loads(file.read(entry.size).decode("utf-8", "surrogateescape"))
                except ValueError:
                    raise self._damaged() from None
                yield entry, record

    def keep(self, entries: Iterable[Entry]) -> None:
        """Writes the file anew with these records only, in this order."""
        self.close()
        with self.path.open("rb") as file, replacing(self.path) as target:
            for entry in entries:
                file.seek(entry.start)
                target.write(file.read(entry.size))

    def close(self) -> None:
        """Ends appending."""
        if self._file is not None:
            # A line that could not be written was told of; here it would be tried once more.
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def _note(self, line: bytes, start: int) -> None:
        if line.startswith(_OLD):
            return
        try:
            self._keep(Entry(start=start, size=len(line), **_known(line)))
        except (ValueError, TypeError):
            raise self._damaged() from None

    def _damaged(self) -> UserError:
        return UserError(f"{self.path} 不是批量处理的结果文件，或已损坏；请另选一个输出文件夹")

    def _keep(self, entry: Entry) -> Entry:
        self.entries[entry.file] = entry
        return entry


def not_written(folder: Path, error: OSError) -> UserError:
    """What is said where the results can't be written: how to go on once there is room."""
    reason = "磁盘已满" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "磁盘可能已满，或文件正被打开"
    return UserError(
        f"{folder}：结果写不下（系统错误 {error.errno}），{reason}；做完的都留着，腾出空间、关闭文件后加 --resume 接着做"
    )


def _known(line: bytes) -> Record:
    """The facts at the head of a line, without reading the result that follows.

    Errors: ValueError: there are none.
    """
    if not line.startswith(_HEAD):
        raise ValueError("no entry")
    try:
        # Mostly the facts are short; where they are cut in two, the whole line tells them.
        found, _ = _DECODER.raw_decode(line[:_SHORT].decode("utf-8", "surrogateescape"), len(_HEAD))
    except ValueError:
        found, _ = _DECODER.raw_decode(line.decode("utf-8", "surrogateescape"), len(_HEAD))
    known: Record = found
    return known
