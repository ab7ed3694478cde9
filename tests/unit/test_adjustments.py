"""From the indicators to the total: bonuses with a year, caps, vetoes, rescaling, missing data, measures, exclusions."""

from __future__ import annotations

import pytest

from xlperf.editions.assembly import assemble
from xlperf.errors import UserError
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.findings.finding import Finding
from xlperf.frameworks.linting import lint
from xlperf.frameworks.loading import FrameworkFile, parse_framework
from xlperf.package import open_package
from xlperf.workbook.data_files import parse_data

SOURCE = 'source = { document = "办法", is_verified = true }'
FRAMEWORK = f"""
schema_version = 1
id = "small-county"
version = "1.0.0"
name = "小县评价"
subject = "部门整体支出"
evaluation = "third_party"
region = "小县"
year = 2023
{SOURCE}
grades = {{ bands = "≥90:优; ≥80:良; 否则:差", source = {{ document = "办法", is_verified = true }} }}
levels = [{{ name = "过程", weight = 100, groups = [{{ name = "管理", weight = 100 }}] }}]

[[inputs]]
id = "budget_total"
label = "预算数"
group = "预算"
type = "money"
help = "预算表"

[[inputs]]
id = "spent_total"
label = "支出数"
group = "预算"
type = "money"
help = "决算表"

[[inputs]]
id = "science_projects"
label = "科研项目资金（除外）"
group = "预算"
type = "money"
help = "按办法剔除"
is_exclusion = true

[[inputs]]
id = "has_accident"
label = "发生重大安全事故"
group = "事实"
type = "flag"
help = "主管部门认定"

[[inputs]]
id = "has_supervised_funds"
label = "有主管资金"
group = "事实"
type = "flag"
help = "预算批复"

[[inputs]]
id = "self_rate"
label = "主管资金自评得分率"
group = "事实"
type = "rate"
help = "自评报告"

[[rates]]
id = "spending_rate"
label = "执行率"
formula = "PERF_RATE(spent_total, PERF_NET(budget_total, science_projects))"
definition = "支出÷（预算−除外）"
source = "办法"

[[indicators]]
code = "1"
name = "执行率"
level = "过程"
group = "管理"
weight = 60
description = "支出与预算之比"
standard = "分值×执行率；有主管资金的部门可按自评结果折算"
[[indicators.points]]
text = "分值×执行率"
weight = 60
rule = {{ kind = "ratio", value = "spending_rate" }}
alternative = {{ text = "按自评结果折算", when = "has_supervised_funds", rule = {{ kind = "ratio", value = "self_rate" }} }}

[[indicators]]
code = "2"
name = "质量"
level = "过程"
group = "管理"
weight = 40
description = "质量"
standard = "符合得满分"
not_applicable = "rescale"
points = [{{ text = "符合", weight = 40, rule = {{ kind = "finding" }} }}]

[[caps]]
text = "预算执行率低于80%的封顶"
value = "spending_rate"
tiers = "<50%:59; <60%:69; <70%:79; <80%:89; 否则:100"
{SOURCE}

[[vetoes]]
text = "发生重大安全事故"
total = 0
{SOURCE}
conditions = [{{ value = "has_accident", threshold = true, text = "发生重大安全事故" }}]

[extras]
counts = "within"
maximum = 3
{SOURCE}
items = [
  {{ code = "J1", name = "获得表彰", kind = "bonus", maximum = 2, year_by = "fact", standard = "当年获表彰每项加2分" }},
  {{ code = "J2", name = "被通报", kind = "penalty", maximum = 5, year_by = "document", standard = "当年被通报扣5分" }},
  {{ code = "J3", name = "其他荣誉", kind = "bonus", maximum = "未载明", year_by = "未载明", standard = "未载明" }},
]
"""
DATA = """
schema_version = 1
framework = "small-county"
unit = { name = "某局", year = 2023 }
[inputs]
budget_total = { value = 100, source = "表" }
spent_total = { value = 90, source = "表" }
has_accident = { value = false, source = "无" }
has_supervised_funds = { value = false, source = "无" }
self_rate = { value = 0.95, source = "无" }
[points]
"2.1" = { finding = "符合", basis = "查阅" }
"""


def source(text: str = FRAMEWORK) -> FrameworkFile:
    return parse_framework(text, "小县.toml")


def result(data: str = DATA, framework: str = FRAMEWORK) -> Evaluation:
    file = source(framework)
    return read_evaluation(open_package(assemble(file, parse_data(data, file.framework, "数据.toml"))))


def found(evaluation: Evaluation, *codes: str) -> list[Finding]:
    return [f for f in evaluation.findings if f.code in codes]


def claim(
    item: str, points: float | None, fact: int | None = None, document: int | None = None, ruling: str = ""
) -> str:
    lines = [f'item = "{item}"', 'fact = "事由"', 'source = "文件"', f'ruling = "{ruling}"']
    lines += [f"{k} = {v}" for k, v in (("points", points), ("fact_year", fact), ("document_year", document)) if v]
    return "\n[[extras]]\n" + "\n".join(lines)


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


@pytest.mark.parametrize(
    ("spent", "total"), [(80, 88), (79.99, 87.99), (70, 82), (69, 79), (60, 76), (59.9, 69), (50, 69), (49.9, 59)]
)
def test_cap_by_execution_rate(spent: float, total: float) -> None:
    assert result(DATA.replace("value = 90", f"value = {spent}")).total == total


def test_a_cap_that_bites_is_told() -> None:
    (finding,) = found(result(DATA.replace("value = 90", "value = 69")), "total_limited")
    assert finding.message == "“预算执行率低于80%的封顶”：总分最高 79 分，封顶前是 81.4 分。"


def test_veto() -> None:
    evaluation = result(DATA.replace("has_accident = { value = false", "has_accident = { value = true"))
    assert (evaluation.total, evaluation.grade) == (0, "差")
    unknown = result(DATA.replace('has_accident = { value = false, source = "无" }\n', ""))
    assert unknown.total is None


@pytest.mark.parametrize(
    ("claims", "total", "codes"),
    [
        (claim("J1", 2, fact=2023), 96, []),
        (claim("J1", 2, fact=2023) * 2, 97, []),
        (claim("J1", 2, fact=2022, document=2023), 94, [("error", "extra_expired")]),
        (claim("J1", 2, document=2023), 94, [("warning", "extra_without_year")]),
        (claim("J2", 5, fact=2022, document=2023), 89, []),
        (claim("J2", 9, document=2023), 89, [("error", "extra_out_of_range")]),
        (claim("J3", 2, fact=2022, document=2023), 94, [("warning", "extra_undecided")]),
        (claim("J3", None, fact=2022, document=2023), 94, [("hint", "extra_undecided")]),
        (claim("J3", 2, fact=2023, document=2023), 96, []),
        (claim("J3", 2, fact=2021, document=2022), 94, [("error", "extra_expired")]),
        (claim("J3", 2, fact=2022, document=2023, ruling="有效"), 96, []),
        (claim("J1", 2, fact=2022, ruling="无效"), 94, []),
    ],
)
def test_bonus_and_penalty(claims: str, total: float, codes: list[tuple[str, str]]) -> None:
    evaluation = result(DATA + claims)
    assert evaluation.total == total
    assert [(f.severity, f.code) for f in evaluation.findings if f.code.startswith("extra_")] == codes


def test_bonus_within_or_on_top_of_the_full_score() -> None:
    full = DATA.replace("value = 90", "value = 100") + claim("J1", 2, fact=2023)
    assert result(full).total == 100
    assert result(full, FRAMEWORK.replace('counts = "within"', 'counts = "on_top"')).total == 102
    assert result(full, FRAMEWORK.replace('counts = "within"', 'counts = "未载明"')).total is None
    assert result(DATA + claim("J1", 2, fact=2023), FRAMEWORK.replace('"within"', '"未载明"')).total == 96


def test_an_indicator_that_does_not_apply_is_left_out_with_a_reason() -> None:
    without = (
        DATA[: DATA.index("[points]")] + '[awards.2]\nis_applicable = false\nsource = "评价组"\nreason = "无此业务"'
    )
    evaluation = result(without)
    assert (evaluation.total, evaluation.indicators[1].status) == (90, "不适用")
    assert [(a.name, a.points) for a in evaluation.adjustments][:2] == [("指标得分合计", 54), ("剔除不适用后折算", 90)]
    assert evaluation.level1[0].rate == 0.9
    unreasoned = result(without.replace('reason = "无此业务"', ""))
    assert (unreasoned.total, unreasoned.indicators[1].status) == (None, "缺理由")


def test_not_applicable_where_the_framework_refuses_it() -> None:
    with pytest.raises(UserError, match=r"awards.1：指标体系不允许这一项不适用"):
        result(DATA + '[awards.1]\nis_applicable = false\nsource = "评价组"\nreason = "无"')


@pytest.mark.parametrize(
    ("policy", "total", "status"),
    [("error", None, "待评定"), ("zero", 54, "缺数据计0分"), ("rescale", 90, "缺数据剔除")],
)
def test_missing_data_follow_the_policy(policy: str, total: float | None, status: str) -> None:
    framework = FRAMEWORK.replace("[extras]", "[extras]").replace(
        "year = 2023\n", f'year = 2023\nmissing = "{policy}"\n'
    )
    evaluation = result(DATA[: DATA.index("[points]")], framework)
    assert (evaluation.total, evaluation.indicators[1].status) == (total, status)


def test_another_measure_where_its_flag_says_so() -> None:
    data = DATA.replace("has_supervised_funds = { value = false", "has_supervised_funds = { value = true")
    assert result(data).indicators[0].score == 57
    unknown = DATA.replace('has_supervised_funds = { value = false, source = "无" }\n', "")
    assert result(unknown).indicators[0].score == 54


def test_an_exclusion_counts_and_needs_its_note() -> None:
    line = 'science_projects = { value = 10, source = "批复"%s }\n[points]'
    evaluation = result(DATA.replace("[points]", line % ', note = "科研项目，办法第十条"'))
    assert (evaluation.rates[0].value, found(evaluation, "exclusion_without_reason")) == (1, [])
    (finding,) = found(result(DATA.replace("[points]", line % "")), "exclusion_without_reason")
    assert "没有在备注写明" in finding.message


def test_no_exclusion_is_not_missing_data() -> None:
    assert found(result(), "input_missing", "exclusion_without_reason") == []


def test_lint_finds_a_cap_table_with_gaps_and_what_items_leave_open() -> None:
    gap = FRAMEWORK.replace("<80%:89; 否则:100", "<80%:89; ≥90%:100")
    assert [(f.severity, f.code) for f in lint(source(gap).framework)] == [("error", "tier_gap"), ("hint", "unstated")]
    assert result(DATA.replace("value = 90", "value = 85"), gap).total is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('value = "spending_rate"\ntiers', 'value = "no_such_rate"\ntiers', "用的 no_such_rate 不是"),
        ('value = "has_accident", threshold', 'value = "no_such_flag", threshold', "未定义的 no_such_flag"),
        ('when = "has_supervised_funds"', 'when = "self_rate"', "应是 flag 类型"),
        ('code = "J2"', 'code = "j1"', "加减分项 J1 重复"),
        ('type = "money"\nhelp = "按办法剔除"', 'type = "rate"\nhelp = "按办法剔除"', "除外项 science_projects 应为"),
        ("PERF_NET(budget_total, science_projects)", "budget_total - science_projects", "空白会被当成 0"),
    ],
)
def test_what_does_not_fit_is_refused(old: str, new: str, told: str) -> None:
    assert old in FRAMEWORK
    with pytest.raises(UserError, match=told):
        source(FRAMEWORK.replace(old, new))


def test_a_claim_for_an_unknown_item_is_refused() -> None:
    with pytest.raises(UserError, match=r"第 1 条的 item J9 不是加减分项"):
        result(DATA + claim("J9", 1, fact=2023))
