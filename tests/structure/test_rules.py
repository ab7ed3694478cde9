"""What belongs to a kind of rule stands in its module: every kind is complete, and nobody else tells kinds apart."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace

import pytest

from tests.support.source_tree import Module, modules
from xlperf.rules.data_kinds import DATA_KINDS
from xlperf.rules.kinds import KINDS
from xlperf.rules.rule import DataRule, Rule

CLASSES = {kind.__name__ for kind in KINDS}
NAMES = {kind.model_fields["kind"].annotation.__args__[0] for kind in KINDS}  # type: ignore[union-attr]


def subclasses(of: type[Rule]) -> set[type[Rule]]:
    direct = set(of.__subclasses__())
    return direct | {deeper for one in direct for deeper in subclasses(one)}


def told_apart(module: Module) -> list[str]:
    """Places that ask which kind a rule is."""
    found = []
    for node in module.nodes:
        is_instance = isinstance(node, ast.Call) and ast.unparse(node.func) in ("isinstance", "issubclass")
        asked: list[ast.AST] = [*node.args[1:]] if is_instance else []  # type: ignore[attr-defined]
        asked += [node.cls] if isinstance(node, ast.MatchClass) else []
        named = {n.id if isinstance(n, ast.Name) else n.attr for a in asked for n in ast.walk(a)
                 if isinstance(n, ast.Name | ast.Attribute)}  # fmt: skip
        if named & CLASSES:
            found.append(f"{module.path}:{ast.unparse(node)}")
        if isinstance(node, ast.Compare) and any(ast.unparse(side).endswith(".kind") for side in _sides(node)):
            texts = {n.value for side in _sides(node) for n in ast.walk(side) if isinstance(n, ast.Constant)}
            found += [f"{module.path}:{ast.unparse(node)}"] if texts & NAMES else []
    return found


def _sides(node: ast.Compare) -> list[ast.expr]:
    return [node.left, *node.comparators]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_is_complete(kind: type[Rule]) -> None:
    assert inspect.getdoc(kind)
    assert not inspect.isabstract(kind)
    assert next(iter(kind.model_fields)) == "kind"


def test_every_kind_is_listed_once() -> None:
    concrete = {kind for kind in subclasses(Rule) if not inspect.isabstract(kind)}  # type: ignore[type-abstract]
    assert sorted(concrete, key=str) == sorted(KINDS, key=str)
    assert len(NAMES) == len(KINDS)
    # Only what needs no finding and no cell of its own may be another reading or measure.
    assert all(issubclass(kind, DataRule) for kind in DATA_KINDS)


def test_only_rules_tell_kinds_apart() -> None:
    assert [place for module in modules() if module.unit != "rules" for place in told_apart(module)] == []


@pytest.mark.parametrize(
    "line",
    [
        "isinstance(rule, TiersRule)",
        "isinstance(rule, x.TiersRule | str)",
        "rule.kind == 'tiers'",
        "point.rule.kind in ('deduct', 'other')",
        "match rule:\n    case x.PassRule(): pass",
    ],
)
def test_what_counts_as_telling_apart(line: str) -> None:
    sample = next(iter(modules()))
    assert told_apart(replace(sample, text=line))
