"""Formulas as trees over their tokens: every node knows the tokens it was made of, so that a walk can rewrite the text.

What a node doesn't cover (brackets of calls, commas, blanks) stays where it is; `rewritten` touches spans only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from xlperf.formula.addresses import Area, spanned
from xlperf.formula.tokens import Token


class NotUnderstoodError(Exception):
    """A formula that can't be read, or that an engine must not be given; the message says why, in Chinese."""

    @property
    def reason(self) -> str:
        """The message."""
        return str(self)


class Uncertain(str):
    """The reason for a result that no engine may be asked for."""

    __slots__ = ()


class UncertainError(NotUnderstoodError):
    """A result that hangs on the machine, or that Excel is not known to give: no other engine may be asked for it either."""

    @property
    def reason(self) -> str:
        """The message, which tells what it is."""
        return Uncertain(str(self))


class Literal(NamedTuple):
    """A number, string, truth value or error, by `kind`; `text` is as written, of an error without a sheet or cell."""

    start: int
    end: int
    kind: str
    text: str


class Reference(NamedTuple):
    """A cell, or a range from `first` to `last`, which may be columns or rows; `sheet` as it stands before the “!”."""

    start: int
    end: int
    sheet: str
    first: str
    last: str

    @property
    def is_range(self) -> bool:
        """Whether two corners are stated."""
        return bool(self.last)

    @property
    def area(self) -> Area:
        """The cells."""
        return spanned(self.first, self.last)


class Name(NamedTuple):
    """A defined name, a table with its `bracket`, a bracket of the table around (without `text`), or a variable."""

    start: int
    end: int
    sheet: str
    text: str
    bracket: str


class Call(NamedTuple):
    """A function with its arguments, of which any may be Omitted.

    `opening` is the place of its bracket, `callee` what is called where that isn't a name: =LAMBDA(x,x+1)(2).
    """

    start: int
    end: int
    sheet: str
    name: str
    opening: int
    arguments: tuple[Node, ...]
    callee: Node | None


class Sign(NamedTuple):
    """One of + - @ before an operand, or one of % # behind it."""

    start: int
    end: int
    sign: str
    operand: Node


class Operation(NamedTuple):
    """Operands with operators of one rank between them, calculated from left to right: a+b-c is one operation.

    A range of which an end is calculated is one too, with the operator “:”; a union has “,”, an intersection “ ”.
    """

    start: int
    end: int
    operators: tuple[str, ...]
    operands: tuple[Node, ...]


class Bracketed(NamedTuple):
    """What stands in brackets of its own."""

    start: int
    end: int
    inner: Node


class Array(NamedTuple):
    """An array constant, row by row."""

    start: int
    end: int
    rows: tuple[tuple[Node, ...], ...]


class Omitted(NamedTuple):
    """An argument that is left out: no tokens, at a place."""

    start: int
    end: int


Node: TypeAlias = Literal | Reference | Name | Call | Sign | Operation | Bracketed | Array | Omitted


class Tree(NamedTuple):
    """A formula: its tokens and the node of the whole."""

    pieces: Sequence[Token]
    root: Node

    def text(self, node: Node) -> str:
        """The text of a node, as written."""
        return "".join(piece.text for piece in self.pieces[node.start : node.end])

    def rewritten(self, edits: Iterable[tuple[int, int, str]], within: tuple[int, int] | None = None) -> str:
        """The formula, or the tokens `within` two places, with spans of tokens replaced; edits come in their order."""
        at, end = within or (0, len(self.pieces))
        out: list[str] = []
        for first, last, text in edits:
            out += [piece.text for piece in self.pieces[at:first]]
            out.append(text)
            at = last
        out += [piece.text for piece in self.pieces[at:end]]
        return "".join(out)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node, from left to right."""
    match node:
        case Call():
            return node.arguments if node.callee is None else (node.callee, *node.arguments)
        case Operation():
            return node.operands
        case Sign():
            return (node.operand,)
        case Bracketed():
            return (node.inner,)
        case Array():
            return tuple(value for row in node.rows for value in row)
    return ()


def walk(root: Node) -> Iterator[Node]:
    """A node and all below it, each before its children and from left to right; however deep, without recursion."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if below := children(node):
            waiting.extend(reversed(below))
