"""The registry: what can't be declared, how arguments are converted, how ranges broadcast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from xlperf.errors import CellError
from xlperf.functions.rates import rate as declared_rate
from xlperf.registry import FAMILIES, FunctionSpec, Kind, Parameter, worksheet_function, worksheet_functions
from xlperf.values import Grid, Value

NA, VALUE, DIV, NUM, REF = map(CellError, ("#N/A", "#VALUE!", "#DIV/0!", "#NUM!", "#REF!"))
FUNCTIONS = worksheet_functions()
RATE, RATIO, TOTAL, PASS = (FUNCTIONS[f"PERF_{n}"] for n in ("RATE", "SCORE_RATIO", "TOTAL", "SCORE_PASS"))


def implementation(name: str, source: str, family: str = "rates") -> Callable[..., Any]:
    namespace: dict[str, Any] = {"__name__": f"xlperf.functions.{family}"}
    exec(f"def {name}({source}): return 0", namespace)
    return namespace[name]  # type: ignore[no-any-return]


def declare(
    name: str = "PERF_SHARE",
    source: str = "a, b",
    parameters: tuple[Parameter, ...] | None = None,
    *,
    help: str = "说明",
    function: str = "",
    family: str = "rates",
    plain: str | None = None,
) -> None:
    given = (
        parameters if parameters is not None else (Parameter("a", Kind.NUMBER, "甲"), Parameter("b", Kind.NUMBER, "乙"))
    )
    made = implementation(function or name.removeprefix("PERF_").lower(), source, family)
    native = implementation("native", ", ".join(p.name for p in given) if plain is None else plain)
    worksheet_function(name, label="比", help=help, parameters=given, native=native)(made)


LONG = tuple(Parameter(f"{letter * 64}", Kind.NUMBER, "甲") for letter in "abcd")


@pytest.mark.parametrize(
    ("check", "arguments"),
    [
        (1, {"name": "RATE_OF"}),
        (1, {"name": "PERF_rate"}),
        (1, {"name": "PERF_TAX2024"}),
        (1, {"name": "PERF_" + "A" * 27}),
        (2, {"function": "other"}),
        (8, {"plain": "a"}),
        (3, {"family": "unknown"}),
        (4, {"source": "b, a"}),
        (4, {"source": "a"}),
        (5, {"parameters": (Parameter("a", Kind.NUMBER, "甲", is_required=False), Parameter("b", Kind.NUMBER, "乙"))}),
        (6, {"help": ""}),
        (6, {"help": "长" * 256}),
        (6, {"parameters": (Parameter("a", Kind.NUMBER, ""), Parameter("b", Kind.NUMBER, "乙"))}),
        (6, {"parameters": (Parameter("a", Kind.NUMBER, "长" * 256), Parameter("b", Kind.NUMBER, "乙"))}),
        (7, {"source": ", ".join(p.name for p in LONG), "parameters": LONG}),
    ],
)
def test_not_declarable(check: int, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=rf"not declarable in Excel \(check {check}\)"):
        declare(**arguments)


def test_not_declarable_twice() -> None:
    spec = FUNCTIONS["PERF_RATE"]
    with pytest.raises(ValueError, match="PERF_RATE is declared twice"):
        worksheet_function("PERF_RATE", label="比率", help="说明", parameters=spec.parameters, native=spec.native)(
            declared_rate
        )
    assert worksheet_functions()["PERF_RATE"] is spec


def test_functions_stand_in_the_order_of_their_families() -> None:
    families = [spec.family for spec in FUNCTIONS.values()]
    assert tuple(dict.fromkeys(families)) == FAMILIES
    assert families == sorted(families, key=FAMILIES.index)
    assert [name for name, spec in FUNCTIONS.items() if spec.name != name] == []


def test_spec_describes_the_call() -> None:
    assert RATE.signature == "PERF_RATE(numerator, denominator, [if_zero])"
    assert (RATE.minimum_arguments, RATE.maximum_arguments) == (2, 3)
    assert RATE.doc.startswith("A ratio of two numbers")


@pytest.mark.parametrize("arguments", [[], [1], [1, 2, 3, 4]])
def test_wrong_number_of_arguments(arguments: list[Any]) -> None:
    assert RATE.call(arguments) == VALUE


@pytest.mark.parametrize(
    ("spec", "arguments", "expected"),
    [
        (RATE, [1, 4], 0.25),
        (RATE, [[[1]], [[4]]], 0.25),
        (RATE, [[[None]], 4], NA),
        (RATE, [1, 0, None], DIV),
        (RATE, [1, 0, ""], DIV),
        (RATE, [1, 0, [[None]]], DIV),
        (RATE, [float("nan"), 1], NUM),
        (RATE, [float("inf"), 1], NUM),
        (RATE, [10**400, 1], NUM),
        (RATE, [1e300, 1e-300], NUM),
        (RATIO, [2, 1.5, 1], VALUE),
        (RATIO, [2, 1.5, True], VALUE),
        (TOTAL, [[[1, 2], [3, 4]]], 10),
        (TOTAL, [[[1, 2], [3, REF]], DIV], REF),
        (TOTAL, [5, 3], 3),
        (TOTAL, [5, [[None]]], 5),
        (PASS, [2, 1.0], 2),
        (PASS, [2, 0.5], VALUE),
        (PASS, [2, "TRUE"], VALUE),
    ],
)
def test_conversion(spec: FunctionSpec, arguments: list[Any], expected: Value) -> None:
    assert spec.call(arguments) == expected


@pytest.mark.parametrize("grid", [[], [[]], [[], []], [[1], [1, 2]], [[1, 2], [3]]])
def test_a_range_is_a_rectangle(grid: Any) -> None:
    assert RATE.call([grid, 2]) == VALUE
    assert TOTAL.call([grid]) == VALUE


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([[[1], [2]], 4], [[0.25], [0.5]]),
        ([[[1, 2]], 4], [[0.25, 0.5]]),
        ([[[1], [2]], [[4], [8]]], [[0.25], [0.25]]),
        ([[[1], [2]], [[4, 8]]], [[0.25, 0.125], [0.5, 0.25]]),
        ([[[1, 2], [3, 4]], [[10, 20]]], [[0.1, 0.1], [0.3, 0.2]]),
        ([[[1], [None], ["2"], [REF]], 0, 9], [[9], [NA], [VALUE], [REF]]),
        ([[[1], [2]], REF], [[REF], [REF]]),
        ([[[1], [2]], [[1], [2], [3]]], VALUE),
        ([[[1, 2]], [[1, 2, 3]]], VALUE),
    ],
)
def test_a_range_broadcasts(arguments: list[Any], expected: Any) -> None:
    assert RATE.call(arguments) == expected


def test_a_whole_range_is_shared_by_the_rows_of_another() -> None:
    bands: Grid = [["≥", 80, "良"], ["否则", None, "差"]]
    assert FUNCTIONS["PERF_GRADE"].call([[[82.57], [50], [None]], bands]) == [["良"], ["差"], [NA]]


def test_reasons_are_chinese() -> None:
    error = RATE.call(["十二", 1])
    assert isinstance(error, CellError)
    assert error.reason == "numerator 应为数字，现为“十二”"
