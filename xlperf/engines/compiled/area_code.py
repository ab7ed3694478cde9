"""Code for areas and arrays: operators and functions of single values go over them cell by cell; references found in the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from xlperf.engines.compiled.code_lines import Code, CodeLines, indented, joined, literal, safe
from xlperf.engines.compiled.library import scalars
from xlperf.engines.compiled.library.function_table import AGGREGATES, AREAS, DYNAMIC, SCALARS
from xlperf.engines.compiled.node_facts import (
    EACH,
    are_many_places,
    check_count,
    check_references,
    is_many,
    is_surely_many,
)
from xlperf.engines.compiled.nodes import Node
from xlperf.formula.functions import FUNCTIONS
from xlperf.formula.tree import NotUnderstoodError

SIGN_NAMES = {"-": "negative", "+": "plain", "%": "percent"}
CRITERIA = frozenset(name for name, function in FUNCTIONS.items() if "k" in function.takes)


def _is_of_places(node: Node) -> bool:
    return node[0] == "call" and node[1] in DYNAMIC and are_many_places(node)


class AreaCode(CodeLines):
    """Writes what an area is calculated by; what a single value is, the writer above it knows."""

    _ours: Mapping[str, Any]

    def _value(self, node: Node) -> Code:
        raise NotImplementedError

    def _calculated(self, node: Node) -> Code:
        raise NotImplementedError

    def _caught(self, node: Node) -> Code:
        """The value, an error being a value too."""
        part = self._repeated.get(id(node))
        if part in self._known:
            return self._known[part]
        with self._branch() as lines:
            code = self._calculated(node)
        if not code.may_stop and not lines:
            return code if part is None else self._noted(part, code)
        name = self._tried(lines, code)
        if part is not None:
            # From here on it is as what a cell holds, which may be an error too.
            self._noted(part, Code(name, "any", False))
        return Code(name, "caught", False)

    def _tried(self, lines: Sequence[str], code: Code) -> str:
        """A variable with what the lines and the code after them give, or the error at which they stop."""
        name = self._temporary()
        self._lines += ["try:", *indented([*lines, f"{name} = {code.text}"])]
        self._lines += ["except Stop as stop:", f"    {name} = stop.error"]
        return name

    def _over_areas(self, name: str, arguments: Sequence[Node]) -> Code:
        function = AREAS[name]
        check_count(name, arguments)
        if name in CRITERIA or name == "COUNTBLANK":
            check_references(name, function, arguments)
        if is_many(("call", name, *arguments)) and name != "INDEX":
            raise NotUnderstoodError("公式在要一个值的地方用了区域或数组")
        wanted = function.facts.letters(len(arguments))
        codes = self._ordered(
            [
                partial(self._referred, name, node)
                if letter in "asr"
                else (partial(self._caught, node) if name in CRITERIA else partial(self._value, node))
                for node, letter in zip(arguments, wanted, strict=True)
            ]
        )
        text = f"F_{safe(name)}({joined(codes)})"
        return self._nested(f"single({text})" if name == "INDEX" else text, function.result, codes)

    # Areas and arrays: operators and functions of single values go over them cell by cell.

    def _area(self, node: Node) -> Code:
        kind = node[0]
        if kind == "slots":
            return Code(f"r{node[1]}", "area", False)
        if kind == "array":
            height, width, values = node[1], node[2], node[3:]
            texts = [literal(value).text for value in values]
            columns = [f"[{', '.join(texts[place::width])}]" for place in range(width)]
            return Code(f"Block([{', '.join(columns)}], {height})", "area", False, 2)
        if kind in ("operator", "sign"):
            name = scalars.OPERATORS[node[1]].__name__ if kind == "operator" else SIGN_NAMES[node[1]]
            return self._lifted(name, node[2:])
        if kind == "call":
            return self._area_call(node)
        return self._value(node)

    def _area_call(self, node: Node) -> Code:
        name, arguments = node[1], node[2:]
        if name in DYNAMIC:
            return self._found(name, arguments)
        if name in ("ROW.EACH", "COLUMN.EACH"):
            code = self._place(arguments[0])
            return self._nested(f"{name.lower().replace('.each', 's')}_of({code.text})", "area", [code])
        if name == "INDEX":
            return self._part(arguments)
        if not any(is_many(argument) for argument in arguments) or name in AGGREGATES or name in self._ours:
            return self._value(node)
        if name in SCALARS:
            check_count(name, arguments)
            return self._lifted(f"F_{safe(name)}", arguments)
        if name == "IF":
            given = [*arguments, ("truth", False)][:3]
            return self._lifted("chosen", given)
        if name in EACH:
            return self._lifted(f"each_{name.lower()}", arguments)
        if name == "CHOOSE":
            return self._lifted_choice(arguments)
        if name in AREAS and is_many(node):
            return self._lifted_over(name, arguments)
        if name in AREAS:
            return self._value(node)
        raise NotUnderstoodError(f"{name} 的数组用法不能编译")

    def _lifted(self, name: str, arguments: Sequence[Node]) -> Code:
        codes = self._ordered([partial(self._operand, node) for node in arguments])
        return self._nested(f"lifted({name}, {joined(codes)})", "area", codes)

    def _lifted_over(self, name: str, arguments: Sequence[Node]) -> Code:
        """A function of ranges for each of many criteria or values, or for each of many references."""
        check_count(name, arguments)
        letters = AREAS[name].facts.letters(len(arguments))
        if name in CRITERIA:
            check_references(name, AREAS[name], arguments)
        writers: list[Callable[[], Code]] = []
        given: list[str] = []
        for node, letter in zip(arguments, letters, strict=True):
            is_each = is_many(node) if letter in "vk" else _is_of_places(node)
            writers.append(partial(self._operand if letter in "vk" else self._area, node))
            given.append(f"e{len(given)}" if is_each else "")
        codes = self._ordered(writers)
        # What stays the same is put into variables, so that it is calculated once.
        fixed = [text or self._assigned(code) for text, code in zip(given, codes, strict=True)]
        each = [text for text in given if text]
        varied = ", ".join(code.text for text, code in zip(given, codes, strict=True) if text)
        called = f"F_{safe(name)}({', '.join(fixed)})"
        return self._nested(f"lifted(lambda {', '.join(each)}: {called}, {varied})", "area", codes)

    def _lifted_choice(self, arguments: Sequence[Node]) -> Code:
        """CHOOSE of ranges: the one chosen, or for many numbers a part of each."""
        check_count("CHOOSE", arguments)
        codes = self._ordered([partial(self._operand, node) for node in arguments])
        return self._nested(f"choice({joined(codes)})", "area", codes)

    def _part(self, arguments: Sequence[Node]) -> Code:
        """INDEX: a part of an area; of many places only as N hands them on, which every Excel takes for many."""
        check_count("INDEX", arguments)
        each = [node for node in arguments[1:] if is_many(node)]
        if not each:
            writers = [partial(self._area, arguments[0]), *(partial(self._value, node) for node in arguments[1:])]
            codes = self._ordered(writers)
            return self._nested(f"F_INDEX({joined(codes)})", "area", codes)
        if any(node[:2] != ("call", "N") for node in each):
            raise NotUnderstoodError("INDEX 的数组用法随 Excel 的版本而变")
        codes = self._ordered([partial(self._area, arguments[0]), *(partial(self._operand, n) for n in arguments[1:])])
        area, names = self._assigned(codes[0]), ", ".join(f"e{place}" for place in range(1, len(codes)))
        return self._nested(
            f"lifted(lambda {names}: single(F_INDEX({area}, {names})), {joined(codes[1:])})", "area", codes
        )

    # References that are found while the formula runs.

    def _place(self, node: Node) -> Code:
        """Where cells lie."""
        if node[0] == "slots":
            return Code(f"r{node[1]}", "place", False)
        if node[0] == "call" and node[1] in DYNAMIC and not are_many_places(node):
            codes = self._ordered(self._finders(node[2:]))
            return self._nested(f"F_{node[1]}({joined(codes)})", "place", codes)
        raise NotUnderstoodError("公式要的是区域的位置，区域由计算得出")

    def _finders(self, arguments: Sequence[Node]) -> list[Callable[[], Code]]:
        """The arguments of OFFSET and INDIRECT: places, and values."""
        is_place = [node[0] == "slots" or (node[0] == "call" and node[1] in DYNAMIC) for node in arguments[:1]]
        rest = [node[0] == "slots" for node in arguments[1:]]
        return [
            partial(self._place if placed else self._operand, node)
            for node, placed in zip(arguments, is_place + rest, strict=True)
        ]

    def _crossed(self, name: str, arguments: Sequence[Node]) -> Code:
        """OFFSET or INDIRECT where one value belongs."""
        code = self._place(("call", name, *arguments))
        return self._nested(f"crossed({code.text}, r{arguments[-1][1]})", "any", [code])

    def _found(self, name: str, arguments: Sequence[Node]) -> Code:
        """The cells that OFFSET or INDIRECT finds; for many values an array of references."""
        if not are_many_places(("call", name, *arguments)):
            code = self._place(("call", name, *arguments))
            return self._nested(f"cells_of({code.text})", "area", [code])
        codes = self._ordered(self._finders(arguments))
        fixed = [node[0] == "slots" for node in arguments]
        names = [
            code.text if same else f"e{place}" for place, (code, same) in enumerate(zip(codes, fixed, strict=True))
        ]
        each = ", ".join(name_ for name_, same in zip(names, fixed, strict=True) if not same)
        varied = ", ".join(code.text for code, same in zip(codes, fixed, strict=True) if not same)
        return self._nested(f"lifted(lambda {each}: cells_of(F_{name}({', '.join(names)})), {varied})", "area", codes)

    def _referred(self, name: str, node: Node) -> Code:
        """The range of a function of ranges; of some only the place."""
        return self._place(node) if name == "CELL" else self._area(node)

    def _operand(self, node: Node) -> Code:
        """An area, or a value; an error among the values is one of them, and so is one in the place of an area."""
        if not is_many(node):
            return self._caught(node)
        if is_surely_many(node):
            return self._area(node)
        with self._branch() as lines:
            code = self._area(node)
        return Code(self._tried(lines, code), "area", False) if code.may_stop or lines else code
