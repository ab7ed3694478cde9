"""The workbooks that commands take: how they are named on the command line, and opening them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.escaping import printable

if TYPE_CHECKING:
    from xlperf.package import Package

Output = Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件")]
Workbook = Annotated[Path, typer.Argument(metavar="FILE", help="工作簿（.xlsx、.xlsm；.xls、.et、.ods 先转换）")]


def opened(file: Path) -> Package:
    """A submitted workbook; one in the format of another program is converted first, which is said."""
    from xlperf.editions.foreign import opened as open_any

    package, note = open_any(file)
    if note:
        sys.stderr.write(f"注意：{printable(note)}。\n")
    return package
