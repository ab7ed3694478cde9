"""How the evaluation was carried out: grounds, purpose, methods, what the indicators are."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.report.document.blocks import Block, Paragraph, Written
from xlperf.report.document.sections.overview import written
from xlperf.report.document.subject import Subject, plain, weight


def introduction(subject: Subject) -> Iterator[Block]:
    """By what documents and whose order the evaluation was made."""
    grounds, client = subject.text("grounds"), subject.one_line("client")
    if not grounds:
        yield written(subject, "grounds", "依据文件", "评价依据的文件名称和文号")
    if subject.is_self:
        cited = f"根据{'、'.join(grounds)}的要求，" if grounds else ""
        yield Paragraph(f"{cited}{subject.unit}对 {subject.year} 年度{subject.what}开展绩效自评，形成本报告。")
        return
    if not client:
        yield written(subject, "client", "委托方", "委托评价的机构全称")
    if not subject.evaluator:
        yield Written("评价机构", (), "评价机构全称", "“封面与说明”的“评价机构”")
    by = f"受{client}委托，" if client else ""
    cited = f"为贯彻落实{'、'.join(grounds)}，" if grounds else ""
    yield Paragraph(
        f"{cited}{by}{subject.evaluator or '评价组'}对{subject.unit} {subject.year} 年度{subject.what}实施绩效评价，"
        "经过自评材料审核、现场核查、综合分析评价，形成本报告。"
    )


def grounds(subject: Subject) -> Iterator[Block]:
    """The documents that the evaluation rests on."""
    yield written(subject, "grounds", "评价依据", "评价依据的文件名称和文号")


def purpose(subject: Subject) -> Iterator[Block]:
    """What for, and what is evaluated."""
    yield written(subject, "purpose", "评价目的、对象和范围", "评价目的、对象、范围、时段")


def method(subject: Subject) -> Iterator[Block]:
    """By what principles and methods."""
    yield written(subject, "method", "评价原则和方法", "评价原则、评价方法、抽样办法")


def process(subject: Subject) -> Iterator[Block]:
    """What was done when."""
    yield written(subject, "process", "评价过程", "前期准备、评价实施、报告撰写各阶段的工作")


def indicator_system(subject: Subject) -> Iterator[Block]:
    """How many indicators there are, and how the points are spread over them."""
    framework = subject.framework
    groups = sum(len(level.groups) for level in framework.levels)
    levels = "；".join(
        f"{level.name}，权重分 {weight(level.weight)} 分，从{'、'.join(group.name for group in level.groups)}"
        f" {len(level.groups)} 个方面考察"
        for level in framework.levels
    )
    yield Paragraph(
        f"评价指标体系由 {len(framework.levels)} 个一级指标、{groups} 个二级指标、{len(framework.indicators)} 个三级指标构成："
        f"{levels}。指标体系出自{plain(framework.source.document)}，评分标准见附件。"
    )
    if framework.grades is not None:
        yield Paragraph(
            f"等级按总分划分：{plain(framework.grades.bands)}（{plain(framework.grades.source.document)}）。"
        )
