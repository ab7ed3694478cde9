"""How often each engine was right, by function with the kinds of its arguments.

Two sources, neither edited by hand. `records.json`: workbooks that Excel saved, by `xlperf conformance FOLDER --records FILE`.
`generated_records.json`: random formulas without a single wrong one, by judge: LibreOffice, which has no code in common with
compiled, or the answer that a formula was made from. What Excel saved goes before: a variant wrong there stays bad.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from xlperf.engines.variants import function_of

# With fewer cells than this a record is thin: another engine has to find the same.
ENOUGH = 2
# So many cells or generated formulas of a function, none of them wrong, make thin instead of empty what is known of the
# same function with kinds of arguments that are in no record.
ENOUGH_OTHERWISE = 5
# So many generated formulas have to be found alike by an engine and by a program without code in common with it.
ENOUGH_GENERATED = 4


class Grade(IntEnum):
    """What a record is worth."""

    BAD = 0
    EMPTY = 1
    THIN = 2
    CLEAN = 3


class Record(NamedTuple):
    """In how many cells that Excel saved an engine was right and in how many wrong; how many formulas it has alike."""

    right: int = 0
    wrong: int = 0
    alike: int = 0

    @property
    def grade(self) -> Grade:
        """What it is worth: one wrong cell makes it bad."""
        if self.wrong:
            return Grade.BAD
        if self.right >= ENOUGH or self.alike >= ENOUGH_GENERATED:
            return Grade.CLEAN
        return Grade.THIN if self.right else Grade.EMPTY


Records = Mapping[str, Mapping[str, Record]]


@cache
def records() -> Records:
    """The records of cells that Excel saved, by engine and variant."""
    stated = _read("records.json")
    return {engine: {name: Record(*counts) for name, counts in of.items()} for engine, of in stated.items()}


@cache
def generated() -> Mapping[str, Mapping[str, int]]:
    """How many generated formulas an engine has right, by engine and variant, by any of the judges."""
    found: dict[str, dict[str, int]] = {}
    for engine, judges in _read("generated_records.json").items():
        for of in judges.values():
            for name, count in of.items():
                known = found.setdefault(engine, {})
                known[name] = known.get(name, 0) + count
    return found


def _read(name: str) -> Any:
    return json.loads(files("xlperf.engines").joinpath(name).read_text(encoding="utf-8"))


def record(engine: str, variant: str) -> Record:
    """An engine's record of a variant, empty where it has none."""
    known = records().get(engine, {}).get(variant, Record())
    return known._replace(alike=generated().get(engine, {}).get(variant, 0))


def grade(engine: str, variant: str) -> Grade:
    """What is known of a variant: its own record; without one, that the function was never wrong otherwise makes it thin."""
    own = record(engine, variant).grade
    if own is not Grade.EMPTY:
        return own
    of = _of_functions(engine).get(function_of(variant), Record())
    return Grade.THIN if not of.wrong and of.right + of.alike >= ENOUGH_OTHERWISE else Grade.EMPTY


def raised(one: Grade, right: int) -> Grade:
    """A grade where so many more cells are known to be right; what was wrong stays bad."""
    if one is Grade.BAD or not right:
        return one
    return Grade.CLEAN if right >= ENOUGH else Grade(min(one + 1, Grade.CLEAN))


@cache
def _of_functions(engine: str) -> Mapping[str, Record]:
    """An engine's records, added up by function."""
    found: dict[str, Record] = {}
    for variant in dict.fromkeys((*records().get(engine, {}), *generated().get(engine, {}))):
        one, known = record(engine, variant), found.get(function_of(variant), Record())
        found[function_of(variant)] = Record(*(a + b for a, b in zip(one, known, strict=True)))
    return found


def written(found: Records) -> str:
    """Records as the text of the file: a line a variant, so that what changed can be seen."""
    engines = []
    for engine, of in found.items():
        lines = ",\n".join(
            f"  {json.dumps(name, ensure_ascii=False)}: [{one.right}, {one.wrong}]" for name, one in sorted(of.items())
        )
        engines.append(f'"{engine}": {{\n{lines}\n}}')
    return "{\n" + ",\n".join(engines) + "\n}\n"
