"""What people wrote in a report, in the next one: taken over, named where it has no place, doubted where figures changed."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.support.edited_report import control, edited, write_in
from tests.support.examples import example
from tests.support.word_report import read_report
from tests.support.workbooks import after
from tests.support.written_reports import made_example
from xlperf.errors import UserError
from xlperf.package import Package
from xlperf.report.document.kept import read_kept
from xlperf.report.document.making import Made, Wish, made

NAME = "renhua-2021"
WRITTEN = "主要绩效"


def again(change: Any, package: Package | None = None, wish: Wish | None = None) -> Made:
    """The report once more, after a person has edited the first one."""
    kept = edited(made_example(NAME).content, change)
    return made(package or example(NAME), wish or Wish(), kept)


@pytest.mark.whole
def test_an_untouched_report_leaves_everything_as_it_is() -> None:
    first = made_example(NAME)
    assert read_kept(first.content) == ()
    second = made(example(NAME), Wish(), first.content)
    assert second.content == first.content
    assert second.remarks == ()


@pytest.mark.whole
def test_what_was_written_over_a_placeholder_is_taken_over() -> None:
    second = again(lambda document: write_in(document, WRITTEN, "一网通办率提高。", "群众少跑腿。"))
    texts = read_report(second.content).texts
    place = texts.index("一网通办率提高。")
    assert texts[place + 1] == "群众少跑腿。"
    assert second.blanks == made_example(NAME).blanks - 1
    assert second.remarks == ()
    # And once more from the second one.
    third = made(example(NAME), Wish(), second.content)
    assert "群众少跑腿。" in read_report(third.content).texts


@pytest.mark.whole
def test_a_generated_text_that_was_rewritten_stays_rewritten() -> None:
    second = again(lambda document: write_in(document, "指标 2", "评价组改写的叙述。"))
    texts = read_report(second.content).texts
    assert "评价组改写的叙述。" in texts
    assert not any("一是公务用车运行维护费预算超标准编制：" in text and "核查" in text for text in texts)


@pytest.mark.whole
def test_a_rewritten_text_is_doubted_where_the_workbook_changed_since() -> None:
    changed = after(example(NAME), award__22=1, reason__22="复核后认定")
    second = again(lambda document: write_in(document, "指标 22", "预算调整率过高，扣 2 分。"), changed)
    assert len(second.remarks) == 1
    assert "人改过，数据后来又变了" in second.remarks[0]
    texts = read_report(second.content).texts
    assert "预算调整率过高，扣 2 分。" in texts
    assert any(text.startswith("【核对：") and "扣 1.00 分" in text for text in texts)
    # It is said once: the next time the person has seen it.
    third = made(changed, Wish(), second.content)
    assert third.remarks == ()
    assert "预算调整率过高，扣 2 分。" in read_report(third.content).texts


@pytest.mark.whole
def test_what_has_no_place_any_more_is_named() -> None:
    lost = again(lambda document: write_in(document, "摘要成效", "说成效的一段话"), example("wuhua-2023"))
    assert lost.remarks == ("没有地方放：“摘要成效”：说成效的一段话",)
    assert "没有地方放" in read_report(lost.content).whole


@pytest.mark.whole
def test_pictures_stay_behind_and_are_named() -> None:
    def with_picture(document: Any) -> None:
        write_in(document, WRITTEN, "见下图")
        paragraph = next(control(document, WRITTEN).iter(qn("w:p")))
        drawing = OxmlElement("w:drawing")
        next(paragraph.iter(qn("w:r"))).append(drawing)

    second = again(with_picture)
    assert second.remarks == (f"“{WRITTEN}”里的图、表没有带过来，请从上一份里复制",)
    assert "见下图" in read_report(second.content).texts


@pytest.mark.whole
def test_fields_of_an_earlier_report_are_not_taken_over() -> None:
    def with_field(document: Any) -> None:
        write_in(document, WRITTEN, "正文")
        field = OxmlElement("w:instrText")
        field.text = "DDEAUTO c:\\cmd.exe"
        next(control(document, WRITTEN).iter(qn("w:r"))).append(field)

    second = again(with_field)
    assert b"DDEAUTO" not in document_xml(second.content)
    assert "正文" in read_report(second.content).texts


def document_xml(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("word/document.xml")


def test_a_page_takes_over_the_same_texts() -> None:
    second = again(lambda document: write_in(document, WRITTEN, "少跑腿。"), None, Wish(".html"))
    assert "<p>少跑腿。</p>" in second.content.decode()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"plain text"])
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(UserError):
        made(example(NAME), Wish(), content)
