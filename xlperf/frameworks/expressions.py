"""Formulas over ids, as framework authors write them: `PERF_RATE(quota_used, quota_issued)`, `1 - spending_rate`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xlperf.formula.functions import marked
from xlperf.formula.parsing import Fault, GrammarError, parsed_tokens
from xlperf.formula.tokens import Token, tokens
from xlperf.formula.tree import Array, Bracketed, Call, Literal, Name, Node, Operation, Tree, children
from xlperf.registry import worksheet_functions

NESTING = 20
_SIGNS = frozenset({"+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">=", "(", ")", "{", "}", ","})
_PLAIN_FUNCTIONS = marked("authors")
_ID, _FUNCTION = re.compile(r"[a-z][a-z0-9_]*"), re.compile(r"[A-Z][A-Z_]*")
_NUMBER, _TEXT = re.compile(r"\d+(?:\.\d+)?"), re.compile(r'"[^"]*"')
_FAULTS = {
    Fault.UNFINISHED: "不完整",
    Fault.UNCLOSED: "的括号不配对",
    Fault.BRACKETS: "的括号不配对",
    Fault.NO_OPERAND: "在“{}”前缺一项",
    Fault.NO_OPERATOR: "在“{}”前缺运算符",
}


@dataclass(frozen=True)
class Expression:
    """A formula as a tree in which ids are names. `bare_ids` are those used outside a PERF_ function's arguments."""

    tree: Tree
    ids: tuple[str, ...]
    bare_ids: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Reads a formula; ValueError (Chinese) where a sign, a function, its arguments or the brackets are wrong."""
        try:
            tree = parsed_tokens(list(_lexemes(text)))
        except GrammarError as error:
            raise ValueError(f"公式“{text}”{_FAULTS[error.fault].format(error.token)}") from None
        try:
            found = list(_ids(tree))
        except _MistakeError as error:
            raise ValueError(f"公式“{text}”{error}") from None
        return cls(tree, tuple(name for name, _ in found), tuple(name for name, is_bare in found if is_bare))

    def render(self, reference: Callable[[str], str], bare: Callable[[str], str] | None = None) -> str:
        """The formula for a cell, each id replaced by its reference; `bare`: by that of one that stands bare."""
        nodes = [
            (node, bare if bare and not is_argument else reference)
            for node, _, is_argument in _walk(self.tree.root)
            if is_id(node)
        ]
        return self.tree.rewritten((node.start, node.end, name(self.tree.text(node))) for node, name in nodes)


class _MistakeError(Exception):
    """What Excel or xlperf would refuse in a formula that is grammatical."""


def is_id(node: Node) -> bool:
    """Whether a node is an id: of small letters only, so that `true` is one too."""
    return isinstance(node, Name) or (isinstance(node, Literal) and node.kind == "truth")


def _lexemes(text: str) -> Iterator[Token]:
    """The tokens without blanks, each of a kind that authors may use."""
    pieces = tokens(text)
    solid = [piece.text for piece in pieces if piece.kind != "space"]
    at = end = count = 0
    for index, piece in enumerate(pieces):
        at += len(piece.text)
        if piece.kind == "space":
            continue
        count += 1
        kind = _kind(piece, pieces[index - 1] if index else None, solid[count] if count < len(solid) else "")
        if not kind:
            raise ValueError(f"公式“{text}”第 {end + 1} 个字符处看不懂")
        yield Token(kind, piece.text)
        end = at


def _kind(piece: Token, before: Token | None, following: str) -> str:
    """What a token is to an author; nothing where it may not be used."""
    if _ID.fullmatch(piece.text):
        return "name"
    if piece.kind in ("function", "name"):
        return "function" if _FUNCTION.fullmatch(piece.text) and following == "(" else ""
    if piece.kind == "operator":
        is_percent = piece.text == "%" and before is not None and before.kind == "number"
        return "operator" if piece.text in _SIGNS or is_percent else ""
    allowed = {"number": _NUMBER, "string": _TEXT}.get(piece.kind)
    return piece.kind if allowed is not None and allowed.fullmatch(piece.text) else ""


def _walk(root: Node) -> Iterator[tuple[Node, int, bool]]:
    """The nodes from left to right: how deep each stands in brackets, whether it is an argument of a PERF_ function."""
    waiting = [(root, 0, False)]
    while waiting:
        node, depth, is_argument = waiting.pop()
        yield node, depth, is_argument
        inner = depth + isinstance(node, Call | Bracketed)
        is_ours = isinstance(node, Call) and node.name in worksheet_functions()
        waiting += [(child, inner, is_ours) for child in reversed(children(node))]


def _ids(tree: Tree) -> Iterator[tuple[str, bool]]:
    """The ids, and whether each stands bare: not as a whole argument of a PERF_ function.

    Errors: _MistakeError.
    """
    for node, depth, is_argument in _walk(tree.root):
        if depth > NESTING:
            raise _MistakeError(f"的括号套得太深（超过 {NESTING} 层）")
        if isinstance(node, Call):
            _check_call(node)
        elif isinstance(node, Operation) and node.operators[0] == ",":
            raise _MistakeError("的括号不配对")
        elif isinstance(node, Array):
            sums = [value for value in children(node) if isinstance(value, Operation)]
            if sums:
                raise _MistakeError(f"在“{sums[0].operators[0]}”前缺运算符")
        elif is_id(node):
            yield tree.text(node), not is_argument


def _check_call(call: Call) -> None:
    functions = worksheet_functions()
    if call.callee is not None:
        raise _MistakeError("在“(”前缺运算符")
    if call.name not in functions and call.name not in _PLAIN_FUNCTIONS:
        usable = "、".join(sorted(_PLAIN_FUNCTIONS))
        raise _MistakeError(f"用了不认识的函数 {call.name}；可用 PERF_ 函数和 {usable}")
    spec = functions.get(call.name)
    if spec and spec.family == "texts":
        raise _MistakeError(f"用了 {call.name}；评分标准原文写在 standard、规则写在 rule，公式里不用它")
    if spec and not spec.minimum_arguments <= len(call.arguments) <= spec.maximum_arguments:
        raise _MistakeError(f"给 {call.name} 的参数个数不对，应为 {spec.signature}")
