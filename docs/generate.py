"""Writes the generated references: `make generate` runs it, a test compares."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.file_keys import file_keys
from docs.python_reference import python_reference
from docs.texts import texts_page
from xlperf.checks.loading import shipped_relations
from xlperf.checks.schema import SEVERITY_LABELS
from xlperf.engines.known_differences import REFUSED, known_differences
from xlperf.findings.codes import catalogue
from xlperf.frameworks.linting import lint
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.frameworks.parts import weight_text
from xlperf.frameworks.relations import Relation, Term
from xlperf.registry import FunctionSpec, worksheet_functions

HERE = Path(__file__).parent
FAMILY_TITLES = {
    "rates": "比率",
    "scoring": "规则分",
    "survey": "问卷",
    "summary": "结果",
    "checks": "比较",
    "texts": "标准文字",
}
ENGINE_VERSIONS = {"formulas": "1.3.4", "formualizer": "0.13.0", "ironcalc": "0.9.1", "LibreOffice": "7.4"}
NOTE = "<!-- 本页由 make generate 生成，请勿手改 -->\n\n"


def references() -> Iterator[tuple[str, str]]:
    """File name and text of each generated page."""
    yield "functions.md", NOTE + "\n".join(_functions())
    yield "frameworks.md", NOTE + "\n".join(_frameworks())
    yield "勾稽.md", NOTE + "\n".join(_relations())
    yield "发现.md", NOTE + "\n".join(_codes())
    yield "标准文字.md", NOTE + texts_page()
    yield "引擎差异.md", NOTE + "\n".join(_differences())
    yield "文件的键.md", NOTE + "\n".join(file_keys())
    yield "Python参考.md", NOTE + "\n".join(python_reference())
    yield "防篡改对照.md", NOTE + "\n".join(_alterations())


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
        yield f"{len(framework.indicators)} 个指标，满分 {weight_text(framework.weight)}。来源：{framework.source.document}。\n"
        yield "| 编码 | 一级 | 二级 | 三级 | 分值 |\n|---|---|---|---|---|"
        for i in framework.indicators:
            yield f"| {i.code} | {i.level} | {i.group} | {i.name} | {weight_text(i.weight)} |"
        if framework.relations:
            yield "\n自己的勾稽关系：\n"
            yield from (f"- `relation_{r.id}` {r.statement}（{r.source}）" for r in framework.relations)
        yield "\n标准自身的疑点和采用的读法（`xlperf frameworks lint`）：\n"
        for fault in lint(framework):
            reading = f" 采用：{_line(fault.reading)}" if fault.reading else ""
            yield f"- {f'指标 {fault.indicator} ' if fault.indicator else ''}{_line(fault.message)}{reading}"
        yield ""


def _codes() -> Iterator[str]:
    yield "# `xlperf check` 会发现什么\n"
    yield "每条发现有级别（错误、警告、提示）、代码、单元格和一句话。`relation_…` 是勾稽关系，见[勾稽](勾稽.md)；其余如下。\n"
    yield "| 代码 | 名称 | 意思 | 为什么要紧 | 怎么办 |\n|---|---|---|---|---|"
    for c in catalogue():
        yield f"| `{c.code}` | {c.name} | {c.means} | {c.why} | {c.advice} |"
    yield ""


def _alterations() -> Iterator[str]:
    planted, habits = (_integrity(name) for name in ("alterations", "habits"))
    found = [(_code(line, "listed"), _code(line, "unlisted")) for line in planted]
    yield "# 改动与发现\n"
    yield "`tests/integrity` 在仁化的例子里逐个埋下这些改动，再核对：有下发清单时发现什么，没有清单（只凭本程序自己的定义）时发现什么。"
    yield "每行各是一个测试。怎样核对见[防篡改](防篡改.md)，代码的意思见[发现](发现.md)。\n"
    listed, unlisted = (sum(bool(pair[number]) for pair in found) for number in (0, 1))
    yield f"共 {len(planted)} 种：有清单时发现 {listed} 种，没有清单时发现 {unlisted} 种。\n"
    yield "| 改动 | 有清单 | 没有清单 |\n|---|---|---|"
    for line, codes in zip(planted, found, strict=True):
        yield f"| {line['what']} | {' | '.join(f'`{code}`' if code else '不发现' for code in codes)} |"
    yield "\n不发现的：次序不影响结果；编造的数只能靠勾稽关系和查证。\n"
    yield f"## 老实的做法（{len(habits)} 种），都不算改动\n"
    yield "、".join(line["what"] for line in habits) + "。"


def _code(line: dict[str, Any], key: str) -> str:
    """What is found of an alteration, with the list or without."""
    return str(line.get(key, line["finds"][0]))


def _integrity(name: str) -> list[dict[str, Any]]:
    text = (HERE.parent / "tests" / "integrity" / f"{name}.toml").read_text(encoding="utf-8")
    lines: list[dict[str, Any]] = tomllib.loads(text)[name]
    return lines


def _relations() -> Iterator[str]:
    relations = shipped_relations()
    unit = f"{relations.smallest_unit:g}"
    yield "# 勾稽关系\n"
    yield "“勾稽校验”表和 `xlperf check` 用的是同一份声明（`xlperf/checks/relations.toml`）。编号是 18 类勾稽关系的编号。\n"
    yield "- 只在两边都有数时比较。某一项空白：不可空的，整行“缺数据”，不比较；可空的按 0 计，但一边的项全空也是“缺数据”。"
    yield f"- 差额不超过 已填项数×{unit} 是“舍入差”，只提示；更大是“不符”，按级别处理。比较前四舍五入到分，不受二进制浮点影响。"
    yield "- 不等关系和调整率没有容差，超过就是“超限”；基数为 0 时不算变动率。"
    yield "- 右边取自只含一般公共预算的表6、左边是全部资金的，左边较大是“口径较宽”，不算错（`narrower`）。"
    yield "- 该填数字处填了文字或有错误值：“数据有误”，是错误。\n"
    yield "| 编号 | 关系 | 比较哪几列（项） | 左边 | 右边 | 级别 | 容差或界限 | 代码 |\n|---|---|---|---|---|---|---|---|"
    for r in relations.relations:
        columns = "、".join(relations.columns[column] for column in r.columns) or "—"
        sides = (_terms(side) or "各来源" for side in (r.left, r.right))
        cells = (str(r.number), r.statement, columns, *sides, _severity(r), _tolerance(r, unit), f"`relation_{r.id}`")
        yield f"| {' | '.join(cells)} |"
    yield "\n## 没有在这里核对的\n"
    yield "| 编号 | 关系 | 原因，或在哪里核对 |\n|---|---|---|"
    for omitted in relations.omitted:
        yield f"| {omitted.number} | {omitted.statement} | {omitted.reason} |"
    yield ""


def _differences() -> Iterator[str]:
    known = known_differences()
    yield "# 与别的引擎的差异\n"
    yield "同一个公式，别的引擎有时与 Excel 不同。这里逐条列出写法、例子、各说什么、谁对、原因和依据；`xlperf verify` 遇到时写在差异后面。"
    yield "例子逐个经 compiled 和那个引擎计算，见 `tests/engines/test_differences.py`；相同的比例见[引擎一致性](引擎一致性.md)。\n"
    yield "- 原因前没有“可能”的，已经证明：把公式改写成照那个毛病算，正好得出那个引擎的值（舍入的看差额）；或者所引用的格已经不同，由它传来。"
    yield "- “应得”是 compiled 的结果，依 Excel 的文档或实测；没有 Excel 实测的照实说明。"
    cells = "，".join(f"{ref} {_stated(value)}" for ref, value in known.cells.items())
    names = "，".join(f"名称 {name} 指 {ref}" for name, ref in known.names.items())
    yield f"- 例子在单元格 {known.at}，同表还有：{cells}；{names}；其余空白。\n"
    for engine in ENGINE_VERSIONS:
        yield f"## {engine} {ENGINE_VERSIONS[engine]}\n"
        yield f"| 写法 | 例子 | 应得 | {engine} | 谁对、原因 | 依据 |\n|---|---|---|---|---|---|"
        for one in (one for one in known.differences if one.engine == engine):
            for number, example in enumerate(one.examples):
                told = (one.situation, one.why, one.basis) if number == 0 else ("〃", "〃", "〃")
                said = (f"`{example.formula}`", _stated(example.right), _stated(example.theirs))
                yield "| " + " | ".join(text.replace("|", "\\|") for text in (told[0], *said, *told[1:])) + " |"
        yield ""


def _stated(value: bool | float | str) -> str:
    """A value as the page shows it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value if value.startswith(("#", "Err:")) or value == REFUSED else f"“{value}”"
    return f"{value:.15g}"


def _terms(side: tuple[Term, ...]) -> str:
    """The figures of a side; in brackets what may be blank; long lists by their ends."""
    names = [f"({term.fact})" if term.optional else term.fact for term in side]
    signs = ["−" if term.sign < 0 else "＋" for term in side]
    if len(names) > 8:
        return f"`{names[0]}`＋…＋`{names[-1]}`（{len(names)} 项）"
    return "".join(f"{sign}`{name}`" for sign, name in zip(signs, names, strict=True)).removeprefix("＋")


def _severity(relation: Relation) -> str:
    above = relation.severity_above
    more = f"（左边较大：{SEVERITY_LABELS[above]}）" if above else ""
    return SEVERITY_LABELS[relation.severity] + more


def _tolerance(relation: Relation, unit: str) -> str:
    if relation.limit is not None:
        return f"{relation.limit:.0%}"
    return f"项数×{unit}" if relation.has_tolerance else "0"


def _line(text: str) -> str:
    return text.replace("\n", " ")


if __name__ == "__main__":
    for file, content in references():
        (HERE / file).write_text(content, encoding="utf-8")
