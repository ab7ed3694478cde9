"""Parts of a formula that hold nothing but what is written out in it, calculated when it is compiled and not in each run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xlperf.engines.compiled.library import scalars
from xlperf.engines.compiled.library.function_table import SCALARS
from xlperf.engines.compiled.nodes import Node
from xlperf.formula.tree import UncertainError

_KINDS = {"number": float, "text": str, "truth": bool}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_SIGNS = {"-": scalars.negative, "+": scalars.plain, "%": scalars.percent}
# Longer texts would only make a plan long.
_LONGEST = 255


def folded(node: Node) -> Node:
    """The node with literals in the place of what can be calculated beforehand; errors and refusals are left to the run."""
    if node[0] not in ("operator", "sign", "call"):
        return node
    node = (*node[:2], *map(folded, node[2:]))
    function = _function(node)
    if function is None or not all(child[0] in _KINDS for child in node[2:]):
        return node
    try:
        value = function(*(child[1] for child in node[2:]))
    except (scalars.Stop, UncertainError):
        return node
    is_short = not isinstance(value, str) or len(value) <= _LONGEST
    return (_NAMES[type(value)], value) if type(value) in _NAMES and is_short else node


def _function(node: Node) -> Callable[..., Any] | None:
    """What calculates a node from the values of its children, where one of the plain functions does."""
    if node[0] == "operator":
        return scalars.OPERATORS[node[1]]
    if node[0] == "sign":
        return _SIGNS[node[1]]
    known = SCALARS.get(node[1])
    return known.call if known is not None and known.facts.takes_count(len(node) - 2) else None
