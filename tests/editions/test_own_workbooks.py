"""Workbooks that somebody made by himself, with functions of ours in their cells: recalculated, made plain, made as before."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font

from tests.support.command_here import Run
from tests.support.libreoffice import require_tools
from tests.support.office import Office, agree
from xlperf.editions.conversion import Edition
from xlperf.editions.former_formulas import all_formulas
from xlperf.editions.own_workbooks import NAMESPACE, own_converted
from xlperf.editions.plain import is_ours
from xlperf.editions.reproducible import reproducible
from xlperf.errors import CellError, UserError
from xlperf.evaluation.scoring import recalculated
from xlperf.package import Package, open_package
from xlperf.values import Value

# As Excel stores a function: of the workbook itself, unknown when typed, of an XLL, of an add-in (by the link's number).
FORMS = ("", "_xludf.", "_xll.", "[1]!")
CALLS = {
    ("数据", "C2"): "{}PERF_RATE(A2,B2)",
    ("数据", "C3"): "IFERROR({}PERF_RATE(A3,B3),0)",
    ("数据", "C4"): "ROUND({}PERF_RATE(A2+A4,SUM(B2:B4)),4)",
    ("数据", "C5"): "{}PERF_RATE(1,4)",
    ("数据", "D2"): "{}PERF_CHANGE_RATE(A2,B2)",
    ("评 分", "D1"): "{}PERF_SCORE_TIERS(2,数据!C2,$A$1:$C$3)",
    ("评 分", "D2"): "{0}PERF_TOTAL({0}PERF_SCORE_RATIO(5,数据!C4),100)+1",
    ("评 分", "D3"): '{}PERF_SCORE_TIERS(2,数据!C2*2,"≥80%:2; 否则:0")',
    ("评 分", "D4"): "{}PERF_TOTAL(D1:D3,10)",
    ("评 分", "D5"): '{}PERF_GRADE(D4*10,"≥90:优; ≥80:良; ≥60:中; 否则:差")',
}
OWN = {("数据", "C6"): "1/4", ("数据", "E2"): "SUM(A2:A4)"}
VALUES: dict[tuple[str, str], Value] = {
    ("数据", "C2"): 0.9,
    ("数据", "C3"): 0.0,
    ("数据", "C4"): 0.5833,
    ("数据", "C5"): 0.25,
    ("数据", "D2"): -0.1,
    ("评 分", "D1"): 1.5,
    ("评 分", "D2"): 3.92,
    ("评 分", "D3"): 2.0,
    ("评 分", "D4"): 7.42,
    ("评 分", "D5"): "中",
}


def drawn(form: str) -> bytes:
    """The workbook as openpyxl writes it, with what a person puts into one: a chart, a comment, colours."""
    book = openpyxl.Workbook()
    page, other = book.active, book.create_sheet("评 分")
    page.title = "数据"
    for row in (("甲", "乙"), (9, 10), ("文字", 3), (5, 8)):
        page.append(row)
    page["B4"].font, page["B4"].comment = Font(bold=True, color="FF0000"), Comment("我的批注", "我")
    page["B4"] = 11
    for tier in (("≥", 1, 2), ("≥", 0.8, 1.5), ("否则", None, 0)):
        other.append(tier)
    for (sheet, ref), text in {**CALLS, **OWN}.items():
        book[sheet][ref] = "=" + text.format(form)
    chart = BarChart()
    chart.add_data(Reference(page, min_col=3, min_row=2, max_row=4))
    page.add_chart(chart, "G2")
    page.conditional_formatting.add("A2:A4", FormulaRule(formula=["A2>8"], font=Font(bold=True)))
    target = io.BytesIO()
    book.save(target)
    return reproducible(target.getvalue(), is_macro_enabled=False)


def own(form: str = "") -> Package:
    """That workbook with the results in it that the add-in leaves."""
    package = open_package(drawn(form))
    return recalculated(package, force=True).package


@pytest.fixture(scope="module")
def saved() -> Package:
    return own()


@pytest.fixture(scope="module")
def plain(saved: Package) -> Package:
    return own_converted(saved, Edition.NATIVE).package


@pytest.mark.parametrize("form", FORMS)
def test_its_calls_are_calculated_without_excel(form: str) -> None:
    package = own(form)
    assert {place: package.value(*place) for place in VALUES} == VALUES
    # What the add-in left is what comes out; a changed input moves what hangs on it.
    assert recalculated(package).changes == ()
    result = recalculated(package, {("数据", "A2"): 10.0})
    assert {(change.sheet, change.ref): change.new for change in result.changes}["评 分", "D1"] == 2.0


@pytest.mark.parametrize("form", FORMS)
def test_there_and_back(form: str) -> None:
    package = own(form)
    there = own_converted(package, Edition.NATIVE)
    assert (there.count, there.left) == (len(CALLS), {})
    assert not any(is_ours(text) for text in all_formulas(there.package).values())
    assert there.package.saved_results == package.saved_results
    assert recalculated(there.package).changes == ()
    back = own_converted(there.package, Edition.UDF)
    assert (back.count, back.left) == (len(CALLS), {})
    assert all_formulas(back.package) == all_formulas(package)
    assert back.package.parts == package.parts
    assert [part for part in package.parts if back.package.part(part) != package.part(part)] == []


def test_every_other_part_stays_byte_for_byte(saved: Package, plain: Package) -> None:
    sheets = {sheet.part for sheet in saved.worksheets}
    differing = {part for part in saved.parts if plain.part(part) != saved.part(part)}
    assert differing == sheets | {"xl/_rels/workbook.xml.rels"}
    (added,) = set(plain.parts) - set(saved.parts)
    assert NAMESPACE.encode() in plain.part(added)
    for sheet in sheets:
        # Of a sheet the text of formulas alone.
        strip = re.compile(rb"<f>[^<]*</f>")
        assert strip.sub(b"", plain.part(sheet)) == strip.sub(b"", saved.part(sheet))


def test_a_plain_formula_of_ones_own_is_not_taken_for_a_call(saved: Package, plain: Package) -> None:
    assert plain.formulas("数据")["C5"] == plain.formulas("数据")["C6"] == "1/4"
    back = own_converted(plain, Edition.UDF).package
    assert (back.formulas("数据")["C5"], back.formulas("数据")["C6"]) == ("PERF_RATE(1,4)", "1/4")


def test_what_was_changed_meanwhile_stays(plain: Package) -> None:
    changed = plain.with_formulas({("数据", "C2"): "A2/B2", ("数据", "C3"): plain.formulas("数据")["D2"]})
    back = own_converted(changed, Edition.UDF)
    assert back.package.formulas("数据")["C2"] == "A2/B2"
    assert [cell for cells in back.left.values() for cell in cells] == ["数据!C2", "数据!C3"]
    assert back.count == len(CALLS) - 2
    assert back.package.formulas("评 分") == {ref: t.format("") for (s, ref), t in CALLS.items() if s == "评 分"}


def test_more_calls_in_one_that_is_plain_already(plain: Package, saved: Package) -> None:
    more = plain.with_formulas({("数据", "E2"): "PERF_RATE(B2,A2)"})
    there = own_converted(recalculated(more, force=True).package, Edition.NATIVE)
    assert there.count == 1
    back = own_converted(there.package, Edition.UDF).package
    assert all_formulas(back) == all_formulas(saved) | {("数据", "E2"): "PERF_RATE(B2,A2)"}


LEFT = {
    "PERF_RATE(A2:A4,2)": "numerator 给了区域",
    "PERF_SCORE_TIERS(2,1,A1:C2000)": "太大",
    "PERF_RATE(" * 40 + "A2" + ",B2)" * 40: "8192",
    "PERF_NOTHING(1)": "没有名为",
    "PERF_RATE(A2:A4*2,2)": "整个区域",
}


@pytest.mark.parametrize("text", LEFT, ids=LEFT.values())
def test_what_has_no_plain_form_stays_a_call_and_is_named(saved: Package, text: str) -> None:
    odd = saved.with_formulas({("数据", "C2"): text})
    result = own_converted(odd, Edition.NATIVE)
    ((reason, cells),) = result.left.items()
    assert (cells, LEFT[text] in reason) == (("数据!C2",), True)
    assert result.package.formulas("数据")["C2"] == text
    assert result.count == len(CALLS) - 1
    assert all_formulas(own_converted(result.package, Edition.UDF).package) == all_formulas(odd)


def test_array_formulas_and_calls_outside_of_cells_are_named(saved: Package) -> None:
    part = saved.sheet("数据").part
    content = saved.part(part).replace(b"<f>PERF_RATE(A2,B2)</f>", b'<f t="array" ref="C2">PERF_RATE(A2,B2)</f>')
    content = content.replace(b"<formula>A2&gt;8</formula>", b"<formula>PERF_RATE(A2,B2)&gt;8</formula>")
    result = own_converted(saved.with_parts({part: content}), Edition.NATIVE)
    assert sorted(cell for cells in result.left.values() for cell in cells) == ["数据", "数据!C2"]


def test_dynamic_arrays_of_one_cell_are_ordinary_formulas(saved: Package) -> None:
    part = saved.sheet("数据").part
    old = re.compile(rb'<c r="C2"([^>]*)><f>PERF_RATE')
    assert old.search(saved.part(part))
    content = old.sub(rb'<c r="C2"\1 cm="1"><f t="array" ref="C2">PERF_RATE', saved.part(part))
    result = own_converted(saved.with_parts({part: content}), Edition.NATIVE)
    assert (result.left, result.count) == ({}, len(CALLS))


def test_refused(saved: Package, plain: Package) -> None:
    with pytest.raises(UserError, match="没有原公式的记录"):
        own_converted(saved, Edition.UDF)
    with pytest.raises(UserError, match="没有 PERF_ 函数"):
        own_converted(plain, Edition.NATIVE)
    (part,) = [part for part in plain.parts if part.startswith("customXml/")]
    with pytest.raises(UserError, match="已损坏"):
        own_converted(plain.with_parts({part: plain.part(part)[:-60] + b"</formulas>"}), Edition.UDF)


PROPERTIES = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXmlProps" '
    b'Target="itemProps7.xml"/></Relationships>'
)


def test_as_excel_saves_the_record(saved: Package, plain: Package) -> None:
    """With another number, and with properties of its own that the content types name."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain.data)) as source, zipfile.ZipFile(target, "w") as result:
        for name in source.namelist():
            content = source.read(name).replace(b"customXml/item1.xml", b"customXml/item7.xml")
            override = b'<Override PartName="/customXml/itemProps7.xml" ContentType="application/xml"/></Types>'
            result.writestr(name.replace("item1", "item7"), content.replace(b"</Types>", override))
        result.writestr("customXml/_rels/item7.xml.rels", PROPERTIES)
        result.writestr("customXml/itemProps7.xml", "<x/>")
    back = own_converted(open_package(target.getvalue()), Edition.UDF).package
    assert {part: back.part(part) for part in back.parts} == {part: saved.part(part) for part in saved.parts}


def test_results_of_a_machine_without_the_add_in(saved: Package) -> None:
    """#NAME? in the place of every call: what it should be is known, and said to be so only when asked to."""
    lost = saved.patched({place: CellError("#NAME?") for place in CALLS})
    assert recalculated(lost, force=True).package.saved_results == saved.saved_results
    plain = own_converted(lost, Edition.NATIVE).package
    assert recalculated(plain, force=True).package.saved_results == saved.saved_results


def test_the_command(run: Run, saved: Package, tmp_path: Path) -> None:
    source, there, back = (tmp_path / name for name in ("自己的.xlsx", "普通.xlsx", "换回.xlsx"))
    source.write_bytes(saved.data)
    status, out, _ = run("convert", "--any", source, "-o", there, "--to", "native")
    assert (status, f"换了 {len(CALLS)} 个公式" in out) == (0, True)
    assert run("convert", "--any", there, "-o", back, "--to", "udf")[0] == 0
    assert all_formulas(open_package(back)) == all_formulas(saved)
    assert "--to native" in run("convert", "--any", source, "-o", tmp_path / "x.xlsx")[2]
    odd = tmp_path / "怪.xlsx"
    odd.write_bytes(saved.with_formulas({("数据", "C2"): "PERF_RATE(A2:A4,2)"}).data)
    status, out, _ = run("convert", "--any", odd, "-o", tmp_path / "y.xlsx", "--to", "native")
    assert status == 1
    assert "没有换：数据!C2（" in out


@pytest.mark.slow
def test_libreoffice_gives_the_plain_formulas_the_same_values(plain: Package, saved: Package, tmp_path: Path) -> None:
    require_tools()
    (tmp_path / "普通.xlsx").write_bytes(plain.data)
    with Office() as office:
        found = office.values(tmp_path / "普通.xlsx")
    wrong = {p: found[p[0]].get(p[1]) for p in CALLS if not agree(saved.value(*p), found[p[0]].get(p[1]))}
    assert wrong == {}
