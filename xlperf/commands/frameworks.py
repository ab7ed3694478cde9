"""`xlperf frameworks`: indicator systems listed, shown, examined, copied; standards read in, built and exported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.confirming import confirm
from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.usage import FINDINGS, ChineseCommand, ChineseGroup, Json, print_json

if TYPE_CHECKING:
    from xlperf.frameworks.parts import Source
    from xlperf.standards.confirmation import Confirmation

app = typer.Typer(
    cls=ChineseGroup,
    no_args_is_help=True,
    help="指标体系：列出、查看、体检、复制；读入、确认、导出标准文件。\n\n例：xlperf frameworks list",
)


@app.command("list", cls=ChineseCommand)
def list_frameworks(as_json: Json = False) -> None:
    """列出随附的指标体系。

    例：xlperf frameworks list
    """
    from xlperf.commands.terminal import console, table
    from xlperf.frameworks.loading import find_framework, shipped_frameworks

    found = [find_framework(name).framework for name in shipped_frameworks()]
    if as_json:
        keys = ("id", "version", "name", "subject", "evaluation", "region", "year")
        print_json([{key: getattr(f, key) for key in keys} | {"indicators": len(f.indicators)} for f in found])
        return
    rows = [[f.id, f.version, f.name, str(f.year), str(len(f.indicators))] for f in found]
    console().print(table("指标体系", ("编号", "版本", "名称", "年度", "指标数"), rows, right=(3, 4)))


@app.command("show", cls=ChineseCommand)
def framework_details(
    name: Annotated[str, typer.Argument(metavar="指标体系", help="编号、指标体系文件、标准确认表或工作簿")],
    as_json: Json = False,
) -> None:
    """查看一个指标体系：指标、分值、评分方式、自己的勾稽关系、读法。

    例：xlperf frameworks show renhua-2021
    """
    from xlperf.commands.terminal import console, show_framework
    from xlperf.standards.exporting import framework_of

    framework = framework_of(name).framework
    if as_json:
        print_json(framework.model_dump(mode="json"))
        return
    show_framework(console(), framework)


@app.command("lint", cls=ChineseCommand)
def lint_framework(
    name: Annotated[str, typer.Argument(metavar="指标体系", help="指标体系文件、编号、标准确认表或工作簿")],
    as_json: Json = False,
) -> None:
    """体检一个指标体系：分值合计、分档、公式系数、分母、自己的勾稽关系等。有问题时退出码 1；只有提示的是 0。

    例：xlperf frameworks lint my-county.toml
    """
    from dataclasses import asdict

    from xlperf.checks.loading import require_own, shipped_relations
    from xlperf.commands.terminal import console, show_faults
    from xlperf.frameworks.linting import HINT, lint
    from xlperf.standards.exporting import framework_of
    from xlperf.workbook.tables.all_tables import fact_names

    framework = framework_of(name).framework
    require_own(shipped_relations(), framework, fact_names())
    faults = lint(framework)
    if as_json:
        print_json([asdict(fault) for fault in faults])
    elif faults:
        show_faults(console(), faults)
    else:
        console().print("没有发现问题。")
    if any(fault.severity != HINT for fault in faults):
        raise typer.Exit(FINDINGS)


@app.command("read", cls=ChineseCommand)
def read_text(
    text: Annotated[str, typer.Argument(metavar="原文", help="一项指标的评分标准原文；写 - 从标准输入读")],
    weight: Annotated[str, typer.Option("--weight", help="这项指标的分值；原文写“满分”而没有数时要用")] = "",
    name: Annotated[str, typer.Option("--name", help="指标名称；原文只写“比率”时用它称呼")] = "",
    description: Annotated[str, typer.Option("--description", help="指标说明、评价要点；①②③写在那里时要用")] = "",
    as_json: Json = False,
) -> None:
    """读一段评分标准原文：读成什么规则，有几种读法，哪一句没有看懂。不猜：有没看懂的就不算读懂。

    例：xlperf frameworks read "支出率≥95%得满分，每低1个百分点扣0.5分，扣完为止" --weight 5
    """
    from decimal import Decimal, InvalidOperation

    from xlperf.commands.reading import show_reading
    from xlperf.commands.terminal import console
    from xlperf.rules.reading.reader import read

    try:
        points = Decimal(weight) if weight else None
    except InvalidOperation as error:
        raise UserError(f"分值“{weight}”不是数，应如 --weight 5。") from error
    if points is not None and not (points.is_finite() and points > 0):
        raise UserError(f"分值“{weight}”应大于 0。")
    found = read(sys.stdin.read() if text == "-" else text, points, name=name, description=description)
    if as_json:
        print_json(found.as_json())
    else:
        show_reading(console(), found)


@app.command("import", cls=ChineseCommand)
def import_standard(
    document: Annotated[
        Path,
        typer.Argument(metavar="文件", help="标准文件：.docx、.xlsx、.csv；.doc、.wps、.xls 等先由 LibreOffice 转换"),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="标准确认表写到哪个文件（.xlsx）；不写就在原文件旁边")
    ] = None,
) -> None:
    """读入 Word、Excel 里的指标体系表（或项目绩效自评表），写成标准确认表：原文旁边是理解成的规则，由人核对、选定。

    例：xlperf frameworks import 评分标准.docx -o 我县.xlsx
    """
    from xlperf.commands.waiting import working
    from xlperf.standards.documents import read_document
    from xlperf.standards.drawing import draw
    from xlperf.standards.importing import imported
    from xlperf.standards.official import read_official

    target = output or document.with_name(f"{document.stem}确认表.xlsx")
    _require_new(target, ".xlsx")
    with working(f"读入 {document}…"):
        confirmation = imported(read_official(read_document(document)), document.stem)
        content = draw(confirmation)
    _write_new(target, content)
    sys.stdout.write(f"已写入 {target}：{summary(confirmation)}\n")
    for note in confirmation.notes:
        sys.stdout.write(f"注意：{printable(note)}。\n")
    sys.stdout.write(f"接着：在 {target} 里核对、选定，再 xlperf new {target} -o 工作簿.xlsx\n")


@app.command("build", cls=ChineseCommand)
def build_framework(
    name: Annotated[str, typer.Argument(metavar="标准确认表", help="核对好的标准确认表（.xlsx）")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件（.toml）；已有的文件不覆盖")],
) -> None:
    """由核对好的标准确认表生成指标体系文件。也可以不生成，直接 xlperf new 标准确认表.xlsx。

    例：xlperf frameworks build 我县.xlsx -o 我县.toml
    """
    from xlperf.standards.building import find_standard

    _require_new(output, ".toml")
    source = find_standard(name)
    _write_new(output, source.text.encode())
    steps = f"接着：xlperf frameworks lint {output}，再 xlperf new {output} -o 工作簿.xlsx"
    sys.stdout.write(f"已写入 {output}：{len(source.framework.indicators)} 个指标。{steps}\n")


@app.command("export", cls=ChineseCommand)
def export_framework(
    name: Annotated[
        str, typer.Argument(metavar="指标体系|工作簿", help="编号、指标体系文件，或 xlperf 的工作簿（空白或填好的）")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="标准确认表写到哪个文件（.xlsx）；已有的文件不覆盖")],
) -> None:
    """把一个指标体系写成标准确认表，在 Excel 里改成今年的、自己县的，再 build 或 new；一样不丢。

    例：xlperf frameworks export renhua-2021 -o 我县.xlsx
    """
    from xlperf.commands.waiting import working
    from xlperf.standards.drawing import draw
    from xlperf.standards.exporting import exported, framework_of

    _require_new(output, ".xlsx")
    with working(f"导出 {name}…"):
        content = draw(exported(framework_of(name).framework))
    _write_new(output, content)
    sys.stdout.write(
        f"已写入 {output}。接着：改好后 xlperf frameworks build {output} -o 我县.toml，或直接 xlperf new {output} -o 工作簿.xlsx\n"
    )


app.command("confirm", cls=ChineseCommand)(confirm)


@app.command("copy", cls=ChineseCommand)
def copy_framework(
    name: Annotated[str, typer.Argument(metavar="指标体系", help="编号，或指标体系文件")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件（.toml）；已有的文件不覆盖")],
) -> None:
    """复制一个指标体系作起点：改编号、名称、指标、分值，再体检。

    例：xlperf frameworks copy mof-department -o my-county.toml
    """
    from xlperf.frameworks.loading import find_framework

    _require_new(output, ".toml")
    _write_new(output, find_framework(name).text.encode())
    steps = f"接着：改 id、name、region、year 和指标，再 xlperf frameworks lint {output}"
    sys.stdout.write(f"已复制到 {output}。{steps}\n")


@app.command("grades", cls=ChineseCommand)
def list_grades(as_json: Json = False) -> None:
    """列出等级表：界限、原文写法、来源。

    例：xlperf frameworks grades
    """
    from xlperf.commands.terminal import console, table
    from xlperf.frameworks.loading import grade_schemes
    from xlperf.frameworks.parts import UNSTATED

    found = grade_schemes().values()
    if as_json:
        print_json([scheme.model_dump(mode="json") for scheme in found])
        return
    rows = [[s.id, s.name, s.bands or UNSTATED, s.literal, s.note, _source(s.source)] for s in found]
    console().print(table("等级表", ("编号", "名称", "界限（bands）", "原文写法", "说明", "来源"), rows))


def summary(confirmation: Confirmation) -> str:
    """How much was understood, and how much a person has to do."""
    from xlperf.standards.confirmation import AMBIGUOUS, STATES

    counts = "，".join(f"{state} {confirmation.count(state)}" for state in STATES if confirmation.count(state))
    open_ = confirmation.count(AMBIGUOUS)
    return f"{len(confirmation.indicators)} 个指标（{counts}），{len(confirmation.figures)} 个数；要选的 {open_} 格"


def _require_new(output: Path, suffix: str) -> None:
    """Refuses an output of another kind, or one that is there already: somebody may have worked in it."""
    if output.suffix.lower() != suffix:
        raise UserError(f"输出文件 {output} 应以 {suffix} 结尾。")
    if output.exists():
        raise UserError(f"文件 {output} 已存在，不覆盖；请换一个文件名。")


def _write_new(output: Path, content: bytes) -> None:
    try:
        with output.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise UserError(f"文件 {output} 已存在，不覆盖；请换一个文件名。") from error
    except OSError as error:
        raise UserError(f"写不了文件 {output}：{error.strerror or error}。") from error


def _source(source: Source) -> str:
    """A document, and whether its wording was compared."""
    doubt = "" if source.is_verified else "（未核对原文）"
    return f"{source.document}{doubt}{f'；{source.clause}' if source.clause else ''}"
