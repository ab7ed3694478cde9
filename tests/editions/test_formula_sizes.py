"""Room below Excel's limits: a formula that is nearly as long as a cell takes is one condition away from none at all."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.ci_size import some
from tests.support.workbooks import built
from xlperf.editions.conversion import Edition
from xlperf.formula.parsing import parsed
from xlperf.formula.tree import Array, Bracketed, Call, Literal, Name, Node, Operation, Reference, Sign, children
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.package import Package, open_package
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.sheets.paste_blocks import TITLE as PASTES
from xlperf.workbook.tables.all_tables import uses_official_tables

# Excel's limits: characters, bytes as stored in memory, nested levels of functions, arguments of one function.
CHARACTERS, BYTES, LEVELS, ARGUMENTS = 8192, 16384, 64, 255
RESERVE = 0.75
# Of the frameworks whose scores rest on official tables; that of 延津 counts its questionnaire in four ways.
MOST_FORMULAS = {"renhua-2021": 5730, "mof-department": 5730, "yanjin-2022": 6300}
MOST_WITHOUT_PASTES = 3500


def stored(node: Node) -> int:
    """How many bytes the tokens of a formula take at most ([MS-XLSB] 2.5.97): a sum over its nodes."""
    own = 0
    match node:
        case Literal(kind="string"):
            own = 3 + 2 * len(node.text)
        case Literal():
            own = 9
        case Reference():
            own = 15
        case Name():
            own = 7
        case Call():
            # A token for the function, one for each branch or jump of IF and CHOOSE.
            own = 4 + 4 * (len(node.arguments) + 1)
        case Sign() | Bracketed():
            own = 1
        case Operation():
            own = len(node.operators)
        case Array():
            own = 8 + 9 * sum(len(row) for row in node.rows)
    return own + sum(map(stored, children(node)))


def levels(node: Node) -> int:
    """How deep functions stand within functions."""
    return isinstance(node, Call) + max(map(levels, children(node)), default=0)


def arguments(node: Node) -> int:
    """The most arguments of any function."""
    own = len(node.arguments) if isinstance(node, Call) else 0
    return max([own, *map(arguments, children(node))])


@pytest.mark.slow
@pytest.mark.parametrize("framework", some(["renhua-2021", "yanjin-2022"], ["renhua-2021"]))
def test_a_quarter_of_every_limit_is_left(framework: str) -> None:
    """These two have the longest rules and all survey schemes."""
    package = shipped(framework)
    seen: set[str] = set()
    for sheet in package.worksheets:
        for ref, text in package.formulas(sheet.name).items():
            where = f"{sheet.name}!{ref}"
            assert len(text) <= RESERVE * CHARACTERS, where
            # What is short can't come near the other limits.
            if len(text) > 800 and (shape := "".join(c for c in text if not c.isdigit())) not in seen:
                seen.add(shape)
                root = parsed(text).root
                assert stored(root) <= RESERVE * BYTES, where
                assert levels(root) <= RESERVE * LEVELS, where
                assert arguments(root) <= RESERVE * ARGUMENTS, where
    assert seen


def shipped(framework: str) -> Package:
    """The blank workbook with plain formulas, which is what it would be if it were built (tests/golden)."""
    return open_package(workbooks_folder() / f"{framework}.xlsx")


def counts(package: Package) -> Counter[str]:
    """How many formulas each sheet has."""
    return Counter({sheet.name: len(package.formulas(sheet.name)) for sheet in package.worksheets})


@pytest.mark.slow
@pytest.mark.parametrize("framework", shipped_frameworks())
def test_a_workbook_has_no_more_formulas_than_it_needs(framework: str) -> None:
    """Twice the 2,865 of the first release at most; where no score rests on an official table, nothing looks for one."""
    found = counts(shipped(framework))
    print(framework, found.total(), dict(found))
    assert found.total() <= MOST_FORMULAS.get(framework, MOST_WITHOUT_PASTES), found
    has_pastes = uses_official_tables(find_framework(framework).framework)
    assert (found[PASTES] > 0) is any(spec.sheet in found for spec in IMPORTS) is has_pastes
    assert (framework in MOST_FORMULAS) is has_pastes


@pytest.mark.slow
def test_so_has_the_largest_example() -> None:
    data = (workbooks_folder() / "examples" / "renhua-2021.toml").read_text(encoding="utf-8")
    found = counts(built("renhua-2021", data, edition=Edition.NATIVE))
    assert found.total() <= MOST_FORMULAS["renhua-2021"], found


def test_the_measures_measure() -> None:
    root = parsed('IF(A1="甲",SUM(B1:B3,ROUND(2,1)),Sheet2!C1)').root
    assert (levels(root), arguments(root)) == (3, 3)
    assert stored(root) > stored(parsed("A1").root) == 15
    assert stored(parsed(f'"{"长" * 255}"').root) > 510
