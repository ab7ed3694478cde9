"""A small county's framework with all that can stand between the indicators and the total, and data for it."""

from __future__ import annotations

from dataclasses import dataclass

from xlperf.frameworks.loading import FrameworkFile, parse_framework
from xlperf.values import Value

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


@dataclass(frozen=True)
class Claim:
    """A bonus or penalty that is claimed, as a data file says it and as a person types it."""

    item: str
    points: float | None
    fact: int | None = None
    document: int | None = None
    ruling: str = ""

    @property
    def text(self) -> str:
        """The entry of a data file."""
        lines = [f'item = "{self.item}"', 'fact = "事由"', 'source = "文件"', f'ruling = "{self.ruling}"']
        numbers = (("points", self.points), ("fact_year", self.fact), ("document_year", self.document))
        return "\n[[extras]]\n" + "\n".join([*lines, *(f"{key} = {value}" for key, value in numbers if value)])


def claimed(*claims: Claim) -> dict[str, Value]:
    """The inputs that say the same."""
    extras = source().framework.extras
    assert extras is not None
    names = {item.code: item.name for item in extras.items}
    values: dict[str, Value] = {}
    for line, one in enumerate(claims, 1):
        told: dict[str, Value] = {
            "item": names[one.item],
            "fact": "事由",
            "fact_year": one.fact,
            "document_year": one.document,
        }
        told |= {"points": one.points, "ruling": one.ruling or None}
        values |= {f"extra_{column}__{line}": value for column, value in told.items()}
    return values
