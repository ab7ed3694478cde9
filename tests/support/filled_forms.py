"""A project's self-evaluation filled in as a unit does, from which every form is filled; each made once in a process."""

from __future__ import annotations

from functools import cache

from tests.support.workbooks import built
from xlperf.evaluation.filled import Filled
from xlperf.package import Package
from xlperf.report.document.making import filled_workbook
from xlperf.report.forms.contents import contents
from xlperf.report.forms.declarations import Form, find_form
from xlperf.report.forms.layout import FilledForm, fill
from xlperf.report.forms.marks import Contents

DATA = """
schema_version = 1
framework = "mof-project-self"

[unit]
name = "某县水利局"
code = "130001"
year = 2024

[inputs.project_initial]
value = 120
source = "决算和验收材料"

[inputs.project_budget]
value = 100
source = "决算和验收材料"

[inputs.project_spent]
value = 96.5
source = "决算和验收材料"

[inputs.quantity_target]
value = 20
source = "决算和验收材料"

[inputs.quantity_actual]
value = 20
source = "决算和验收材料"

[inputs.quality_target]
value = 0.95
source = "决算和验收材料"

[inputs.quality_actual]
value = 0.96
source = "决算和验收材料"

[inputs.cost_target]
value = 100
source = "决算和验收材料"

[inputs.cost_actual]
value = 98
source = "决算和验收材料"

[inputs.satisfaction_target]
value = 0.9
source = "决算和验收材料"

[inputs.satisfaction_actual]
value = 0.88
source = "决算和验收材料"

[[tables.projects]]
name = "小型水库维修养护"
code = "511425T0001"
initial = 120
adjusted = 100
spent = 96.5

[[tables.goals]]
kind = "产出指标"
name = "质量指标"
applied = "≥90%"
approved = "≥95%"
actual = "96%"

[[tables.goals]]
kind = "效益指标"
name = "社会效益指标"
applied = "保障下游安全"
actual = "汛期无险情"

[tables.report.report_goal]
text = "完成 20 座小型水库维修养护。"

[tables.report.report_achievements]
text = "20 座水库全部完工，汛期无险情。"

[tables.report.report_project]
text = "对全县 20 座小型水库进行维修养护，由县水利局组织实施。"

[[tables.monitoring]]
checkpoint = "7月底"
item = "小型水库维修养护"
planned = 0.5
spent = 0.35
done = "完成 8 座"
is_on_track = "偏离"
cause = "雨季停工"
measure = "9 月前补齐"

[[tables.monitoring]]
checkpoint = "10月底"
item = "小型水库维修养护"
planned = 0.8
spent = 0.78
done = "完成 17 座"
is_on_track = "未偏离"

[awards.4]
award = 9
source = "单位自评"
evidence = "验收单"
reason = "2 座水库晚完工一个月；已调整施工计划。"

[awards.6]
award = 5
source = "单位自评"
evidence = "验收单"
reason = "减少灾损"

[awards.7]
award = 10
source = "单位自评"
evidence = "验收单"
reason = "汛期无险情"

[awards.8]
award = 5
source = "单位自评"
evidence = "验收单"
reason = "水质稳定"

[awards.9]
award = 9
source = "单位自评"
evidence = "验收单"
reason = "管护制度还不健全，正在制定。"
"""

PROBLEM = "水库管护制度不健全，管护人员没有固定，巡查记录缺失"


def project(further: str = "") -> Package:
    """The workbook, with more lines of its data file."""
    return built("mof-project-self", DATA + further)


def long_problems() -> str:
    """Ten problems, whose facts are more than a form has room for, and whose suggestions are not."""
    lines = (
        f'[[problems]]\nid = "W{n:02d}"\nfact = "{PROBLEM}（第 {n} 座）"\nindicators = ["9"]\nsuggestion = "健全制度"\nsource = "巡查"\n'
        for n in range(1, 11)
    )
    return "\n" + "\n".join(lines)


@cache
def project_contents(further: str = "") -> Contents:
    """What marks stand for in it."""
    return contents(_filled(further))


@cache
def _filled(further: str) -> Filled:
    return filled_workbook(project(further), is_saved=False)


@cache
def filled_form(name: str, further: str = "") -> FilledForm:
    """A shipped form of it."""
    return refilled(find_form(name), further)


def refilled(form: Form, further: str = "") -> FilledForm:
    """Any form of it."""
    return fill(form, contents(_filled(further), form))
