"""Pieces of generated Python that need nothing but what they are made of: literals, tests of a kind, lists of cells."""

from __future__ import annotations

from collections.abc import Sequence

from xlperf.engines.compiled.code_lines import Code
from xlperf.engines.compiled.library import scalars
from xlperf.engines.compiled.nodes import Node
from xlperf.errors import CellError
from xlperf.formula.tree import NotUnderstoodError

_TYPES = {"ISNUMBER": "float", "ISTEXT": "str", "ISLOGICAL": "bool"}
_ERROR_NAMES = dict(zip(CellError.CODES, ("NULL", "DIV0", "WRONG", "REF", "NAME", "NUM", "NA"), strict=True))


def literal(node: Node) -> Code:
    """A value written out."""
    kind = node[0]
    if kind == "blank":
        return Code("None", "any", False)
    if kind == "error":
        return Code(_ERROR_NAMES[node[1]], "any", False)
    if kind == "number" and not abs(node[1]) <= scalars.LARGEST:
        raise NotUnderstoodError("公式里的数太大")
    return Code(repr(node[1]), {"number": "number", "text": "text", "truth": "bool"}[kind], False)


def cells_text(codes: Sequence[Code]) -> str:
    """The list of what references hold."""
    if len(codes) == 1 and codes[0].kind == "cells":
        return codes[0].text
    listed = "".join(f"*{code.text}, " if code.kind == "cells" else f"{code.text}, " for code in codes)
    return f"({listed})"


def tested(name: str, text: str) -> str:
    """An IS function of a value of which errors are no obstacle."""
    if name in _TYPES:
        return f"(type({text}) is {_TYPES[name]})"
    return {
        "ISNONTEXT": f"(type({text}) is not str)",
        "ISBLANK": f"(type({text}) is Nothing)",
        "ISERROR": f"(type({text}) is CellError)",
        "ISERR": f"is_other_error({text})",
        "ISNA": f"({text} == NA)",
    }[name]


def safe(name: str) -> str:
    """A function's name as Python takes it."""
    return name.replace(".", "_")
