"""A framework file by hand: what may be left out, and how mistakes are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_here import Run
from tests.support.small_framework import ORIGIN, TEXT, changed
from xlperf.errors import UserError
from xlperf.frameworks.loading import find_framework, parse_framework
from xlperf.frameworks.places import line_of

SHORT = """\
schema_version = 1
id = "short-2024"
name = "某县部门整体支出自评"
subject = "部门整体支出"
evaluation = "self"
region = "某县"
year = 2024
weight = 30
source = { document = "某县自评表", is_verified = true }

[grades]
bands = "≥90:优; ≥80:良; ≥60:中; 否则:差"
source = { document = "某县自评表", is_verified = true }

[[inputs]]
id = "budget_total"
label = "调整预算数"
type = "money"
[[inputs]]
id = "budget_spent"
label = "实际支出数"
type = "money"
[[inputs]]
id = "staff_actual"
label = "在职人员数"
type = "count"
[[inputs]]
id = "staff_quota"
label = "编制数"
type = "count"

[[rates]]
id = "spending_rate"
label = "预算执行率"
formula = "PERF_RATE(budget_spent, budget_total)"
[[rates]]
id = "staffing_rate"
label = "在职人员控制率"
formula = "PERF_RATE(staff_actual, staff_quota)"

[[indicators]]
name = "预算执行率"
level = "过程"
weight = 20
standard = "得分=分值×预算执行率"
rule = { kind = "ratio", value = "spending_rate" }
[[indicators]]
name = "在职人员控制率"
level = "投入"
weight = 10
standard = "≤100%得满分，否则不得分"
rule = { kind = "tiers", value = "staffing_rate", tiers = "≤100%:10; 否则:0" }
"""
COMPACT = "\n".join((
    SHORT.partition("[[inputs]]")[0].replace("weight = 30\n", ""),
    "inputs = [",
    *(f'  {{ id = "figure_{n}", label = "数{n}", type = "number" }},' for n in range(1, 9)),
    "]",
    "rates = [",
    *(f'  {{ id = "rate_{n}", label = "率{n}", formula = "PERF_RATE(figure_{2 * n - 1}, figure_{2 * n})" }},' for n in range(1, 5)),
    "]",
    "indicators = [",
    *(
        f'  {{ name = "指标{n}", level = "{"过程" if n < 6 else "产出"}", weight = 10, standard = "原文{n}", rule = {{ kind = "ratio", value = "rate_{n % 4 + 1}" }} }},'
        for n in range(1, 11)
    ),
    "]",
)).replace("[grades]\nbands", "grades.bands").replace("\nsource = { document = \"某县自评表\", is_verified = true }\n\n\n", "\ngrades.source = { document = \"某县自评表\", is_verified = true }\n")  # fmt: skip


def test_what_the_rest_says_may_be_left_out() -> None:
    found = parse_framework(SHORT, ORIGIN).framework
    assert [(level.name, level.weight, level.groups[0].name) for level in found.levels] == [
        ("过程", 20, "过程"),
        ("投入", 10, "投入"),
    ]
    assert [i.code for i in found.indicators] == ["1", "2"]
    assert found.indicators[0].points[0].text == found.indicators[0].standard
    assert (found.inputs[0].group, found.inputs[0].help) == ("数据", "调整预算数")
    assert (found.rates[0].definition, found.rates[0].source) == ("实际支出数÷调整预算数", "某县自评表")


def test_a_self_evaluation_of_ten_indicators_fits_in_60_lines() -> None:
    assert len(COMPACT.splitlines()) <= 60
    assert len(parse_framework(COMPACT, ORIGIN).framework.indicators) == 10


def test_what_is_written_counts() -> None:
    assert parse_framework(TEXT, ORIGIN).framework.inputs[0].group == "收支"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("region",), "region ="),
        (("source", "document"), "document = "),
        (("inputs", 2, "type"), 'type = "count"'),
        (("indicators", 1, "points", 1, "rule", "deduct", "points"), 'rule = { kind = "deduct"'),
        (("levels", 0, "groups", 1, "weight"), "groups = ["),
    ],
)
def test_lines_of_keys(path: tuple[str | int, ...], line: str) -> None:
    number = line_of(TEXT, path)
    assert number is not None
    assert TEXT.split("\n")[number - 1].startswith(line)


def test_lines_within_lists_and_long_texts() -> None:
    assert (
        COMPACT.split("\n")[(line_of(COMPACT, ("indicators", 3, "weight")) or 0) - 1]
        .strip()
        .startswith('{ name = "指标4"')
    )
    text = "a = '''\nb = 1\n[c]\n'''\nb = 2\n[[c]]\nd = 1\n[[c]]\nd = 2\n"
    assert (line_of(text, ("b",)), line_of(text, ("c", 1, "d")), line_of(text, ("e",))) == (5, 9, None)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'type = "count"',
            'type = "个数"',
            ["inputs.3.type", "可用：money、number、count、rate、date、flag、text", "个数"],
        ),
        ('kind = "deduct"', 'kind = "扣分"', ["不认识的 kind", "可用：finding、", "deduct"]),
    ],
)
def test_mistakes_are_told_with_line_and_allowed_values(old: str, new: str, told: list[str]) -> None:
    text = changed((old, new))
    with pytest.raises(UserError) as refused:
        parse_framework(text, ORIGIN)
    number = next(n for n, line in enumerate(text.split("\n"), 1) if new in line)
    for word in (f"第 {number} 行", *told):
        assert word in str(refused.value)


def test_a_function_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UserError, match=r"MEDIAN；可用 PERF_ 函数和 ABS、.*AVERAGE.*SUM"):
        parse_framework(changed(("PERF_RATE(quota_used, quota_issued)", "MEDIAN(quota_used)")), ORIGIN)


def test_errors_for_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = Run(monkeypatch, capsys)
    status, out, err = run("frameworks", "lint", tmp_path / "没有.toml", "--json")
    assert status == 2
    assert json.loads(out)["error"] in err


def test_hints_alone_are_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.toml"
    path.write_text(SHORT.replace("is_verified = true", "is_verified = false"), encoding="utf-8")
    run = Run(monkeypatch, capsys)
    status, out, _ = run("frameworks", "lint", path)
    assert (status, "未核对原文" in out) == (0, True)
    path.write_text(SHORT.replace("否则:0", "≤90%:0"), encoding="utf-8")
    assert run("frameworks", "lint", path)[0] == 1
    assert find_framework(str(path)).framework.weight == 30
