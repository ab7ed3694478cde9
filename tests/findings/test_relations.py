"""Consistency relations: the file's schema, the check sheet's formulas through the engine, findings, documents."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.findings.check_sheet import Checking, lines
from tests.support.small_framework import ORIGIN, TEXT, WITH_TABLES
from tests.support.workbooks import built
from xlperf.checks.loading import parse_relations, require_facts, shipped_relations
from xlperf.checks.schema import Relations
from xlperf.engines import recalculate
from xlperf.errors import UserError
from xlperf.findings.check import findings
from xlperf.frameworks.loading import find_framework, parse_framework
from xlperf.package import open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.drawing.sheet import Sheet
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells
from xlperf.workbook.plan import Plan
from xlperf.workbook.sheets import checks
from xlperf.workbook.tables.all_tables import fact_names

ROOT = Path(__file__).parents[2]
FRAMEWORK = parse_framework(TEXT, ORIGIN)
CHECKING = Checking(FRAMEWORK)
SMALL = """
schema_version = 1
smallest_unit = 0.01
[columns]
final = "决算数"
[[relations]]
id = "one_two"
number = 1
topic = "题"
kind = "identity"
severity = "error"
statement = "一应等于二"
advice = "改正。"
source = "表"
columns = ["final"]
left = [{ fact = "income_total_{column}" }]
right = [{ fact = "spending_total_{column}" }]
"""


def refusal(text: str) -> str:
    with pytest.raises(UserError) as caught:
        parse_relations(text, "关系.toml")
    return str(caught.value)


def test_a_small_file_is_read() -> None:
    (line,) = parse_relations(SMALL, "关系.toml").lines()
    assert (line.id, line.statement) == ("one_two.final", "一应等于二（决算数）")
    assert [term.fact for term in line.terms] == ["income_total_final", "spending_total_final"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('advice = "改正。"', 'advice = "改正。"\nadvise = "多"', ("advise", "不认识的键")),
        ('{ fact = "income_total_{column}" }', '{ fact = "income_total_{column}", option = true }', ("option",)),
        ('kind = "identity"', 'kind = "equal"', ("kind", "equal")),
        ('severity = "error"', 'severity = "bad"', ("severity", "bad")),
        ("number = 1", "number = 19", ("number", "19")),
        ('columns = ["final"]', 'columns = ["initial"]', ("initial",)),
        ('columns = ["final"]', "", ("one_two", "{column}")),
        ("spending_total_{column}", "spending_total_final", ("one_two", "{column}")),
        ('left = [{ fact = "income_total_{column}" }]', "", ("one_two", "两边")),
        ('kind = "identity"', 'kind = "threshold"', ("one_two", "limit")),
        ('kind = "identity"', 'kind = "identity"\nlimit = 0.3', ("one_two", "limit")),
        ('kind = "identity"', 'kind = "sources"', ("one_two", "sources")),
        ("smallest_unit = 0.01", "smallest_unit = 0", ("smallest_unit",)),
    ],
)
def test_mistakes_are_refused_by_name(old: str, new: str, words: tuple[str, ...]) -> None:
    assert old in SMALL
    message = refusal(SMALL.replace(old, new, 1))
    for word in ("关系.toml", *words):
        assert word in message


def test_a_repeated_id_is_refused() -> None:
    again = SMALL[SMALL.index("[[relations]]") :]
    assert "one_two 重复" in refusal(SMALL + again)


def test_every_figure_of_the_shipped_relations_is_there() -> None:
    require_facts(shipped_relations(), fact_names())


def test_a_figure_that_is_not_there_is_refused_by_the_layout() -> None:
    relations = parse_relations(SMALL.replace("income_total_", "income_totals_"), "关系.toml")
    with pytest.raises(UserError, match=r"one_two\.final.*income_totals_final"):
        checks.lay_out(Plan(FRAMEWORK, None, partial(Sheet, Workbook())), relations)


def test_each_of_the_18_relations_is_checked_or_said_to_be_left_out() -> None:
    relations = shipped_relations()
    assert {r.number for r in relations.relations} | {o.number for o in relations.omitted} == set(range(1, 19))


def test_every_relation_is_in_the_document() -> None:
    text = (ROOT / "docs" / "勾稽.md").read_text(encoding="utf-8")
    missing = [r.id for r in shipped_relations().relations if f"`relation_{r.id}`" not in text]
    assert missing == []
    assert [o.statement for o in shipped_relations().omitted if o.statement not in text] == []


def budget(column: str, **amounts: Value) -> dict[str, Value]:
    return {f"budget_{column}.{line}": amount for line, amount in amounts.items()}


def basic(staff: Value, public: Value, total: Value) -> dict[str, Value]:
    return budget("initial", spending_staff=staff, spending_public=public, spending_basic=total)


def final_basic(total: Value, staff: Value, public: Value, table_staff: Value, table_public: Value) -> dict[str, Value]:
    """Basic spending of all funds with its parts as typed, and the parts of the general budget as 表6 has them."""
    typed = budget("typed", spending_basic=total, spending_staff=staff, spending_public=public)
    economic = {"economic_typed.economic_301": table_staff, "economic_typed.economic_302": table_public}
    return typed | economic


def carryover(**amounts: Value) -> dict[str, Value]:
    return {f"carryover_{column}.carryover_total": amount for column, amount in amounts.items()}


def three_public(final: Value, planned: Value) -> dict[str, Value]:
    line = "three_public_total"
    return {f"threepublic_typed_budget.{line}": planned, f"threepublic_typed_final.{line}": final}


def staff(total: Value, **kinds: Value) -> dict[str, Value]:
    given = {f"staffing_actual.staffing_{kind}": count for kind, count in kinds.items()}
    return given | {"staffing_actual.staffing_reported": total}


def missing(left: Value, right: Value) -> tuple[Value, ...]:
    return (left, right, None, None, "缺数据", None)


FINAL = "basic_final_sum"
BASIC, CONTINUITY = "basic_sum.initial", "carryover_continuity.carryover_total"
TOTAL, OVER, ADJUSTED = "income_total_sum.adjusted", "three_public_over.three_public_total", "adjustment_rate.{}"
STAFF, FUNCTIONS = "staffing_sum.actual", "function_sum.adjusted"
CASES: list[tuple[str, dict[str, Value], str, tuple[Value, ...]]] = [
    ("fits", basic(117.72, 8.63, 126.35), BASIC, (126.35, 126.35, 0, 0.03, "相符", None)),
    ("a cent in binary", basic(95.36, 10.23, 105.58), BASIC, (105.58, 105.59, -0.01, 0.03, "舍入差", "提示")),
    ("just within", basic(95.36, 10.23, 105.56), BASIC, (105.56, 105.59, -0.03, 0.03, "舍入差", "提示")),
    ("just beyond", basic(95.36, 10.23, 105.55), BASIC, (105.55, 105.59, -0.04, 0.03, "不符", "错误")),
    ("zeros are figures", basic(0, 0, 0), BASIC, (0, 0, 0, 0.03, "相符", None)),
    ("one fen is seen", basic(1, 1, 2.000001), BASIC, (2.000001, 2, 0.000001, 0.03, "舍入差", "提示")),
    ("a part is missing", basic(95.36, None, 105.58), BASIC, missing(105.58, None)),
    ("the total is missing", basic(95.36, 10.23, None), BASIC, missing(None, 105.59)),
    ("text", basic("95.36", 10.23, 105.58), BASIC, (105.58, "数据有误", None, None, "数据有误", "错误")),
    ("text and a blank", basic("无", None, None), BASIC, (None, "数据有误", None, None, "数据有误", "错误")),
    (
        "a term that may be blank",
        budget("adjusted", income_total=335.96, income_year=310.64, income_carryover=25.32),
        TOTAL,
        (335.96, 335.96, 0, 0.03, "相符", None),
    ),
    (
        "a blank one that should not have been",
        budget("adjusted", income_total=335.96, income_year=310.64),
        TOTAL,
        (335.96, 310.64, 25.32, 0.02, "不符", "错误"),
    ),
    ("only such a term", budget("adjusted", income_total=5, income_reserve=5), TOTAL, missing(5, None)),
    (
        "text where blank is allowed",
        budget("adjusted", income_total=5, income_year=5, income_reserve="—"),
        TOTAL,
        (5, "数据有误", None, None, "数据有误", "错误"),
    ),
    ("nothing but such terms, all blank", budget("adjusted", spending_year=7), FUNCTIONS, missing(7, None)),
    (
        "nothing but such terms, some filled",
        budget("adjusted", spending_year=7, function_208=3, function_221=4),
        FUNCTIONS,
        (7, 7, 0, 0.03, "相符", None),
    ),
    (
        "increases and decreases",
        budget("initial", spending_year=354.31)
        | budget("adjusted", spending_year=335.96, changes_increase=53.75, changes_decrease=72.1),
        "budget_changes",
        (335.96, 335.96, 0, 0.04, "相符", None),
    ),
    (
        "no decreases given",
        budget("initial", spending_year=354.31) | budget("adjusted", spending_year=408.06, changes_increase=53.75),
        "budget_changes",
        missing(408.06, None),
    ),
    (
        "a fund without an opening balance",
        budget("typed", income_fund=40, fund_spending=38, fund_end=1),
        "fund_balance.fund",
        (2, 1, 1, 0.03, "不符", "错误"),
    ),
    (
        "last year's end",
        carryover(previous_end=1021.36, opening=25.32),
        CONTINUITY,
        (1021.36, 25.32, 996.04, 0.02, "不符", "错误"),
    ),
    ("no opening balance", carryover(previous_end=1021.36), CONTINUITY, missing(1021.36, None)),
    ("below budget", three_public(2.24, 8), OVER, (2.24, 8, -5.76, None, "相符", None)),
    ("0 of 0", three_public(0, 0), OVER, (0, 0, 0, None, "相符", None)),
    ("over budget", three_public(8.01, 8), OVER, (8.01, 8, 0.01, None, "超限", "警告")),
    (
        "adjusted by 30 %",
        budget("initial", spending_basic=10) | budget("adjusted", spending_basic=13),
        ADJUSTED.format("spending_basic"),
        (13, 10, 3, 0.3, "相符", None),
    ),
    (
        "adjusted by more",
        budget("initial", spending_project=227.96) | budget("adjusted", spending_project=155.86),
        ADJUSTED.format("spending_project"),
        (155.86, 227.96, -72.1, 0.3, "超限", "警告"),
    ),
    (
        "adjusted from nothing",
        budget("initial", spending_project=0) | budget("adjusted", spending_project=5),
        ADJUSTED.format("spending_project"),
        (5, 0, 5, 0.3, "基数为零", None),
    ),
    ("all funds, parts of the general budget", final_basic(100, None, None, 80, 12), FINAL,
     (100, 92, 8, 0.03, "口径较宽", None)),
    ("parts of the general budget beyond all funds", final_basic(90, None, None, 80, 12), FINAL,
     (90, 92, -2, 0.03, "不符", "错误")),
    ("parts of all funds", final_basic(100, 88, 12, 80, 12), FINAL, (100, 100, 0, 0.03, "相符", None)),
    ("parts typed, without 表6", final_basic(100, 80, 12, None, None), FINAL, (100, 92, 8, 0.03, "不符", "错误")),
    ("parts typed otherwise than 表6", final_basic(100, 81, 12, 80, 12), FINAL, (100, 93, 7, 0.03, "不符", "错误")),
    ("the general budget alone", final_basic(100, None, None, 80, 12) | budget("typed", general_basic=92),
     "general_basic_sum", (92, 92, 0, 0.03, "相符", None)),
    ("staff of all funds", final_basic(100, 88, 12, 80, 12), "staff_tables", (80, 88, -8, None, "相符", None)),
    ("staff of all funds below the general budget", final_basic(100, 79, 21, 80, 12), "staff_tables",
     (80, 79, 1, None, "超限", "警告")),
    ("staff, some not listed", staff(17, admin=8, public=8), STAFF, (17, 16, 1, None, "不符", "提示")),
    ("more staff listed than there are", staff(15, admin=8, public=8), STAFF, (15, 16, -1, None, "不符", "错误")),
    ("staff", staff(16, admin=8, public=8), STAFF, (16, 16, 0, None, "相符", None)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "line", "expected"), [pytest.param(*c[1:], id=c[0]) for c in CASES])
def test_lines_of_the_sheet(given: dict[str, Value], line: str, expected: tuple[Value, ...]) -> None:
    assert lines(CHECKING.filled(given))[line] == expected


def test_every_kind_of_relation_has_a_case() -> None:
    kinds = {line.id: line.relation.kind for line in shipped_relations().lines()}
    assert {kinds[case[2]] for case in CASES} | {"sources"} == {r.kind for r in shipped_relations().relations}


def test_a_blank_workbook_compares_nothing() -> None:
    assert {(line[-2], line[-1]) for line in lines(CHECKING.blank).values()} == {("缺数据", None)}
    assert len(lines(CHECKING.blank)) == len(list(shipped_relations().lines()))
    assert CHECKING.found(CHECKING.blank) == []


def test_in_yuan_amounts_are_compared_by_the_fen() -> None:
    package = CHECKING.filled(basic(953600.004, 102300, 1055900) | {"money_unit": "元"})
    assert lines(package)[BASIC] == (1055900, 1055900, 0, 0.03, "相符", None)


def test_findings_state_both_amounts_and_what_to_do() -> None:
    (finding,) = CHECKING.found(CHECKING.filled(carryover(previous_end=1021.36, opening=25.32)))
    assert (finding.severity, finding.code) == ("error", "relation_carryover_continuity")
    assert finding.cell.startswith("勾稽校验!G")
    assert finding.message.startswith("年初结转应等于上年末（结转结余合计）：1021.36 ≠ 25.32，差 996.04 万元。核对上年")


@pytest.mark.parametrize(
    ("given", "severity", "words"),
    [
        (basic(95.36, 10.23, 105.58), "hint", "105.58 ≠ 105.59，差 0.01 万元，在舍入差以内（容差 0.03）。"),
        (basic("95.36", 10.23, 105.58), "error", "收支预决算总表!D46（“95.36”）不是数字，没有比较；请改成数字或留空。"),
        (three_public(8.01, 8), "warning", "8.01 > 8，超 0.01 万元。超预算的"),
        (staff(17, admin=8, public=8), "hint", "17 ≠ 16，差 1。核对"),
        (
            budget("initial", spending_project=227.96) | budget("adjusted", spending_project=155.86),
            "warning",
            "由 227.96 调为 155.86 万元，变动 -31.63%。",
        ),
    ],
)
def test_what_findings_say(given: dict[str, Value], severity: str, words: str) -> None:
    (finding,) = CHECKING.found(CHECKING.filled(given))
    assert finding.severity == severity
    assert words in finding.message


def test_the_cover_counts_errors_only() -> None:
    given = basic(95.36, 10.23, 105.58) | three_public(8.01, 8) | carryover(previous_end=1, opening=2)
    package = CHECKING.filled(given)
    cells = package.cells("封面与说明")
    (row,) = (cell[1:] for cell, content in cells.items() if content.value == "勾稽错误（项）")
    assert package.value("封面与说明", f"B{row}") == 1


@pytest.mark.whole
def test_a_pasted_table_in_another_unit_is_found() -> None:
    framework = parse_framework(WITH_TABLES, ORIGIN)
    package = recalculate(built(framework), inputs={("表1收支总表", "A5"): "金额单位：元"}, trusted=True).package
    by_code = {f.code: f for f in findings(package, NamedCells(package), framework.framework)}
    finding = by_code["money_unit_differs"]
    assert (finding.cell, finding.severity) == ("表1收支总表!L2", "error")
    assert "以元为单位" in finding.message


@pytest.mark.whole
def test_a_figure_that_differs_from_its_budget_sheet_is_found() -> None:
    example = open_package(workbooks_folder() / "examples" / "yanjin-2022.xlsm")
    framework = find_framework("yanjin-2022").framework
    place = catalogue(NamedCells(example), framework)["budget_typed.spending_basic"]
    package = recalculate(example, inputs={(place.sheet, place.ref): 181.1}, trusted=True).package
    told = [f for f in findings(package, NamedCells(package), framework) if f.code == "figures_differ"]
    assert [(f.severity, "填报 180.10，预算表是 181.10" in f.message) for f in told] == [("warning", True)]
    broken = {f.code for f in findings(package, NamedCells(package), framework) if f.severity != "hint"}
    assert {"relation_spending_year_sum", "relation_execution_over"} <= broken


def test_sources_that_differ_are_hints() -> None:
    example = open_package(workbooks_folder() / "examples" / "yanjin-2022.xlsm")
    told = findings(example, NamedCells(example), find_framework("yanjin-2022").framework)
    severities = [finding.severity for finding in told if finding.code == "relation_sources_agree"]
    assert severities == ["hint"] * 7


def test_relations_of_a_file_of_one_are_laid_out_alone() -> None:
    book = Workbook()
    relations: Relations = parse_relations(SMALL, "关系.toml")
    checks.lay_out(Plan(FRAMEWORK, None, partial(Sheet, book)), relations)
    assert book["勾稽校验"]["B5"].value == "一应等于二（决算数）"
