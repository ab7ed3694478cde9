"""What a formula asks of an engine: its functions with the kinds of their arguments, and the cells that it refers to.

A function may be right for numbers and wrong for texts, so that a variant, not a function, is what an engine is right or
wrong in. The kind of a cell is that of its value, so a formula's variants are those of this very workbook.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from xlperf.engines.compiled.library.number_formats import Section, sections
from xlperf.engines.compiled.nodes import LAST, Node, lowered
from xlperf.engines.protocol import CellPlace
from xlperf.errors import CellError
from xlperf.formula.addresses import reference
from xlperf.formula.functions import FUNCTIONS, function_name, marked
from xlperf.formula.names import Resolver
from xlperf.formula.parsing import parsed
from xlperf.formula.tree import Call, NotUnderstoodError, Reference, walk
from xlperf.package import Package
from xlperf.values import Value

RANGE, ARRAY, ANY = "range", "array", "value"
VOLATILE = marked("volatile") | {"CELL", "INFO", "RTD"}
# The arguments that choose what a function does, by number: their values belong to the variant.
_CHOOSING: Mapping[str, tuple[int, ...]] = {
    "AGGREGATE": (0, 1),
    "CELL": (0,),
    "CEILING.MATH": (2,),
    "DATEDIF": (2,),
    "DAYS360": (2,),
    "FLOOR.MATH": (2,),
    "HLOOKUP": (3,),
    "INDIRECT": (1,),
    "LOOKUP": (),
    "MATCH": (2,),
    "NETWORKDAYS.INTL": (2,),
    "NUMBERSTRING": (1,),
    "SUBTOTAL": (0,),
    "TEXT": (1,),
    "VLOOKUP": (3,),
    "WEEKDAY": (1,),
    "WEEKNUM": (1,),
    "WORKDAY.INTL": (2,),
    "XLOOKUP": (4, 5),
    "XMATCH": (2, 3),
    "YEARFRAC": (2,),
}
_KIND_OF_RESULT = {"number": "number", "count": "number", "truth": "truth", "text": "text"}
_ARITHMETIC = frozenset("+-*/^") | frozenset(LAST.values())
_NUMERAL = re.compile(r"[\s¥$€£+\-(]*[0-9][0-9\s.,:/\-年月日时分秒%eE+)]*|TRUE|FALSE", re.I)
_CRITERION = re.compile(r"<>|<=|>=|[=<>]")
_WILD = re.compile(r"[*?~]")
_MOST_POSITIONS = 4
# What neither makes dates nor reads them from texts, whatever the date system is.
_COMPARING = frozenset({"&", "=", "<>", "<", "<=", ">", ">="})
_DATELESS = frozenset(
    {"SUM", "MAX", "MIN", "AVERAGE", "COUNT", "COUNTA", "ROUND", "ROUNDUP", "ROUNDDOWN", "ABS", "IF", "AND", "OR"}
)
_PLAIN_KINDS = frozenset({"number", "blank", "truth", "-"})
_UNREAD = "?"

Values = Callable[[str, int, int], Value]


class Formula(NamedTuple):
    """A formula taken apart: its node, or where none can express it the functions in it; the areas that it refers to.

    `reaches_all`: which cells it refers to only a calculation tells.
    """

    node: Node | None
    functions: tuple[str, ...]
    areas: tuple[Node, ...]
    reaches_all: bool
    is_array: bool

    @property
    def is_volatile(self) -> bool:
        """Whether it gives something else at every calculation."""
        return not VOLATILE.isdisjoint(self.functions)


class Formulas:
    """The formulas of one workbook."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._resolver = Resolver(package, lambda name: True, lambda name: False)
        self._known: dict[CellPlace, Formula | None] = {}

    def at(self, place: CellPlace) -> Formula | None:
        """The formula in a cell; None where there is none, or nothing but a data table."""
        if place not in self._known:
            self._known[place] = self._taken_apart(place)
        return self._known[place]

    def _taken_apart(self, place: CellPlace) -> Formula | None:
        sheet, ref = place
        text, cell = self._package.formulas(sheet).get(ref), self._package.cells(sheet).get(ref)
        if text is None or cell is None or cell.formula is None:
            return None
        is_array = cell.formula.kind == "array"
        try:
            node = lowered(text, (sheet, cell.row, cell.column), self._resolver)
        except (NotUnderstoodError, RecursionError):
            return self._unread(text, sheet, is_array=is_array)
        nodes = list(_all(node))
        functions = tuple(dict.fromkeys(one[1] for one in nodes if one[0] == "call"))
        areas = tuple(dict.fromkeys(one for one in nodes if one[0] in ("cell", "range")))
        reaches_all = any(name in FUNCTIONS and FUNCTIONS[name].gives == "reference" for name in functions)
        return Formula(node, functions, areas, reaches_all, is_array)

    def _unread(self, text: str, sheet: str, *, is_array: bool) -> Formula:
        """A formula that no node can express."""
        try:
            nodes = list(walk(parsed(text).root))
        except (NotUnderstoodError, RecursionError):
            return Formula(None, (), (), True, is_array)
        functions = tuple(dict.fromkeys(function_name(one.name) for one in nodes if isinstance(one, Call)))
        areas = tuple(self._areas(sheet, (one for one in nodes if isinstance(one, Reference))))
        return Formula(None, functions, areas, True, is_array)

    def _areas(self, sheet: str, references: Iterator[Reference]) -> Iterator[Node]:
        for found in references:
            try:
                on = self._resolver.sheet(found.sheet) if found.sheet else sheet
            except NotUnderstoodError:
                continue
            yield ("range", on, *found.area)


def variants(formula: Formula, value: Values) -> frozenset[str]:
    """The functions and operators of a formula, each with the kinds of its arguments: `ROUND(number,number)`."""
    if formula.node is None:
        return frozenset(f"{name}({_UNREAD})" for name in formula.functions) | {_UNREAD}
    found: set[str] = set()
    kind = _Walk(value, found).kind(formula.node, formula.is_array)
    return frozenset(found or {f"=({kind})"})


def function_of(variant: str) -> str:
    """The function or operator of a variant."""
    return variant.lstrip("{").partition("(")[0]


def is_call(variant: str) -> bool:
    """Whether a variant is one of a function, not of an operator."""
    name = variant.lstrip("{").partition("(")[0]
    return name[:1].isalpha() and not name.startswith("last ")


def reads_no_dates(variant: str) -> bool:
    """Whether a variant gives the same in both date systems, as no date is made, taken apart or read from a text in it."""
    name, _, kinds = variant.strip("{}").partition("(")
    if name in _COMPARING:
        return True
    given = set(kinds.removesuffix(")").split(","))
    return given <= _PLAIN_KINDS | ({RANGE} if name in _DATELESS else set()) and (
        name in _DATELESS or not is_call(variant)
    )


class _Walk:
    """Goes through a formula from the outside to the inside and notes the variants."""

    def __init__(self, value: Values, found: set[str]) -> None:
        self._value, self._found = value, found

    def kind(self, node: Node, is_array: bool) -> str:
        """The kind of a node's result; the variants in it are noted. `is_array`: ranges are calculated with whole."""
        match node[0]:
            case "cell":
                return kind_of(self._value(*node[1:]))
            case "range":
                return RANGE
            case "operator":
                return self._operator(node, is_array)
            case "sign":
                kind = self.kind(node[2], is_array)
                if node[2][0] == "number":
                    return "number"
                self._note(f"{node[1]}1", [kind], is_array)
                return ARRAY if kind in (RANGE, ARRAY) else "number"
            case "call":
                return self._call(node, is_array)
            case "text":
                return kind_of(node[1])
            case kind:
                return str(kind)

    def _operator(self, node: Node, is_array: bool) -> str:
        _, operator, left, right = node
        kinds = [self.kind(left, is_array), self.kind(right, is_array)]
        self._note(operator, kinds, is_array)
        if RANGE in kinds or ARRAY in kinds:
            return ARRAY
        return "number" if operator in _ARITHMETIC else "text" if operator == "&" else "truth"

    def _call(self, node: Node, is_array: bool) -> str:
        name, arguments = node[1], node[2:]
        known = FUNCTIONS.get(name)
        letters = known.letters(len(arguments)) if known is not None and known.takes else "v" * len(arguments)
        kinds = []
        for number, (letter, argument) in enumerate(zip(letters, arguments, strict=False)):
            kind = self.kind(argument, is_array or letter == "r")
            if number in _CHOOSING.get(name, ()):
                kind = self._choice(argument, kind)
                kind = form_of(kind) if name == "TEXT" else kind
            elif letter == "k":
                kind = self._criterion(argument, kind)
            kinds.append("-" if letter == "b" else kind)
        if known is not None and set(known.takes) == {"c"}:
            kinds = sorted(set(kinds))
        elif len(kinds) > _MOST_POSITIONS:
            kinds = [kinds[0], *sorted(set(kinds[1:]))]
        self._note(name, kinds, is_array)
        if is_array and not {RANGE, ARRAY}.isdisjoint(
            k for k, letter in zip(kinds, letters, strict=False) if letter == "v"
        ):
            return ARRAY
        return ANY if known is None else _KIND_OF_RESULT.get(known.gives, ANY)

    def _choice(self, argument: Node, kind: str) -> str:
        """What an argument chooses."""
        if argument[0] in ("number", "truth", "text"):
            return repr(argument[1])
        value = self._value(*argument[1:]) if argument[0] == "cell" else None
        return kind if value is None or isinstance(value, CellError) else repr(value)

    def _criterion(self, argument: Node, kind: str) -> str:
        """The kind of a criterion, which may be a comparison or a pattern."""
        value = argument[1] if argument[0] == "text" else self._value(*argument[1:]) if argument[0] == "cell" else None
        if argument[0] == "operator" and argument[2][0] == "text":
            value = argument[2][1]
            kind = "joined"
        if not isinstance(value, str):
            return kind
        compared = _CRITERION.match(value)
        sign, rest = (compared[0], value[compared.end() :]) if compared else ("", value)
        wild = "*" if _WILD.search(rest) else ""
        return f"{sign}{wild}{kind if kind == 'joined' else kind_of(rest)}"

    def _note(self, name: str, kinds: Sequence[str], is_array: bool) -> None:
        text = f"{name}({','.join(kinds)})"
        has_areas = RANGE in kinds or ARRAY in kinds
        self._found.add(f"{{{text}}}" if is_array and has_areas else text)


def form_of(stated: str) -> str:
    """A number format, quoted, without what has no part in how a number is shown: its words, and the bounds of conditions."""
    if not stated.startswith("'"):
        return stated
    try:
        found = sections(ast.literal_eval(stated))
    except (NotUnderstoodError, ValueError, SyntaxError):
        return stated
    return repr(";".join(map(_form, found)))


def _form(section: Section) -> str:
    """A section of a format: its condition, its numerals and language, its signs; words and marks as one letter."""
    pieces = [
        "x" if piece.kind == "literal" else f"[{piece.text}]" if piece.kind == "elapsed" else piece.text
        for piece in section.pieces
    ]
    signs = "".join(sign for sign, before in zip(pieces, ["", *pieces], strict=False) if not sign == before == "x")
    condition = "[if]" if section.condition else ""
    numerals = f"[DBNum{section.numerals}]" if section.numerals else ""
    return f"{condition}{numerals}{section.language and f'[{section.language}]'}{signs}"


def kind_of(value: Value) -> str:
    """The kind of a value; a text that may be read as a number or date is a kind of its own."""
    if value is None:
        return "blank"
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, str):
        if not value:
            return "empty"
        return "numeral" if _NUMERAL.fullmatch(value.strip()) else "text"
    return "error" if isinstance(value, CellError) else "number"


def values_of(package: Package, results: Mapping[CellPlace, Value]) -> Values:
    """The values of cells by sheet, row and column: results where there are some, else what the workbook holds."""
    sheets = {sheet.name for sheet in package.worksheets}

    def value(sheet: str, row: int, column: int) -> Value:
        ref = reference(row, column)
        if (sheet, ref) in results:
            return results[sheet, ref]
        return package.value(sheet, ref) if sheet in sheets else None

    return value


def _all(node: Node) -> Iterator[Node]:
    """A node and all nodes in it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        match one[0]:
            case "call":
                waiting += one[2:]
            case "operator" | "sign":
                waiting += one[2:]


def area_of(node: Node) -> tuple[str, int, int, int, int]:
    """The sheet, and the first and last row and column of a reference."""
    return (*node[1:], *node[2:]) if node[0] == "cell" else node[1:]
