"""Templates of reports: ours, one that a bureau has changed, and those that want to do more than name things."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest

from tests.support.examples import example
from tests.support.word_report import read_report
from tests.support.written_reports import made_example, read_made
from xlperf.errors import UserError
from xlperf.report.document.making import Wish, made
from xlperf.report.document.structures import structures
from xlperf.report.document.word_template import make_template

NAME = "renhua-2021"


def template(*lines: str, header: str = "") -> bytes:
    """A template of plain paragraphs, as a bureau would write one."""
    document: Any = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_names_are_filled_in_and_chapters_stand_where_the_template_has_them() -> None:
    wanted = template(
        "某局评价报告", "单位：{{单位名称}}，得分 {{总分}} 分，{{等级}}", "{{评价结论}}", "—— 以下摘要 ——", "{{摘要}}"
    )
    texts = read_made(example(NAME), Wish(template=wanted)).texts
    assert texts[:2] == ["某局评价报告", "单位：仁化县政务服务数据管理局，得分 82.57 分，良"]
    order = [texts.index(text) for text in ("三、评价结论", "—— 以下摘要 ——", "摘　要")]
    assert order == sorted(order)
    # Chapters that the template does not name are left out, since it has no line for the rest.
    assert "六、相关建议" not in texts


@pytest.mark.whole
def test_the_rest_stands_where_the_template_says_so() -> None:
    texts = read_made(example(NAME), Wish(template=template("{{摘要}}", "{{正文}}"))).texts
    assert texts.count("摘　要") == 1
    assert "六、相关建议" in texts


@pytest.mark.whole
def test_questions_about_names_are_allowed_and_headers_are_filled() -> None:
    wanted = template("{% if 项目名称 %}项目{% else %}部门{% endif %}", "{{正文}}", header="{{单位名称}}{{评价年度}}")
    report = read_made(example(NAME), Wish(template=wanted))
    assert report.texts[0] == "部门"
    assert report.document.sections[0].header.paragraphs[0].text == "仁化县政务服务数据管理局2021"


@pytest.mark.whole
def test_styles_of_a_template_are_used_and_missing_ones_added() -> None:
    document: Any = docx.Document()
    document.add_paragraph("{{正文}}")
    style = document.styles.add_style("报告正文", 1)
    style.font.name = "某字体"
    stream = io.BytesIO()
    document.save(stream)
    report = read_made(example(NAME), Wish(template=stream.getvalue()))
    names = [s.name for s in report.document.styles]
    assert names.count("报告正文") == 1
    assert report.document.styles["报告正文"].font.name == "某字体"
    assert "报告小字" in names


@pytest.mark.whole
@pytest.mark.parametrize("structure", [structure.id for structure in structures()])
def test_the_template_written_for_changes_gives_the_same_report(structure: str) -> None:
    chosen = next(one for one in structures() if one.id == structure)
    content = make_template((*(chapter.name for chapter in chosen.chapters), "正文"))
    wish = Wish(template=content, structure=structure)
    assert read_made(example(NAME), wish).texts == read_made(example(NAME), Wish(structure=structure)).texts


@pytest.mark.parametrize(
    "line",
    [
        "{{ 'x' * 99999999 }}",
        "{{ 单位名称.__class__ }}",
        "{{ 单位名称|upper }}",
        "{{ lipsum(999) }}",
        "{% for x in 单位名称 %}{{x}}{% endfor %}",
        "{% set a = 总分 %}",
        "{{ 7*7 }}",
        "{% include '/etc/passwd' %}",
        "{{ 没有这一项 }}",
        "{{ 单位名称",
        "{% if 总分 %}",
        "{{p 摘要 }}",
    ],
)
def test_templates_that_say_more_are_refused_in_one_sentence(line: str) -> None:
    with pytest.raises(UserError, match="模板") as refused:
        made(example(NAME), Wish(template=template("{{正文}}", line)))
    assert "\n" not in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_an_unknown_name_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UserError, match=r"没有“部门”这一项；可以写的有：.*单位名称") as refused:
        made(example(NAME), Wish(template=template("这一行写着 {{部门}}", "{{正文}}")))
    assert "这一行写着" in str(refused.value)


def test_a_template_without_a_place_for_anything_is_refused() -> None:
    with pytest.raises(UserError, match="没有写报告的内容放在哪里"):
        made(example(NAME), Wish(template=template("{{单位名称}}")))


def test_the_same_workbook_gives_the_same_bytes() -> None:
    assert made(example(NAME), Wish()).content == made_example(NAME).content


def test_a_mark_that_stands_in_the_workbook_is_no_chapter() -> None:
    assert read_report(made_example(NAME).content).texts[0].startswith("仁化县")
