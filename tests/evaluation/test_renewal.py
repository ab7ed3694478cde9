"""A filled workbook carried over: into the next year, and into the workbook of a standard that was corrected since."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import small_framework as small
from tests.support.command_here import Run, refused
from tests.support.workbooks import after, built
from xlperf.editions.conversion import Edition
from xlperf.evaluation.renewal import CHANGED, EMPTY, KEPT, LOST, MOVED, Renewal, renewed
from xlperf.evaluation.scoring import score
from xlperf.frameworks.loading import FrameworkFile, parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells

# What is filled in: who, figures, a finding, a score with its reason, a problem that cites the indicator, a target.
FILLED: dict[str, Value] = {
    "unit_name": "水务局",
    "unit_code": "0103",
    "evaluation_year": 2021,
    "money_unit": "万元",
    "quota_used": 80,
    "quota_issued": 100,
    "staff_count": 12,
    "has_rules": "是",
    "main_goal": "供水",
    "finding__2__3": "公开",
    "award__2": 3.5,
    "reason__2": "按底稿认定",
    "problem_id__1": "W1",
    "problem_fact__1": "没有公开",
    "problem_indicators__1": "2",
    "goals_name__1": "供水人口",
    "goals_approved__1": "3 万人",
    "goals_actual__1": "2 万人",
    "carryover_end__carryover_general": 12.5,
    "survey_name__1": "",
}
NEXT_YEAR = (("year = 2021", "year = 2022"), ('id = "mini-2021"', 'id = "mini-2022"'))
LAST_YEARS = '\n[[inputs]]\nid = "used_before"\nlabel = "上年已使用指标数"\ngroup = "收支"\ntype = "money"\nunit = "万元"\nhelp = "上年"\nlast_year_of = "quota_used"\n'


def standard(*changes: tuple[str, str], add: str = "") -> FrameworkFile:
    return parse_framework(small.changed(*changes, add=add), small.ORIGIN)


@cache
def old() -> Package:
    values = {name: value for name, value in FILLED.items() if value != ""}
    return after(built(standard(), edition=Edition.NATIVE), **values)


def carried(source: FrameworkFile, year: int | None = None) -> Renewal:
    return renewed(old(), source, year, Edition.NATIVE, Path("旧.xlsx"))


def held(package: Package) -> dict[str, Value]:
    """What is filled in, by id."""
    known = catalogue(NamedCells(package), read_identity(package).framework.framework)
    values = {name: package.value(item.sheet, item.ref) for name, item in known.items()}
    return {name: value for name, value in values.items() if value not in (None, "")}


def kinds(found: Renewal) -> dict[str, str]:
    return {fate.id: fate.kind for fate in found.fates}


def note(found: Renewal, name: str) -> str:
    return next(fate.note for fate in found.fates if fate.id == name)


def test_a_corrected_standard_takes_everything_that_has_its_place() -> None:
    found = carried(standard(('version = "1.0.0"', 'version = "1.0.1"')))
    assert set(kinds(found).values()) == {KEPT}
    assert held(found.package) == held(old())
    assert score(found.package).total == score(old()).total
    assert read_identity(found.package).framework_version == "1.0.1"


def test_what_means_something_else_now_is_told() -> None:
    found = carried(
        standard(
            ('standard = "四个要点"', 'standard = "三个要点"'),
            ('label = "实有人数"', 'label = "在职人数"'),
            ('help = "指标执行情况表"', 'help = "国库系统"'),
        )
    )
    assert kinds(found)["staff_count"] == CHANGED
    assert note(found, "staff_count") == "名称由“实有人数”变为“在职人数”"
    assert note(found, "quota_used") == "填报说明由“指标执行情况表”变为“国库系统”"
    assert note(found, "award.2") == "评分标准由“四个要点”变为“三个要点”"
    # It goes along all the same: who corrected the standard decides whether it still holds.
    assert held(found.package) == held(old())


def test_what_has_no_place_is_lost_and_said() -> None:
    gone = small.TEXT[small.TEXT.index('[[inputs]]\nid = "main_goal"') : small.TEXT.index("[[rates]]")]
    unit = ('id = "quota_issued"\nlabel = "下达指标数"\ngroup = "收支"\ntype = "money"\nunit = "万元"',)
    found = carried(
        standard(
            (gone, ""),
            (unit[0], unit[0].replace('unit = "万元"', 'unit = "元"')),
            (
                'id = "has_rules"\nlabel = "有制度"\ngroup = "管理"\ntype = "flag"',
                'id = "has_rules"\nlabel = "有制度"\ngroup = "管理"\ntype = "text"',
            ),
        )
    )
    assert {fate.id: fate.note for fate in found.lost} == {
        "main_goal": "新的里面没有这一格",
        "quota_issued": "单位由 万元 变为 元，旧值不能直接用",
        "has_rules": "类型变了，旧值不能直接用",
    }
    missing = held(old()).keys() - held(found.package).keys()
    assert missing == {"main_goal", "quota_issued", "has_rules"}


def test_a_score_above_the_new_weight_does_not_go_along() -> None:
    lower = (
        (
            '{ name = "预算", weight = 6 }, { name = "管理", weight = 4 }',
            '{ name = "预算", weight = 7 }, { name = "管理", weight = 3 }',
        ),
        ('group = "预算"\nweight = 6', 'group = "预算"\nweight = 7'),
        ('group = "管理"\nweight = 4', 'group = "管理"\nweight = 3'),
        ('text = "支出率"\nweight = 6', 'text = "支出率"\nweight = 7'),
        ("≥90%:6;", "≥90%:7;"),
        ('text = "没有问题"\nweight = 2', 'text = "没有问题"\nweight = 1'),
    )
    found = carried(standard(*lower))
    assert {fate.id: fate.note for fate in found.lost} == {"award.2": "超过现在的分值 3"}
    assert note(found, "reason.2") == "分值由“4”变为“3”"


def test_indicators_that_are_numbered_anew_keep_what_is_theirs() -> None:
    """By their names: what was given for one must never count for another."""
    found = carried(standard(('code = "1"', 'code = "9"'), ('code = "2"', 'code = "1"'), ('code = "9"', 'code = "2"')))
    values = held(found.package)
    assert (values["award.1"], values["reason.1"], values["finding.1.3"]) == (3.5, "按底稿认定", "公开")
    assert "award.2" not in values
    assert values["problem_indicators.1"] == "1"
    assert note(found, "award.2") == "编号 award.2 变为 award.1"


def test_an_indicator_that_is_another_one_now_gets_nothing() -> None:
    found = carried(
        standard(('name = "制度健全"', 'name = "资产管理"'), ('standard = "四个要点"', 'standard = "两项"'))
    )
    assert "award.2" not in held(found.package)
    assert note(found, "award.2") == "这个编号现在是“资产管理：评定分”"


def test_a_mere_change_of_name_keeps_it() -> None:
    found = carried(standard(('name = "制度健全"', 'name = "制度健全性"')))
    assert kinds(found)["award.2"] == CHANGED
    assert held(found.package)["award.2"] == 3.5


def test_a_new_year_takes_who_and_what_for_and_leaves_the_numbers() -> None:
    found = carried(standard(*NEXT_YEAR), 2022)
    assert held(found.package) == {
        "unit_name": "水务局",
        "unit_code": "0103",
        "evaluation_year": 2022,
        "money_unit": "万元",
        "goals_name.1": "供水人口",
        "goals_approved.1": "3 万人",
        # The closing balance of last year, where the workbook wants it.
        "carryover_previous_end.carryover_general": 12.5,
        **{name: value for name, value in held(old()).items() if name.startswith("survey_scheme")},
    }
    told = kinds(found)
    assert {told[name] for name in ("quota_used", "award.2", "finding.2.3", "has_rules", "goals_actual.1")} == {EMPTY}
    assert [fate.id for fate in found.of(MOVED)] == ["carryover_end.carryover_general"]
    assert found.lost == []


def test_amounts_become_last_year_s_where_that_is_declared() -> None:
    found = carried(standard(*NEXT_YEAR, add=LAST_YEARS), 2022)
    assert held(found.package)["used_before"] == 80
    assert "quota_used" not in held(found.package)
    moved = {fate.id: (fate.label, fate.value) for fate in found.of(MOVED)}
    assert moved["quota_used"] == ("上年已使用指标数", "80")


def test_only_a_figure_of_the_same_kind_can_be_last_year_s() -> None:
    with pytest.raises(Exception, match="used_before 的 last_year_of 用了 staff_count"):
        standard(add=LAST_YEARS.replace('"quota_used"', '"staff_count"'))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("旧.xlsx").write_bytes(old().data)
    Path("新.toml").write_text(small.changed(*NEXT_YEAR), encoding="utf-8")
    Path("改.toml").write_text(
        small.changed(('label = "主要目标"', 'label = "目标"'), ('code = "2"', 'code = "3"')), encoding="utf-8"
    )
    gone = small.TEXT[small.TEXT.index('[[inputs]]\nid = "main_goal"') : small.TEXT.index("[[rates]]")]
    Path("缺.toml").write_text(small.changed((gone, "")), encoding="utf-8")
    return tmp_path


def test_the_command(folder: Path, run: Run) -> None:
    status, out, err = run("renew", "旧.xlsx", "--framework", "新.toml", "-o", "新.xlsx")
    assert (status, err) == (0, "")
    assert "转为上年（1 格）" in out
    assert "没有带过来 0 格" in out
    assert Path("新.xlsx").exists()
    refused(run("renew", "旧.xlsx", "--framework", "新.toml", "-o", "新.xlsx"), "已经存在", "--force")
    status, out, _ = run("renew", "旧.xlsx", "--framework", "改.toml", "-o", "改.xlsx", "--keep-data", "--json")
    told: dict[str, Any] = json.loads(out)
    assert (status, told["counts"][LOST]) == (0, 0)
    assert {cell["id"]: cell["note"] for cell in told["cells"]}["main_goal"] == "名称由“主要目标”变为“目标”"
    assert told["framework"] == [{"what": "数据项", "name": "main_goal", "change": "名称由“主要目标”变为“目标”"}]


def test_what_was_lost_is_an_exit_status(folder: Path, run: Run) -> None:
    status, out, _ = run("renew", "旧.xlsx", "--framework", "缺.toml", "-o", "缺.xlsx", "--keep-data")
    assert status == 1
    assert "没有带过来（1 格）" in out
    assert "供水" in out
    # Another workbook says which framework is meant as well as its file.
    assert run("renew", "旧.xlsx", "--framework", "缺.xlsx", "-o", "又.xlsx", "--keep-data")[0] == 1
    assert Path("又.xlsx").read_bytes() == Path("缺.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("旧.xlsx", "--framework", "缺.toml", "-o", "x.xlsx"), ("--keep-data", "--year")),
        (("旧.xlsx", "--framework", "新.toml", "-o", "x.xlsx", "--year", 2022, "--keep-data"), ("只能选一个",)),
        (("旧.xlsx", "--framework", "新.toml", "-o", "x.xlsx", "--year", 2021), ("以后的年度",)),
        (("旧.xlsx", "--framework", "没有.toml", "-o", "x.xlsx"), ("没有.toml",)),
        (("旧.xlsx", "--framework", "新.toml", "-o", "旧.xlsx"), ("从不改写",)),
        (("旧.xlsx", "--framework", "新.toml", "-o", "x.docx"), (".xlsx",)),
    ],
)
def test_refused(folder: Path, run: Run, words: tuple[Any, ...], said: tuple[str, ...]) -> None:
    refused(run("renew", *words), *said)
    assert not Path("x.xlsx").exists()
