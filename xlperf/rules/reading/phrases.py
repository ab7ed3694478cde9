"""The phrases of a sentence: comparisons, outcomes, what is counted, and words between them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.resources import files

from lark import Lark, Token, Tree, UnexpectedInput

from xlperf.rules.reading.amounts import NUMERALS, numeral
from xlperf.rules.reading.forms import Relation

_WORDS = frozenset(("ANY", "BRACKETS", "QUOTED"))
# What stands at a number, and after which tokens it does.
_AFTER = {
    "UNIT": ("LIMIT",),
    "MARK": ("LIMIT", "UNIT"),
    "TO": ("LIMIT", "UNIT", "MARK"),
    "BOUND": ("LIMIT", "UNIT", "MARK"),
}
_SIGN_OF_NOT = {">": "≤", "<": "≥"}
SIGNS = {
    **dict.fromkeys(("≥", "不低于", "不少于", "不小于", "大于等于", "大于或等于", "高于等于", "高于或等于", "达到", "达到了", "达", "至少"), "≥"),
    **dict.fromkeys((">", "大于", "高于", "多于", "超过", "超过了", "超出", "超"), ">"),
    **dict.fromkeys(("≤", "不高于", "不超过", "不大于", "不多于", "小于等于", "小于或等于", "低于等于", "低于或等于", "控制在"), "≤"),
    **dict.fromkeys(("<", "小于", "低于", "少于", "不足", "不到", "不满", "未达到", "未达"), "<"),
    **dict.fromkeys(("=", "等于", "为"), "="),
}  # fmt: skip
SIGNS |= {
    no + word: _SIGN_OF_NOT[SIGNS[word]]
    for no in ("未", "没有", "没", "不得", "不能", "不应", "不可", "不")
    for word in ("超过", "超出", "超", "高于", "大于", "多于", "低于", "小于", "少于")
}
_TURNED = {"≥": "≤", ">": "<", "≤": "≥", "<": ">", "=": "="}


@dataclass(frozen=True)
class Element:
    """A phrase with its place. `kind`: words, comma, relation, span, bare, sign, or the name of a terminal."""

    kind: str
    text: str
    start: int
    end: int
    relations: tuple[Relation, ...] = ()
    is_turned: bool = False


class _JoinedWords:
    """Hands the tokens on to the parser, what lies between phrases as one token each."""

    always_accept = tuple(_WORDS)

    def process(self, stream: Iterable[Token]) -> Iterator[Token]:
        """The tokens with their words joined; a unit or bound that stands at no number is words as well."""
        held: list[Token] = []
        last = ""
        for token in stream:
            is_stray = token.type in _AFTER and last not in _AFTER[token.type]
            last = "" if is_stray else token.type
            if token.type in _WORDS or is_stray:
                held.append(token)
                continue
            if held:
                yield _joined(held)
                held = []
            yield token
        if held:
            yield _joined(held)


def _joined(tokens: list[Token]) -> Token:
    first = tokens[0]
    return Token("TEXT", "".join(tokens), start_pos=first.start_pos, end_pos=tokens[-1].end_pos, line=1, column=1)


@functools.cache
def parser(phrases: tuple[tuple[str, str], ...]) -> Lark:
    """The parser of sentences; `phrases` are the terminals of the kinds, name and definition."""
    base = files(__package__).joinpath("phrases.lark").read_text(encoding="utf-8")
    names = " | ".join(dict.fromkeys(name.partition(".")[0] for name, _ in phrases)) or "GIVE"
    grammar = base.replace("%KINDS%", names) + "".join(f"{name}: {body}\n" for name, body in phrases)
    return Lark(grammar, parser="lalr", lexer="basic", postlex=_JoinedWords(), maybe_placeholders=False)


def elements(lark: Lark, text: str, offset: int) -> list[Element]:
    """The phrases of a sentence that stands at a place of the text.

    Errors: UnexpectedInput: its phrases stand in an order that means nothing.
    """
    return [_element(child, offset) for child in lark.parse(text).children]


def _element(node: Tree[Token] | Token, offset: int) -> Element:
    if isinstance(node, Token):
        return _of_token("comma", node, offset)
    if node.data == "words":
        return _of_token("words", _token(node), offset)
    if node.data == "phrase":
        return _of_token(_token(node).type.lower(), _token(node), offset)
    tokens = list(node.scan_values(lambda value: isinstance(value, Token)))
    start, end = tokens[0].start_pos or 0, tokens[-1].end_pos or 0
    text = "".join(tokens)
    relations, kind, is_turned = _relations(node)
    if "±" in text:
        relations = tuple(replace(relation, is_absolute=True) for relation in relations)
    return Element(kind, text, start + offset, end + offset, relations, is_turned)


def _token(node: Tree[Token]) -> Token:
    token = node.children[0]
    assert isinstance(token, Token)
    return token


def _of_token(kind: str, token: Token, offset: int) -> Element:
    return Element(kind, str(token), (token.start_pos or 0) + offset, (token.end_pos or 0) + offset)


def _relations(node: Tree[Token]) -> tuple[tuple[Relation, ...], str, bool]:
    """What a comparison says, and whether it stands before what it compares."""
    parts = node.children
    if node.data == "compare":
        if len(parts) > 2 and SIGNS[str(parts[0])] in "=≥":
            # 达到90%以上, 为60%以下
            return (_bounded(parts[1], str(parts[2])),), "relation", False
        return (_relation(str(parts[0]), parts[1]),), "relation", False
    if node.data == "reached":
        if SIGNS[str(parts[0])] not in "=≥":
            raise UnexpectedInput(str(parts[0]))
        return _span(parts[1], parts[3]), "span", False
    if node.data == "before":
        relation = _relation(str(parts[1]), parts[0])
        turned = Relation(_TURNED[relation.operator], relation.limit, relation.unit, relation.is_marked)
        return (turned,), "relation", True
    if node.data == "bounded":
        return (_bounded(parts[0], str(parts[1])),), "relation", False
    if node.data == "span":
        return _span(parts[0], parts[2]), "span", False
    if node.data == "bare":
        return (_relation("=", parts[0]),), "bare", False
    return (), "sign", False


def _limit(node: Tree[Token] | Token) -> tuple[float, str, str]:
    """The number of a limit (a percentage as a rate), its unit, its mark."""
    found = {token.type: str(token) for token in node.children if isinstance(token, Token)}  # type: ignore[union-attr]
    text = found["LIMIT"].removeprefix("±")
    if text[0] in NUMERALS:
        return float(numeral(text)), found.get("UNIT", ""), found.get("MARK", "")
    if text.endswith("%"):
        return float(Fraction(text[:-1]) / 100), "%", found.get("MARK", "")
    if found.get("UNIT", "").endswith("百分点"):
        return float(Fraction(text) / 100), "%", found.get("MARK", "")
    return float(text), found.get("UNIT", ""), found.get("MARK", "")


def _relation(operator: str, node: Tree[Token] | Token) -> Relation:
    limit, unit, mark = _limit(node)
    sign = SIGNS[operator]
    if mark:
        sign = {"≥": ">", "≤": "<"}.get(sign, sign) if "不含" in mark else {">": "≥", "<": "≤"}.get(sign, sign)
    return Relation(sign, limit, unit)


def _bounded(node: Tree[Token] | Token, bound: str) -> Relation:
    """`90%以上`, `60%（含）以下`, `3项以上（不含）`."""
    limit, unit, mark = _limit(node)
    said = mark + bound
    is_upper = "下" in bound or "内" in bound
    is_marked = "含" in said or "及" in said
    if "不含" in said:
        return Relation("<" if is_upper else ">", limit, unit)
    return Relation("≤" if is_upper else "≥", limit, unit, is_marked)


def _span(low: Tree[Token] | Token, high: Tree[Token] | Token) -> tuple[Relation, Relation]:
    """`80%（含）~90%`: a mark at one end says of the other that it does not belong."""
    (a, unit_a, mark_a), (b, unit_b, mark_b) = _limit(low), _limit(high)
    unit = unit_b or unit_a
    if unit == "%" and unit_a != "%":
        a /= 100
    # An end beside one that is marked does not belong, unless nobody else has it.
    is_marked_a, is_marked_b = bool(mark_a), bool(mark_b)
    if a > b:
        (a, mark_a), (b, mark_b) = (b, mark_b), (a, mark_a)
        is_marked_a, is_marked_b = is_marked_b, is_marked_a
    return (
        Relation("≥" if _holds(mark_a, mark_b) else ">", a, unit, is_marked_a),
        Relation("≤" if _holds(mark_b, mark_a) else "<", b, unit, is_marked_b),
    )


def _holds(mark: str, other: str) -> bool:
    """Whether an end belongs to a range: it is said to, or nothing is said of either."""
    if mark:
        return "不含" not in mark
    return not other or "不含" in other
