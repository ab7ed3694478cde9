"""Repairing text in the places of numbers, dates and choices."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.files import Output, Workbook, opened, require_output
from xlperf.errors import UserError
from xlperf.escaping import csv_text, excerpt
from xlperf.usage import about

if TYPE_CHECKING:
    from xlperf.evaluation.cleaning import Repair

HEADINGS = ("单元格", "是什么", "原为", "改为")
KEPT = "未改：看不准，请人工改"


def clean(
    file: Workbook,
    output: Output,
    log: Annotated[Path | None, typer.Option("--log", help="清理记录（CSV），默认写在输出文件旁边")] = None,
) -> None:
    """另存一份清理过的工作簿：文字型数字、全角字符、多余空格改好并重算，逐格留记录；看不准的不改，列出来。

    例：xlperf clean 仁化.xlsm -o 清理后.xlsm
    """
    from xlperf.commands.terminal import console, table
    from xlperf.commands.waiting import working
    from xlperf.evaluation.cleaning import changes, repairs
    from xlperf.evaluation.scoring import recalculated
    from xlperf.package import write_file

    require_output(file, output)
    record = log or output.with_name(f"{output.stem}-清理记录.csv")
    if record.resolve() in (file.resolve(), output.resolve()):
        raise UserError(f"清理记录不能写到 {record}：那是工作簿；请用 --log 指定另一个文件名。")
    with working(f"清理 {file}…"), about(file):
        package = opened(file)
        found = repairs(package)
        changed = changes(found)
        content = recalculated(package, changed).data
    write_file(record, _log(found))
    write_file(output, content)
    if found:
        console().print(table("清理记录", HEADINGS, _rows(found, excerpt)))
    left = len(found) - len(changed)
    sys.stdout.write(f"已写入 {output}：改了 {len(changed)} 格，{left} 格要人工改；记录在 {record}。\n")


def _rows(found: Sequence[Repair], text: Callable[[str], str]) -> list[list[str]]:
    return [[r.cell, text(r.label), text(r.was), text(r.shown) or KEPT] for r in found]


def _log(found: Sequence[Repair]) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target).writerows([HEADINGS, *_rows(found, csv_text)])
    return target.getvalue().encode("utf-8-sig")
