"""The xlperf command. Everything heavy is imported where it is used, so that a command starts fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from xlperf import __version__, addincommands, batchcommands, explaincommand, frameworkcommands, verifycommand
from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.usage import FINDINGS, ChineseCommand, ChineseGroup, Json, about, print_json, usage_sentence

if TYPE_CHECKING:
    from xlperf.editions.conversion import Edition
    from xlperf.package import Package
    from xlperf.workbook.catalogue import InputCell

USAGE = 2
SAME_FILE = "输出文件不能就是输入文件；交来的文件从不改写，请用 -o 指定另一个文件名。"
EDITIONS = "版本：udf（单元格调用 PERF_ 函数，.xlsm）、native（普通公式，.xlsx）"
# typer keeps its own copy of click: the base of its errors is found through the one that it shows.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
app = typer.Typer(
    cls=ChineseGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="预算绩效评价工作簿：生成、填数、重算、评分。\n\n例：xlperf demo",
)
app.add_typer(frameworkcommands.app, name="frameworks")
app.add_typer(addincommands.app, name="addin")
for command in (explaincommand.explain, verifycommand.verify, batchcommands.distribute, batchcommands.batch):
    app.command(cls=ChineseCommand)(command)

Output = Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件")]
Workbook = Annotated[Path, typer.Argument(metavar="FILE", help="工作簿（.xlsx、.xlsm；.xls、.et、.ods 先转换）")]


def main() -> None:
    """Runs the command; what the user can put right becomes one sentence and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        status = app(prog_name="xlperf", standalone_mode=False)
    except UserError as error:
        _stop(f"错误：{str(error).rstrip('。')}。")
    except USAGE_ERROR as error:
        _stop(usage_sentence(error))
    except (KeyboardInterrupt, typer.Abort):
        _stop("已中断。")
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: nothing is left to say.
        sys.stderr.close()
        status = 0
    sys.exit(status or 0)


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"{printable(sentence)}\n")
    sys.exit(USAGE)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="显示版本")] = False,
) -> None:
    if version:
        sys.stdout.write(f"xlperf {__version__}\n")
        raise typer.Exit


@app.command(cls=ChineseCommand)
def new(
    framework: Annotated[str, typer.Argument(metavar="FRAMEWORK", help="指标体系编号或文件")],
    output: Output,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="数据：TOML、JSON，或两列（编号、值）的 xlsx、csv；不给则生成空白工作簿"),
    ] = None,
    edition: Annotated[str, typer.Option("--edition", help=EDITIONS)] = "udf",
) -> None:
    """由指标体系生成工作簿，可同时填入数据：udf 版（.xlsm）或不需要宏和 Python 的 native 版（.xlsx）。

    例：xlperf new renhua-2021 --edition native -o 空白.xlsx
    """
    from xlperf.editions.assembly import assemble
    from xlperf.frameworks.loading import find_framework
    from xlperf.package import write_file
    from xlperf.terminal import working
    from xlperf.workbook.datafiles import read_data
    from xlperf.workbook.pairs import SUFFIXES

    chosen = _edition(edition, output)
    source = find_framework(framework)
    with working(f"生成 {output}…"):
        if data and data.suffix.lower() in SUFFIXES:
            content = _filled_from_pairs(assemble(source, edition=chosen), data)
        else:
            content = assemble(source, read_data(data, source.framework) if data else None, chosen)
    write_file(output, content)
    sys.stdout.write(f"已生成 {output}\n")


def _edition(name: str, output: Path) -> Edition:
    """The edition of that name; refuses an ending that Excel would not open it under."""
    from xlperf.editions.conversion import Edition

    if name not in tuple(Edition):
        raise UserError(f"没有名为“{name}”的版本；可用：{'、'.join(Edition)}")
    edition = Edition(name)
    if output.suffix.lower() != edition.suffix:
        raise UserError(f"输出文件 {output} 应以 {edition.suffix} 结尾。")
    return edition


@app.command(cls=ChineseCommand)
def convert(
    file: Workbook,
    edition: Annotated[str, typer.Option("--edition", help=EDITIONS)],
    output: Output,
) -> None:
    """在两个版本之间转换填好的工作簿：只换公式和身份标记里的版本，填报内容、批注、格式一字不动。

    例：xlperf convert 仁化.xlsm --edition native -o 仁化.xlsx
    """
    from xlperf.editions.conversion import converted
    from xlperf.package import open_package, write_file
    from xlperf.terminal import working

    chosen = _edition(edition, output)
    if output.resolve() == file.resolve():
        raise UserError(SAME_FILE)
    with working(f"转换 {file}…"):
        result = converted(open_package(file), chosen)
    write_file(output, result.package.data)
    for note in result.notes:
        sys.stdout.write(f"注意：{note}。\n")
    sys.stdout.write(f"已写入 {output}：换了 {result.count} 个公式。\n")


def _filled_from_pairs(workbook: bytes, data: Path) -> bytes:
    from xlperf.evaluation.scoring import recalculated
    from xlperf.package import open_package
    from xlperf.workbook.pairs import read_pairs

    package = open_package(workbook)
    return recalculated(package, read_pairs(data, _inputs_of(package))).data


def _inputs_of(package: Package) -> dict[str, InputCell]:
    from xlperf.workbook.catalogue import catalogue
    from xlperf.workbook.identity import read_identity
    from xlperf.workbook.names import NamedCells

    return catalogue(NamedCells(package), read_identity(package).framework.framework)


@app.command(cls=ChineseCommand)
def inputs(
    source: Annotated[str, typer.Argument(metavar="FRAMEWORK|FILE", help="指标体系编号，或工作簿")],
    as_json: Json = False,
) -> None:
    """列出每个填报格：编号、名称、位置、类型、单位。

    例：xlperf inputs renhua-2021
    """
    from xlperf.terminal import console, table, working

    with working(f"读取 {source}…"), about(Path(source)):
        found = _inputs_of(_workbook_of(source)).values()
    if as_json:
        keys = ("id", "label", "cell", "type", "unit")
        print_json([{key: getattr(i, key) for key in keys} | {"choices": list(i.choices)} for i in found])
        return
    # Of the free lines of a table the first stands for all; --json lists every cell.
    shown = [i for i in found if not i.is_further_line]
    rows = [[i.id, i.label, i.cell, i.type, i.unit, "、".join(i.choices)] for i in shown]
    title = f"填报格（{len(found)} 个；逐行填的表只列第 1 行）"
    console().print(table(title, ("编号", "名称", "位置", "类型", "单位", "可选"), rows))


def _workbook_of(source: str) -> Package:
    """The workbook itself, or an empty one of a framework."""
    from xlperf.editions.assembly import assemble
    from xlperf.frameworks.loading import find_framework
    from xlperf.package import open_package

    if Path(source).suffix.lower() in (".xlsx", ".xlsm", ".xls", ".et", ".ods"):
        return _opened(Path(source))
    return open_package(assemble(find_framework(source)))


def _opened(file: Path) -> Package:
    """A submitted workbook; one in the format of another program is converted first, which is said."""
    from xlperf.package import open_package
    from xlperf.package.conversion import converted, needs_conversion

    if needs_conversion(file) is None:
        return open_package(file)
    content, note = converted(file)
    sys.stderr.write(f"注意：{printable(note)}。\n")
    return open_package(content)


@app.command("set", cls=ChineseCommand)
def set_inputs(
    file: Workbook,
    assignments: Annotated[list[str], typer.Argument(metavar="ID=VALUE...", help="编号=值，可有多个")],
    output: Output,
) -> None:
    """填入数据并重算，其余一字不动。编号见 xlperf inputs。

    例：xlperf set 仁化.xlsm quota_used=200 award.18=0 -o 改后.xlsm
    """
    from xlperf.evaluation.scoring import recalculated
    from xlperf.package import write_file
    from xlperf.terminal import working
    from xlperf.workbook.catalogue import parse_input

    _check_output(file, output)
    with about(file):
        package = _opened(file)
        known = _inputs_of(package)
    values = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise UserError(f"“{assignment}”应写成 编号=值。")
        if name.strip() not in known:
            raise UserError(f"没有编号为 {name.strip()} 的填报格；xlperf inputs {file} 列出全部编号。")
        item = known[name.strip()]
        values[item.sheet, item.ref] = parse_input(item, text)
    with working(f"重算 {file}…"), about(file):
        result = recalculated(package, values)
    write_file(output, result.data)
    sys.stdout.write(f"已写入 {output}：填了 {len(values)} 格，{len(result.changes)} 个公式结果随之变化。\n")


@app.command(cls=ChineseCommand)
def recalc(
    file: Workbook,
    output: Output,
    engine: Annotated[str, typer.Option("--engine", help="计算引擎：auto、compiled、formualizer、formulas")] = "auto",
    force: Annotated[bool, typer.Option("--force", help="引擎重现不了原有结果时仍然重算")] = False,
) -> None:
    """不用 Excel 重算工作簿，只改公式单元格的结果，其余一字不动。

    例：xlperf recalc 仁化.xlsm -o 重算.xlsm
    """
    from xlperf.evaluation.scoring import recalculated
    from xlperf.package import write_file
    from xlperf.terminal import working

    _check_output(file, output)
    with working(f"重算 {file}…"), about(file):
        result = recalculated(_opened(file), engine=engine, force=force)
    write_file(output, result.data)
    for note in result.notes:
        sys.stdout.write(f"注意：{printable(note)}\n")
    sys.stdout.write(f"已写入 {output}：{len(result.changes)} 个公式结果有变化。\n")


@app.command(cls=ChineseCommand)
def score(
    file: Workbook,
    as_saved: Annotated[bool, typer.Option("--as-saved", help="直接采用文件里保存的结果，不重算")] = False,
    as_json: Json = False,
) -> None:
    """重算（不改文件）并显示评价结果。

    例：xlperf score 仁化.xlsm
    """
    from xlperf.evaluation.scoring import score as evaluate
    from xlperf.terminal import console, show_result, working

    with working(f"计算 {file}…"), about(file):
        result = evaluate(_opened(file), as_saved=as_saved)
    if as_json:
        print_json(result.to_json())
        return
    show_result(console(), result)


@app.command(cls=ChineseCommand)
def check(file: Workbook, as_json: Json = False) -> None:
    """重算（不改文件）并列出问题：勾稽、改动、缺数据、缺理由。有错误或警告时退出码 1。

    例：xlperf check 仁化.xlsm
    """
    from dataclasses import asdict

    from xlperf.evaluation.result import HINT, SCHEMA_VERSION
    from xlperf.evaluation.scoring import check as findings_of
    from xlperf.terminal import console, show_findings, working

    with working(f"检查 {file}…"), about(file):
        found = findings_of(_opened(file))
    if as_json:
        print_json({"schema_version": SCHEMA_VERSION, "file": str(file), "findings": [asdict(f) for f in found]})
    else:
        show_findings(console(), found, otherwise="没有发现问题。")
    if any(finding.severity != HINT for finding in found):
        raise typer.Exit(FINDINGS)


@app.command(cls=ChineseCommand)
def functions(as_json: Json = False) -> None:
    """列出工作表函数。

    例：xlperf functions
    """
    from xlperf.registry import worksheet_functions

    specs = worksheet_functions().values()
    if as_json:
        print_json([_function(spec) for spec in specs])
        return
    from xlperf.terminal import console, table

    rows = [[spec.signature, spec.label, spec.help] for spec in specs]
    console().print(table(f"工作表函数（{len(rows)} 个）", ("函数", "名称", "说明"), rows))


def _function(spec: Any) -> dict[str, object]:
    parameters = [
        {"name": p.name, "type": p.kind.value, "help": p.help, "required": p.is_required} for p in spec.parameters
    ]
    return {"name": spec.name, "label": spec.label, "family": spec.family, "help": spec.help, "parameters": parameters}


@app.command(cls=ChineseCommand)
def demo() -> None:
    """用真实报告的数据演示：生成工作簿，不用 Excel 重算，列出得分和每一处改判的理由。

    例：xlperf demo
    """
    from xlperf.editions.assembly import assemble
    from xlperf.evaluation.scoring import score as evaluate
    from xlperf.frameworks.loading import find_framework
    from xlperf.package import open_package
    from xlperf.terminal import console, show_departures, show_heading, show_rates, working
    from xlperf.workbook.datafiles import read_data
    from xlperf.workbook.locations import example_names, workbooks_folder

    out = console()
    for name in example_names():
        source = find_framework(name)
        data = read_data(workbooks_folder() / "examples" / f"{name}.toml", source.framework)
        with working(f"生成并计算 {name}…"):
            result = evaluate(open_package(assemble(source, data)))
        show_heading(out, result)
        show_rates(out, result)
        show_departures(out, result)


@app.command(cls=ChineseCommand)
def doctor() -> None:
    """检查安装：Python、各部件的版本、随附的工作簿。

    例：xlperf doctor
    """
    from importlib import metadata

    from xlperf.terminal import console, table
    from xlperf.workbook.locations import example_names

    rows = [["Python", sys.version.split()[0], "正常"], ["xlperf", __version__, "正常"]]
    for name, purpose in (
        ("formualizer", "计算引擎"),
        ("openpyxl", "生成工作簿"),
        ("pandas", "数据表"),
        ("xlwings", "Excel 内使用"),
        ("formulas", "第二意见（可选，pip install xlperf[verify]）"),
    ):
        try:
            rows.append([f"{name}（{purpose}）", metadata.version(name), "正常"])
        except metadata.PackageNotFoundError:
            rows.append([f"{name}（{purpose}）", "—", "未安装"])
    rows.append(["随附的例子", "、".join(example_names()), "正常"])
    console().print(table("安装情况", ("部件", "版本", "状态"), rows))


def _check_output(file: Path, output: Path) -> None:
    """Refuses to write over the input, or under an ending that Excel would not open."""
    from xlperf.package.conversion import needs_conversion

    if needs_conversion(file) is not None:
        if output.suffix.lower() != ".xlsx":
            raise UserError(f"输出文件 {output} 应以 .xlsx 结尾：{file} 要先转换成 .xlsx。")
    elif output.suffix.lower() != file.suffix.lower():
        raise UserError(f"输出文件 {output} 应与输入文件一样以 {file.suffix} 结尾，否则 Excel 打不开。")
    if output.resolve() == file.resolve():
        raise UserError(SAME_FILE)
