"""Budget and working tables: sound declarations, and totals, counts and rates that never take a blank for a zero."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import built
from xlperf.engines import recalculate
from xlperf.frameworks.loading import find_framework, parse_framework, shipped_frameworks
from xlperf.frameworks.schema import Framework
from xlperf.package import Package, open_package
from xlperf.values import Value, is_blank
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.tables import carryover
from xlperf.workbook.tables.all_tables import ALL_TABLES, BUDGET_TABLES, fact_names
from xlperf.workbook.tables.table import CONSTANT, LINE, TEXT_AMOUNT, Table, fact_cell

LONGEST_LIST, LONGEST_NAME, LONGEST_SHEET = 255, 255, 31
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*(?:[Cc][0-9]*)?|[Cc][0-9]*")
REFERENCE = re.compile(r"\{(\w+)(\[\])?(?:@(\w+))?\}")
FRAMEWORK = parse_framework(TEXT, ORIGIN)


@cache
def blank() -> Package:
    return built(FRAMEWORK)


@cache
def inputs() -> Mapping[str, InputCell]:
    return catalogue(NamedCells(blank()), FRAMEWORK.framework)


def filled(given: Mapping[str, Value]) -> NamedCells:
    """The blank workbook with inputs by id, recalculated."""
    places = {(inputs()[name].sheet, inputs()[name].ref): value for name, value in given.items()}
    return NamedCells(recalculate(blank(), inputs=places, trusted=True).package)


def frameworks() -> list[Framework]:
    return [find_framework(name).framework for name in shipped_frameworks()]


def templates(table: Table) -> Iterator[tuple[str, str]]:
    """Every template of a table with the line that it stands in, if any."""
    yield from (("", f.formula) for f in table.fields if f.formula)
    yield from ((line.code, formula) for line in table.lines for formula in line.formulas.values())
    yield from (("", fact.formula) for fact in table.facts)


def fact_kinds() -> dict[str, str]:
    kinds = {fact.id: fact.kind for table in BUDGET_TABLES for fact in table.facts}
    for table in BUDGET_TABLES:
        kinds |= {f"{line.code}_{f.use}": f.kind for line in table.lines for f in table.fields if f.use}
    return kinds


def repeated(names: list[str]) -> list[str]:
    return [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]


def test_ids_and_sheets_are_unique() -> None:
    assert repeated([table.id for table in ALL_TABLES]) == []
    assert repeated([t.sheet for t in ALL_TABLES] + [spec.sheet for spec in IMPORTS]) == []
    assert repeated([line.code for table in ALL_TABLES for line in table.lines]) == []
    for table in ALL_TABLES:
        assert repeated([f.id for f in table.fields]) == [], table.id
        assert repeated([f.heading for f in table.fields]) == [], table.id


def test_a_table_has_either_fixed_lines_or_a_capacity() -> None:
    assert [table.id for table in ALL_TABLES if bool(table.lines) is bool(table.capacity)] == []
    assert [table.id for table in ALL_TABLES if table.facts and table.lines] == []


def test_sheet_names_are_ones_that_excel_takes() -> None:
    assert [t.sheet for t in ALL_TABLES if len(t.sheet) > LONGEST_SHEET or re.search(r"[\\/?*\[\]:']", t.sheet)] == []


def test_defined_names_are_ones_that_excel_takes() -> None:
    names = [name.name for name in blank().names if name.sheet is None]
    assert repeated(names) == []
    assert [n for n in names if not NAME.fullmatch(n) or LIKE_A_CELL.fullmatch(n) or len(n) > LONGEST_NAME] == []
    for table in ALL_TABLES:
        assert {fact_cell(name) for name in table.fact_names} <= set(names)
        assert {table.column_name(name) for name in (LINE, *(f.id for f in table.fields))} <= set(names)


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.id)
def test_templates_refer_to_what_there_is(table: Table) -> None:
    fields, codes = {f.id for f in table.fields}, {line.code for line in table.lines}
    for code, template in templates(table):
        assert template.startswith("="), template
        assert not re.search(r"[{}]", REFERENCE.sub("", template)), f"{code}: {template}"
        for name, _, other in REFERENCE.findall(template):
            assert name in fields, f"{code}: {template}"
            assert not other or other in codes, f"{code}: {template}"
    for line in table.lines:
        assert set(line.formulas) <= fields
        assert set(line.constants) <= {f.id for f in table.fields if f.kind == CONSTANT}


def test_facts_are_unique_and_apart_from_the_ids_of_frameworks() -> None:
    names = [name for table in BUDGET_TABLES for name in table.fact_names]
    assert repeated(names) == []
    cells = {fact_cell(name) for name in names}
    for framework in frameworks():
        assert cells.isdisjoint({i.id for i in framework.inputs} | {r.id for r in framework.rates})


def test_shipped_frameworks_take_figures_that_there_are_of_their_own_kind() -> None:
    kinds = fact_kinds()
    assert set(kinds) == fact_names()
    for framework in frameworks():
        linked = [item for item in framework.inputs if item.fact]
        assert linked, framework.id
        unknown = [item.id for item in linked if item.fact not in kinds]
        assert unknown == [], framework.id
        odd = [(i.id, i.type, kinds[i.fact]) for i in linked if i.type != kinds[i.fact]]
        assert odd == [], framework.id


def test_lists_fit_a_data_validation() -> None:
    for table in ALL_TABLES:
        for f in table.fields:
            assert len(f'"{",".join(f.choices)}"') <= LONGEST_LIST, f"{table.id}.{f.id}"
            assert not any("," in choice for choice in f.choices)


def test_blank_tables_give_blank_figures() -> None:
    names = NamedCells(blank())
    assert {
        name: names.value(fact_cell(name)) for name in fact_names() if not is_blank(names.value(fact_cell(name)))
    } == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_frameworks())
def test_a_figure_taken_from_a_blank_table_is_missing(name: str) -> None:
    names = NamedCells(built(name))
    statuses = dict(zip(names.column("figure_id"), names.column("figure_status"), strict=True))
    linked = [item.id for item in find_framework(name).framework.inputs if item.fact]
    assert {item: statuses[item] for item in linked} == dict.fromkeys(linked, "缺数据")


@pytest.mark.parametrize("name", example_names())
def test_examples_fill_every_linked_figure_in_both_places_without_a_difference(name: str) -> None:
    names = NamedCells(open_package((workbooks_folder() / "examples" / f"{name}.xlsm").read_bytes()))
    columns = (names.column(f"figure_{column}") for column in ("id", "given", "linked", "status"))
    figures = {item: rest for item, *rest in zip(*columns, strict=True) if item}
    for item in find_framework(name).framework.inputs:
        if item.fact:
            given, linked, status = figures[item.id]
            assert (given, status) == (pytest.approx(linked), ""), item.id


def goals(*statuses: str) -> dict[str, Value]:
    return {f"goals_status.{number}": status for number, status in enumerate(statuses, 1)}


def projects(**marks: str) -> dict[str, Value]:
    """Projects with a column of marks each, such as `has_goals="是否"`; `-` leaves a mark out."""
    given: dict[str, Value] = {}
    for column, text in marks.items():
        given |= {f"projects_name.{n}": f"项目{n}" for n in range(1, len(text) + 1)}
        given |= {f"projects_{column}.{n}": mark for n, mark in enumerate(text, 1) if mark != "-"}
    return given


CASES: list[tuple[str, dict[str, Value], dict[str, Value]]] = [
    (
        "a part of a sum",
        {"procurement_planned.procurement_goods": 3, "procurement_planned.procurement_services": 4.5},
        {"procurement_total_planned": 7.5, "procurement_total_actual": None, "procurement_total_execution": None},
    ),
    ("a zero is a figure", {"procurement_actual.procurement_works": 0}, {"procurement_total_actual": 0}),
    (
        "a typed total goes first",
        {"procurement_planned.procurement_goods": 3, "procurement_planned.procurement_reported": 5},
        {"procurement_total_planned": 5},
    ),
    (
        "text in a sum",
        {"procurement_planned.procurement_goods": 3, "procurement_planned.procurement_works": "4"},
        {"procurement_total_planned": TEXT_AMOUNT, "procurement_total_execution": None},
    ),
    ("nothing but text in a sum", {"quota_issued.1": "213.70"}, {"quota_issued_total": TEXT_AMOUNT}),
    ("text among cells", {"staffing_quota.staffing_admin": "7 人"}, {"staffing_total_quota": TEXT_AMOUNT}),
    (
        "staff of two kinds of three",
        {"staffing_quota.staffing_admin": 7, "staffing_quota.staffing_public": 13, "staffing_actual.staffing_admin": 9},
        {
            "staffing_total_quota": 20,
            "staffing_total_actual": 9,
            "staffing_admin_control": 9 / 7,
            "staffing_public_control": None,
            "staffing_total_control": 9 / 20,
        },
    ),
    (
        "assets, total only",
        {
            "assets_items.assets_reported": 152,
            "assets_original.assets_reported": 42.56,
            "assets_in_use.assets_reported": 42.56,
        },
        {
            "assets_total_items": 152,
            "assets_total_original": 42.56,
            "assets_total_idle": None,
            "assets_total_utilisation": 1,
        },
    ),
    ("staff funds by their total", {"economic_typed.economic_staff": 253.3}, {"economic_staff_final": 253.3}),
    (
        "public funds from one of two classes",
        {"economic_typed.economic_302": 18.35},
        {"economic_public_final": 18.35, "economic_staff_final": None, "spending_public_final": 18.35},
    ),
    (
        "quotas",
        {"quota_issued.1": 100, "quota_used.1": 90, "quota_issued.2": 113.7},
        {"quota_issued_total": 213.7, "quota_used_total": 90},
    ),
    (
        "projects' money",
        {"projects_name.1": "甲", "projects_spent.1": 16.24, "projects_name.2": "乙", "projects_spent.2": 15},
        {"projects_total": 2, "projects_spent": 31.24, "projects_initial": None},
    ),
    ("no mark at all", projects(has_goals="---"), {"projects_total": 3, "projects_with_goals": None}),
    ("yes counts", projects(has_goals="是否-是"), {"projects_total": 4, "projects_with_goals": 2}),
    ("no is an answer", projects(on_time="否-"), {"projects_total": 2, "projects_on_time": 0}),
    ("a mark without a project", {"projects_has_goals.1": "是"}, {"projects_with_goals": None, "projects_total": None}),
    (
        "goals without evidence are not done, those that don't apply are counted apart",
        goals("完成", "完成", "未完成", "缺证据", "不适用"),
        {"goals_total": 5, "goals_done": 2, "goals_not_applicable": 1},
    ),
    (
        "goals without a status",
        {"goals_name.1": "一窗综合受理率", "goals_applied.1": "80%"},
        {"goals_total": None, "goals_done": None, "goals_not_applicable": None},
    ),
    ("no goal done", goals("未完成"), {"goals_total": 1, "goals_done": 0, "goals_not_applicable": 0}),
    (
        "key work that counts",
        {
            "keywork_counts.1": "是",
            "keywork_status.1": "完成",
            "keywork_counts.2": "是",
            "keywork_status.2": "缺证据",
            "keywork_counts.3": "否",
            "keywork_status.3": "完成",
        },
        {"keywork_total": 2, "keywork_done": 1},
    ),
    ("key work without a mark", {"keywork_status.1": "完成"}, {"keywork_total": None, "keywork_done": None}),
    (
        "rates with one side",
        {"budget_initial.income_total": 315.37, "budget_typed.income_year": 372.67},
        {"income_total_adjustment": None, "income_total_execution": None, "income_year_execution": None},
    ),
    (
        "rates with both sides",
        {
            "budget_initial.income_total": 315.37,
            "budget_adjusted.income_total": 372.67,
            "budget_typed.income_total": 372.67,
        },
        {"income_total_adjustment": 57.3 / 315.37, "income_total_execution": 1, "income_total_final": 372.67},
    ),
    (
        "no rate over a zero",
        {
            "threepublic_typed_budget.three_public_total": 0,
            "threepublic_typed_final.three_public_total": 0,
            "budget_initial.income_other": 0,
            "budget_adjusted.income_other": 3,
        },
        {
            "three_public_total_budget": 0,
            "three_public_total_final": 0,
            "three_public_total_control": None,
            "three_public_total_change": None,
            "income_other_adjustment": None,
        },
    ),
    (
        "balances",
        {"carryover_previous_end.carryover_total": 1021.36, "carryover_end.carryover_total": 0},
        {"carryover_total_change": -1, "carryover_general_change": None},
    ),
]


@pytest.mark.parametrize(("given", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_figures(given: dict[str, Value], expected: dict[str, Value]) -> None:
    names = filled(given)
    for name, value in expected.items():
        found = names.value(fact_cell(name))
        if value is None:
            assert is_blank(found), (name, found)
        else:
            assert found == (value if isinstance(value, str) else pytest.approx(value)), name


@pytest.mark.parametrize(
    ("opening", "linked"), [(1021.36, "衔接"), (1021.364, "衔接"), (25.32, "不衔接"), (None, None)]
)
def test_balances_across_years(opening: Value, linked: str | None) -> None:
    given = {"carryover_previous_end.carryover_total": 1021.36, "carryover_opening.carryover_total": opening}
    names = filled(given)
    place = names.by_code(carryover.TABLE.column_name(LINE), carryover.TABLE.column_name("linked"))["carryover_total"]
    assert (names.package.value(*place) or None) == linked


def test_tables_with_amounts_say_their_unit() -> None:
    """The line of help names the money unit, within Excel's 255 characters for a text in a formula."""
    for table in ALL_TABLES:
        assert len(table.note) <= 255
        assert '"' not in table.note
        if any(field.kind == "money" for field in table.fields):
            assert str(filled({}).package.value(table.sheet, "A2")).startswith("金额单位：万元。")
