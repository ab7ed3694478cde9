"""On which line of a framework file a key stands, so that a mistake is found by its line."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence

Path = tuple[str | int, ...]
_TABLE = re.compile(r"\s*(\[\[?)\s*([\w.\s\"-]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([\w-]+(?:\.[\w-]+)*)\s*=\s*(.*)")
_QUOTES = ("'''", '"""')


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line of a key, of the table or list around it where that isn't known."""
    found = _lines(text)
    wanted = tuple(path)
    return next((found[wanted[:n]] for n in range(len(wanted), 0, -1) if wanted[:n] in found), None)


@functools.lru_cache(maxsize=4)
def _lines(text: str) -> Mapping[Path, int]:
    """The lines of a file that has several mistakes, found once."""
    return dict(_places(text))


def _places(text: str) -> Iterator[tuple[Path, int]]:
    """Every path with its line: of tables, of keys, of the tables in a list that runs over several lines."""
    table: Path = ()
    counts: dict[Path, int] = {}
    listed: Path = ()
    index, quote = -1, ""
    for number, line in enumerate(text.split("\n"), 1):
        if quote:
            quote = "" if quote in line else quote
            continue
        if listed:
            if line.strip().startswith("{"):
                index += 1
                yield (*listed, index), number
            listed = () if line.strip().startswith("]") else listed
        elif found := _TABLE.fullmatch(line):
            table = _table(found[2], counts, is_listed=found[1] == "[[")
            yield table, number
        elif found := _KEY.match(line):
            path = (*table, *found[1].split("."))
            yield path, number
            value = found[2].strip()
            quote = next((q for q in _QUOTES if value.startswith(q) and q not in value[3:]), "")
            if value == "[":
                listed, index = path, -1


def _table(name: str, counts: dict[Path, int], *, is_listed: bool) -> Path:
    """The path of a table; each `[[name]]` is the next one of its list, within the last one of whatever it stands in."""
    path: Path = ()
    keys = [key.strip().strip('"') for key in name.split(".")]
    for depth, key in enumerate(keys, 1):
        path = (*path, key)
        if depth == len(keys) and is_listed:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
