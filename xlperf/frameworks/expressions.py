"""Formulas over ids, as framework authors write them: `PERF_RATE(quota_used, quota_issued)`, `1 - spending_rate`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from xlperf.registry import worksheet_functions

PLAIN_FUNCTIONS = ("ABS", "MIN", "MAX", "SUM", "ROUND", "IF", "AND", "OR", "NOT")
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
        """Reads a formula; ValueError (Chinese) where a sign, a function or the brackets are wrong."""
        tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text.rstrip()):
            match = _TOKEN.match(text, position)
            if not match or match.lastgroup is None:
                raise ValueError(f"公式“{text}”第 {position + 1} 个字符处看不懂")
            tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        bare = _bare_ids(tokens, text)
        return cls(tuple(tokens), tuple(t for kind, t in tokens if kind == "id"), bare)

    def render(self, reference: Callable[[str], str]) -> str:
        """The formula for a cell, each id replaced by its reference."""
        return "".join(reference(text) if kind == "id" else text for kind, text in self.tokens)


def _bare_ids(tokens: list[tuple[str, str]], text: str) -> tuple[str, ...]:
    """Ids that are not a whole argument of a PERF_ function; checks functions and brackets on the way."""
    bare, enclosing, opened_by = [], [], ""
    for index, (kind, token) in enumerate(tokens):
        if kind == "function":
            if token not in worksheet_functions() and token not in PLAIN_FUNCTIONS:
                raise ValueError(f"公式“{text}”用了不认识的函数 {token}")
            opened_by = token
        elif token == "(":
            enclosing.append(opened_by)
            opened_by = ""
        elif token == ")":
            if not enclosing:
                raise ValueError(f"公式“{text}”的括号不配对")
            enclosing.pop()
        elif kind == "id":
            around = [tokens[i][1] if 0 <= i < len(tokens) else "" for i in (index - 1, index + 1)]
            is_argument = around[0] in ("(", ",") and around[1] in (",", ")")
            if not (is_argument and enclosing and enclosing[-1].startswith("PERF_")):
                bare.append(token)
    if enclosing:
        raise ValueError(f"公式“{text}”的括号不配对")
    return tuple(bare)
