"""`xlperf verify`: several engines against each other and against the saved values."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.files import Workbook, opened
from xlperf.escaping import printable
from xlperf.usage import FINDINGS, Json, about, print_json

if TYPE_CHECKING:
    from xlperf.engines.verification import Verification
    from xlperf.engines.witnesses import Witnesses

Engines = Annotated[list[str] | None, typer.Option("--engine", help="用哪些引擎，可重复；不给则用全部")]


def verify(file: Workbook, engine: Engines = None, as_json: Json = False) -> None:
    """用几个互相独立的引擎重算（不改文件），逐格比较，也与文件中的值比较。有原因不明的差异时退出码 1。

    例：xlperf verify 仁化.xlsm --engine compiled --engine formualizer
    """
    from xlperf.commands.waiting import stages
    from xlperf.engines.verification import verify as compare

    with stages() as begun, about(file):
        result = compare(opened(file), engine or (), begun=lambda name: begun(f"{name} 计算中…"))
    if as_json:
        _print_json(file, result)
    else:
        _print(result)
    if result.unexplained:
        raise typer.Exit(FINDINGS)


def witnesses_as_json(found: Witnesses) -> dict[str, object]:
    """Who vouches for results without a saved value, for programs."""
    cells = {f"{sheet}!{ref}": why for (sheet, ref), why in found.unwitnessed.items()}
    return {"cells": found.cells, "witnessed_by": dict(found.by), "unwitnessed": cells, "text": str(found)}


def _print_json(file: Path, result: Verification) -> None:
    listed = [
        {"cell": f"{d.sheet}!{d.ref}", "text": str(d), "reason": d.reason, "explained": d.is_explained}
        for d in result.differences
    ]
    found = {"cells": result.cells, "engines": result.engines, "refused": dict(result.refused)}
    unsaved = {} if result.witnesses is None else {"without_saved_values": witnesses_as_json(result.witnesses)}
    print_json({"file": str(file), **found, **unsaved, "differences": listed})


def _print(result: Verification) -> None:
    for difference in result.differences:
        sys.stdout.write(f"{printable(str(difference))}\n")
    for name, reason in result.refused.items():
        sys.stdout.write(f"没有参加比较：{name}：{printable(reason)}\n")
    if result.witnesses is not None:
        listed = f"：{result.witnesses.listed}" if result.witnesses.unwitnessed else ""
        sys.stdout.write(f"{printable(str(result.witnesses))}{printable(listed)}。\n")
    known = f"，其中原因不明的 {len(result.unexplained)} 处" if result.differences else ""
    sys.stdout.write(
        f"比较了 {result.cells} 个公式单元格（{'、'.join(result.engines)}），{len(result.differences)} 处不同{known}。\n"
    )
