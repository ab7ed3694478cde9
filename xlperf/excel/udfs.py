"""The module that Excel calls through xlwings: every worksheet function, the commands of the ribbon, the version."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import xlwings as xw

from xlperf import __version__
from xlperf.excel.com_values import Cells
from xlperf.excel.ribbon import answer
from xlperf.registry import Argument, FunctionSpec, worksheet_functions

CATEGORY = "绩效评价"


def declared(spec: FunctionSpec) -> Callable[..., Argument]:
    """A worksheet function as xlwings calls it: its signature, help and conversion from the registry."""

    def call(*arguments: Argument) -> Argument:
        return spec.call(arguments)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    call.__name__ = spec.name
    call.__doc__ = spec.help
    call.__annotations__ = {}
    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(p.name, kind, default=inspect.Parameter.empty if p.is_required else None)
            for p in spec.parameters
        ]
    )
    wrapped: Callable[..., Argument] = xw.ret(Cells)(call)
    for parameter in spec.parameters:
        wrapped = xw.arg(parameter.name, Cells, doc=parameter.help)(wrapped)
    # Last, as the outermost decorator: the others set the category back.
    return xw.func(category=CATEGORY)(wrapped)


def version(workbook_version: str) -> str:
    """The version installed here. Calling it warms up: by then every function is loaded."""
    return __version__


def command(button: str, workbook: str | None, target: str | None, output: str | None) -> list[list[str]]:
    """Runs the command of a button and gives the rows that XlperfRibbon.bas shows."""
    return answer(button, workbook or "", target or "", output or "")


XLPERF_VERSION = xw.func(version)
XLPERF_COMMAND = xw.func(command)
globals().update({name: declared(spec) for name, spec in worksheet_functions().items()})
