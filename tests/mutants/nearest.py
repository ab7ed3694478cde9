"""Which tests look at a module: those of its name, those of its room, then those that import it, the nearest first."""

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


def nearest_tests(path: str) -> list[str]:
    """The test modules that see a module within a few imports, in the order in which they are asked."""
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    distances = {name: 0}
    wave = [name]
    for distance in range(1, _FURTHEST + 1):
        wave = [each for known in wave for each in _importers()[known] if each not in distances]
        distances |= dict.fromkeys(wave, distance)
    folder, words = f"{Path(path).parent.as_posix().removeprefix('xlperf/')}/", set(Path(path).stem.split("_"))
    found = [
        (not words <= _words(test.path), not folder.startswith(_folder(test.path)), distances[test.name], test.path)
        for test in modules(TESTS)
        if test.name in distances and Path(test.path).name.startswith("test_") and test.path.split("/")[1] not in _ASIDE
    ]
    return [path for *_, path in sorted(found)]


def _folder(test: str) -> str:
    return f"{Path(test).parent.as_posix().removeprefix('tests/')}/"


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
