"""Which tests look at a module: those of its name, those of its room, then those that import it, the nearest first.

Of several equally near, those come first that build no workbooks, which takes most of the time that a mutant is given.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

from tests.support.source_tree import TESTS, modules

# Imports by name at run time, which no import statement shows.
_LATE = {"xlperf.registry": "xlperf.functions.", "xlperf.findings.check": "xlperf.findings."}
# Tests of everything at once, and of the sources as text, say little about one change.
_ASIDE = ("benchmarks", "docs", "hosts", "mutants", "structure")
_FURTHEST = 4
_WORKBOOKS = "tests.support.workbooks"


def nearest_tests(path: str) -> list[str]:
    """The test modules that see a module within a few imports, in the order in which they are asked."""
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    distances, wave = {name: 0}, [name]
    for distance in range(1, _FURTHEST + 1):
        wave = [each for known in wave for each in _importers()[known] if each not in distances]
        distances |= dict.fromkeys(wave, distance)
    room, words = Path(path).parts[1], set(Path(path).stem.split("_"))
    found = [
        (
            not words <= _words(test.path),
            _room(test.path) != room,
            test.name in _builders(),
            distances[test.name],
            test.path,
        )
        for test in modules(TESTS)
        if test.name in distances and Path(test.path).name.startswith("test_") and _room(test.path) not in _ASIDE
    ]
    return [path for *_, path in sorted(found)]


def _room(test: str) -> str:
    return test.split("/")[1]


@cache
def _builders() -> frozenset[str]:
    """The test modules that build workbooks, themselves or by what they import of the tests."""
    found, wave = {_WORKBOOKS}, [_WORKBOOKS]
    while wave:
        wave = [
            each for known in wave for each in _importers()[known] if each.startswith("tests.") and each not in found
        ]
        found |= set(wave)
    return frozenset(found)


def _words(test: str) -> set[str]:
    return {word for part in Path(test).with_suffix("").parts for word in part.split("_")}


@cache
def _importers() -> dict[str, set[str]]:
    """By which modules each one is imported; a package stands for its modules."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    everything = (*modules(), *modules(TESTS))
    for module in everything:
        for name in module.imports:
            found[name].add(module.name)
        for late in (prefix for name, prefix in _LATE.items() if module.name == name):
            for each in everything:
                if each.name.startswith(late):
                    found[each.name].add(module.name)
    return found
