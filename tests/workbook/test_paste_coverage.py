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
from xlperf.values import Value, is_blank
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.slow
FRAMEWORK = find_framework("renhua-2021").framework
# Typed where a pasted table gives the figure.
REPLACED = ("budget_", "threepublic_typed", "threepublic_budget", "economic_")
LISTS = ("projects", "quota", "goals", "keywork", "assets", "staffing", "procurement", "carryover")
# How many cells hold something that was typed, by sheet.
REMAINING = {
    "指标数据": 19, "项目支出明细": 19, "政府采购": 2, "资产": 4, "人员编制": 4, "结转结余": 3, "指标执行情况": 3,
    "绩效目标": 70, "重点工作": 32,
}  # fmt: skip


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


def column(names: NamedCells, name: str) -> dict[str, Value]:
    """A column of the figures by their ids."""
    return {str(code): value for code, value in names.rows("figure_id", f"figure_{name}")}


def test_at_least_forty_of_the_figures_need_not_be_typed() -> None:
    before, after, given = (
        column(NamedCells(filled()), "used"),
        column(pasted_instead(), "used"),
        column(pasted_instead(), "given"),
    )
    found = [i for i in FRAMEWORK.inputs if is_blank(given[i.id]) and not is_blank(after[i.id])]
    assert {i.id: after[i.id] for i in found} == pytest.approx({i.id: before[i.id] for i in found})
    assert len(FRAMEWORK.inputs) == 66
    assert len(found) >= 40
    # Of these from the pasted tables alone, without any list; the rest is counted or added up from the lists.
    assert len([i for i in found if str(i.fact).startswith(("spending_", "income_", "three_public_"))]) == 19


def test_the_score_is_that_of_the_typed_figures() -> None:
    assert pasted_instead().value("total_score") == NamedCells(filled()).value("total_score") == 82.57


def test_what_remains_to_be_typed() -> None:
    names = pasted_instead()
    figures = {i.id for i in FRAMEWORK.inputs}
    remaining = Counter(
        item.sheet
        for item in catalogue(names, FRAMEWORK).values()
        if not is_blank(names.package.value(item.sheet, item.ref))
        and (item.id in figures or item.id.partition("_")[0] in (*LISTS, "budget", "threepublic", "economic"))
        and not item.id.partition(".")[0].endswith(("_source", "_note"))
    )
    print(dict(remaining))
    assert dict(remaining) == REMAINING
