"""A filled workbook carried over: into the next year, and into the workbook of a standard that was corrected since."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import small_framework as small
from tests.support.command_here import Run, refused
from tests.support.workbooks import after, built, finished
from xlperf.editions import room
from xlperf.editions.conversion import Edition
from xlperf.evaluation.meaning import differences
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
    "award__1": 3,
    "award__2": 3.5,
    "reason__2": "按底稿认定",
    "problem_fact__1": "没有公开",
    "problem_indicator__1": "2｜制度健全性",
    "goals_name__1": "供水人口",
    "goals_approved__1": "3 万人",
    "goals_actual__1": "2 万人",
    "carryover_end__carryover_general": 12.5,
}
NEXT_YEAR = (("year = 2021", "year = 2022"), ('id = "mini-2021"', 'id = "mini-2022"'))
LAST_YEARS = """
[[inputs]]
id = "used_before"
label = "上年已使用指标数"
group = "收支"
type = "money"
unit = "万元"
help = "上年"
last_year_of = "quota_used"
"""
GOAL = small.TEXT[small.TEXT.index('[[inputs]]\nid = "main_goal"') : small.TEXT.index("[[rates]]")]
ISSUED = 'id = "quota_issued"\nlabel = "下达指标数"\ngroup = "收支"\ntype = "money"\nunit = "万元"'
RULES = 'id = "has_rules"\nlabel = "有制度"\ngroup = "管理"\ntype = "flag"'
# A figure gone, one in another unit, one of another type, two called or explained otherwise; one indicator is another one
# now, the other has a lower weight.
CORRECTED = (
    (GOAL, ""),
    (ISSUED, ISSUED.replace('unit = "万元"', 'unit = "元"')),
    (RULES, RULES.replace('"flag"', '"text"')),
    ('label = "实有人数"', 'label = "在职人数"'),
    ('help = "指标执行情况表"', 'help = "国库系统"'),
    ('name = "支出率"\nlevel', 'name = "资产管理"\nlevel'),
    ('standard = "按比例得分"', 'standard = "按资产得分"'),
    ('weight = 6 }, { name = "管理", weight = 4 }', 'weight = 7 }, { name = "管理", weight = 3 }'),
    ('group = "预算"\nweight = 6', 'group = "预算"\nweight = 7'),
    ('group = "管理"\nweight = 4', 'group = "管理"\nweight = 3'),
    ('text = "支出率"\nweight = 6', 'text = "支出率"\nweight = 7'),
    ("≥90%:6;", "≥90%:7;"),
    ('text = "没有问题"\nweight = 2', 'text = "没有问题"\nweight = 1'),
)
RENUMBERED = (('code = "1"', 'code = "9"'), ('code = "2"', 'code = "1"'), ('code = "9"', 'code = "2"'))
RENAMED = (('version = "1.0.0"', 'version = "1.0.1"'), ('name = "制度健全"', 'name = "制度健全性"'))


def standard(*changes: tuple[str, str], add: str = "") -> FrameworkFile:
    return parse_framework(small.changed(*changes, add=add), small.ORIGIN)


@cache
def old() -> Package:
    return after(built(standard(), edition=Edition.UDF), **FILLED)


@pytest.fixture(autouse=True)
def built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty workbook that a test has asked for before is not made again."""
    monkeypatch.setattr(room, "assemble", finished)


def carried(source: FrameworkFile, year: int | None = None) -> Renewal:
    return renewed(old(), source, year, Edition.UDF, Path("旧.xlsm"))


def held(package: Package) -> dict[str, Value]:
    """What is filled in, by id."""
    known = catalogue(NamedCells(package), read_identity(package).framework.framework)
    values = {name: package.value(item.sheet, item.ref) for name, item in known.items()}
    return {name: value for name, value in values.items() if value not in (None, "")}


def kinds(found: Renewal) -> dict[str, str]:
    return {fate.id: fate.kind for fate in found.fates}


def note(found: Renewal, name: str) -> str:
    return next(fate.note for fate in found.fates if fate.id == name)


@pytest.mark.slow
def test_a_corrected_standard_takes_everything_that_has_its_place() -> None:
    """A mere change of a name costs nothing but is told."""
    found = carried(standard(*RENAMED))
    assert held(found.package) == held(old())
    assert score(found.package).total == score(old()).total
    assert read_identity(found.package).framework_version == "1.0.1"
    changed = {name for name, kind in kinds(found).items() if kind != KEPT}
    assert changed == {"award.2", "reason.2", "finding.2.3"}
    assert note(found, "award.2") == "名称由“制度健全”变为“制度健全性”"


@pytest.mark.whole
def test_what_has_no_place_or_means_something_else_is_told() -> None:
    found = carried(standard(*CORRECTED))
    assert {fate.id: fate.note for fate in found.lost} == {
        "main_goal": "新的里面没有这一格",
        "quota_issued": "单位由 万元 变为 元，旧值不能直接用",
        "has_rules": "类型变了，旧值不能直接用",
        "award.1": "这个编号现在是“资产管理：评定分”",
        "award.2": "超过现在的分值 3",
    }
    assert held(old()).keys() - held(found.package).keys() == {fate.id for fate in found.lost}
    assert note(found, "staff_count") == "名称由“实有人数”变为“在职人数”"
    assert note(found, "quota_used") == "填报说明由“指标执行情况表”变为“国库系统”"
    assert note(found, "reason.2") == "分值由“4”变为“3”"


@pytest.mark.slow
def test_indicators_that_are_numbered_anew_keep_what_is_theirs() -> None:
    """By their names: what was given for one must never count for another."""
    found = carried(standard(*RENUMBERED))
    values = held(found.package)
    assert (values["award.1"], values["reason.1"], values["finding.1.3"]) == (3.5, "按底稿认定", "公开")
    assert (values["award.2"], "reason.2" in values) == (3, False)
    assert str(values["problem_indicator.1"]).startswith("1｜")
    assert note(found, "award.2") == "编号 award.2 变为 award.1"
    assert found.lost == []


@pytest.mark.whole
def test_a_new_year_takes_who_and_what_for_and_leaves_the_numbers() -> None:
    """Amounts become last year's where that is declared, by the table or by the framework."""
    found = carried(standard(*NEXT_YEAR, add=LAST_YEARS), 2022)
    assert held(found.package) == {
        "unit_name": "水务局",
        "unit_code": "0103",
        "evaluation_year": 2022,
        "money_unit": "万元",
        "goals_name.1": "供水人口",
        "goals_approved.1": "3 万人",
        "carryover_previous_end.carryover_general": 12.5,
        "used_before": 80,
    }
    told = kinds(found)
    assert {told[name] for name in ("quota_issued", "award.2", "finding.2.3", "has_rules", "goals_actual.1")} == {EMPTY}
    moved = {(fate.id, fate.label, fate.value) for fate in found.of(MOVED)}
    assert ("quota_used", "上年已使用指标数", "80") in moved
    assert len(moved) == 2
    assert found.lost == []


def test_only_a_figure_of_the_same_kind_can_be_last_year_s() -> None:
    with pytest.raises(Exception, match="used_before 的 last_year_of 用了 staff_count"):
        standard(add=LAST_YEARS.replace('"quota_used"', '"staff_count"'))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("旧.xlsm").write_bytes(old().data)
    Path("新.toml").write_text(small.changed(*NEXT_YEAR, add=LAST_YEARS), encoding="utf-8")
    Path("改.toml").write_text(small.changed(*RENAMED), encoding="utf-8")
    Path("缺.toml").write_text(small.changed(*CORRECTED), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("≥80%:3;", "≥80%:4;"), ("要点", "支出率：要点 1", "规则的界限有变")),
        (('text = "公开"', 'text = "公开情况"'), ("要点", "制度健全：要点 3", "要点由“公开”变为“公开情况”")),
        (('code = "2"', 'code = "7"'), ("指标", "制度健全", "编码由“2”变为“7”")),
        (
            ("PERF_RATE(quota_used, quota_issued)", "PERF_RATE(quota_issued, quota_used)"),
            (
                "比率",
                "spending_rate",
                "公式由“PERF_RATE(quota_used, quota_issued)”变为“PERF_RATE(quota_issued, quota_used)”",
            ),
        ),
        (("≥9:优", "≥9.5:优"), ("等级", "等级表", "分档由“≥9:优; ≥8:良; 否则:差”变为“≥9.5:优; ≥8:良; 否则:差”")),
        (('label = "实有人数"', 'label = "在职人数"'), ("数据项", "staff_count", "名称由“实有人数”变为“在职人数”")),
    ],
)
def test_whatever_scores_otherwise_is_told(change: tuple[str, str], told: tuple[str, str, str]) -> None:
    """A corrected limit alters scores though nobody filled in anything that it belongs to."""
    before, after = standard().framework, standard(change).framework
    assert differences(before, after) == [told]
    assert differences(before, before) == []


ADJUSTED = """
[[caps]]
text = "预算执行"
value = "spending_rate"
tiers = "≥80%:10; 否则:8"
source = { document = "办法", is_verified = true }
"""
VETO = """
[[vetoes]]
text = "没有制度"
total = 5
source = { document = "办法", is_verified = true }
conditions = [{ value = "has_rules", threshold = false, text = "没有制度" }]
"""


def test_caps_and_vetoes_are_told_and_points_only_where_their_indicator_stays() -> None:
    before, after = (standard(add=add).framework for add in (ADJUSTED, ADJUSTED.replace(":8", ":7") + VETO))
    assert differences(before, after) == [("一票否决", "没有制度", "新增"), ("总分上限", "预算执行", "规则的界限有变")]
    renamed = standard(('name = "制度健全"', 'name = "内控"'), add=ADJUSTED).framework
    assert differences(before, renamed) == [("指标", "制度健全", "没有了"), ("指标", "内控", "新增")]


@pytest.mark.whole
def test_the_command(folder: Path, run: Run) -> None:
    status, out, err = run("renew", "旧.xlsm", "--framework", "新.toml", "-o", "新.xlsm")
    assert (status, err) == (0, "")
    assert "转为上年（2 格）" in out
    assert "没有带过来 0 格" in out
    assert Path("新.xlsm").exists()
    refused(run("renew", "旧.xlsm", "--framework", "新.toml", "-o", "新.xlsm"), "已经存在", "--force")
    status, out, _ = run("renew", "旧.xlsm", "--framework", "改.toml", "-o", "改.xlsm", "--keep-data", "--json")
    told: dict[str, Any] = json.loads(out)
    assert (status, told["counts"][LOST], told["counts"][CHANGED]) == (0, 0, 3)
    assert [(one["name"], one["change"]) for one in told["framework"]] == [
        ("制度健全", "没有了"),
        ("制度健全性", "新增"),
    ]


@pytest.mark.slow
def test_what_was_lost_is_an_exit_status(folder: Path, run: Run) -> None:
    status, out, _ = run("renew", "旧.xlsm", "--framework", "缺.toml", "-o", "缺.xlsm", "--keep-data")
    assert status == 1
    assert "没有带过来（5 格）" in out
    assert "供水" in out
    # Another workbook says which framework is meant as well as its file.
    assert run("renew", "旧.xlsm", "--framework", "缺.xlsm", "-o", "又.xlsm", "--keep-data")[0] == 1
    assert Path("又.xlsm").read_bytes() == Path("缺.xlsm").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("旧.xlsm", "--framework", "缺.toml", "-o", "x.xlsm"), ("--keep-data", "--year")),
        (("旧.xlsm", "--framework", "新.toml", "-o", "x.xlsm", "--year", 2022, "--keep-data"), ("只能选一个",)),
        (("旧.xlsm", "--framework", "新.toml", "-o", "x.xlsm", "--year", 2021), ("以后的年度",)),
        (("旧.xlsm", "--framework", "没有.toml", "-o", "x.xlsm"), ("没有.toml",)),
        (("旧.xlsm", "--framework", "新.toml", "-o", "旧.xlsm"), ("从不改写",)),
        (("旧.xlsm", "--framework", "新.toml", "-o", "x.docx"), (".xlsx",)),
    ],
)
def test_refused(folder: Path, run: Run, words: tuple[Any, ...], said: tuple[str, ...]) -> None:
    refused(run("renew", *words), *said)
    assert not Path("x.xlsm").exists()
