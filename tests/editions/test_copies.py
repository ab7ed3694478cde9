"""From the unit's copy to the evaluator's and back: what was filled in comes along by its id, what is others' doesn't."""

from __future__ import annotations

import pytest

from tests.support.small_framework import ORIGIN, TEXT, WITH_TABLES
from tests.support.workbooks import after, built, places, with_values
from xlperf.editions.conversion import Edition, converted
from xlperf.editions.copies import copied, with_room
from xlperf.errors import UserError
from xlperf.findings.check import findings
from xlperf.findings.comparison import compared
from xlperf.findings.finding import Finding
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.identity import read_copy, read_identity
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy
from xlperf.workbook.sheets.official_tables import IMPORTS

FRAMEWORK = parse_framework(TEXT, ORIGIN)
ALTERED = ("formula_", "locked_", "record_", "sheet_", "name_", "rows_", "hidden_", "columns_", "validation_", "cells_")


def told(package: Package) -> list[Finding]:
    names = NamedCells(package)
    return list(findings(package, names, read_identity(package).framework.framework, compared(package)))


def alterations(package: Package) -> list[Finding]:
    return [finding for finding in told(package) if finding.code.startswith((*ALTERED, "made_", "framework_"))]


def value(package: Package, name: str) -> Value:
    (place,) = places(package, **{name.replace(".", "__"): None})
    return package.value(*place)


@pytest.fixture(scope="module")
def returned() -> Package:
    """A unit's copy as it comes back: figures, lines, a self score."""
    return after(
        built(FRAMEWORK, edition=Edition.NATIVE, copy=Copy.UNIT),
        unit_name="甲局",
        unit_code="0101",
        quota_used=315.37,
        figure_note__quota_issued="没有调整",
        projects_name__2="机房改造",
        self_score__2=2,
    )


def test_an_evaluator_gets_all_that_the_unit_filled_in(returned: Package) -> None:
    result = copied(returned, Copy.EVALUATOR)
    assert read_copy(result.package) is Copy.EVALUATOR
    assert result.notes == ()
    for name in ("unit_name", "quota_used", "figure_note.quota_issued", "projects_name.2", "self_score.2"):
        assert value(result.package, name) == value(returned, name) is not None
    assert result.count == 6
    assert alterations(returned) == alterations(result.package) == []


@pytest.mark.whole
def test_an_evaluator_gets_the_tables_that_were_pasted() -> None:
    package = built(parse_framework(WITH_TABLES, ORIGIN), edition=Edition.NATIVE, copy=Copy.UNIT)
    sheet, area = NamedCells(package).area("import1_area")
    pasted = package.with_inputs({(sheet, f"B{area.top + 1}"): "收入", (IMPORTS[0].sheet, "K2"): "元"})
    result = copied(pasted, Copy.EVALUATOR)
    assert result.package.value(sheet, f"B{area.top + 1}") == "收入"
    assert result.package.value(sheet, "K2") == "元"
    assert result.count == 2
    assert alterations(result.package) == []


def test_awards_stay_with_the_evaluator(returned: Package) -> None:
    opened = after(copied(returned, Copy.EVALUATOR).package, award__2=1, problem_fact__3="超编 2 人")
    back = copied(opened, Copy.UNIT)
    assert value(back.package, "award.2") is None
    assert value(back.package, "problem_fact.3") is None
    assert value(back.package, "quota_used") == 315.37
    assert back.notes == ("评价组填的 2 格（指标评分!K5、问题台账!D6 等）没有带过来：单位版里不评定、不登记问题",)
    assert alterations(back.package) == []


def test_what_a_unit_awards_itself_is_found_and_goes_nowhere(returned: Package) -> None:
    forced = with_values(returned, award__2=2, review__2=2, problem_fact__1="没有问题")
    found = [finding for finding in told(forced) if finding.code == "evaluator_cell_filled"]
    assert [(f.severity, f.cell) for f in found] == [("error", "指标评分!K5"), ("error", "问题台账!D4")]
    assert "指标评分 2 格（制度健全：评定分、制度健全：复核分" in found[0].message
    opened = copied(forced, Copy.EVALUATOR)
    assert value(opened.package, "award.2") is None
    assert opened.notes[0].startswith("评价组填的 3 格")
    assert not [finding for finding in told(returned) if finding.code == "evaluator_cell_filled"]


def test_a_complete_workbook_keeps_its_awards_with_the_evaluator() -> None:
    whole = after(built(FRAMEWORK, edition=Edition.NATIVE), unit_name="甲局", award__2=1)
    assert value(copied(whole, Copy.EVALUATOR).package, "award.2") == 1
    with pytest.raises(UserError, match="已经是完整版"):
        copied(whole, Copy.ALL)


def test_roles_and_editions_change_independently(returned: Package) -> None:
    udf = converted(returned, Edition.UDF).package
    assert read_copy(udf) is Copy.UNIT
    assert alterations(udf) == []
    opened = copied(udf, Copy.EVALUATOR).package
    assert read_identity(opened).edition == Edition.UDF
    assert alterations(opened) == []
    native = converted(opened, Edition.NATIVE).package
    assert alterations(native) == []
    assert value(native, "quota_used") == 315.37


def test_a_workbook_gets_more_lines() -> None:
    package = after(built(FRAMEWORK, edition=Edition.NATIVE), unit_name="甲局", problem_fact__2="无合同")
    larger = with_room(package, {"problem": 90})
    assert value(larger, "problem_fact.2") == "无合同"
    assert value(larger, "problem_fact.90") is None
    with pytest.raises(KeyError):
        value(package, "problem_fact.90")
