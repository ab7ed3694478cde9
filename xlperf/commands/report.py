"""`xlperf report`: the evaluation report of a workbook, or of all in a folder, for Word, as a page, as PDF."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.files import opened
from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.usage import FINDINGS, Json, about, print_json

if TYPE_CHECKING:
    from xlperf.report.document.making import Outcome, Wish
    from xlperf.report.document.many import FileWish

SCHEMA_VERSION = 1
REPORTS = ("reports", "报告")

Source = Annotated[
    Path | None, typer.Argument(metavar="工作簿|文件夹", help="工作簿，或放着许多工作簿的文件夹（连同下级）")
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="写到哪个文件（.docx、.html、.pdf）；一批时写到哪个文件夹")
]
Template = Annotated[Path | None, typer.Option("--template", help="自己的模板（.docx）")]
TemplateOut = Annotated[Path | None, typer.Option("--template-out", help="写出一个模板，供在 Word、WPS 里改")]
Keep = Annotated[Path | None, typer.Option("--keep", help="上一份报告（.docx），人写的文字从它带过来")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的文件（人写的文字照样带过来）")]
StructureId = Annotated[str, typer.Option("--structure", help="报告结构的编号；不写的按指标体系定")]
Format = Annotated[str, typer.Option("--format", help="一批时写哪种：docx、html、pdf")]
Jobs = Annotated[int, typer.Option("--jobs", help="同时处理几份；0 为处理器的个数")]
AsSaved = Annotated[bool, typer.Option("--as-saved", help="直接采用文件里保存的结果，不重算")]


def report(
    file: Source = None,
    output: Output = None,
    template: Template = None,
    template_out: TemplateOut = None,
    keep: Keep = None,
    is_forced: Force = False,
    structure: StructureId = "",
    format: Format = "docx",
    jobs: Jobs = 0,
    is_saved: AsSaved = False,
    as_json: Json = False,
) -> None:
    """写评价报告（自评报告）：表和算得出的文字都写好，要人写的地方标“待填”；再做一次时，人写的文字带过来。

    例：xlperf report 仁化.xlsm -o 报告.docx
    """
    from xlperf.report.document.making import Wish, read_document, suffix_of

    if template_out is not None:
        _write_template(template_out, file, structure, is_forced=is_forced)
        return
    if file is None or output is None:
        raise UserError("写法是 xlperf report 工作簿.xlsx -o 报告.docx；写模板用 --template-out 模板.docx")
    is_many = file.is_dir() or output.is_dir()
    suffix = suffix_of(Path(f"x.{format}")) if is_many else suffix_of(output)
    if template is not None and suffix == ".html":
        raise UserError("网页不用模板，--template 只用于 .docx、.pdf")
    wish = Wish(suffix, read_document(template) if template else None, structure, is_saved)
    if is_many:
        if keep is not None:
            raise UserError("一批时不用 --keep：文件夹里已有的报告会自动带过来")
        write_many(file, output, wish, jobs, REPORTS, is_forced=is_forced, as_json=as_json)
    else:
        _write_one(file, output, wish, keep, is_forced=is_forced, as_json=as_json)


def is_of_many(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for documents of a folder, or into one: each workbook then has limits of its own."""
    is_ours = list(arguments[:1]) == ["report"] or list(arguments[:2]) == ["forms", "fill"]
    return is_ours and any(os.path.isdir(argument) for argument in arguments[1:])


def _write_template(path: Path, file: Path | None, structure: str, *, is_forced: bool) -> None:
    """Writes our template with a line for each chapter of the structure."""
    from xlperf.package import write_file
    from xlperf.report.document.structures import find_structure, structure_for, structures
    from xlperf.report.document.word_template import make_template
    from xlperf.workbook.identity import read_identity

    if path.suffix.lower() != ".docx":
        raise UserError(f"模板 {path} 应以 .docx 结尾")
    if path.exists() and not is_forced:
        raise UserError(f"{path} 已经有了，没有覆盖；换个名字，或加 --force")
    if file is not None and not structure:
        with about(file):
            chosen = structure_for(read_identity(opened(file)).framework.framework)
    else:
        chosen = find_structure(structure) if structure else structures()[0]
    write_file(path, make_template(tuple(chapter.name for chapter in chosen.chapters)))
    sys.stdout.write(f"已写出模板 {printable(str(path))}（{chosen.label}）。\n")


def _write_one(file: Path, output: Path, wish: Wish, keep: Path | None, *, is_forced: bool, as_json: bool) -> None:
    from xlperf.commands.waiting import working
    from xlperf.package import write_file
    from xlperf.report.document.making import WORD, Outcome, free_name, made, read_document

    earlier = keep or (output if output.suffix.lower() == WORD and output.is_file() else None)
    with working(f"写 {file} 的报告…"):
        kept = read_document(earlier) if earlier else None
        with about(file):
            package = opened(file)
            found = made(package, wish, kept)
        target = output if is_forced else free_name(output)
        write_file(target, found.content)
    outcome = Outcome(str(file), str(target), "", found.blanks, found.remarks)
    if as_json:
        print_json({"schema_version": SCHEMA_VERSION, **_as_json(outcome)})
    else:
        _tell(outcome, earlier, output)


def _tell(outcome: Outcome, earlier: Path | None, output: Path) -> None:
    """Says where the report is, what is open, what was taken over and what not."""
    lines = [f"已写出 {outcome.target}"]
    if Path(outcome.target) != output:
        lines[0] += f"（{output} 已经有了，没有覆盖）"
    if outcome.blanks:
        lines.append(f"还有 {outcome.blanks} 处待填，都列在文末“生成说明”里")
    if earlier is not None:
        lines.append(f"{earlier} 里人写的文字已带过来" + ("" if outcome.remarks else "，都有地方放"))
    lines += [f"  {remark}" for remark in outcome.remarks]
    sys.stdout.write(printable("\n".join(f"{line}。" for line in lines)) + "\n")


def write_many(
    file: Path, folder: Path, wish: FileWish, jobs: int, kind: tuple[str, str], *, is_forced: bool, as_json: bool
) -> None:
    """Documents of all workbooks in a folder; what they are called, in JSON and to people: ("reports", "报告")."""
    from xlperf.commands.progress import Meter
    from xlperf.report.document.many import tasks, write_reports

    if jobs < 0:
        raise UserError("--jobs 应为 0 或正整数")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}：文件夹建不了（系统错误 {error.errno}）") from None
    todo, outcomes = tasks(file, folder, wish, is_forced=is_forced)
    with Meter(is_quiet=as_json, work=f"写{kind[1]}") as meter:
        meter.show(0, len(todo))
        for number, outcome in enumerate(write_reports(todo, jobs or os.cpu_count() or 1), 1):
            outcomes.append(outcome)
            meter.show(number, len(todo))
    outcomes.sort(key=lambda outcome: outcome.source)
    written = [outcome for outcome in outcomes if not outcome.problem]
    if as_json:
        print_json({"schema_version": SCHEMA_VERSION, kind[0]: [_as_json(outcome) for outcome in outcomes]})
    else:
        blanks = sum(outcome.blanks for outcome in written)
        open_places = f"，共 {blanks} 处待填" if kind == REPORTS else ""
        sys.stdout.write(printable(f"{folder} 里写出 {len(written)} 份{kind[1]}{open_places}。\n"))
        for outcome in outcomes:
            for text in (outcome.problem, *outcome.remarks):
                sys.stdout.write(printable(f"{outcome.source}：{text}。\n") if text else "")
    if len(written) < len(outcomes):
        raise typer.Exit(FINDINGS)


def _as_json(outcome: Outcome) -> dict[str, object]:
    keys = ("source", "target", "problem", "blanks", "remarks")
    return {key: getattr(outcome, key) for key in keys}
