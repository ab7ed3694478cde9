"""A folder of notices: nothing is written over unless that was asked for, and nothing is written where one can't be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from xlperf.errors import UserError
from xlperf.escaping import file_stem, same_file
from xlperf.report.notices import words, workbook
from xlperf.report.notices.content import Notice, Notices

SURVEY = "退回情况.xlsx"


class Form(Protocol):
    """What writes notices and the list of reminders in one format."""

    def write_notice(self, path: Path, notice: Notice, until: dt.date | None) -> None:
        """A unit's notice."""

    def write_reminder(self, path: Path, found: Notices, until: dt.date | None) -> None:
        """The list of the units to remind."""


@dataclass(frozen=True)
class Task:
    """A file to be written."""

    path: Path
    write: Callable[[], None]


def tasks(found: Notices, output: Path, until: dt.date | None, forms: dict[str, Form]) -> list[Task]:
    """The files to write; `forms`: what writes them, by the ending."""
    stems = _stems(found)
    made = []
    for ending, form in forms.items():
        for notice, stem in zip(found.notices, stems, strict=True):
            path = output / f"{stem}{ending}"
            made.append(Task(path, partial(form.write_notice, path, notice, until)))
        if found.absent:
            path = output / f"{words.REMINDER}{ending}"
            made.append(Task(path, partial(form.write_reminder, path, found, until)))
    path = output / SURVEY
    return [*made, Task(path, partial(workbook.write_survey, path, found, stems))]


def write(made: list[Task], output: Path, tell: Callable[[int, int], None], *, is_forced: bool) -> None:
    """Writes the files.

    Errors: UserError: one is there already and may not be written over, the folder can't be used.
    """
    there = [task.path.name for task in made if task.path.exists()]
    if there and not is_forced:
        more = f" 等 {len(there)} 个文件" if len(there) > 1 else ""
        raise UserError(f"{output} 里已有 {there[0]}{more}，没有覆盖；请换一个文件夹，确实不要它们了再加 --force")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{output}：不能用作输出文件夹（系统错误 {error.errno}）") from None
    for number, task in enumerate(made, 1):
        task.write()
        tell(number, len(made))


def _stems(found: Notices) -> list[str]:
    """A file name for each notice, by code and name; with year or project, or a number, where that is not enough."""
    taken = {same_file(name) for name in (words.REMINDER, Path(SURVEY).stem)}
    stems = []
    for notice in found.notices:
        for stem in _candidates(notice):
            if same_file(stem) not in taken:
                break
        taken.add(same_file(stem))
        stems.append(stem)
    return stems


def _candidates(notice: Notice) -> Iterator[str]:
    parts = [notice.code, notice.name, notice.project]
    yield file_stem("_".join(part for part in parts if part))
    year = str(notice.year or "")
    dated = file_stem("_".join(part for part in (*parts, year) if part), 72)
    yield dated
    number = 2
    while True:
        yield f"{dated}_{number}"
        number += 1
