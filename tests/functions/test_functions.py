"""The worked cases in plain Python, and what every worksheet function's docstring must say."""

from __future__ import annotations

import re

import pytest

from tests.support.case_files import BeyondPlainError, Case, all_cases, cases, examples, plain
from xlperf.errors import CellError
from xlperf.registry import FAMILIES, FunctionSpec, worksheet_functions
from xlperf.values import Value

SPECS = list(worksheet_functions().values())
SECTIONS = ("Args:", "Returns:", "Errors:", "Source:", "Examples:")
CASES = all_cases()


def is_plain(case: Case) -> bool:
    try:
        plain(case)
    except BeyondPlainError:
        return False
    return True


def is_truth(value: Value) -> bool:
    return isinstance(value, bool)


PLAIN_CASES = [case for case in CASES if is_plain(case)]


def test_every_case() -> None:
    assert {case.name: problem for case in PLAIN_CASES if (problem := case.problem(plain(case)))} == {}


def test_nearly_all_cases_are_plain() -> None:
    beyond = [case.formula for case in CASES if case not in PLAIN_CASES]
    assert 0 < len(beyond) <= 25, beyond


def test_case_names_are_unique() -> None:
    names = [case.name for case in CASES]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("found", "agrees"),
    [(2.0, True), (2, True), (2.01, False), (True, False), ("2", False), (CellError("#N/A"), False), (None, False)],
)
def test_a_case_tells_right_from_wrong(found: object, agrees: bool) -> None:
    assert (not Case("", "=2", 2, "").problem(found)) is agrees


@pytest.mark.parametrize("expected", [True, "2", CellError("#N/A")])
def test_a_case_tells_types_apart(expected: Value) -> None:
    case = Case("", "", expected, "")
    assert not case.problem(expected)
    assert all(case.problem(other) for other in (1, 1.0, False, "x", CellError("#NUM!"), None))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_function_has_cases_of_every_sort(family: str) -> None:
    found = cases(family)
    for spec in SPECS:
        if spec.family != family:
            continue
        own = [case for case in found if case.formula.startswith(f"={spec.name}(")]
        codes = {case.expected.code for case in own if isinstance(case.expected, CellError)}
        assert any(not isinstance(case.expected, CellError) for case in own), spec.name
        assert {"#N/A", "#VALUE!"} <= codes, spec.name
        assert any(isinstance(cell, CellError) for case in own for cell in case.cells.values()), spec.name
        assert any(
            re.search(r"\b(TRUE|FALSE)\b", case.formula) or True in map(is_truth, case.cells.values()) for case in own
        )


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_docstring(spec: FunctionSpec) -> None:
    first, _, rest = spec.doc.partition("\n\n")
    assert len(first) <= 255
    positions = [rest.find(section) for section in SECTIONS]
    assert -1 not in positions, [s for s, p in zip(SECTIONS, positions, strict=True) if p < 0]
    assert positions == sorted(positions)
    described = re.search(r"Args:\n(.*?)\nReturns:", rest, re.S)
    assert described is not None
    assert re.findall(r"^ +(\w+):", described[1], re.M) == [parameter.name for parameter in spec.parameters]
    lines = rest[positions[-1] :].strip().splitlines()[1:]
    assert lines
    assert all(spec.name in line and " -> " in line for line in lines)
    assert len([case for case in examples() if case.name.startswith(spec.name + " ")]) == len(lines)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_help_is_chinese_and_fits_excel(spec: FunctionSpec) -> None:
    for text in (spec.label, spec.help, *(parameter.help for parameter in spec.parameters)):
        assert re.search(r"[\u4e00-\u9fff]", text), text
        assert len(text) <= 255, text
    assert len(spec.name) <= 31
    assert sum(len(parameter.name) + 1 for parameter in spec.parameters) < 254
    for parameter in spec.parameters:
        assert bool(re.search("可省略|可留空", parameter.help)) is not parameter.is_required, parameter.name
