"""Weights that may be changed in the workbook: the cells say what they are, everything adds them up, a wrong sum shows."""

from __future__ import annotations

import pytest

from tests.support.small_framework import ORIGIN, READING, changed
from tests.support.workbooks import after, built
from xlperf.errors import UserError
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.frameworks.linting import lint
from xlperf.frameworks.loading import FrameworkFile, parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue, parse_input
from xlperf.workbook.names import NamedCells

TIERS = 'rule = { kind = "tiers", value = "spending_rate", tiers = "≥90%:6; ≥80%:3; 否则:0" }'
DEDUCT = 'rule = { kind = "deduct", points = 1 }'
CHOICE = 'rule = { kind = "choice", options = "公开:1; 没有公开:0" }'
FINDING = 'rule = { kind = "finding" }'
EDITABLE = (
    ("year = 2021\nweight = 10", 'year = 2021\nweight = 10\nweights = "editable"'),
    (TIERS, 'rule = { kind = "ratio", value = "spending_rate" }'),
    (DEDUCT, FINDING),
    (CHOICE, FINDING),
)
DATA = """
schema_version = 1
framework = "mini-2021"
unit = { name = "某局", year = 2021 }
inputs.quota_used = { value = 50, source = "表" }
inputs.quota_issued = { value = 100, source = "表" }
points."2.1" = { finding = "符合", basis = "制度" }
points."2.2" = { finding = "符合", basis = "抽查" }
points."2.3" = { finding = "符合", basis = "网站" }
"""


def source(*more: tuple[str, str], add: str = "") -> FrameworkFile:
    return parse_framework(changed(*EDITABLE, *more, add=add), ORIGIN)


def workbook(data: str = DATA, framework: FrameworkFile | None = None) -> Package:
    return built(framework or source(), data)


def weights(found: Evaluation) -> list[float | None]:
    return [indicator.weight for indicator in found.indicators]


def findings(found: Evaluation, code: str = "weights_sum") -> list[tuple[str, str]]:
    return [(f.severity, f.message) for f in found.findings if f.code == code]


@pytest.mark.whole
def test_unchanged_they_are_those_of_the_framework() -> None:
    found = read_evaluation(workbook())
    assert (weights(found), found.total, findings(found)) == ([6, 4], 7, [])
    assert [level.weight for level in found.level1] == [10]


@pytest.mark.whole
def test_changed_weights_carry_through_points_levels_and_total() -> None:
    package = after(workbook(), weight__1=3, weight__2=7)
    found, names = read_evaluation(package), NamedCells(package)
    assert (weights(found), [i.score for i in found.indicators], found.total) == ([3, 7], [1.5, 7], 8.5)
    assert names.column("point_weight") == [3, 1.75, 3.5, 1.75]
    assert names.column("level_weight") == [10, 3, 7]
    assert findings(found) == []


@pytest.mark.whole
def test_nothing_is_lost_by_rounding_the_weights_of_points() -> None:
    package = after(workbook(), weight__1=5.55, weight__2=4.45)
    assert NamedCells(package).column("point_weight") == [5.55, 1.11, 2.23, 1.11]
    assert read_evaluation(package).indicators[1].score == 4.45


@pytest.mark.whole
def test_a_wrong_sum_shows_at_once() -> None:
    package = after(workbook(), weight__1=5)
    found = read_evaluation(package)
    assert findings(found) == [("error", "各指标的分值合计 9，应为 10。")]
    cover = {str(c.value): r for r, c in package.cells("封面与说明").items()}
    row = cover["分值合计不符（处）"][1:]
    assert package.value("封面与说明", f"B{row}") == 1
    assert read_evaluation(workbook()).level1[0].weight == 10


@pytest.mark.parametrize(("weight", "shown"), [(None, "空白"), (0, " 0"), ("四", "“四”")])
def test_a_weight_that_is_none_is_never_taken_for_one(weight: Value, shown: str) -> None:
    found = read_evaluation(after(workbook(), weight__2=weight))
    assert ("error", f"制度健全的分值应为大于 0 的数，现为{shown}；不用的指标请在指标体系里删去。") in findings(found)
    if weight != 0:
        assert (found.total, found.indicators[1].weight, found.indicators[1].score) == (None, None, None)


def test_scores_may_not_be_beyond_the_weight_as_it_is_now() -> None:
    package = after(workbook(), weight__1=7, weight__2=3, award__2=3.5, reason__2="理由")
    assert findings(read_evaluation(package), "score_out_of_range") == [("error", "评定分 3.5 超过分值 3。")]


@pytest.mark.whole
def test_weights_are_inputs_of_the_command_and_of_data_files() -> None:
    item = catalogue(NamedCells(workbook()), source().framework)["weight.2"]
    assert (item.label, item.type, parse_input(item, "4.5")) == ("制度健全：分值", "score", 4.5)
    with pytest.raises(UserError, match="应在 0 到 10 分之间"):
        parse_input(item, "11")
    assert weights(read_evaluation(workbook(DATA + "weights = { 1 = 5, 2 = 5 }\n"))) == [5, 5]
    with pytest.raises(UserError, match=r"weights\.3：没有指标 3"):
        workbook(DATA + "weights = { 3 = 5 }\n")


@pytest.mark.whole
def test_where_they_are_fixed_nobody_changes_them() -> None:
    fixed = parse_framework(changed(*EDITABLE[1:]), ORIGIN)
    with pytest.raises(UserError, match="分值不能改"):
        workbook(DATA + "weights = { 1 = 5, 2 = 5 }\n", fixed)
    package = workbook(DATA, fixed)
    assert not [name for name in catalogue(NamedCells(package), fixed.framework) if name.startswith("weight.")]
    locked = NamedCells(package).places("indicator_weight")
    assert not any(NamedCells(package).has(f"weight_{n}") for n in (1, 2))
    assert len(locked) == 2


def test_editable_weights_must_have_defaults() -> None:
    with pytest.raises(UserError, match="都要写出缺省分值"):
        source(("weight = 6\ndescription", 'weight = "未载明"\ndescription'))


def test_lint_tells_of_rules_whose_points_do_not_follow() -> None:
    found = lint(source((EDITABLE[1][1], TIERS)).framework)
    assert [(f.severity, f.code, f.indicator) for f in found] == [("warning", "fixed_points", "1")]


@pytest.mark.whole
def test_points_that_add_up_to_something_else_keep_their_shares() -> None:
    framework = source(
        ('text = "没有问题"\nweight = 2', 'text = "没有问题"\nweight = 3'), add=READING.format(fault="points_sum")
    )
    package = after(workbook(DATA, framework), weight__1=2, weight__2=8)
    assert NamedCells(package).column("point_weight") == [2, 2, 6, 2]
    assert read_evaluation(package).indicators[1].score == 8
