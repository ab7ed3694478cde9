"""The whole way of a call but for Excel and COM: VBA wrapper, xlwings' conversion, our function, and back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.excel.com_stubs import udf_server
from tests.excel.vba_host import Server, as_com, as_value, as_vba, project
from tests.support.case_files import BeyondPlainError, Case, all_cases, examples, plain, plain_call
from xlperf.errors import CellError
from xlperf.registry import worksheet_functions
from xlperf.values import Grid, same_number

EVERY = [*all_cases(), *examples()]
MODULE = "xlperf.excel.udfs"


@pytest.fixture(scope="module")
def python() -> Iterator[Any]:
    """xlwings' server object."""
    with pytest.MonkeyPatch.context() as patch, udf_server(patch) as server:
        yield server


@pytest.fixture(scope="module")
def excel(python: Any) -> Any:
    """The VBA project, connected to it."""
    return project(Server(lambda module, name, arguments: python.CallUDF(module, name, arguments)))


@cache
def single_calls() -> list[Case]:
    found = []
    for case in EVERY:
        try:
            plain_call(case)
        except BeyondPlainError:
            continue
        found.append(case)
    return found


def test_most_cases_are_single_calls_and_every_function_has_some() -> None:
    called = {plain_call(case)[0].name for case in single_calls()}
    assert called == set(worksheet_functions())
    assert len(single_calls()) > 0.8 * len(EVERY)


@pytest.mark.whole
@pytest.mark.parametrize("name", worksheet_functions())
def test_cases_through_wrapper_and_xlwings(name: str, excel: Any) -> None:
    calls = [
        (case, arguments) for case in single_calls() for spec, arguments in [plain_call(case)] if spec.name == name
    ]
    answers = [(case, as_value(excel.run(name, *map(as_vba, given)))) for case, given in calls]
    assert len(answers) > 0
    assert {case.name: problem for case, answer in answers if (problem := case.problem(answer))} == {}


def test_a_column_gives_a_column(excel: Any) -> None:
    rates: Grid = [[209.26], [21.0], [None], ["文字"], [CellError("#REF!")]]
    budgets: Grid = [[213.7], [0.0], [1.0], [1.0], [1.0]]
    found = as_value(excel.run("PERF_RATE", as_vba(rates), as_vba(budgets)))
    assert [row[0] if isinstance(row, list) else row for row in found] == [
        209.26 / 213.7,
        CellError("#DIV/0!"),
        CellError("#N/A"),
        CellError("#VALUE!"),
        CellError("#REF!"),
    ]


def test_a_row_gives_a_row(excel: Any) -> None:
    found = as_value(excel.run("PERF_RATE", as_vba([[1.0, 2.0, 3.0]]), 0.0))
    assert found == [CellError("#DIV/0!")] * 3


def test_a_range_is_read_by_its_values(excel: Any) -> None:
    sheet = excel.sheet(1)
    for ref, value in (("A1", 60), ("A2", 45.5), ("A4", 1), ("B1", 100)):
        sheet.set_value(ref, value)
    assert excel.evaluate('PERF_TOTAL(Range("A1:A2"), Range("B1"))') == 100
    assert excel.evaluate('PERF_TOTAL(Range("A1:A2"))') == 105.5
    assert as_value(excel.evaluate('PERF_TOTAL(Range("A1:A4"))')) == CellError("#N/A")


def test_python_answers_directly_as_through_the_wrapper(python: Any) -> None:
    """The same without VBA: what xlwings is given is what COM gives, and an error goes as marked text."""
    rate = [case for case in single_calls() if plain_call(case)[0].name == "PERF_RATE"]
    assert len(rate) > 5
    for case in rate:
        spec, arguments = plain_call(case)
        padded = [*arguments, *[None] * (spec.maximum_arguments - len(arguments))]
        found, wanted = python.CallUDF(MODULE, spec.name, tuple(as_com(as_vba(a)) for a in padded)), plain(case)
        if isinstance(wanted, CellError):
            assert found == f"xlperf!{wanted.code}"
        else:
            assert same_number(found, wanted)  # type: ignore[arg-type]


def test_every_wrapper_declares_what_the_registry_says(python: Any) -> None:
    module = sys.modules[MODULE]
    for spec in worksheet_functions().values():
        declared = getattr(module, spec.name).__xlfunc__
        assert [argument["name"] for argument in declared["args"]] == [p.name for p in spec.parameters]
        assert [argument["doc"] for argument in declared["args"]] == [p.help for p in spec.parameters]
        assert [p.is_required for p in spec.parameters] == ["optional" not in a for a in declared["args"]]
        assert (declared["ret"]["doc"], declared["category"]) == (spec.help, "绩效评价")


def broken_python(*_: Any) -> Any:
    from pyopenvba.interpreter._values import error

    raise error(1000, "ZeroDivisionError: division by zero")


@pytest.mark.parametrize("spec", worksheet_functions().values(), ids=lambda spec: spec.name)
def test_a_failure_in_python_is_a_value_error_and_logged(spec: Any) -> None:
    excel = project(Server(broken_python))
    found = as_value(excel.run(spec.name, *[1.0] * spec.minimum_arguments))
    assert found == CellError("#VALUE!")
    assert excel.run("Noted") == f"{spec.name}: ZeroDivisionError: division by zero\n"


def test_without_python_cells_show_name_errors_and_one_try_is_made() -> None:
    excel = project(None)
    assert [as_value(excel.run("PERF_RATE", 1.0, 2.0)) for _ in range(5)] == [CellError("#NAME?")] * 5
    assert excel.run("CountStarts") == 1
    assert "Python 没有启动" in excel.run("Noted")


def test_without_settings_nothing_is_started_and_the_log_says_what_to_do() -> None:
    excel = project(None, missing="没有设置 Python：请运行 xlperf addin install")
    assert as_value(excel.run("PERF_TOTAL", 1.0)) == CellError("#NAME?")
    assert excel.run("CountStarts") == 0
    assert "xlperf addin install" in excel.run("Noted")


def test_a_python_that_ended_is_started_again() -> None:
    from pyopenvba.interpreter._values import error

    answers = iter([error(462, "The remote server machine does not exist"), 0.5])

    def call(*_: Any) -> Any:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    excel = project(Server(call))
    assert excel.run("PERF_RATE", 1.0, 2.0) == 0.5
    assert excel.run("CountStarts") == 2
    assert excel.run("Noted") in ("", None)


@pytest.mark.parametrize("code", CellError.CODES)
def test_every_error_becomes_a_real_one(code: str) -> None:
    excel = project(Server(lambda *_: f"xlperf!{code}"))
    assert as_value(excel.run("PERF_RATE", 1.0, 2.0)) == CellError(code)


@pytest.mark.whole
def test_text_and_truth_values_pass_unchanged() -> None:
    for value in ("优", "#N/A", True, False, 1.5, ""):
        excel = project(Server(lambda *_, value=value: value))
        found = excel.run("PERF_GRADE", 1.0, "x")
        assert (type(found), found) == (type(value), value)


def test_the_self_test_passes() -> None:
    assert project(None).run("XLPERF_SELFTEST").startswith("自检通过")
