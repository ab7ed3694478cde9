"""A pasted table gives the right numbers or none, and the sheet, `check` and the gate say what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from tests.support.workbooks import built, places
from tests.workbook import paste_mistakes
from tests.workbook.budget_tables import PLANNED, SETTLED
from tests.workbook.official_tables import OFFICIAL, WIDE, Cells, all_pasted, as_text, in_yuan, pasted, with_split_codes
from tests.workbook.paste_mistakes import MISTAKES, UNIT, body_moved, moved
from xlperf.engines import recalculate
from xlperf.findings.pastes import initial_findings, paste_findings
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package
from xlperf.values import Value, is_blank
from xlperf.workbook import gates
from xlperf.workbook.gate_condition import SUBMISSION
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.imports import KNOWN, NOTHING, OTHER_UNIT, UNKNOWN
from xlperf.workbook.sheets.official_tables import IMPORTS, table
from xlperf.workbook.tables.table import LINE, fact_cell

pytestmark = pytest.mark.slow
NUMBERS = [n for n in OFFICIAL if n != 4]
# Chosen on the sheet, where no table names it.
CHOICE = "K2"


@cache
def blank() -> Package:
    return built("renhua-2021")


def after_pasting(cells: Mapping[tuple[str, str], Value], **inputs: Value) -> NamedCells:
    given = {**cells, **places(blank(), **inputs)}
    return NamedCells(recalculate(blank().with_inputs(given), trusted=True).package)


def with_table(number: int, text: str, **inputs: Value) -> NamedCells:
    return after_pasting(pasted(number, text, are_codes_text=False), **inputs)


def taken(names: NamedCells) -> dict[str, float]:
    """The figures taken from pasted tables, by line and column."""
    columns = {
        "budget": ("imported", "imported_initial", "imported_adjusted"),
        "economic": ("imported",),
        "threepublic": ("imported_budget", "imported_final"),
    }
    found = {}
    for sheet, fields in columns.items():
        for field in fields:
            for line, value in names.rows(f"col_{sheet}_{LINE}", f"col_{sheet}_{field}"):
                if not is_blank(value):
                    found[f"{line}.{field}"] = value
    return found  # type: ignore[return-value]


def status(names: NamedCells, number: int) -> str:
    return str(names.value(f"import{number}_status"))


def told(names: NamedCells) -> list[str]:
    return [finding.message for finding in paste_findings(names, find_framework("renhua-2021").framework)]


def codes(names: NamedCells) -> list[str]:
    return [finding.code for finding in paste_findings(names, find_framework("renhua-2021").framework)]


def two_columns(text: str) -> str:
    """表1 with a column of some budget before each of the final accounts."""
    lines = [line.split("\t") for line in text.splitlines()]
    return "\n".join(
        "\t".join((a, "预算数" if b == "决算数" else "9", b, c, "预算数" if d == "决算数" else "9", d))
        for a, b, c, d in lines
    )


def spaced(text: str) -> str:
    """Headings and names as they are often printed."""
    for word in ("决算数", "科目编码", "合计", "项目", "本年支出合计"):
        text = re.sub(rf"(?m)(^|\t){word}(?=\t|$)", lambda found: found[1] + "　".join(found[0].strip()), text)
    return text


@pytest.mark.parametrize("change", [moved, spaced])
def test_tables_are_recognised_wherever_and_however_they_are_printed(change: Callable[[str], str]) -> None:
    plain, changed = (after_pasting(all_pasted(changes=changes)) for changes in ({}, dict.fromkeys(OFFICIAL, change)))
    assert {status(plain, n).partition("“")[0] for n in OFFICIAL} == {KNOWN}
    assert [status(changed, n) for n in OFFICIAL] == [status(plain, n) for n in OFFICIAL]
    assert taken(changed) == taken(plain)
    assert len(taken(plain)) > 90
    assert codes(changed) == []


def test_the_status_says_which_table_how_many_amounts_and_their_total() -> None:
    names = after_pasting(all_pasted(changes=WIDE))
    assert status(names, 1) == "认出“公开01表 收入支出决算总表”，取到 20 个数，合计 579 万元"
    assert status(names, 6) == "认出“公开06表 一般公共预算财政拨款基本支出决算表”，取到 34 个数，合计 382 万元"
    assert status(names, 7) == "认出“公开07表 财政拨款“三公”经费支出决算表”，取到 12 个数，合计 6.5 万元"


def test_initial_adjusted_and_final_figures_are_taken_by_their_headings() -> None:
    names = with_table(1, SETTLED)
    assert status(names, 1) == "认出“财决01表 收入支出决算总表”，取到 29 个数，合计 372.67 万元"
    found = taken(names)
    for line in ("income_year", "spending_year", "income_total", "spending_total", "income_general", "function_201"):
        figures = [found.get(f"{line}.{field}") for field in ("imported_initial", "imported_adjusted", "imported")]
        assert figures == [315.37, 380.0, 372.67], line
    assert [found[f"spending_staff.{f}"] for f in ("imported_adjusted", "imported")] == [253.3, 253.3]
    assert names.value(fact_cell("spending_year_change")) == pytest.approx(64.63)
    assert names.value(fact_cell("spending_year_adjustment")) == pytest.approx(64.63 / 315.37)


def test_a_budget_of_no_known_kind_is_not_taken() -> None:
    found = taken(with_table(1, two_columns(as_text(1))))
    assert (found["income_year.imported"], "income_year.imported_initial" in found) == (576, False)


@pytest.mark.parametrize(
    ("number", "text", "reason"),
    [
        (1, two_columns(as_text(1)).replace("预算数", "决算数"), "“决算数”不止一列"),
        (1, as_text(1).replace("决算数", "数额"), "没有“决算数”一列"),
        (1, as_text(5), "没有找到表头"),
        (1, as_text(4), "表名不是收入支出决算总表"),
        (2, as_text(3), "没有“本年收入合计”一列"),
        (3, as_text(5), "表名不是支出决算表"),
        (5, as_text(3), "表名不是一般公共预算财政拨款支出决算表"),
        (8, as_text(9), "表名不是政府性基金预算财政拨款收入支出决算表"),
        (9, as_text(8), "表名不是国有资本经营预算财政拨款收入支出决算表"),
        (11, as_text(5), "表名不是一般公共预算支出表"),
        *((n, body_moved(as_text(n)), "") for n in (1, 2, 3, 5, 6, 8, 9)),
    ],
)
def test_what_is_not_recognised_gives_no_number(number: int, text: str, reason: str) -> None:
    names = with_table(number, text)
    spec = table(number)
    assert status(names, number).startswith(f"{UNKNOWN}：{reason}"), status(names, number)
    assert status(names, number).endswith(f"，没有取数（应为{spec.label} {spec.title}）")
    assert taken(names) == {}
    assert codes(names) == ["paste_not_recognised"]
    assert names.value("gate_pastes") == 1


@pytest.mark.parametrize("are_whole", [False, True], ids=["in every row", "only where they change"])
def test_codes_split_into_columns_are_joined_and_nothing_counts_twice(*, are_whole: bool) -> None:
    """类、款、项 each in a column: in every row, or left out where the row above has them."""

    def split(text: str) -> str:
        lines = []
        for line in text.splitlines():
            code, name, *rest = line.split("\t")
            parts = [code[:3], code[3:5], code[5:7]] if code.isdigit() else [code, "", ""]
            if are_whole and code.isdigit():
                parts = ["" if later else part for part, later in zip(parts, (*parts[1:], ""), strict=True)]
            lines.append("\t".join([*(("类", "款", "项") if code == "科目编码" else parts), name, *rest]))
        return "\n".join(lines)

    assert with_split_codes(as_text(3)) != split(as_text(3))
    whole, parts = (after_pasting(all_pasted(changes=c)) for c in ({}, dict.fromkeys((2, 3, 5, 8, 9), split)))
    assert taken(parts) == taken(whole)
    assert taken(parts)["table3_class.imported"] == 579


def test_amounts_that_are_text_are_told_with_the_first_cell() -> None:
    cells: Cells = pasted(1, as_text(1), are_codes_text=False)
    cells |= {("表1收支总表", "D11"): "0", ("表1收支总表", "B11"): "40", ("表1收支总表", "B10"): "1,512.36"}
    names = after_pasting(cells)
    assert status(names, 1) == "文字数：3 个数是文字（第一个在 B10），请转换为数字"
    assert codes(names) == ["paste_has_texts"]
    assert names.value("gate_pastes") == 1


def test_a_table_without_its_money_unit_is_told_until_one_is_chosen() -> None:
    bare = pasted(1, in_yuan(as_text(1)).replace("单位：元", ""), are_codes_text=False)
    names = after_pasting(bare)
    assert status(names, 1) == "单位未注明：请在第 2 行选择这张表的金额单位（元或万元）"
    assert (codes(names), names.value("gate_pastes")) == (["paste_without_unit"], 1)
    chosen = after_pasting(bare, import1_money_unit="元")
    assert chosen.package.value("表1收支总表", CHOICE) == "元"
    assert status(chosen, 1).endswith("合计 5790000 元")
    assert chosen.value("import1_unit") == "单位不符：粘贴的表以元为单位，本工作簿用万元"
    assert (chosen.value("gate_pastes"), chosen.value("gate_money_unit")) == (0, 1)


@pytest.mark.parametrize(
    ("unit", "is_other"),
    [
        ("另一个县财政局", True),
        ("示例县政务服务数据管理局", False),
        ("示例县政务服务数据管理局（本级）", False),
        ("政务服务数据管理局", False),
        (None, False),
    ],
)
def test_the_table_of_another_unit_is_told(unit: str | None, *, is_other: bool) -> None:
    names = with_table(1, as_text(1), unit_name=unit)
    assert status(names, 1).startswith(OTHER_UNIT) is is_other
    assert codes(names) == (["paste_of_other_unit"] if is_other else [])
    assert names.value("gate_pastes") == int(is_other)
    if is_other:
        assert told(names)[0] == (
            "“表1收支总表”非本单位：表中单位是“示例县政务服务数据管理局”，封面上是“另一个县财政局”。"
        )


def test_initial_figures_come_from_the_published_budget_first() -> None:
    cells: Cells = pasted(1, SETTLED, are_codes_text=False)
    for number, text in PLANNED.items():
        cells |= pasted(number, text, are_codes_text=False)
    names = after_pasting(cells, evaluation_year=2021)
    assert [status(names, n) for n in PLANNED] == [
        "认出“部门预算收支总表”，取到 6 个数，合计 315.37 万元",
        "认出“一般公共预算支出表”，取到 20 个数，合计 315.37 万元",
        "认出““三公”经费预算表”，取到 6 个数，合计 8 万元",
        "认出“项目支出表”，取到 2 个数，合计 65.76 万元",
    ]
    found = taken(names)
    expected = {"spending_basic": 249.61, "spending_staff": 213.75, "spending_public": 35.86, "spending_project": 65.76}
    expected |= {
        "spending_year": 315.37,
        "income_general": 315.37,
        "general_spending": 315.37,
        "general_project": 65.76,
    }
    assert {line: found[f"{line}.imported_initial"] for line in expected} == expected
    assert found["three_public_total.imported_budget"] == 8


def test_initial_figures_that_two_tables_state_differently_are_told() -> None:
    """The published budget says 315.37; 收入支出决算总表 the same, or in one line something else."""
    budget = pasted(10, PLANNED[10], are_codes_text=False)
    for initial, said in ((315.37, []), (300, ["本年支出合计"]), (None, [])):
        settled = pasted(1, SETTLED, are_codes_text=False)
        (place,) = [("表1收支总表", f"H{ref[1:]}") for (_, ref), value in settled.items() if value == "本年支出合计"]
        assert settled[place] == 315.37
        names = after_pasting({**budget, **settled, place: initial}, evaluation_year=2021)
        told = list(initial_findings(names, find_framework("renhua-2021").framework))
        assert [finding.message.partition("：")[0] for finding in told] == said
        assert {(finding.code, finding.expected, finding.found) for finding in told} == (
            {("initial_figures_differ", "315.37", "300")} if said else set()
        )
        assert all(f"表1收支总表!{place[1]} 是 300" in finding.message for finding in told)
        assert taken(names)["spending_year.imported_initial"] == 315.37


def test_funds_in_stock_come_from_the_table_of_grants_where_nothing_is_typed() -> None:
    names = with_table(4, as_text(4))
    assert status(names, 4) == "认出“公开04表 财政拨款收入支出决算总表”，取到 15 个数，合计 559 万元"
    assert (names.value("stock_previous"), names.value("stock_current")) == (20, 18.36)
    typed = with_table(4, as_text(4), carryover_end__carryover_stock=15.5)
    assert (typed.value("stock_previous"), typed.value("stock_current")) == (20, 15.5)


def test_parts_of_the_general_budget_are_not_those_of_all_funds() -> None:
    """Basic spending of the general budget is that of the unit only where there are no other funds."""
    cells = pasted(10, PLANNED[10].replace("315.37", "400.00"), are_codes_text=False)
    cells |= pasted(11, PLANNED[11], are_codes_text=False)
    found = taken(after_pasting(cells))
    assert found["general_basic.imported_initial"] == 249.61
    assert [line for line in found if line.startswith("spending_basic")] == []


def test_budgets_of_two_years_are_told_apart_by_the_year_on_the_cover() -> None:
    two_years = PLANNED[11].replace(
        "合计\t基本支出\t人员经费\t公用经费\t项目支出", "2020年预算数\t2021年预算数\t基本支出\t项目支出"
    )
    assert two_years != PLANNED[11]
    cells = pasted(11, two_years.replace("315.37", "300.00\t315.37"), are_codes_text=False)
    names = after_pasting(cells, evaluation_year=2021)
    assert taken(names)["general_spending.imported_initial"] == 315.37
    assert status(after_pasting(cells, evaluation_year=2022), 11).startswith(f"{UNKNOWN}：没有“合计”一列")


def test_of_an_empty_sheet_nothing_is_told() -> None:
    names = after_pasting({})
    assert {status(names, spec.number) for spec in IMPORTS} == {NOTHING}
    assert codes(names) == []
    assert str(names.value(gates.STATUS[SUBMISSION])) == gates.UNTOUCHED


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told_on_the_sheet_and_by_the_command_and_close_the_gate(name: str) -> None:
    cells, sentence, expected = MISTAKES[name]
    names = after_pasting(cells, unit_name=paste_mistakes.OTHER_UNIT if name == "another unit" else UNIT)
    (sheet,) = {place[0] for place in cells}
    number = next(spec.number for spec in IMPORTS if spec.sheet == sheet)
    assert status(names, number) == sentence
    assert codes(names) == expected
    assert told(names) == ([f"“{sheet}”{sentence}。"] if expected else [])
    assert names.value("gate_pastes") == len(expected)
    assert str(names.value(gates.STATUS[SUBMISSION])).startswith(gates.FAILED[SUBMISSION])
