"""The native edition: what the translator writes and refuses, and the way there and back without losing a byte."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.ci_size import EXAMPLES, some
from xlperf.editions.conversion import Edition, converted
from xlperf.editions.former_formulas import NOTE
from xlperf.editions.plain import Translator, is_ours
from xlperf.editions.references import References
from xlperf.editions.vba.parts import has_vba, without_vba
from xlperf.errors import UserError
from xlperf.evaluation.scoring import recalculated, score
from xlperf.functions.plain.operands import NoPlainFormError, Operand, Shape, is_atom
from xlperf.package import Package, open_package
from xlperf.package.edit.cached_values import same_value
from xlperf.registry import worksheet_functions
from xlperf.values import Value
from xlperf.workbook.identity import FREE_SHEET, IDENTITY, is_known_template, read_identity, read_note
from xlperf.workbook.locations import example_names, workbooks_folder

pytestmark = pytest.mark.slow

EXAMPLE = workbooks_folder() / "examples" / "renhua-2021.xlsm"


@pytest.fixture(scope="module")
def udf() -> Package:
    return open_package(EXAMPLE)


@pytest.fixture(scope="module")
def native() -> Package:
    return open_package(EXAMPLE.with_suffix(".xlsx"))


@pytest.fixture(scope="module")
def translator(udf: Package) -> Translator:
    return Translator(References(udf))


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        ("SUM(A1,2)", "SUM(A1,2)"),
        ("PERF_RATE(A1,B1)", 'IF(ISNUMBER(A1),IF(ISNUMBER(B1),A1/B1,IF(B1="",NA(),#VALUE!)),IF(A1="",NA(),#VALUE!))'),
        ("PERF_RATE(209.26,213.7)", "209.26/213.7"),
        ("PERF_RATE(1,2)-perf_rate(3,4)", "(1/2)-(3/4)"),
        ('PERF_SCORE_RATIO(2,"12")', "#VALUE!"),
        ("PERF_SCORE_RATIO(2,NA())", "NA()"),
        ('PERF_SCORE_PASS(2,PERF_MEETS(3,"≥",2))', "IF(3>=2,ROUND(2,2),0)"),
        ("PERF_RATE(1)", "#VALUE!"),
        ('IF(A1="PERF_RATE(1,2)",1,0)', 'IF(A1="PERF_RATE(1,2)",1,0)'),
        ('PERF_SCORE_TIERS(2,A1*2,"≥80%:2; 否则:0")', "ROUND(MAX(0,MIN(IF(ROUND(A1*2,10)>=0.8,2,0),2)),2)"),
    ],
)
def test_plain_formula(translator: Translator, formula: str, plain: str) -> None:
    assert translator.plain(formula, "汇总", 1) == plain


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("PERF_NOTHING(1)", ["PERF_NOTHING"]),
        ("PERF_RATE(A1:A3,2)", ["numerator", "A1:A3"]),
        ("PERF_RATE(A1:A3*2,2)", ["A1:A3"]),
        ("PERF_SCORE_TIERS(2,A1,B1)", ["B1", "文字"]),
        ("PERF_TOTAL(OFFSET(A1,0,0,3,1))", ["OFFSET"]),
        ("PERF_SCORE_TIERS(2,1,A1:C2000)", ["A1:C2000", "太大"]),
        ("PERF_RATE(" * 40 + "A1" + ",A2)" * 40, ["字符", "8192"]),
    ],
)
def test_refused(translator: Translator, formula: str, words: Sequence[str]) -> None:
    with pytest.raises(NoPlainFormError) as refusal:
        translator.plain(formula, "汇总", 1)
    assert all(word in str(refusal.value) for word in words), refusal.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [("A1", True), ("参数!$C$4", True), ("SUM(A1,(2))", True), ("(1)+(2)", False), ("A1*2", False), ("-2", False)],
)
def test_atoms(text: str, expected: bool) -> None:
    assert is_atom(text) is expected
    assert Operand(text, Shape.ANY).atom == (text if expected else f"({text})")


def test_every_function_has_a_plain_form() -> None:
    assert all(callable(spec.native) for spec in worksheet_functions().values())


def assert_alike(converted: Package, made: Package) -> None:
    """The same but for saved results that are equal to 15 digits: a conversion keeps those of the other edition."""
    assert converted.parts == made.parts
    assert converted.all_formulas == made.all_formulas
    kept, own = converted.saved_results, made.saved_results
    assert [place for place, value in kept.items() if not same_value(value, own[place])] == []
    others = {place[0] for place, value in kept.items() if repr(value) != repr(own[place])}
    allowed = {converted.sheet(name).part for name in others}
    assert {part for part in made.parts if converted.part(part) != made.part(part)} == allowed


@pytest.mark.parametrize("name", some(example_names(), EXAMPLES))
def test_there_and_back(name: str) -> None:
    udf = open_package(workbooks_folder() / "examples" / f"{name}.xlsm")
    there = converted(udf, Edition.NATIVE).package
    assert_alike(there, open_package(workbooks_folder() / "examples" / f"{name}.xlsx"))
    assert not any(is_ours(text) for sheet in there.worksheets for text in there.formulas(sheet.name).values())
    back = converted(there, Edition.UDF).package
    assert back.all_formulas == udf.all_formulas
    changed = [part for part in udf.parts if back.part(part) != udf.part(part)]
    assert changed == []
    assert is_known_template(there)
    assert is_known_template(back)
    assert not there.has_macros
    assert back.has_macros
    assert score(there).indicators == score(udf).indicators == score(back).indicators


def test_only_formulas_and_the_stamp_change(udf: Package, native: Package) -> None:
    plain = open_package(without_vba(udf.data))
    assert native.parts == plain.parts
    stamp = {"docProps/custom.xml", udf.sheet(IDENTITY).part}
    sheets = {s.part: s.name for s in udf.worksheets}
    # The free sheet is shown where the functions are.
    shown = plain.part("xl/workbook.xml").decode()
    hidden = re.sub(rf'(name="{FREE_SHEET}"[^>]* state=")visible"', r'\1hidden"', shown)
    assert native.part("xl/workbook.xml").decode() == hidden != shown
    for part in plain.parts:
        if native.part(part) != plain.part(part) and part not in stamp | {"xl/workbook.xml"}:
            name = sheets[part]
            assert {r: c.value for r, c in native.cells(name).items()} == {
                r: c.value for r, c in udf.cells(name).items()
            }
            assert any(is_ours(text) for text in udf.formulas(name).values())
    assert (read_identity(native).edition, read_identity(udf).edition) == ("native", "udf")
    assert '"edition":"native"' in native.properties["xlperf"]


def test_a_filled_workbook(udf: Package, native: Package) -> None:
    filling: dict[tuple[str, str], Value] = {
        ("指标评分", "K9"): 4.0,
        ("指标评分", "O9"): "县里统一调配",
        ("要点评分底稿", "F4"): "不符合",
    }
    filled, expected = recalculated(native, filling).package, recalculated(udf, filling).package
    there = converted(expected, Edition.NATIVE).package
    assert {part: there.part(part) for part in there.parts} == {part: filled.part(part) for part in filled.parts}
    assert score(filled).to_json()["indicators"] == score(expected).to_json()["indicators"]


def test_formulas_of_the_user(native: Package) -> None:
    """A copy of one of ours comes back as a call, the user's own stays, and one that was changed is named."""
    formula = native.formulas("比率")["G4"]
    changed = native.with_formulas({("比率", "G5"): formula, ("比率", "G7"): "1+1", ("比率", "G8"): "SUM(1,2)"})
    assert not is_known_template(changed)
    result = converted(recalculated(changed, force=True).package, Edition.UDF)
    back = result.package.formulas("比率")
    assert (back["G4"], back["G5"]) == ("PERF_RATE(projects_with_goals,projects_total)",) * 2
    assert (back["G7"], back["G8"]) == ("1+1", "SUM(1,2)")
    assert "比率!G7" in result.notes[0]
    assert not is_known_template(result.package)


def test_refusals_name_the_cell(udf: Package, native: Package) -> None:
    strange = udf.with_formulas({("比率", "B4"): "PERF_RATE(D4:D9,1)", ("比率", "B5"): "PERF_NOTHING(1)"})
    with pytest.raises(UserError) as refusal:
        converted(strange, Edition.NATIVE)
    assert all(word in str(refusal.value) for word in ("比率!B4", "D4:D9", "比率!B5", "PERF_NOTHING"))
    with pytest.raises(UserError, match="已经是 native 版"):
        converted(native, Edition.NATIVE)
    with pytest.raises(UserError, match="不是由 xlperf 生成"):
        converted(open_package(_foreign()), Edition.NATIVE)


def _foreign() -> bytes:
    import io

    import openpyxl

    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


def test_a_changed_workbook_is_not_made_known(udf: Package) -> None:
    """Conversion does not wash away that a formula was tampered with."""
    tampered = udf.with_formulas({("指标评分", "M4"): "2"})
    tampered = recalculated(tampered, force=True).package
    assert not is_known_template(tampered)
    assert not is_known_template(converted(tampered, Edition.NATIVE).package)


def test_the_note_is_small(native: Package) -> None:
    note = read_note(native, NOTE)
    assert len(json.loads(note)) < 1300
    assert len(note) < 500_000


def test_shared_formulas_are_written_out(tmp_path: Path) -> None:
    part = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">PERF_RATE(B1,C1)</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="3"><c r="A3" s="1"><f t="shared" si="0"/><v>3</v></c></row></sheetData></worksheet>'
    )
    package = open_package(_foreign())
    package = package.with_parts({"xl/worksheets/sheet1.xml": part.encode()})
    changed = package.with_formulas({("Sheet", "A1"): "B1/C1"})
    assert changed.formulas("Sheet") == {"A1": "B1/C1", "A2": "PERF_RATE(B2,C2)", "A3": "PERF_RATE(B3,C3)"}
    assert [changed.value("Sheet", f"A{n}") for n in (1, 2, 3)] == [1.0, 2.0, 3.0]
    assert b'<c r="A3" s="1"><f>PERF_RATE(B3,C3)</f><v>3</v></c>' in changed.part("xl/worksheets/sheet1.xml")
    with pytest.raises(UserError, match="B1 不是公式"):
        package.with_formulas({("Sheet", "B1"): "1"})


def test_macros_are_taken_out_and_put_back(udf: Package, native: Package) -> None:
    assert has_vba(udf.data)
    assert not has_vba(native.data)
    assert b"vbaProject" not in native.part("xl/_rels/workbook.xml.rels") + native.part("[Content_Types].xml")
    back = converted(native, Edition.UDF).package
    assert back.part("xl/vbaProject.bin") == udf.part("xl/vbaProject.bin")
    assert {part: back.part(part) for part in back.parts if part not in changed_by_stamp(udf)} == {
        part: udf.part(part) for part in udf.parts if part not in changed_by_stamp(udf)
    }


def changed_by_stamp(package: Package) -> set[str]:
    """The sheet of the stamp: rows of a note that is gone stay there, empty."""
    return {package.sheet(IDENTITY).part}
