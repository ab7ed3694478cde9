"""The shapes of a plan as compiled Python, and what has to be known of each before it runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import lru_cache
from types import CodeType
from typing import NamedTuple

from xlperf.engines.compiled.code_generation import EITHER, RANGE, VALUE, Ours, function_source
from xlperf.engines.compiled.library.function_table import DYNAMIC, SUBTOTALS
from xlperf.engines.compiled.nodes import Node
from xlperf.engines.protocol import Functions, WorksheetFunction
from xlperf.formula.tree import NotUnderstoodError
from xlperf.registry import FunctionSpec, Kind

_MOST_SHAPES = 2048
_RANGES = frozenset({Kind.NUMBERS, Kind.VALUES, Kind.TABLE})


class ShapeCode(NamedTuple):
    """The code of all shapes of a plan: each defines a function, or is the reason that there is none.

    `dynamic`, `subtotalling`: the numbers of the shapes that find their cells while they run, that leave out hidden rows.
    """

    code: tuple[CodeType | str, ...]
    dynamic: frozenset[int]
    subtotalling: frozenset[int]


def shape_code(shapes: Sequence[Node], functions: Functions) -> ShapeCode:
    """The code of shapes, given the worksheet functions."""
    compiled = _compiler(tuple((name, ours(function)) for name, function in functions.items()))
    written = [repr(shape) for shape in shapes]
    code = tuple(compiled(shape, text) for shape, text in zip(shapes, written, strict=True))
    return ShapeCode(code, _calling(shapes, written, DYNAMIC), _calling(shapes, written, SUBTOTALS))


def _calling(shapes: Sequence[Node], written: Sequence[str], names: Collection[str]) -> frozenset[int]:
    """The numbers of the shapes that call one of these functions; few are, which shows before they are walked through."""
    likely = [n for n, text in enumerate(written) if any(f"'{name}'" in text for name in names)]
    return frozenset(number for number in likely if _calls(shapes[number], names))


def _calls(shape: Node, names: Collection[str]) -> bool:
    if shape[0] == "call" and shape[1] in names:
        return True
    return any(isinstance(child, tuple) and _calls(child, names) for child in shape[1:])


@lru_cache(maxsize=4)
def _compiler(known: tuple[tuple[str, Ours], ...]) -> Callable[[Node, str], CodeType | str]:
    """What compiles shapes, given the worksheet functions; workbooks that come one after the other have most in common."""
    given = dict(known)

    # As they are written, since 0 and -0 are equal.
    @lru_cache(maxsize=_MOST_SHAPES)
    def compiled(shape: Node, written: str) -> CodeType | str:
        # What a formula says twice in a variable, unless that nests too deeply for Python.
        for is_shared in (True, False):
            with suppress(SyntaxError, RecursionError, MemoryError):
                try:
                    return compile(function_source("formula", shape, given, is_shared=is_shared), "<shape>", "exec")
                except NotUnderstoodError as error:
                    return str(error)
        return "公式过于复杂"

    return compiled


def ours(function: WorksheetFunction) -> Ours:
    """What the parameters of a worksheet function take."""
    if isinstance(function, FunctionSpec):
        return Ours(tuple(RANGE if p.kind in _RANGES else VALUE for p in function.parameters))
    most = function.maximum_arguments
    return Ours((EITHER,) * (255 if most is None else most))
