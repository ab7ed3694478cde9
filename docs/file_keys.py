"""Every key of framework and data files with what it takes, read from the models that check the files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from xlperf.frameworks.schema import Framework
from xlperf.workbook.data_schema import EvaluationData

_FILES = (("指标体系文件", Framework), ("数据文件", EvaluationData))
_TYPES = {"string": "文字", "number": "数", "integer": "整数", "boolean": "`true`、`false`", "null": "`未载明`"}
_LIMITS = (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
# The page can't be written without the meaning of every key.
_MEANINGS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("key_meanings.toml").read_text(encoding="utf-8")
)
_PATTERNS = {
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "编号（小写英文、数字、短横）",
    r"^[a-z][a-z0-9]*(_[a-z0-9]+)+$": "编号（小写英文、数字，含下划线）",
    r"^\d+\.\d+\.\d+$": "版本，如 `1.0.0`",
    r"^[A-Za-z0-9]+$": "编码（英文、数字）",
}


def file_keys() -> Iterator[str]:
    """The page."""
    yield "# 文件里的每一个键\n"
    yield (
        "“写什么”是类型和允许的值；没有默认值的必写，能从别处得出的除外（意思里说“不写的”怎样）。"
        "怎样用见[写自己的指标体系](写指标体系.md)。\n"
    )
    for title, model in _FILES:
        schema = model.model_json_schema()
        parts: Mapping[str, Any] = schema.get("$defs", {})
        places = _places(schema, parts)
        yield f"## {title}\n"
        yield from _table(schema, places, _MEANINGS[title])
        for name in sorted(parts, key=lambda part: places[part]):
            yield f"### {title}：{places[name]}\n"
            yield from _table(parts[name], places, _MEANINGS[section(title, places[name])])


def section(title: str, place: str) -> str:
    """Under which heading the meanings of a part's keys stand."""
    name = place.strip("`").replace('`，`kind = "', ".").rstrip('"`')
    return f"data.{name}" if title == "数据文件" else name


def _places(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, str]:
    """Where each part is written: under which keys, or as a rule of which kind."""
    found: dict[str, str] = {}
    waiting: list[tuple[str, Mapping[str, Any]]] = [("", schema)]
    while waiting:
        path, part = waiting.pop(0)
        for key, value in part.get("properties", {}).items():
            for name in _references(value):
                if name not in found:
                    kind = parts[name].get("properties", {}).get("kind", {}).get("const")
                    found[name] = f'`rule`，`kind = "{kind}"`' if kind else f"`{path}{key}`"
                    waiting.append(("" if kind else f"{path}{key}.", parts[name]))
    return found


def _references(value: object) -> Iterator[str]:
    """The parts that a key leads to."""
    if isinstance(value, Mapping):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        for key, inner in value.items():
            if key != "discriminator":
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _table(schema: Mapping[str, Any], places: Mapping[str, str], meanings: Mapping[str, str]) -> Iterator[str]:
    required = set(schema.get("required", ()))
    yield "| 键 | 意思 | 写什么 | 默认 |\n|---|---|---|---|"
    if unknown := set(meanings) - set(schema.get("properties", {})):
        raise KeyError(f"no such keys: {', '.join(sorted(unknown))}")
    for key, value in schema.get("properties", {}).items():
        default = "" if key in required else _default(value.get("default"))
        yield f"| `{key}` | {meanings[key]} | {_kind(value, places, is_required=key in required)} | {default} |"
    yield ""


def _kind(value: Mapping[str, Any], places: Mapping[str, str], *, is_required: bool = True) -> str:
    """What a key takes."""
    if "$ref" in value:
        return f"一组键值：{places[value['$ref'].rpartition('/')[2]]}"
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return "、".join(f"`{one}`" for one in value["enum"])
    several = (*value.get("anyOf", ()), *value.get("oneOf", ()))
    if several:
        if len(list(_references(value))) > 1:
            return "一条规则"
        # A key that may be left out is not written as 未载明.
        kept = (
            one
            for one in several
            if is_required or "default" not in value or one.get("type") != "null" or value["default"] is not None
        )
        return "，或".join(dict.fromkeys(_kind(one, places) for one in kept))
    if value.get("type") == "array":
        return f"一列，每项是{_kind(value.get('items', {}), places)}"
    if value.get("type") == "object":
        return f"编号和值，值是{_kind(value.get('additionalProperties') or {}, places)}"
    limits = "".join(f"，{sign}{value[key]:g}" for key, sign in _LIMITS if key in value)
    return _PATTERNS.get(str(value.get("pattern")), _TYPES.get(str(value.get("type")), "任何值")) + limits


def _default(value: object) -> str:
    if value in ([], {}, None, ""):
        return "没有"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
