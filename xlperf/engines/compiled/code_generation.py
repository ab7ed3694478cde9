"""Python source for formulas: one function for all formulas of one shape, which differ only in the cells they refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from xlperf.engines.compiled.area_code import AreaCode
from xlperf.engines.compiled.code_lines import (
    DEEPEST,
    Code,
    cells_text,
    indented,
    joined,
    literal,
    safe,
    tested,
)
from xlperf.engines.compiled.library import scalars
from xlperf.engines.compiled.library.function_table import ADDED, AGGREGATES, AREAS, DYNAMIC, FORMS, SCALARS
from xlperf.engines.compiled.node_facts import (
    COMPARISONS,
    check_count,
    has_area_branch,
    is_either,
    is_exact,
    is_reference,
    parameters,
    repeated_parts,
)
from xlperf.engines.compiled.nodes import FILLED, INDEX_CROSSED, LAST, Node
from xlperf.formula.tree import NotUnderstoodError

# What a parameter of ours takes: one value, a range, or whatever it is given.
VALUE, RANGE, EITHER = "value", "range", "either"
_NOTHING: Node = ("text", "")
_CONSTANTS = {"TRUE": ("True", "bool"), "FALSE": ("False", "bool"), "PI": ("3.141592653589793", "number")}
_CATCHING = {"IFERROR", "IFNA"}
_EXACT_KINDS = frozenset({"number", "bool"})
_ARITHMETIC = frozenset({"+", "-", "*", "/", "^", *LAST.values()})


class Ours(NamedTuple):
    """A worksheet function of ours as compiled formulas call it: what its parameters take."""

    takes: tuple[str, ...]


def function_source(name: str, tree: Node, ours: Mapping[str, Ours], *, is_shared: bool = True) -> str:
    """The source of a Python function for formulas of a shape; parameters come in the order of the tree's slots.

    `is_shared`: what the formula says more than once is calculated once, where that can be.

    Errors: NotUnderstoodError: a function or construct that can't be compiled.
    """
    return _Writer(ours, repeated_parts(tree) if is_shared else {}).function(name, tree)


class _Writer(AreaCode):
    """Writes one function."""

    def __init__(self, ours: Mapping[str, Ours], repeated: Mapping[int, int]) -> None:
        super().__init__(repeated)
        self._ours = ours

    def function(self, name: str, tree: Node) -> str:
        """The source."""
        result = self._operand(tree[2]) if tree[:2] == ("call", FILLED) else self._value(tree)
        given = ", ".join(parameters(tree))
        ending = [f"result = {result.text}", "return 0.0 if result is None else result"]
        if result.kind != "any" and result.kind != "area":
            ending = [f"return {result.text}"]
        return "\n".join((f"def {name}({given}):", *indented([*self._lines, *ending]), ""))

    # Values: one cell's worth of anything.

    def _value(self, node: Node) -> Code:
        """The code for one value; where it may stop, a worksheet error is on its way."""
        part = self._repeated.get(id(node))
        if part is None:
            return self._calculated(node)
        return self._known[part] if part in self._known else self._noted(part, self._calculated(node))

    def _calculated(self, node: Node) -> Code:
        kind = node[0]
        if kind in ("number", "text", "truth", "error", "blank"):
            return literal(node)
        if kind == "given":
            return Code(f"w{node[1]}", "text", False)
        if kind == "slot":
            return Code(f"c{node[1]}[i{node[1]}]", "any", False)
        if kind == "operator":
            return self._operator(node)
        if kind == "sign":
            return self._sign(node)
        if kind == "call":
            return self._call(node)
        raise NotUnderstoodError("公式在要一个值的地方用了区域或数组")

    def _operator(self, node: Node) -> Code:
        _, sign, one, two = node
        if sign in ("=", "<>") and _NOTHING in (one, two):
            other = self._value(two if one == _NOTHING else one)
            text = f"empty({other.text})"
            return self._nested(f"(not {text})" if sign == "<>" else text, "bool", [other])
        left, right = self._values([one, two], "number" if sign in _ARITHMETIC else "plain")
        # What was caught may be an error in the place of a number.
        are_exact = is_exact(one) and is_exact(two) and {left.kind, right.kind} <= _EXACT_KINDS
        if are_exact and sign in (*COMPARISONS, "+", "-"):
            return self._exactly(sign, left, right)
        kind = "text" if sign == "&" else "number" if sign in _ARITHMETIC else "bool"
        return self._nested(f"{scalars.OPERATORS[sign].__name__}({left.text}, {right.text})", kind, [left, right])

    def _exactly(self, sign: str, left: Code, right: Code) -> Code:
        """An operator between whole numbers and truth values, which Python calculates as Excel does."""
        if sign in COMPARISONS:
            if left.kind != right.kind:
                return self._nested(
                    f"{scalars.OPERATORS[sign].__name__}({left.text}, {right.text})", "bool", [left, right]
                )
            return self._nested(f"({left.text} {COMPARISONS[sign]} {right.text})", "bool", [left, right])
        first = f"float({left.text})" if left.kind == "bool" else left.text
        return self._nested(f"({first} {sign} {right.text})", "number", [left, right])

    def _sign(self, node: Node) -> Code:
        operand = self._value(node[2])
        if node[1] == "+":
            return operand if operand.kind != "any" else self._nested(f"plain({operand.text})", "any", [operand])
        name = "negative" if node[1] == "-" else "percent"
        return self._nested(f"{name}({operand.text})", "number", [operand])

    def _call(self, node: Node) -> Code:
        name, arguments = node[1], node[2:]
        if name in FORMS:
            return self._form(name, arguments)
        if name == INDEX_CROSSED:
            return self._index_crossed(*arguments)
        if name in SCALARS:
            function = SCALARS[name]
            check_count(name, arguments)
            if name == "MROUND" and ("blank",) in arguments:
                return Code("NA", "any", False)
            if name in ADDED and ("blank",) in arguments:
                raise NotUnderstoodError(f"{name} 有空着的参数")
            codes = self._values(arguments)
            return self._nested(f"F_{safe(name)}({joined(codes)})", function.result, codes)
        if name in AGGREGATES:
            return self._aggregate(name, arguments)
        if name in AREAS:
            return self._over_areas(name, arguments)
        if name in DYNAMIC:
            return self._crossed(name, arguments)
        if name in self._ours:
            return self._own(name, arguments)
        raise NotUnderstoodError(f"引擎不认识函数 {name}")

    def _values(self, nodes: Sequence[Node], conversion: str = "plain") -> list[Code]:
        """Values that are converted in turn: an error in an earlier cell comes before one that a later one runs into."""
        kinds = ("any", "caught", "text") if conversion == "number" else ("any", "caught")
        codes = self._ordered([partial(self._value, node) for node in nodes], conversion, kinds)
        for index, code in enumerate(codes):
            if code.kind in kinds and any(later.may_stop for later in codes[index + 1 :]):
                codes[index] = Code(f"{conversion}({code.text})", code.kind, True, code.depth + 1)
        return codes

    # Forms: not all arguments are calculated, or an error of theirs is caught.

    def _form(self, name: str, arguments: Sequence[Node]) -> Code:
        if name in _CONSTANTS and not arguments:
            return Code(*_CONSTANTS[name], may_stop=False)
        if name == "NA" and not arguments:
            return Code("NA", "any", False)
        if name in ("ROW", "COLUMN"):
            code = self._place(arguments[0])
            return self._nested(f"{name.lower()}_of({code.text})", "number", [code])
        if name == "IF":
            check_count(name, arguments)
            return self._if(arguments[0], arguments[1], arguments[2] if len(arguments) > 2 else ("truth", False))
        if name in _CATCHING:
            check_count(name, arguments)
            return self._otherwise(name, *arguments)
        if name == "CHOOSE":
            return self._choose(arguments)
        check_count(name, arguments)
        if name == "SINGLE":
            return self._value(arguments[0])
        code = self._caught(arguments[0])
        if name == "ERROR.TYPE":
            return self._nested(f"error_type({code.text})", "number", [code])
        return Code(tested(name, code.text), "bool", False, code.depth + 1)

    def _if(self, condition: Node, first: Node, second: Node) -> Code:
        test = self._condition(condition)
        with self._branch() as one_lines:
            one = self._value(first)
        with self._branch() as two_lines:
            two = self._value(second)
        kind = one.kind if one.kind == two.kind else "any"
        depth = 1 + max(test.depth, one.depth, two.depth)
        if not one_lines and not two_lines and depth <= DEEPEST:
            text = f"({one.text} if {test.text} else {two.text})"
            return Code(text, kind, test.may_stop or one.may_stop or two.may_stop, depth)
        # The variable of the second branch, as that of an IF in it, may be that of the whole.
        is_free = self._is_free(two)
        name = two.text if is_free else self._temporary()
        self._lines += [f"if {test.text}:", *indented([*one_lines, f"{name} = {one.text}"])]
        self._lines += ["else:", *indented(two_lines if is_free else [*two_lines, f"{name} = {two.text}"])]
        return Code(name, kind, False)

    def _condition(self, node: Node) -> Code:
        code = self._value(node)
        return code if code.kind == "bool" else self._nested(f"truth({code.text})", "bool", [code])

    def _otherwise(self, name: str, tried: Node, instead: Node) -> Code:
        code = self._caught(tried)
        if code.kind not in ("any", "caught"):
            return code
        variable = code.text if self._is_free(code) else self._assigned(code)
        with self._branch() as lines:
            other = self._value(instead)
        test = f"if type({variable}) is CellError:" if name == "IFERROR" else f"if {variable} == NA:"
        self._lines += [test, *indented([*lines, f"{variable} = {other.text}"])]
        return Code(variable, "any", False)

    def _choose(self, arguments: Sequence[Node]) -> Code:
        check_count("CHOOSE", arguments)
        place, name = self._chosen_place(arguments[0]), self._temporary()
        for index, node in enumerate(arguments[1:], 1):
            with self._branch() as lines:
                code = self._value(node)
            word = "if" if index == 1 else "elif"
            self._lines += [f"{word} {place} == {index}:", *indented([*lines, f"{name} = {code.text}"])]
        self._lines += ["else:", "    raise Stop(WRONG)"]
        return Code(name, "any", False)

    # Functions that take references.

    def _index_crossed(self, area: Node, row: Node, cell: Node, *rest: Node) -> Code:
        writers = [partial(self._area, area), partial(self._value, row), partial(self._value, cell)]
        writers += [partial(self._area if place < 2 else self._value, node) for place, node in enumerate(rest)]
        codes = self._ordered(writers)
        return self._nested(f"index_crossed({joined(codes)})", "any", codes)

    def _aggregate(self, name: str, arguments: Sequence[Node]) -> Code:
        if not arguments:
            raise NotUnderstoodError(f"{name} 没有参数")
        is_direct = [not is_reference(node) for node in arguments]
        if name in ("AND", "OR") and all(is_direct):
            codes = self._values(arguments)
            if all(code.kind == "bool" for code in codes):
                sign = " & " if name == "AND" else " | "
                return self._nested(f"({sign.join(code.text for code in codes)})", "bool", codes)
            given = ["()", f"({joined(codes)},)"]
        else:
            either: list[Code] = []
            codes = self._ordered([partial(self._argument, name, node, either) for node in arguments])
            given = [cells_text([c for c, d in zip(codes, is_direct, strict=True) if not d])]
            written = [code for code, direct in zip(codes, is_direct, strict=True) if direct] + either
            if written:
                given.append(f"({joined(written)},)")
        kind = "bool" if name in ("AND", "OR", "XOR") else "number"
        return self._nested(f"F_{safe(name)}({', '.join(given)})", kind, codes)

    def _argument(self, name: str, node: Node, either: list[Code]) -> Code:
        """An argument of SUM and its kin: cells, or a value written out; `either` gets values that come up in some case."""
        if is_either(node):
            cells, written = self._either(name, node)
            either.append(Code(f"*{written}", "cells", False))
            return Code(cells, "cells", False)
        return self._cells(node) if is_reference(node) else self._direct(name, node)

    def _either(self, name: str, node: Node) -> tuple[str, str]:
        """The variables of the cells and of the values written out that an IF or CHOOSE gives, one of them empty."""
        if node[1] == "IF":
            words = [f"if {self._condition(node[2]).text}:", "else:"]
            branches = (*node[3:], ("truth", False))[:2]
        else:
            place, branches = self._chosen_place(node[2]), node[3:]
            words = [f"{'elif' if index > 1 else 'if'} {place} == {index}:" for index in range(1, len(branches) + 1)]
        cells, written = self._temporary(), self._temporary()
        for word, child in zip(words, branches, strict=True):
            with self._branch() as lines:
                if is_either(child):
                    one, two = self._either(name, child)
                elif is_reference(child):
                    one, two = cells_text([self._cells(child)]), "()"
                else:
                    one, two = "()", f"({self._direct(name, child).text},)"
            self._lines += [word, *indented([*lines, f"{cells} = {one}", f"{written} = {two}"])]
        if node[1] != "IF":
            self._lines += ["else:", "    raise Stop(WRONG)"]
        return cells, written

    def _chosen_place(self, node: Node) -> str:
        """The variable of the number by which CHOOSE chooses."""
        code, place = self._value(node), self._temporary()
        self._lines.append(f"{place} = int(number({code.text}))")
        return place

    def _direct(self, name: str, node: Node) -> Code:
        """An argument that is no reference; COUNT and COUNTA take errors as they are."""
        return self._caught(node) if name in ("COUNT", "COUNTA") else self._value(node)

    def _cells(self, node: Node) -> Code:
        """What a reference adds to a list of values."""
        if node[0] == "slot":
            return self._value(node)
        area = self._area(node)
        text = f"{area.text}.flat()" if node[0] == "slots" else f"flat({area.text})"
        return Code(text, "cells", area.may_stop, area.depth)

    def _own(self, name: str, arguments: Sequence[Node]) -> Code:
        takes = self._ours[name].takes
        if len(arguments) > len(takes):
            raise NotUnderstoodError(f"{name} 的参数个数不对")
        codes = self._ordered(
            [partial(self._own_argument, name, kind, node) for node, kind in zip(arguments, takes, strict=False)]
        )
        text = f"P_{name}({joined(codes)})"
        return Code(text, "any", True, 1 + max((code.depth for code in codes), default=0))

    def _own_argument(self, name: str, kind: str, node: Node) -> Code:
        if node[0] == "slots" and kind == VALUE:
            raise NotUnderstoodError(f"{name} 在要一个值的地方给了区域")
        if node[0] in ("slots", "array"):
            return self._area(node)
        if has_area_branch(node):
            raise NotUnderstoodError(f"{name} 的参数是计算得出的区域")
        return self._caught(node)
