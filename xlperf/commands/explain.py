"""`xlperf explain`: how a number came about, what other inputs would change, and how far the next grade is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.files import Workbook, opened
from xlperf.errors import UserError
from xlperf.usage import Json, print_json

if TYPE_CHECKING:
    from xlperf.evaluation.filled import Filled
    from xlperf.explain.comparisons import Comparison
    from xlperf.explain.explanation import Node
    from xlperf.explain.targets import Target

HTML = (".html", ".htm")


Asked = Annotated[
    str,
    typer.Argument(
        metavar="什么", help="总分、等级、指标或要点的编码或名称、数据项、比率，或 指标评分!M12 这样的单元格"
    ),
]
Assumed = Annotated[
    list[str] | None, typer.Option("--what-if", metavar="编号=值", help="试算：编号或名称=值，可重复；不改文件")
]
WithLevers = Annotated[
    bool, typer.Option("--sensitivity", help="离上、下一个等级多远，哪一项单独会改变它（只用于总分、等级）")
]
AsSaved = Annotated[bool, typer.Option("--as-saved", help="直接采用文件里保存的结果，不重算")]
AsHtml = Annotated[bool, typer.Option("--html", help="写成一个网页文件，与 -o 同用")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="网页写到哪个文件（.html）")]


def explain(
    file: Workbook,
    target: Asked = "总分",
    assumed: Assumed = None,
    is_sensitivity: WithLevers = False,
    is_saved: AsSaved = False,
    as_json: Json = False,
    as_html: AsHtml = False,
    output: Output = None,
) -> None:
    """说明一个数怎么来的：得分、规则、原文、读法、数据、出处，一直到填报格；也可试算和看离等级多远。

    例：xlperf explain 仁化.xlsm 公用经费控制率
    """
    _check(assumed, is_sensitivity, is_saved, as_json, as_html, output)
    from xlperf.commands.waiting import working
    from xlperf.evaluation.filled import Filled
    from xlperf.evaluation.scoring import recalculated
    from xlperf.explain.targets import find_target

    with working(f"计算 {file}…"):
        package = opened(file)
        filled = Filled(package if is_saved else recalculated(package).package)
        meant = find_target(filled, target)
        if is_sensitivity:
            data, tree, comparison = _sensitivity(filled, meant, is_whole=as_html)
        elif assumed:
            data, tree, comparison = _what_if(filled, meant, assumed)
        else:
            data, tree, comparison = _explanation(filled, meant)
    if as_json:
        from xlperf.explain.explanation import SCHEMA_VERSION

        named = {"kind": meant.kind, "id": meant.id, "label": meant.label}
        print_json({"schema_version": SCHEMA_VERSION, "file": str(file), "target": named, **data})
    elif output:
        _write(output, file, filled, meant, tree, comparison)
    else:
        _show(tree, comparison)


_Answer = tuple[dict[str, object], "Node | None", "Comparison | None"]


def _explanation(filled: Filled, target: Target) -> _Answer:
    from xlperf.explain.targets import explain as explained

    root = explained(filled, target)
    return {"explanation": root.to_json()}, root, None


def _what_if(filled: Filled, target: Target, assumed: list[str]) -> _Answer:
    from xlperf.explain.comparisons import what_if_comparison
    from xlperf.explain.what_if import what_if

    found = what_if(filled, target, assumed)
    return {"what_if": found.to_json()}, None, what_if_comparison(found, target)


def _sensitivity(filled: Filled, target: Target, *, is_whole: bool) -> _Answer:
    from xlperf.explain.comparisons import sensitivity_comparison
    from xlperf.explain.sensitivity import sensitivity

    if target.kind not in ("total", "grade"):
        raise UserError(f"--sensitivity 只用于总分、等级，不能用于“{target.label}”")
    found = sensitivity(filled)
    return {"sensitivity": found.to_json()}, None, sensitivity_comparison(found, is_whole=is_whole)


def _check(
    assumed: list[str] | None, is_sensitivity: bool, is_saved: bool, as_json: bool, as_html: bool, output: Path | None
) -> None:
    """Refuses options that contradict each other."""
    if assumed and is_sensitivity:
        raise UserError("--what-if 和 --sensitivity 请分开用")
    if is_saved and (assumed or is_sensitivity):
        raise UserError("试算和 --sensitivity 须重算，不能与 --as-saved 同用")
    if as_html and as_json:
        raise UserError("--html 和 --json 只能选一个")
    if as_html != (output is not None):
        raise UserError("--html 与 -o 同用，如 --html -o 说明.html")
    if output is not None and output.suffix.lower() not in HTML:
        raise UserError(f"输出文件 {output} 应以 .html 结尾")


def _write(
    output: Path, file: Path, filled: Filled, target: Target, tree: Node | None, comparison: Comparison | None
) -> None:
    import sys

    from xlperf.package import write_file
    from xlperf.report.explanation_page import explanation_page

    result = filled.result
    title = f"{target.label}：{'怎么来的' if tree else '试算'}"
    about = f"{result.unit or '（未填单位）'}　{result.year or ''} 年度　{filled.framework.name}　{file.name}"
    write_file(output, explanation_page(title, about, (tree,) if tree else (), comparison))
    sys.stdout.write(f"已写入 {output}\n")


def _show(tree: Node | None, comparison: Comparison | None) -> None:
    from xlperf.commands.explanation_tree import show_comparison, show_tree, tree_console

    if tree is not None:
        show_tree(tree_console(), tree)
    if comparison is not None:
        show_comparison(tree_console(), comparison)
