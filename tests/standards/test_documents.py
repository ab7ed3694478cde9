"""Official tables found and read in documents of every kind, as people make them; hostile files in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import annexes
from tests.support.libreoffice import convert, has_writer, require_tools
from tests.support.word_files import cell, document, paragraph, row, run, table
from xlperf.errors import UserError
from xlperf.frameworks.loading import find_framework
from xlperf.standards.documents import read_document
from xlperf.standards.headings import role_of
from xlperf.standards.official import Official, read_official, without_weight

NAMES = ("renhua-2021", "yanjin-2022", "mof-department")
WRITERS = {
    "docx": lambda f, path: annexes.word(f, path, breaks=(4, 5, 11), divided=f.indicators[3].name),
    "xlsx": annexes.sheet,
    "csv": annexes.text_file,
}


def entries(official: Official) -> list[tuple[object, ...]]:
    return [
        (e.level1, e.level2, e.name, e.weight, "".join(e.explanation.split()), "".join(e.standard.split()))
        for e in official.entries
    ]


def expected(name: str) -> list[tuple[object, ...]]:
    return [
        (i.level, i.group, i.name, i.weight, "".join(i.description.split()), "".join(i.standard.split()))
        for i in find_framework(name).framework.indicators
    ]


def read(path: Path, content: bytes | str = b"") -> Official:
    if content:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_official(read_document(path))


@pytest.mark.whole
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", WRITERS)
def test_every_kind_of_document_says_the_same(name: str, kind: str, tmp_path: Path) -> None:
    path = WRITERS[kind](find_framework(name).framework, tmp_path / f"附件.{kind}")
    found = read(path)
    assert entries(found) == expected(name)
    assert [note for note in found.notes if "没有用" not in note] == []
    weights = {level.name: level.weight for level in find_framework(name).framework.levels}
    assert {level: weight for level, group, weight in found.level_weights if not group} == weights


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "old"), [("docx", "doc"), ("xlsx", "xls"), ("docx", "odt")])
def test_old_formats_come_through_libreoffice(kind: str, old: str, tmp_path: Path) -> None:
    require_tools()
    if old != "xls" and not has_writer():
        pytest.skip("LibreOffice without Writer")
    path = WRITERS[kind](find_framework("yanjin-2022").framework, tmp_path / f"附件.{kind}")
    found = read(convert(path, tmp_path, old))
    assert entries(found) == expected("yanjin-2022")
    assert any("LibreOffice" in note for note in found.notes)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.doc", "a.wps", "a.docx"])
def test_a_damaged_old_document_is_refused_with_advice(name: str, tmp_path: Path) -> None:
    require_tools()
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "WordDocument".encode("utf-16-le")
    with pytest.raises(UserError, match=r"旧格式的 Word 文档.*另存为 \.docx"):
        read(tmp_path / name, content)


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("三级 指标", "name"),
        ("指标名称", "name"),
        ("分值（分）", "weight"),
        ("权重(%)", "weight"),
        ("标准分", "weight"),
        ("评分\n细则", "standard"),
        ("计分标准及说明", "standard"),
        ("评价标准", "standard"),
        ("指标解释", "explanation"),
        ("评价要点", "explanation"),
        ("年度指标值", "target"),
        ("实际完成值", "actual"),
        ("偏差原因分析及改进措施", "other"),
        ("自评得分", "other"),
        ("序号", "code"),
        ("联系电话", ""),
    ],
)
def test_what_columns_are_called(heading: str, role: str) -> None:
    assert role_of(heading) == role


@pytest.mark.parametrize(
    ("name", "plain", "weight"),
    [
        ("预算执行率（5分）", "预算执行率", 5.0),
        ("预算执行率(2.5 分)", "预算执行率", 2.5),
        ("过程 [20]", "过程", 20.0),
        ("产出 40分", "产出", 40.0),
        ("“三公”经费控制率", "“三公”经费控制率", None),
        ("重点工作（含专项）", "重点工作（含专项）", None),
    ],
)
def test_weights_behind_names(name: str, plain: str, weight: float | None) -> None:
    assert without_weight(name) == (plain, weight)


def test_what_libraries_for_word_leave_out(tmp_path: Path) -> None:
    """Tracked changes, content controls, automatic numbers, Symbol signs, fractions, the end of a page in a sentence."""
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
    standard = (
        paragraph(
            run("执行率")
            + '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
            + "<w:ins><w:r><w:t>90%得5分</w:t></w:r></w:ins><w:del><w:r><w:delText>80%得5分</w:delText></w:r></w:del>",
            numbered,
        )
        + paragraph(run("否则") + '<w:r><w:br w:type="page"/></w:r>' + run("不得分"), numbered)
        + paragraph(
            "<m:f xmlns:m='m'><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b+c</m:t></m:r></m:den></m:f>"
        )
    )
    controlled = f"<w:sdt><w:sdtContent>{row('', '丙', '3', '按比例')}</w:sdtContent></w:sdt>"
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="decimalEnclosedCircle"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    body = table(row("产出", "乙", "5", cell(standard)), controlled)
    found = read(tmp_path / "a.docx", document(body, {"word/numbering.xml": numbering}))
    assert [e.standard for e in found.entries] == ["①执行率≥90%得5分\n②否则不得分\na/（b+c）", "按比例"]
    assert [e.level1 for e in found.entries] == ["产出", "产出"]


def test_a_row_over_two_tables_is_one_indicator(tmp_path: Path) -> None:
    body = table(row("产出", "乙", "5", "达到90%的，")) + table(row("", "", "", "得5分"), row("", "丙", "3", "按比例"))
    found = read(tmp_path / "a.docx", document(body))
    assert [(e.name, e.weight, e.standard) for e in found.entries] == [
        ("乙", 5, "达到90%的，得5分"),
        ("丙", 3, "按比例"),
    ]


def test_rows_with_weights_of_their_own_are_parts(tmp_path: Path) -> None:
    down = '<w:vMerge w:val="{}"/>'
    body = table(
        row(
            cell(paragraph(run("过程")), down.format("restart")),
            cell(paragraph(run("制度")), down.format("restart")),
            "2",
            "有制度",
        ),
        row(cell(paragraph(""), "<w:vMerge/>"), cell(paragraph(""), "<w:vMerge/>"), "3", "得到执行"),
        row("合计", "", "5", ""),
    )
    (entry,) = read(tmp_path / "a.docx", document(body)).entries
    assert (entry.weight, [(p.standard, p.weight) for p in entry.pieces]) == (5, [("有制度", 2), ("得到执行", 3)])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("投入,甲,5,按比例\n合计,,8,\n", "各指标分值合计 5，表中合计写的是 8"),
        ("投入,甲,,按比例\n", "1 个指标没有找到分值：甲"),
        ("投入,甲,5,按比例\n,,,\n第二部分：效益,第二部分：效益,第二部分：效益,第二部分：效益\n效益,乙,5,按比例\n", ""),
    ],
)
def test_doubts_are_told(rows: str, told: str, tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", f"一级指标,三级指标,分值,评分标准\n{rows}")
    assert told in "；".join(found.notes)


def test_a_weight_beside_each_level(tmp_path: Path) -> None:
    rows = (
        "附件：某县评分表,,,,,,\n一级指标,分值,二级指标,分值,三级指标,分值,评分标准,得分\n"
        "投入,30,预算,30,1.预算执行率,20,按比例,\n,,,,（2）预算调整率,10,≤10%得满分,\n产出,70,数量,70,培训,70,按比例,\n"
    )
    found = read(tmp_path / "a.csv", rows)
    assert [(e.level1, e.level2, e.name, e.weight) for e in found.entries] == [
        ("投入", "预算", "预算执行率", 20),
        ("投入", "预算", "预算调整率", 10),
        ("产出", "数量", "培训", 70),
    ]
    assert ("投入", "", 30) in found.level_weights
    assert ("投入", "预算", 30) in found.level_weights
    assert found.title == "附件：某县评分表"


def test_weights_as_parts_of_one(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", "一级指标,三级指标,权重,评分标准\n投入,甲,0.35,按比例\n产出,乙,0.65,按比例\n")
    assert [e.weight for e in found.entries] == [35, 65]
    assert any("换算成分值" in note for note in found.notes)


HOSTILE = {
    "pdf": (b"%PDF-1.7 ...", "a.pdf", "另存为 .docx"),
    "empty": (b"", "a.docx", "空的"),
    "text": ("一级指标 分值".encode(), "a.docx", "纯文本"),
    "cut": (document(table())[:200], "a.docx", "损坏"),
    "entities": (document(table(), head='<!DOCTYPE a [<!ENTITY b "c">]>'), "a.docx", "DOCTYPE"),
    "deep": (document("<w:tbl>" * 400 + "</w:tbl>" * 400), "a.docx", "200 层"),
    "bomb": (document(paragraph(run("0" * 60_000_000))), "a.docx", "过大"),
    "no table": (document(paragraph(run("没有表"))), "a.docx", "没有表格"),
    "other table": (document(table(row("1", "2"), headings=("姓名", "电话"))), "a.docx", "没有找到指标体系的表"),
    "no rows": (document(table()), "a.docx", "下面没有指标"),
    "many rows": (document(table(*[row("产出", "乙", "1", "按比例")] * 5_001)), "a.docx", "不像指标体系的表"),
    "wide": (document(table(row(cell(paragraph(run("乙")), '<w:gridSpan w:val="999999999"/>')))), "a.docx", "不像指标体系的表"),
    "not xml": (document("<w:tbl>"), "a.docx", "XML 有错"),
    "missing": (b"", "", "没有这个文件|不存在"),
}  # fmt: skip


@pytest.mark.whole
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_in_one_sentence(kind: str, tmp_path: Path) -> None:
    content, name, told = HOSTILE[kind]
    path = tmp_path / (name or "nowhere.docx")
    if name:
        path.write_bytes(content)
    with pytest.raises(UserError) as refused:
        read_official(read_document(path))
    text = str(refused.value)
    assert any(word in text for word in told.split("|")), text
    assert "\n" not in text
    assert path.name in text
