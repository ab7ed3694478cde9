"""The modules of xlperf and of its tests as syntax trees."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE, TESTS = ROOT / "xlperf", ROOT / "tests"
# The parts of xlperf: a module imports from its own part and those before it.
ORDER = (
    *("errors", "values", "wording", "escaping", "confinement", "usage", "registry"),
    *("formula", "package", "functions", "rules", "frameworks", "checks", "engines", "workbook", "standards"),
    *("editions", "findings", "evaluation", "explain", "batch", "report", "api", "openpyxl", "testing"),
    *("pytest_plugin", "excel", "commands", "cli", "__main__"),
)
# What holds for the modules of both.
MODULE_LINES = 400
BANNED_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A module: its dotted name, its path from the root, its text."""

    name: str
    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Parsed when a test asks for it, not when tests are collected."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All that is in the tree, walked once."""
        return tuple(ast.walk(self.tree))

    @property
    def unit(self) -> str:
        """The part of xlperf that it belongs to: `workbook` for xlperf.workbook.sheets.sheet."""
        return self.name.split(".")[1] if "." in self.name else ""

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """The dotted names that it imports anywhere, also inside functions and under TYPE_CHECKING."""
        found: list[str] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}:{node.lineno} relative import"
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    found.append(whole if whole in names() else str(node.module))
        return tuple(found)

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """All functions and methods, also nested ones."""
        return tuple(node for node in self.nodes if isinstance(node, Function))


@cache
def modules(folder: Path = PACKAGE) -> tuple[Module, ...]:
    """Every module, in the order of their paths."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        relative = path.relative_to(ROOT)
        name = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        text = path.read_text(encoding="utf-8")
        found.append(Module(name, relative.as_posix(), text))
    return tuple(found)


@cache
def names() -> frozenset[str]:
    """The dotted names of all modules."""
    found = {path.relative_to(ROOT).with_suffix("") for top in (PACKAGE, TESTS) for path in top.rglob("*.py")}
    return frozenset(".".join(path.parts).removesuffix(".__init__") for path in found)
