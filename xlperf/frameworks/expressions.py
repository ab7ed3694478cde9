"""Formulas over ids, as framework authors write them: `PERF_RATE(quota_used, quota_issued)`, `1 - spending_rate`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from xlperf.formula.functions import marked
from xlperf.registry import worksheet_functions

OPERATORS = ("+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">=")
NESTING = 20
_PLAIN_FUNCTIONS = marked("authors")
_TOKEN = re.compile(
    r"""\s*(?:(?P<function>[A-Z][A-Z_]*)\s*(?=\()|(?P<id>[a-z][a-z0-9_]*)|(?P<number>\d+(?:\.\d+)?%?)"""
    r"""|(?P<text>"[^"]*")|(?P<symbol><>|<=|>=|[-+*/^(),{}<>=&]))"""
)


@dataclass(frozen=True)
class Expression:
    """A formula cut into (kind, text) tokens. `bare_ids` are those used outside a PERF_ function's arguments."""

    tokens: tuple[tuple[str, str], ...]
    ids: tuple[str, ...]
    bare_ids: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Reads a formula; ValueError (Chinese) where a sign, a function, its arguments or the brackets are wrong."""
        tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text.rstrip()):
            match = _TOKEN.match(text, position)
            if not match or match.lastgroup is None:
                raise ValueError(f"公式“{text}”第 {position + 1} 个字符处看不懂")
            tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        bare = _Grammar(tokens, text).bare_ids()
        return cls(tuple(tokens), tuple(t for kind, t in tokens if kind == "id"), bare)

    def render(self, reference: Callable[[str], str]) -> str:
        """The formula for a cell, each id replaced by its reference."""
        return "".join(reference(text) if kind == "id" else text for kind, text in self.tokens)


class _Grammar:
    """Goes through the tokens from left to right and refuses what Excel would refuse."""

    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self._tokens = [*tokens, ("end", "")]
        self._text = text
        self._position = 0
        self._bare: list[str] = []

    def bare_ids(self) -> tuple[str, ...]:
        """The ids that are not a whole argument of a PERF_ function."""
        self._expression(0)
        self._close("")
        return tuple(self._bare)

    @property
    def _next(self) -> str:
        return self._tokens[self._position][1]

    def _error(self, what: str) -> ValueError:
        return ValueError(f"公式“{self._text}”{what}")

    def _expression(self, depth: int) -> None:
        if depth > NESTING:
            raise self._error(f"的括号套得太深（超过 {NESTING} 层）")
        self._operand(depth)
        while self._next in OPERATORS:
            self._position += 1
            self._operand(depth)

    def _operand(self, depth: int) -> None:
        while self._next in ("+", "-"):
            self._position += 1
        kind, token = self._tokens[self._position]
        self._position += 1
        if kind == "function":
            self._call(token, depth)
        elif token == "(":
            self._expression(depth + 1)
            self._close(")")
        elif token == "{":
            self._constants(depth)
        elif kind == "id":
            self._bare.append(token)
        elif kind not in ("number", "text"):
            raise self._error(f"在“{token}”前缺一项" if token else "不完整")

    def _constants(self, depth: int) -> None:
        self._operand(depth)
        while self._next == ",":
            self._position += 1
            self._operand(depth)
        self._close("}")

    def _call(self, name: str, depth: int) -> None:
        functions = worksheet_functions()
        if name not in functions and name not in _PLAIN_FUNCTIONS:
            raise self._error(f"用了不认识的函数 {name}")
        count = self._arguments(name in functions, depth)
        spec = functions.get(name)
        if spec and not spec.minimum_arguments <= count <= spec.maximum_arguments:
            raise self._error(f"给 {name} 的参数个数不对，应为 {spec.signature}")

    def _arguments(self, is_ours: bool, depth: int) -> int:
        """The arguments of a call, of which any may be left out; returns their number."""
        self._position += 1
        if self._next == ")":
            self._position += 1
            return 0
        count = 1
        self._argument(is_ours, depth)
        while self._next == ",":
            self._position += 1
            self._argument(is_ours, depth)
            count += 1
        self._close(")")
        return count

    def _argument(self, is_ours: bool, depth: int) -> None:
        start, bare = self._position, len(self._bare)
        if self._next not in (",", ")"):
            self._expression(depth + 1)
        if is_ours and self._position == start + 1:
            del self._bare[bare:]

    def _close(self, bracket: str) -> None:
        if self._next == bracket:
            self._position += 1
        elif self._next in ("", ",", ")", "}"):
            raise self._error("的括号不配对")
        else:
            raise self._error(f"在“{self._next}”前缺运算符")
