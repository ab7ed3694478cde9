"""A framework as the text of its file: what is read back is the very same framework. Comments are nobody's but the author's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from xlperf.frameworks.parts import UNSTATED
from xlperf.frameworks.schema import Framework
from xlperf.rules.part import Part

LINE = 100


def framework_text(framework: Framework) -> str:
    """The file of a framework; what it leaves to its default isn't written."""
    return "\n".join(_table("", plain(framework))).lstrip("\n") + "\n"


def part_text(content: Mapping[str, Any]) -> str:
    """A piece of such a file."""
    return "\n".join(_table("", content)).strip("\n")


def plain(part: Part) -> dict[str, Any]:
    """A part as a file holds it, without what is left to its default; 未载明 for what isn't stated."""
    found: dict[str, Any] = _stated(part.model_dump(mode="json", exclude_defaults=True))
    return found


def inline(value: object) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key} = {inline(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(inline(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)


def _stated(value: Any) -> Any:
    """None is what the source doesn't state: whatever else is None is left to its default."""
    if isinstance(value, dict):
        return {key: _stated(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_stated(item) for item in value]
    return UNSTATED if value is None else value


def _table(name: str, content: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a table: first what fits on one line each, then the tables within it."""
    deeper = {key: value for key, value in content.items() if _is_deep(name, value)}
    for key, value in content.items():
        if key not in deeper:
            yield f"{key} = {_value(value)}"
    for key, value in deeper.items():
        inner = f"{name}.{key}" if name else key
        for part in value if isinstance(value, list) else [value]:
            yield ""
            yield f"[[{inner}]]" if isinstance(value, list) else f"[{inner}]"
            yield from _table(inner, part)


def _is_deep(name: str, value: object) -> bool:
    """Whether a value gets tables of its own: what is long, and at the top whatever is a table."""
    parts = value if isinstance(value, list) else [value]
    if not parts or not all(isinstance(part, dict) for part in parts):
        return False
    return not name or len(inline(value)) > LINE or "\\n" in inline(value)


def _value(value: object) -> str:
    """A value as it is easiest to read: long texts and lists on several lines."""
    if isinstance(value, str) and "\n" in value and _is_literal(value):
        return f"'''\n{value}'''"
    text = inline(value)
    if isinstance(value, list) and len(text) > LINE:
        return "[\n" + "".join(f"  {inline(item)},\n" for item in value) + "]"
    return text


def _is_literal(text: str) -> bool:
    """Whether a text may stand as it is between ''' and '''."""
    is_plain = all(sign == "\n" or sign.isprintable() or sign == "　" for sign in text)
    return is_plain and "'''" not in text and not text.endswith("'")
