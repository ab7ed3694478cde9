"""Which form fits a sequence of statements: the shapes of all kinds as one grammar whose terminals are statements."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedInput
from lark.lexer import Lexer

from xlperf.rules.reading.forms import Form, Statement

_TERMINAL = re.compile(r"[A-Z_]{2,}")


class _Statements(Lexer):
    """Hands statements on as tokens."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        """The types of the statements, which lark hands on as they are."""
        for statement in lexer_state:
            yield Token(statement.type, statement)


@functools.cache
def _grammar(forms: tuple[Form, ...]) -> Lark:
    names = sorted({name for form in forms for name in _TERMINAL.findall(form.shape)})
    rules = "\n".join(f"{form.name}: {form.shape}" for form in forms)
    grammar = f"{rules}\n%declare {' '.join(names)}\n"
    return Lark(grammar, parser="lalr", lexer=_Statements, start=[form.name for form in forms])


@functools.cache
def _terminals(form: Form) -> frozenset[str]:
    return frozenset(_TERMINAL.findall(form.shape))


def fitting(forms: tuple[Form, ...], statements: Sequence[Statement]) -> Iterator[Form]:
    """The forms whose shape the statements have."""
    types = {statement.type for statement in statements}
    grammar = _grammar(forms)
    for form in forms:
        if types <= _terminals(form) and statements:
            try:
                grammar.parse(list(statements), start=form.name)
            except UnexpectedInput:
                continue
            yield form
