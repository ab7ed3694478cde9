"""What all commands share: help and usage errors in Chinese, the option --json and what it prints."""

from __future__ import annotations

import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from xlperf.errors import UserError
from xlperf.escaping import json_escaped

FINDINGS = 1
Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")]

# Where a line may break in Chinese: between any two pieces, which are runs of Latin letters and digits, or one sign with the
# marks that cling to it.
_PIECE = re.compile(r"[（“《〈【［\[「]*(?:[!-~]+|[^\s!-~])[，。；：、！？）”》〉】］\]」…]*[ \u3000]*")
_WIDEST, _NAMES = 100, 28


class ChineseCommand(TyperCommand):
    """A command whose help is Chinese throughout, down to what a value is and how it is set in columns."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return _help(self, ctx)

    def get_short_help_str(self, limit: int = 0) -> str:
        """What it does, in the list of commands: never cut off, the sentence as far as its first colon."""
        return _first_clause(self.help or "")


class ChineseGroup(TyperGroup):
    """A group of commands whose help is Chinese throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return _help(self, ctx)

    def get_short_help_str(self, limit: int = 0) -> str:
        """What the group is for, in the list of commands: a sentence, since it names what its commands do."""
        return (self.help or "").partition("\n")[0]


def _help(command: Any, ctx: Any) -> str:
    """Written here and not by typer, which counts a Chinese sign as one column and names types in English."""
    width = max(min(shutil.get_terminal_size().columns, _WIDEST), 60)
    parameters = command.get_params(ctx)
    arguments = [p for p in parameters if p.param_type_name == "argument"]
    options = [p for p in parameters if p.param_type_name == "option"]
    usage = [f"用法：{ctx.command_path}", *(["[选项]"] if options else []), *map(_in_usage, arguments)]
    commands = getattr(command, "commands", {})
    lines = [" ".join([*usage, *(["命令 [参数]..."] if commands else [])]), ""]
    for number, paragraph in enumerate((command.help or "").split("\n\n")):
        # Chinese lines are joined without a space between them.
        text = re.sub(r"(?<=[!-~])\n(?=[!-~])", " ", paragraph).replace("\n", "")
        lines += [""] * bool(number) + [f"  {line}" for line in _broken(text, width - 2)]
    lines += _section("参数", [(_value(p), _explained(p)) for p in arguments], width)
    lines += _section("选项", [(_written(p), _explained(p)) for p in options], width)
    lines += _section("命令", [(name, each.get_short_help_str()) for name, each in commands.items()], width)
    return "\n".join(lines)


def _section(title: str, rows: list[tuple[str, str]], width: int) -> list[str]:
    """A titled list in two columns."""
    if not rows:
        return []
    left = min(max(_columns(name) for name, _ in rows), _NAMES)
    lines = ["", f"{title}："]
    for name, text in rows:
        room, *rest = _broken(text, width - left - 4) or [""]
        if _columns(name) > left:
            lines.append(f"  {name}")
            name = ""
        lines.append(f"  {name}{' ' * (left - _columns(name))}  {room}")
        lines += [" " * (left + 4) + line for line in rest]
    return lines


def _first_clause(text: str) -> str:
    return re.split("[：。；]", text.partition("\n")[0])[0]


def _in_usage(argument: Any) -> str:
    name = _value(argument)
    return name if argument.required else f"[{name}]"


def _written(option: Any) -> str:
    """An option as it is typed."""
    name = ", ".join(sorted(option.opts, key=len))
    return name if getattr(option, "is_flag", True) or option.name == "help" else f"{name} {_value(option)}"


def _value(parameter: Any) -> str:
    """What a value is: as declared, or by its type."""
    if parameter.metavar:
        return str(parameter.metavar)
    annotation = str(parameter.type_descriptor.annotation)
    return "路径" if "Path" in annotation else "数" if "int" in annotation or "float" in annotation else "文字"


def _explained(parameter: Any) -> str:
    """The help of a parameter, whether it must be given, what it is otherwise, and what it may be."""
    if parameter.name == "help":
        return "显示本帮助"
    notes = ["必填"] if parameter.required else []
    if parameter.default and not callable(parameter.default) and parameter.default is not True:
        notes.append(f"默认 {parameter.default}")
    if parameter.min is not None:
        notes.append(f"至少 {parameter.min}")
    return f"{parameter.help}  [{'；'.join(notes)}]" if notes else str(parameter.help)


def _broken(text: str, width: int) -> list[str]:
    """A text in lines of so many columns, broken as Chinese is."""
    lines: list[str] = []
    for piece in _PIECE.findall(text):
        if lines and _columns(lines[-1] + piece.rstrip()) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.rstrip() for line in lines]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def usage_sentence(error: Any) -> str:
    """What is wrong with the way a command was called, and where its help is."""
    kind, context = type(error).__name__, getattr(error, "ctx", None)
    if kind == "NoArgsIsHelpError":
        return str(error.format_message())
    path = context.command_path if context is not None else "xlperf"
    quoted = re.search(r"'([^']+)'", error.format_message())
    name = quoted[1] if quoted else "参数"
    if kind == "MissingParameter":
        problem = f"缺少 {name}"
    elif kind == "NoSuchOption":
        problem = f"没有选项 {error.option_name}"
    elif "No such command" in error.format_message():
        problem = f"没有命令 {name}"
    elif "unexpected extra argument" in error.format_message():
        problem = "多出了不认识的参数"
    else:
        problem = f"{name} 的写法不对"
    return f"用法有误：{problem}；运行 {path} --help 看说明。"


@contextmanager
def about(file: Path) -> Iterator[None]:
    """What is wrong with a file is said with its name."""
    try:
        yield
    except UserError as error:
        if str(file) in str(error):
            raise
        raise UserError(f"{file}：{error}") from error


def print_json(data: object) -> None:
    """Prints a value as JSON for programs."""
    sys.stdout.write(json_escaped(json.dumps(data, ensure_ascii=False, indent=2)) + "\n")
