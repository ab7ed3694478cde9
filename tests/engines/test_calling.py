"""Calls of worksheet functions from compiled code give what the declaration gives, whatever the arguments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.case_files import BeyondPlainError, all_cases, examples, plain_call
from xlperf.engines.compiled.library.ranges import block
from xlperf.engines.compiled.marshalling import caller
from xlperf.errors import CellError
from xlperf.registry import Argument, FunctionSpec, Kind, Parameter, worksheet_functions
from xlperf.values import Value

SPECS = worksheet_functions()

numbers = st.sampled_from([0.0, -0.0, 1.0, 2.0, 0.5, 0.95, -3.0, 1e308, math.inf, -math.inf, math.nan]) | st.floats()
texts = st.sampled_from(["", "甲", "12", "≥", "否则", "≥100%:2; 否则:0", "高于", "前两档,合并", "理由"])
errors = st.sampled_from([CellError(code) for code in CellError.CODES])
cells: st.SearchStrategy[Value] = st.none() | numbers | st.booleans() | texts | errors


def grids(content: st.SearchStrategy[Any]) -> st.SearchStrategy[Argument]:
    return st.tuples(st.integers(1, 4), st.integers(1, 3)).flatmap(
        lambda size: st.lists(st.lists(content, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
    )


def argument(parameter: Parameter) -> st.SearchStrategy[Argument]:
    """Mostly what the parameter is for, now and then anything."""
    fitting: dict[Kind, st.SearchStrategy[Argument]] = {
        Kind.NUMBER: numbers,
        Kind.FLAG: st.booleans(),
        Kind.TEXT: texts,
        Kind.ANY: cells,
        Kind.NUMBERS: grids(numbers),
        Kind.VALUES: grids(cells),
        Kind.TABLE: grids(cells),
    }
    whole = grids(cells) if not parameter.kind.is_scalar else cells
    return st.one_of(*[fitting[parameter.kind]] * 4, cells, whole)


def arguments(name: str) -> st.SearchStrategy[tuple[Argument, ...]]:
    spec = SPECS[name]
    counts = st.integers(spec.minimum_arguments, spec.maximum_arguments)
    return counts.flatmap(lambda count: st.tuples(*map(argument, spec.parameters[:count])))


def identical(one: object, two: object) -> bool:
    """Equal in kind, value and sign."""
    if isinstance(one, float) and isinstance(two, float):
        return one == two and math.copysign(1, one) == math.copysign(1, two)
    return type(one) is type(two) and one == two


def as_cell(result: Argument) -> Value:
    """What one cell shows of a result."""
    if isinstance(result, list):
        return result[0][0] if len(result) == 1 == len(result[0]) else CellError("#VALUE!")
    return float(result) if type(result) is int else result


def calls() -> list[tuple[FunctionSpec, list[Argument]]]:
    """The calls of the worked cases and of the docstrings, their numbers as cells hold them."""
    found = []
    for case in (*all_cases(), *examples()):
        try:
            spec, given_ = plain_call(case)
        except BeyondPlainError:
            continue
        found.append((spec, [in_cell(value) for value in given_]))
    return found


def in_cell(value: Argument) -> Argument:
    if isinstance(value, list):
        return [[in_cell(item) for item in row] for row in value]  # type: ignore[misc]
    return float(value) if type(value) is int else value


CALLS = calls()


def called(spec: FunctionSpec, given_: Sequence[Argument]) -> Value:
    """What a formula gets, which passes ranges as areas."""
    return caller(spec)(*(block(value) if isinstance(value, list) else value for value in given_))


def test_the_worked_cases() -> None:
    differing = [
        (spec.name, given_) for spec, given_ in CALLS if not identical(called(spec, given_), as_cell(spec.call(given_)))
    ]
    assert differing == []


def test_most_worked_cases_take_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    long: list[str] = []
    declared = FunctionSpec.call

    def noted(spec: FunctionSpec, arguments: Sequence[Argument]) -> Argument:
        long.append(spec.name)
        return declared(spec, arguments)

    monkeypatch.setattr(FunctionSpec, "call", noted)
    for spec, given_ in CALLS:
        called(spec, given_)
    assert len(CALLS) > 300
    assert len(long) < len(CALLS) / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize(
    "examples_", [60, pytest.param(3000, marks=pytest.mark.soak)], ids=lambda count: f"{count} calls"
)
def test_the_short_way_gives_what_the_declaration_gives(name: str, examples_: int) -> None:
    spec = SPECS[name]

    @settings(max_examples=examples_, deadline=None, derandomize=True)
    @given(arguments(name))
    def check(chosen: tuple[Argument, ...]) -> None:
        expected = as_cell(spec.call(chosen))
        assert identical(called(spec, chosen), expected), (chosen, expected)

    check()
