"""The workbooks that commands take: how they are named on the command line, and opening them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.errors import UserError
from xlperf.escaping import printable

if TYPE_CHECKING:
    from xlperf.package import Package

SAME_FILE = "输出文件不能就是输入文件；交来的文件从不改写，请用 -o 指定另一个文件名。"
Output = Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件")]
Workbook = Annotated[Path, typer.Argument(metavar="工作簿", help="工作簿（.xlsx、.xlsm；.xls、.et、.ods 先转换）")]

Against = Annotated[
    str | None,
    typer.Option(
        "--against", metavar="清单|空白.xlsx|编号", help="与什么核对：下发清单.json、空白工作簿、指标体系编号或文件"
    ),
]
OwnFramework = Annotated[
    str | None, typer.Option("--framework", metavar="指标体系", help="与这个指标体系核对（编号或文件）")
]
Key = Annotated[Path | None, typer.Option("--key", help="下发时用的密钥文件，核对下发清单的签名")]


def opened(file: Path) -> Package:
    """A submitted workbook; one in the format of another program is converted first, which is said."""
    from xlperf.editions.foreign import opened as open_any

    package, note = open_any(file)
    if note:
        sys.stderr.write(f"注意：{printable(note)}。\n")
    return package


def require_output(file: Path, output: Path) -> None:
    """Refuses to write over the input, or under an ending that Excel would not open."""
    from xlperf.package.foreign_formats import needs_conversion

    if needs_conversion(file) is not None:
        if output.suffix.lower() != ".xlsx":
            raise UserError(f"输出文件 {output} 应以 .xlsx 结尾：{file} 要先转换成 .xlsx。")
    elif output.suffix.lower() != file.suffix.lower():
        raise UserError(f"输出文件 {output} 应与输入文件一样以 {file.suffix} 结尾，否则 Excel 打不开。")
    require_other(file, output)


def require_other(file: Path, output: Path) -> None:
    """Refuses to write over the input."""
    if output.resolve() == file.resolve():
        raise UserError(SAME_FILE)
