"""Rows made taller for the texts that a command writes into them, and nothing else."""

from __future__ import annotations

import re

import pytest

from tests.support import ledger_framework
from tests.support.workbooks import Places, built, places
from xlperf.editions.conversion import Edition
from xlperf.evaluation.scoring import recalculated
from xlperf.formula.addresses import position
from xlperf.package import Package
from xlperf.workbook.appearance import MAXIMUM_ROW_POINTS
from xlperf.workbook.row_heights import fitted
from xlperf.workbook.sheets.ledger import SHEET as LEDGER

FACT = "抽查凭证发现超范围列支接待费用并且没有按规定使用公务卡；"


@pytest.fixture(scope="module")
def blank() -> Package:
    return built(ledger_framework.single_points(), edition=Edition.NATIVE)


def _line(package: Package, fact: str) -> Places:
    return places(
        package,
        **{**ledger_framework.lines(ledger_framework.COUNTED, ledger_framework.PASSED), "problem_fact__1": fact},
    )


def _markup(package: Package, sheet: str) -> str:
    return package.part(package.sheet(sheet).part).decode()


def _heights(package: Package, sheet: str) -> dict[int, float]:
    found = re.findall(r'<row r="(\d+)"[^>]*? ht="([\d.]+)"', _markup(package, sheet))
    return {int(row): float(points) for row, points in found}


def _row(package: Package) -> int:
    """The ledger's first line."""
    [(_, ref)] = places(package, problem_fact__1="")
    return position(ref)[0]


def test_the_rows_of_long_texts_grow(blank: Package) -> None:
    row = _row(blank)
    heights = []
    for times in (1, 4, 8, 400):
        filled = _line(blank, FACT * times)
        heights.append(_heights(fitted(recalculated(blank, filled), filled), LEDGER.title))
    own = [found[row] for found in heights]
    assert own[0] < own[1] < own[2] < own[3] == MAXIMUM_ROW_POINTS
    # The line below, with a short fact, and all others are as they were.
    assert all({**found, row: 0} == {**_heights(blank, LEDGER.title), row: 0} for found in heights)


def test_nothing_but_heights_changes(blank: Package) -> None:
    filled = _line(blank, FACT * 4)
    result = recalculated(blank, filled)
    package = fitted(result, filled)
    for sheet in package.worksheets:
        before, after = (re.sub(r' ht="[^"]*"', "", _markup(p, sheet.name)) for p in (result.package, package))
        assert before == after, sheet.name
    assert package.formula_digest == blank.formula_digest


def test_no_row_gets_lower_and_nothing_new_is_nothing_to_do(blank: Package) -> None:
    filled = _line(blank, FACT * 8)
    tall = fitted(recalculated(blank, filled), filled)
    short = _line(tall, FACT)
    assert _heights(fitted(recalculated(tall, short), short), LEDGER.title) == _heights(tall, LEDGER.title)
    again = recalculated(tall)
    assert fitted(again).data == tall.data


def test_what_nobody_sees_needs_no_room(blank: Package) -> None:
    """The running texts in hidden columns are longer than what is seen of a line."""
    facts = {f"problem_fact__{number}": FACT for number in range(1, 5)}
    chosen = dict.fromkeys((f"problem_indicator__{number}" for number in range(1, 5)), ledger_framework.COUNTED)
    filled = places(blank, **facts, **chosen)
    found = _heights(fitted(recalculated(blank, filled), filled), LEDGER.title)
    row = _row(blank)
    assert len({found[row + number] for number in range(4)}) == 1


def test_typing_fits_the_row(blank: Package) -> None:
    """Lines don't say that their height was chosen; titles, whose cells are merged, do."""
    rows = dict(re.findall(r'<row r="(\d+)"([^>]*)>', _markup(blank, LEDGER.title)))
    assert "customHeight" not in rows[str(_row(blank))]
    assert "customHeight" in rows["1"]
