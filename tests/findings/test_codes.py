"""Every finding code that the program can give stands in the catalogue, and no other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import xlperf
from xlperf.findings.codes import RELATION, catalogue
from xlperf.findings.scores import OPEN

PACKAGE = Path(xlperf.__file__).parent


def given() -> set[str]:
    """The codes that stand as texts in calls of Finding, or are chosen before one."""
    codes = {code for _, code, _ in OPEN.values()}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding" and len(node.args) > 1:
                codes |= {
                    n.value for n in ast.walk(node.args[1]) if isinstance(n, ast.Constant) and isinstance(n.value, str)
                } - {""}
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
                texts = {n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant)}
                codes |= {text for text in texts if isinstance(text, str) and text.startswith("formula_")}
    return {code for code in codes if not code.startswith(RELATION)}


@pytest.mark.whole
def test_the_catalogue_is_complete() -> None:
    assert {code.code for code in catalogue()} == given()


def test_codes_are_told_once() -> None:
    codes = [code.code for code in catalogue()]
    assert len(set(codes)) == len(codes)
