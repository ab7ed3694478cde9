"""What can be told of a formula's nodes before any code is made: exact, many-valued, a reference."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from xlperf.engines.compiled.library.function_table import AREAS, DYNAMIC, SCALARS, PlainFunction
from xlperf.engines.compiled.nodes import INNER, Node
from xlperf.formula.functions import FUNCTIONS
from xlperf.formula.tree import NotUnderstoodError

_EXACT = frozenset(name for name, function in FUNCTIONS.items() if function.gives in ("count", "truth"))
# Operators that compare, as Python spells them; functions that arrays go through value by value though errors may be among them.
_BRANCHING = ("IF", "CHOOSE")
_ALWAYS_MANY = frozenset({"INDEX", "ROW.EACH", "COLUMN.EACH", *DYNAMIC})
COMPARISONS = {"=": "==", "<>": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
EACH = frozenset({"IFERROR", "ISNUMBER", "ISTEXT", "ISLOGICAL", "ISERROR", "ISERR", "ISNA", "ISBLANK", "ISNONTEXT"})


def is_exact(node: Node) -> bool:
    """Whether the value is a whole number of moderate size, or a truth value."""
    if node[0] == "number":
        return bool(node[1] == int(node[1]) and abs(node[1]) < 1e6) if abs(node[1]) < 1e6 else False
    if node[0] == "operator":
        return node[1] in COMPARISONS or (node[1] in "+-" and is_exact(node[2]) and is_exact(node[3]))
    return node[0] == "call" and node[1] in _EXACT


def is_many(node: Node) -> bool:
    """Whether the node may stand for more than one value."""
    if node[0] in ("slots", "array"):
        return True
    if node[0] in ("operator", "sign"):
        return any(is_many(child) for child in node[2:])
    if node[0] != "call":
        return False
    if node[1] in _ALWAYS_MANY:
        return True
    if node[1] in AREAS:
        return any(map(is_many, single_arguments(node))) or is_of_many_places(node)
    if node[1] in SCALARS or node[1] in EACH or node[1] == "IF":
        return any(is_many(child) for child in node[2:])
    return node[1] == "CHOOSE" and any(is_many(child) for child in node[2:])


def is_surely_many(node: Node) -> bool:
    """Whether the node is an area whatever happens: INDEX or OFFSET may give one value, or an error in the place of all."""
    if node[0] in ("slots", "array"):
        return True
    is_lifted = node[0] != "call" or node[1] in SCALARS or node[1] in EACH or node[1] == "IF"
    return is_lifted and any(is_surely_many(child) for child in node[2:] if isinstance(child, tuple))


def single_arguments(node: Node) -> list[Node]:
    """The arguments of a function of areas that are values."""
    letters = AREAS[node[1]].facts.letters(len(node) - 2)
    return [child for child, letter in zip(node[2:], letters, strict=True) if letter in "vk"]


def is_of_many_places(node: Node) -> bool:
    """Whether a function of areas is given one that stands for many references: SUMIF(INDIRECT({"甲","乙"}&"!A:A"),…)."""
    return any(child[0] == "call" and child[1] in DYNAMIC and are_many_places(child) for child in node[2:])


def are_many_places(node: Node) -> bool:
    """Whether a call of OFFSET or INDIRECT gives a reference for each of many values."""
    return any(is_many(child) for child in node[2:-1] if child[0] != "slots")


def is_reference(node: Node) -> bool:
    """Whether an argument's values are cells, of which text doesn't count, and not values written out."""
    if node[0] in ("slot", "slots", "array"):
        return True
    if node[0] == "call" and node[1] in _BRANCHING:
        return any(is_reference(child) for child in node[3:])
    return is_many(node)


def is_either(node: Node) -> bool:
    """Whether an argument is a reference in one case and a value written out in another: =SUM(IF(A1>0,A1,"无"))."""
    if node[0] != "call" or node[1] not in _BRANCHING or is_many(node[2]) or not is_reference(node):
        return False
    return (len(node) < 5 and node[1] == "IF") or any(not is_reference(child) or is_either(child) for child in node[3:])


def has_area_branch(node: Node) -> bool:
    """Whether a call may hand on a whole range."""
    return (
        node[0] == "call"
        and node[1] in ("IF", "IFERROR", "CHOOSE")
        and any(child[0] in ("slots", "array") or has_area_branch(child) for child in node[2:])
    )


def check_count(name: str, arguments: Sequence[Node]) -> None:
    """Refuses a call with too few or too many arguments."""
    if not FUNCTIONS[name].takes_count(len(arguments)):
        raise NotUnderstoodError(f"{name} 的参数个数不对")


def check_references(name: str, function: PlainFunction, arguments: Sequence[Node]) -> None:
    """Refuses a call whose areas are no plain references."""
    for node, letter in zip(arguments, function.facts.letters(len(arguments)), strict=True):
        is_place = node[0] == "slots" or (node[0] == "call" and node[1] in (*_BRANCHING, *_ALWAYS_MANY))
        if letter in "as" and not is_place:
            raise NotUnderstoodError(f"{name} 的区域是计算得出的")


def repeated_parts(tree: Node) -> dict[int, int]:
    """Numbers of the calls and operators that the tree has more than once, by the identity of their nodes."""
    numbers: dict[Hashable, int] = {}
    uses: list[int] = []
    of: dict[int, int] = {}

    def number(node: Node) -> int:
        known = of.get(id(node))
        if known is not None:
            return known
        # Leaves as they are written, since 0 and -0 are equal.
        is_inner = node[0] in INNER
        inner = [number(child) for child in node[1:] if isinstance(child, tuple)] if is_inner else []
        key = (*node[:2], *inner) if is_inner else repr(node)
        found = numbers.get(key)
        if found is None:
            found = numbers[key] = len(uses)
            uses.append(0)
            for child in inner:
                uses[child] += 1
        of[id(node)] = found
        return found

    number(tree)
    leaves = {place for key, place in numbers.items() if isinstance(key, str)}
    return {node: place for node, place in of.items() if uses[place] > 1 and place not in leaves}


def parameters(tree: Node) -> list[str]:
    """The parameters of the slots: a column and a place in it for a cell, a span for a range; then those of the texts."""
    found: dict[int, str] = {}
    texts: set[int] = set()
    met = {id(tree)}
    stack = [tree]
    for node in stack:
        if node[0] == "slot":
            found[node[1]] = f"c{node[1]}, i{node[1]}"
        elif node[0] == "slots":
            found[node[1]] = f"r{node[1]}"
        elif node[0] == "given":
            texts.add(node[1])
        elif node[0] in INNER:
            new = [child for child in node[2:] if id(child) not in met]
            met.update(map(id, new))
            stack += new
    return [*(found[place] for place in sorted(found)), *(f"w{place}" for place in sorted(texts))]
