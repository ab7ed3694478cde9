"""What holds for every input: bounds, monotony, broadcasting, one table in two forms, and that nothing is ever raised."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlperf.errors import CellError
from xlperf.registry import Argument, Kind, worksheet_functions
from xlperf.values import Grid, Value, as_text, compare, exact, is_number, round_half_up

fast = settings(max_examples=40, deadline=None, derandomize=True)

SPECS = worksheet_functions()
SCORES = [spec for spec in SPECS.values() if spec.family == "scoring" and spec.name != "PERF_SCORE_GATE"]


def hundredths(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low * 100, high * 100).map(lambda n: n / 100)


weights = hundredths(0, 20)
rates = st.integers(-20_000, 20_000).map(lambda n: n / 10_000)
counts = st.integers(0, 30).map(float)
operators = st.sampled_from(["≥", ">", "≤", "<", "="])
tier_rows = st.lists(st.tuples(operators, rates, hundredths(-2, 25)), min_size=1, max_size=4).map(
    lambda rows: [*([*row] for row in rows), ["否则", None, 0.5]]
)
sensible = {
    "weight": weights,
    "rate": rates,
    "value": rates,
    "over": st.none(),
    "over_rate": st.none() | st.just(1.3),
    "over_points": st.none() | hundredths(0, 5),
    "tiers": tier_rows,
    "choice": st.sampled_from(["甲", "乙"]),
    "table": st.tuples(hundredths(0, 25), hundredths(0, 25)).map(lambda p: [["甲", p[0]], ["乙", p[1]]]),
    "met": st.lists(st.booleans() | hundredths(0, 1), min_size=1, max_size=6).map(lambda row: [row]),
    "shares": st.none(),
    "count": counts,
    "points": hundredths(0, 5),
    "share": hundredths(0, 1),
    "threshold": rates,
    "step": st.integers(1, 1000).map(lambda n: n / 1000),
    "direction": st.none() | st.sampled_from(["高于", "低于", "双向"]),
    "partial": st.none() | st.sampled_from(["按比例", "不足不扣", "不足也扣"]),
    "passed": st.booleans() | st.sampled_from([0.0, 1.0]),
    "target": counts,
    "current": hundredths(0, 100),
    "previous": hundredths(0, 100),
    "zero_zero": hundredths(0, 20),
    "done": counts,
    "total": st.integers(30, 60).map(float),
    "not_applicable": st.none() | st.just(0.0),
    "parts": st.lists(hundredths(-5, 10), min_size=1, max_size=6).map(lambda row: [row]),
}
numbers = (
    st.floats() | st.integers(-(10**400), 10**400) | st.sampled_from([0, 1, -1, 0.5, 1e308, -1e308, 5e-324, 10**400])
)
texts = st.text(max_size=8) | st.sampled_from(
    ["≥80%:2; 否则:0", "≥1:", "否则:x", "≥" + "9" * 400 + ":1", "甲:1", "封顶", "≥", "12"]
)
garbage_cells = st.none() | st.booleans() | numbers | texts | st.sampled_from(CellError.CODES).map(CellError)
garbage_grids = st.lists(st.lists(garbage_cells, max_size=3), max_size=3) | st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(garbage_cells, min_size=width, max_size=width), min_size=1, max_size=3)
)
finite = st.floats(-1e308, 1e308)


def call(name: str, *arguments: Any) -> Any:
    return SPECS[name].call(list(arguments))


def is_sound(value: object) -> bool:
    return isinstance(value, bool | str | CellError) or (is_number(value) and math.isfinite(value))


@pytest.mark.parametrize("spec", SCORES, ids=lambda spec: spec.name)
@fast
@given(data=st.data())
def test_a_score_lies_within_0_and_the_weight_and_has_two_places(spec: Any, data: st.DataObject) -> None:
    arguments: dict[str, Any] = {p.name: data.draw(sensible[p.name], label=p.name) for p in spec.parameters}
    score = spec.call(list(arguments.values()))
    assert is_number(score), score
    assert 0 <= score <= arguments["weight"]
    assert score == round(score, 2)


@pytest.mark.whole
@pytest.mark.parametrize("spec", SPECS.values(), ids=lambda spec: spec.name)
@fast
@given(arguments=st.lists(garbage_cells | garbage_grids, max_size=9))
def test_garbage_gives_values_and_cell_errors_only(spec: Any, arguments: list[Argument]) -> None:
    for kept in {len(arguments), min(len(arguments), spec.maximum_arguments)}:
        result = spec.call(arguments[:kept])
        cells = chain.from_iterable(result) if isinstance(result, list) else [result]
        assert all(is_sound(cell) for cell in cells), result


@fast
@given(weights, rates, rates)
def test_ratio_grows_with_the_rate(weight: float, one: float, other: float) -> None:
    scores = [call("PERF_SCORE_RATIO", weight, rate) for rate in sorted((one, other))]
    assert scores == sorted(scores)


@fast
@given(weights, counts, counts, hundredths(0, 5), hundredths(0, 1))
def test_deductions_fall_with_the_count(weight: float, one: float, other: float, points: float, share: float) -> None:
    few, many = sorted((one, other))
    assert call("PERF_SCORE_DEDUCT", weight, few, points) >= call("PERF_SCORE_DEDUCT", weight, many, points)
    assert call("PERF_SCORE_DEDUCT_SHARE", weight, few, share) >= call("PERF_SCORE_DEDUCT_SHARE", weight, many, share)


@fast
@given(weights, rates, rates, rates, sensible["step"], sensible["share"], sensible["partial"])
def test_linear_falls_with_the_excess(
    weight: float, one: float, other: float, threshold: float, step: float, share: float, partial: str | None
) -> None:
    low, high = sorted((one, other))

    def score(value: float, direction: str) -> float:
        return call("PERF_SCORE_LINEAR", weight, value, threshold, step, share, direction, partial)  # type: ignore[no-any-return]

    assert score(low, "高于") >= score(high, "高于")
    assert score(low, "低于") <= score(high, "低于")
    assert score(low, "双向") == score(-low, "双向")
    assert score(threshold, "高于") == score(threshold, "低于") == round_half_up(weight)


@fast
@given(weights, rates, rates, sensible["step"], sensible["share"])
def test_started_steps_cost_most_and_whole_steps_least(
    weight: float, value: float, threshold: float, step: float, share: float
) -> None:
    started, part, whole = (
        call("PERF_SCORE_LINEAR", weight, value, threshold, step, share, "高于", way)
        for way in ("不足也扣", "按比例", "不足不扣")
    )
    assert started <= part <= whole


@fast
@given(weights, counts, counts, st.integers(30, 60))
def test_done_and_count_grow(weight: float, one: float, other: float, total: int) -> None:
    few, many = sorted((one, other))
    assert call("PERF_SCORE_DONE", weight, few, total) <= call("PERF_SCORE_DONE", weight, many, total)
    assert call("PERF_SCORE_COUNT", weight, few, 20, 0.5) <= call("PERF_SCORE_COUNT", weight, many, 20, 0.5)


@fast
@given(weights, st.lists(st.booleans(), min_size=1, max_size=8))
def test_a_point_more_never_costs(weight: float, met: list[bool]) -> None:
    better = [[True, *met[1:]]]
    assert call("PERF_SCORE_CHECKLIST", weight, [met]) <= call("PERF_SCORE_CHECKLIST", weight, better)


@fast
@given(st.lists(hundredths(-100, 100), min_size=1, max_size=40))
def test_total_is_the_decimal_sum(scores: list[float]) -> None:
    exact_sum = sum((Decimal(repr(score)) for score in scores), Decimal(0))
    assert call("PERF_TOTAL", [[score] for score in scores]) == float(exact_sum)
    assert call("PERF_TOTAL", [scores], 50) == min(float(exact_sum), 50)
    assert call("PERF_TOTAL", [scores[::-1]]) == float(exact_sum)


@fast
@given(finite, st.integers(0, 6))
def test_rounding_agrees_with_decimals_of_15_digits(value: float, places: int) -> None:
    digits = Context(prec=15, rounding="ROUND_HALF_EVEN").create_decimal(Decimal(value))
    wide = Context(prec=400)
    expected = digits.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, wide)
    rounded = round_half_up(value, places)
    assert rounded == float(expected)
    assert round_half_up(rounded, places) == rounded
    assert round_half_up(-value, places) == -rounded


@fast
@given(st.integers(-(10**12), 10**12))
def test_rounding_goes_away_from_zero_at_the_half(thousandths: int) -> None:
    expected = (Decimal(thousandths) / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert round_half_up(thousandths / 1000) == float(expected)


@fast
@given(finite, finite)
def test_compare_is_antisymmetric(left: float, right: float) -> None:
    assert compare(left, right) == -compare(right, left)
    assert compare(left, left) == 0


@fast
@given(finite, finite, finite)
def test_compare_is_transitive(one: float, two: float, three: float) -> None:
    low, middle, high = sorted((one, two, three))
    assert compare(low, middle) <= 0
    assert compare(middle, high) <= 0
    assert compare(low, high) == max(compare(low, middle), compare(middle, high), key=abs)


@fast
@given(hundredths(-1000, 1000), st.integers(-5, 5), st.integers(0, 5))
def test_same_is_symmetric_and_counts_smallest_units(amount: float, apart: int, terms: int) -> None:
    other = float(Decimal(repr(amount)) + Decimal(apart) / 100)
    assert call("PERF_SAME", amount, other, terms) is (abs(apart) <= terms)
    assert call("PERF_SAME", other, amount, terms) is (abs(apart) <= terms)


@fast
@given(finite, finite, st.sampled_from([0.0, 1.0, 2.0, 0.5, 1e10]) | st.floats(0, 1e300), st.integers(-3, 3))
def test_same_by_decimals(one: float, two: float, terms: float, steps: int) -> None:
    """Also of amounts that are as far from each other as is just allowed, or next to it."""
    beside = one + 0.01 * terms
    for other in (two, one, beside, beside + steps * math.ulp(beside), beside + steps * 1e-10):
        if math.isfinite(other):
            amounts = [exact(round_half_up(value, 10)) for value in (one, other)]
            expected = abs(amounts[0] - amounts[1]) <= Decimal("0.01") * exact(terms)
            assert call("PERF_SAME", one, other, terms) is expected


@pytest.mark.whole
@pytest.mark.parametrize("spec", SPECS.values(), ids=lambda spec: spec.name)
@fast
@given(data=st.data())
def test_a_range_gives_cell_by_cell_what_scalars_give(spec: Any, data: st.DataObject) -> None:
    height, width = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    cells: st.SearchStrategy[Value] = (
        st.none() | st.booleans() | rates | counts | st.sampled_from(["甲", "封顶", CellError("#REF!")])
    )
    scalars = [n for n, p in enumerate(spec.parameters) if p.kind.is_scalar]
    if not scalars:
        assert {p.kind for p in spec.parameters} <= {Kind.NUMBERS, Kind.VALUES, Kind.TABLE}
        return
    chosen = data.draw(st.sampled_from(scalars))
    grid: Grid = [[data.draw(cells) for _ in range(width)] for _ in range(height)]
    arguments: list[Any] = [data.draw(cells) for _ in spec.parameters]

    def scalar(cell: Value) -> Argument:
        return spec.call([*arguments[:chosen], cell, *arguments[chosen + 1 :]])  # type: ignore[no-any-return]

    found = spec.call([*arguments[:chosen], grid, *arguments[chosen + 1 :]])
    if height == width == 1:
        assert found == scalar(grid[0][0])
    else:
        assert found == [[scalar(cell) for cell in row] for row in grid]


@fast
@given(weights, rates, tier_rows)
def test_tiers_in_cells_and_as_text_are_the_same(weight: float, value: float, rows: list[list[Any]]) -> None:
    clauses = [f"{name}{'' if limit is None else as_text(limit)}:{as_text(points)}" for name, limit, points in rows]
    text = "; ".join(clauses)
    assert call("PERF_SCORE_TIERS", weight, value, rows) == call("PERF_SCORE_TIERS", weight, value, text)
    percent = "；".join(
        f"{name}{'' if limit is None else as_text(round(limit * 100, 2)) + '％'}：{as_text(points)}"
        for name, limit, points in rows
    )
    assert call("PERF_SCORE_TIERS", weight, value, rows) == call("PERF_SCORE_TIERS", weight, value, percent)


@fast
@given(hundredths(0, 20), st.none() | hundredths(0, 20), st.text(max_size=5))
def test_a_determined_award_needs_a_reason_exactly_where_it_departs(
    rule: float, award: float | None, reason: str
) -> None:
    result = call("PERF_AWARD", rule, rule, award, reason)
    if award is None or award == rule or reason.strip():
        assert result == (rule if award is None else award)
    else:
        assert result == CellError("#VALUE!")
