"""The path of somebody with a framework of their own: copy, edit, lint, new, fill, score; never a line of Python."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.support.command_here import Run, refused

# What a county makes of the national template: its own name, one level of the four, three indicators, fixed weights.
COUNTY = """schema_version = 1
id = "qingshan-2023"
version = "1.0.0"
name = "青山县部门整体支出绩效评价指标（2023年度）"
subject = "部门整体支出"
evaluation = "third_party"
region = "青山县"
year = 2023
source = { document = "青山县财政局通知", is_verified = true }
grades = { scheme = "mof", bands = "≥90:优; ≥80:良; ≥60:中; 否则:差", source = { document = "青山县财政局通知", is_verified = true } }
levels = [{ name = "过程", weight = 60, groups = [{ name = "预算执行", weight = 60 }] }, { name = "效果", weight = 40, groups = [{ name = "履职效益", weight = 40 }] }]
"""
INDICATOR = """
[[indicators]]
code = "A2"
name = "制度健全"
level = "过程"
group = "预算执行"
weight = 20
description = "内部管理制度是否健全"
standard = "有制度 10 分；执行良好 10 分，可酌情"
points = [
  { text = "有制度 10 分", weight = 10, rule = { kind = "finding" } },
  { text = "执行良好 10 分，可酌情", weight = 10, rule = { kind = "finding", partial = "open" } },
]

[[indicators]]
code = "B1"
name = "社会效益"
level = "效果"
group = "履职效益"
weight = 40
description = "履职对社会的影响"
standard = "好 40～32 分，一般 32～20 分，差 20～0 分"
points = [{ text = "按三档评定", weight = 40, rule = { kind = "bands", bands = "好:80%~100%; 一般:50%~80%; 差:0%~50%" } }]
"""
DATA = """
schema_version = 1
framework = "qingshan-2023"
unit = { name = "青山县某局", year = 2023 }

[inputs]
budget_adjusted = { value = 200, source = "决算报表" }
budget_final = { value = 180, source = "决算报表" }

[points]
"A2.1" = { finding = "符合", basis = "制度汇编" }
"A2.2" = { finding = "部分符合", basis = "抽查三份凭证，一份缺签字" }
"B1.1" = { finding = "好", basis = "办结率高于上年" }

[awards]
A2 = { award = 16, reason = "一份凭证缺签字，酌情扣 4 分", source = "评分表" }
B1 = { award = 36, reason = "效益较好，宣传不足", source = "评分表" }
"""


def block(text: str, start: str) -> str:
    """A table of the template's text, from the line that names it up to the next one."""
    begin = text.rindex("[[", 0, text.index(start))
    end = text.find("\n\n[[", begin)
    return text[begin:end]


def edited(text: str) -> str:
    """The county's file: its own head, and from the template two inputs, a rate and an indicator with new weights."""
    begin = text.index('[[indicators]]\ncode = "B1"')
    indicator = text[begin : text.index("[[indicators.readings]]", begin)]
    assert "weight = 4" in indicator
    parts = [block(text, f'id = "{name}"') for name in ("budget_adjusted", "budget_final", "completion_rate")]
    own = indicator.replace("weight = 4", "weight = 40").replace('code = "B1"', 'code = "A1"')
    return "\n\n".join([COUNTY, *parts, own, INDICATOR])


@pytest.mark.slow
def test_from_a_template_to_a_score(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, _ = run("frameworks", "copy", "mof-department", "-o", "青山.toml")
    assert status == 0
    assert "frameworks lint 青山.toml" in out
    file = tmp_path / "青山.toml"
    file.write_text(edited(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert run("frameworks", "lint", "青山.toml")[:2] == (0, "没有发现问题。\n")

    Path("数据.toml").write_text(DATA, encoding="utf-8")
    assert run("new", "青山.toml", "--data", "数据.toml", "-o", "青山.xlsm")[0] == 0
    result = json.loads(run("score", "青山.xlsm", "--json")[1])
    assert [(i["code"], i["weight"], i["score"], i["status"]) for i in result["indicators"]] == [
        ("A1", 40, 36, "按规则"),
        ("A2", 20, 16, "区间内认定"),
        ("B1", 40, 36, "区间内认定"),
    ]
    assert (result["framework"], result["total"], result["grade"]) == ("qingshan-2023", 88, "良")

    # The workbook scores alone: the framework's file is no longer needed.
    file.unlink()
    assert run("set", "青山.xlsm", "budget_final=200", "-o", "改后.xlsm")[0] == 0
    assert json.loads(run("score", "改后.xlsm", "--json")[1])["total"] == 92


def test_a_copy_never_overwrites(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "my.toml"
    target.write_text("mine", encoding="utf-8")
    refused(run("frameworks", "copy", "mof-project", "-o", target), "my.toml", "已存在")
    assert target.read_text(encoding="utf-8") == "mine"


def test_a_copy_is_the_very_text(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "my.toml"
    assert run("frameworks", "copy", "mof-project", "-o", target)[0] == 0
    text = target.read_bytes().decode()
    assert tomllib.loads(text)["id"] == "mof-project"
    assert text.startswith("# 模板：")


def test_what_can_not_be_copied(run: Run, tmp_path: Path) -> None:
    refused(run("frameworks", "copy", "mof-projects", "-o", tmp_path / "my.toml"), "没有名为“mof-projects”")
    refused(run("frameworks", "copy", "mof-project", "-o", tmp_path / "my.xlsx"), ".toml 结尾")
    refused(run("frameworks", "copy", "mof-project", "-o", tmp_path / "none" / "my.toml"), "写不了文件")


def test_the_tables_of_grades_are_listed(run: Run) -> None:
    status, out, _ = run("frameworks", "grades")
    assert status == 0
    assert all(name in out for name in ("mof_integers", "guangdong", "shanghai", "未载明"))
    found = {scheme["id"]: scheme for scheme in json.loads(run("frameworks", "grades", "--json")[1])}
    assert found["shanghai"]["bands"] is None
    assert found["mof"]["source"]["is_verified"] is False
