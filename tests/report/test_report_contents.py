"""The table of contents of a Word report: the headings stand in it, each leads to its own, pages are left to who lays them out."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml.ns import qn

from tests.support.examples import example
from tests.support.written_reports import made_example, read_example, read_made
from xlperf.report.document.making import Wish
from xlperf.report.document.word import write_word
from xlperf.report.document.word_template import make_template, new_document

NAME = "renhua-2021"


@pytest.mark.whole
def test_every_heading_of_two_levels_stands_in_it_in_order() -> None:
    report = read_example(NAME)
    headings = [text for text, style in report.paragraphs if style in ("Heading 1", "Heading 2")]
    assert len(headings) > 20
    assert report.contents == ["目　录", *headings]


def test_entries_lead_to_their_headings_and_hold_no_page_that_nobody_knows() -> None:
    body = docx.Document(io.BytesIO(made_example(NAME).content)).element.body
    marks = {mark.get(qn("w:name")): mark.getparent() for mark in body.iter(qn("w:bookmarkStart"))}
    links = list(body.iter(qn("w:hyperlink")))
    assert len(links) == len(marks) == len(read_example(NAME).contents) - 1
    for link in links:
        heading = "".join(text.text or "" for text in marks[link.get(qn("w:anchor"))].iter(qn("w:t")))
        assert "".join(text.text or "" for text in link.iter(qn("w:t"))) == heading
    kinds = [sign.get(qn("w:fldCharType")) for sign in body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") == len(links) + 1
    # Word fills in what is marked as stale when it opens the document.
    begins = [sign for sign in body.iter(qn("w:fldChar")) if sign.get(qn("w:fldCharType")) == "begin"]
    assert {sign.get(qn("w:dirty")) for sign in begins} == {"true"}


def test_marks_of_a_template_stay_apart_from_those_of_the_headings() -> None:
    document = new_document(make_template())
    start, end = (
        document.element.makeelement(qn("w:bookmarkStart"), {}),
        document.element.makeelement(qn("w:bookmarkEnd"), {}),
    )
    for mark in (start, end):
        mark.set(qn("w:id"), "77")
        document.paragraphs[0]._p.append(mark)
    start.set(qn("w:name"), "本局")
    stream = io.BytesIO()
    document.save(stream)
    report = read_made(example(NAME), Wish(template=stream.getvalue()))
    ids = [mark.get(qn("w:id")) for mark in report.document.element.body.iter(qn("w:bookmarkStart"))]
    assert len(set(ids)) == len(ids) > 20
    assert "77" in ids


@pytest.mark.whole
def test_a_template_without_it_has_none() -> None:
    document = new_document()
    document.add_paragraph("{{正文}}")
    stream = io.BytesIO()
    document.save(stream)
    report = read_made(example(NAME), Wish(template=stream.getvalue()))
    assert report.contents == []
    assert list(report.document.element.body.iter(qn("w:bookmarkStart"))) == []


def test_for_pages_that_are_laid_out_at_once_each_number_is_a_field_of_its_own() -> None:
    content = write_word(made_example(NAME).report, is_laid_out=True)
    document = docx.Document(io.BytesIO(content))
    instructions = [part.text for part in document.element.body.iter(qn("w:instrText"))]
    assert len(instructions) > 20
    assert all("PAGEREF" in text for text in instructions)
    # Nobody writes in such a document: it has no places to write in.
    assert list(document.element.body.iter(qn("w:sdt"))) == []
