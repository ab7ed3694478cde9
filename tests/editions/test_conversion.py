"""Conversion of a small workbook: what an alteration leaves behind, what comes back, what is refused with its cells."""

from __future__ import annotations

import pytest

from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import built, with_values
from xlperf.editions.conversion import Conversion, Edition, converted, formulas_as_made
from xlperf.editions.former_formulas import NOTE, all_formulas, former_formulas, our_formulas, remembered
from xlperf.editions.plain import is_ours
from xlperf.errors import UserError
from xlperf.evaluation.scoring import recalculated
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.workbook.identity import is_known_template, read_identity, with_notes

# The columns that calculate; those beside them only show a number or say why there is none.
RATE, SCORE, TOTAL = ("比率", "G4"), ("要点评分底稿", "L4"), ("汇总", "J7")
ORIGINAL = {
    RATE: "PERF_RATE(quota_used,quota_issued)",
    SCORE: "IF(EXACT(C4,N4),PERF_SCORE_TIERS(D4,spending_rate,tiers_1_1),NA())",
    TOTAL: "PERF_TOTAL(指标评分!$U$4:$U$5,10)",
}
ALTERED = {RATE: "1", SCORE: "PERF_SCORE_TIERS(D4,1,tiers_1_1)", TOTAL: "SUM(指标评分!$U$4:$U$5)+1"}


@pytest.fixture(scope="module")
def udf() -> Package:
    return with_values(built(parse_framework(TEXT, ORIGIN)), quota_used=9.0, quota_issued=10.0)


@pytest.fixture(scope="module")
def there(udf: Package) -> Conversion:
    return converted(udf, Edition.NATIVE)


@pytest.fixture(scope="module")
def native(there: Conversion) -> Package:
    return there.package


@pytest.fixture(scope="module")
def altered(udf: Package) -> Package:
    """With formulas that are constants, calls and plain formulas in place of those it was made with."""
    return recalculated(udf.with_formulas(ALTERED), force=True).package


def test_there_and_back(udf: Package, there: Conversion, native: Package) -> None:
    assert {place: udf.formulas(place[0])[place[1]] for place in ORIGINAL} == ORIGINAL
    assert not any(is_ours(text) for text in all_formulas(native).values())
    assert there.count == sum(map(is_ours, all_formulas(udf).values()))
    assert there.notes == ("宏已去掉，普通公式版不需要宏",)
    back = converted(native, Edition.UDF)
    assert (back.count, back.notes) == (there.count, ())
    assert all_formulas(back.package) == all_formulas(udf)
    recalculated_udf = recalculated(udf, {}).package
    assert [p for p in udf.parts if back.package.part(p) != recalculated_udf.part(p)] == []
    assert all(is_known_template(package) for package in (native, back.package))
    assert (read_identity(native).edition, read_identity(back.package).edition) == ("native", "udf")
    assert (native.has_macros, back.package.has_macros) == (False, True)


def test_each_knows_what_it_was_made_with(udf: Package, native: Package) -> None:
    assert former_formulas(udf) == former_formulas(native) == our_formulas(udf)
    assert formulas_as_made(udf, ORIGINAL) == ORIGINAL
    assert formulas_as_made(native, ORIGINAL) == {place: all_formulas(native)[place] for place in ORIGINAL}
    assert formulas_as_made(native, ()) == {}


def test_what_was_altered_stays_known_as_altered(altered: Package, udf: Package, native: Package) -> None:
    """Conversion washes nothing away: the next edition knows what stood there, and takes nothing back by itself."""
    there = converted(altered, Edition.NATIVE).package
    assert not is_known_template(there)
    assert former_formulas(there) == our_formulas(udf)
    assert formulas_as_made(there, ORIGINAL) == formulas_as_made(native, ORIGINAL)
    assert [there.formulas(sheet)[ref] for sheet, ref in (RATE, TOTAL)] == [ALTERED[RATE], ALTERED[TOTAL]]
    back = converted(there, Edition.UDF)
    assert not is_known_template(back.package)
    assert former_formulas(back.package) == our_formulas(udf)
    found = {place: back.package.formulas(place[0])[place[1]] for place in ALTERED}
    # The plain form of a call that was typed in belongs to the user as any other formula does.
    assert found == {**ALTERED, SCORE: there.formulas(SCORE[0])[SCORE[1]]}
    (note,) = back.notes
    assert all(f"{sheet}!{ref}" in note for sheet, ref in ALTERED)
    assert back.count == sum(map(is_ours, all_formulas(udf).values())) - len(ALTERED)


def test_a_workbook_that_says_nothing_of_former_formulas(native: Package) -> None:
    """One that was made before they were kept: what it holds is what it was made with, and there is no way back."""
    with pytest.raises(UserError, match="没有原公式的记录"):
        converted(with_notes(native, {NOTE: ""}), Edition.UDF)
    assert former_formulas(with_notes(native, {NOTE: ""})) == {}


def test_the_same_edition_again(udf: Package) -> None:
    with pytest.raises(UserError, match="已经是 udf 版"):
        converted(udf, Edition.UDF)


def test_array_formulas_have_no_plain_form(udf: Package) -> None:
    part = udf.sheet("比率").part
    old, new = (b"<f>PERF_RATE(quota_used,quota_issued)</f>", b'<f t="array" ref="G4">PERF_RATE(quota_used,1)</f>')
    assert udf.part(part).count(old) == 1
    array = udf.with_parts({part: udf.part(part).replace(old, new)})
    with pytest.raises(UserError, match="比率!G4：数组公式不能转换"):
        converted(array, Edition.NATIVE)


def test_cells_without_a_plain_form_are_listed_the_first_five_of_each_reason(udf: Package) -> None:
    places = [place for place, text in all_formulas(udf).items() if is_ours(text) and place[0] == "项目支出明细"][:7]
    strange = udf.with_formulas({**dict.fromkeys(places, "PERF_NOTHING(1)"), RATE: "PERF_RATE(D4:D9,1)"})
    with pytest.raises(UserError, match="没有写出任何内容") as refusal:
        converted(strange, Edition.NATIVE)
    _, *lines = str(refusal.value).splitlines()
    listed = "、".join(f"{sheet}!{ref}" for sheet, ref in places[:5])
    assert len(lines) == 2
    assert lines[0].startswith(f"  {listed} 等 7 个：")
    assert lines[1].startswith("  比率!G4：")


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        ("xl/workbook.xml", b"</definedNames>", b'<definedName name="mine">PERF_RATE(1,2)</definedName></definedNames>',
         "名称 mine 里用了 PERF_ 函数"),
        ("比率", b"</sheetData>", b'</sheetData><conditionalFormatting sqref="A1"><cfRule type="expression" priority="1">'
         b"<formula>PERF_RATE(1,2)</formula></cfRule></conditionalFormatting>", "工作表 比率 的条件格式或数据验证"),
    ],
)  # fmt: skip
def test_calls_outside_of_cells_are_refused(udf: Package, part: str, old: bytes, new: bytes, said: str) -> None:
    name = part if "/" in part else udf.sheet(part).part
    assert udf.part(name).count(old) == 1
    with pytest.raises(UserError, match=said):
        converted(udf.with_parts({name: udf.part(name).replace(old, new)}), Edition.NATIVE)


def test_the_note_keeps_a_pattern_once_for_all_its_cells() -> None:
    formulas = {("表", f"C{row}"): f"PERF_RATE(A{row},$B$1)" for row in range(1, 6)} | {
        ("别", "C9"): "PERF_RATE(A9,$B$1)"
    }
    plain = {place: text.replace("PERF_RATE", "DIV") for place, text in formulas.items()}
    assert remembered(formulas, plain).count("PERF_RATE") == 1
    assert '"表!C1 C2 C3 C4 C5","别!C9"' in remembered(formulas, plain)
    # Alike as they stand, but made of different plain formulas.
    plain["表", "C3"] = "ELSE(A3)"
    assert remembered(formulas, plain).count("PERF_RATE") == 2
