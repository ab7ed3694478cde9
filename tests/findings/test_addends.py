"""Every addend of every shipped relation counts: the sides as people write them, against those of the check sheet.

Written out a second time on purpose, as entries are booked twice: an addend that is lost in one place shows in the other.
"""

from __future__ import annotations

import math
from functools import cache

import pytest

from tests.findings.check_sheet import Checking, lines
from tests.support.small_framework import ORIGIN, TEXT
from xlperf.checks.loading import shipped_relations
from xlperf.frameworks.loading import parse_framework
from xlperf.values import Value, is_number
from xlperf.workbook.names import NamedCells
from xlperf.workbook.tables.table import fact_cell

BUDGET, SPENDING = "initial adjusted final", "spending_year spending_basic spending_project"
FUNCTIONS = "201 202 203 204 205 206 207 208 210 211 212 213 214 215 216 217 219 220 221 222 223 224 229 231 232 234"
WAGES = "01 02 03 06 07 08 09 10 11 12 13 14 99"
GOODS = "01 02 03 04 05 06 07 08 09 11 12 13 14 15 16 17 18 24 25 26 27 28 29 31 39 40 99"
HOUSEHOLDS, CAPITAL = "01 02 03 04 05 07 08 09 10 11 99", "01 02 03 07 13 19 21 22 99"
CARRYOVER = "carryover_general carryover_fund carryover_capital carryover_other carryover_total carryover_stock"
THREE_PUBLIC = "three_public_total three_public_abroad three_public_vehicles three_public_reception"


def economic(section: str, codes: str) -> str:
    return " ".join(f"economic_{section}{code}_final" for code in codes.split())


# Relation, its columns, left and right side; * is the column.
SIDES = [
    ("income_total_sum", BUDGET, "income_total_*", "income_year_* income_reserve_* income_carryover_*"),
    (
        "income_year_sum", BUDGET, "income_year_*",
        "income_general_* income_fund_* income_capital_* income_superior_* income_business_* income_operating_* "
        "income_affiliated_* income_other_*",
    ),
    ("grant_income_sum", BUDGET, "grant_income_*", "income_general_* income_fund_* income_capital_*"),
    ("spending_total_sum", BUDGET, "spending_total_*", "spending_year_* spending_distribution_* spending_carryover_*"),
    ("totals_balance", BUDGET, "income_total_*", "spending_total_*"),
    (
        "spending_year_sum", BUDGET, "spending_year_*",
        "spending_basic_* spending_project_* spending_superior_* spending_operating_* spending_affiliated_*",
    ),
    ("general_spending_sum", BUDGET, "general_spending_*", "general_basic_* general_project_*"),
    ("function_sum", BUDGET, "spending_year_*", " ".join(f"function_{code}_*" for code in FUNCTIONS.split())),
    ("basic_sum", "initial adjusted", "spending_basic_*", "spending_staff_* spending_public_*"),
    ("basic_final_sum", "", "spending_basic_final", "spending_staff_final spending_public_final"),
    ("general_basic_sum", "", "general_basic_final", "economic_staff_final economic_public_final"),
    ("classes_sections", "table2 table3 table5", "*_class_final", "*_section_final"),
    ("sections_items", "table2 table3 table5", "*_section_final", "*_item_final"),
    ("class_301_sum", "", "economic_301_final", economic("301", WAGES)),
    ("class_302_sum", "", "economic_302_final", economic("302", GOODS)),
    ("class_303_sum", "", "economic_303_final", economic("303", HOUSEHOLDS)),
    ("class_310_sum", "", "economic_310_final", economic("310", CAPITAL)),
    ("staff_sum", "", "economic_staff_final", "economic_301_final economic_303_final"),
    ("public_sum", "", "economic_public_final", "economic_302_final economic_310_final"),
    ("staff_tables", "", "economic_staff_final", "spending_staff_final"),
    ("public_tables", "", "economic_public_final", "spending_public_final"),
    ("agency_running_same", "", "economic_public_final", "agency_running_final"),
    (
        "three_public_sum", "previous budget final", "three_public_total_*",
        "three_public_abroad_* three_public_vehicles_* three_public_reception_*",
    ),
    (
        "vehicles_sum", "previous budget final", "three_public_vehicles_*",
        "three_public_purchase_* three_public_running_*",
    ),
    ("three_public_over", THREE_PUBLIC, "*_final", "*_budget"),
    ("carryover_continuity", CARRYOVER, "*_previous_end", "*_opening"),
    (
        "carryover_sum", "previous_end opening end", "carryover_total_*",
        "carryover_general_* carryover_fund_* carryover_capital_* carryover_other_*",
    ),
    ("opening_tables", "", "income_carryover_final", "carryover_total_opening"),
    ("closing_tables", "", "spending_carryover_final", "carryover_total_end"),
    ("fund_balance", "fund capital", "*_opening_final income_*_final -*_spending_final", "*_end_final"),
    (
        "budget_changes", "", "spending_year_adjusted",
        "spending_year_initial changes_increase_adjusted -changes_decrease_adjusted",
    ),
    ("adjustment_rate", SPENDING, "*_adjusted", "*_initial"),
    ("execution_over", SPENDING, "*_final", "*_adjusted"),
    (
        "procurement_sum", "planned actual", "procurement_reported_*",
        "procurement_goods_* procurement_works_* procurement_services_*",
    ),
    ("staffing_sum", "quota actual", "staffing_reported_*", "staffing_admin_* staffing_public_* staffing_worker_*"),
]  # fmt: skip
CHECKING = Checking(parse_framework(TEXT, ORIGIN))
PASTED = ("table2", "table3", "table5")


@cache
def filled() -> tuple[NamedCells, dict[str, tuple[Value, ...]]]:
    """A workbook with a different number typed into every figure of the budget sheets, and its check sheet."""
    sheets = {CHECKING.inputs[name].sheet for name in CHECKING.inputs if "." in name}
    figures = [
        name for name, item in CHECKING.inputs.items() if item.sheet in sheets and item.type not in ("text", "flag")
    ]
    package = CHECKING.filled({name: number**2 for number, name in enumerate(figures, 101)})
    return NamedCells(package), lines(package)


def added(names: NamedCells, terms: str) -> float:
    found = []
    for term in terms.split():
        value = names.value(fact_cell(term.removeprefix("-")))
        assert is_number(value), term
        found.append(-value if term.startswith("-") else value)
    return math.fsum(found)


@pytest.mark.parametrize(("relation", "columns", "left", "right"), SIDES, ids=[side[0] for side in SIDES])
def test_the_sides_of_a_relation(relation: str, columns: str, left: str, right: str) -> None:
    names, sheet = filled()
    for column in columns.split() or [""]:
        if column in PASTED:
            continue
        line = sheet[f"{relation}.{column}".rstrip(".")]
        sides = [added(names, side.replace("*", column)) for side in (left, right)]
        assert line[:2] == pytest.approx(sides, rel=0, abs=1e-6), column
        # No two figures are the same, so that one taken for another shows as well.
        assert line[4] != "缺数据"


def test_the_rest_of_what_is_declared_is_the_same() -> None:
    """The figures of pasted tables come from rows, not from cells that people type into."""
    declared = {
        r.id: (" ".join(r.columns), *(_written(side) for side in (r.left, r.right)))
        for r in shipped_relations().relations
        if r.kind != "sources"
    }
    assert declared == {relation: tuple(rest) for relation, *rest in SIDES}


def _written(terms: object) -> str:
    assert isinstance(terms, tuple)
    return " ".join(("-" if term.sign < 0 else "") + term.fact.replace("{column}", "*") for term in terms)
