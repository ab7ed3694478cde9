"""From a filled workbook to its report: the chapters of a structure, tables numbered, what is open told at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from xlperf.evaluation.filled import Filled
from xlperf.report.document.blocks import Block, Chapter, Heading, Paragraph, Report, Table, Written
from xlperf.report.document.sections.all_sections import SECTIONS
from xlperf.report.document.sections.scores import verdict
from xlperf.report.document.structures import Outline, Structure
from xlperf.report.document.subject import Subject, plain, score
from xlperf.workbook.gates import PASSED

NOTES = "生成说明"
_TITLE_LEVEL = 1


def compose(filled: Filled, structure: Structure) -> Report:
    """The report of a workbook, with nothing in it yet that people wrote in an earlier one."""
    subject = Subject(filled)
    keys: dict[str, int] = {}
    chapters = [_chapter(subject, outline, keys) for outline in structure.chapters]
    title = f"{subject.unit} {subject.year} 年度{subject.what}绩效{'自评' if subject.is_self else '评价'}报告"
    report = Report(title, _facts(subject, title), tuple(chapters))
    return with_notes(report, tuple(_open(subject)))


def with_notes(report: Report, reasons: tuple[str, ...], remarks: tuple[str, ...] = ()) -> Report:
    """The report with its last chapter, which says what is open; written anew where it is there already."""
    chapters = tuple(chapter for chapter in report.chapters if chapter.name != NOTES)
    blanks = [block for block in replace(report, chapters=chapters).written if block.is_placeholder]
    lines = [Paragraph("本页由 xlperf 生成，供核对，定稿前删去。", is_note=True)]
    if reasons:
        lines.append(Paragraph("工作簿里还有这些没有完成或需要核对：", is_alert=True))
        lines += [Paragraph(f"· {reason}") for reason in reasons]
    if blanks:
        lines.append(Paragraph(f"有 {len(blanks)} 处要人写（文中标“待填”的地方）：", is_alert=True))
        lines += [Paragraph(f"· {block.key}：{block.texts[0]}") for block in blanks]
    if remarks:
        lines.append(Paragraph("从上一份报告带来的内容：", is_alert=True))
        lines += [Paragraph(f"· {remark}") for remark in remarks]
    facts = {**report.facts, "待填处数": str(len(blanks))}
    return replace(report, facts=facts, chapters=(*chapters, Chapter(NOTES, NOTES, tuple(lines))))


def reasons(filled: Filled) -> tuple[str, ...]:
    """What keeps the workbook from being handed in, or its result from being used."""
    return tuple(_open(Subject(filled)))


def _open(subject: Subject) -> Iterator[str]:
    told: list[str] = []
    for gate in (subject.result.submission, subject.result.result):
        if gate.state not in PASSED.values():
            told += gate.reasons or (f"工作簿的状态是“{gate.state}”",)
    yield from dict.fromkeys(map(plain, told))


def _facts(subject: Subject, title: str) -> dict[str, str]:
    """What templates can name."""
    return {
        "报告标题": title,
        "单位名称": subject.unit,
        "评价年度": subject.year,
        "机构类别": "填报单位" if subject.is_self else "评价机构",
        "评价机构": subject.unit if subject.is_self else subject.evaluator or "（未填评价机构）",
        "委托方": subject.one_line("client") or ("" if subject.is_self else "（未填委托方）"),
        "评价对象": subject.what,
        "项目名称": plain(subject.result.project or ""),
        "总分": score(subject.result.total),
        "等级": subject.result.grade or "—",
        "结论": verdict(subject),
        "指标体系": plain(subject.framework.name),
        "金额单位": subject.money_unit,
    }


def _chapter(subject: Subject, outline: Outline, keys: dict[str, int]) -> Chapter:
    blocks: list[Block] = []
    for part in outline.parts:
        if part.title:
            blocks.append(Heading(part.title, _TITLE_LEVEL + 1))
        for name in part.use:
            blocks += SECTIONS[name](subject)
    return Chapter(outline.name, outline.title, tuple(_numbered(blocks, outline.tables, keys)))


def _numbered(blocks: Iterable[Block], chapter: str, keys: dict[str, int]) -> Iterator[Block]:
    """Tables with their numbers (1-1, 1-2, …), and keys of written places that are theirs alone in the whole report."""
    count = 0
    for block in blocks:
        if isinstance(block, Table) and chapter:
            count += 1
            yield replace(block, number=f"{chapter}-{count}")
        elif isinstance(block, Written):
            keys[block.key] = keys.get(block.key, 0) + 1
            yield replace(block, key=block.key if keys[block.key] == 1 else f"{block.key}（{keys[block.key]}）")
        else:
            yield block
