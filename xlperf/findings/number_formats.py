"""What a number format makes of a value: the value, nothing at all, or something else than what stands in the cell."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import lru_cache

SHOWN, NOTHING, SOMETHING_ELSE = "", "nothing", "something else"
DATE, PERCENT = "date", "percent"
_TOKEN = re.compile(
    r"""(?P<literal>"[^"]*"|[\\!].)|(?P<blank>[_*].|\s)|(?P<bracket>\[[^\]]*\])|(?P<general>General|G/通用格式)"""
    r"""|(?P<exponent>E[+-]0*)|(?P<digit>[0#?])|(?P<date>[ymdhsaeb]+|上午/下午|AM/PM|A/P)|(?P<text>@)|(?P<comma>,)|(?P<other>.)""",
    re.I | re.S,
)
_SHOWING = ("digit", "general", "date", "text")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)\]")
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_COLOUR = re.compile(r"\[(?:colou?r|颜色)\s*(\d+)\]", re.I)
# The names of colours are translated, their order is that of the first eight numbers.
_COLOURS = (
    ("black", "黑色"), ("white", "白色"), ("red", "红色"), ("green", "绿色"),
    ("blue", "蓝色"), ("yellow", "黄色"), ("magenta", "洋红"), ("cyan", "蓝绿色"),
)  # fmt: skip
_POSITIVE, _NEGATIVE, _ZERO, _TEXT = range(4)
Tokens = list[tuple[str, str]]


@lru_cache(maxsize=1024)
def shown_as(code: str, value: float | str) -> str:
    """Whether a format shows a number or text as it is, shows nothing, or something else."""
    sections = _sections(code)
    if isinstance(value, str):
        return _text_shown(sections)
    return _number_shown(sections, value)


def _sections(code: str) -> list[Tokens]:
    found: list[Tokens] = [[]]
    for match in _TOKEN.finditer(code):
        kind, text = str(match.lastgroup), match[0]
        if kind == "other" and text == ";":
            found.append([])
        else:
            found[-1].append((kind, text))
    return found


def _text_shown(sections: list[Tokens]) -> str:
    """Of four sections the last is for texts, of fewer the last that names the text; without it they are shown."""
    tokens = sections[_TEXT] if len(sections) > _TEXT else sections[-1]
    kinds = [kind for kind, _ in tokens]
    if len(sections) <= _TEXT and "text" not in kinds:
        return SHOWN
    said = any(sign.isalnum() for sign in _words(tokens))
    if "text" in kinds or "general" in kinds:
        return SOMETHING_ELSE if said else SHOWN
    return SOMETHING_ELSE if _words(tokens) else NOTHING


def _number_shown(sections: list[Tokens], value: float) -> str:
    if any(map(_condition, sections)):
        found = [_judged(tokens) for tokens in _under_conditions(sections[:_TEXT], value)]
        return next((judged for judged in found if judged), SHOWN)
    number = _POSITIVE if value > 0 or len(sections) == 1 else _NEGATIVE if value < 0 else _ZERO
    tokens = sections[number] if number < len(sections) else sections[_POSITIVE]
    is_zero = value == 0 and number == _ZERO and number < len(sections)
    # A dash for zero is good practice; a number for zero is not.
    if is_zero and not any(kind in _SHOWING for kind, _ in tokens):
        return SOMETHING_ELSE if _has_digits(tokens) else SHOWN
    return _judged(tokens, is_positive=number == _POSITIVE and value >= 0)


def _condition(tokens: Tokens) -> tuple[str, float] | None:
    """The comparison under which a section is for a number, where it states one."""
    stated = (_CONDITION.fullmatch(text) for kind, text in tokens if kind == "bracket")
    return next(((found[1], float(found[2])) for found in stated if found), None)


def _under_conditions(sections: list[Tokens], value: float) -> list[Tokens]:
    """The section whose condition holds; where none does, those without one, of which it is not told which is for whom."""
    others = []
    for tokens in sections:
        stated = _condition(tokens)
        if stated is None:
            others.append(tokens)
        elif _COMPARED[stated[0]](value, stated[1]):
            return [tokens]
    return others


def is_conditional(code: str) -> bool:
    """Whether a format shows some numbers otherwise than others of the same sign."""
    return any(map(_condition, _sections(code)))


@lru_cache(maxsize=1024)
def measure(code: str) -> str:
    """Whether a format shows numbers as dates and times, or as percentages."""
    kinds = [kind for kind, _ in _sections(code)[_POSITIVE]]
    texts = [text for kind, text in _sections(code)[_POSITIVE] if kind == "other"]
    return DATE if "date" in kinds and "general" not in kinds else PERCENT if "%" in texts else ""


@lru_cache(maxsize=1024)
def colours_in(code: str) -> tuple[int, ...]:
    """The numbers of the colours that the sections of a format state, from 1."""
    found = []
    for kind, text in (token for tokens in _sections(code) for token in tokens):
        if kind == "bracket":
            name, numbered = text[1:-1].casefold(), _COLOUR.fullmatch(text)
            found += [number for number, names in enumerate(_COLOURS, 1) if name in names]
            found += [int(numbered[1])] if numbered else []
    return tuple(found)


def _judged(tokens: Tokens, *, is_positive: bool = False) -> str:
    kinds = [kind for kind, _ in tokens]
    if not any(kind in _SHOWING for kind in kinds):
        return SOMETHING_ELSE if _words(tokens) else NOTHING
    if "date" in kinds or "general" in kinds:
        return SOMETHING_ELSE if "general" in kinds and _has_digits(tokens) else SHOWN
    is_negated = is_positive and any("-" in text or "−" in text for text in _before_digits(tokens))
    is_other = _has_digits(tokens) or _is_scaled(tokens) or _is_pointed(tokens) or is_negated
    return SOMETHING_ELSE if is_other else SHOWN


def _words(tokens: Tokens) -> str:
    """What a section shows besides the value."""
    found = (text.strip('"').lstrip("\\!") for kind, text in tokens if kind in ("literal", "other", "exponent"))
    return "".join(found).strip()


def _has_digits(tokens: Tokens) -> bool:
    """Whether digits stand in a section that are not the value's; a fraction may state what it is out of."""
    slash = next((number for number, (_, text) in enumerate(tokens) if text == "/"), len(tokens))
    own = [
        text for number, (kind, text) in enumerate(tokens) if kind == "literal" or (kind == "other" and number < slash)
    ]
    filling = [text for kind, text in tokens if kind == "blank" and text.startswith("*")]
    return any(sign.isnumeric() for text in own + filling for sign in text)


def _is_pointed(tokens: Tokens) -> bool:
    """Whether a point of the format's own, or a new line, stands amid the digits or before a percent sign."""
    first = next((number for number, (kind, _) in enumerate(tokens) if kind == "digit"), len(tokens))
    behind = tokens[first:]
    return any(
        (kind == "literal" and text.strip('"\\!') in (".", "．", "·")) or (kind == "blank" and text in "\r\n")
        for kind, text in behind
    )


def _before_digits(tokens: Tokens) -> list[str]:
    first = next((n for n, (kind, _) in enumerate(tokens) if kind == "digit"), len(tokens))
    return [text for kind, text in tokens[:first] if kind in ("literal", "other")]


def _is_scaled(tokens: Tokens) -> bool:
    """Whether commas behind the digits divide by a thousand each."""
    kinds = [kind for kind, _ in tokens]
    for number, kind in enumerate(kinds):
        if kind == "comma" and "digit" in kinds[:number]:
            following = next((k for k in kinds[number:] if k != "comma"), "")
            if following != "digit":
                return True
    return False
