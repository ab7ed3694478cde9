"""Framework files: each mistake is told in one sentence with file, key and value; the shipped ones are sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.small_framework import ORIGIN, READING, TEXT, changed, framework
from xlperf.errors import UserError
from xlperf.evaluation.scoring import check
from xlperf.frameworks.loading import (
    MAXIMUM_BYTES,
    find_framework,
    parse_framework,
    parse_toml,
    read_text,
    shipped_frameworks,
    usual_schemes,
)
from xlperf.frameworks.parts import total_weight
from xlperf.functions.survey_schemes import scheme_problem
from xlperf.package import open_package
from xlperf.workbook.identity import FIRST_CHUNK_ROW, IDENTITY
from xlperf.workbook.locations import workbooks_folder

TIERS = 'rule = { kind = "tiers", value = "spending_rate", tiers = "≥90%:6; ≥80%:3; 否则:0" }'
FORMULA = "PERF_RATE(quota_used, quota_issued)"
RATE_INPUT = (
    '[[inputs]]\nid = "staff_rate"\nlabel = "满意度"\ngroup = "人员"\ntype = "rate"\nhelp = "问卷"\n\n[[rates]]'
)
SURVEY = '\n[[surveys]]\nid = "staff_survey"\nlabel = "问卷"\nfeeds = "staff_rate"\nscheme = "前两档,题平均"\n'
GATE = (
    '\n[indicators.gate]\ntext = "一票否决"\nconditions = [{ value = "no_veto", threshold = true, text = "无否决" }]\n'
)


def test_a_rule_for_figures_takes_no_flag() -> None:
    said = refusal(changed((TIERS, TIERS.replace("spending_rate", "has_rules"))))
    assert "指标 1 的 tiers 规则用了不是数的 has_rules" in said


def refusal(text: str) -> str:
    with pytest.raises(UserError) as raised:
        parse_framework(text, ORIGIN)
    return str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ('region = "某县"', 'region = "某县"\ncolour = "红"', ["colour", "不认识的键", "红"]),
        ('help = "编制册"', 'help = "编制册"\nsize = 3', ["inputs.3.size", "不认识的键", "3"]),
        ('help = "制度文件"', 'help = "制度文件"\nlimits = { negative = true }', ["has_rules 不是数，不能写 limits"]),
        ('help = "编制册"', 'help = "编制册"\nlimits = { part_of = "quota_used" }', ["staff_count 的 limits 用了 quota_used"]),
        ('help = "编制册"', 'help = "编制册"\nlimits = { part_of = "staff_count" }', ["limits 用了 staff_count"]),
        ('help = "编制册"', 'help = "编制册"\nlimits = { most = 3 }', ["limits.most", "不认识的键"]),
        ('document = "评分表"', 'clause = "一"', ["source.document", "缺这一项"]),
        ('[source]\ndocument = "评分表"\nis_verified = true', "", ["source", "缺这一项"]),
        ('source = { document = "等级表", is_verified = true }', "", ["grades.source", "缺这一项"]),
        ('name = "小体系"', 'name = ""', ["name", "不能为空"]),
        ("schema_version = 1", "schema_version = 2", ["schema_version", "不在允许的取值中", "2"]),
        ('id = "mini-2021"', 'id = "Mini 2021"', ["id", "写法不合要求", "Mini 2021"]),
        ('version = "1.0.0"', 'version = "1.0"', ["version", "写法不合要求", "1.0"]),
        ("year = 2021", "year = 21", ["year", "太小", "21"]),
        ("year = 2021", 'year = "2021"', ["year", "应为整数", "'2021'"]),
        ("year = 2021", "year = 2021-01-01", ["year", "应为整数", "2021-01-01"]),
        ("year = 2021\nweight = 10", 'year = 2021\nweight = "10"', ["weight", "应为数字", "'10'"]),
        ("year = 2021\nweight = 10", "year = 2021\nweight = true", ["weight", "应为数字", "True"]),
        ("year = 2021\nweight = 10", "year = 2021\nweight = nan", ["weight", "应为有限的数", "nan"]),
        ("year = 2021\nweight = 10", "year = 2021\nweight = 0", ["weight", "太小", "0"]),
        ("is_verified = true\n\n", 'is_verified = "是"\n\n', ["source.is_verified", "应为 true 或 false", "是"]),
        ('type = "money"', 'type = "金额"', ["inputs.1.type", "不在允许的取值中", "金额"]),
        ('id = "staff_count"', 'id = "staff"', ["inputs.3.id", "写法不合要求", "staff"]),
        ('kind = "deduct", points = 1', 'kind = "minus", points = 1', ["indicators.2.points.2.rule", "不认识的 kind"]),
        ('kind = "deduct", points = 1', "points = 1", ["indicators.2.points.2.rule", "缺 kind"]),
        ('kind = "deduct", points = 1', 'kind = "deduct", points = -1', ["indicators.2.points.2.rule.deduct.points", "太小", "-1"]),
        ('kind = "deduct", points = 1', 'kind = "deduct"', ["indicators.2.points.2.rule.deduct.points", "缺这一项"]),
        ("groups = [{ name", 'groups = "预算"\nother = [{ name', ["levels.1.groups", "应为一组", "预算"]),
        ("否则:0", "余下:0", ["indicators.1.points.1.rule.tiers.tiers", "余下:0", "看不懂"]),
        ("≥80%:3", "≥80%", ["indicators.1.points.1.rule.tiers.tiers", "≥80%", "看不懂"]),
        ("≥8:良", "8分以上:良", ["grades.bands", "8分以上:良", "看不懂"]),
        ("没有公开:0", "没有公开0", ["indicators.2.points.3.rule.choice.options", "没有公开0", "缺冒号"]),
        ("没有公开:0", "公开:0", ["indicators.2.points.3.rule.choice.options", "重复的选项"]),
        (TIERS, TIERS.replace("spending_rate", "spending_ratio"), ["指标 1", "未定义", "spending_ratio"]),
        (FORMULA, FORMULA.replace("used", "spent"), ["比率 spending_rate", "未定义", "quota_spent"]),
        (FORMULA, "main_goal / quota_issued", ["比率 spending_rate", "不是数的 main_goal"]),
        (FORMULA, FORMULA.replace("RATE", "RATIO"), ["rates.1.formula", "不认识的函数 PERF_RATIO"]),
        (FORMULA, FORMULA[:-1], ["rates.1.formula", FORMULA[:-1], "括号不配对"]),
        (FORMULA, "", ["rates.1.formula", "不完整"]),
        ('code = "2"', 'code = "1"', ["编号 1 重复"]),
        ('code = "2"', 'code = "二"', ["indicators.2.code", "写法不合要求", "二"]),
        ('id = "staff_count"', 'id = "quota_used"', ["编号 quota_used 重复"]),
        ('id = "spending_rate"', 'id = "quota_used"', ["编号 quota_used 重复"]),
        ('id = "staff_count"', 'id = "unit_name"', ["编号 unit_name 重复"]),
        ("year = 2021\nweight = 10", "year = 2021\nweight = 100", ["一级指标分值合计 10", "总分 100"]),
        ('name = "管理", weight = 4', 'name = "管理", weight = 3', ["“过程”的二级指标分值合计", "10"]),
        ('weight = 6\ndescription', 'weight = 5\ndescription', ["“过程/预算”的三级指标分值合计 5 ≠ 6", "指标 1", "要点合计 6 ≠ 分值 5"]),
        ('group = "预算"\nweight', 'group = "核算"\nweight', ["指标 1", "过程/核算", "不在 levels 中"]),
        ('text = "没有问题"\nweight = 2', 'text = "没有问题"\nweight = 3', ["指标 2“制度健全”", "要点合计 5 ≠ 分值 4", "readings"]),
    ],
)  # fmt: skip
def test_refused(old: str, new: str, parts: list[str]) -> None:
    message = refusal(changed((old, new)))
    assert message.startswith(f"{ORIGIN}：")
    assert message.endswith("。")
    assert message.count("。") == 1
    assert "\n" not in message
    assert [part for part in parts if part not in message] == [], message


@pytest.mark.parametrize(
    ("add", "parts"),
    [
        (READING.format(fault="typo"), ["indicators.2.readings.1.fault", "不在允许的取值中", "typo"]),
        (READING.format(fault="ambiguous").replace('["另一读法"]', "[]"), ["indicators.2.readings.1.alternatives", "至少要有一项"]),
        (GATE, ["指标 2", "未定义", "no_veto"]),
        (GATE.replace("[{", "[[").replace("}]", "]]").replace("value = ", "").replace("threshold = ", "").replace("text = \"无", "\"无"),
         ["indicators.2.gate.conditions.1", "应为一组键值"]),
        (READING.format(fault="ambiguous") + "variants = [{ text = \"另算\", rule = { kind = \"ratio\", value = \"other_rate\" } }]",
         ["指标 2", "未定义", "other_rate"]),
    ],
)  # fmt: skip
def test_refused_addition(add: str, parts: list[str]) -> None:
    message = refusal(changed(add=add))
    assert message.startswith(f"{ORIGIN}：")
    assert message.count("。") == 1
    assert [part for part in parts if part not in message] == [], message


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("前两档,题平均", "满意就行", ["surveys.1.scheme", "问卷口径“满意就行”看不懂", "按报告数"]),
        ("前两档,题平均", "合并", ["surveys.1.scheme", "“合并”缺前两档或各档权重"]),
        ("前两档,题平均", "120/50/0", ["surveys.1.scheme", "120/50/0", "0 到 100"]),
        ('"staff_rate"', '"staff_count"', ["问卷 staff_survey", "feeds", "比率类", "staff_count"]),
        ('"staff_rate"', '"spending_rate"', ["问卷 staff_survey", "feeds", "spending_rate"]),
        ("[[surveys]]", "[[surveys]]\nothers = ['按报告数']", ["surveys.1.others.1", "按报告数", "看不懂"]),
        ("[[surveys]]", "[[surveys]]\nunaware = ['忽略']", ["surveys.1.unaware.1", "不在允许的取值中", "忽略"]),
        ("[[surveys]]", "[[surveys]]\nquestion_sets = []", ["surveys.1.question_sets", "至少要有一项"]),
        (SURVEY, SURVEY + SURVEY, ["问卷 staff_survey 重复", "staff_rate 取自两份问卷"]),
    ],
)
def test_surveys_refused(old: str, new: str, parts: list[str]) -> None:
    assert SURVEY.count(old) == 1
    message = refusal(changed(("[[rates]]", RATE_INPUT), add=SURVEY.replace(old, new)))
    assert message.count("。") == 1
    assert [part for part in parts if part not in message] == [], message


def test_a_survey_that_feeds_a_rate() -> None:
    loaded = framework(("[[rates]]", RATE_INPUT), add=SURVEY)
    assert loaded.surveys[0].combinations == [("全部题", "计入")]
    assert loaded.tiers_fed_by("staff_rate") is None
    assert loaded.tiers_fed_by("spending_rate") == (loaded.indicators[0], 1)


def test_the_usual_schemes_are_schemes() -> None:
    schemes = usual_schemes()
    assert len({scheme.id for scheme in schemes}) == len({scheme.text for scheme in schemes}) == len(schemes) >= 8
    assert [problem for scheme in schemes if (problem := scheme_problem(scheme.text))] == []


def test_the_tiny_framework_is_sound() -> None:
    loaded = framework()
    assert [i.code for i in loaded.indicators] == ["1", "2"]
    assert [i.code for i in loaded.indicators_of("过程", "管理")] == ["2"]
    assert loaded.indicators[1].point_code(3) == "2.3"
    assert loaded.indicators[1].points_weight == 4
    assert not loaded.indicators[1].is_judgement


def test_points_may_differ_with_a_reading() -> None:
    change = ('text = "没有问题"\nweight = 2', 'text = "没有问题"\nweight = 3')
    assert framework(change, add=READING.format(fault="points_sum")).indicators[1].points_weight == 5
    assert "要点合计 5" in refusal(changed(change, add=READING.format(fault="ambiguous")))


def test_a_rate_uses_only_rates_before_it() -> None:
    rate = '[[rates]]\nid = "carryover_rate"\nlabel = "结转率"\nformula = "1 - spending_rate"\ndefinition = "1－支出率"\nsource = "表"\n\n'
    later = changed(('[[indicators]]\ncode = "1"', rate + '[[indicators]]\ncode = "1"'))
    assert [r.id for r in parse_framework(later, ORIGIN).framework.rates] == ["spending_rate", "carryover_rate"]
    earlier = changed(("[[rates]]", rate + "[[rates]]"))
    assert "比率 carryover_rate 用了未定义的 spending_rate" in refusal(earlier)


def test_all_mistakes_are_told_at_once() -> None:
    text = changed(
        ('help = "指标执行情况表"', 'help = ""'), ('help = "编制册"', 'help = ""'), ('help = "制度文件"', 'help = ""')
    )
    message = refusal(text)
    assert message.startswith(f"{ORIGIN} 有 4 处要改：\n")
    assert len(message.splitlines()) == 5
    assert message.count("help：不能为空") == 4


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('name = "甲\nid = 1', "第 1 行"),
        ("schema_version = 1\nname = 甲", "第 2 行"),
        ("a = 1\nb = 2\na = 3\nc = 4", "第 3 行"),
        ("a = [1, 2", "末尾"),
        ("a = " + "[" * 5000, "套得太深"),
    ],
)
def test_toml_mistakes(text: str, where: str) -> None:
    message = refusal(text)
    assert message.startswith(f"{ORIGIN} ")
    assert where in message
    assert message.count("。") == 1


@pytest.mark.whole
def test_keys_nested_too_deep() -> None:
    assert "套得太深" in refusal("a" + ".a" * 5000 + " = 1")


def test_toml_of_any_content() -> None:
    assert parse_toml("a = 1", ORIGIN) == {"a": 1}
    assert "缺这一项" in refusal("")


def test_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "没有.toml"
    with pytest.raises(UserError, match="没有这个文件") as raised:
        read_text(path)
    assert str(path) in str(raised.value)
    with pytest.raises(UserError, match="没有名为“没有这个体系”的指标体系") as raised:
        find_framework("没有这个体系")
    assert "xlperf frameworks list" in str(raised.value)


def test_huge_file(tmp_path: Path) -> None:
    path = tmp_path / "大.toml"
    path.write_bytes(b"#" * (MAXIMUM_BYTES + 1))
    with pytest.raises(UserError, match="太大（超过 2 MB）") as raised:
        find_framework(str(path))
    assert str(path) in str(raised.value)
    path.write_bytes(b"#" * MAXIMUM_BYTES)
    assert len(read_text(path)) == MAXIMUM_BYTES


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_encodings_that_chinese_programs_save_in(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "国标.toml"
    path.write_bytes(TEXT.encode(encoding))
    assert find_framework(str(path)).text == TEXT


@pytest.mark.parametrize("content", [b"\xff\xff\x00\x81", b"\xff\xfe\x00"])
def test_no_text_at_all(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "国标.toml"
    path.write_bytes(content)
    with pytest.raises(UserError, match="不是 UTF-8 或 GBK 编码") as raised:
        find_framework(str(path))
    assert str(path) in str(raised.value)


def test_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "小体系.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    found = find_framework(str(path))
    assert found.origin == str(path)
    assert found.text == TEXT
    assert found.content_hash == parse_framework(TEXT, ORIGIN).content_hash
    assert found.content_hash != parse_framework(TEXT + "\n", ORIGIN).content_hash


@pytest.mark.parametrize("name", shipped_frameworks())
def test_shipped_frameworks_load(name: str) -> None:
    found = find_framework(name)
    assert found.framework.id == name
    assert found.framework.weight == total_weight(indicator.weight for indicator in found.framework.indicators)
    assert found.framework.region == "全国" or name.endswith(f"-{found.framework.year}")
    assert all(indicator.standard and indicator.description for indicator in found.framework.indicators)


def test_renhua_is_shipped() -> None:
    assert "renhua-2021" in shipped_frameworks()
    assert len(find_framework("renhua-2021").framework.indicators) == 34


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 5000, "0x" + "f" * 5000, "[" * 3000 + "]" * 3000])
def test_numbers_that_python_does_not_read(number: str) -> None:
    text = TEXT.replace("weight = 10\n", f"weight = {number}\n", 1)
    with pytest.raises(UserError, match=r"小体系\.toml.*(位数太多|套得太深)"):
        parse_framework(text, ORIGIN)


@pytest.mark.whole
def test_a_workbook_that_carries_such_a_number() -> None:
    package = open_package(workbooks_folder() / "mof-project-self.xlsx")
    text = str(package.value(IDENTITY, f"B{FIRST_CHUNK_ROW}"))
    long = text.replace("schema_version = 1\n", f"schema_version = {'1' * 5000}\n", 1)
    assert long != text
    with pytest.raises(UserError, match="位数太多"):
        check(package.with_inputs({(IDENTITY, f"B{FIRST_CHUNK_ROW}"): long}))
