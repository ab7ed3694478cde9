"""Several evaluators' copies of one unit in one: what is taken, what conflicts, whose lines are whose."""

from __future__ import annotations

import pytest

from tests.support.workbooks import after, built, places
from xlperf.editions.conversion import Edition
from xlperf.errors import UserError
from xlperf.evaluation.merging import Merged, merged
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.roles import Copy

pytestmark = pytest.mark.whole

FACTS: dict[str, Value] = {"unit_name": "甲局", "unit_code": "0101", "adjusted_budget": 372.67}


def copy_of(**values: Value) -> Package:
    return after(built("renhua-2021", edition=Edition.NATIVE, copy=Copy.EVALUATOR), **{**FACTS, **values})


def of(result: Merged | Package, name: str) -> Value:
    package = result.package if isinstance(result, Merged) else result
    (place,) = places(package, **{name.replace(".", "__"): None})
    return package.value(*place)


@pytest.fixture(scope="module")
def one() -> Package:
    return copy_of(
        award__18=1,
        award__19=2,
        reason__18="超编",
        problem_indicator__1="18",
        problem_fact__1="年末超编 2 人",
        problem_points__1=1,
        problem_group__1="甲",
        problem_indicator__2="20",
        problem_fact__2="公用经费超支",
    )


@pytest.fixture(scope="module")
def two() -> Package:
    return copy_of(
        award__18=0,
        award__21=3,
        problem_indicator__1="21",
        problem_fact__1="制度未修订",
        problem_points__1=1,
        problem_group__1="甲",
        problem_indicator__2="18",
        problem_fact__2="年末 超编 2 人",
        problem_cause__2="借调未清理",
        problem_indicator__3="22",
        problem_same_as__3="W01",
        evidence__21="W01、Z02",
    )


@pytest.fixture(scope="module")
def both(one: Package, two: Package) -> Merged:
    return merged([("甲评.xlsx", one), ("乙评.xlsx", two)])


def test_what_one_alone_filled_in_is_taken_and_what_both_did_alike_stays(both: Merged) -> None:
    assert (of(both, "award.19"), of(both, "award.21"), of(both, "adjusted_budget")) == (2, 3, 372.67)
    assert of(both, "reason.18") == "超编"


def test_what_differs_is_told_and_left_open(both: Merged) -> None:
    (conflict,) = both.conflicts
    assert (conflict.id, conflict.cell) == ("award.18", "指标评分!K21")
    assert dict(conflict.values) == {"甲评.xlsx": 1, "乙评.xlsx": 0}
    assert conflict.sentence == "财政供养人员控制率：评定分（指标评分!K21）：甲评.xlsx 是 1，乙评.xlsx 是 0"
    assert of(both, "award.18") is None


def test_one_file_may_be_preferred(one: Package, two: Package) -> None:
    result = merged([("甲评.xlsx", one), ("乙评.xlsx", two)], "乙评.xlsx")
    assert result.conflicts == ()
    assert [c.id for c in result.settled] == ["award.18"]
    assert of(result, "award.18") == 0
    assert of(result, "award.19") == 2


def test_lines_go_by_what_they_say(both: Merged) -> None:
    assert [of(both, f"problem_fact.{n}") for n in range(1, 6)] == [
        "年末超编 2 人",
        "公用经费超支",
        "制度未修订",
        None,
        None,
    ]
    assert [of(both, f"problem_indicator.{n}") for n in range(1, 6)] == ["18", "20", "21", "22", None]
    # The cause that the other one knew goes to the line of the fact, not to the line of that number.
    assert of(both, "problem_cause.1") == "借调未清理"
    assert of(both, "problem_cause.2") is None
    assert both.appended == 2


def test_a_group_that_both_have_for_the_same_fact_is_one(one: Package, two: Package) -> None:
    """Copies of one evaluation that are alike but for an award differ in that award alone."""
    later = after(two, problem_group__2="甲")
    result = merged([("甲评.xlsx", one), ("乙评.xlsx", later)])
    assert [c.id for c in result.conflicts] == ["award.18"]
    assert (of(result, "problem_group.1"), of(result, "problem_group.3")) == ("甲", "甲")
    same = merged([("甲评.xlsx", one), ("乙评.xlsx", after(one, award__19=1))])
    assert [c.id for c in same.conflicts] == ["award.19"]
    assert same.appended == 0


def test_numbers_and_groups_follow_the_lines(both: Merged) -> None:
    assert of(both, "problem_same_as.4") == "W03"
    assert of(both, "evidence.21") == "W03、Z02"
    assert of(both, "problem_group.1") == "甲"
    assert of(both, "problem_group.3") == "甲（2）"


def test_a_ledger_grows_where_the_lines_of_all_dont_fit() -> None:
    one = copy_of(**{f"problem_fact__{n}": f"甲{n}" for n in range(1, 26)})
    two = copy_of(**{f"problem_fact__{n}": f"乙{n}" for n in range(1, 26)})
    result = merged([("甲", one), ("乙", two)])
    assert result.conflicts == ()
    assert result.appended == 25
    assert [of(result, f"problem_fact.{n}") for n in (1, 25, 26, 50)] == ["甲1", "甲25", "乙1", "乙25"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"unit_code": "0102"}, "乙 与 甲 的单位编码不同（0102，0101），不能合并"),
        ({"evaluation_year": 2022}, "乙 与 甲 的评价年度不同"),
    ],
)
def test_other_units_and_years_are_refused(one: Package, values: dict[str, Value], message: str) -> None:
    with pytest.raises(UserError) as refusal:
        merged([("甲", one), ("乙", copy_of(**values))])
    assert message in str(refusal.value)


def test_other_frameworks_units_copies_and_single_files_are_refused(one: Package) -> None:
    with pytest.raises(UserError, match="指标体系不同"):
        merged([("甲", one), ("乙", built("mof-project-self", edition=Edition.NATIVE))])
    with pytest.raises(UserError, match="乙 是单位版"):
        merged([("甲", one), ("乙", built("renhua-2021", edition=Edition.NATIVE, copy=Copy.UNIT))])
    with pytest.raises(UserError, match="两份以上"):
        merged([("甲", one)])
    with pytest.raises(UserError, match="不是要合并的文件"):
        merged([("甲", one), ("乙", one)], "丙")
