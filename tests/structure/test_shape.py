"""Sizes, names, docstrings, exceptions: the parts of the house style that a machine can check."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.source_tree import BANNED_NAMES, MODULE_LINES, ROOT, Function, Module, modules

FUNCTION_LINES = 40
# Longer than the limit, with the lines each may have. An entry that is no longer needed fails.
LONG_MODULES: dict[str, int] = {}
LONG_FUNCTIONS: dict[str, int] = {}
PATHS = re.compile(r"(?<![\w.])/work/|\bshared/|oracles")


def lines(function: Function) -> int:
    """The lines of a function without its docstring."""
    first = function.body[0]
    is_documented = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def public(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """The public classes and functions of a module, and the public methods of its public classes."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{node.name}.")


def test_modules_are_short() -> None:
    sizes = {module.path: len(module.text.splitlines()) for module in modules()}
    long = {path: size for path, size in sizes.items() if size > MODULE_LINES}
    assert set(long) == set(LONG_MODULES), long
    assert all(size <= LONG_MODULES[path] for path, size in long.items()), long


def test_functions_are_short() -> None:
    sizes = {f"{m.path}:{f.name}": lines(f) for m in modules() for f in m.functions}
    long = {name: size for name, size in sizes.items() if size > FUNCTION_LINES}
    assert set(long) == set(LONG_FUNCTIONS), long
    assert all(size <= LONG_FUNCTIONS[name] for name, size in long.items()), long


def bare(module: Module) -> list[str]:
    """What is public in a module, itself included, and has no docstring."""
    known: list[tuple[str, Any]] = [(module.name, module.tree), *public(module.tree.body)]
    return [name for name, node in known if not ast.get_docstring(node)]


def test_everything_public_is_documented() -> None:
    assert {module.path: found for module in modules() if (found := bare(module))} == {}


def test_no_catch_all_names() -> None:
    found = []
    for module in modules():
        defined = [n.name for n in module.nodes if isinstance(n, Function | ast.ClassDef)]
        for name in [*module.name.split("."), *defined]:
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
            found += [f"{module.path}: {name}"] if BANNED_NAMES & set(words) else []
    assert found == []


def test_no_blanket_except() -> None:
    found = []
    for module in modules():
        for node in module.nodes:
            if isinstance(node, ast.ExceptHandler):
                caught = {"bare"} if node.type is None else {ast.unparse(part) for part in ast.walk(node.type)}
                if caught & {"bare", "Exception", "BaseException"}:
                    found.append(f"{module.path}:{node.lineno}")
    assert found == []


def ignored() -> set[str]:
    rules = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return {".git", *(rule.strip("/").lstrip("*") for rule in rules if rule.endswith("/"))}


def texts() -> Iterator[tuple[str, str]]:
    """The text files of the project, by path."""
    skipped = ignored()
    for folder, below, files in os.walk(ROOT):
        # What is left out is not even looked into: libraries have many more files than we.
        below[:] = sorted(name for name in below if name not in skipped and not name.endswith(".egg-info"))
        for path in (Path(folder, name) for name in sorted(files) if name not in skipped):
            data = path.read_bytes()
            if b"\0" not in data[:1024]:
                yield path.relative_to(ROOT).as_posix(), data.decode("utf-8", "replace")


def test_no_paths_of_one_machine() -> None:
    """Real files are found through XLPERF_ORACLES only, which CI sets."""
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts()
        if path not in (".ci/run", "tests/structure/test_shape.py")
        for number, line in enumerate(text.splitlines(), 1)
        if PATHS.search(line.replace("XLPERF_ORACLES", "")) and "XLPERF_ORACLES" not in line
    ]
    assert found == []
    assert "XLPERF_ORACLES" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "is_path"),
    [
        ("see /work/main", True),
        ("../shared/oracles", True),
        ("oracles = 3", True),
        ("xl/worksheets/sheet1.xml", False),
        ("xl/sharedStrings.xml", False),
        ("/workbooks", False),
    ],
)
def test_what_counts_as_such_a_path(line: str, is_path: bool) -> None:
    assert bool(PATHS.search(line)) is is_path
