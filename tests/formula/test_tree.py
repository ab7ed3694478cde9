"""Formulas as trees: they lose nothing of the text, follow Excel's grammar, say what breaks it, and go as deep as asked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from xlperf.engines.compiled.library.function_table import is_known
from xlperf.formula.functions import EXCEL_2010, FUNCTIONS, function_name, marked
from xlperf.formula.parsing import Fault, GrammarError, parsed
from xlperf.formula.tree import (
    Array,
    Bracketed,
    Call,
    Literal,
    Name,
    Node,
    Omitted,
    Operation,
    Reference,
    Sign,
    Tree,
    children,
    walk,
)
from xlperf.package import open_package
from xlperf.workbook.locations import workbooks_folder

SHIPPED = sorted(workbooks_folder().rglob("*.xls[xm]"))
CHECKED: set[str] = set()


def check(tree: Tree, text: str) -> None:
    """Every node lies within its parent, behind its elder sister; put together again the tokens are the formula."""
    assert tree.rewritten(()) == text
    for node in walk(tree.root):
        at = node.start
        for child in children(node):
            assert at <= child.start <= child.end <= node.end, text
            at = child.end
    # Each node in the place of itself: nothing is counted twice or left out.
    leaves = [node for node in walk(tree.root) if not children(node)]
    assert tree.rewritten((leaf.start, leaf.end, tree.text(leaf)) for leaf in leaves) == text


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_formulas_of_the_shipped_workbooks(path: Path) -> None:
    package = open_package(path)
    texts = {text for sheet in package.worksheets for text in package.formulas(sheet.name).values()}
    assert texts
    # Most of them stand in many workbooks.
    for text in (texts | {name.text for name in package.names}) - CHECKED:
        check(parsed(text), text)
        CHECKED.add(text)


class Formulas:
    """A source of formulas with everything that the grammar has."""

    OPERATORS = ("+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">=")
    PLACES = (
        "A1",
        "$B$2",
        "A1:B$9",
        "$A:C",
        "3:$4",
        "XFD1048576",
        "T[列]",
        "T[[#This Row],[a'[b]]",
        "[@列]",
        "rate",
        "甲",
    )
    SHEETS = ("", "", "", "表!", "'a b'!", "'it''s'!", "[1]表!", "'[2]a b'!", "一月:三月!")
    LITERALS = ("1", "2.5", ".5e-3", '"甲"', '"a""(b"', "TRUE", "#N/A", "#REF!", '{1,-2;"x",TRUE}', "NA()")
    FUNCTIONS = ("SUM", "IF", "_xlfn.MAXIFS", "PERF_RATE", "a.b")

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def next(self, depth: int = 4) -> str:
        """A formula."""
        one, inner = self._random.choice, depth - 1
        blank = one(("", "", "", " ", "\n"))
        kinds = (self._leaf,) if depth == 0 else (self._leaf, self._calculated, self._bracketed, self._called)
        return one(kinds)(inner) + (blank if depth == 4 else "")

    def _leaf(self, depth: int) -> str:
        one = self._random.choice
        if one((True, False)):
            return one(self.LITERALS)
        place = one(self.PLACES)
        return place if place.startswith("[") else one(self.SHEETS) + place

    def _calculated(self, depth: int) -> str:
        one = self._random.choice
        before, behind, blank = one(("", "", "-", "+", "@")), one(("", "", "%", "%%")), one(("", "", "  "))
        right = "".join(f"{blank}{one(self.OPERATORS)}{blank}{self.next(depth)}" for _ in range(one((0, 1, 1, 3))))
        return before + self.next(depth) + behind + right

    def _bracketed(self, depth: int) -> str:
        return f"({self.next(depth)} )"

    def _called(self, depth: int) -> str:
        one = self._random.choice
        arguments = [self.next(depth) if one((1, 1, 1, 0)) else "" for _ in range(one((0, 1, 2, 4)))]
        return f"{one(self.FUNCTIONS)}({one((',', ' , ')).join(arguments)})"


def generated(seed: int) -> Iterator[str]:
    """Two thousand formulas."""
    source = Formulas(seed)
    return (source.next() for _ in range(2_000))


@pytest.mark.whole
@pytest.mark.parametrize("seed", range(5))
def test_generated_formulas(seed: int) -> None:
    for text in generated(seed):
        check(parsed(text), text)


def shape(tree: Tree, node: Node) -> str:
    """A node in brackets that show what belongs together."""
    below = [shape(tree, child) for child in children(node)]
    match node:
        case Operation():
            signs = (*node.operators, "")
            return "(" + "".join(f"{part}{sign}" for part, sign in zip(below, signs, strict=True)) + ")"
        case Sign():
            return f"({node.sign}{below[0]})" if node.sign in "+-@" else f"({below[0]}{node.sign})"
        case Call():
            return f"{node.sheet}|{node.name}<{' '.join(below)}>"
        case Bracketed():
            return f"[{below[0]}]"
        case Array():
            return "{" + " ".join(below) + "}"
        case Reference() | Name():
            return f"{node.sheet}|{tree.text(node)}" if node.sheet else tree.text(node)
        case Omitted():
            return "_"
        case Literal():
            return node.text
    raise AssertionError(node)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1+2*3-4", "(1+(2*3)-4)"),
        ("2^3^2", "(2^3^2)"),
        ("-2^2", "((-2)^2)"),
        ("2^-3%", "(2^(-(3%)))"),
        ("--A1&1=2", "(((-(-A1))&1)=2)"),
        ("1<2=3", "(1<2=3)"),
        ("a&b+c", "(a&(b+c))"),
        ("SUM(A1:B2,,3)", "|SUM<A1:B2 _ 3>"),
        ("F()+F( )+F(,)", "(|F<>+|F<>+|F<_ _>)"),
        ("表!A1:B2+'a b'!c", "(表|表!A1:B2+'a b'|'a b'!c)"),
        ("[1]表!A1+[1]!n+[1]!F(1)", "([1]表|[1]表!A1+[1]|[1]!n+[1]|F<1>)"),
        ("A1:INDEX(B:B,2)", "(A1:|INDEX<B:B 2>)"),
        ("A1 : B2", "A1 : B2"),
        ("A1:B2 B1:C2", "(A1:B2 B1:C2)"),
        ("(A1,B2 C3:D4)*2", "([(A1,(B2 C3:D4))]*2)"),
        ("A1 =1", "(A1=1)"),
        ("表!#REF!+#REF!A1", "(#REF!+#REF!)"),
        ("{1,-2;3,\"x\"}", '{1 (-2) 3 "x"}'),
        ("LAMBDA(x,x+1)(2)", "|<|LAMBDA<x (x+1)> 2>"),
        ("A1#+@B1", "((A1#)+(@B1))"),
        ("一月:三月!A1", "一月:三月|一月:三月!A1"),
    ],
)  # fmt: skip
def test_what_belongs_together(text: str, expected: str) -> None:
    tree = parsed(text)
    assert shape(tree, tree.root) == expected


@pytest.mark.parametrize(
    ("text", "fault", "token", "message"),
    [
        ("", Fault.UNFINISHED, "", "公式不完整"),
        ("1+", Fault.UNFINISHED, "", "公式不完整"),
        ("SUM(1,", Fault.UNFINISHED, "", "公式不完整"),
        ("表!", Fault.UNFINISHED, "", "公式不完整"),
        ("SUM((1", Fault.UNCLOSED, "", "公式不完整"),
        ("*2", Fault.NO_OPERAND, "*", "公式里的“*”读不懂"),
        ("()", Fault.NO_OPERAND, ")", "公式里的“)”读不懂"),
        ("F(-,1)", Fault.NO_OPERAND, ",", "公式里的“,”读不懂"),
        ("{1,}", Fault.NO_OPERAND, "}", "公式里的“}”读不懂"),
        ("1 2", Fault.NO_OPERATOR, "2", "公式里的“2”读不懂"),
        ("(1 2)", Fault.NO_OPERATOR, "2", "公式的括号不配对"),
        ("{1 2}", Fault.NO_OPERATOR, "2", "公式的数组常量读不懂"),
        ("1)", Fault.BRACKETS, ")", "公式里的“)”读不懂"),
        ("F(1}", Fault.BRACKETS, "}", "公式的括号不配对"),
        ("{1)", Fault.BRACKETS, ")", "公式的数组常量读不懂"),
        ("F(1;2)", Fault.BRACKETS, ";", "公式的括号不配对"),
    ],
)
def test_what_breaks_the_grammar(text: str, fault: Fault, token: str, message: str) -> None:
    with pytest.raises(GrammarError) as raised:
        parsed(text)
    assert (raised.value.fault, raised.value.token, str(raised.value)) == (fault, token, message)


def test_no_depth_is_too_much() -> None:
    for text in (
        "(" * 5_000 + "1" + ")" * 5_000,
        "-" * 20_000 + "1",
        "F(1," * 3_000 + "1" + ")" * 3_000,
        "1+" * 9_999 + "1",
    ):
        tree = parsed(text)
        assert tree.rewritten(()) == text
        assert sum(1 for _ in walk(tree.root)) >= 5_000


def test_spans_are_replaced() -> None:
    tree = parsed(" SUM( A1 , b ) + A1")
    edits = ((n.start, n.end, "X!Y1") for n in walk(tree.root) if isinstance(n, Reference))
    assert tree.rewritten(edits) == " SUM( X!Y1 , b ) + X!Y1"
    name = next(node for node in walk(tree.root) if isinstance(node, Name))
    assert tree.rewritten((), (name.start, name.end)) == tree.text(name) == "b"


def test_the_table_of_functions() -> None:
    assert len(EXCEL_2010) == 352
    later = {name for name in FUNCTIONS if name not in EXCEL_2010}
    assert later == {
        *("CEILING.MATH", "CEILING.PRECISE", "FLOOR.MATH", "FLOOR.PRECISE", "IFNA", "ISO.CEILING", "LAMBDA", "LET"),
        *("MAXIFS", "MINIFS", "RANDARRAY", "SINGLE", "XOR", "DAYS", "ISOWEEKNUM", "NETWORKDAYS.INTL"),
        *("NUMBERSTRING", "RMB", "WORKDAY.INTL", "IFS", "SWITCH", "CONCAT", "TEXTJOIN", "UNICHAR", "UNICODE"),
        *(
            "ACOT",
            "ACOTH",
            "COT",
            "COTH",
            "CSC",
            "CSCH",
            "SEC",
            "SECH",
            "ARABIC",
            "BASE",
            "DECIMAL",
            "COMBINA",
            "PERMUTATIONA",
        ),
        *("GAMMA", "GAMMALN.PRECISE", "GAUSS", "PHI", "RRI", "PDURATION", "FORECAST.LINEAR", "RANK.AVG", "RANK.EQ"),
        *(f"{name}.{kind}" for name in ("PERCENTILE", "QUARTILE") for kind in ("INC", "EXC")),
        *(f"{name}.{kind}" for name in ("COVARIANCE", "STDEV", "VAR") for kind in "PS"),
        *(
            f"{name}.DIST"
            for name in ("BINOM", "EXPON", "HYPGEOM", "LOGNORM", "NEGBINOM", "NORM", "NORM.S", "POISSON", "WEIBULL")
        ),
        *(f"{name}.INV" for name in ("BINOM", "LOGNORM", "NORM", "NORM.S")),
        *("BINOM.DIST.RANGE", "MODE.SNGL", "SKEW.P", "XLOOKUP", "XMATCH"),
    }
    assert marked("volatile") == {"NOW", "RAND", "RANDARRAY", "RANDBETWEEN", "TODAY"}
    assert {FUNCTIONS[name].letters(5) for name in ("SUMIFS", "AVERAGEIFS", "MAXIFS")} == {"sakak"}
    assert (FUNCTIONS["SUMIF"].letters(3), FUNCTIONS["CHOOSE"].letters(4), FUNCTIONS["SUM"].letters(3)) == (
        "aks",
        "vbbb",
        "ccc",
    )
    assert [FUNCTIONS["LOG"].takes_count(count) for count in range(4)] == [False, True, True, False]
    assert FUNCTIONS["SUM"].takes_count(255)
    assert function_name("_xlfn._xlws.maxifs") == "MAXIFS"


def test_every_compiled_function_is_in_the_table() -> None:
    known = {name for name in EXCEL_2010 | FUNCTIONS.keys() if is_known(name)}
    assert len(known) > 80
    assert known <= FUNCTIONS.keys()
    assert {"LET", "VDB", "MMULT"} & known == set()
