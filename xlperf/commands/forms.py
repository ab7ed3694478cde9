"""`xlperf forms`: the forms of the trade, listed, filled from one workbook or all in a folder, copied to be changed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.files import opened
from xlperf.commands.report import write_many
from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.usage import FINDINGS, ChineseCommand, ChineseGroup, Json, about, print_json

if TYPE_CHECKING:
    from xlperf.report.forms.making import FormWish

SCHEMA_VERSION = 1
KIND = ("forms", "表")

app = typer.Typer(
    cls=ChineseGroup,
    no_args_is_help=True,
    help="各种表：自评表、目标申报表、监控表，由工作簿填好；本单位自己的表做模板。\n\n例：xlperf forms list",
)


@app.command("list", cls=ChineseCommand)
def list_forms(
    has_marks: Annotated[bool, typer.Option("--marks", help="列出模板里可以写的标记")] = False, as_json: Json = False
) -> None:
    """列出可以填的表；--marks 列出自己的模板里可以写的标记。

    例：xlperf forms list
    """
    if has_marks:
        _show_marks(as_json=as_json)
        return
    from xlperf.commands.terminal import console, table
    from xlperf.report.forms.declarations import shipped_forms

    forms = shipped_forms()
    if as_json:
        keys = ("id", "label", "number", "subject", "layout", "source")
        print_json([{key: getattr(form, key) for key in keys} for form in forms])
        return
    rows = [[form.id, form.label, form.subject or "都可以", form.layout] for form in forms]
    console().print(table("表", ("编号", "名称", "用于", "版式"), rows))


def _show_marks(*, as_json: bool) -> None:
    from xlperf.commands.terminal import console, table
    from xlperf.report.forms.marks import LISTS, SINGLE

    if as_json:
        lists = {name: {"meaning": meaning, "marks": columns} for name, (meaning, columns) in LISTS.items()}
        print_json({"schema_version": SCHEMA_VERSION, "single": SINGLE, "lists": lists})
        return
    out = console()
    out.print(table("只有一个的", ("标记", "是什么"), [[f"{{{{{name}}}}}", text] for name, text in SINGLE.items()]))
    rows = [[f"{{{{{name}.1.…}}}}", meaning, "、".join(columns)] for name, (meaning, columns) in LISTS.items()]
    out.print(table("一行一个的（1 是第几行）", ("标记", "是什么", "…写什么"), rows))


@app.command("copy", cls=ChineseCommand)
def copy_form(
    name: Annotated[str, typer.Argument(metavar="编号", help="表的编号")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件（.toml）")],
    is_forced: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
) -> None:
    """把一张表的声明写成文件，改好后用 --form 文件.toml：改栏目，或给监控表定预警线。

    例：xlperf forms copy monitoring -o 监控表.toml
    """
    from xlperf.package import write_file
    from xlperf.report.forms.declarations import OWN, declaration

    text = declaration(name)
    if output.suffix.lower() != OWN:
        raise UserError(f"输出文件 {output} 应以 {OWN} 结尾")
    if output.exists() and not is_forced:
        raise UserError(f"{output} 已经有了，没有覆盖；换个名字，或加 --force")
    write_file(output, text.encode("utf-8"))
    sys.stdout.write(printable(f"已写出 {output}。\n"))


@app.command("fill", cls=ChineseCommand)
def fill_form(
    file: Annotated[Path, typer.Argument(metavar="工作簿|文件夹", help="工作簿，或放着许多工作簿的文件夹（连同下级）")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件（.xlsx、.docx）；一批时写到哪个文件夹")],
    form: Annotated[str, typer.Option("--form", metavar="编号|文件", help="表的编号，或自己的声明（.toml）")] = "",
    template: Annotated[
        Path | None, typer.Option("--template", help="本单位自己的表（.xlsx、.docx），格里写着标记")
    ] = None,
    format: Annotated[str, typer.Option("--format", help="一批时写哪种：xlsx、docx；用模板时与模板相同")] = "",
    jobs: Annotated[int, typer.Option("--jobs", help="同时处理几份；0 为处理器的个数")] = 0,
    is_saved: Annotated[bool, typer.Option("--as-saved", help="直接采用文件里保存的结果，不重算")] = False,
    is_forced: Annotated[bool, typer.Option("--force", help="覆盖已有的文件")] = False,
    as_json: Json = False,
) -> None:
    """由工作簿填一张表；工作簿里没有的留空，超过表上字数的不截断，说出来（退出码 1）。

    例：xlperf forms fill 自评.xlsx --form project-self -o 自评表.docx
    """
    is_many = file.is_dir() or output.is_dir()
    wish = _wish(output, form, template, format, is_many=is_many, is_saved=is_saved)
    if is_many:
        write_many(file, output, wish, jobs, KIND, is_forced=is_forced, as_json=as_json)
    else:
        _fill_one(file, output, wish, is_forced=is_forced, as_json=as_json)


def _wish(output: Path, form: str, template: Path | None, format: str, *, is_many: bool, is_saved: bool) -> FormWish:
    from xlperf.report.document.making import WORD, read_document
    from xlperf.report.forms.declarations import find_form
    from xlperf.report.forms.making import FormWish, suffix_of
    from xlperf.report.forms.template import check_template

    if bool(form) == (template is not None):
        raise UserError("要写 --form 编号（见 xlperf forms list），或 --template 自己的表，两样写一样")
    if template is None:
        suffix = suffix_of(Path(f"x.{format or 'xlsx'}")) if is_many else suffix_of(output)
        return FormWish(suffix, find_form(form), is_saved=is_saved)
    suffix = suffix_of(template)
    wanted = (f".{format}" if format else suffix) if is_many else suffix_of(output)
    if wanted != suffix:
        raise UserError(f"模板是 {suffix}，输出也要是 {suffix}")
    content = read_document(template)
    with about(template):
        check_template(content, is_document=suffix == WORD)
    return FormWish(suffix, template=content, is_saved=is_saved)


def _fill_one(file: Path, output: Path, wish: FormWish, *, is_forced: bool, as_json: bool) -> None:
    from xlperf.commands.waiting import working
    from xlperf.package import write_file
    from xlperf.report.document.making import free_name

    with working(f"填 {file} 的表…"), about(file):
        made = wish.make(opened(file))
    target = output if is_forced else free_name(output)
    write_file(target, made.content)
    if as_json:
        told = {"source": str(file), "target": str(target), "remarks": made.remarks, "too_long": made.too_long}
        print_json({"schema_version": SCHEMA_VERSION, **told})
    else:
        kept = "" if target == output else f"（{output} 已经有了，没有覆盖）"
        lines = [f"已写出 {target}{kept}", *(f"  {remark}" for remark in made.remarks)]
        sys.stdout.write(printable("".join(f"{line}。\n" for line in lines)))
    if made.too_long:
        raise typer.Exit(FINDINGS)
