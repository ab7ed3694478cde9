"""`xlperf addin`: the Excel side built anywhere, and set up on Windows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.errors import UserError
from xlperf.usage import FINDINGS, ChineseCommand, ChineseGroup

if TYPE_CHECKING:
    from xlperf.excel.installation import Item

app = typer.Typer(
    cls=ChineseGroup, no_args_is_help=True, help="Excel 加载项：生成、安装、查看、卸载。\n\n例：xlperf addin status"
)
Output = Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件夹")]


@app.command("build", cls=ChineseCommand)
def build(
    output: Output,
    workbooks: Annotated[
        list[Path] | None, typer.Argument(metavar="工作簿...", help="要放入宏的工作簿（.xlsm），结果也写到该文件夹")
    ] = None,
) -> None:
    """由 vba/ 里的源码生成加载项 xlperf.xlam 和自检工作簿，不用 Excel，每次字节相同。

    例：xlperf addin build -o 加载项
    """
    from xlperf.commands.waiting import working
    from xlperf.editions.vba.build import built_workbooks
    from xlperf.editions.vba.parts import SELFTEST_NAME, parts_of, with_vba
    from xlperf.package import open_package, write_file

    given = workbooks or []
    for path in given:
        if path.suffix.lower() != ".xlsm":
            raise UserError(f"{path} 不是 .xlsm；宏只能放进 UDF 版工作簿")
        if path.resolve().parent == output.resolve():
            raise UserError(f"{path} 就在输出文件夹里；交来的文件从不改写，请用 -o 指定另一个文件夹")
    with working("生成加载项…"):
        built = dict(built_workbooks())
        parts = parts_of(built[SELFTEST_NAME])
        built |= {path.name: with_vba(open_package(path).data, parts) for path in given}
    output.mkdir(parents=True, exist_ok=True)
    for name, content in built.items():
        write_file(output / name, content)
        sys.stdout.write(f"已生成 {output / name}\n")


@app.command("install", cls=ChineseCommand)
def install_addin(
    trust: Annotated[list[Path] | None, typer.Option("--trust", help="设为可信位置的文件夹，可有多个")] = None,
) -> None:
    """在这台 Windows 电脑上为当前用户安装：设置 Python、放入加载项、可选地设可信位置。不要管理员权限。

    例：xlperf addin install --trust D:/绩效评价
    """
    from xlperf.excel.installation import install
    from xlperf.excel.windows import this_machine

    _show(install(this_machine(), tuple(path.resolve() for path in trust or [])))
    sys.stdout.write("已安装。请关闭全部 Excel 窗口后重新打开。\n")


@app.command("status", cls=ChineseCommand)
def show_status() -> None:
    """查看 Excel 一侧的安装：Excel 位数、Python、DLL、加载项、可信位置。有缺的退出码 1。

    例：xlperf addin status
    """
    from xlperf.excel.installation import FINE, status
    from xlperf.excel.windows import ONLY_WINDOWS, this_machine

    if sys.platform != "win32":
        sys.stdout.write(f"{ONLY_WINDOWS}。\n")
        return
    found = status(this_machine())
    _show(found)
    if any(item.state != FINE for item in found):
        raise typer.Exit(FINDINGS)


@app.command("uninstall", cls=ChineseCommand)
def uninstall_addin() -> None:
    """卸载：去掉设置、加载项和可信位置；日志保留。

    例：xlperf addin uninstall
    """
    from xlperf.excel.installation import uninstall
    from xlperf.excel.windows import this_machine

    removed = uninstall(this_machine())
    for name in removed:
        sys.stdout.write(f"已去掉 {name}\n")
    if not removed:
        sys.stdout.write("没有安装过。\n")


def _show(items: Sequence[Item]) -> None:
    from xlperf.commands.terminal import console, table

    rows = [[item.name, item.found, item.state, item.advice] for item in items]
    console().print(table("Excel 加载项", ("项目", "现状", "状态", "怎么办"), rows))
