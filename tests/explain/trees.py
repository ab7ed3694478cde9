"""How tests look at the tree of an explanation."""

from __future__ import annotations

from tests.support import workbooks
from xlperf.evaluation.filled import Filled
from xlperf.explain.explanation import Node
from xlperf.explain.targets import explain, find_target
from xlperf.values import Value


def tree(filled: Filled, target: str) -> Node:
    return explain(filled, find_target(filled, target))


def found(node: Node, *labels: str) -> Node:
    """The node reached by labels from one level to the next."""
    for label in labels:
        node = next(child for child in node.children if child.label == label)
    return node


def outline(node: Node, depth: int = 0) -> list[str]:
    """A tree as indented lines: label：text｜note [cell]."""
    line = "  " * depth + node.label + (f"：{node.text}" if node.text else "")
    line += (f"｜{node.note}" if node.note else "") + (f" [{node.cell}]" if node.cell else "")
    return [line, *(below for child in node.children for below in outline(child, depth + 1))]


def after(filled: Filled, **values: Value) -> Filled:
    """The workbook once inputs (dots written as two underscores) hold other values."""
    return Filled(workbooks.after(filled.package, **values))
