"""From a formula with worksheet functions of ours to a plain one that needs none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from xlperf.editions.references import References
from xlperf.errors import CellError, missing
from xlperf.formula.functions import FUNCTIONS, function_name
from xlperf.formula.parsing import Fault, GrammarError, parsed
from xlperf.formula.tokens import tokens
from xlperf.formula.tree import Array, Bracketed, Call, Literal, Node, Omitted, Operation, Sign, Tree, children
from xlperf.functions.plain.operands import OMITTED, NoPlainFormError, Operand, Shape, constant
from xlperf.registry import worksheet_functions
from xlperf.values import Value

MAXIMUM_LENGTH, MAXIMUM_NESTING = 8192, 64
_NO_ARRAY = "数组常数看不懂"
_SHAPES = {
    **dict.fromkeys(("=", "<", ">", "<=", ">=", "<>"), Shape.FLAG),
    **dict.fromkeys(("+", "-", "*", "/", "^"), Shape.NUMBER),
}


class Translator:
    """Turns the formulas of one workbook into plain ones."""

    def __init__(self, references: References) -> None:
        self._references = references

    def plain(self, formula: str, sheet: str, row: int) -> str:
        """The plain formula, without the equals sign, of one that stands on a sheet in a row.

        Errors: NoPlainFormError: there is none, with the reason.
        """
        tree = _tree(formula)
        _check_nesting(tree)
        text = _Writer(self._references, tree, sheet, row).whole()
        _check_length(text)
        _check_nesting(_tree(text))
        return text


def _tree(formula: str) -> Tree:
    try:
        return parsed(formula)
    except GrammarError as error:
        is_bracket = error.fault in (Fault.UNCLOSED, Fault.BRACKETS)
        raise NoPlainFormError("公式的括号不成对" if is_bracket else str(error)) from None


def _check_length(text: str) -> None:
    if len(text) > MAXIMUM_LENGTH - 1:
        raise NoPlainFormError(f"写成普通公式有 {len(text)} 个字符，超过 Excel 的上限 {MAXIMUM_LENGTH}")


def _check_nesting(tree: Tree) -> None:
    """Refuses a formula in which functions stand too deep in functions."""
    waiting = [(tree.root, 0)]
    while waiting:
        node, depth = waiting.pop()
        depth += isinstance(node, Call)
        if depth > MAXIMUM_NESTING:
            raise NoPlainFormError(f"写成普通公式嵌套超过 Excel 的上限 {MAXIMUM_NESTING} 层")
        waiting += [(child, depth) for child in children(node)]


def is_ours(formula: str) -> bool:
    """Whether a formula calls a worksheet function of ours, or one that pretends to be."""
    return "PERF_" in formula.upper() and any(
        token.kind == "function" and function_name(token.text).startswith("PERF_") for token in tokens(formula)
    )


class _Writer:
    """Writes one formula anew, as seen from one cell."""

    def __init__(self, references: References, tree: Tree, sheet: str, row: int) -> None:
        self._references = references
        self._tree = tree
        self._sheet, self._row = sheet, row

    def whole(self) -> str:
        """The formula with every call of ours replaced."""
        return self._tree.rewritten(self._edits(self._tree.root))

    def _edits(self, root: Node) -> Iterator[tuple[int, int, str]]:
        """What is put in the place of calls of ours: in brackets where one stands beside an operator."""
        waiting = [(root, True)]
        while waiting:
            node, is_whole = waiting.pop()
            if _is_call_of_ours(node):
                operand = self._called(node)
                yield node.start, node.end, operand.text if is_whole else operand.atom
            else:
                is_bracket = isinstance(node, Call | Bracketed)
                waiting += [(child, is_bracket) for child in reversed(children(node))]

    def _called(self, call: Call) -> Operand:
        """The plain form of one call."""
        name = function_name(call.name)
        spec = worksheet_functions().get(name)
        if spec is None:
            raise NoPlainFormError(f"没有名为 {name} 的函数")
        given = [self._operand(argument) for argument in call.arguments]
        if not spec.minimum_arguments <= len(given) <= spec.maximum_arguments:
            return Operand("#VALUE!", Shape.ANY)
        operands = given + [OMITTED] * (spec.maximum_arguments - len(given))
        for parameter, operand in zip(spec.parameters, operands, strict=True):
            if parameter.kind.is_scalar and operand.is_list:
                raise NoPlainFormError(f"{name} 的 {parameter.name} 给了区域 {operand.text}，逐格的结果没有普通公式")
        result: Operand = spec.native(*operands)
        # Each level of nesting multiplies the text: stopped before it grows beyond all bounds.
        _check_length(result.text)
        return result

    def _operand(self, node: Node) -> Operand:
        """An argument."""
        while isinstance(node, Bracketed):
            node = node.inner
        if isinstance(node, Omitted):
            return OMITTED
        if isinstance(node, Array):
            return _array(self._tree, node)
        known = _constant(self._tree, node) or self._references.operand(self._tree, node, self._sheet, self._row)
        if known is not None:
            return known
        if _is_call_of_ours(node):
            return self._called(node)
        text = self._tree.rewritten(self._edits(node), (node.start, node.end))
        return Operand(text, self._shape(node))

    def _shape(self, node: Node) -> Shape:
        """What kind of expression this is, by its operators or its function."""
        self._check_no_ranges(node)
        if isinstance(node, Operation):
            return _SHAPES.get(node.operators[0], Shape.ANY)
        if isinstance(node, Sign):
            return Shape.NUMBER if node.sign in ("+", "-", "%") else Shape.ANY
        function = FUNCTIONS.get(function_name(node.name)) if isinstance(node, Call) else None
        if function is not None and function.gives == "reference":
            raise NoPlainFormError(f"参数里的 {function.name} 可能得出区域，没有普通公式")
        return Shape.NUMBER if function is not None and function.gives_number else Shape.ANY

    def _check_no_ranges(self, root: Node) -> None:
        """Refuses an expression that calculates with a whole range or an array outside of any function."""
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Array):
                raise NoPlainFormError(_NO_ARRAY)
            reference = self._references.operand(self._tree, node, self._sheet, self._row)
            if reference is not None and reference.is_list:
                raise NoPlainFormError(f"算式里用了整个区域 {reference.text}，没有普通公式")
            is_made = isinstance(node, Operation) and node.operators[0] == ":"
            waiting += [] if is_made or isinstance(node, Call) else reversed(children(node))


def _is_call_of_ours(node: Node) -> TypeGuard[Call]:
    return isinstance(node, Call) and function_name(node.name).startswith("PERF_")


def _array(tree: Tree, node: Array) -> Operand:
    """An array constant; of one cell, that cell."""
    grid: list[list[Value]] = []
    for row in node.rows:
        cells = [_constant(tree, cell) for cell in row]
        if any(cell is None for cell in cells):
            raise NoPlainFormError(_NO_ARRAY)
        grid.append([cell.value for cell in cells if cell is not None])  # type: ignore[misc]
    if len(grid) == 1 and len(grid[0]) == 1:
        return constant(grid[0][0])
    return Operand(tree.text(node), Shape.ARRAY, grid)


def _constant(tree: Tree, node: Node) -> Operand | None:
    """A number, text, truth value or error that is written out; None where the node is something else."""
    text, value = tree.text(node), _number(node)
    if text.upper() in ("NA()", "TRUE", "FALSE", "TRUE()", "FALSE()"):
        value = missing() if text.upper() == "NA()" else text.upper().startswith("TRUE")
    elif isinstance(node, Literal) and node.kind == "string":
        value = text[1:-1].replace('""', '"')
    elif isinstance(node, Literal) and node.kind == "error" and text in CellError.CODES:
        value = CellError(text)
    return None if value is None else Operand(text, Shape.CONSTANT, value)


def _number(node: Node) -> Value:
    """The number that a literal with signs is; None where the node is something else."""
    factor, divisor = 1.0, 1.0
    while isinstance(node, Sign) and node.sign in ("+", "-", "%"):
        factor *= -1 if node.sign == "-" else 1
        divisor *= 100 if node.sign == "%" else 1
        node = node.operand
    return factor * float(node.text) / divisor if isinstance(node, Literal) and node.kind == "number" else None
