"""Columns have ids: with one more at the left of every hand-laid sheet, every formula, name and check follows."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest
from openpyxl import Workbook

from tests.support.ci_size import some
from tests.support.workbooks import made_anew
from xlperf.evaluation.scoring import score
from xlperf.frameworks.loading import find_framework
from xlperf.package import open_package
from xlperf.workbook.columns import Column, Columns
from xlperf.workbook.data_files import read_data
from xlperf.workbook.drawing.sheet import Sheet
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets import (
    bonus_items,
    checks,
    cover,
    figures,
    parameters,
    points,
    rates,
    reviews,
    scoring,
    sources,
    standard_readings,
    summary,
    survey_counts,
    survey_schemes,
    surveys,
)

HAND_LAID = (
    *(bonus_items, checks, cover, figures, parameters, points, rates, reviews, scoring, sources),
    *(standard_readings, summary, survey_counts, survey_schemes, surveys),
)
COLUMNS = Columns(code=Column("编码", 6), weight=Column("分值", 7), extra=Column("另", 7))
EXAMPLES = workbooks_folder() / "examples"


def test_addresses() -> None:
    at = COLUMNS.at(4, "column", "指标评分")
    assert (at.weight, COLUMNS.at(4, "row").code, COLUMNS.at(4, "both").code) == ("指标评分!$B4", "A$4", "$A$4")
    assert COLUMNS.span("code", 4, 9, to="weight", sheet="表1") == "'表1'!A4:B9"
    assert COLUMNS.without("extra").ids == ("code", "weight")
    with pytest.raises(ValueError, match="not the last"):
        COLUMNS.without("weight")


def test_an_unknown_column_is_an_error() -> None:
    sheet = Sheet(Workbook(), "表", COLUMNS)
    unknown = "no column 'wieght'; there are code, weight, extra"
    with pytest.raises(ValueError, match=unknown):
        sheet.line({"wieght": 5})
    with pytest.raises(ValueError, match=unknown):
        sheet.line({"weight": 5}, formats={"wieght": "score"})
    with pytest.raises(ValueError, match=unknown):
        sheet.header(headings={"wieght": "分值"})
    for use in (lambda: sheet.at().wieght, lambda: sheet.lock(4, "wieght"), lambda: sheet.name("a_name", "wieght", 4)):
        with pytest.raises(ValueError, match=unknown):
            use()


def widen(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """One more column at the left of a module's sheet."""
    extra = Column("附加", 10, is_named=False)
    columns = Columns(extra=extra, **{name: module.COLUMNS[name] for name in module.COLUMNS.ids})
    monkeypatch.setattr(module, "COLUMNS", columns)
    monkeypatch.setattr(module, "SHEET", replace(module.SHEET, columns=columns))


@pytest.mark.slow
@pytest.mark.parametrize("name", some(["lechang-2021", "yanjin-2022"], ["lechang-2021"]))
def test_every_formula_follows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = find_framework(name)
    made = open_package(EXAMPLES / f"{name}.xlsm")
    for module in HAND_LAID:
        widen(monkeypatch, module)
    wide = open_package(made_anew(source, read_data(EXAMPLES / f"{name}.toml", source.framework)))
    assert NamedCells(made).place("total_score") == ("汇总", "J22")
    assert NamedCells(wide).place("total_score") == ("汇总", "K22")
    was, now = score(made), score(wide)
    assert {finding.code for finding in now.findings} == {finding.code for finding in was.findings}
    assert replace(now, findings=()) == replace(was, findings=())
