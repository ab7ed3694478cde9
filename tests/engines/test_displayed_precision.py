"""Precision as displayed: results are rounded to what their cells show, or refused by name where that isn't certain."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.libreoffice import convert, require_tools
from tests.support.office import Office
from xlperf.engines.compiled.displayed_precision import as_displayed
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.recalculation import AUTO, COMPILED, engine_named, recalculate
from xlperf.engines.verification import verify
from xlperf.errors import UserError
from xlperf.formula.tree import NotUnderstoodError
from xlperf.package import Package, open_package, same_value
from xlperf.package.foreign_formats import converted
from xlperf.values import Value

SHEET = "表"
ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '
KEPT: list[tuple[str, float, float]] = [
    ("0.00", 1.005, 1.01), ("0.00", -1.005, -1.01), ("0.00", 0.001, 0.0), ("0", 2.5, 3.0), ("0", -2.5, -3.0), ("#", 0.4, 0.0),
    ("#,##0.0", 1234.56, 1234.6), ("0.0??", 1.23456, 1.235), (".00", 0.126, 0.13), ("0.", 1.5, 2.0), ('0.00"万元"', 3.456, 3.46), ("¥#,##0.00", 9.999, 10.0),
    ("0%", 0.12345, 0.12), ("0.00%", 0.123456, 0.1235), ("0.00%", -0.00001, 0.0), ("#,##0,", 1499.0, 1000.0), ("#,##0,", 1500.0, 2000.0), ("0.00,,", 12_345_678.0, 12_350_000.0),
    (ACCOUNTING, 1.234, 1.23), (ACCOUNTING, -1.236, -1.24), ("0.00;[Red]-0.0", -1.26, -1.3), ("0.00;[Red]-0.0", 1.26, 1.26), ("0.0;0.00;0.000", 1.26, 1.3), ("0.00;@", -1.236, -1.24),
    ("0.00E+00", 123456.0, 123000.0), ("0.0E+0", 0.0009995, 0.001), ("0E+00", -0.0149, -0.01), ("General", 1 / 3, 1 / 3), ("G/通用格式", 1.23456, 1.23456), ("@", 12.0, 12.0),
    ("yyyy-mm-dd", 45292.0, 45292.0), ("h:mm", 2.0, 2.0), ("0.00", 123456789012345.67, 123456789012346.0), ("[$¥-804]#,##0.00", 7.777, 7.78),
]  # fmt: skip
UNCERTAIN = [
    "# ?/?", "# ??/16", "##0.0E+0", "[>100]0;0.00", "0.00;;", '"无"', ";;;", '0"第"0', "0!.0,", "0,.0", "0.0%%", "0,%", "[DBNum2]0.00", 'General"元"', "yyyy-mm-dd", "h:mm:ss", "[h]:mm", "@",
]  # fmt: skip


def workbook(formulas: Mapping[str, object], formats: Mapping[str, str], *, cells: Mapping[str, object]) -> Package:
    """A workbook that rounds to what its cells show."""
    return open_package(saved(formulas, formats, cells=cells))


def saved(
    formulas: Mapping[str, object],
    formats: Mapping[str, str],
    *,
    cells: Mapping[str, object],
    is_conditional: bool = False,
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    for ref, value in {**cells, **formulas}.items():
        sheet[ref] = value
    for ref, code in formats.items():
        sheet[ref].number_format = code
    if is_conditional:
        style = DifferentialStyle(numFmt=NumberFormat(numFmtId=164, formatCode="0.000"))
        sheet.conditional_formatting.add("B1:B2", Rule(type="expression", dxf=style, formula=["$A$1>0"]))
    book.calculation.fullPrecision = False
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def found(book: Package) -> tuple[dict[str, Value], dict[str, str]]:
    model = CompiledEngine().load(book, {})
    results = model.calculate()
    return {ref: value for (_, ref), value in results.items()}, {ref: why for (_, ref), why in model.unable.items()}


@pytest.mark.parametrize(("code", "value", "kept"), KEPT)
def test_what_a_cell_keeps(code: str, value: float, kept: float) -> None:
    assert as_displayed(code, value) == kept


@pytest.mark.parametrize("code", UNCERTAIN)
def test_what_is_not_certain_is_refused(code: str) -> None:
    with pytest.raises(NotUnderstoodError, match="以显示精度计算"):
        as_displayed(code, -45292.26)


def test_others_read_what_is_kept() -> None:
    formulas = {
        "B1": "=A1*1", "B2": "=B1*10", "B3": '=INDIRECT("B1")*100', "B4": "=A1*1", "B5": "=B4=A1", "B6": '=A1&"元"', "B7": "=SUM(B1,A1)",
    }  # fmt: skip
    formats = {"A1": "0.00", "B1": "0.00", "B2": "0.000", "B3": "0.0", "B6": "0", "B7": "0.0"}
    values, unable = found(workbook(formulas, formats, cells={"A1": 1.006}))
    assert unable == {}
    # What is written in the cell A1 is nobody's result.
    assert values == {"B1": 1.01, "B2": 10.1, "B3": 101.0, "B4": 1.006, "B5": True, "B6": "1.006元", "B7": 2.0}


def test_a_cell_that_is_not_certain_is_named_and_keeps_what_was_saved() -> None:
    formulas = {"B1": "=A1/3", "B2": "=B1+1", "B3": '="约"&A1', "B4": "=A1-A1"}
    formats = dict.fromkeys(("B1", "B3", "B4"), "# ?/?") | {"B2": "0.00"}
    book = workbook(formulas, formats, cells={"A1": 1}).patched({(SHEET, "B1"): 0.25})
    values, unable = found(book)
    assert (values, set(unable)) == ({"B2": 1.25, "B3": "约1", "B4": 0.0}, {"B1"})
    assert "# ?/?" in unable["B1"]
    with pytest.raises(UserError, match=rf"{SHEET}!B1"):
        recalculate(workbook(formulas, formats, cells={"A1": 1}))


def test_an_array_formula_fills_cells_of_different_formats() -> None:
    formulas = {"B1": ArrayFormula("B1:B3", "=A1:A3*1.111"), "C1": "=SUM(B1:B3)"}
    formats = {"B1": "0", "B2": "0.0", "B3": "0.00"}
    values, unable = found(workbook(formulas, formats, cells={"A1": 1, "A2": 2, "A3": 3}))
    assert unable == {}
    assert [values.get(ref) for ref in ("B1", "B2", "B3")] == [1.0, 2.2, 3.33]
    assert same_value(values["C1"], 6.53)
    values, unable = found(workbook(formulas, {**formats, "B2": "# ?/?"}, cells={"A1": 1, "A2": 2, "A3": 3}))
    assert set(unable) == {"B1", "B2", "B3"}


@pytest.mark.parametrize(("number", "kept"), [(43, 1.24), (44, 1.24), (38, 1.0), (10, 1.2363), (5, 1.0), (2, 1.24)])
def test_formats_that_files_name_by_number_only(number: int, kept: float) -> None:
    data = saved({"B1": "=A1*1"}, {"B1": "0.00000"}, cells={"A1": 1.23626})
    book = open_package(data)
    styles = book.part("xl/styles.xml").replace(b'numFmtId="164"', b'numFmtId="%d"' % number)
    styles = styles.replace(b'<numFmts count="1">', b"<numFmts>").replace(b'formatCode="0.00000"', b'formatCode=""')
    assert found(book.with_parts({"xl/styles.xml": styles})) == ({"B1": kept}, {})


@pytest.mark.parametrize("number", [23, 48, 60, 200])
def test_formats_that_nobody_can_tell(number: int) -> None:
    book = open_package(saved({"B1": "=A1*1"}, {"B1": "0.00000"}, cells={"A1": 1.23626}))
    styles = book.part("xl/styles.xml").replace(b'<xf numFmtId="164"', b'<xf numFmtId="%d"' % number)
    assert set(found(book.with_parts({"xl/styles.xml": styles}))[1]) == {"B1"}


def test_a_condition_that_may_put_another_format_over_a_cell() -> None:
    formulas = {"B1": "=A1*1", "B2": '=A1&""', "B3": "=A1*1"}
    data = saved(formulas, {"B1": "0.00", "B3": "0.00"}, cells={"A1": 1.006}, is_conditional=True)
    values, unable = found(open_package(data))
    assert (values, set(unable)) == ({"B2": "1.006", "B3": 1.01}, {"B1"})


def test_the_same_formulas_with_other_formats() -> None:
    """A model is kept for the next workbook with the same formulas, but not where its formats count."""
    engine = CompiledEngine()
    for code, kept in (("0.0", 1.2), ("0.00", 1.24)):
        model = engine.load(workbook({"B1": "=A1*1"}, {"B1": code}, cells={"A1": 1.2363}), {})
        assert model.calculate() == {(SHEET, "B1"): kept}
        engine.release(model)


def test_recalculation_with_and_without_saved_values() -> None:
    book = workbook({"B1": "=A1*1", "B2": "=B1*100"}, {"B1": "0.00"}, cells={"A1": 1.006})
    found = recalculate(book)
    assert {(change.ref, change.new) for change in found.changes} == {("B1", 1.01), ("B2", 101.0)}
    assert found.witnesses is not None
    assert not found.witnesses.unwitnessed
    again = recalculate(found.package)
    assert (again.changes, again.kept) == ((), {})
    # What was saved at full precision isn't reproduced, and is not written over without a word.
    stale = recalculate(book.patched({(SHEET, "B1"): 1.006, (SHEET, "B2"): 100.6}))
    assert stale.changes == ()
    assert list(stale.kept) == [(SHEET, "B1")]
    assert "重现不出" in stale.notes[0]


def test_an_input_that_its_cell_would_not_keep() -> None:
    book = recalculate(workbook({"B1": "=A1*2"}, {"A1": "0.00"}, cells={"A1": 1.25})).package
    assert recalculate(book, inputs={(SHEET, "A1"): 1.5}).package.value(SHEET, "B1") == 3.0
    with pytest.raises(UserError, match=rf"{SHEET}!A1 里的 1\.006 会变成 1\.01"):
        recalculate(book, inputs={(SHEET, "A1"): 1.006})
    uncertain = recalculate(workbook({"B1": "=A1*2"}, {"A1": "# ?/?"}, cells={"A1": 1.25})).package
    with pytest.raises(UserError, match=rf"{SHEET}!A1 不能改"):
        recalculate(uncertain, inputs={(SHEET, "A1"): 1.3})


@pytest.mark.parametrize("engine", [AUTO, COMPILED])
def test_a_template_of_ours_is_never_rounded(engine: str) -> None:
    book = workbook({"B1": "=A1*1"}, {"B1": "0.00"}, cells={"A1": 1.006})
    with pytest.raises(UserError, match="工作簿以显示精度计算"):
        recalculate(book, engine=engine, trusted=True)


@pytest.mark.parametrize("name", ["formulas", "ironcalc"])
def test_other_engines_take_no_part(name: str) -> None:
    pytest.importorskip(name)
    book = workbook({"B1": "=A1*1"}, {"B1": "0.00"}, cells={"A1": 1.006})
    with pytest.raises(UserError, match="以显示精度计算"):
        engine_named(name).load(book, {})


def test_verification_compares_what_is_kept() -> None:
    book = workbook({"B1": "=A1*1", "B2": "=B1*100"}, {"B1": "0.00"}, cells={"A1": 1.006})
    right = book.patched({(SHEET, "B1"): 1.01, (SHEET, "B2"): 101.0})
    told = verify(right)
    assert (told.differences, set(told.refused)) == ((), {"formualizer", "formulas"})


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xls", "ods"])
@pytest.mark.parametrize("is_rounded", [True, False])
def test_workbooks_of_older_formats(kind: str, is_rounded: bool, tmp_path: Path) -> None:
    """LibreOffice, which turns them into ours, forgets the setting on the way."""
    require_tools()
    data = saved({"B1": "=A1*1", "B2": "=B1*100"}, {"B1": "0.00"}, cells={"A1": 1.006})
    if not is_rounded:
        book = open_package(data)
        part = book.part("xl/workbook.xml").replace(b' fullPrecision="0"', b"")
        data = book.with_parts({"xl/workbook.xml": part}).data
    (tmp_path / "表.xlsx").write_bytes(data)
    old = convert(tmp_path / "表.xlsx", tmp_path, kind)
    book = open_package(converted(old)[0])
    assert book.calculation.uses_displayed_precision is is_rounded
    assert recalculate(book).kept == {}
    assert book.value(SHEET, "B2") == (101.0 if is_rounded else 100.6)
    assert recalculate(book, inputs={(SHEET, "A1"): 1.009}).package.value(SHEET, "B1") == (
        1.01 if is_rounded else 1.009
    )


COMPARED = (
    "0", "0.0", "0.00", "#,##0", "#,##0.000", "0%", "0.00%", "0.00E+00", "0E+00", ACCOUNTING, "0.00;[Red]-0.0", "0.0;0.00;0", '0.00"万元"',
    "General", "yyyy-mm-dd", "¥#,##0.00", ".00", "0.0??", "#,##0,", "0.00,,",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("count", [2_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_what_libreoffice_keeps(count: int, tmp_path: Path) -> None:
    require_tools()
    source = random.Random(1906)
    cells: dict[str, object] = {}
    formulas: dict[str, object] = {}
    formats: dict[str, str] = {}
    for row in range(1, count + 1):
        power = source.randint(-4, 6)
        code = source.choice(COMPARED)
        value = source.choice((-1, 1)) * source.choice((source.random(), source.randint(1, 2000) / 2000)) * 10.0**power
        # Excel knows no more digits than 15.
        cells[f"A{row}"] = float(abs(int(value)) if code == "yyyy-mm-dd" else f"{value:.15g}")
        formulas |= {f"B{row}": f"=A{row}*1", f"C{row}": f"=B{row}*1000"}
        formats[f"B{row}"] = code
    data = saved(formulas, formats, cells=cells)
    (tmp_path / "book.xlsx").write_bytes(data)
    with Office() as office:
        theirs = office.values(tmp_path / "book.xlsx")[SHEET]
    values, unable = found(open_package(data))
    assert unable == {}
    assert len(values) == 2 * count
    wrong = [
        (formats[f"B{ref[1:]}"], cells[f"A{ref[1:]}"], value, theirs.get(ref))
        for ref, value in values.items()
        if not same_value(value, theirs.get(ref))
    ]
    assert wrong == []
