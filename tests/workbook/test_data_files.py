"""Data files: each mistake is told in one sentence with file, key and value; the shipped ones fit their frameworks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.small_framework import framework
from xlperf.errors import UserError
from xlperf.frameworks.loading import find_framework
from xlperf.workbook.data_files import figure_problem, parse_data, read_data
from xlperf.workbook.locations import example_names, workbooks_folder

ORIGIN = "某局.toml"
TEXT = """\
schema_version = 1
framework = "mini-2021"

[unit]
name = "某局"
year = 2021

[report]
total = 8.5
grade = "良"
levels = [{ name = "过程", score = 8.5 }]
source = "表2-1"

[inputs.quota_used]
value = 209.26
source = "表1-3"
others = [{ value = 372.67, source = "表1-4", note = "决算" }]

[inputs.staff_count]
value = 20
source = "编制册"

[inputs.has_rules]
value = true
source = "制度"

[inputs.main_goal]
source = "申报表未填"

[points."2.1"]
finding = "部分符合"
basis = "制度缺一项"
problems = ["P1"]

[points."2.2"]
finding = 1
basis = "发现一处"

[points."2.3"]
finding = "公开"
basis = "网站"

[awards.2]
award = 2.5
reason = "酌情"
source = "表2-1"
problems = ["P1"]

[[problems]]
id = "P1"
fact = "缺一项制度"
indicators = ["2"]
source = "二（一）"

[[deductions]]
id = "D1"
indicator = "2"
points = 0.5
problems = ["P1"]
source = "二（一）"

[[surveys]]
id = "staff_survey"
name = "问卷"
valid = 3
source = "附件"
questions = [{ number = 1, text = "满意吗", options = ["满意", "不满意"], counts = [2, 1] }]
"""


def refusal(text: str) -> str:
    with pytest.raises(UserError) as raised:
        parse_data(text, framework(), ORIGIN)
    return str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ('framework = "mini-2021"', 'framework = "maxi-2021"', ["framework", "maxi-2021", "mini-2021", "不符"]),
        ('framework = "mini-2021"', "framework = 1", ["framework", "应为文字", "1"]),
        ("schema_version = 1", "schema_version = 9", ["schema_version", "9"]),
        ('name = "某局"', 'name = "某局"\nboss = "某人"', ["unit.boss", "不认识的键", "某人"]),
        ("year = 2021", "year = 2201", ["unit.year", "太大", "2201"]),
        ("total = 8.5", "total = nan", ["report.total", "应为有限的数", "nan"]),
        ("total = 8.5", 'total = "8.5"', ["report.total", "应为数字", "'8.5'"]),
        ("[inputs.quota_used]", "[inputs.quota_spent]", ["inputs.quota_spent", "没有这个数据项"]),
        ("value = 209.26", 'value = "209.26"', ["inputs.quota_used", "应为金额", "'209.26'"]),
        ("value = 209.26", "value = true", ["inputs.quota_used", "应为金额", "True"]),
        ("value = 209.26", "value = nan", ["inputs.quota_used", "nan"]),
        ("value = 209.26", "value = -inf", ["inputs.quota_used", "-inf"]),
        ("value = 209.26", "value = [209.26]", ["inputs.quota_used.value", "不合要求"]),
        ("value = 372.67", 'value = "无"', ["inputs.quota_used", "应为金额", "'无'"]),
        ('source = "表1-3"', "", ["inputs.quota_used.source", "缺这一项"]),
        ('source = "表1-3"', 'source = ""', ["inputs.quota_used.source", "不能为空"]),
        ("value = 20\n", "value = 20.5\n", ["inputs.staff_count", "应为整数", "20.5"]),
        ("value = 20\n", "value = -1\n", ["inputs.staff_count", "应为整数", "-1"]),
        ("value = 209.26", "value = -209.26", ["inputs.quota_used", "现为 -209.26，不应为负数"]),
        ("value = true", "value = 1", ["inputs.has_rules", "应为是或否", "1"]),
        ("value = true", 'value = "对"', ["inputs.has_rules", "应为是或否", "'对'"]),
        ("[inputs.main_goal]", "[inputs.main_goal]\nvalue = 3", ["inputs.main_goal", "应为文字", "3"]),
        ('[points."2.1"]', '[points."2.4"]', ["points.2.4", "没有这个要点"]),
        ('[points."2.1"]', '[points."2"]', ["points.2", "写法不合要求"]),
        ('finding = "部分符合"', 'finding = "基本符合"', ["points.2.1", "'基本符合'", "部分符合", "缺证据"]),
        ('finding = "部分符合"', "finding = 1", ["points.2.1", "1", "符合"]),
        ("finding = 1\n", 'finding = "一处"\n', ["points.2.2", "'一处'", "非负整数"]),
        ("finding = 1\n", "finding = -1\n", ["points.2.2", "-1", "非负整数"]),
        ("finding = 1\n", "finding = true\n", ["points.2.2.finding", "不合要求", "True"]),
        ('finding = "公开"', 'finding = "已公开"', ["points.2.3", "'已公开'", "公开、没有公开"]),
        ('[points."2.3"]', '[points."1.1"]', ["points.1.1", "不用填（分档由数据算出）"]),
        ('basis = "网站"', "", ["points.2.3.basis", "缺这一项"]),
        ("[awards.2]", "[awards.9]", ["awards.9", "没有指标 9"]),
        ("award = 2.5", "award = nan", ["awards.2.award", "应为有限的数", "nan"]),
        ("award = 2.5", 'award = "2.5"', ["awards.2.award", "应为数字", "'2.5'"]),
        ("award = 2.5", "award = true", ["awards.2.award", "应为数字", "True"]),
        ('source = "表2-1"\nproblems = ["P1"]', 'source = "表2-1"\nproblems = ["P2"]', ["awards.2", "没有问题 P2"]),
        ('basis = "制度缺一项"\nproblems = ["P1"]', 'basis = "制度缺一项"\nproblems = ["P7"]', ["points.2.1", "没有问题 P7"]),
        ('points = 0.5\nproblems = ["P1"]', 'points = 0.5\nproblems = ["P8"]', ["deductions.D1", "没有问题 P8"]),
        ('indicator = "2"', 'indicator = "二"', ["deductions.D1", "没有指标 二"]),
        ("points = 0.5", "points = 0", ["deductions.1.points", "太小", "0"]),
        ('indicators = ["2"]', 'indicators = ["2", "3"]', ["problems.P1", "没有指标 3"]),
        ('indicators = ["2"]', "indicators = []", ["problems.1.indicators", "至少要有一项"]),
        ('id = "P1"', 'id = "p1"', ["problems.1.id", "写法不合要求", "p1"]),
        ("counts = [2, 1]", "counts = [2, 1, 0]", ["surveys.staff_survey", "第 1 题", "2 个选项", "3 个份数"]),
        ("counts = [2, 1]", "counts = [2, -1]", ["surveys.1.questions.1.counts.2", "太小", "-1"]),
        ("counts = [2, 1]", 'counts = [2, 1], unaware = "不清楚"', ["surveys.staff_survey", "第 1 题", "没有选项", "不清楚"]),
        ("counts = [2, 1]", "counts = [2, 1, 0, 0, 0, 0, 0]", ["第 1 题", "7 个份数"]),
        ('["满意", "不满意"], counts = [2, 1]', '["一", "二", "三", "四", "五", "六", "七"], counts = [0, 0, 0, 0, 0, 0, 3]', ["7 个选项", "最多 6 个"]),
        ("valid = 3", "valid = 0", ["surveys.1.valid", "太小", "0"]),
        ("valid = 3", 'valid = "3"', ["surveys.1.valid", "应为整数", "'3'"]),
    ],
)  # fmt: skip
def test_refused(old: str, new: str, parts: list[str]) -> None:
    assert TEXT.count(old) >= 1, old
    message = refusal(TEXT.replace(old, new, 1))
    assert message.startswith(f"{ORIGIN}：")
    assert message.endswith("。")
    assert message.count("。") == 1
    assert "\n" not in message
    assert "另有" not in message
    assert [part for part in parts if part not in message] == [], message


def test_a_problem_listed_twice() -> None:
    block = TEXT[TEXT.index("[[problems]]") : TEXT.index("[[deductions]]")]
    assert "问题编号 P1 重复" in refusal(TEXT + block)


def test_all_mistakes_are_told_at_once() -> None:
    message = refusal(
        TEXT.replace("P1", "P5").replace('id = "P5"', 'id = "P1"').replace("value = 20\n", "value = 0.5\n")
    )
    assert message.startswith(f"{ORIGIN} 有 4 处要改：\n")
    assert message.count("没有问题 P5") + message.count("应为整数") == 4


def test_toml_mistake() -> None:
    assert refusal('schema_version = 1\nframework = "mini\n').startswith(f"{ORIGIN} 第 2 行写法有误")


def test_a_rate_with_a_percent_sign() -> None:
    rates = framework().model_copy(
        update={
            "inputs": tuple(
                i.model_copy(update={"type": "rate"}) if i.id == "quota_used" else i for i in framework().inputs
            )
        }
    )
    text = TEXT.replace("value = 209.26", 'value = "97.92%"')
    assert parse_data(text, rates, ORIGIN).inputs["quota_used"].value == pytest.approx(0.9792)
    assert "应为金额" in refusal(text)


def test_a_sound_file() -> None:
    data = parse_data(TEXT, framework(), ORIGIN)
    assert data.inputs["quota_used"].value == 209.26
    assert data.inputs["has_rules"].value is True
    assert data.inputs["main_goal"].value is None
    assert data.points["2.2"].finding == 1
    assert data.awards["2"].award == 2.5
    assert data.surveys[0].questions[0].counts == (2, 1)


def test_what_may_be_left_out() -> None:
    head = TEXT[: TEXT.index("[report]")]
    data = parse_data(head, framework(), ORIGIN)
    assert (data.report, data.inputs, data.points, data.awards, data.problems) == (None, {}, {}, {}, ())


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / ORIGIN
    path.write_text(TEXT, encoding="utf-8")
    assert read_data(path, framework()) == parse_data(TEXT, framework(), ORIGIN)
    with pytest.raises(UserError, match="没有这个文件"):
        read_data(tmp_path / "没有.toml", framework())


@pytest.mark.parametrize(
    ("kind", "value", "suits"),
    [
        ("money", 1.5, True),
        ("money", -1, True),
        ("number", "1", False),
        ("rate", 1.05, True),
        ("rate", True, False),
        ("rate", float("nan"), False),
        ("number", float("inf"), False),
        ("count", 3.0, True),
        ("count", 3.5, False),
        ("count", -3, False),
        ("flag", False, True),
        ("flag", 0, False),
        ("text", "无", True),
        ("text", 0, False),
    ],
)
def test_figures_by_type(kind: str, value: object, suits: bool) -> None:
    assert (figure_problem(kind, value) == "") is suits


@pytest.mark.parametrize("name", example_names())
def test_shipped_examples_fit_their_frameworks(name: str) -> None:
    data = read_data(workbooks_folder() / "examples" / f"{name}.toml", find_framework(name).framework)
    assert data.framework == name
    assert data.inputs


def test_a_deduction_listed_twice() -> None:
    block = TEXT[TEXT.index("[[deductions]]") :].split("\n\n")[0]
    assert "扣分编号 D1 重复" in refusal(f"{TEXT}\n{block}\n")
