"""A bureau's own form as a template: its marks are filled, everything else stays; unknown marks are told with their place."""

from __future__ import annotations

import io
from typing import Any

import docx
import openpyxl
import pytest
from openpyxl.styles import Font

from tests.support.filled_forms import project_contents
from xlperf.errors import UserError
from xlperf.package import open_package
from xlperf.report.forms.marks import BLANK, Content, Contents
from xlperf.report.forms.template import fill_document, fill_spreadsheet


def sheet_template(**cells: str) -> bytes:
    """A workbook with these cells, some of them formatted."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "本局自评表"
    sheet.merge_cells("A9:C9")
    for ref, text in cells.items():
        sheet[ref] = text
        sheet[ref].font = Font(bold=True, size=14)
        sheet[ref].number_format = "0.0"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def document_template(*texts: str, header: str = "") -> bytes:
    """A document with a table of one row, a cell a text, each in two runs; and a header."""
    document: Any = docx.Document()
    document.add_paragraph("县财政局监制 {{评价年度}}")
    for cell, text in zip(document.add_table(1, len(texts)).rows[0].cells, texts, strict=True):
        half = len(text) // 2
        cell.paragraphs[0].add_run(text[:half]).bold = True
        cell.paragraphs[0].add_run(text[half:])
    if header:
        document.sections[0].header.paragraphs[0].text = header
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.whole
def test_marked_cells_are_filled_and_the_rest_stays() -> None:
    template = sheet_template(
        A1="{{单位名称}}",
        B1="{{ 指标.2.分值 }}",
        A2="第二个：{{指标.2.三级指标}}，{{指标.2.得分}} 分",
        A3="县财政局监制",
        A4="{{指标.10.实际完成值}}",
        A5="{{指标.99.得分}}",
        B2="=1+1",
    )
    before = open_package(template)
    filled = fill_spreadsheet(template, project_contents())
    sheet: Any = openpyxl.load_workbook(io.BytesIO(filled.content)).active
    assert [sheet[ref].value for ref in ("A1", "B1", "A2", "A3", "A4", "A5", "B2")] == [
        *("某县水利局", 15, "第二个：数量指标，15.00 分", "县财政局监制", 0.88, None, "=1+1"),
    ]
    assert (sheet["B1"].font.bold, sheet["B1"].font.size, sheet["B1"].number_format) == (True, 14, "0.0")
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A9:C9"]
    after = open_package(filled.content)
    changed = [part for part in before.parts if before.part(part) != after.part(part)]
    assert changed == ["xl/worksheets/sheet1.xml"]


@pytest.mark.whole
def test_marks_in_documents_are_filled_though_they_are_in_pieces() -> None:
    template = document_template("{{单位名称}}", "得分 {{总分}} 分", "{{主要绩效}}", header="{{项目名称}}")
    document = docx.Document(io.BytesIO(fill_document(template, project_contents()).content))
    cells = [cell.text for cell in document.tables[0].rows[0].cells]
    assert cells == ["某县水利局", "得分 97.43 分", "20 座水库全部完工，汛期无险情。"]
    assert document.paragraphs[0].text == "县财政局监制 2024"
    assert document.sections[0].header.paragraphs[0].text == "小型水库维修养护"
    assert document.tables[0].rows[0].cells[0].paragraphs[0].runs[0].bold


def test_unknown_marks_are_told_with_their_cells() -> None:
    wrong = sheet_template(A1="{{单位名称}}", C7="{{没有}}", D8="{{指标.得分}}", E9="{{指标.0.得分}}", F1="{{a}b}}")
    with pytest.raises(UserError) as refused:
        fill_spreadsheet(wrong, project_contents())
    for place in ("本局自评表!C7 的 {{没有}}", "本局自评表!D8", "本局自评表!E9", "本局自评表!F1", "forms list --marks"):
        assert place in str(refused.value)
    with pytest.raises(UserError, match=r"第 1 个表第 1 行第 2 格 的 \{\{没有\}\}"):
        fill_document(document_template("{{单位名称}}", "{{没有}}"), project_contents())
    with pytest.raises(UserError, match=r"页眉 的 \{\{没有\}\}"):
        fill_document(document_template("{{单位名称}}", header="{{没有}}"), project_contents())


def test_a_template_without_marks_is_refused() -> None:
    with pytest.raises(UserError, match="这样的标记"):
        fill_spreadsheet(sheet_template(A1="空表"), project_contents())


def test_what_a_template_has_no_room_for_is_said() -> None:
    few = fill_spreadsheet(sheet_template(A1="{{指标.1.得分}}", A2="{{指标.2.得分}}"), project_contents())
    assert few.remarks == ("模板的“指标”（全部三级指标）只有 2 行，少 8 行，没有放下",)
    enough = fill_spreadsheet(sheet_template(A1="{{指标.10.得分}}"), project_contents())
    assert enough.remarks == ()


@pytest.mark.parametrize(
    "evil", ["=1+1", "@SUM(A1)", "<w:br/>&{{单位编码}}", "{{单位名称}}", "\x01\u202e", "长" * 40000]
)
def test_texts_of_submissions_stay_texts(evil: str) -> None:
    found = Contents({"单位名称": Content(evil), "单位编码": Content("99")}, {})
    data = fill_spreadsheet(sheet_template(A1="{{单位名称}}", A2="甲{{单位名称}}"), found).content
    package = open_package(data)
    assert package.formulas("本局自评表") == {}
    shown = Content(evil).text
    assert package.value("本局自评表", "A1") == shown[:32000]
    document = docx.Document(io.BytesIO(fill_document(document_template("{{单位名称}}"), found).content))
    assert document.tables[0].rows[0].cells[0].text == shown
    assert found.of("指标.3.得分") is BLANK
