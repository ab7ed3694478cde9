"""`xlperf explain`: how a number came about, what would change it, and how far the grade is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlperf.usage import Json, print_json


def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="工作簿（.xlsx、.xlsm）")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="总分、等级、指标、数据项、比率，或单元格")] = "总分",
    as_json: Json = False,
) -> None:
    """说明一个数怎么来的。

    例：xlperf explain 仁化.xlsm 公用经费控制率
    """
    from xlperf.evaluation.explanation import SCHEMA_VERSION
    from xlperf.evaluation.filled import Filled
    from xlperf.evaluation.scoring import recalculated
    from xlperf.evaluation.targets import explain as explained
    from xlperf.evaluation.targets import find_target
    from xlperf.package import open_package
    from xlperf.terminal import working
    from xlperf.trees import show_tree, tree_console

    with working(f"计算 {file}…"):
        filled = Filled(recalculated(open_package(file)).package)
        root = explained(filled, find_target(filled, target))
    if as_json:
        print_json({"schema_version": SCHEMA_VERSION, "file": str(file), "explanation": root.to_json()})
        return
    show_tree(tree_console(), root)
