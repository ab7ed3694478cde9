"""Formulas in a scoring text: definitions of rates (其中：…率=…÷…), and how the score follows from one (得分=分值×…率)."""

from __future__ import annotations

import functools
import re
from fractions import Fraction
from importlib.resources import files

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from xlperf.rules.reading.values import Definition, ScoreFormula, SumFormula

_LEAD = re.compile(r"^(?:其中|计算公式|公式|即|注)[：，]?|^[：，]|^(?:否则|其他情况)?(?:，)?按照?(?=[^=]*×)")
_TAIL = re.compile(r"(?:来)?(?:计算)?(?:得分|计分|计算)$")
_POINTS = re.compile(r"(?<=\d)分$")
# A product of the weight, or of so many points, that does not say it is the score.
_PRODUCT = re.compile(r"[^=≥≤><，；。\n扣]*×[^=≥≤><，；。\n扣]*")
_WORTH = re.compile(r"(?:分值|权重|权重分|满分|标准分)(?:×|$)|\d分$|^\d+(?:\.\d+)?分?×")
_FORMULA = re.compile(r"[^=≥≤><，；。\n]{1,60}=(?!-?\d+(?:\.\d+)?(?:%|分|个|项|次|的|，|：|$)|=)")
_WEIGHT = re.compile(r"(?:分值|权重|权重分|满分|标准分|指标分|总分|基本分|目标分值)$|^(?:分值|权重|满分)")
_SCORE = re.compile(r"(?:得分|评分|计分|扣分)$")


@functools.cache
def _parser() -> Lark:
    grammar = files(__package__).joinpath("formulas.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic")


def is_formula(text: str) -> bool:
    """Whether a piece of a sentence looks like a formula."""
    body = _LEAD.sub("", text)
    return bool(_FORMULA.match(body)) or _is_product(body)


def _is_product(body: str) -> bool:
    return bool(_PRODUCT.fullmatch(body)) and bool(_WORTH.search(_TAIL.sub("", body)))


def read_formula(text: str, start: int, end: int) -> Definition | ScoreFormula | SumFormula | None:
    """What a formula says; None where it can't be read."""
    body = _LEAD.sub("", text)
    if _is_product(body):
        body = f"得分={_TAIL.sub('', body)}"
    body = _POINTS.sub("", body)
    try:
        tree = _parser().parse(body)
    except UnexpectedInput:
        return None
    left, right = str(tree.children[0]), tree.children[2] if len(tree.children) == 3 else tree.children[-1]
    above, below = _factors(right)
    formula = body.partition("=")[2]
    weighty = [node for node in above if _is_weight(node)]
    if _SCORE.search(left) and isinstance(right, Tree) and right.data == "plus":
        return SumFormula(tuple(_text(right).split("+")))
    if _SCORE.search(left) or weighty:
        return _score(above, below)
    definition = Definition(left, formula, start=start, end=end)
    above = [node for node in above if not _is_hundred(node)]
    if len(above) == 1 and len(below) == 1:
        top, bottom = _text(above[0]), _text(below[0])
        change = _changed(above[0], below[0])
        return Definition(left, formula, top, bottom, change[0], change[1], start, end)
    if (pair := _less_one(right)) is not None:
        return Definition(left, formula, "", "", *pair, start, end)
    return definition


def _score(above: list[_Node], below: list[_Node]) -> ScoreFormula | None:
    rest = [node for node in above if not _is_weight(node) and not _is_hundred(node)]
    numbers = [node for node in rest if isinstance(node, Tree) and node.data == "number"]
    rest = [node for node in rest if node not in numbers]
    has_weight = any(_is_weight(node) for node in above)
    if len(rest) != 1 or len(below) > 1 or len(numbers) > 1 or (numbers and has_weight) or not (numbers or has_weight):
        return None
    if isinstance(rest[0], Tree) and rest[0].data in ("plus", "minus"):
        return None
    coefficient = Fraction(_text(numbers[0])) if numbers else None
    if not below:
        return ScoreFormula(_text(rest[0]), coefficient=coefficient)
    top, bottom = _text(rest[0]), _text(below[0])
    return ScoreFormula(f"{top}/{bottom}", top, bottom, coefficient)


_Node = Tree[Token] | Token


def _factors(node: _Node) -> tuple[list[_Node], list[_Node]]:
    """What a product multiplies, and what it divides by."""
    if isinstance(node, Tree) and node.data in ("times", "over"):
        above, below = _factors(node.children[0])
        more, less = _factors(node.children[1])
        return ([*above, *more], [*below, *less]) if node.data == "times" else ([*above, *less], [*below, *more])
    return [node], []


def _is_weight(node: _Node) -> bool:
    return isinstance(node, Tree) and node.data == "name" and bool(_WEIGHT.search(_text(node)))


def _is_hundred(node: _Node) -> bool:
    return isinstance(node, Tree) and node.data == "percent" and _text(node) == "100%"


def _text(node: _Node) -> str:
    """An expression as text again."""
    if isinstance(node, Token):
        return str(node)
    parts = [_text(child) for child in node.children if not (isinstance(child, Token) and child.type == "MINUS")]
    sign = {"plus": "+", "minus": "-", "times": "×", "over": "/"}.get(str(node.data))
    if sign is None:
        return _plain("".join(parts))
    return sign.join(f"({p})" if sign in "×/" and ("+" in p or "-" in p) else p for p in parts)


def _plain(name: str) -> str:
    return name.strip("：，“” ") if name.count("“") != 1 else name


def _changed(top: _Node, bottom: _Node) -> tuple[str, str]:
    """This year's and last year's figure of (A-B)/B; two empty texts for anything else."""
    if isinstance(top, Tree) and top.data == "minus":
        first, last = (child for child in top.children if isinstance(child, Tree))
        if _text(last) == _text(bottom):
            return _text(first), _text(last)
    return "", ""


def _less_one(node: _Node) -> tuple[str, str] | None:
    """This year's and last year's figure of (A/B-1)×100%."""
    above, below = _factors(node)
    inner = [part for part in above if not _is_hundred(part)]
    if below or len(inner) != 1 or not isinstance(inner[0], Tree) or inner[0].data != "minus":
        return None
    first, last = (child for child in inner[0].children if isinstance(child, Tree))
    tops, bottoms = _factors(first)
    if _text(last) in ("1", "100%") and len(tops) == len(bottoms) == 1:
        return _text(tops[0]), _text(bottoms[0])
    return None
