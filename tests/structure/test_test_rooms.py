"""The tests themselves: their folders are the rooms of xlperf, and what several of them share stands in one place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import xlperf
from tests.support import run_folder
from tests.support.source_tree import BANNED_NAMES, MODULE_LINES, PACKAGE, ROOT, TESTS, Module, modules, names

# Folders that are no rooms, with what is in them.
ACROSS = {
    "benchmarks": "scripts that measure",
    "cases": "worked cases as data",
    "docs": "the documents and what they show",
    "golden": "the worked examples against their reports",
    "ground": "the modules that stand in xlperf itself",
    "hostile": "files that want to do harm",
    "hosts": "LibreOffice, a browser, the wheel",
    "integrity": "planted alterations",
    "mutants": "small changes to the sources, and whether tests notice them",
    "roundtrip": "files of other programs",
    "structure": "the sources themselves",
    "support": "what several test modules share",
}
ALL = modules(TESTS)


def folder(module: Module) -> str:
    return module.path.split("/")[1]


def is_test(name: str) -> bool:
    return name.rpartition(".")[2].startswith("test_")


IMPORT = re.compile(r"^ *(?:from (tests[\w.]*) import (\([^)]*\)|.*)|import (tests[\w.]*))", re.M)


def imported(module: Module) -> list[str]:
    """What of the tests a module imports, read from its lines: there are hundreds, which needn't all be parsed for it."""
    found: list[str] = []
    for place, listed, whole in IMPORT.findall(module.text):
        members = [f"{place}.{name}" for name in re.findall(r"(\w+)(?: as \w+)?", listed.partition("#")[0])]
        found += [name if name in names() else place for name in members] if place else [whole]
    return found


def test_folders_are_rooms_or_named_here() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    folders = {folder(module) for module in ALL if module.path != "tests/conftest.py"} | {"cases"}
    assert not rooms & set(ACROSS)
    assert folders - rooms == set(ACROSS)


def test_nobody_imports_a_test_module() -> None:
    """What two of them need stands in tests/support, or beside them where only one folder needs it."""
    imports = [(module, name) for module in ALL for name in imported(module)]
    assert [(module.path, name) for module, name in imports if is_test(name)] == []
    strange = [(m.path, name) for m, name in imports if name.split(".")[1] not in {"support", "benchmarks", folder(m)}]
    assert strange == []


def test_what_is_shared_is_used() -> None:
    found = {name for module in ALL for name in imported(module)}
    assert {module.name for module in ALL if folder(module) == "support"} - found == set()


def test_modules_say_what_they_hold_and_are_short() -> None:
    assert [module.path for module in ALL if not ast.get_docstring(module.tree)] == []
    assert [module.path for module in ALL if BANNED_NAMES & set(module.path.removesuffix(".py").split("_"))] == []
    assert [module.path for module in ALL if len(module.text.splitlines()) > MODULE_LINES] == []


def test_no_limit_is_one_that_a_busy_machine_reaches() -> None:
    """What may take long is measured in processor time or in benchmarks; on the clock there is only an end in sight."""
    limit = re.compile(r"(?:timeout=|\.wait\(|monotonic\(\) \+ )(\d[\d_]*)\b(?! \*)")
    short = [(module.path, found[0]) for module in ALL for found in limit.finditer(module.text) if int(found[1]) < 3600]
    assert short == []


def test_hooks_before_a_commit_download_nothing() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: (.*)", text) == ["local"]
    hooks = len(re.findall(r"- id: ", text))
    assert (
        hooks
        == len(re.findall(r"entry: \.venv/bin/(?:ruff|mypy|pytest)\b", text))
        == text.count("language: system")
        > 0
    )


def test_what_a_run_keeps_goes_with_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook made before a change of the code is never taken for one made after it."""
    source = tmp_path / "rules" / "ratio.py"
    source.parent.mkdir()
    monkeypatch.setattr(xlperf, "__file__", str(tmp_path / "__init__.py"))
    keys = []
    for text in ("rate = 1", "rate = 2", "rate = 1"):
        source.write_text(text, encoding="utf-8")
        run_folder._sources.cache_clear()
        keys.append(run_folder.kept("workbook", "某体系"))
    monkeypatch.undo()
    run_folder._sources.cache_clear()
    assert keys[0] == keys[2]
    assert len({*keys, run_folder.kept("workbook", "某体系"), run_folder.kept("workbook", "另一个")}) == 4
