"""试算: what people write there is theirs; nothing of ours hangs on it, and conversion copes with it."""

from __future__ import annotations

import re

import pytest

from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import built, with_values
from xlperf.editions.conversion import Edition, converted
from xlperf.editions.copies import copied
from xlperf.editions.former_formulas import all_formulas
from xlperf.editions.plain import is_ours
from xlperf.evaluation.scoring import check, recalculated, score
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.package.sheet_rules import rules_around
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import FREE_SHEET, is_known_template, read_identity
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy
from xlperf.workbook.sheets.trial import examples

SHOWN = {"执行率": 0.9, "变动率": -0.1, "按比例得分": 4.5, "分档得分": 4.0, "每处扣分": 4.0, "合计": 12.5, "等级": "良"}


@pytest.fixture(scope="module")
def udf() -> Package:
    return recalculated(with_values(built(parse_framework(TEXT, ORIGIN)), quota_used=9.0, quota_issued=10.0)).package


@pytest.fixture(scope="module")
def native(udf: Package) -> Package:
    return converted(udf, Edition.NATIVE).package


def written(package: Package, cells: str) -> Package:
    """The workbook after somebody wrote on the free sheet: cells as Excel saves them, from a row below the examples on."""
    part = package.sheet(FREE_SHEET).part
    content = package.part(part)
    assert content.count(b"</sheetData>") == 1
    rows = cells if cells.startswith("<row") else f'<row r="40">{cells}'
    ending = f"{rows}</row></sheetData>".encode()
    content = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:Z60"', content)
    return package.with_parts({part: content.replace(b"</sheetData>", ending)})


CALL = '<c r="A40"><f>PERF_RATE(3,4)</f><v>0.75</v></c>'
WRITTEN = {
    "a call": CALL,
    "a call without a plain form": '<c r="A40"><f>PERF_SCORE_TIERS(2,1,B40)</f><v>0</v></c>',
    "a function of ours that isn't there": '<c r="A40" t="e"><f>PERF_NOTHING(1)</f><v>#NAME?</v></c>',
    "a function that no engine knows": '<c r="A40"><f>SOMETHING(1)</f><v>7</v></c><c r="B40"><f>A40+1</f><v>8</v></c>',
    "a circle": '<c r="A40"><f>B40</f><v>0</v></c><c r="B40"><f>A40</f><v>0</v></c>',
    "an array formula": '<c r="A40"><f t="array" ref="A40:A42">PERF_RATE({1;2;3},2)</f><v>0.5</v></c>',
    "figures of ours": '<c r="A40"><f>total_score*2</f><v>0</v></c>',
    "numbers and texts": '<c r="A40"><v>5</v></c><c r="B40" t="str"><v>草稿</v></c>',
}


def test_it_is_free_and_its_examples_are_right(udf: Package) -> None:
    labels = dict(zip(examples(), SHOWN, strict=True))
    assert {labels[ref]: udf.value(FREE_SHEET, ref) for ref in examples()} == SHOWN
    assert udf.formulas(FREE_SHEET) == examples()
    assert rules_around(udf.reading(FREE_SHEET).xml).forbidden is None
    assert all(udf.value(FREE_SHEET, ref.replace("B", "C")) == f"={text}" for ref, text in examples().items())
    assert [sheet.name for sheet in udf.sheets if sheet.state == "visible"][-1] == FREE_SHEET


def test_it_is_no_input(udf: Package) -> None:
    known = catalogue(NamedCells(udf), read_identity(udf).framework.framework)
    assert FREE_SHEET not in {item.sheet for item in known.values()}


@pytest.mark.parametrize("cells", WRITTEN.values(), ids=WRITTEN)
def test_what_is_written_there_changes_nothing_else(udf: Package, cells: str) -> None:
    package = written(udf, cells)
    assert is_known_template(package)
    result = recalculated(package)
    assert {change.sheet for change in result.changes} <= {FREE_SHEET}
    assert result.seen.saved_results.items() >= udf.saved_results.items()


def test_findings_and_scores_are_the_same(udf: Package) -> None:
    package = written(udf, WRITTEN["figures of ours"].replace("<v>0", "<v>1"))
    assert check(package) == check(udf)
    assert score(package).to_json() == score(udf).to_json()


def test_conversion_copes_with_what_is_written_there(udf: Package) -> None:
    every = "".join(cells.replace("40", str(row)) for row, cells in enumerate(WRITTEN.values(), 40))
    rows = re.sub(r'(<c r="A([0-9]+)")', r'</row><row r="\2">\1', every).removeprefix("</row>")
    package = written(udf, rows)
    assert package.formulas(FREE_SHEET).keys() > examples().keys()
    there = converted(package, Edition.NATIVE)
    calls = {ref for ref, text in there.package.formulas(FREE_SHEET).items() if is_ours(text)}
    # An array formula stays as it is, and a call that has no plain form becomes its own text.
    assert calls == {"A45"}
    assert there.package.value(FREE_SHEET, "A41") == "=PERF_SCORE_TIERS(2,1,B41)"
    assert there.package.value(FREE_SHEET, "A43") == 7.0
    told = [note for note in there.notes if FREE_SHEET in note]
    assert [note for note in told if "A41、A42" in note]
    assert [note for note in told if "A45" in note]
    back = all_formulas(converted(there.package, Edition.UDF).package)
    assert {place: text for place, text in back.items() if place in all_formulas(udf)} == all_formulas(udf)
    assert is_known_template(there.package)


def test_hidden_where_the_functions_are_not(udf: Package, native: Package) -> None:
    def state(package: Package) -> str:
        return next(sheet.state for sheet in package.sheets if sheet.name == FREE_SHEET)

    assert (state(udf), state(native)) == ("visible", "hidden")
    assert state(converted(native, Edition.UDF).package) == "visible"
    assert {ref: native.value(FREE_SHEET, ref) for ref in examples()} == {
        ref: udf.value(FREE_SHEET, ref) for ref in examples()
    }
    # Whoever wants it in the plain edition, too, may show it; and whoever has no use for it may take it away.
    shown = native.part("xl/workbook.xml").replace(b' state="hidden"', b"")
    assert {finding.code for finding in check(native.with_parts({"xl/workbook.xml": shown}))} == {
        finding.code for finding in check(native)
    }


def test_another_copy_has_a_new_one_and_says_so(udf: Package) -> None:
    result = copied(written(udf, CALL), Copy.EVALUATOR)
    assert result.package.formulas(FREE_SHEET) == examples()
    assert any(FREE_SHEET in note for note in result.notes)
    assert not any(FREE_SHEET in note for note in copied(udf, Copy.EVALUATOR).notes)
