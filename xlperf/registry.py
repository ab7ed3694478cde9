"""The declaration of a worksheet function: everything that Excel, the engines and the documentation read."""

from __future__ import annotations

import importlib
import inspect
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any

from xlperf.errors import CellError, missing, out_of_range, wrong_type
from xlperf.values import Grid, Value, as_text, is_blank, is_number

MAXIMUM_NAME_LENGTH = 31
MAXIMUM_HELP_LENGTH = 255
MAXIMUM_ARGUMENT_NAMES_LENGTH = 254
FAMILIES = ("rates", "scoring", "survey", "summary", "checks", "texts")
# Where a family is declared that needs more than the functions do.
_ELSEWHERE = {"texts": "xlperf.rules.texts"}

Argument = Value | Grid
Implementation = Callable[..., Any]
# The plain-formula form: takes an operand for each parameter, omitted ones too, and gives one (xlperf.functions.plain.operands).
Native = Callable[..., Any]


class Kind(StrEnum):
    """What a parameter takes. The first four are scalars, over which a range broadcasts; the others take a range whole."""

    NUMBER = "数"
    FLAG = "是否"
    TEXT = "文字"
    ANY = "任意"
    NUMBERS = "一组数"
    VALUES = "一组值"
    TABLE = "表"

    @property
    def is_scalar(self) -> bool:
        """Whether the parameter takes one cell."""
        return self in _SCALARS


_SCALARS = frozenset({Kind.NUMBER, Kind.FLAG, Kind.TEXT, Kind.ANY})


@dataclass(frozen=True)
class Parameter:
    """One argument: its name (as in the implementation's signature), what it takes, Chinese help."""

    name: str
    kind: Kind
    help: str
    is_required: bool = True


@dataclass(frozen=True)
class FunctionSpec:
    """A worksheet function, declared once: name, label and help in Chinese, parameters, implementation, plain formula."""

    name: str
    family: str
    label: str
    help: str
    parameters: tuple[Parameter, ...]
    implementation: Implementation
    native: Native

    @cached_property
    def minimum_arguments(self) -> int:
        """How many arguments a call must have."""
        return sum(parameter.is_required for parameter in self.parameters)

    @property
    def maximum_arguments(self) -> int:
        """How many arguments a call may have."""
        return len(self.parameters)

    @property
    def signature(self) -> str:
        """The call as a person writes it, optional arguments in brackets."""
        names = (p.name if p.is_required else f"[{p.name}]" for p in self.parameters)
        return f"{self.name}({', '.join(names)})"

    @property
    def doc(self) -> str:
        """The English docstring of the implementation."""
        return inspect.getdoc(self.implementation) or ""

    def call(self, arguments: Sequence[Argument]) -> Argument:
        """What the cell shows: a value, or a grid where a scalar parameter was given a range.

        Errors come back as values, nothing is ever raised: an error in an argument is passed on, the first one first; a
        wrong number of arguments is #VALUE!; a number too large for a cell is #NUM!.
        """
        if not self.minimum_arguments <= len(arguments) <= self.maximum_arguments:
            return wrong_type(f"{self.name} 的参数个数不对")
        if not all(_is_rectangle(argument) for argument in arguments if isinstance(argument, list)):
            return wrong_type("区域不是矩形")
        given = [_single(argument) for argument in arguments]
        ranges = [a for p, a in zip(self.parameters, given, strict=False) if p.kind.is_scalar and isinstance(a, list)]
        return self._broadcast(given, ranges) if ranges else self._evaluate(given)

    def _evaluate(self, given: Sequence[Argument]) -> Value:
        try:
            converted = [_convert(p, a) for p, a in zip(self.parameters, given, strict=False)]
            result: Value = self.implementation(*converted)
        except CellError as error:
            # As a value it outlives the call, whose frames hold a whole workbook.
            return error.with_traceback(None)
        except OverflowError:
            return out_of_range("数太大")
        return _shown(result)

    def _broadcast(self, given: list[Argument], ranges: list[Grid]) -> Argument:
        height = max(len(grid) for grid in ranges)
        width = max(len(grid[0]) for grid in ranges)
        if any(len(grid) not in (1, height) or len(grid[0]) not in (1, width) for grid in ranges):
            return wrong_type("区域大小不一致")
        scalar = [parameter.kind.is_scalar for parameter in self.parameters]
        return [
            [
                self._evaluate([_pick(a, row, column) if s else a for a, s in zip(given, scalar, strict=False)])
                for column in range(width)
            ]
            for row in range(height)
        ]


def worksheet_function(
    name: str, *, label: str, help: str, parameters: Iterable[Parameter], native: Native
) -> Callable[[Implementation], Implementation]:
    """Declares the decorated implementation as a worksheet function; the limits of Excel are checked at import.

    The implementation takes converted scalars (float, bool, str) or whole lists, None for what was left out, returns a
    Value and raises CellError. `native` writes the same as a plain formula, with the same parameters.
    """

    def declare(implementation: Implementation) -> Implementation:
        family = _family(implementation.__module__)
        spec = FunctionSpec(name, family, label, help, tuple(parameters), implementation, native)
        _check(spec)
        if name in _declared:
            raise ValueError(f"{name} is declared twice")
        _declared[name] = spec
        return implementation

    return declare


@cache
def worksheet_functions() -> Mapping[str, FunctionSpec]:
    """Every declared function by name, in the order of the families and of their declaration."""
    for family in FAMILIES:
        importlib.import_module(_ELSEWHERE.get(family, f"xlperf.functions.{family}"))
    ordered = sorted(_declared.values(), key=lambda spec: FAMILIES.index(spec.family))
    return MappingProxyType({spec.name: spec for spec in ordered})


_declared: dict[str, FunctionSpec] = {}


def _family(module: str) -> str:
    """The family that a module declares."""
    elsewhere = {name: family for family, name in _ELSEWHERE.items()}
    return elsewhere.get(module) or module.removeprefix("xlperf.functions.").partition(".")[0]


def _check(spec: FunctionSpec) -> None:
    """Refuses a declaration that Excel's function wizard could not show or call."""
    names = [parameter.name for parameter in spec.parameters]
    signature = list(inspect.signature(spec.implementation).parameters)
    required = [parameter.is_required for parameter in spec.parameters]
    problems = [
        not re.fullmatch(r"PERF_[A-Z_]+", spec.name) or len(spec.name) > MAXIMUM_NAME_LENGTH,
        spec.name.removeprefix("PERF_").lower() != spec.implementation.__name__,
        spec.family not in FAMILIES,
        names != signature,
        sorted(required, reverse=True) != required,
        any(not text or len(text) > MAXIMUM_HELP_LENGTH for text in [spec.help, *(p.help for p in spec.parameters)]),
        sum(len(name) + 1 for name in names) >= MAXIMUM_ARGUMENT_NAMES_LENGTH,
        names != list(inspect.signature(spec.native).parameters),
    ]
    if any(problems):
        raise ValueError(f"{spec.name}: not declarable in Excel (check {problems.index(True) + 1})")


def _is_rectangle(grid: Grid) -> bool:
    """Whether a grid has at least one cell, and rows of one length."""
    return len({len(row) for row in grid}) == 1 and bool(grid[0])


def _shown(result: Value) -> Value:
    """A result as a cell can hold it: no infinity, no negative zero."""
    if isinstance(result, float):
        return result + 0.0 if math.isfinite(result) else out_of_range("结果太大")
    return result


def _single(argument: Argument) -> Argument:
    """A range of one cell is that cell."""
    if isinstance(argument, list) and len(argument) == 1 and len(argument[0]) == 1:
        return argument[0][0]
    return argument


def _pick(argument: Argument, row: int, column: int) -> Argument:
    if not isinstance(argument, list):
        return argument
    line = argument[row if len(argument) > 1 else 0]
    return line[column if len(line) > 1 else 0]


def _convert(parameter: Parameter, argument: Argument) -> object:
    """The argument as the implementation takes it, or the cell error that it causes."""
    kind = parameter.kind
    if kind is Kind.ANY:
        return argument
    if kind is Kind.TABLE and isinstance(argument, list):
        return argument
    if kind in (Kind.NUMBERS, Kind.VALUES):
        if not isinstance(argument, list) and is_blank(argument) and not parameter.is_required:
            return None
        values = list(chain.from_iterable(argument)) if isinstance(argument, list) else [argument]
        return [as_number(value, parameter.name) for value in values] if kind is Kind.NUMBERS else values
    if isinstance(argument, CellError):
        raise argument
    if is_blank(argument):
        if parameter.is_required:
            raise missing(f"{parameter.name} 未填")
        return None
    if kind is Kind.NUMBER:
        return as_number(argument, parameter.name)  # type: ignore[arg-type]
    if kind is Kind.FLAG:
        return as_flag(argument, parameter.name)  # type: ignore[arg-type]
    if kind is Kind.TEXT:
        return as_text(argument)  # type: ignore[arg-type]
    return argument


def as_number(value: Value, name: str) -> float:
    """A cell as a number.

    Errors: an error is passed on; #N/A: blank; #VALUE!: text (also text that looks like a number) or a truth value;
    #NUM!: not a finite number.
    """
    if is_number(value):
        number = float(value)
        if not math.isfinite(number):
            raise out_of_range(f"{name} 不是有限的数")
        return number
    if isinstance(value, CellError):
        raise value
    if is_blank(value):
        raise missing(f"{name} 未填")
    raise wrong_type(f"{name} 应为数字，现为“{value}”")


def as_flag(value: Value, name: str) -> bool:
    """A cell as yes or no: TRUE, FALSE, 1 or 0.

    Errors: an error is passed on; #N/A: blank; #VALUE!: anything else.
    """
    if isinstance(value, CellError):
        raise value
    if is_blank(value):
        raise missing(f"{name} 未填")
    if isinstance(value, bool) or (is_number(value) and value in (0, 1)):
        return bool(value)
    raise wrong_type(f"{name} 应为 TRUE 或 FALSE，现为“{value}”")
