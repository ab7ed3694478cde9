"""`xlperf frameworks confirm`: the changed official texts of a workbook read again, shown, and once confirmed carried out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.files import Workbook, opened, require_other
from xlperf.commands.workbooks import edition_of, require_free
from xlperf.errors import UserError
from xlperf.usage import FINDINGS, Json, about, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from xlperf.evaluation.confirming import Outcome, Revision, Said

SCHEMA_VERSION = 1
NOTHING_WRITTEN = "没有写入任何文件。核对无误后加 --yes 和 -o；要改数据的出处、另写规则，先 --table-out 写出确认表"


def confirm(
    file: Workbook,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o", "--output", help="确认以后写到哪个文件：.xlsm、.xlsx 是工作簿（两版可各写一份），.toml 是指标体系"
        ),
    ] = None,
    is_confirmed: Annotated[bool, typer.Option("--yes", help="核对过了，照此更新原文和规则")] = False,
    chosen: Annotated[
        list[str] | None,
        typer.Option("--choose", metavar="编码=读法", help="有几种读法的选一种，如 7=读法2、7=由人判断"),
    ] = None,
    table_out: Annotated[
        Path | None,
        typer.Option("--table-out", help="把读出的写成标准确认表（.xlsx），在 Excel 里选定、认数、另写规则"),
    ] = None,
    table: Annotated[Path | None, typer.Option("--table", help="照核对好的这份标准确认表更新")] = None,
    is_forced: Annotated[bool, typer.Option("--force", help="输出文件已存在也覆盖")] = False,
    as_json: Json = False,
) -> None:
    """工作簿里的评分标准改了字：重新读出、列出前后的规则、示例和得分；确认（--yes）以后更新原文和规则，填报内容不动。

    例：xlperf frameworks confirm 仁化.xlsm --yes -o 仁化新.xlsm
    """
    from xlperf.commands.waiting import working
    from xlperf.evaluation.confirming import revised

    outputs = output or []
    _check_outputs(file, outputs, is_forced=is_forced, is_confirmed=is_confirmed)
    with working(f"核对 {file} 的标准文字…"), about(file):
        revision = revised(opened(file))
    if table_out is not None and revision.said:
        _write_table(table_out, revision, is_forced=is_forced)
    found = _outcome(revision, file, outputs, _choices(chosen or []), table, is_confirmed=is_confirmed)
    written = _write(found, file, outputs, revision) if found is not None and is_confirmed else []
    if as_json:
        print_json(_as_json(revision, found, written))
    else:
        _show(revision, found, written)
    if revision.said and not written:
        raise typer.Exit(FINDINGS)


def _check_outputs(file: Path, outputs: list[Path], *, is_forced: bool, is_confirmed: bool) -> None:
    if is_confirmed and not outputs:
        raise UserError("确认（--yes）以后写到哪个文件？请加 -o 新.xlsm（或 .xlsx、.toml）")
    for target in outputs:
        require_other(file, target)
        require_free(target, is_forced=is_forced)
        if target.suffix.lower() != ".toml":
            edition_of(None, target)


def _choices(chosen: list[str]) -> dict[str, str]:
    found = {}
    for text in chosen:
        code, sign, way = text.partition("=")
        if not sign or not way.strip():
            raise UserError(f"--choose 应如 7=读法2，现为“{text}”")
        found[code.strip()] = way.strip()
    return found


def _write_table(target: Path, revision: Revision, *, is_forced: bool) -> None:
    from xlperf.evaluation.confirming import table
    from xlperf.package import write_file

    if target.suffix.lower() != ".xlsx":
        raise UserError(f"标准确认表 {target} 应以 .xlsx 结尾。")
    require_free(target, is_forced=is_forced)
    write_file(target, table(revision))


def _outcome(
    revision: Revision,
    file: Path,
    outputs: list[Path],
    choices: Mapping[str, str],
    table: Path | None,
    *,
    is_confirmed: bool,
) -> Outcome | None:
    """The workbook once confirmed; None where nothing was changed, or readings are still to be chosen.

    Errors: UserError: something is still open though it was said to be confirmed.
    """
    from xlperf.evaluation.confirming import confirmed, outcome, require_same_texts
    from xlperf.standards.building import find_standard

    if not revision.said:
        return None
    try:
        if table is not None:
            source = find_standard(str(table))
            require_same_texts(revision, source)
        else:
            source = confirmed(revision, choices)
    except UserError:
        if is_confirmed or choices or table is not None:
            raise
        return None
    books = [target for target in outputs if target.suffix.lower() != ".toml"]
    with about(file):
        return outcome(revision, source, edition_of(None, books[0] if books else file), file)


def _write(found: Outcome, file: Path, outputs: list[Path], revision: Revision) -> list[str]:
    """Writes what was asked for: workbooks of either edition, the framework."""
    from xlperf.evaluation.confirming import outcome
    from xlperf.package import write_file

    books = [target for target in outputs if target.suffix.lower() != ".toml"]
    made = {edition_of(None, books[0]): found.renewal} if books else {}
    for target in outputs:
        if target not in books:
            write_file(target, found.source.text.encode())
            continue
        edition = edition_of(None, target)
        if edition not in made:
            made[edition] = outcome(revision, found.source, edition, file).renewal
        write_file(target, made[edition].package.data)
    return [str(target) for target in outputs]


def _as_json(revision: Revision, found: Outcome | None, written: list[str]) -> dict[str, object]:
    texts = [
        {
            "code": one.changed.indicator.code,
            "name": one.changed.indicator.name,
            "cell": one.changed.cell,
            "before": {"text": one.changed.indicator.standard, "wording": one.former},
            "now": {"text": one.changed.standard, "state": one.understood.state},
            "ways": [{"wording": wording, "examples": tried} for wording, tried in one.ways],
            "choices": list(one.understood.choices),
            "doubts": list(one.understood.doubts),
            "figures": list(one.figures),
            "score_before": vars(found.scores[one.changed.indicator.code][0]) if found else None,
            "score_now": vars(found.scores[one.changed.indicator.code][1]) if found else None,
        }
        for one in revision.said
    ]
    lost = [vars(fate) for fate in found.renewal.lost] if found else []
    return {"schema_version": SCHEMA_VERSION, "changed": texts, "written": written, "lost": lost}


def _show(revision: Revision, found: Outcome | None, written: list[str]) -> None:
    from xlperf.commands.terminal import console, plain

    out = console()
    if not revision.said:
        out.print(plain("标准文字与确认过的相同，没有要确认的。"))
        return
    for one in revision.said:
        _show_one(out, one, found)
    if found is not None:
        for fate in found.renewal.lost:
            out.print(plain(f"没有带过来：{fate.id} {fate.label} {fate.value}（{fate.note}）", "red"))
    if written:
        source = found.source.framework if found else revision.source.framework
        out.print(
            plain(
                f"已写入 {'、'.join(written)}：指标体系 {source.id} {source.version}，{len(revision.said)} 个指标的原文和规则已更新。"
            )
        )
    else:
        out.print(plain(NOTHING_WRITTEN))


def _show_one(out: Console, one: Said, found: Outcome | None) -> None:
    from xlperf.commands.terminal import plain

    indicator = one.changed.indicator
    out.print(plain(f"指标 {indicator.code}“{indicator.name}”（{one.changed.cell}）：{one.understood.state}", "bold"))
    lines = [f"原来的原文：{indicator.standard}", f"原来的规则：{one.former}", f"现在的原文：{one.changed.standard}"]
    choices = one.understood.choices
    for n, (wording, tried) in enumerate(one.ways):
        choice = one.understood.ways[n].choice
        head = f"{choices[n]}（{choice}）" if len(one.ways) > 1 else "现在的规则"
        lines += [f"{head}：{wording}", *([f"　示例得分：{tried}"] if tried else [])]
    if not one.ways:
        lines.append("现在的规则：由评价人在0分至满分之间判断，写明理由")
    lines += [f"　{doubt}" for doubt in one.understood.doubts]
    lines += [f"　用到的数：{'、'.join(one.figures)}"] if one.figures else []
    if found is not None:
        lines.append("得分：{} → {}".format(*found.scores[indicator.code]))
    for line in lines:
        out.print(plain(line))
