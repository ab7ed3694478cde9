"""How often each engine was right on workbooks that Excel saved, by function with the kinds of its arguments.

The data are written by `xlperf conformance FOLDER --records FILE`; nobody edits them by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

# With fewer cells than this a record is thin: another engine has to find the same.
ENOUGH = 2


class Grade(IntEnum):
    """What a record is worth."""

    BAD = 0
    EMPTY = 1
    THIN = 2
    CLEAN = 3


class Record(NamedTuple):
    """In how many cells an engine was right and in how many wrong."""

    right: int = 0
    wrong: int = 0

    @property
    def grade(self) -> Grade:
        """What it is worth: one wrong cell makes it bad."""
        if self.wrong:
            return Grade.BAD
        if not self.right:
            return Grade.EMPTY
        return Grade.THIN if self.right < ENOUGH else Grade.CLEAN


Records = Mapping[str, Mapping[str, Record]]


@cache
def records() -> Records:
    """The records by engine and variant."""
    stated = json.loads(files("xlperf.engines").joinpath("records.json").read_text(encoding="utf-8"))
    return {engine: {name: Record(*counts) for name, counts in of.items()} for engine, of in stated.items()}


def record(engine: str, variant: str) -> Record:
    """An engine's record of a variant, empty where it has none."""
    return records().get(engine, {}).get(variant, Record())


def written(found: Records) -> str:
    """Records as the text of the file: a line a variant, so that what changed can be seen."""
    engines = []
    for engine, of in found.items():
        lines = ",\n".join(
            f"  {json.dumps(name, ensure_ascii=False)}: [{r}, {w}]" for name, (r, w) in sorted(of.items())
        )
        engines.append(f'"{engine}": {{\n{lines}\n}}')
    return "{\n" + ",\n".join(engines) + "\n}\n"
