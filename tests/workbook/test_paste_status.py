"""A pasted table whose headings stand elsewhere gives no number, and the sheet and `check` say what is the matter."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.support.workbooks import built
from tests.workbook.official_tables import OFFICIAL, WIDE, Cells, as_text, pasted
from xlperf.engines import recalculate
from xlperf.findings.pastes import paste_findings
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package
from xlperf.values import is_blank
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.imports import IMPORTS, NO_UNIT, NOTHING, TEXTS, UNKNOWN
from xlperf.workbook.tables.table import LINE

pytestmark = pytest.mark.slow

THREE_COLUMNS = """\
收入支出决算总表
财决01表
编制单位：示例县政务服务数据管理局|||||||||金额单位：万元
收入|||||支出||||
项目|行次|年初预算数|全年预算数|决算数|项目|行次|年初预算数|全年预算数|决算数
栏次||1|2|3|栏次||4|5|6
一、一般公共预算财政拨款收入|1|315.37|380.00|372.67|一、一般公共服务支出|31|315.37|380.00|372.67
本年收入合计|27|315.37|380.00|372.67|本年支出合计|57|315.37|380.00|372.67
总计|30|315.37|380.00|372.67|总计|60|315.37|380.00|372.67
""".replace("|", "\t")


@cache
def blank() -> Package:
    return built("renhua-2021")


def with_table(number: int, text: str) -> NamedCells:
    cells: Cells = pasted(number, text, are_codes_text=False)
    return NamedCells(recalculate(blank().with_inputs(cells), trusted=True).package)


def taken(names: NamedCells) -> list[str]:
    """The lines for which a figure was taken from some official table."""
    columns = {"budget": "imported", "economic": "imported", "threepublic": "imported_final"}
    return [
        str(line)
        for table, column in columns.items()
        for line, value in names.rows(f"col_{table}_{LINE}", f"col_{table}_{column}")
        if not is_blank(value)
    ]


def codes(names: NamedCells) -> list[str]:
    return [finding.code for finding in paste_findings(names, find_framework("renhua-2021").framework)]


def two_columns(text: str) -> str:
    """表1 with a column of the budget before each of the final accounts."""
    lines = [line.split("\t") for line in text.splitlines()]
    return "\n".join(
        "\t".join((a, "预算数" if b == "决算数" else b, b, c, "预算数" if d == "决算数" else d, d))
        for a, b, c, d in lines
    )


def to_the_right(text: str) -> str:
    return "\n".join("\t" + line for line in text.splitlines())


@pytest.mark.parametrize("number", [n for n in OFFICIAL if n != 4])
@pytest.mark.parametrize("layout", [str, "wide"])
def test_a_table_as_published_is_recognised(number: int, layout: Callable[[str], str] | str) -> None:
    change = WIDE.get(number, str) if isinstance(layout, str) else layout
    names = with_table(number, change(as_text(number)))
    assert str(names.value(f"import{number}_status")).startswith("已粘贴")
    assert taken(names)
    assert codes(names) == []


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, THREE_COLUMNS),
        (1, two_columns(as_text(1))),
        *((n, to_the_right(as_text(n))) for n in OFFICIAL if n != 4),
        (1, as_text(5)),
        (3, as_text(5)),
        (5, as_text(3)),
        (2, as_text(3)),
        (8, as_text(9)),
        (9, as_text(8)),
        (1, as_text(4)),
    ],
)
def test_what_is_not_recognised_gives_no_number(number: int, text: str) -> None:
    names = with_table(number, text)
    assert str(names.value(f"import{number}_status")).startswith(UNKNOWN)
    assert taken(names) == []
    assert codes(names) == ["paste_not_recognised"]


def test_amounts_that_are_text_are_told() -> None:
    cells: Cells = pasted(1, as_text(1), are_codes_text=False) | {("表1收支总表", "B10"): "1,512.36"}
    names = NamedCells(recalculate(blank().with_inputs(cells), trusted=True).package)
    assert names.value("import1_status") == f"{TEXTS}：1 个数是文字，请转换为数字"
    assert codes(names) == ["paste_has_texts"]


def test_a_table_without_its_money_unit_is_told() -> None:
    names = with_table(1, as_text(1).replace("单位：万元", ""))
    assert str(names.value("import1_status")).startswith(NO_UNIT)
    assert codes(names) == ["paste_without_unit"]


def test_of_an_empty_sheet_nothing_is_told() -> None:
    names = NamedCells(recalculate(blank(), trusted=True).package)
    assert {names.value(f"import{spec.number}_status") for spec in IMPORTS} == {NOTHING}
    assert codes(names) == []
