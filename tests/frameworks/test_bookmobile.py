"""A self-evaluation written by hand in 60 lines, of a trade that no other file knows: it makes a workbook, scores, checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.workbooks import after, built
from xlperf.editions.conversion import Edition
from xlperf.errors import UserError
from xlperf.evaluation.filled import Filled
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.explain.targets import explain, find_target
from xlperf.frameworks.linting import lint
from xlperf.frameworks.loading import FrameworkFile, find_framework, parse_framework
from xlperf.frameworks.writing import framework_text
from xlperf.package import Package, open_package
from xlperf.standards.building import build
from xlperf.standards.drawing import draw
from xlperf.standards.exporting import exported
from xlperf.values import Value
from xlperf.workbook.data_files import parse_data

PLACE = Path(__file__).with_name("bookmobile.toml")
TEXT, DATA = (PLACE.with_name(f"bookmobile{end}.toml").read_text(encoding="utf-8") for end in ("", "-data"))
SOURCE = find_framework(str(PLACE))
SCORES = {
    "1": 5,
    "2": 8.25,
    "3": 3,
    "4": 12,
    "5": 12.38,
    "6": 10,
    "7": 0,
    "8": 10,
    "9": 0,
    "10": 7,
    "11": 0,
    "12": 18.6,
}


@pytest.fixture(scope="module")
def filled() -> Package:
    return built(SOURCE, DATA)


def changed(old: str, new: str) -> FrameworkFile:
    assert old in TEXT
    return parse_framework(TEXT.replace(old, new), "书车.toml")


def scored(package: Package, **values: Value) -> Evaluation:
    return read_evaluation(after(package, **values))


def points(found: Evaluation) -> dict[str, float | None]:
    return {indicator.code: indicator.score for indicator in found.indicators}


def codes(found: Evaluation) -> list[str]:
    return [finding.code for finding in found.findings]


def test_it_is_short_and_has_no_fault_but_its_own_sum() -> None:
    assert len(TEXT.splitlines()) <= 60
    assert len(SOURCE.framework.indicators) >= 10
    assert [(fault.severity, fault.code) for fault in lint(SOURCE.framework)] == [("warning", "weights_sum")]


@pytest.mark.slow
@pytest.mark.parametrize("edition", list(Edition))
def test_it_scores_and_checks(edition: Edition) -> None:
    found = read_evaluation(built(SOURCE, DATA, edition))
    assert points(found) == SCORES
    assert (found.total, found.grade, codes(found)) == (86.23, "良", [])


def test_written_again_it_is_the_same() -> None:
    again = parse_framework(framework_text(SOURCE.framework), "书车.toml")
    assert again.framework == SOURCE.framework


@pytest.mark.whole
@pytest.mark.parametrize(
    ("spent", "expected"),
    [(100, (10, 6)), (98, (9, 6)), (102, (9, 6)), (94.9, (7.45, 0)), (105, (7.5, 3)), (60, (0, 0)), (140, (0, 0))],
)
def test_what_lies_apart_on_either_side(filled: Package, spent: float, expected: tuple[float, float]) -> None:
    found = points(scored(filled, fund_spent=spent))
    assert (found["2"], found["3"]) == expected


@pytest.mark.whole
def test_nothing_typed_is_no_deviation(filled: Package) -> None:
    found = points(scored(filled, fund_spent=None))
    assert (found["2"], found["3"]) == (None, None)


@pytest.mark.whole
def test_a_group_gives_no_more_than_is_printed(filled: Package) -> None:
    package = after(filled, fund_spent=100)
    found = read_evaluation(package)
    level = next(level for level in found.level1 if level.name == "过程")
    assert (points(found)["2"], points(found)["3"], level.score) == (10, 6, 27)
    assert found.total == 89.98
    book = Filled(package)
    told = "\n".join(node.text + node.note for node in explain(book, find_target(book, "总分")).children)
    assert "以分值为限" in told
    assert "改动" not in told
    counted = changed('executed = "最多 15 分",', 'executed = "按 16 分", counts = "listed",')
    assert scored(built(counted, DATA), fund_spent=100).total == 90.98


@pytest.mark.whole
@pytest.mark.parametrize(("done", "expected"), [(45427.0, 10), (45428.0, 0), (45800.0, 0), (None, None)])
def test_in_time(filled: Package, done: float | None, expected: float | None) -> None:
    assert points(scored(filled, start_done=done))["6"] == expected


def test_a_blank_is_not_added_as_nothing(filled: Package) -> None:
    found = scored(filled, stops_east=None)
    assert points(found)["5"] is None
    assert {rate.id: rate.value for rate in found.rates}["stops_rate"] is None


def test_days_are_told_as_days(filled: Package) -> None:
    found = scored(filled, start_done=45438.0)
    assert {rate.id: (rate.value, rate.format) for rate in found.rates}["delay_days"] == (11, "number")


def test_what_has_no_weight_is_kept_and_holds_nothing_up(filled: Package) -> None:
    found = scored(filled, start_due=None)
    seventh = next(indicator for indicator in found.indicators if indicator.code == "7")
    assert (seventh.weight, seventh.score, seventh.status) == (0, 0, "按规则")


@pytest.mark.whole
def test_so_many_are_chosen(filled: Package) -> None:
    none = scored(filled, applicable__9=None, finding__9__1="符合")
    assert (none.total, codes(none)) == (None, ["chosen_count"])
    other = scored(filled, applicable__9=None, finding__9__1="符合", applicable__10="不适用")
    assert (other.total, codes(other)) == (89.23, [])


def test_lower_bounds(filled: Package) -> None:
    found = scored(filled, stops_planned=15, stops_west=None)
    told = [finding.message for finding in found.findings if finding.code == "relation_stops_least"]
    assert told
    assert "15 < 20，低 5" in told[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("choose = 2", "choose = 4", "choose 应小于它"),
        ("choose = 2", "choose = 1", "选 1 项最多得不到它的分值 20"),
        ("weight = 20, choose = 2", "weight = 20", "合计 40 ≠ 20"),
        ("threshold = 2024-12-31", "threshold = 3", "拿日期 start_done 与不是日期的比较"),
        ('threshold = "start_due"', 'threshold = "stops_rate"', "拿日期 start_done 与不是日期的比较"),
        ('value = "late_days", threshold = 3', 'value = "start_due", threshold = 3', "用了日期 start_due"),
        ("points = 0.5", "points = 0.5, share = 0.1", "只能写一个"),
        ("target = 1, threshold = 0", 'target = 1, direction = "低于", threshold = 0', "不能再写 direction"),
        ('type = "date" },\n  { id = "start_done"', 'type = "day" },\n  { id = "start_done"', "date"),
        ("}], limit = 20 }", "}] }", "floor"),
    ],
)  # fmt: skip
def test_refused_with_the_line(old: str, new: str, told: str) -> None:
    with pytest.raises(UserError, match=r"第 [0-9]+ 行") as refused:
        changed(old, new)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("40", "应为日期"),
        ('"二月"', "应为日期"),
        ("2024-02-30", "语法"),
        ("true", "应为日期"),
        ("1889-01-01", "应为日期"),
    ],
)
def test_what_is_no_day_is_refused(value: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        parse_data(DATA.replace("2024-05-15", value), SOURCE.framework, "数据.toml")


def test_days_as_people_write_them() -> None:
    days = ("2024-05-15", '"2024-05-15"', '"2024/5/15"', '"2024年5月15日"')
    read = [parse_data(DATA.replace("2024-05-15", day), SOURCE.framework, "数据.toml") for day in days]
    assert [data.inputs["start_due"].value for data in read] == [45427] * 4


def test_faults_in_several_places_are_told_at_once_with_their_lines() -> None:
    text = TEXT.replace('value = "reader_rate"', 'value = "readers_rate"').replace(
        "fund_spent, fund_total", "fund_used, fund_total"
    )
    with pytest.raises(UserError) as refused:
        parse_framework(text, "书车.toml")
    lines = [number for number, line in enumerate(text.split("\n"), 1) if "readers_rate" in line or "fund_used" in line]
    assert all(f"第 {number} 行" in str(refused.value) for number in lines)
    assert len(lines) == 2


@pytest.mark.whole
def test_as_a_confirmation_workbook_it_stays_the_same() -> None:
    confirmed = open_package(draw(exported(SOURCE.framework)))
    assert build(confirmed, "书车").framework == SOURCE.framework
