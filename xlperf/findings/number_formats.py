"""What a number format makes of a value: the value, nothing at all, or something else than what stands in the cell."""

from __future__ import annotations

import re
from functools import lru_cache

SHOWN, NOTHING, SOMETHING_ELSE = "", "nothing", "something else"
_TOKEN = re.compile(
    r"""(?P<literal>"[^"]*"|[\\!].)|(?P<blank>[_*].|\s)|(?P<bracket>\[[^\]]*\])|(?P<general>General|G/通用格式)"""
    r"""|(?P<exponent>E[+-]0*)|(?P<digit>[0#?])|(?P<date>[ymdhsaeb]+|上午/下午|AM/PM|A/P)|(?P<text>@)|(?P<comma>,)|(?P<other>.)""",
    re.I | re.S,
)
_SHOWING = ("digit", "general", "date", "text")
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
    """Of four sections the last is for texts; without it they are shown as they are."""
    if len(sections) <= _TEXT:
        return SHOWN
    kinds = [kind for kind, _ in sections[_TEXT]]
    if "text" in kinds or "general" in kinds:
        return SHOWN
    return SOMETHING_ELSE if _words(sections[_TEXT]) else NOTHING


def _number_shown(sections: list[Tokens], value: float) -> str:
    has_conditions = any(kind == "bracket" and text[1:2] in "<>=" for tokens in sections for kind, text in tokens)
    if has_conditions:
        found = [_judged(tokens) for tokens in sections[:_TEXT] if tokens]
        return next((judged for judged in found if judged), SHOWN)
    number = _POSITIVE if value > 0 or len(sections) == 1 else _NEGATIVE if value < 0 else _ZERO
    tokens = sections[number] if number < len(sections) else sections[_POSITIVE]
    is_zero = value == 0 and number == _ZERO and number < len(sections)
    # A dash for zero is good practice; a number for zero is not.
    if is_zero and not any(kind in _SHOWING for kind, _ in tokens):
        return SOMETHING_ELSE if _has_digits(tokens) else SHOWN
    return _judged(tokens, is_positive=number == _POSITIVE and value >= 0)


def _judged(tokens: Tokens, *, is_positive: bool = False) -> str:
    kinds = [kind for kind, _ in tokens]
    if not any(kind in _SHOWING for kind in kinds):
        return SOMETHING_ELSE if _words(tokens) else NOTHING
    if "date" in kinds or "general" in kinds:
        return SOMETHING_ELSE if "general" in kinds and _has_digits(tokens) else SHOWN
    is_negated = is_positive and any("-" in text or "−" in text for text in _before_digits(tokens))
    return SOMETHING_ELSE if _has_digits(tokens) or _is_scaled(tokens) or is_negated else SHOWN


def _words(tokens: Tokens) -> str:
    """What a section shows besides the value."""
    found = (text.strip('"').lstrip("\\!") for kind, text in tokens if kind in ("literal", "other", "exponent"))
    return "".join(found).strip()


def _has_digits(tokens: Tokens) -> bool:
    """Whether digits stand in a section that are not the value's; a fraction may state what it is out of."""
    if any(text == "/" for _, text in tokens):
        return False
    return any(sign.isnumeric() for kind, text in tokens if kind in ("literal", "other") for sign in text)


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
