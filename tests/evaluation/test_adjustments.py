"""From the indicators to the total: bonuses with a year, caps, vetoes, rescaling, missing data, measures, exclusions."""

from __future__ import annotations

import pytest

from tests.support.adjusted_framework import DATA, FRAMEWORK, Claim, claimed, source
from tests.support.workbooks import after, built
from xlperf.editions.truth import truth_of
from xlperf.errors import UserError
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.findings.finding import Finding
from xlperf.frameworks.linting import lint
from xlperf.values import Value
from xlperf.workbook.names import NamedCells


def result(data: str = DATA, framework: str = FRAMEWORK, /, **values: Value) -> Evaluation:
    """What the workbook with this data says, once inputs (dots written as two underscores) hold other values."""
    package = built(source(framework), data)
    return read_evaluation(after(package, **values) if values else package)


def found(evaluation: Evaluation, *codes: str) -> list[Finding]:
    return [f for f in evaluation.findings if f.code in codes]


@pytest.mark.whole
def test_without_any_adjustment() -> None:
    evaluation = result()
    assert (evaluation.total, evaluation.grade) == (94, "优")
    assert [(a.name, a.points) for a in evaluation.adjustments] == [
        ("指标得分合计", 94),
        ("剔除不适用后折算", 94),
        ("加分", 0),
        ("减分", 0),
        ("上限：预算执行率低于80%的封顶", None),
        ("上限：发生重大安全事故", None),
    ]
    assert found(evaluation, "total_limited", "extra_expired") == []


@pytest.mark.whole
@pytest.mark.parametrize(
    ("spent", "total"), [(80, 88), (79.99, 87.99), (70, 82), (69, 79), (60, 76), (59.9, 69), (50, 69), (49.9, 59)]
)
def test_cap_by_execution_rate(spent: float, total: float) -> None:
    assert result(spent_total=spent).total == total


@pytest.mark.whole
def test_a_cap_that_bites_is_told() -> None:
    (finding,) = found(result(spent_total=69), "total_limited")
    assert finding.message == "“预算执行率低于80%的封顶”：总分最高 79 分，封顶前是 81.4 分。"


@pytest.mark.whole
def test_veto() -> None:
    evaluation = result(has_accident=True)
    assert (evaluation.total, evaluation.grade) == (0, "差")
    assert result(has_accident=None).total is None


@pytest.mark.whole
@pytest.mark.parametrize(
    ("claims", "total", "codes"),
    [
        ((Claim("J1", 2, fact=2023),), 96, []),
        ((Claim("J1", 2, fact=2023),) * 2, 97, []),
        ((Claim("J1", 2, fact=2022, document=2023),), 94, [("error", "extra_expired")]),
        ((Claim("J1", 2, document=2023),), 94, [("warning", "extra_without_year")]),
        ((Claim("J2", 5, fact=2022, document=2023),), 89, []),
        ((Claim("J2", 9, document=2023),), 89, [("error", "extra_out_of_range")]),
        ((Claim("J3", 2, fact=2022, document=2023),), 94, [("warning", "extra_undecided")]),
        ((Claim("J3", None, fact=2022, document=2023),), 94, [("hint", "extra_undecided")]),
        ((Claim("J3", 2, fact=2023, document=2023),), 96, []),
        ((Claim("J3", 2, fact=2021, document=2022),), 94, [("error", "extra_expired")]),
        ((Claim("J3", 2, fact=2022, document=2023, ruling="有效"),), 96, []),
        ((Claim("J1", 2, fact=2022, ruling="无效"),), 94, []),
    ],
)
def test_bonus_and_penalty(claims: tuple[Claim, ...], total: float, codes: list[tuple[str, str]]) -> None:
    evaluation = result(**claimed(*claims))
    assert evaluation.total == total
    assert [(f.severity, f.code) for f in evaluation.findings if f.code.startswith("extra_")] == codes


@pytest.mark.whole
def test_bonus_within_or_on_top_of_the_full_score() -> None:
    claims = claimed(Claim("J1", 2, fact=2023))
    on_top, unstated = (FRAMEWORK.replace('counts = "within"', f'counts = "{text}"') for text in ("on_top", "未载明"))
    assert result(spent_total=100, **claims).total == 100
    assert result(DATA, on_top, spent_total=100, **claims).total == 102
    assert result(DATA, unstated, spent_total=100, **claims).total is None
    assert result(DATA, unstated, **claims).total == 96


@pytest.mark.whole
def test_what_is_typed_counts_like_what_a_data_file_says() -> None:
    """So that the other tests may type into one workbook."""
    claims = (Claim("J1", 2, fact=2023), Claim("J3", 2, fact=2022, document=2023, ruling="有效"), Claim("J2", 1))
    data = DATA.replace("value = 90", "value = 59.9").replace("funds = { value = false", "funds = { value = true")
    data += '[awards.2]\naward = 30\nreason = "部分符合"\nsource = "评价组"'
    award: dict[str, Value] = {"award__2": 30, "reason__2": "部分符合", "evidence__2": "评价组"}
    typed = result(spent_total=59.9, has_supervised_funds=True, **award, **claimed(*claims))
    assert typed == result(data + "".join(one.text for one in claims))


@pytest.mark.whole
def test_a_workbook_with_claims_has_the_layout_of_its_shape() -> None:
    """What was claimed is no part of the shape; how many claims there were is."""
    package = built(source(), DATA + "".join(Claim("J1", 1, fact=2023).text for _ in range(40)))
    again = truth_of(package).package
    places = [NamedCells(book).by_code("extra_line", "extra_item") for book in (package, again)]
    assert places[0] == places[1]
    assert len(places[0]) > 40


def test_an_indicator_that_does_not_apply_is_left_out_with_a_reason() -> None:
    evaluation = result(finding__2__1=None, applicable__2="不适用", reason__2="无此业务")
    assert (evaluation.total, evaluation.indicators[1].status) == (90, "不适用")
    assert [(a.name, a.points) for a in evaluation.adjustments][:2] == [("指标得分合计", 54), ("剔除不适用后折算", 90)]
    assert evaluation.level1[0].rate == 0.9
    unreasoned = result(finding__2__1=None, applicable__2="不适用")
    assert (unreasoned.total, unreasoned.indicators[1].status) == (None, "缺理由")


def test_not_applicable_where_the_framework_refuses_it() -> None:
    with pytest.raises(UserError, match=r"awards.1：指标体系不允许这一项不适用"):
        result(DATA + '[awards.1]\nis_applicable = false\nsource = "评价组"\nreason = "无"')


@pytest.mark.whole
@pytest.mark.parametrize(
    ("policy", "total", "status"),
    [("error", None, "待评定"), ("zero", 54, "缺数据计0分"), ("rescale", 90, "缺数据剔除")],
)
def test_missing_data_follow_the_policy(policy: str, total: float | None, status: str) -> None:
    told = FRAMEWORK.replace("year = 2023\n", f'year = 2023\nmissing = "{policy}"\n')
    is_usual = source(told).framework == source().framework
    evaluation = result(DATA, FRAMEWORK if is_usual else told, finding__2__1=None)
    assert (evaluation.total, evaluation.indicators[1].status) == (total, status)


def test_another_measure_where_its_flag_says_so() -> None:
    assert result(has_supervised_funds=True).indicators[0].score == 57
    assert result(has_supervised_funds=None).indicators[0].score == 54


@pytest.mark.whole
def test_an_exclusion_counts_and_needs_its_note() -> None:
    line = 'science_projects = { value = 10, source = "批复", note = "科研项目，办法第十条" }\n[points]'
    evaluation = result(DATA.replace("[points]", line))
    assert (evaluation.rates[0].value, found(evaluation, "exclusion_without_reason")) == (1, [])
    (finding,) = found(result(science_projects=10), "exclusion_without_reason")
    assert "没有在备注写明" in finding.message


def test_no_exclusion_is_not_missing_data() -> None:
    assert found(result(), "input_missing", "exclusion_without_reason") == []


@pytest.mark.whole
def test_lint_finds_a_cap_table_with_gaps_and_what_items_leave_open() -> None:
    gap = FRAMEWORK.replace("<80%:89; 否则:100", "<80%:89; ≥90%:100")
    assert [(f.severity, f.code) for f in lint(source(gap).framework)] == [("error", "tier_gap"), ("hint", "unstated")]
    assert result(DATA, gap, spent_total=85).total is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('value = "spending_rate"\ntiers', 'value = "no_such_rate"\ntiers', "用的 no_such_rate 不是"),
        ('value = "has_accident", threshold', 'value = "no_such_flag", threshold', "未定义的 no_such_flag"),
        ('when = "has_supervised_funds"', 'when = "self_rate"', "应是 flag 类型"),
        ('code = "J2"', 'code = "j1"', "加减分项 J1 重复"),
        ('type = "money"\nhelp = "按办法剔除"', 'type = "rate"\nhelp = "按办法剔除"', "除外项 science_projects 应为"),
    ],
)
def test_what_does_not_fit_is_refused(old: str, new: str, told: str) -> None:
    assert old in FRAMEWORK
    with pytest.raises(UserError, match=told):
        source(FRAMEWORK.replace(old, new))


def test_a_claim_for_an_unknown_item_is_refused() -> None:
    with pytest.raises(UserError, match=r"第 1 条的 item J9 不是加减分项"):
        result(DATA + Claim("J9", 1, fact=2023).text)
