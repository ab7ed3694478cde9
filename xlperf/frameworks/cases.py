"""What a framework's texts tell of the case that it was made from, kept apart from the standard.

A part of a framework may have a `case` on one line: what is said besides in some of its texts, behind them or around `{}`.

    why = "没有写明不足 1%的怎样扣"
    case = { why = "；2022 年为负数，没有影响" }

An evaluator reads both; the copy of a unit carries the framework without the cases, since they are another unit's.
Scores can't depend on them: only texts that explain may have one.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from xlperf.errors import UserError

CASE, STANDS = "case", "{}"
# The texts that may have one: sources, readings, explanations.
TEXTS = ("document", "clause", "literal", "executed", "why", "text", "alternatives", "note", "help", "advice", "region")
_LINE = re.compile(r"^case[ \t]*=[ \t]*\{.*\}[ \t]*(?:#.*)?\n", re.M)
_INLINE = re.compile(r", case = \{[^{}]*(?:\{\}[^{}]*)*\}")


def told(content: Any, origin: str) -> Any:
    """A framework as read, with every case told in the texts that it belongs to.

    Errors: UserError: a case of something else than a text.
    """
    if isinstance(content, list):
        return [told(part, origin) for part in content]
    if not isinstance(content, dict):
        return content
    part = {key: told(value, origin) for key, value in content.items() if key != CASE}
    for key, case in _case(content, origin).items():
        part[key] = _joined(part.get(key), case, f"{origin}：case.{key}")
    return part


def _case(content: dict[str, Any], origin: str) -> dict[str, Any]:
    case = content.get(CASE, {})
    if not isinstance(case, dict) or not case.keys() <= set(TEXTS):
        raise UserError(f'{origin}：case 应为一行 {{ 键 = "…" }}，键是 {"、".join(TEXTS)} 之一。')
    return case


def _joined(text: object, case: object, place: str) -> object:
    if isinstance(text, str) and isinstance(case, str):
        return case.replace(STANDS, text) if STANDS in case else text + case
    if isinstance(text, list) and isinstance(case, list) and len(text) == len(case):
        return [_joined(one, other, place) for one, other in zip(text, case, strict=True)]
    raise UserError(f"{place}：与同一处的文字对不上（一段对一段，一组对一样多的一组）。")


def without_cases(text: str, origin: str) -> str:
    """The text of a framework that tells no case.

    Errors: UserError: a case that is not written on a line of its own.
    """
    if not re.search(r"\bcase[ \t]*=", text):
        return text
    found = _INLINE.sub("", _LINE.sub("", text))
    if tomllib.loads(found) != _stripped(tomllib.loads(text)):
        raise UserError(f"{origin}：每个 case 应单独写在一行，里面不能换行。")
    return found


def _stripped(content: Any) -> Any:
    if isinstance(content, list):
        return [_stripped(part) for part in content]
    if isinstance(content, dict):
        return {key: _stripped(value) for key, value in content.items() if key != CASE}
    return content
