"""How much of the figures of one framework pasted tables give, and what remains to be typed, sheet by sheet."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tests.support.workbooks import built
from tests.workbook.official_tables import Cells, pasted
from tests.workbook.published_figures import TABLES
from xlperf.engines import recalculate
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package
from xlperf.values import is_blank
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.slow
FRAMEWORK = find_framework("renhua-2021").framework
# Typed where a pasted table gives the figure; the lists (projects, goals, quotas) are what people keep anyway.
REPLACED = ("budget_", "threepublic_typed", "threepublic_budget", "economic_")
REMAINING = {}


@cache
def filled() -> Package:
    """The example with all that its report prints."""
    return built(FRAMEWORK.id, (workbooks_folder() / "examples" / f"{FRAMEWORK.id}.toml").read_text("utf-8"))


@cache
def pasted_instead() -> NamedCells:
    """The same workbook with the official tables pasted, and nothing typed that they or other sheets give."""
    names = NamedCells(filled())
    sources = {i.id for i in FRAMEWORK.inputs if i.fact} | {use.feeds for use in FRAMEWORK.surveys}
    cells: Cells = {
        (item.sheet, item.ref): None
        for item in catalogue(names, FRAMEWORK).values()
        if item.id in sources or item.id.startswith(REPLACED)
    }
    for number, text in TABLES.items():
        cells |= pasted(number, text, are_codes_text=False)
    return NamedCells(recalculate(filled().with_inputs(cells), trusted=True).package)


def test_at_least_forty_of_the_figures_need_not_be_typed() -> None:
    before, after = (dict(zip(n.column("figure_id"), n.column("figure_used"), strict=True)) for n in (NamedCells(filled()), pasted_instead()))
    given = dict(zip(pasted_instead().column("figure_id"), pasted_instead().column("figure_given"), strict=True))
    found = [i.id for i in FRAMEWORK.inputs if is_blank(given[i.id]) and not is_blank(after[i.id])]
    assert {name: after[name] for name in found} == pytest.approx({name: before[name] for name in found})
    assert len(FRAMEWORK.inputs) == 66
    assert len(found) >= 40, sorted(set(before) - set(found))
    taken = [i.id for i in FRAMEWORK.inputs if i.id in found and str(i.fact).startswith(("spending_", "income_", "three_public_"))]
    assert len(taken) >= 19


def test_the_score_is_that_of_the_typed_figures() -> None:
    assert pasted_instead().value("total_score") == NamedCells(filled()).value("total_score") == 82.57


def test_what_remains_to_be_typed() -> None:
    names = pasted_instead()
    figures = {i.id for i in FRAMEWORK.inputs}
    remaining = Counter(
        item.sheet
        for item in catalogue(names, FRAMEWORK).values()
        if not is_blank(names.package.value(item.sheet, item.ref))
        and (item.id in figures or item.id.partition("_")[0] in ("budget", "threepublic", "projects", "quota", "goals", "keywork", "assets", "staffing", "procurement", "carryover"))
        and not item.id.partition(".")[0].endswith(("_source", "_note"))
    )
    assert dict(remaining) == REMAINING
