"""What people see of a workbook: no error values, no ids, no function names, blank or filled."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.workbooks import after, built
from xlperf.errors import CellError
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.identity import FREE_SHEET
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells
from xlperf.workbook.needs import Needs
from xlperf.workbook.roles import Copy
from xlperf.workbook.sheets.all_sheets import computed_place, sheets_of, shown_place

_HIDDEN_COLUMN = re.compile(rb"<col\b(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*>")
_HIDDEN_ROW = re.compile(rb"<row\b(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*\br=\"(\d+)\"")
# An id has small letters and underscores; our functions begin with PERF_.
MACHINE_WORDS = re.compile(r"\b[a-z][a-z0-9]*_[a-z0-9_.]+|PERF_|#N/A|#VALUE!|#DIV/0!|#NUM!|#REF!|#NAME\?")


def seen(package: Package) -> Iterator[tuple[str, str, Value]]:
    """The cells that people see: sheet, row and column are not hidden. None of our conditional formats hides a cell:
    they only colour it.
    """
    for sheet in package.worksheets:
        if sheet.state != "visible":
            continue
        xml = package.part(sheet.part)
        rows = {int(row) for row in _HIDDEN_ROW.findall(xml)}
        columns: set[int] = set()
        for column in _HIDDEN_COLUMN.findall(xml):
            low, high = (int(re.findall(rb"%s=\"(\d+)\"" % name, column)[0]) for name in (b"min", b"max"))
            columns |= set(range(low, high + 1))
        for ref, cell in package.cells(sheet.name).items():
            if cell.row not in rows and cell.column not in columns and cell.value is not None:
                yield sheet.name, ref, cell.value


def unfit(package: Package) -> list[tuple[str, str, Value]]:
    """The cells that people see and should not; the sheet to try functions on shows functions."""
    return [
        (sheet, ref, value)
        for sheet, ref, value in seen(package)
        if sheet != FREE_SHEET
        if isinstance(value, CellError) or (isinstance(value, str) and MACHINE_WORDS.search(value))
    ]


@pytest.mark.whole
@pytest.mark.parametrize("framework", shipped_frameworks())
def test_a_blank_workbook_shows_neither_errors_nor_ids(framework: str) -> None:
    package = built(framework)
    assert unfit(package) == []
    # The formulas have them all the same: a blank is no 0.
    assert any(isinstance(value, CellError) for value in NamedCells(package).column("indicator_score"))
    visible = [sheet.name for sheet in package.worksheets if sheet.state == "visible"]
    needs = Needs(find_framework(framework).framework)
    assert visible == [*(s.title for s in sheets_of(needs.framework) if s.is_shown(needs, Copy.ALL)), FREE_SHEET]


@pytest.mark.whole
@pytest.mark.parametrize("example", ["renhua-2021", "yanjin-2022"])
def test_a_filled_workbook_shows_neither_errors_nor_ids(example: str) -> None:
    data = (workbooks_folder() / "examples" / f"{example}.toml").read_text(encoding="utf-8")
    assert unfit(built(example, data)) == []


@pytest.mark.whole
def test_what_is_wrong_is_told_in_words() -> None:
    package = after(built("renhua-2021"), quota_used=5, quota_issued=0, projects_total=4)
    names = NamedCells(package)
    rate = names.place("spending_rate")
    assert package.value(*rate) == CellError("#DIV/0!")
    assert package.value(*shown_place(rate)) == "分母为零"
    assert package.value(*shown_place(names.place("goal_coverage_rate"))) == "待填"
    wrong = after(package, projects_total="四", projects_with_goals=3)
    assert wrong.value(*shown_place(NamedCells(wrong).place("goal_coverage_rate"))) == "数据有误"
    assert unfit(wrong) == []


@pytest.mark.whole
def test_the_cells_that_show_and_those_that_calculate_belong_together() -> None:
    names = NamedCells(built("renhua-2021"))
    for name in ("indicator_score", "point_low", "total_score", "spending_rate"):
        place = names.place(name)
        assert shown_place(place) != place
        assert computed_place(shown_place(place)) == place
    assert shown_place(("指标评分", "K21")) == computed_place(("指标评分", "K21")) == ("指标评分", "K21")


@pytest.mark.whole
def test_the_total_that_waits_is_no_error_on_the_cover() -> None:
    package = built("renhua-2021")
    values = {value for sheet, ref, value in seen(package) if sheet == "封面与说明" and ref.startswith("B")}
    assert "待填" in values


@pytest.mark.whole
@pytest.mark.parametrize(("framework", "other"), [("wuhua-2023", "评定分"), ("renhua-2021", "自评分")])
def test_sentences_call_the_score_as_those_do_who_give_it(framework: str, other: str) -> None:
    """But for the columns of all three scores, and what is said of all three."""
    told = [
        value
        for sheet, _, value in seen(built(framework))
        if sheet in ("封面与说明", "指标评分") and isinstance(value, str) and other in value
    ]
    assert [text for text in told if text != other and "复核分" not in text] == []
