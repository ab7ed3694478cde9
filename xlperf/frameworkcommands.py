"""`xlperf frameworks`: the indicator systems listed, shown, examined."""

from __future__ import annotations

from typing import Annotated

import typer

from xlperf.usage import FINDINGS, ChineseCommand, ChineseGroup, Json, print_json

app = typer.Typer(
    cls=ChineseGroup, no_args_is_help=True, help="指标体系：列出、查看、体检。\n\n例：xlperf frameworks list"
)


@app.command("list", cls=ChineseCommand)
def list_frameworks(as_json: Json = False) -> None:
    """列出随附的指标体系。

    例：xlperf frameworks list
    """
    from xlperf.frameworks.loading import find_framework, shipped_frameworks
    from xlperf.terminal import console, table

    found = [find_framework(name).framework for name in shipped_frameworks()]
    if as_json:
        keys = ("id", "version", "name", "subject", "evaluation", "region", "year")
        print_json([{key: getattr(f, key) for key in keys} | {"indicators": len(f.indicators)} for f in found])
        return
    rows = [[f.id, f.version, f.name, str(f.year), str(len(f.indicators))] for f in found]
    console().print(table("指标体系", ("编号", "版本", "名称", "年度", "指标数"), rows, right=(3, 4)))


@app.command("show", cls=ChineseCommand)
def framework_details(
    name: Annotated[str, typer.Argument(metavar="ID", help="编号，或指标体系文件")], as_json: Json = False
) -> None:
    """查看一个指标体系：指标、分值、评分方式、自己的勾稽关系、读法。

    例：xlperf frameworks show renhua-2021
    """
    from xlperf.frameworks.loading import find_framework
    from xlperf.terminal import console, show_framework

    framework = find_framework(name).framework
    if as_json:
        print_json(framework.model_dump(mode="json"))
        return
    show_framework(console(), framework)


@app.command("lint", cls=ChineseCommand)
def lint_framework(
    name: Annotated[str, typer.Argument(metavar="FILE", help="指标体系文件，或编号")], as_json: Json = False
) -> None:
    """体检一个指标体系：分值合计、分档、公式系数、分母、自己的勾稽关系等。有问题时退出码 1。

    例：xlperf frameworks lint my-county.toml
    """
    from dataclasses import asdict

    from xlperf.checks.loading import require_own, shipped_relations
    from xlperf.frameworks.linting import lint
    from xlperf.frameworks.loading import find_framework
    from xlperf.terminal import console, show_faults
    from xlperf.workbook.alltables import fact_names

    framework = find_framework(name).framework
    require_own(shipped_relations(), framework, fact_names())
    faults = lint(framework)
    if as_json:
        print_json([asdict(fault) for fault in faults])
    elif faults:
        show_faults(console(), faults)
    else:
        console().print("没有发现问题。")
    if faults:
        raise typer.Exit(FINDINGS)
