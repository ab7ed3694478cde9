"""Making workbooks, filling them in, recalculating and converting them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.copies import convert_copy, copy_of
from xlperf.commands.files import Output, Workbook, opened, require_other, require_output
from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.usage import FINDINGS, Json, about, print_json

if TYPE_CHECKING:
    from xlperf.editions.conversion import Edition
    from xlperf.engines import Recalculation
    from xlperf.frameworks.loading import FrameworkFile
    from xlperf.package import Package
    from xlperf.workbook.catalogue import InputCell
    from xlperf.workbook.roles import Copy

EDITIONS = "版本：native（普通公式，.xlsx）、udf（单元格调用 PERF_ 函数，.xlsm）；不写就看输出文件的扩展名"
ROLES = "给谁：unit（单位版）、evaluator（评价组版）、all（完整版）"
EDITION_WORDS = {
    "native": "普通公式版，不需要宏和 Python",
    "udf": "函数版，单元格调用 PERF_ 函数，在 Excel 里要装加载项",
}


def new(
    framework: Annotated[
        str, typer.Argument(metavar="指标体系", help="指标体系编号、文件，或核对好的标准确认表（.xlsx）")
    ],
    output: Output,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="数据：TOML、JSON，或两列（编号或名称、值）的 xlsx、csv；不给则生成空白工作簿"),
    ] = None,
    edition: Annotated[str | None, typer.Option("--edition", help=EDITIONS)] = None,
    role: Annotated[str, typer.Option("--for", help=ROLES)] = "all",
    is_forced: Annotated[bool, typer.Option("--force", help="输出文件已存在也覆盖，里面填好的会丢失")] = False,
) -> None:
    """由指标体系生成工作簿，可同时填入数据：.xlsx 是普通公式版，不需要宏和 Python；.xlsm 是函数版。

    --for unit 是单位版：评定、复核、台账锁住并隐藏；--for evaluator 是评价组版；不写是完整版，一个人从填数做到评分。

    例：xlperf new renhua-2021 -o 空白.xlsx
    """
    from xlperf.commands.waiting import working
    from xlperf.editions.assembly import assemble
    from xlperf.package import write_file
    from xlperf.standards.building import find_standard
    from xlperf.workbook.data_files import read_data
    from xlperf.workbook.two_column_files import is_rows

    chosen, copy = edition_of(edition, output), copy_of(role)
    source = find_standard(framework)
    require_free(output, is_forced=is_forced)
    with working(f"生成 {output}…"):
        if data and is_rows(data):
            content = _filled_from_rows(source, chosen, data, copy)
        else:
            content = assemble(source, read_data(data, source.framework) if data else None, chosen, copy)
    write_file(output, content)
    told = "" if copy == "all" else f"{copy.label}；"
    sys.stdout.write(f"已生成 {output}（{told}{EDITION_WORDS[chosen]}）\n")
    if copy == "unit" and data:
        sys.stdout.write("注意：数据里评价组填的（评定、复核、核查结果、台账）没有填入单位版。\n")


def convert(
    file: Workbook,
    output: Output,
    edition: Annotated[str | None, typer.Option("--edition", "--to", help=EDITIONS)] = None,
    role: Annotated[str | None, typer.Option("--for", help=ROLES)] = None,
    is_any: Annotated[bool, typer.Option("--any", help="不是 xlperf 生成的工作簿，自己用了 PERF_ 函数")] = False,
) -> None:
    """在两个版本之间转换填好的工作簿：只换公式和身份标记里的版本，填报内容、批注、格式一字不动；旧格式也能转成 .xlsx。

    --for evaluator 把交来的单位版转成评价组版，单位填的都带过去；--for unit 反过来，评价组填的不带。这两样按指标体系重新
    排出，批注和改过的格式不带。

    --any --to native 把自己的工作簿里的 PERF_ 函数换成普通公式，--any --to udf 换回原来的公式；不能换的格照旧，一一列出（返回 1）。

    例：xlperf convert 仁化.xlsm -o 仁化.xlsx
    """
    from xlperf.commands.waiting import working
    from xlperf.editions.conversion import converted
    from xlperf.package import write_file
    from xlperf.package.foreign_formats import needs_conversion
    from xlperf.workbook.identity import read_identity

    if is_any:
        _convert_own(file, output, edition)
        return
    chosen = edition_of(edition, output)
    require_other(file, output)
    if role is not None:
        convert_copy(file, output, chosen, copy_of(role))
        return
    with working(f"转换 {file}…"), about(file):
        package = opened(file)
        if needs_conversion(file) is not None and read_identity(package).edition == chosen:
            write_file(output, package.data)
            sys.stdout.write(f"已写入 {output}：版本没有变，公式没有换。\n")
            return
        result = converted(package, chosen)
    write_file(output, result.package.data)
    for note in result.notes:
        sys.stdout.write(f"注意：{note}。\n")
    sys.stdout.write(f"已写入 {output}：换了 {result.count} 个公式。\n")


def _convert_own(file: Path, output: Path, edition: str | None) -> None:
    """Writes somebody's own workbook with plain formulas, or with calls of ours again."""
    from xlperf.commands.waiting import working
    from xlperf.editions.conversion import Edition
    from xlperf.editions.own_workbooks import own_converted
    from xlperf.package import write_file

    if edition not in tuple(Edition):
        raise UserError("--any 要写明换成什么：--to native（普通公式）或 --to udf（换回 PERF_ 函数）")
    require_output(file, output)
    with working(f"转换 {file}…"), about(file):
        result = own_converted(opened(file), Edition(edition))
    write_file(output, result.package.data)
    for note in result.notes:
        sys.stdout.write(f"注意：{note}。\n")
    for reason, cells in result.left.items():
        sys.stdout.write(f"没有换：{printable('、'.join(cells))}（{printable(reason)}）\n")
    sys.stdout.write(f"已写入 {output}：换了 {result.count} 个公式，其余部件一字不动。\n")
    if result.left:
        raise typer.Exit(FINDINGS)


def inputs(
    source: Annotated[str, typer.Argument(metavar="指标体系|工作簿", help="指标体系编号，或工作簿")],
    as_json: Json = False,
) -> None:
    """列出每个填报格：编号、名称、位置、类型、单位、可选的值；--json 连同现在的值，可以原样交给 new --data。

    例：xlperf inputs renhua-2021
    """
    from xlperf.commands.terminal import console, table
    from xlperf.commands.waiting import working
    from xlperf.workbook.catalogue import TYPES

    with working(f"读取 {source}…"), about(Path(source)):
        package = _workbook_of(source)
        found = inputs_of(package).values()
    if as_json:
        print_json([_told(item, package) for item in found])
        return
    total = len(found)
    # Of the free lines of a table the first stands for all; --json lists every cell.
    shown = [i for i in found if not i.is_further_line]
    rows = [[i.id, i.label, i.cell, TYPES[i.type], i.unit, "、".join(i.choices)] for i in shown]
    console().print(
        table(f"填报格（{total} 个；逐行填的表只列第 1 行）", ("编号", "名称", "位置", "类型", "单位", "可选"), rows)
    )
    console().print("编号也可以写成名称；第 3 行写 problem_fact.3 或 问题台账.3.事实。")


def _told(item: InputCell, package: Package) -> dict[str, object]:
    """An input as programs are told of it, with what it holds now."""
    from xlperf.errors import CellError
    from xlperf.values import is_day, to_date

    held = package.value(item.sheet, item.ref)
    if isinstance(held, CellError):
        held = None
    value = to_date(held).isoformat() if item.type == "date" and is_day(held) else held
    keys = ("id", "label", "sheet", "cell", "type", "unit")
    return {key: getattr(item, key) for key in keys} | {"choices": list(item.choices), "value": value}


def set_inputs(
    file: Workbook,
    assignments: Annotated[list[str], typer.Argument(metavar="编号=值...", help="编号=值，可有多个")],
    output: Output,
) -> None:
    """填入数据并重算，其余一字不动。编号见 xlperf inputs，也可以写名称（问题台账.1.事实）。

    例：xlperf set 仁化.xlsm quota_used=200 award.18=0 -o 改后.xlsm
    """
    from xlperf.commands.waiting import working
    from xlperf.evaluation.scoring import recalculated
    from xlperf.package import write_file
    from xlperf.workbook.catalogue import parse_input
    from xlperf.workbook.input_finder import Finder
    from xlperf.workbook.reason_scores import with_reason_scores
    from xlperf.workbook.row_heights import fitted

    require_output(file, output)
    with about(file):
        package = opened(file)
        known = inputs_of(package)
        finder = Finder(known)
    values = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise UserError(f"“{assignment}”应写成 编号=值。")
        item = finder.item(name)
        values[item.sheet, item.ref] = parse_input(item, text)
    with working(f"重算 {file}…"), about(file):
        filled = with_reason_scores(values, known, lambda place: package.value(*place))
        result = recalculated(package, filled)
        content = fitted(result, filled).data
    write_file(output, content)
    sys.stdout.write(f"已写入 {output}：填了 {len(values)} 格，{len(result.changes)} 个公式结果随之变化。\n")


def recalc(
    file: Workbook,
    output: Output,
    engine: Annotated[str, typer.Option("--engine", help="计算引擎：auto、compiled、formualizer、formulas")] = "auto",
    force: Annotated[bool, typer.Option("--force", help="重现不了的、没有核对的也照写，并列出")] = False,
    as_json: Json = False,
) -> None:
    """不用 Excel 重算工作簿，只改公式单元格的结果，其余一字不动。没有把握的格保留原值或拒绝，一一点名。

    例：xlperf recalc 仁化.xlsm -o 重算.xlsm
    """
    from xlperf.commands.waiting import working
    from xlperf.evaluation.scoring import recalculated
    from xlperf.package import write_file

    require_output(file, output)
    with working(f"重算 {file}…"), about(file):
        result = recalculated(opened(file), engine=engine, force=force)
        content = result.data
    write_file(output, content)
    if as_json:
        print_json(_recalculated(file, output, result))
        return
    for note in result.notes:
        sys.stdout.write(f"注意：{printable(note)}\n")
    sys.stdout.write(f"已写入 {output}：{len(result.changes)} 个公式结果有变化。\n")


def _recalculated(file: Path, output: Path, result: Recalculation) -> dict[str, object]:
    """A recalculation as programs are told of it."""
    from xlperf.commands.verify import witnesses_as_json
    from xlperf.openpyxl import plain

    changes = [{"cell": f"{c.sheet}!{c.ref}", "old": plain(c.old), "new": plain(c.new)} for c in result.changes]
    kept = {f"{sheet}!{ref}": why for (sheet, ref), why in result.kept.items()}
    unsaved = {} if result.witnesses is None else {"without_saved_values": witnesses_as_json(result.witnesses)}
    told = {"file": str(file), "output": str(output), "changes": changes, "kept": kept}
    return {**told, "notes": list(result.notes), **unsaved}


def require_free(output: Path, *, is_forced: bool) -> None:
    """Refuses to write a new workbook over a file: it may be one that somebody has filled in."""
    if output.exists() and not is_forced:
        raise UserError(f"{output} 已经存在，没有覆盖；请换一个文件名，确实不要它了再加 --force。")


def edition_of(name: str | None, output: Path) -> Edition:
    """The edition of that name, or of the output's ending; refuses an ending that Excel would not open it under."""
    from xlperf.editions.conversion import Edition

    if name is None:
        by_ending = {edition.suffix: edition for edition in Edition}
        chosen = by_ending.get(output.suffix.lower())
        if chosen is None:
            raise UserError(f"输出文件 {output} 应以 .xlsx（普通公式版）或 .xlsm（函数版）结尾。")
        return chosen
    if name not in tuple(Edition):
        raise UserError(f"没有名为“{name}”的版本；可用：{'、'.join(Edition)}")
    edition = Edition(name)
    if output.suffix.lower() != edition.suffix:
        raise UserError(f"输出文件 {output} 应以 {edition.suffix} 结尾。")
    return edition


def _filled_from_rows(source: FrameworkFile, edition: Edition, data: Path, copy: Copy) -> bytes:
    """A workbook filled from rows of inputs and values, with as many lines in its tables as these need."""
    from xlperf.editions.room import blank_for
    from xlperf.evaluation.scoring import recalculated
    from xlperf.workbook.row_heights import fitted
    from xlperf.workbook.two_column_files import Row, places_of, read_rows

    rows = read_rows(data)
    package, cover = blank_for(source, rows, edition, data, copy)
    rows = [*(Row(0, name, value) for name, value in cover.items()), *rows]
    values = places_of(rows, inputs_of(package), data)
    if copy == "unit":
        from xlperf.workbook.roles import Role
        from xlperf.workbook.sheets.all_sheets import role_at

        values = {place: value for place, value in values.items() if role_at(place, source.framework) is Role.UNIT}
    return fitted(recalculated(package, values), values).data


def inputs_of(package: Package) -> dict[str, InputCell]:
    """The inputs of a workbook by id.

    Errors: UserError: not one of our workbooks, a name that leads to an input is gone.
    """
    from xlperf.workbook.catalogue import catalogue
    from xlperf.workbook.identity import read_identity
    from xlperf.workbook.names import NamedCells

    return catalogue(NamedCells(package), read_identity(package).framework.framework)


def _workbook_of(source: str) -> Package:
    """The workbook itself, or an empty one of a framework."""
    from xlperf.editions.assembly import assemble
    from xlperf.frameworks.loading import find_framework
    from xlperf.package import open_package

    if Path(source).suffix.lower() in (".xlsx", ".xlsm", ".xls", ".et", ".ods"):
        return opened(Path(source))
    return open_package(assemble(find_framework(source)))
