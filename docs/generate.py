"""Writes the generated references: `make generate` runs it, a test compares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from xlperf.frameworks.linting import lint
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.registry import FunctionSpec, worksheet_functions

HERE = Path(__file__).parent
FAMILY_TITLES = {"rates": "比率", "scoring": "规则分", "survey": "问卷", "summary": "结果", "checks": "比较"}
NOTE = "<!-- 本页由 make generate 生成，请勿手改 -->\n\n"


def references() -> Iterator[tuple[str, str]]:
    """File name and text of each generated page."""
    yield "functions.md", NOTE + "\n".join(_functions())
    yield "frameworks.md", NOTE + "\n".join(_frameworks())


def _functions() -> Iterator[str]:
    yield "# 工作表函数\n"
    yield "单元格里、无 Excel 重算时、测试里用的是同一套实现。缺数据得 #N/A，该填数字处填了文字得 #VALUE!，分母为零得 #DIV/0!，"
    yield "不可能的数（如负的处数）得 #NUM!。比较一律取十位小数，得分四舍五入到 0.01。\n"
    family = ""
    for spec in worksheet_functions().values():
        if spec.family != family:
            family = spec.family
            yield f"## {FAMILY_TITLES[family]}\n"
        yield from _function(spec)


def _function(spec: FunctionSpec) -> Iterator[str]:
    yield f"### {spec.label}　`{spec.signature}`\n"
    yield f"{spec.help}\n"
    yield "| 参数 | 类型 | 说明 |\n|---|---|---|"
    for parameter in spec.parameters:
        yield f"| `{parameter.name}` | {parameter.kind.value} | {parameter.help} |"
    yield "\n例：\n\n```"
    yield from re.findall(r"^\s+(=.+ -> .+)$", spec.doc, re.M)
    yield "```\n"


def _frameworks() -> Iterator[str]:
    yield "# 随附的指标体系\n"
    for name in shipped_frameworks():
        framework = find_framework(name).framework
        yield f"## {framework.name}\n"
        yield f"编号 `{framework.id}`，版本 {framework.version}，{framework.region}，{framework.subject}，"
        yield f"{len(framework.indicators)} 个指标，满分 {framework.weight:g} 分。来源：{framework.source.document}。\n"
        yield "| 编码 | 一级 | 二级 | 三级 | 分值 |\n|---|---|---|---|---|"
        for i in framework.indicators:
            yield f"| {i.code} | {i.level} | {i.group} | {i.name} | {i.weight:g} |"
        yield "\n标准自身的疑点和采用的读法（`xlperf frameworks lint`）：\n"
        for fault in lint(framework):
            reading = f" 采用：{_line(fault.reading)}" if fault.reading else ""
            yield f"- {f'指标 {fault.indicator} ' if fault.indicator else ''}{_line(fault.message)}{reading}"
        yield ""


def _line(text: str) -> str:
    return text.replace("\n", " ")


if __name__ == "__main__":
    for file, content in references():
        (HERE / file).write_text(content, encoding="utf-8")
