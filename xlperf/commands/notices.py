"""`xlperf notice`: back to the units of a finished batch, with what each is to change; who is to be reminded."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.usage import Json, print_json

if TYPE_CHECKING:
    from xlperf.report.notices.content import Notice, Notices
    from xlperf.report.notices.writing import Form

SCHEMA_VERSION = 1


def notice(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="xlperf batch 的输出文件夹")],
    output: Annotated[Path, typer.Option("-o", "--output", help="通知写到哪个文件夹")],
    until: Annotated[
        str | None, typer.Option("--until", metavar="日期", help="限期，如 2026-12-15；不写为“尽快”")
    ] = None,
    is_xlsx_only: Annotated[bool, typer.Option("--xlsx-only", help="只写 xlsx，不写 Word")] = False,
    is_forced: Annotated[bool, typer.Option("--force", help="已有同名文件也覆盖")] = False,
    as_json: Json = False,
) -> None:
    """由批量处理的结果给每个要修改的单位写一份退回修改通知（Word 和 xlsx），另写催报名单和退回情况。

    例：xlperf notice 结果 -o 通知 --until 2026-12-15
    """
    from xlperf.batch.lock import locked
    from xlperf.commands.progress import Meter
    from xlperf.report.notices.content import read_notices
    from xlperf.report.notices.writing import tasks, write

    day, forms = _day(until), _forms(is_xlsx_only=is_xlsx_only)
    if not folder.is_dir():
        raise UserError(f"{folder} 不是文件夹；请给出 xlperf batch 的输出文件夹")
    with locked(folder):
        found = read_notices(folder)
    with Meter(is_quiet=as_json, work="写通知") as meter:
        write(tasks(found, output, day, forms), output, meter.show, is_forced=is_forced)
    if as_json:
        print_json(_as_json(found))
        return
    reminded = f"；催报名单 {len(found.absent)} 个单位" if found.absent else ""
    told = f"已在 {output} 写出 {len(found.notices)} 份退回修改通知{reminded}。另有 {found.in_order} 份没有要单位修改的。\n"
    sys.stdout.write(printable(told))


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(f"--until 应是 2026-12-15 这样的日期，现为 {text}") from None


def _forms(*, is_xlsx_only: bool) -> dict[str, Form]:
    """What writes the notices, by the ending of the file."""
    from xlperf.report.notices import workbook

    if is_xlsx_only:
        return {".xlsx": workbook}
    try:
        from xlperf.report.notices import letter
    except ModuleNotFoundError as error:
        if error.name != "docx":
            raise
        raise UserError(
            "写 Word 通知需要 python-docx，没有安装；请运行 pip install xlperf[report]，或加 --xlsx-only 只写 xlsx"
        ) from None
    return {".xlsx": workbook, ".docx": letter}


def _as_json(found: Notices) -> dict[str, object]:
    absent = [vars(unit) for unit in found.absent]
    return {"schema_version": SCHEMA_VERSION, "notices": [_told(n) for n in found.notices], "absent": absent}


def _told(found: Notice) -> dict[str, object]:
    keys = ("code", "name", "year", "project", "framework", "round", "file", "errors", "warnings")
    lines = {name: [vars(item) for item in getattr(found, name)] for name in ("first", "further")}
    progress = found.progress
    told = progress and {**vars(progress), "changes": [vars(change) for change in progress.changes]}
    return {**{key: getattr(found, key) for key in keys}, **lines, "progress": told}
