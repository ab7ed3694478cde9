"""`xlperf frameworks`: the indicator systems listed, shown, examined."""

from __future__ import annotations

from typing import Annotated

import typer

from xlperf.usage import ChineseCommand, ChineseGroup, Json, print_json

FINDINGS = 1
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
def show_framework(
    name: Annotated[str, typer.Argument(metavar="ID", help="编号，或指标体系文件")], as_json: Json = False
) -> None:
    """查看一个指标体系：指标、分值、评分方式、读法。

    例：xlperf frameworks show renhua-2021
    """
    from xlperf.frameworks.loading import find_framework
    from xlperf.frameworks.rules import RULE_LABELS
    from xlperf.terminal import console, table

    framework = find_framework(name).framework
    if as_json:
        print_json(framework.model_dump(mode="json"))
        return
    out = console()
    out.print(f"{framework.name}　{framework.id} {framework.version}\n来源：{framework.source.document}")
    rows = [
        [
            i.code,
            i.level,
            i.group,
            i.name,
            f"{i.weight:g}",
            "、".join(dict.fromkeys(RULE_LABELS[p.rule.kind] for p in i.points)),
        ]
        for i in framework.indicators
    ]
    out.print(table("指标", ("编码", "一级", "二级", "三级", "分值", "评分方式"), rows, right=(4,)))
    readings = [
        [i.code, r.literal, r.executed, "；".join(r.alternatives)] for i in framework.indicators for r in i.readings
    ]
    if readings:
        out.print(table("原文有疑义处的读法", ("编码", "原文", "采用", "其他读法"), readings))


@app.command("lint", cls=ChineseCommand)
def lint_framework(
    name: Annotated[str, typer.Argument(metavar="FILE", help="指标体系文件，或编号")], as_json: Json = False
) -> None:
    """体检一个指标体系：分值合计、分档、公式系数、分母等。有问题时退出码 1。

    例：xlperf frameworks lint my-county.toml
    """
    from dataclasses import asdict

    from xlperf.frameworks.linting import lint
    from xlperf.frameworks.loading import find_framework
    from xlperf.terminal import SEVERITY_LABELS, console, table

    faults = lint(find_framework(name).framework)
    if as_json:
        print_json([asdict(fault) for fault in faults])
    elif faults:
        rows = [[SEVERITY_LABELS[f.severity], f.indicator, f.code, f.message, f.reading or "—"] for f in faults]
        headings = ("级别", "指标", "代码", "问题", "采用的读法")
        console().print(table(f"标准自身的问题（{len(faults)} 处）", headings, rows))
    else:
        console().print("没有发现问题。")
    if faults:
        raise typer.Exit(FINDINGS)
