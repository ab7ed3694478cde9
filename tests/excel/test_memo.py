"""Answers of Python that a workbook keeps: how often Python is asked, and that no answer is another call's."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pyopenvba.interpreter._values import error

from tests.excel.vba_host import Server, as_value, as_vba, project
from tests.excel.worksheet_calls import Calculation, Call
from tests.support.examples import made_example
from xlperf.errors import CellError
from xlperf.registry import Argument
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells

EXAMPLE = "renhua-2021"


class Counted:
    """A project whose Python is counted: how often it is asked, and what."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.excel = project(Server(self._answer))

    def _answer(self, _: str, name: str, __: tuple[Any, ...]) -> Any:
        self.asked.append(name)
        return float(len(self.asked))

    def call(self, name: str, *arguments: Argument) -> Any:
        return as_value(self.excel.run(name, *map(as_vba, arguments)))

    def count(self, calls: Sequence[Call]) -> int:
        """How often Python is asked in a calculation that makes these calls."""
        before = len(self.asked)
        for name, arguments in calls:
            self.call(name, *arguments)
        return len(self.asked) - before


@pytest.mark.slow
def test_a_repeated_recalculation_asks_nothing_and_a_changed_input_little() -> None:
    package = made_example(EXAMPLE)
    calculation, counted = Calculation(package), Counted()
    first = calculation.calls()
    assert len(first) > 300
    assert counted.count(first) == len(set(map(repr, first)))
    assert counted.count(first) == 0
    known = catalogue(NamedCells(package), read_identity(package).framework.framework)
    amounts = [name for name, item in known.items() if item.type == "money" and item.unit and ":" not in name]
    asked = [counted.count(calculation.calls(**{name: 123.0 + n})) for n, name in enumerate(amounts[:15])]
    assert counted.count(first) == 0
    asked = [count for count in asked if count]
    assert statistics.median(asked) <= 3
    page = (Path(__file__).parents[2] / "docs" / "安装.md").read_text(encoding="utf-8")
    stated = f"{len(first)} 次调用，不同的 {len(set(map(repr, first)))} 次"
    assert stated in page, stated
    assert f"中位数问 {statistics.median(asked):g} 次" in page, statistics.median(asked)


def test_each_call_is_asked_once() -> None:
    counted = Counted()
    call: Call = ("PERF_RATE", (1.0, 3.0))
    assert counted.count([call] * 5) == 1
    assert counted.count([("PERF_RATE", (3.0, 1.0)), ("PERF_CHANGE_RATE", (1.0, 3.0))]) == 2


# Calls that a careless key would take for one another.
DIFFERENT: tuple[Call, ...] = (
    ("PERF_RATE", (0.1 + 0.2, 1.0)),
    ("PERF_RATE", (0.3, 1.0)),
    ("PERF_RATE", (1.0, 1.0)),
    ("PERF_RATE", ("1", 1.0)),
    ("PERF_RATE", (True, 1.0)),
    ("PERF_RATE", (False, 1.0)),
    ("PERF_RATE", (0.0, 1.0)),
    ("PERF_RATE", (None, 1.0)),
    ("PERF_RATE", ("", 1.0)),
    ("PERF_RATE", (CellError("#N/A"), 1.0)),
    ("PERF_RATE", (CellError("#DIV/0!"), 1.0)),
    ("PERF_RATE", ("#N/A", 1.0)),
    ("PERF_GRADE", (1.0, "a|S1:b")),
    ("PERF_GRADE", (1.0, "A|S1:b")),
    ("PERF_GRADE", (1.0, "a|S1:b ")),
    ("PERF_TOTAL", ([[1.0, 2.0]],)),
    ("PERF_TOTAL", ([[1.0], [2.0]],)),
    ("PERF_TOTAL", ([[1.0, 2.0, None]],)),
    ("PERF_TOTAL", ([[1.0, 2.0, 0.0]],)),
)


def test_no_two_of_them_are_taken_for_one() -> None:
    counted = Counted()
    assert counted.count(DIFFERENT) == len(DIFFERENT)
    assert counted.count(DIFFERENT) == 0


def test_an_answer_left_out_is_not_an_empty_one() -> None:
    counted = Counted()
    counted.call("PERF_RATE", 1.0, 0.0)
    counted.call("PERF_RATE", 1.0, 0.0, 0.0)
    assert len(counted.asked) == 2


def test_errors_and_columns_are_kept_as_they_came() -> None:
    answers = iter(["xlperf!#DIV/0!", [[1.0], ["xlperf!#N/A"]]])
    excel = project(Server(lambda *_: next(answers)))
    for _ in range(2):
        assert as_value(excel.run("PERF_RATE", 1.0, 0.0)) == CellError("#DIV/0!")
        assert as_value(excel.run("PERF_RATE", as_vba([[1.0], [2.0]]), 1.0)) == [[1.0], [CellError("#N/A")]]


def test_a_failure_is_not_kept() -> None:
    answers: list[Any] = [error(1000, "MemoryError"), 0.5]

    def call(*_: Any) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    excel = project(Server(call))
    assert as_value(excel.run("PERF_RATE", 1.0, 2.0)) == CellError("#VALUE!")
    assert as_value(excel.run("PERF_RATE", 1.0, 2.0)) == 0.5


def test_another_python_is_asked_anew() -> None:
    """It may be another version."""
    answers: list[Any] = [0.5, error(462, "gone"), 0.6, 0.7]

    def call(*_: Any) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    excel = project(Server(call))
    assert excel.run("PERF_RATE", 1.0, 2.0) == 0.5
    assert excel.run("PERF_RATE", 1.0, 3.0) == 0.6
    assert excel.run("PERF_RATE", 1.0, 2.0) == 0.7


def test_version_and_commands_are_never_kept() -> None:
    counted = Counted()
    for _ in range(2):
        counted.excel.run("PythonAnswer", "XLPERF_VERSION", as_vba("0"))
    assert counted.asked == ["XLPERF_VERSION"] * 2
