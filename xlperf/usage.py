"""What all commands share: help and usage errors in Chinese, the option --json and what it prints."""

from __future__ import annotations

import json
import re
import sys
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

_HELP = (
    (re.compile(r"^Usage: ", re.M), "用法："),
    (re.compile(r"^Options:", re.M), "选项："),
    (re.compile(r"^Arguments:", re.M), "参数："),
    (re.compile(r"^Commands:", re.M), "命令："),
    (re.compile(r"Show this message and exit\."), "显示本帮助"),
    (re.compile(r"\[required\]"), "[必填]"),
    (re.compile(r"\[default: "), "[默认："),
    (re.compile(r"\[OPTIONS\]"), "[选项]"),
    (re.compile(r"COMMAND \[ARGS\]\.\.\."), "命令 [参数]..."),
    (re.compile(r" <(?:path|str|list\[str\])>"), lambda match: " " * len(match[0])),
)


class ChineseCommand(TyperCommand):
    """A command whose help is Chinese throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return _chinese(super().get_help(ctx))


class ChineseGroup(TyperGroup):
    """A group of commands whose help is Chinese throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return _chinese(super().get_help(ctx))


def _chinese(text: str) -> str:
    for pattern, words in _HELP:
        text = pattern.sub(words, text)
    return text


def usage_sentence(error: Any) -> str:
    """What is wrong with the way a command was called, and where its help is."""
    kind, context = type(error).__name__, getattr(error, "ctx", None)
    if kind == "NoArgsIsHelpError":
        return _chinese(error.format_message())
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
