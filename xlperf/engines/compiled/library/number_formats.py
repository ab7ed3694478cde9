"""Excel's number formats: sections with conditions, cut into what each of their signs stands for."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlperf.formula.tree import NotUnderstoodError, UncertainError

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_PIECE = re.compile(
    r"""(?P<quoted>"[^"]*")|(?P<escaped>[\\!].)|(?P<pad>_.)|(?P<fill>\*.)|\[(?P<bracket>[^\]]*)\]
    |(?P<general>General|G/通用格式)|(?P<half>AM/PM|A/P|上午/下午)|(?P<power>E[+-])
    |(?P<date>y+|m+|d+|h+|s+|e+|aaaa|aaa)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)
    |(?P<end>;)|(?P<plain>[^A-Za-z"\\!])""",
    re.X | re.S | re.I,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*([-+]?[0-9]*\.?[0-9]+(?:E[-+]?[0-9]+)?)", re.I)
_COLOUR = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|[黑蓝绿红白黄]色?|蓝绿色?|洋红色?|(?:color|颜色) ?[0-9]{1,2})",
    re.I,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.I)
_SYMBOL = re.compile(r"\$([^-]*)(?:-([0-9A-Fa-f]+))?")
_LANGUAGES = {"804": "zh", "404": "", "4": "zh", "409": "en", "809": "en", "": "", "1004": "zh", "C04": ""}


class Piece(NamedTuple):
    """A sign of a format. Kinds: literal, digit, point, comma, percent, power, general, text, date, half, elapsed."""

    kind: str
    text: str


class Section(NamedTuple):
    """A section: its pieces, the condition under which it holds, the numerals (DBNum) and the language of names."""

    pieces: tuple[Piece, ...]
    condition: tuple[str, float] | None
    numerals: int
    language: str

    @property
    def is_of_date(self) -> bool:
        """Whether numbers are shown as dates or times."""
        return any(piece.kind in ("date", "half", "elapsed") for piece in self.pieces)

    @property
    def has_text(self) -> bool:
        """Whether texts are shown by it."""
        return any(piece.kind == "text" for piece in self.pieces)

    def holds(self, value: float) -> bool:
        """Whether its condition is met."""
        return self.condition is not None and _COMPARE[self.condition[0]](value, self.condition[1])

    @property
    def is_of_negatives(self) -> bool:
        """Whether its condition lets none but negative numbers in."""
        return self.condition is not None and self.condition[0] in ("<", "<=") and self.condition[1] <= 0


@lru_cache(maxsize=512)
def sections(text: str) -> tuple[Section, ...]:
    """The sections of a format.

    Errors: NotUnderstoodError: a sign whose meaning isn't certain.
    """
    found: list[list[re.Match[str]]] = [[]]
    place = 0
    while place < len(text):
        match = _PIECE.match(text, place)
        if match is None:
            raise NotUnderstoodError(f"数字格式“{text}”里的“{text[place]}”读不懂")
        place = match.end()
        if match.lastgroup == "end":
            found.append([])
        else:
            found[-1].append(match)
    if len(found) > 4:
        raise NotUnderstoodError(f"数字格式“{text}”多于四段")
    return tuple(_section(each, text) for each in found)


def _section(matches: Sequence[re.Match[str]], whole: str) -> Section:
    pieces: list[Piece] = []
    condition, numerals, language = None, 0, ""
    for match in matches:
        kind, stated = match.lastgroup or "", match[0]
        if kind != "bracket":
            pieces += _piece(kind, stated)
            continue
        inner = match["bracket"]
        compared, symbol = _CONDITION.fullmatch(inner), _SYMBOL.fullmatch(inner)
        if compared:
            condition = compared[1], float(compared[2])
        elif re.fullmatch("DBNum[123]", inner, re.I):
            numerals = int(inner[-1])
        elif _ELAPSED.fullmatch(inner):
            pieces.append(Piece("elapsed", inner.lower()))
        elif symbol and (symbol[2] or "").lstrip("0") in _LANGUAGES:
            language = _LANGUAGES[(symbol[2] or "").lstrip("0")] or language
            pieces.append(Piece("literal", symbol[1]))
        elif not _COLOUR.fullmatch(inner):
            raise NotUnderstoodError(f"数字格式“{whole}”里的“[{inner}]”读不懂")
    return Section(tuple(pieces), condition, numerals, language)


def _piece(kind: str, stated: str) -> list[Piece]:
    if kind == "quoted":
        return [Piece("literal", stated[1:-1])]
    if kind == "escaped":
        return [Piece("literal", stated[1])]
    if kind == "pad":
        return [Piece("literal", " ")]
    if kind == "fill":
        return []
    return [Piece("literal" if kind == "plain" else kind, stated)]


def section_for(text: str, value: float) -> tuple[Section, bool]:
    """The section that shows a number, and whether the sign of a negative one is left to it.

    Errors: NotUnderstoodError: programs differ in which section it is.
    """
    every = sections(text)
    known = every[:-1] if len(every) > 1 and every[-1].has_text else every[:3]
    if len(known) == 1 and known[0].has_text:
        return known[0], False
    if not any(section.condition for section in known):
        if len(known) > 1 and value < 0:
            return known[1], True
        return (known[2], False) if len(known) > 2 and value == 0 else (known[0], False)
    return _by_condition(known, value, text)


def _by_condition(known: Sequence[Section], value: float, text: str) -> tuple[Section, bool]:
    for section in known[:2]:
        if section.holds(value):
            break
    else:
        section = known[-1]
        is_last = len(known) > 1 and section.condition is None and all(s.condition for s in known[: len(known) - 1])
        if not is_last:
            raise NotUnderstoodError(f"数字格式“{text}”没有一段的条件适用于 {value:.15g}")
    if (
        value < 0
        and not section.is_of_negatives
        and any(piece.kind in ("digit", "general") for piece in section.pieces)
    ):
        raise UncertainError(f"数字格式“{text}”用于负数，有没有负号各程序不同")
    return section, True
