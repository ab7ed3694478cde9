"""Reports of workbooks that nobody finished, and of those that want to do harm: whole, and nothing in them acts."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from xml.etree import ElementTree

import pytest

from tests.support.examples import example
from tests.support.word_report import read_report
from tests.support.workbooks import after
from xlperf.errors import UserError
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package, open_package
from xlperf.report.document import charts
from xlperf.report.document.making import Wish, made
from xlperf.report.document.word_blocks import BODY, WordBlocks, body, legal
from xlperf.report.document.word_template import make_template
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

NAME = "renhua-2021"
NASTY = (
    '=HYPERLINK("http://x.invalid")',
    "<script>alert(1)</script><w:p/>&amp;",
    "{{ 7*7 }}{% for x in y %}{_{ 单位名称 }_}",
    "]]><!--\x07\x1b[31m\u202e",
    "@echo off\r\n+1-2",
    "长" * 30_000,
)


NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def blank(name: str) -> Package:
    """A workbook as it is shipped, with nothing filled in."""
    return open_package(workbooks_folder() / f"{name}.xlsm")


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def is_whole(content: bytes) -> None:
    """Every part is XML that can be read, and what Word would act on is not there."""
    for name, part in parts(content).items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(part)
    document = parts(content)["word/document.xml"]
    for sign in (b"<script", b"altChunk", b"w:object", b"fldSimple"):
        assert sign not in document
    # The only fields and links are those of the table of contents, which lead to places of the document itself.
    fields = re.findall(rb"<w:instrText[^>]*>(.*?)</w:instrText>", document)
    assert all(
        re.fullmatch(rb" (?:TOC \\o &quot;1-2&quot; \\h \\z \\u|TOC \\o \"1-2\" \\h \\z \\u|PAGEREF _Toc\d+ \\h) ", f)
        for f in fields
    )
    assert len(fields) == document.count(b"w:instrText") / 2
    links = re.findall(rb"<w:hyperlink([^>]*)>", document)
    assert all(re.fullmatch(rb' w:anchor="_Toc\d+" w:history="1"', link) for link in links)
    assert b'TargetMode="External"' not in parts(content)["word/_rels/document.xml.rels"]
    read_report(content)


def planted(text: str) -> Package:
    """The example with a text wherever a report prints texts that people type."""
    names = NamedCells(example(NAME))
    columns = (
        "problem_fact",
        "problem_category",
        "col_report_text",
        "col_keywork_name",
        "col_goals_kind",
        "col_projects_name",
    )
    places = [names.place("unit_name"), *(names.places(column)[0] for column in columns)]
    return example(NAME).with_inputs(dict.fromkeys(places, text))


@pytest.mark.whole
@pytest.mark.parametrize("text", NASTY, ids=lambda text: text[:12].encode("unicode_escape").decode())
def test_nasty_texts_are_printed_and_do_nothing(text: str) -> None:
    package = planted(text)
    report = made(package, Wish())
    is_whole(report.content)
    # What stands in the workbook is never understood as part of the template.
    assert ("7*7" in read_report(report.content).whole) == ("7*7" in text)
    page = made(package, Wish(".html")).content.decode()
    assert "<script>alert" not in page
    assert "<w:p/>" not in page


def test_characters_that_no_cell_holds_are_harmless_too() -> None:
    assert legal("a\x00\x0b\ufffe\ud83d<").isprintable()
    ElementTree.fromstring(body([WordBlocks({}, 9000).paragraph("a\x00\ufffe\ud83d<&", BODY)], NAMESPACE))


@pytest.mark.whole
def test_a_blank_workbook_gives_a_report_that_says_what_is_missing_and_where() -> None:
    made_blank = made(blank(NAME), Wish())
    is_whole(made_blank.content)
    report = read_report(made_blank.content)
    whole = report.whole
    assert "（未填单位名称）" in whole
    assert "总分还算不出" in whole
    for place in ("“重点工作”表", "“绩效目标”表", "“收支预决算总表”表", "“报告内容”表的“部门主要职能”", "“问题台账”"):
        assert place in whole
    assert made_blank.blanks > 30
    assert "工作簿里还有这些没有完成或需要核对：" in report.texts
    # Nothing is no nought: there is no amount and no rate of points anywhere.
    assert not re.search(r"\d+\.\d\d 万元|得分率 \d", "\n".join(report.texts))
    assert report.table("绩效评价评分表").rows[-1][8] == "算不出"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mof-department", "mof-project", "mof-project-self", "huidong-2021", "lechang-2021"])
def test_every_framework_has_a_report(name: str) -> None:
    report = made(blank(name) if name.startswith("mof") else example(name), Wish())
    is_whole(report.content)
    assert ("项目" in report.report.title) == find_framework(name).framework.is_of_project


@pytest.mark.whole
def test_an_unfinished_workbook_keeps_what_it_has() -> None:
    unfinished = after(example(NAME), award__1=None, award__12=None)
    report = read_report(made(unfinished, Wish()).content)
    assert report.table("评价情况总表").row("总得分")[2] == "算不出"
    assert report.table("评价情况总表").row("资金使用效益")[2] == "35.07"
    assert any("得分还算不出" in text for text in report.texts)
    reasons = report.texts[report.texts.index("工作簿里还有这些没有完成或需要核对：") :]
    assert any("待评定" in text or "没有评定" in text for text in reasons), reasons


@pytest.mark.whole
@pytest.mark.parametrize("library", ["docxtpl", "docx", "PIL"])
def test_missing_libraries_are_told_in_one_sentence(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_template.cache_clear()
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UserError, match=r"pip install 'xlperf\[report\]'"):
        made(example(NAME), Wish())
    page = made(example(NAME), Wish(".html"))
    assert page.content.startswith(b"<!DOCTYPE html>")


@pytest.mark.whole
def test_without_a_chinese_font_the_charts_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "_font", lambda: None)
    texts = read_report(made(example(NAME), Wish()).content).texts
    assert sum("本机没有中文字体" in text for text in texts) == 2
