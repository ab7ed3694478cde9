"""Texts in a submitted workbook don't reach the terminal as anything but text, and stay text in what is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.sandbox import Sandbox, sandbox
from tests.support import hostile_workbooks
from tests.support.hostile_workbooks import stamped
from xlperf.package import Package, open_package
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.whole

TEXT = "局\x1b[2J\x1b]0;x\x07\x9b31m\u202e\rX[red]"


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with sandbox() as opened:
        yield opened


def hostile() -> Package:
    """A filled workbook with a text of control characters wherever people write one."""
    package = open_package(stamped())
    names = NamedCells(package)
    wanted = [names.place("unit_name"), *names.places("indicator_reason"), *names.places("indicator_problems")]
    wanted += [names.place("evaluation_year"), *names.places("problem_fact")]
    places = [place for place in wanted if (cell := package.cells(place[0]).get(place[1])) is None or not cell.formula]
    return package.with_inputs({place: TEXT for place in places if package.value(*place) is not None})


@pytest.mark.parametrize("words", [["score"], ["check"], ["inputs"], ["score", "--json"], ["check", "--json"]])
def test_control_characters_are_shown_as_codes(words: list[str], box: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "交来.xlsm").write_bytes(hostile().data)
    outcome = box.run(tmp_path, words[0], "交来.xlsm", *words[1:])
    assert outcome.problem == ""
    assert outcome.status in (0, 1)
    if words == ["score"]:
        assert "局\\u001b[2J\\u001b]0;x\\u0007\\u009b31m\\u202e\\u000dX[red]" in outcome.out
    if words == ["score", "--json"]:
        assert json.loads(outcome.out)["unit"] == TEXT


def test_sheet_names_in_messages(box: Sandbox, tmp_path: Path) -> None:
    book = hostile_workbooks.book(hostile_workbooks.SHEETS.replace("第二", "_x001B_[2J"))
    (tmp_path / "a.xlsx").write_bytes(hostile_workbooks.with_parts(BOOK=book))
    outcome = box.run(tmp_path, "recalc", "a.xlsx", "-o", "out.xlsx")
    assert (outcome.status, outcome.problem) == (2, "")


def test_a_formula_set_as_text_is_text(box: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "交来.xlsm").write_bytes(stamped())
    outcome = box.run(tmp_path, "set", "交来.xlsm", "reason.18==1+1", "-o", "out.xlsm")
    assert (outcome.status, outcome.problem) == (0, "")
    package = open_package(tmp_path / "out.xlsm")
    names = NamedCells(package)
    sheet, ref = names.by_code("indicator_code", "indicator_reason")["18"]
    cell = package.cells(sheet)[ref]
    assert (cell.value, cell.formula) == ("=1+1", None)
