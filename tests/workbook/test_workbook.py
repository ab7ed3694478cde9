"""The workbook as a file: what people see in it, and what it must never depend on."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from xlperf.package import Package, open_package
from xlperf.workbook.identity import FREE_SHEET, is_known_template, read_identity
from xlperf.workbook.locations import example_names, workbooks_folder

# All of them are in Excel 2010.
PLAIN_FUNCTIONS = {
    "ABS", "AND", "CHAR", "CHOOSE", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS", "ERROR.TYPE", "EXACT", "FIND",
    "HYPERLINK", "IF", "IFERROR", "INDEX", "INT", "ISERROR", "ISLOGICAL", "ISNA", "ISNUMBER", "LEFT", "LEN", "MATCH",
    "MAX", "MID", "MIN", "MOD", "NA", "N", "NOT", "OR", "REPT", "RIGHT", "ROUND", "ROWS", "SUBSTITUTE", "SUM", "SUMIF",
    "SUMIFS", "SUMPRODUCT", "TRIM",
}  # fmt: skip


@pytest.fixture(scope="module", params=example_names())
def package(request: pytest.FixtureRequest) -> Package:
    return open_package(workbooks_folder() / "examples" / f"{request.param}.xlsm")


def sheets_xml(package: Package) -> dict[str, str]:
    return {sheet.name: package.part(sheet.part).decode() for sheet in package.worksheets}


def test_it_is_macro_enabled_and_is_not_recalculated_on_load(package: Package) -> None:
    assert "macroEnabled" in package.content_type
    assert not package.calculation.full_on_load


def test_it_carries_its_framework_and_an_untouched_stamp(package: Package) -> None:
    identity = read_identity(package)
    assert identity.framework.framework.id == identity.framework_id
    assert identity.framework_id in package.properties["xlperf"]
    assert is_known_template(package)


def test_every_formula_has_a_cached_value(package: Package) -> None:
    empty = [
        f"{sheet.name}!{ref}"
        for sheet in package.worksheets
        for ref in package.formulas(sheet.name)
        if package.cells(sheet.name)[ref].value is None
    ]
    assert empty == []


def test_summary_has_two_native_charts_with_chinese_labels(package: Package) -> None:
    charts = [package.part(name).decode() for name in package.parts if name.startswith("xl/charts/chart")]
    framework = read_identity(package).framework.framework
    if None in (level.weight for level in framework.levels):
        assert charts == []
        return
    assert len(charts) == 2
    for title, chart in zip(("一级指标得分率", "各指标得分率"), sorted(charts, key=len), strict=True):
        assert "<barChart>" in chart
        assert title in chart
        assert "汇总" in chart


def test_nothing_depends_on_extension_lists(package: Package) -> None:
    assert [name for name, xml in sheets_xml(package).items() if "extLst" in xml] == []


def test_sheets_are_ready_for_people(package: Package) -> None:
    """Protected without a password, A4 landscape, headers repeated, messages in Chinese."""
    seen: Counter[str] = Counter()
    for name, xml in sheets_xml(package).items():
        if name == "_xlperf":
            continue
        is_protected = re.search(r"<sheetProtection(?![^>]*password)[^>]* sheet=\"1\"", xml) is not None
        assert is_protected == (name != FREE_SHEET), name
        assert 'orientation="landscape"' in xml, name
        assert 'paperSize="9"' in xml, name
        seen["frozen"] += "<pane " in xml
        messages = re.findall(r'<dataValidation [^>]*error="([^"]*)"[^>]*', xml)
        assert all(re.search(r"[一-鿿]", message) for message in messages), name
        seen["validations"] += len(messages)
        seen["colours"] += xml.count("<cfRule")
        seen["links"] += xml.count("<hyperlink ")
    assert seen["frozen"] > 25
    assert seen["validations"] > 90
    assert seen["colours"] > 20
    assert seen["links"] > 40


def test_no_formula_is_newer_than_excel_2010_but_for_ours(package: Package) -> None:
    used = {
        name
        for sheet in package.worksheets
        for text in package.formulas(sheet.name).values()
        for name in re.findall(r"([A-Z][A-Z0-9_.]*)\(", re.sub(r'"[^"]*"', "", text))
    }
    assert {name for name in used if not name.startswith("PERF_")} <= PLAIN_FUNCTIONS
