"""Small changes to a source, each of which makes another program of it: what a slip of the hand would make.

Texts, annotations, decorators and defaults of data classes are left alone: what they say is read by people or by mypy.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
_OPERATIONS: dict[type[ast.operator], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "/", ast.Mod: "*", ast.BitOr: "&", ast.BitAnd: "|",
}  # fmt: skip
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
# Calls that may be left out: what they are given is left.
_LEFT_OUT = {"abs", "round", "round_half_up"}
_METHODS_LEFT_OUT = {"strip", "lower", "upper", "casefold"}


@dataclass(frozen=True)
class Mutant:
    """Another text in the place of some bytes of a source."""

    line: int
    start: int
    end: int
    new: str

    def of(self, content: bytes) -> bytes:
        """The changed source."""
        return content[: self.start] + self.new.encode() + content[self.end :]


def mutants(text: str) -> Iterator[Mutant]:
    """All of a source, in the order of its lines."""
    source = _Source(text)
    found = (mutant for node in _code(ast.parse(text)) for mutant in source.changed(node))
    yield from sorted(found, key=lambda mutant: (mutant.line, mutant.start, mutant.end, mutant.new))


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are carried out; what stands within f-strings has no place of its own."""
    if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "__name__ == '__main__'"):
        return
    yield node
    if isinstance(node, ast.JoinedStr):
        return
    aside: list[ast.AST] = []
    for name in ("annotation", "returns", "decorator_list", "type_params"):
        value = getattr(node, name, None)
        aside += value if isinstance(value, list) else [value] if value is not None else []
    if isinstance(node, ast.AnnAssign) and node.value is not None and node.col_offset:
        aside.append(node.value)
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("Annotated", "Literal")
    ):
        return
    for child in ast.iter_child_nodes(node):
        if child not in aside:
            yield from _code(child)


class _Source:
    """A source whose pieces are found by the nodes they are read as."""

    def __init__(self, text: str) -> None:
        self._content = text.encode()
        self._lines = [0]
        for line in self._content.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def changed(self, node: ast.AST) -> Iterator[Mutant]:
        """What a node may become."""
        if isinstance(node, ast.expr):
            yield from (self._mutant(node, f"({new})") for new in self._expressions(node))
        elif isinstance(node, ast.Raise | ast.AugAssign | ast.Continue) or (
            isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
        ):
            yield self._mutant(node, "pass")
        for test in [
            *getattr(node, "ifs", ()),
            *([node.test] if isinstance(node, ast.If | ast.While | ast.IfExp) else []),
        ]:
            if not isinstance(test, ast.Compare | ast.UnaryOp) or (isinstance(test, ast.Compare) and len(test.ops) > 1):
                yield self._mutant(test, f"(not {self._text(test)})")

    def _expressions(self, node: ast.expr) -> Iterator[str]:
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            yield f"{self._text(node.left)} {_COMPARISONS[type(node.ops[0])]} {self._text(node.comparators[0])}"
        elif isinstance(node, ast.BoolOp):
            yield (" or " if isinstance(node.op, ast.And) else " and ").join(map(self._text, node.values))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
            yield self._text(node.operand)
        elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS and not _is_text(node.left, node.right):
            yield f"{self._text(node.left)} {_OPERATIONS[type(node.op)]} {self._text(node.right)}"
        elif isinstance(node, ast.Constant):
            yield from _other_constants(node.value)
        elif isinstance(node, ast.Call):
            yield from self._calls(node)
        elif isinstance(node, ast.Lambda) and isinstance(node.body, ast.Tuple) and len(node.body.elts) > 1:
            first, second, *rest = map(self._text, node.body.elts)
            yield f"lambda {ast.unparse(node.args)}: ({', '.join((second, first, *rest))})"

    def _calls(self, node: ast.Call) -> Iterator[str]:
        if isinstance(node.func, ast.Name):
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            if node.func.id in _CALLS and arguments and not (node.func.id == "sorted" and node.keywords):
                yield f"{_CALLS[node.func.id]}({self._between(node.func.end_lineno, node.func.end_col_offset, node)}"
            elif node.func.id in _LEFT_OUT and node.args:
                yield self._text(node.args[0])
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS_LEFT_OUT and not node.args:
            yield self._text(node.func.value)

    def _between(self, line: int | None, column: int | None, node: ast.expr) -> str:
        """What stands in the brackets of a call, with the one that ends it."""
        assert line is not None
        assert column is not None
        return self._content[self._lines[line - 1] + column : self._end(node)].decode().lstrip()[1:]

    def _text(self, node: ast.expr) -> str:
        text = self._content[self._start(node) : self._end(node)].decode()
        return text if isinstance(node, ast.Starred) else f"({text})"

    def _mutant(self, node: ast.expr | ast.stmt, new: str) -> Mutant:
        return Mutant(node.lineno, self._start(node), self._end(node), new)

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._lines[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._lines[node.end_lineno - 1] + node.end_col_offset


def _is_text(*nodes: ast.expr) -> bool:
    return any(
        isinstance(n, ast.JoinedStr) or (isinstance(n, ast.Constant) and isinstance(n.value, str)) for n in nodes
    )


def _other_constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int | float):
        yield repr(value + 1)
