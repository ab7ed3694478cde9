"""Workbooks for several people: converting between the unit's and the evaluator's, merging several evaluators' ones."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.files import Output, opened, require_other, require_output
from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.usage import FINDINGS, Json, about, print_json

if TYPE_CHECKING:
    from xlperf.editions.conversion import Edition
    from xlperf.evaluation.merging import Conflict, Merged
    from xlperf.workbook.roles import Copy


def copy_of(name: str) -> Copy:
    """The copy of that name."""
    from xlperf.workbook.roles import Copy

    if name not in tuple(Copy):
        raise UserError(f"没有“{name}”这一种；--for 可用：{'、'.join(Copy)}")
    return Copy(name)


def convert_copy(file: Path, output: Path, edition: Edition, copy: Copy) -> None:
    """Writes a workbook for another role, in another edition too where the output's name says so."""
    from xlperf.commands.waiting import working
    from xlperf.editions.conversion import converted
    from xlperf.editions.copies import copied
    from xlperf.package import write_file
    from xlperf.workbook.identity import read_identity

    with working(f"转换 {file}…"), about(file):
        result = copied(opened(file), copy)
        package = result.package
        if read_identity(package).edition != edition:
            package = converted(package, edition).package
    write_file(output, package.data)
    for note in result.notes:
        sys.stdout.write(f"注意：{note}。\n")
    sys.stdout.write(f"已写入 {output}（{copy.label}）：带过来 {result.count} 格。\n")


def merge(
    files: Annotated[list[Path], typer.Argument(metavar="工作簿...", help="同一单位、各人评定的评价组版，两份以上")],
    output: Output,
    preferred: Annotated[
        Path | None, typer.Option("--prefer", help="各人填得不同的格，用这一份的；不写则空着，逐条列出")
    ] = None,
    as_json: Json = False,
) -> None:
    """把几个人评定的同一单位合成一份：相同的、只有一人填的收下，填得不同的列出；台账按内容合并，编号相同的不同问题都保留。

    例：xlperf merge 甲评.xlsx 乙评.xlsx -o 合并.xlsx
    """
    from xlperf.commands.waiting import working
    from xlperf.evaluation.merging import merged
    from xlperf.package import write_file

    for file in files:
        require_other(file, output)
    require_output(files[0], output)
    packages = []
    for file in files:
        with about(file):
            packages.append((str(file), opened(file)))
    with working(f"合并 {len(files)} 份…"):
        result = merged(packages, str(preferred) if preferred else None)
    write_file(output, result.package.data)
    _tell(result, output, preferred, as_json=as_json)
    if result.conflicts:
        raise typer.Exit(FINDINGS)


def _tell(result: Merged, output: Path, preferred: Path | None, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "schema_version": 1,
                "output": str(output),
                "taken": result.taken,
                "appended": result.appended,
                "conflicts": [_conflict(one) for one in result.conflicts],
                "preferred": [_conflict(one) for one in result.settled],
            }
        )
    else:
        for conflict in result.conflicts:
            sys.stdout.write(f"不一致，空着待定：{printable(conflict.sentence)}\n")
        for conflict in result.settled:
            sys.stdout.write(f"不一致，用 {preferred} 的：{printable(conflict.sentence)}\n")
        sys.stdout.write(
            f"已写入 {output}：从其他文件收下 {result.taken} 格，其中台账等新增 {result.appended} 行；"
            f"不一致 {len(result.conflicts)} 格待定。\n"
        )


def _conflict(conflict: Conflict) -> dict[str, object]:
    values = [{"file": name, "value": value} for name, value in conflict.values.items()]
    return {"id": conflict.id, "label": conflict.label, "cell": conflict.cell, "values": values}
