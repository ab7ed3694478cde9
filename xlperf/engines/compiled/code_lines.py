"""Generated Python: expressions with the statements that come before them, branches, literals, lists of cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from xlperf.engines.compiled.library import scalars
from xlperf.engines.compiled.nodes import Node
from xlperf.errors import CellError
from xlperf.formula.tree import NotUnderstoodError

DEEPEST = 30
_TEMPORARY = re.compile(r"t[0-9]+")
_TYPES = {"ISNUMBER": "float", "ISTEXT": "str", "ISLOGICAL": "bool"}
_ERROR_NAMES = dict(zip(CellError.CODES, ("NULL", "DIV0", "WRONG", "REF", "NAME", "NUM", "NA"), strict=True))


class Code(NamedTuple):
    """A Python expression: its text, the kind of its value, whether it may stop, how deeply its brackets are nested."""

    text: str
    kind: str = "any"
    may_stop: bool = True
    depth: int = 0


class CodeLines:
    """The statements of a function under construction; expressions are put into variables where order or depth asks it.

    So is a part of the formula that comes again, and it is calculated once where that is sure to come before: names are
    lowered to what they stand for, and `IF(X="","",X)` says X twice. `repeated` numbers such parts by their identity.
    """

    def __init__(self, repeated: Mapping[int, int]) -> None:
        self._lines: list[str] = []
        self._temporaries = 0
        self._repeated = repeated
        # What is calculated by now, in the order in which it was; and the variables that no one may assign to again.
        self._known: dict[int, Code] = {}
        self._kept: set[str] = set()

    def _ordered(
        self, writers: Sequence[Callable[[], Code]], conversion: str = "", kinds: Container[str] = ()
    ) -> list[Code]:
        """Codes to be run in this order: what comes before statements of a later one is put into a variable first.

        There those of the given kinds are converted, which would stop at an error in them afterwards.
        """
        codes: list[Code] = []
        for write in writers:
            mark = len(self._lines)
            code = write()
            if len(self._lines) > mark:
                for index, earlier in enumerate(codes):
                    is_converted = earlier.kind in kinds
                    if earlier.may_stop or is_converted:
                        name = self._temporary()
                        text = f"{conversion}({earlier.text})" if is_converted else earlier.text
                        self._lines.insert(mark, f"{name} = {text}")
                        mark += 1
                        kind = "number" if is_converted and conversion == "number" else earlier.kind
                        codes[index] = Code(name, kind, False)
            codes.append(code)
        return codes

    def _nested(self, text: str, kind: str, inner: Sequence[Code]) -> Code:
        """An expression around others; one too deep for Python is put into a variable."""
        depth = 1 + max((code.depth for code in inner), default=0)
        if depth <= DEEPEST:
            return Code(text, kind, True, depth)
        name = self._temporary()
        self._lines.append(f"{name} = {text}")
        return Code(name, kind, False)

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"t{self._temporaries}"

    def _is_free(self, code: Code) -> bool:
        """Whether the code is a variable that nothing else uses."""
        return _TEMPORARY.fullmatch(code.text) is not None and code.text not in self._kept

    def _assigned(self, code: Code) -> str:
        name = self._temporary()
        self._lines.append(f"{name} = {code.text}")
        return name

    @contextmanager
    def _branch(self) -> Iterator[list[str]]:
        """Lines that are run only in some case; what they calculate isn't known after them."""
        outer, self._lines = self._lines, []
        known = len(self._known)
        try:
            yield self._lines
        finally:
            self._lines = outer
            while len(self._known) > known:
                self._known.popitem()

    def _noted(self, part: int, code: Code) -> Code:
        """The code of a part that comes again, as a variable."""
        if code.may_stop or code.depth:
            code = Code(self._assigned(code), code.kind, False)
        self._kept.add(code.text)
        self._known[part] = code
        return code


def indented(lines: Sequence[str]) -> list[str]:
    """Lines of a block."""
    return [f" {line}" for line in lines]


def joined(codes: Sequence[Code]) -> str:
    """Arguments of a call."""
    return ", ".join(code.text for code in codes)


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
