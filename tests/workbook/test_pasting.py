"""Pasting the nine official tables of a department fills the budget sheets and touches no formula; a mix-up of 元 and 万元 is noticed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from functools import cache

import openpyxl
import pytest

from tests.support.workbooks import built
from tests.workbook.official_tables import OFFICIAL, WIDE, Cells, all_pasted, as_text, in_yuan, pasted
from xlperf.engines import recalculate
from xlperf.evaluation.scoring import score
from xlperf.findings.finding import ERROR
from xlperf.findings.relations import unit_findings
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package
from xlperf.values import Value, is_blank
from xlperf.workbook.identity import formula_hash, is_known_template
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets import cover
from xlperf.workbook.sheets.official_tables import FIRST_ROW, table
from xlperf.workbook.tables import budget, economic
from xlperf.workbook.tables.table import LINE, TEXT_AMOUNT, fact_cell

pytestmark = pytest.mark.slow

FIGURES: dict[str, float | None] = {
    "income_general": 512.36, "income_fund": 40, "income_capital": 5, "income_superior": 12, "income_business": 0,
    "income_operating": None, "income_affiliated": None, "income_other": 6.64, "income_year": 576,
    "income_reserve": 0, "income_carryover": 24, "income_total": 600,
    "function_201": 432, "function_202": None, "function_208": 52.3, "function_210": 21.7, "function_212": 40,
    "function_221": 28, "function_223": 5, "function_234": None,
    "spending_basic": 382, "spending_staff": 308.8, "spending_public": 73.2, "spending_project": 197,
    "spending_superior": 0, "spending_operating": 0, "spending_affiliated": None,
    "spending_year": 579, "spending_distribution": 0, "spending_carryover": 21, "spending_total": 600,
    "economic_301": 296.5, "economic_30101": 110.2, "economic_30102": 60.3, "economic_30103": 25,
    "economic_30106": None, "economic_30107": 15, "economic_30108": 32.3, "economic_30109": 4, "economic_30110": 18,
    "economic_30111": None, "economic_30112": 3.7, "economic_30113": 28,
    "economic_303": 12.3, "economic_30302": 8.3, "economic_30305": 4,
    "economic_302": 68.2, "economic_30201": 12, "economic_30205": 0.8, "economic_30206": 6.4, "economic_30207": 2.5,
    "economic_30209": 10, "economic_30211": 8.5, "economic_30213": 4, "economic_30215": 1.2, "economic_30216": 1.8,
    "economic_30217": 2, "economic_30226": 3, "economic_30228": 6, "economic_30229": 4, "economic_30231": 4.5,
    "economic_30239": 1.5, "economic_30240": None,
    "economic_310": 5, "economic_31002": 3, "economic_31007": 2, "economic_staff": 308.8, "economic_public": 73.2,
    "three_public_total": 6.5, "three_public_abroad": 0, "three_public_vehicles": 4.5, "three_public_purchase": 0,
    "three_public_running": 4.5, "three_public_reception": 2,
    "grant_income": 557.36, "general_spending": 514, "general_basic": 382, "general_project": 132,
    "fund_opening": 0, "fund_spending": 40, "fund_end": 0, "capital_opening": 0, "capital_spending": 5,
    "capital_end": 0, "agency_running": None,
}  # fmt: skip
# The relations that official tables alone are enough for.
COMPARED = {
    "income_total_sum", "income_year_sum", "grant_income_sum", "spending_total_sum", "totals_balance",
    "spending_year_sum", "general_spending_sum", "function_sum", "basic_final_sum", "general_basic_sum", "class_301_sum",
    "class_303_sum", "class_302_sum", "class_310_sum", "staff_sum", "public_sum", "three_public_sum", "vehicles_sum",
    "three_public_over", "fund_balance",
}  # fmt: skip


@cache
def blank() -> Package:
    return built("renhua-2021")


def result_of(cells: Cells) -> NamedCells:
    """The blank workbook with those cells, recalculated."""
    return NamedCells(recalculate(blank().with_inputs(cells), trusted=True).package)


def mismatches(names: NamedCells) -> Value:
    """The count of tables in another money unit, on the cover."""
    labels = {cell.value: ref for ref, cell in names.package.cells(cover.SHEET.title).items() if ref.startswith("A")}
    row = next(ref[1:] for label, ref in labels.items() if str(label).startswith("金额单位不符"))
    return names.package.value(cover.SHEET.title, f"B{row}")


def test_the_nine_sheets_take_what_is_pasted() -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank().data))
    for number in OFFICIAL:
        spec = table(number)
        lines = [line.split("\t") for line in WIDE.get(number, str)(as_text(number)).splitlines()]
        page = book[spec.sheet]
        assert len(lines) <= spec.capacity
        assert all(len(line) == len(lines[0]) for line in lines), number
        for column in range(1, len(lines[0]) + 1):
            place = page.cell(FIRST_ROW, column)
            dimension = page.column_dimensions[place.column_letter]
            assert not (place.protection if place.has_style else dimension.protection).locked, place.coordinate
    assert not any(cell in blank().formulas(sheet) for sheet, cell in all_pasted())


@pytest.mark.parametrize("are_codes_text", [False, True], ids=["codes as numbers", "codes as text"])
@pytest.mark.parametrize("changes", [{}, WIDE], ids=["as headed", "with additional columns"])
def test_budget_sheets_fill_themselves(are_codes_text: bool, changes: Mapping[int, Callable[[str], str]]) -> None:
    names = result_of(all_pasted(are_codes_text=are_codes_text, changes=changes))
    found = {name: names.value(fact_cell(f"{name}_final")) for name in FIGURES}
    assert {name: None if is_blank(value) else value for name, value in found.items()} == pytest.approx(FIGURES)
    assert names.value(fact_cell("three_public_total_budget")) == 9
    results = dict(zip(names.column("check_id"), names.column("check_result"), strict=True))
    compared = {str(line) for line, result in results.items() if line and result != "缺数据"}
    assert {results[line] for line in compared} == {"相符"}
    assert {line.partition(".")[0] for line in compared} >= COMPARED
    assert names.value(fact_cell("three_public_running_budget")) == 6
    assert names.value(fact_cell("three_public_total_control")) == pytest.approx(6.5 / 9)
    assert mismatches(names) == 0


def test_everything_that_is_not_in_the_tables_stays_blank() -> None:
    names = result_of(all_pasted())
    codes = [
        str(code) for sheet in (budget.TABLE, economic.TABLE) for code in names.column(sheet.column_name(LINE)) if code
    ]
    sums = [code for code in codes if re.fullmatch(r"table\d_\w+", code)]
    others = [code for code in codes if code not in FIGURES and code not in sums]
    known = [name for name in FIGURES if not name.startswith("three_public")]
    assert len(others) == len(set(codes)) - len(known) - len(sums)
    assert others
    assert [code for code in others if not is_blank(names.value(fact_cell(f"{code}_final")))] == []


def test_figures_of_the_framework_are_taken_from_there() -> None:
    names = result_of(all_pasted())
    used = dict(zip(names.column("figure_id"), names.column("figure_used"), strict=True))
    expected = {
        "income_final": 576, "expenditure_final": 579, "basic_final": 382, "staff_funds_final": 308.8,
        "public_funds_final": 73.2, "project_final": 197, "three_public_budget": 9, "three_public_final": 6.5,
    }  # fmt: skip
    assert {name: used[name] for name in expected} == pytest.approx(expected)
    assert names.value("three_public_rate") == pytest.approx(6.5 / 9)


def test_no_formula_is_touched() -> None:
    package = result_of(all_pasted()).package
    assert formula_hash(package) == formula_hash(blank())
    assert is_known_template(package)


def test_another_money_unit_is_noticed() -> None:
    names = result_of(all_pasted(changes=dict.fromkeys(OFFICIAL, in_yuan)))
    assert names.value(fact_cell("income_total_final")) == 6_000_000
    for number in OFFICIAL:
        assert "单位不符" in str(names.value(f"import{number}_unit")), number
    assert mismatches(names) == len(OFFICIAL)
    one = result_of(all_pasted(changes={6: in_yuan}))
    assert mismatches(one) == 1
    assert [n for n in OFFICIAL if not is_blank(one.value(f"import{n}_unit"))] == [6]


def test_an_amount_that_is_text_is_an_error_and_no_zero() -> None:
    cells = all_pasted()
    cells |= {("表6基本支出", "C9"): "296.50", ("表3支出决算", "D9"): "382.00", ("表7三公经费", "G11"): "6.50"}
    assert all(
        all_pasted()[place] == float(str(cells[place])) for place in cells if cells[place] != all_pasted()[place]
    )
    names = result_of(cells)
    assert names.value(fact_cell("economic_301_final")) == "296.50"
    assert names.value(fact_cell("spending_basic_final")) == "382.00"
    for name in ("economic_staff_final", "spending_staff_final"):
        assert names.value(fact_cell(name)) == TEXT_AMOUNT
    assert is_blank(names.value(fact_cell("three_public_total_control")))
    wrong = {"staff_funds_final", "basic_final", "three_public_final"}
    statuses = dict(zip(names.column("figure_id"), names.column("figure_status"), strict=True))
    assert {name for name, status in statuses.items() if status == "应为数字"} == wrong
    found = [finding.message for finding in score(names.package).findings if finding.severity == ERROR]
    assert all(any(f"（{name}）" in message for message in found) for name in wrong)


@pytest.mark.parametrize("amounts", ["|||||||||||", "—|—|—|—|—|—|—|—|—|—|—|—"])
def test_column_numbers_are_no_amounts(amounts: str) -> None:
    """A department without “三公” spending leaves the row under the column numbers blank."""
    row = OFFICIAL[7].splitlines()[-2]
    names = result_of(
        all_pasted(changes={7: lambda text: text.replace(row.replace("|", "\t"), amounts.replace("|", "\t"))})
    )
    for code in ("total", "vehicles", "reception"):
        for kind in ("budget", "final"):
            assert is_blank(names.value(fact_cell(f"three_public_{code}_{kind}")))


def test_the_tables_agree_with_each_other() -> None:
    """The made-up figures are themselves right: classes add up, and the tables name the same totals."""
    cells = pasted(3, as_text(3), are_codes_text=True)
    rows = {ref[1:]: str(value) for (_, ref), value in cells.items() if ref[0] == "A"}
    for column in "CDE":
        amounts = {
            code: cells.get(("表3支出决算", f"{column}{row}"), 0.0) for row, code in rows.items() if code.isdigit()
        }
        for code in amounts:
            children = [float(str(v)) for c, v in amounts.items() if c.startswith(code) and len(c) == len(code) + 2]
            assert not children or sum(children) == pytest.approx(amounts[code]), (column, code)
    final = {name: value or 0.0 for name, value in FIGURES.items()}
    functions = sum(v for name, v in final.items() if name.startswith("function_"))
    items = {
        c: sum(v for n, v in final.items() if n.startswith(f"economic_{c}") and len(n) == 14)
        for c in (301, 302, 303, 310)
    }
    assert functions == pytest.approx(final["spending_year"])
    assert items == pytest.approx({code: final[f"economic_{code}"] for code in items})
    assert final["spending_basic"] == pytest.approx(final["economic_staff"] + final["economic_public"])
    assert final["income_total"] == final["spending_total"] == final["income_year"] + final["income_carryover"]


def test_amounts_in_yuan_are_noticed_without_a_word_about_the_unit() -> None:
    """A bare table in 元: ten thousand times the adjusted budget that was typed in 万元."""
    final = FIGURES["income_total"]
    assert isinstance(final, int | float)
    typed = NamedCells(blank()).by_code("col_budget_line", "col_budget_adjusted")["income_total"]
    silent = {1: lambda text: in_yuan(text).replace("单位：元", "")}
    mixed_up = result_of(all_pasted(changes=silent) | {typed: float(final)})
    assert mismatches(mixed_up) == 1
    (finding,) = unit_findings(mixed_up, find_framework("renhua-2021").framework)
    assert (finding.code, finding.severity, finding.cell[:8]) == ("money_unit_differs", "error", "收支预决算总表!")
    assert mismatches(result_of(all_pasted() | {typed: float(final)})) == 0


def level_checks(names: NamedCells) -> dict[str, Value]:
    """What became of the comparison of classes, sections and items, by table."""
    lines = zip(names.column("check_id"), names.column("check_result"), strict=True)
    return {str(name): result for name, result in lines if str(name).startswith(("classes_sections", "sections_items"))}


@pytest.mark.parametrize("are_codes_text", [False, True])
@pytest.mark.parametrize("changes", [{}, WIDE], ids=["narrow", "wide"])
def test_classes_sections_and_items_add_up(are_codes_text: bool, changes: dict[int, Callable[[str], str]]) -> None:
    names = result_of(all_pasted(are_codes_text=are_codes_text, changes=changes))
    assert level_checks(names) == {
        f"{relation}.table{number}": "相符"
        for relation in ("classes_sections", "sections_items")
        for number in (2, 3, 5)
    }


def test_a_section_that_is_left_out_is_noticed() -> None:
    def without_a_section(text: str) -> str:
        lines = text.splitlines()
        return "\n".join(
            line for line in lines if not line.startswith(next(x for x in codes(lines) if len(x) == 5) + "\t")
        )

    def codes(lines: list[str]) -> list[str]:
        return [line.split("\t")[0] for line in lines]

    names = result_of(all_pasted(changes={5: without_a_section}))
    found = {name for name, result in level_checks(names).items() if result == "不符"}
    assert found == {"classes_sections.table5", "sections_items.table5"}


def test_levels_that_are_not_pasted_are_not_compared() -> None:
    def classes_only(text: str) -> str:
        return "\n".join(line for line in text.splitlines() if not re.match(r"\d{5}", line))

    names = result_of(all_pasted(changes={2: classes_only}))
    assert {level_checks(names)[f"{relation}.table2"] for relation in ("classes_sections", "sections_items")} == {
        "缺数据"
    }
