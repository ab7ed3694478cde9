"""Small workbooks whose first point has a rule under test, in both editions, filled and explained."""

from __future__ import annotations

from typing import Any

from tests.support.small_framework import ORIGIN, changed
from tests.support.workbooks import built
from xlperf.editions.conversion import Edition
from xlperf.evaluation.filled import Filled
from xlperf.evaluation.scoring import recalculated
from xlperf.explain.indicator_tree import indicator_node
from xlperf.frameworks.linting import Fault, lint
from xlperf.frameworks.loading import FrameworkFile, parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.names import NamedCells

FORMER = 'kind = "tiers", value = "spending_rate", tiers = "≥90%:6; ≥80%:3; 否则:0"'
EDITIONS = (Edition.UDF, Edition.NATIVE)
Score = tuple[float | None, float | None]


def source(rule: str) -> FrameworkFile:
    """The small framework with a rule of 6 points, written without its braces."""
    return parse_framework(changed((FORMER, rule)), ORIGIN)


def workbook(rule: str, edition: Edition) -> Package:
    """Its workbook, empty."""
    return built(source(rule), edition=edition)


def filled(rule: str, edition: Edition, values: dict[str, Value]) -> Filled:
    """The workbook with inputs, by their ids."""
    empty = workbook(rule, edition)
    items = catalogue(NamedCells(empty), source(rule).framework)
    cells = {(items[name].sheet, items[name].ref): value for name, value in values.items()}
    return Filled(recalculated(empty, cells).package)


def scored(book: Filled) -> Score:
    """The bounds of the rule score."""
    result = book.results["1"]
    return result.rule_low, result.rule_high


def said(book: Filled) -> tuple[str, str, list[str]]:
    """What the explanation says of the rule: its sentence, whether the cell differs, the lines below."""
    (rule,) = (node for node in indicator_node(book, "1").walk() if node.kind == "rule")
    return rule.text, rule.note, [node.text or node.label for node in rule.children]


def faults(rule: str) -> list[Fault]:
    """What lint finds in it."""
    return lint(source(rule).framework)


def cell(book: Filled, name: str) -> Any:
    """The value of the first cell of a name."""
    return book.package.value(*book.names.places(name)[0])
