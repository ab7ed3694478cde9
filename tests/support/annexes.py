"""The annex of a framework as an official document: a Word table, a sheet or a text file, made as people make them.

Merged cells, weights in brackets behind the names, repeated headings, a table that continues on the next page, a row
that the end of a page divides.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_BREAK
from openpyxl import Workbook

from xlperf.frameworks.parts import weight_text
from xlperf.frameworks.schema import Framework

HEADINGS = ("一级指标", "二级指标", "三级指标", "分值", "指标说明", "评分标准")
OTHER_ORDER = ("评分细则", "权重", "一级指标", "二级指标", "三级指标", "指标解释")
TITLE = "附件1\n{name}"


@dataclass(frozen=True)
class Line:
    """A row of the annex: names with their weights, explanation and standard."""

    level: str
    group: str
    name: str
    weight: str
    description: str
    standard: str


def annex(framework: Framework) -> list[Line]:
    """The rows, the weights of levels in brackets behind their names."""
    weights = {level.name: level.weight for level in framework.levels}
    return [
        Line(f"{i.level}（{weight_text(weights[i.level])}分）", i.group, f"{'' if i.code.isdecimal() else i.code}{i.name}",
             weight_text(i.weight), i.description, i.standard)
        for i in framework.indicators
    ]  # fmt: skip


def word(framework: Framework, path: Path, *, breaks: Sequence[int] = (), divided: str = "") -> Path:
    """A Word document. `breaks`: rows before which a new table begins with the headings repeated; `divided`: the
    indicator whose standard a page divides, within its row and over two rows of the continued table."""
    document = Document()
    for text in TITLE.format(name=framework.name).split("\n"):
        document.add_paragraph(text)
    document.add_table(rows=1, cols=2).rows[0].cells[0].text = "本表由财政局印制"
    document.add_paragraph("")
    parts: list[list[Line]] = [[]]
    for number, line in enumerate(annex(framework)):
        if number in breaks:
            parts.append([])
        parts[-1].append(line)
    rest = ""
    for part in parts:
        rest = _word_table(document, part, divided, rest)
        document.add_paragraph("")
    document.save(str(path))
    return path


def _word_table(document: Any, lines: Sequence[Line], divided: str, rest: str) -> str:
    """One table; what is left of the divided standard, which begins the next one."""
    table = document.add_table(rows=0, cols=len(HEADINGS))
    for cell, heading in zip(table.add_row().cells, HEADINGS, strict=True):
        cell.text = heading
    if rest:
        table.add_row().cells[5].text = rest
        rest = ""
    for line in lines:
        cells = table.add_row().cells
        texts = (line.level, line.group, line.name, line.weight, line.description, line.standard)
        for cell, text in zip(cells, texts, strict=True):
            cell.text = text
        if line.name == divided:
            rest = _divide(cells[5], line.standard, is_last=line is lines[-1])
    for column, key in ((0, "level"), (1, "group")):
        _merge_word(table, column, [getattr(line, key) for line in lines], len(table.rows) - len(lines))
    return rest


def _divide(cell: Any, text: str, *, is_last: bool) -> str:
    """The standard with the end of a page inside; the last row of a table leaves its second half to the next one."""
    half = len(text) // 2
    paragraph = cell.paragraphs[0]
    paragraph.clear()
    paragraph.add_run(text[: half // 2])
    paragraph.add_run().add_break(WD_BREAK.PAGE)
    paragraph.add_run(text[half // 2 : half] if is_last else text[half // 2 :])
    return text[half:] if is_last else ""


def _merge_word(table: Any, column: int, values: Sequence[str], first: int) -> None:
    for start, stop in _runs(values):
        top, bottom = table.cell(first + start, column), table.cell(first + stop - 1, column)
        text = top.text
        for row in range(start, stop):
            table.cell(first + row, column).text = ""
        top.merge(bottom).text = text


def sheet(framework: Framework, path: Path) -> Path:
    """A sheet with a title, the columns in another order and under other names, merged cells, a heading in two rows."""
    book = Workbook()
    page = book.active
    page.append([framework.name])
    page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(OTHER_ORDER))
    page.append(["评分细则", "权重", "指标体系", None, None, "指标解释"])
    page.append([None, None, *OTHER_ORDER[2:5], None])
    page.merge_cells("C2:E2")
    for letter in "ABF":
        page.merge_cells(f"{letter}2:{letter}3")
    lines = annex(framework)
    for line in lines:
        page.append([line.standard, float(line.weight), line.level, line.group, line.name, line.description])
    for column, key in ((3, "level"), (4, "group")):
        for start, stop in _runs([getattr(line, key) for line in lines]):
            for row in range(start + 1, stop):
                page.cell(row + 4, column).value = None
            page.merge_cells(start_row=start + 4, end_row=stop + 3, start_column=column, end_column=column)
    page.append(["合计", sum(float(line.weight) for line in lines)])
    book.save(path)
    return path


def text_file(framework: Framework, path: Path) -> Path:
    """A text file; weights stand in brackets behind the names, in no column."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(("一级指标", "二级指标", "三级指标（分值）", "指标说明", "计分标准"))
    for line in annex(framework):
        writer.writerow((line.level, line.group, f"{line.name}（{line.weight}分）", line.description, line.standard))
    path.write_text(target.getvalue(), encoding="gb18030")
    return path


def _runs(values: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the same value stands in several rows."""
    start = 0
    for number in range(1, len(values) + 1):
        if number == len(values) or values[number] != values[start]:
            yield start, number
            start = number


FUNDS = ("年度资金总额", "50", "48", "45", "10", "93.75%", "9.38")
TARGETS = (
    ("产出指标", "数量指标", "采购设备数量", "≥10台", "10台", 20),
    ("产出指标", "质量指标", "验收合格率", "100%", "100%", 15),
    ("产出指标", "成本指标", "设备成本", "≤50万元", "45万元", 15),
    ("效益指标", "社会效益指标", "办事效率", "显著提升", "有所提升", 30),
    ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "93%", 10),
)


def self_form(path: Path, *, has_own_columns: bool = False) -> Path:
    """The form of a project's self-evaluation; the target in one column, or in three (性质, 值, 单位)."""
    document = Document()
    document.add_paragraph("项目支出绩效自评表")
    document.add_paragraph("（2023年度）")
    targets = ("指标性质", "指标值", "度量单位") if has_own_columns else ("年度指标值",)
    heads = (
        "绩效指标",
        "一级指标",
        "二级指标",
        "三级指标",
        *targets,
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    )
    table = document.add_table(rows=0, cols=len(heads))
    for texts in (
        ("项目名称", "政务设备采购"),
        ("", "年初预算数", "全年预算数(A)", "全年执行数(B)", "分值", "执行率(B/A)", "得分"),
        FUNDS,
        heads,
    ):
        for cell, text in zip(table.add_row().cells, texts, strict=False):
            cell.text = text
    for level, group, name, target, reached, points in TARGETS:
        cells = (
            (target[:1], target[1:3].strip("%"), target[-1:])
            if has_own_columns and target[0] in "≥≤"
            else ("", target, "")
        )
        parts = cells if has_own_columns else (target,)
        for cell, text in zip(
            table.add_row().cells, ("", level, group, name, *parts, reached, str(points), "", ""), strict=True
        ):
            cell.text = text
    end = table.add_row().cells
    end[0].merge(end[len(heads) - 4]).text = "总分"
    end[-3].text = "90"
    table.cell(3, 0).merge(table.cell(3 + len(TARGETS), 0)).text = "绩效指标"
    document.save(str(path))
    return path
