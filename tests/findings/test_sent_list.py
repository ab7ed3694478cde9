"""The hashes of a sent list: what of a small workbook each of them is about, and what leaves all of them as they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.findings.small_book import book
from tests.support import alterer, forger
from tests.support.workbooks import with_values
from xlperf.findings.sent_list import (
    CELLS,
    CHECKS,
    FORMULAS,
    LOOKS,
    NAMES,
    PROTECTION,
    Hashes,
    hashes,
    hashes_of,
)
from xlperf.package import Package
from xlperf.workbook.as_delivered import read_reference
from xlperf.workbook.names import NamedCells

SCORES, SUMMARY = "指标评分", "汇总"


@cache
def made() -> Hashes:
    return hashes_of(book())


def different(package: Package) -> set[str]:
    """The kinds of hashes that tell a workbook from the one that was sent."""
    reference = read_reference(book())
    assert reference is not None
    found = hashes(package, reference)
    assert found.keys() == made().keys()
    return {kind for kind, marks in found.items() if marks != made()[kind]}


def part(package: Package, old: str, new: str) -> Package:
    """The workbook part with another text in it."""

    def edit(xml: bytes) -> bytes:
        assert old.encode() in xml
        return xml.replace(old.encode(), new.encode(), 1)

    return alterer.edited(package, "xl/workbook.xml", edit)


def place(name: str) -> tuple[str, str]:
    return NamedCells(book()).places(name)[0]


def named(package: Package, name: str, formula: str) -> Package:
    """A further name of the workbook."""
    return part(package, "</definedNames>", f'<definedName name="{name}">{formula}</definedName></definedNames>')


def test_the_same_workbook() -> None:
    assert different(book()) == set()
    assert {kind for kind, marks in made().items() if marks} >= {FORMULAS, NAMES, CELLS, CHECKS, PROTECTION, LOOKS}


@pytest.mark.parametrize(
    "changed",
    [
        lambda package: with_values(package, quota_used=12, unit_name="某局"),
        # Names that people give for themselves.
        lambda package: named(package, "我的合计", "汇总!$A$1"),
        lambda package: alterer.widths(package, SCORES, 31.5),
    ],
)
def test_what_people_do(changed: Callable[[Package], Package]) -> None:
    assert different(changed(book())) == set()


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (FORMULAS, lambda package: package.with_formulas({place("total_score"): "95"})),
        (NAMES, lambda package: forger.local_name(package, SUMMARY, "total_score", "汇总!$D$18")),
        (NAMES, lambda package: forger.local_name(package, SUMMARY, "Total_Score", "汇总!$D$18")),
        (CELLS, lambda package: alterer.put(package, *place("indicator_weight"), 9)),
    ],
)
def test_what_nobody_may_do(kind: str, changed: Callable[[Package], Package]) -> None:
    assert different(changed(book())) == {kind}
