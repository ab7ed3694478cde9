"""Trials: other inputs in memory, what moves, how far the grade is, and that the file is what it was."""

from __future__ import annotations

import pytest

from xlperf.engines.combined import CombinedModel
from xlperf.engines.compiled.engine import CompiledModel
from xlperf.errors import UserError
from xlperf.evaluation.filled import Filled
from xlperf.evaluation.scoring import recalculated
from xlperf.explain import trials
from xlperf.explain.rule_limits import solutions
from xlperf.explain.sensitivity import (
    FIGURE,
    FINDING,
    SCORE,
    STEPS,
    Distance,
    Lever,
    Sensitivity,
    distances,
    sensitivity,
)
from xlperf.explain.targets import find_target
from xlperf.explain.trials import Trials
from xlperf.explain.what_if import WhatIf, what_if
from xlperf.functions.tiers import tiers
from xlperf.package import open_package
from xlperf.values import Value, is_number, round_half_up
from xlperf.workbook.locations import workbooks_folder

pytestmark = pytest.mark.slow

EXAMPLES = ("renhua-2021", "yanjin-2022")


def filled(name: str) -> Filled:
    return Filled(open_package(workbooks_folder() / "examples" / f"{name}.xlsm"))


@pytest.fixture(scope="module")
def renhua() -> Filled:
    return filled("renhua-2021")


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[Filled, Sensitivity]]:
    books = {name: filled(name) for name in EXAMPLES}
    return {name: (book, sensitivity(book)) for name, book in books.items()}


def trial(book: Filled, target: str, *assignments: str) -> WhatIf:
    return what_if(book, find_target(book, target), assignments)


def moved(result: WhatIf) -> list[tuple[str, str, str, str]]:
    return [(m.before.id, m.before.aspect, m.before.text, m.after.text) for m in result.moves]


def test_a_confirmed_award_follows_the_rule(renhua: Filled) -> None:
    result = trial(renhua, "总分", "quota_used=200")
    assert moved(result) == [
        ("total_score", "", "82.57", "82.35"),
        ("预算执行情况", "得分", "32.50", "32.28"),
        ("资金管理", "得分", "18.90", "18.68"),
        ("8", "规则分", "4.90", "4.68"),
        ("8", "计入得分", "4.90", "4.68"),
        ("spending_rate", "", "97.92%", "93.59%"),
        ("carryover_rate", "", "2.08%", "6.41%"),
    ]
    assert result.followed == ("8",)
    assert [(m.before.id, m.has_moved) for m in result.target] == [("total_score", True)]
    assert next(m.difference for m in result.moves if m.before.id == "spending_rate") == "-4.33 个百分点"


def test_an_award_that_is_assumed_stays(renhua: Filled) -> None:
    result = trial(renhua, "8", "已使用指标数=200", "award.8=4.9")
    assert result.followed == ()
    assert [(m.before.aspect, m.after.text) for m in result.target] == [
        ("规则分", "4.68"), ("计入得分", "#VALUE!（类型不对或缺理由）"), ("认定情况", "缺理由"),
    ]  # fmt: skip


def test_a_departure_stays_as_it_was_given(renhua: Filled) -> None:
    result = trial(renhua, "公用经费控制率", "public_funds_final=60")
    assert [(m.before.aspect, m.before.text, m.after.text) for m in result.target] == [
        ("规则分", "2.00", "0.00"), ("计入得分", "0.00", "0.00"), ("认定情况", "改判", "与规则一致"),
    ]  # fmt: skip
    assert "total_score" not in [m.before.id for m in result.moves]


def test_nothing_moves(renhua: Filled) -> None:
    result = trial(renhua, "等级", "quota_used=209.26")
    assert (result.moves, [m.has_moved for m in result.target]) == ((), [False])


def test_a_figure_that_a_survey_gives() -> None:
    result = trial(filled("yanjin-2022"), "总分", "staff_satisfaction=50%")
    assert result.moves == ()
    assert "以问卷口径算出的为准" in result.notes[0]


def test_a_cell_as_target(renhua: Filled) -> None:
    result = trial(renhua, "指标数据!F27", "quota_used=200")
    assert [(m.before.text, m.after.text) for m in result.target] == [("未填", "两数不一")]


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("支出决算=380", ("expenditure_final", "basic_final", "project_final", "请写全名")),
        ("quota_used", ("编号=值",)),
        ("quota_used=很多", ("应为数字", "很多")),
        ("不存在的=1", ("没有叫", "xlperf inputs")),
        # A part of a name, even of one alone, is not that name.
        ("a=1", ("可以指 question_count_a.1", "请写全名或编号")),
        ("在用=5", ("可以指 assets_in_use 实际在用固定资产总额", "请写全名或编号")),
        ("award.18=3", ("0 到 2",)),
    ],
)
def test_assumptions_that_are_refused(renhua: Filled, assignment: str, words: tuple[str, ...]) -> None:
    with pytest.raises(UserError) as refused:
        trial(renhua, "总分", assignment)
    for word in words:
        assert word in str(refused.value)


def test_distances() -> None:
    bands = tiers("≥90:优; ≥80:良; ≥60:中; 否则:差")
    assert distances(82.57, bands, 100) == (Distance("优", 90, 7.43), Distance("中", 79.99, 2.58))
    assert distances(90, bands, 100) == (None, Distance("良", 89.99, 0.01))
    assert distances(12, bands, 100) == (Distance("中", 60, 48), None)
    assert distances(9, tiers(">8:优; 否则:差"), 10) == (None, Distance("差", 8, 1))
    assert distances(8, tiers(">8:优; 否则:差"), 10) == (Distance("优", 8.01, 0.01), None)


@pytest.mark.parametrize(
    ("quantity", "threshold", "expected"),
    [
        (lambda x: x / 200, 0.9, 180),
        (lambda x: 180 / x, 0.9, 200),
        (lambda x: (x - 50) / 50, -0.1, 45),
        (lambda x: (60 - x) / x, 0.2, 50),
        (lambda x: 1 - x / 40, 0.1, 36),
    ],
)
def test_where_a_rate_reaches_a_threshold(quantity: object, threshold: float, expected: float) -> None:
    xs = (100.0, 110.0, 120.0)
    assert solutions(xs, [quantity(x) for x in xs], threshold) == pytest.approx([expected])  # type: ignore[operator]


def test_no_place_where_a_quantity_stays() -> None:
    assert solutions((1.0, 2.0, 3.0), (5.0, 5.0, 5.0), 6) == []
    assert solutions((1.0, 2.0, 3.0), (5.0, None, 5.0), 6) == []


def lever(result: Sensitivity, kind: str, identifier: str, to: Value) -> Lever:
    return next(x for x in result.levers if (x.kind, x.id, x.to) == (kind, identifier, to))


def test_the_levers_of_renhua(found: dict[str, tuple[Filled, Sensitivity]]) -> None:
    _, result = found["renhua-2021"]
    assert (result.total, result.grade, result.up, result.down) == (
        82.57, "良", Distance("优", 90, 7.43), Distance("中", 79.99, 2.58),
    )  # fmt: skip
    assert not any(x.crosses and x.change(result.total) > 0 for x in result.levers)
    assert lever(result, FIGURE, "security_incidents", 1).outcome.grade_low == "中"
    assert lever(result, FIGURE, "assets_in_use", 25.53).outcome.low == 79.57
    assert lever(result, FIGURE, "procurement_actual", 12.3).outcome.low == 80.57
    assert lever(result, FINDING, "finding.3.1", "符合").outcome.low == 84.57
    assert lever(result, SCORE, "award.8", 2.32).outcome.low == 79.99
    assert lever(result, SCORE, "award.24", 0).crosses is False
    seal = lever(result, FIGURE, "seal_coverage_rate", 0.9799).outcome
    assert (seal.low, seal.high, seal.is_open) == (80.57, 82.57, True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_figure_is_the_nearest_that_changes_the_grade(
    found: dict[str, tuple[Filled, Sensitivity]], name: str
) -> None:
    """The whole workbook, recalculated with the value, has the total and grade; one step nearer has the old grade."""
    book, result = found[name]
    crossing = [x for x in result.levers if x.kind == FIGURE and x.crosses and not x.outcome.is_open]
    assert crossing
    for x in crossing:
        totals = {move.before.id: move.after.value for move in trial(book, "总分", f"{x.id}={x.to}").moves}
        assert (totals["total_score"], totals["total_grade"]) == (x.outcome.low, x.outcome.grade_low)
        assert is_number(x.now)
        step = STEPS[book.kind(x.id)] * (1 if float(x.to) < float(x.now) else -1)  # type: ignore[arg-type]
        nearer = trial(book, "总分", f"{x.id}={round_half_up(float(x.to) + step, 4)}")  # type: ignore[arg-type]
        assert "total_grade" not in [move.before.id for move in nearer.moves]


def test_every_finding_gives_the_total_that_is_told(found: dict[str, tuple[Filled, Sensitivity]]) -> None:
    book, result = found["renhua-2021"]
    for x in [x for x in result.levers if x.kind == FINDING]:
        totals = {move.before.id: move.after.value for move in trial(book, "总分", f"{x.id}={x.to}").moves}
        assert totals["total_score"] == x.outcome.low == x.outcome.high


def test_trials_leave_the_workbook_and_the_engine_as_they_were(found: dict[str, tuple[Filled, Sensitivity]]) -> None:
    for book, _ in found.values():
        assert recalculated(book.package).changes == ()


def test_trials_of_a_template_are_compiled_and_any_engine_gives_the_same(
    found: dict[str, tuple[Filled, Sensitivity]], monkeypatch: pytest.MonkeyPatch
) -> None:
    book, result = found["renhua-2021"]
    assert isinstance(Trials(book)._model, CompiledModel)
    monkeypatch.setattr(trials, "is_known_template", lambda package: False)
    assert isinstance(Trials(book)._model, CombinedModel)
    assert sensitivity(book) == result


def test_no_total_is_said(renhua: Filled) -> None:
    line = renhua.scores.of("18")[0]
    open_ = Filled(recalculated(renhua.package, {renhua.scores.place("reason", line): None}).package)
    with pytest.raises(UserError, match="指标 18 没有得分"):
        sensitivity(open_)
