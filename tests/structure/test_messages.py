"""What users read is Chinese: errors, help of commands and options."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer.main

from tests.support.source_tree import Module, modules
from xlperf.cli import app

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, command
    for child_name, child in getattr(command, "commands", {}).items():
        yield from commands(child, f"{name} {child_name}")


COMMANDS = dict(commands(typer.main.get_command(app), "xlperf"))


@cache
def bound(module: Module) -> dict[str, ast.expr]:
    """What a module binds to names at its top."""
    return {
        target.id: node.value
        for node in module.tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@cache
def caught(module: Module) -> frozenset[str]:
    """The names that a module gives to user errors that it passes on."""
    handlers = (n for n in module.nodes if isinstance(n, ast.ExceptHandler) and n.type and n.name)
    return frozenset(str(n.name) for n in handlers if ast.unparse(n.type or n) == "UserError")


def shown(node: ast.expr, module: Module) -> str:
    """The text of a message as far as it stands in the source: constants, functions' texts, a user error passed on."""
    used = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    stated = [value for name, value in bound(module).items() if name in used]
    functions = [function for function in module.functions if function.name in used]
    passed_on = "（用户错误）" if used & caught(module) else ""
    return passed_on + "".join(map(ast.unparse, [node, *stated, *functions]))


def errors(module: Module) -> Iterator[tuple[str, ast.Call]]:
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "UserError":
            yield f"{module.path}:{node.lineno}", node


def local(call: ast.Call, module: Module) -> str:
    """What the function around a call assigns or appends to the variables of its message."""
    used = {part.id for part in ast.walk(call.args[0]) if isinstance(part, ast.Name)}
    around = [f for f in module.functions if any(node is call for node in ast.walk(f))]
    nodes = [node for function in around for node in ast.walk(function)]
    assigned = [
        ast.unparse(node.value)
        for node in nodes
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in used for t in node.targets)
    ]
    appended = [
        ast.unparse(node)
        for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"{name}.append" for name in used}
    ]
    return "".join((*assigned, *appended))


def test_user_errors_are_chinese() -> None:
    found = [
        (place, call, module) for module in modules() if "UserError(" in module.text for place, call in errors(module)
    ]
    assert len(found) > 20
    assert [place for place, call, _ in found if len(call.args) != 1] == []
    assert [
        place for place, call, module in found if not CHINESE.search(shown(call.args[0], module) + local(call, module))
    ] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_chinese_help_and_an_example(name: str) -> None:
    text = COMMANDS[name].help or ""
    assert CHINESE.search(text.splitlines()[0])
    (example,) = re.findall(r"^ *例：(.*)$", text, re.M)
    words = example.split()
    assert " ".join(words[: len(name.split())]) == name
    assert name != "xlperf" or f"xlperf {words[1]}" in COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_parameter_has_chinese_help(name: str) -> None:
    own = [p for p in COMMANDS[name].params if p.name != "help"]
    assert [p.name for p in own if not CHINESE.search(getattr(p, "help", "") or "")] == []


def test_the_commands_are_found() -> None:
    assert {"xlperf score", "xlperf frameworks lint", "xlperf demo"} <= set(COMMANDS)
