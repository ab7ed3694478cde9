"""Pieces of an HTML page: texts of strangers escaped, tables, bars, and data that the page's script reads."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from xlperf.escaping import printable

# What columns hold, as the page's script knows it too: texts, numbers, the unit's code and name, texts of several
# lines, words that may alarm.
TEXT, NUMBER, CODE, NAME, LONG, STATE = "text", "number", "code", "name", "long", "state"
_CSS = {TEXT: "", NUMBER: "n", CODE: "u", NAME: "u name", LONG: "long", STATE: "s"}
# Signs that JSON writes as codes: its texts are cleaned one by one then, which is slow and seldom needed.
_ESCAPED = re.compile(r"\\[ubftr]")
_LABEL, _WIDTH, _LINE, _BAR = 96, 480, 26, 18


@dataclass(frozen=True)
class Heading:
    """The heading of a column and what the column holds."""

    text: str
    kind: str = TEXT
    is_sorted: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell: its text, a smaller one below it, the id that it leads to, what it is sorted by where its text can't say."""

    text: str
    small: str = ""
    target: str = ""
    order: float | None = None
    is_alert: bool = False


Row = Sequence[Cell | str]


def clean(text: str) -> str:
    """A text without the characters that turn sentences around or can't be seen; line ends and tabs stay as white space."""
    return printable(text.replace("\r\n", "\n").replace("\t", " "))


def text(value: str) -> str:
    """A text as a page may hold it, also in the value of an attribute between double quotes."""
    return escape(clean(value))


def link(target: str) -> str:
    """The address of an element of the page, to stand between double quotes."""
    return f"#{quote(target, safe='', errors='replace')}"


def embedded(value: object) -> str:
    """Data as a script element holds it: JSON that can't end the element or begin a comment, with clean texts."""
    stated = _json(value)
    if printable(stated) != stated or _ESCAPED.search(stated):
        stated = _json(_clean(value))
    for sign in "<>&":
        stated = stated.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/json">{stated}</script>'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _clean(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _clean(part) for key, part in value.items()}
    return [_clean(part) for part in value] if isinstance(value, list | tuple) else value


def source_hash(source: str) -> str:
    """What a policy names a script or a style sheet of the page by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def table(headings: Sequence[Heading], rows: Iterable[Row], label: str, css: str = "") -> Iterator[str]:
    """A table in a box of its own that scrolls, piece by piece."""
    yield f'<div class="box" tabindex="0" role="region" aria-label="{text(label)}">'
    yield f'<table class="{text(f"sortable {css}".strip())}"><thead><tr>'
    for heading in headings:
        order = ' aria-sort="ascending"' if heading.is_sorted else ""
        yield f'<th scope="col" data-kind="{heading.kind}"{_class(heading.kind)}{order}>{text(heading.text)}</th>'
    yield "</tr></thead>\n<tbody>"
    for row in rows:
        told = (_cell(cell, heading.kind) for cell, heading in zip(row, headings, strict=True))
        yield f"<tr>{''.join(told)}</tr>\n"
    yield "</tbody></table></div>\n"


def _cell(cell: Cell | str, kind: str) -> str:
    if isinstance(cell, str):
        return f"<td{_class(kind)}>{text(cell)}</td>"
    order = "" if cell.order is None else f' data-order="{cell.order:.15g}"'
    shown = f'<a href="{link(cell.target)}">{text(cell.text)}</a>' if cell.target else text(cell.text)
    small = f"<small>{text(cell.small)}</small>" if cell.small else ""
    return f"<td{_class(kind, 'alert' if cell.is_alert else '')}{order}>{shown}{small}</td>"


def _class(*names: str) -> str:
    found = " ".join(filter(None, (_CSS.get(name, name) for name in names)))
    return f' class="{found}"' if found else ""


def bars(title: str, counts: Sequence[tuple[str, int]], sign: str) -> str:
    """Counts as bars, drawn within the page. `sign`: what is counted."""
    most = max((count for _, count in counts), default=0) or 1
    height = len(counts) * _LINE
    parts = [f'<figure><figcaption>{text(title)}</figcaption><svg viewBox="0 0 {_WIDTH} {height}" role="img"']
    told = "，".join(f"{label} {count} {sign}" for label, count in counts)
    parts.append(f' aria-label="{text(f"{title}：{told}")}">')
    for number, (label, count) in enumerate(counts):
        top = number * _LINE
        size = round((_WIDTH - _LABEL - 70) * count / most, 1)
        middle = top + _LINE / 2
        parts.append(f'<text class="label" x="{_LABEL - 8}" y="{middle:g}" text-anchor="end">{text(label)}</text>')
        parts.append(f'<rect x="{_LABEL}" y="{top + (_LINE - _BAR) / 2:g}" width="{size:g}" height="{_BAR}"/>')
        parts.append(f'<text x="{_LABEL + size + 6:g}" y="{middle:g}">{count}</text>')
    return "".join((*parts, "</svg></figure>\n"))
