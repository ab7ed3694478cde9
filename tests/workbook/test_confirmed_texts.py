"""A workbook whose official text is another one than was confirmed gives no score for it, in both editions, and says so."""

from __future__ import annotations

import pytest

from tests.support import small_framework as small
from tests.support.workbooks import after, built
from xlperf.editions.conversion import Edition
from xlperf.errors import CellError
from xlperf.evaluation.scoring import assessed, recalculated
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.gate_condition import RESULT, SUBMISSION
from xlperf.workbook.gates import FAILED
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.sheets import points, scoring
from xlperf.workbook.waiting import TEXT_CHANGED

LONG = "支出率按比例得分；" + "口径见部门决算报表编制说明，" * 30
SOURCE = parse_framework(small.changed(('standard = "按比例得分"', f'standard = "{LONG}"')), small.ORIGIN)
FILLED: dict[str, Value] = {
    "unit_name": "水务局", "evaluation_year": 2021, "money_unit": "万元", "quota_used": 90, "quota_issued": 100,
    "staff_count": 3, "has_rules": "是", "main_goal": "供水",
    "finding__2__1": "符合", "finding__2__2": 0, "finding__2__3": "公开",
}  # fmt: skip
# A letter more, one that only looks the same, a blank, a line break.
EDITS = {
    "a sign more": LONG + "。",
    "another width": LONG.replace("，", ",", 1),
    "a blank": LONG.replace("按", " 按", 1),
    "beyond 255 signs": LONG[:-1] + "。",
    "emptied": None,
}


@pytest.fixture(scope="module", params=list(Edition))
def book(request: pytest.FixtureRequest) -> Package:
    return after(built(SOURCE, edition=request.param), **FILLED)


def text_of(book: Package, code: str) -> Place:
    names = NamedCells(book)
    is_point = "." in code
    sheet, ref = names.by_code(
        *(("point_code", "point_weight") if is_point else ("indicator_code", "indicator_weight"))
    )[code]
    columns, column = (points.COLUMNS, "text") if is_point else (scoring.COLUMNS, "standard")
    return sheet, f"{columns.letter(column)}{ref.strip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"


def seen(book: Package, code: str) -> dict[str, Value]:
    sheet, ref = text_of(book, code)
    at = scoring.COLUMNS.at(int(ref.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
    return {
        column: book.value(sheet, at[column])
        for column in ("shown_low", "shown_high", "rule", "shown_score", "status", "score")
    }


WAITING = dict.fromkeys(("shown_low", "shown_high", "rule", "shown_score", "status"), TEXT_CHANGED) | {
    "score": CellError("#N/A")
}


@pytest.mark.whole
def test_as_it_was_confirmed(book: Package) -> None:
    assert NamedCells(book).value("total_score") == 10
    assert seen(book, "1")["status"] == "按规则"


@pytest.mark.whole
@pytest.mark.parametrize("name", EDITS)
def test_another_text_gives_no_score(book: Package, name: str) -> None:
    found = recalculated(book, {text_of(book, "1"): EDITS[name]}).package
    assert seen(found, "1") == WAITING
    assert seen(found, "2")["score"] == 4
    assert NamedCells(found).value("total_score") == CellError("#N/A")


@pytest.mark.whole
def test_nor_does_an_award(book: Package) -> None:
    place = text_of(book, "1")
    found = after(
        book.with_inputs({place: LONG + "。"}), award__1=5, reason__1="认定", reason_score__1=5, evidence__1="见底稿"
    )
    assert seen(found, "1") == WAITING
    again = recalculated(found, {place: LONG}).package
    assert seen(again, "1")["score"] == 5


@pytest.mark.whole
def test_the_text_of_a_point(book: Package) -> None:
    found = recalculated(book, {text_of(book, "2.2"): "没有问题，且没有投诉"}).package
    assert seen(found, "2") == WAITING
    names = NamedCells(found)
    codes = {code: names.package.value(*place) for code, place in names.by_code("point_code", "point_low").items()}
    assert codes == {"1.1": 6, "2.1": 1, "2.2": CellError("#N/A"), "2.3": 1}


def test_check_and_gates_name_it(book: Package) -> None:
    place = text_of(book, "1")
    findings, gates = assessed(book.with_inputs({place: LONG + "。"}))
    told = [f for f in findings if f.code == "standard_text_changed"]
    assert [(f.severity, "支出率" in f.message) for f in told] == [("error", True)]
    # That a locked cell holds something else is told as before.
    assert any(f.code == "locked_cell_changed" and f.cell == "!".join(place) for f in findings)
    for gate in (SUBMISSION, RESULT):
        assert gates[gate].state == FAILED[gate]
        assert any("标准文字已改，未确认" in reason for reason in gates[gate].reasons)


def test_the_confirmed_copy_is_locked_as_well(book: Package) -> None:
    """Whoever changes both gets a score, and is told of in any check."""
    sheet, ref = text_of(book, "1")
    copy = scoring.COLUMNS.letter("confirmed") + ref.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    findings, _ = assessed(book.with_inputs({(sheet, ref): LONG + "。", (sheet, copy): LONG + "。"}))
    assert {f.cell for f in findings if f.code == "locked_cell_changed"} >= {f"{sheet}!{ref}", f"{sheet}!{copy}"}
