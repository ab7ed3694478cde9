"""`xlperf doctor` and the completion of commands: what is installed, what is missing and what that disables.

Apart from excel/installation.py, which is about Excel on one Windows machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import typer
from typer._completion_classes import completion_init
from typer._completion_shared import Shells, _get_shell_name, get_completion_script, install

from xlperf import __version__
from xlperf.errors import UserError
from xlperf.usage import Json, print_json

FINE, MISSING = "正常", "未安装"
NAME, REQUEST = "xlperf", "_XLPERF_COMPLETE"
_SHELLS = "bash、zsh、fish、PowerShell"


@dataclass(frozen=True)
class Part:
    """Something that xlperf uses: the packages of an extra, a library, a program."""

    name: str
    purpose: str
    version: str
    state: str
    missing: tuple[str, ...] = ()
    disables: str = ""
    advice: str = ""


LIBRARIES = {
    "formualizer": "计算引擎",
    "openpyxl": "生成工作簿",
    "XlsxWriter": "写排名等工作簿",
    "pandas": "数据表",
    "xlwings": "Excel 内使用",
}
# The extras of pyproject.toml (a test compares): the packages, what they are for, and what goes without them.
EXTRAS = {
    "verify": (("formulas", "ironcalc"), "第二意见", "verify 少一个独立的引擎；recalc --engine formulas"),
    "batch": (("sqlalchemy", "psycopg", "pyarrow"), "数据库", "batch --store（PostgreSQL、SQLite）、--parquet"),
    "remote": (("fsspec",), "远程来源", "batch 读 s3://、sftp:// 等地址（各还要自己的驱动）"),
    "dask": (("distributed",), "Dask 集群", "batch --dask"),
    "report": (
        ("docxtpl", "python-docx", "Pillow"),
        "Word 报告和通知",
        "report 写 .docx、.pdf；notice 写 Word（.html、xlsx 照写）",
    ),
    "excel": (("pyOpenVBA",), "生成加载项", "addin build"),
}
OFFICE = "读 .xls、.et、.ods 和 .doc、.wps 等旧格式；report 写 .pdf"


def doctor(as_json: Json = False) -> None:
    """检查安装：Python、各部件的版本、随附的例子；缺哪个附加依赖、因此哪些命令不能用。

    例：xlperf doctor
    """
    from xlperf.workbook.locations import example_names

    parts, examples = list(installed_parts()), example_names()
    if as_json:
        print_json({"schema_version": 1, "parts": [asdict(part) for part in parts], "examples": examples})
        return
    from xlperf.commands.terminal import console, table

    rows = [[f"{p.name}（{p.purpose}）" if p.purpose else p.name, p.version or "—", p.state] for p in parts]
    rows.append(["随附的例子", "、".join(examples), FINE])
    console().print(table("安装情况", ("部件", "版本", "状态"), rows))
    lacking = [[p.name, "、".join(p.missing), p.disables, p.advice] for p in parts if p.missing]
    if lacking:
        headings = ("缺的", "没有装的包", "因此不能用", "怎么装")
        console().print(table("其余都能用，缺下面这些", headings, lacking))


def installed_parts() -> Iterator[Part]:
    """Everything that xlperf uses, with what is missing of it."""
    from xlperf.package.foreign_formats import office_program

    yield Part("Python", "", sys.version.split()[0], FINE)
    yield Part(NAME, "", __version__, FINE)
    for package, purpose in LIBRARIES.items():
        yield _part(package, purpose, (package,), "全部命令", f"pip install {package}")
    for extra, (packages, purpose, disables) in EXTRAS.items():
        yield _part(f"xlperf[{extra}]", purpose, packages, disables, f"pip install 'xlperf[{extra}]'")
    program = office_program()
    state, missing = (FINE, ()) if program else (MISSING, ("LibreOffice",))
    advice = "" if program else "安装 LibreOffice（带 Calc 和 Writer），或用 WPS 另存为新格式"
    yield Part("LibreOffice", "旧格式和 PDF", program or "", state, missing, "" if program else OFFICE, advice)


def _part(name: str, purpose: str, packages: tuple[str, ...], disables: str, advice: str) -> Part:
    found = {package: _version(package) for package in packages}
    missing = tuple(package for package, version in found.items() if version is None)
    versions = "、".join(v if len(found) == 1 else f"{p} {v}" for p, v in found.items() if v is not None)
    if not missing:
        return Part(name, purpose, versions, FINE)
    return Part(name, purpose, versions, MISSING, missing, disables, advice)


def _version(package: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def ready_to_complete() -> None:
    """Makes the shells known to typer where one of them asks how a line may go on."""
    if REQUEST in os.environ:
        completion_init()


def install_completion(is_wanted: bool) -> None:
    """Sets the completion up for the shell from which the command was called."""
    if is_wanted:
        shell, path = install(shell=_shell(), prog_name=NAME, complete_var=REQUEST)
        sys.stdout.write(f"已为 {shell} 装上补全（{path}）；重新打开终端后，按 Tab 补命令、选项和文件名。\n")
        raise typer.Exit


def show_completion(is_wanted: bool) -> None:
    """Prints what the installation would write, for those who keep their own settings."""
    if is_wanted:
        script = get_completion_script(prog_name=NAME, complete_var=REQUEST, shell=_shell())
        sys.stdout.write(f"{script}\n")
        raise typer.Exit


def _shell() -> str:
    shell = _get_shell_name()
    if shell not in [each.value for each in Shells]:
        raise UserError(f"认不出现在的终端（{shell or '未知'}）；补全可用于 {_SHELLS}，请从其中之一运行")
    return str(shell)
