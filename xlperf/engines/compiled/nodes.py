"""Formulas as plain tuples, lowered from trees: references by sheet and number, literals, operators, calls; no names left."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from xlperf.errors import CellError
from xlperf.formula.addresses import corner, quoted, sheet_name
from xlperf.formula.functions import function_name
from xlperf.formula.names import OMITTED, OVER_SHEETS, Place, Resolver, check_operators, is_sheet_of_number
from xlperf.formula.parsing import parsed
from xlperf.formula.tree import (
    Array,
    Bracketed,
    Call,
    Literal,
    Name,
    NotUnderstoodError,
    Omitted,
    Operation,
    Reference,
    Sign,
    Tree,
)
from xlperf.formula.tree import Node as TreeNode

# A node is a tuple: its kind, then what it holds. Only plain data, so that a plan can be kept as JSON.
#   ("number", 1.5) ("text", "甲") ("truth", True) ("error", "#N/A") ("blank",) ("array", height, width, *literals)
#   ("cell", sheet, row, column) ("range", sheet, top, left, bottom, right)
#   ("call", "SUM", *arguments) ("operator", "+", left, right) ("sign", "-", operand)
Node = tuple[Any, ...]
INNER = frozenset({"operator", "sign", "call"})
# What is put around the shape of an array formula, which fills its cells with parts of the result.
FILLED = "FILLED"
# Its second argument where the result fills just as many cells as it has values: one of another size spills otherwise.
SPILLING: Node = ("truth", True)
# INDEX where one value belongs, with what its row or column crosses where the number is 0.
INDEX_CROSSED = "INDEX.CROSSED"
# The operators of a sum and a difference that end a formula: Excel takes a result that is next to nothing for zero.
LAST = {"+": "last +", "-": "last -"}

_DEEPEST = 100


def lowered(text: str, place: Place, resolver: Resolver) -> Node:
    """The node of a formula without its equals sign, as seen from its cell.

    Errors: NotUnderstoodError at what no node can express.
    """
    tree = parsed(text)
    node = _Lowering(tree, place, resolver, is_resolved=False).node(tree.root, 0)
    if isinstance(tree.root, Operation) and tree.root.operators[-1] in LAST:
        return ("operator", LAST[node[1]], *node[2:])
    return node


class _Lowering:
    """Lowers one formula, or, where `is_resolved`, what a name in it stands for."""

    def __init__(self, tree: Tree, place: Place, resolver: Resolver, *, is_resolved: bool) -> None:
        self._tree, self._place, self._resolver = tree, place, resolver
        self._is_resolved = is_resolved

    def node(self, node: TreeNode, depth: int, length: int = 0) -> Node:
        """The node lowered; `length`: how many operators follow of whose operands it is the first."""
        if depth > _DEEPEST:
            raise NotUnderstoodError("公式嵌套过深")
        match node:
            case Reference():
                return self._reference(node)
            case Literal():
                return _literal(node)
            case Call():
                return self._call(node, depth)
            case Operation():
                return self._operation(node, depth, length)
            case Bracketed():
                return self.node(node.inner, depth + 1)
            case Name():
                return self._name(node, depth)
            case Sign():
                return self._sign(node, depth)
            case Array():
                return _array(node)
            case Omitted():
                return ("blank",)

    def _reference(self, node: Reference) -> Node:
        sheet = self._place[0]
        if node.sheet:
            sheet = sheet_name(node.sheet) if self._is_resolved else self._resolver.sheet(node.sheet)
        return ("range", sheet, *node.area) if node.last else ("cell", sheet, *corner(node.first))

    def _call(self, node: Call, depth: int) -> Node:
        if node.callee is not None:
            raise NotUnderstoodError("公式里的“(”读不懂")
        if is_sheet_of_number(node):
            return ("call", "NA")
        if function_name(node.name) == "FORMULATEXT":
            return self._formula_text(node)
        name = self._resolver.function(node)
        if name == "SINGLE":
            raise NotUnderstoodError("公式里的“@”读不懂")
        if "!" in name:
            raise NotUnderstoodError(f"公式引用的“{function_name(node.name)}”读不懂")
        arguments = [each for argument in node.arguments for each in self._over_sheets(name, argument)]
        return ("call", name, *[self.node(argument, depth + 1) for argument in arguments])

    def _over_sheets(self, name: str, argument: TreeNode) -> list[TreeNode]:
        """An argument; one on several sheets as one a sheet, for the functions that take such."""
        is_taken = isinstance(argument, Reference) and name in OVER_SHEETS and not self._is_resolved
        sheets = self._resolver.sheets_between(argument.sheet) if is_taken and isinstance(argument, Reference) else None
        if sheets is None or not isinstance(argument, Reference):
            return [argument]
        return [argument._replace(sheet=quoted(sheet)) for sheet in sheets]

    def _formula_text(self, node: Call) -> Node:
        shown = self._resolver.formula_text(node, self._place)
        return ("call", "NA") if shown is None else ("text", shown)

    def _operation(self, node: Operation, depth: int, length: int) -> Node:
        check_operators(node)
        length += len(node.operators)
        if node.operators[0] == ":":
            raise NotUnderstoodError("公式的区域由计算得出")
        if length > 2 * _DEEPEST:
            raise NotUnderstoodError("公式过长")
        left = self.node(node.operands[0], depth, length)
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            left = ("operator", operator, left, self.node(operand, depth + 1))
        return left

    def _sign(self, node: Sign, depth: int) -> Node:
        if node.sign not in ("+", "-", "%"):
            raise NotUnderstoodError(f"公式里的“{node.sign}”读不懂")
        return ("sign", node.sign, self.node(node.operand, depth + (node.sign != "%")))

    def _name(self, node: Name, depth: int) -> Node:
        if self._is_resolved:
            raise NotUnderstoodError(f"公式里的“{node.text}”读不懂")
        tree = _meaning(self._resolver.name(node, self._tree, self._place))
        return _Lowering(tree, self._place, self._resolver, is_resolved=True).node(tree.root, depth)


@lru_cache(maxsize=4096)
def _meaning(text: str) -> Tree:
    """What a name stands for, which many formulas use."""
    return parsed(text)


def _literal(node: Literal) -> Node:
    text = node.text
    if node.kind == "number":
        return ("number", float(text))
    if node.kind == "string":
        text = text[1:-1].replace('""', '"')
        return ("blank",) if text == OMITTED else ("text", text)
    if node.kind == "truth":
        return ("truth", text.upper() == "TRUE")
    if text not in CellError.CODES:
        raise NotUnderstoodError(f"公式里的“{text}”读不懂")
    return ("error", text)


def _array(node: Array) -> Node:
    """An array constant, which holds nothing but literals."""
    rows = [[_element(value) for value in row] for row in node.rows]
    if len({len(row) for row in rows}) != 1:
        raise NotUnderstoodError("公式的数组常量不是矩形")
    return ("array", len(rows), len(rows[0]), *(value for row in rows for value in row))


def _element(node: TreeNode) -> Node:
    if isinstance(node, Literal):
        return _literal(node)
    if isinstance(node, Sign) and isinstance(node.operand, Literal) and node.operand.kind == "number":
        return ("number", float(node.operand.text) * (-1 if node.sign == "-" else 1))
    raise NotUnderstoodError("公式的数组常量读不懂")
