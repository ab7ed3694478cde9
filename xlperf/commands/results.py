"""Scoring and checking a filled workbook."""

from __future__ import annotations

from typing import Annotated

import typer

from xlperf.commands.files import Against, Key, OwnFramework, Workbook, opened
from xlperf.usage import FINDINGS, Json, about, print_json


def score(
    file: Workbook,
    as_saved: Annotated[bool, typer.Option("--as-saved", help="直接采用文件里保存的结果，不重算")] = False,
    as_json: Json = False,
) -> None:
    """重算（不改文件）并显示评价结果。

    例：xlperf score 仁化.xlsm
    """
    from xlperf.commands.terminal import console, show_result
    from xlperf.commands.waiting import working
    from xlperf.evaluation.scoring import score as evaluate
    from xlperf.findings.comparison import compared

    with working(f"计算 {file}…"), about(file):
        package = opened(file)
        result = evaluate(package, as_saved=as_saved, comparison=None if as_saved else compared(package))
    if as_json:
        print_json(result.to_json())
        return
    show_result(console(), result)


def check(
    file: Workbook,
    against: Against = None,
    framework: OwnFramework = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """重算（不改文件）并列出问题，先说先改哪几件：勾稽、改动、缺数据、缺理由。有错误或警告时退出码 1。

    例：xlperf check 仁化.xlsm --against 下发/下发清单.json
    """
    from dataclasses import asdict

    from xlperf.commands.terminal import console, plain, show_findings, show_gates, show_priorities
    from xlperf.commands.waiting import working
    from xlperf.evaluation.result import SCHEMA_VERSION
    from xlperf.evaluation.scoring import assessed
    from xlperf.findings.comparison import compared, given
    from xlperf.findings.finding import HINT
    from xlperf.findings.priorities import MOST_LINES, priorities

    with working(f"检查 {file}…"), about(file):
        package, known = opened(file), given(against, framework, key)
        comparison = compared(package, known)
        found, gates = assessed(package, comparison)
    first = priorities(found)
    if as_json:
        states = {name: asdict(gate) for name, gate in gates.items()}
        told = {"first": [asdict(f) for f in first[:MOST_LINES]], "findings": [asdict(f) for f in found]}
        note = {"note": comparison.note} if comparison.note else {}
        print_json({"schema_version": SCHEMA_VERSION, "file": str(file), **states, **note, **told})
    else:
        show_gates(console(), gates.values())
        show_priorities(console(), first)
        show_findings(console(), found, otherwise="没有发现问题。")
        if comparison.note:
            console().print(plain(f"{comparison.note}。"))
    if any(finding.severity != HINT for finding in found):
        raise typer.Exit(FINDINGS)
