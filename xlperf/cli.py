"""The xlperf command. Everything heavy is imported where it is used, so that a command starts fast."""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command, get_command_name
from typer.models import CommandInfo

from xlperf import __version__
from xlperf.commands import (
    addin,
    batch,
    clean,
    conformance,
    copies,
    explain,
    forms,
    frameworks,
    information,
    installation,
    league,
    notices,
    renewal,
    report,
    results,
    verify,
    workbooks,
)
from xlperf.commands.interruption import InterruptionError
from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.usage import ChineseCommand, ChineseGroup, print_json, usage_sentence

USAGE = 2
# What typer makes of Ctrl-C, without a word.
CTRL_C = 130
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
app.add_typer(frameworks.app, name="frameworks")
app.command(cls=ChineseCommand)(workbooks.new)
app.command(cls=ChineseCommand)(workbooks.convert)
app.command(cls=ChineseCommand)(copies.merge)
app.command(cls=ChineseCommand)(workbooks.inputs)
app.command("set", cls=ChineseCommand)(workbooks.set_inputs)
app.command(cls=ChineseCommand)(workbooks.recalc)
app.command(cls=ChineseCommand)(renewal.renew)
app.command(cls=ChineseCommand)(clean.clean)
app.command(cls=ChineseCommand)(results.score)
app.command(cls=ChineseCommand)(results.check)
app.command(cls=ChineseCommand)(explain.explain)
app.command(cls=ChineseCommand)(verify.verify)
app.command(cls=ChineseCommand)(conformance.conformance)
app.command(cls=ChineseCommand)(batch.distribute)
app.command(cls=ChineseCommand)(batch.batch)
app.command(cls=ChineseCommand)(league.league)
app.command(cls=ChineseCommand)(notices.notice)
app.command(cls=ChineseCommand)(report.report)
app.add_typer(forms.app, name="forms")
app.add_typer(addin.app, name="addin")
app.command(cls=ChineseCommand)(information.functions)
app.command(cls=ChineseCommand)(information.demo)
app.command(cls=ChineseCommand)(installation.doctor)


def main() -> None:
    """Runs the command; what the user can put right becomes one sentence and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    installation.ready_to_complete()
    try:
        status = _command("".join(sys.argv[1:2]))(prog_name="xlperf", standalone_mode=False)
    except UserError as error:
        _stop(f"错误：{str(error).rstrip('。')}。")
    except USAGE_ERROR as error:
        _stop(usage_sentence(error))
    except InterruptionError as interrupted:
        _stop(f"{interrupted}。", interrupted.status)
    except (KeyboardInterrupt, typer.Abort):
        _stop("已中断。")
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: nothing is left to say.
        sys.stderr.close()
        status = 0
    if status == CTRL_C:
        _stop("已中断。", CTRL_C)
    sys.exit(status or 0)


@cache
def _command(asked: str) -> Callable[..., Any]:
    """The application with the one command that is asked for, since to build all takes time; with all where none is."""
    part = copy(app)
    part.registered_commands = [one for one in app.registered_commands if _name(one) == asked]
    part.registered_groups = [one for one in app.registered_groups if one.name == asked]
    return get_command(part if part.registered_commands or part.registered_groups else app)


def _name(command: CommandInfo) -> str:
    return command.name or get_command_name(command.callback.__name__ if command.callback else "")


def _stop(sentence: str, status: int = USAGE) -> NoReturn:
    if "--json" in sys.argv[1:]:
        print_json({"error": sentence})
    sys.stderr.write(f"{printable(sentence)}\n")
    sys.exit(status)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="显示版本")] = False,
    installs: Annotated[
        bool, typer.Option("--install-completion", help="给现在的终端装上补全：按 Tab 补命令、选项和文件名")
    ] = False,
    shows: Annotated[bool, typer.Option("--show-completion", help="显示补全的脚本，不安装")] = False,
) -> None:
    installation.install_completion(installs)
    installation.show_completion(shows)
    if version:
        sys.stdout.write(f"xlperf {__version__}\n")
        raise typer.Exit
