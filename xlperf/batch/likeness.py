"""Which missing unit a file in quarantine may be of, by the file's name: hints for people, never an identity."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from xlperf.batch.roster import RosterLine

# Shorter names are like too many.
_SHORTEST = 3
_HAN = re.compile("[\u4e00-\u9fff]+")
_DIGITS = re.compile("[0-9A-Za-z]+")


def likely_unit(file: str, missing: Iterable[RosterLine]) -> RosterLine | None:
    """The only missing unit whose code or name the file's name has, or whose name it shortens: 县政数局 for 县政务服务数据管理局."""
    stem = PurePosixPath(unicodedata.normalize("NFKC", file).replace("\\", "/")).stem
    name, codes = "".join(_HAN.findall(stem)), set(_DIGITS.findall(stem))
    lines = list(missing)
    ways: tuple[Callable[[RosterLine], bool], ...] = (
        lambda line: line.code != "" and line.code in codes,
        lambda line: line.name in name,
        lambda line: len(name) >= _SHORTEST and _shortens(name, line.name),
    )
    for tell in ways:
        found = [line for line in lines if tell(line)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _shortens(short: str, name: str) -> bool:
    """Whether a text has only characters of a name, in their order, and ends as it does."""
    rest = iter(name)
    return short[-1] == name[-1] and all(sign in rest for sign in short)
