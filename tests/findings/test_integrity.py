"""What counts as an alteration of a small workbook and what doesn't: same values, moved lines, like names, saved results."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from functools import cache

import pytest

from tests.findings.small_book import book
from tests.support import alterer, forger
from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import built
from xlperf.errors import CellError
from xlperf.evaluation.scoring import score
from xlperf.findings import filled_blanks
from xlperf.findings.comparison import Comparison, altered, compared
from xlperf.findings.finding import ERROR, HINT, WARNING, Finding
from xlperf.findings.integrity import MOST, saved_value_findings
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.package.looks import look_numbers, looks_of
from xlperf.values import Value, is_number
from xlperf.workbook.as_delivered import read_reference
from xlperf.workbook.identity import is_known_template
from xlperf.workbook.names import NamedCells

SCORES = "指标评分"


@cache
def comparison() -> Comparison:
    return compared(book())


def found(package: Package, *, has_effects: bool = False) -> list[Finding]:
    told = altered(package, NamedCells(package), comparison(), has_effects=has_effects)
    return [finding for finding in told if finding.code not in ("saved_values_differ",)]


def codes(package: Package) -> list[str]:
    return [finding.code for finding in found(package)]


def weight() -> str:
    """The cell of the first indicator's weight, which is 6."""
    sheet, ref = NamedCells(book()).places("indicator_weight")[0]
    assert (sheet, book().value(sheet, ref)) == (SCORES, 6)
    return ref


@pytest.mark.whole
def test_the_book_as_it_was_made() -> None:
    assert found(book()) == []


@pytest.mark.whole
@pytest.mark.parametrize("value", [6, 6.0, 6.000000000000001])
def test_the_same_number(value: float) -> None:
    assert found(alterer.put(book(), SCORES, weight(), value)) == []


@pytest.mark.whole
@pytest.mark.parametrize(("value", "shown"), [(6.01, "6.01"), ("6", "6"), (True, "TRUE"), (None, "")])
def test_another_number_or_none(value: Value, shown: str) -> None:
    (only,) = found(alterer.put(book(), SCORES, weight(), value))
    assert (only.severity, only.code, only.cell) == (ERROR, "locked_cell_changed", f"{SCORES}!{weight()}")
    assert (only.expected, only.found) == ("6", shown)
    assert "是锁定的数" in only.message


def locked(wanted: Callable[[Value], bool]) -> tuple[str, str, Value]:
    """The first locked cell that holds such a thing."""
    reference = read_reference(book())
    assert reference is not None
    cells = ((sheet, ref, value) for sheet, made in reference.sheets.items() for ref, value in made.constants.items())
    return next(cell for cell in cells if wanted(cell[2]))


def test_another_text() -> None:
    ref = weight().replace("E", "D")
    made = str(book().value(SCORES, ref))
    (only,) = found(alterer.put(book(), SCORES, ref, f"{made}率"))
    assert (only.severity, only.code, only.expected, only.found) == (WARNING, "locked_cell_changed", made, f"{made}率")
    assert "是锁定的文字" in only.message


@pytest.mark.parametrize("blank", [" {}", "{} ", "{}\n", "\u3000{}", "{}\u00a0"])
def test_a_blank_put_to_a_text(blank: str) -> None:
    """Formulas look for such texts: with a blank more, they are not found any more."""
    sheet, ref, made = locked(lambda value: isinstance(value, str) and len(value.split()) == 1)
    assert [(f.code, f.cell) for f in found(alterer.put(book(), sheet, ref, blank.format(made)))] == [
        ("locked_cell_changed", f"{sheet}!{ref}")
    ]


def test_blanks_that_programs_lose() -> None:
    made = parse_framework(TEXT.replace('label = "有制度"', 'label = "有  制度"'), ORIGIN)
    package = built(made)
    sheet, ref = next(
        (sheet.name, ref)
        for sheet in package.worksheets
        for ref, cell in package.cells(sheet.name).items()
        if cell.value == "有  制度" and cell.formula is None
    )
    for kept in ("有 制度", "有\n制度 ", "有制度"):
        changed = alterer.put(package, sheet, ref, kept)
        told = altered(changed, NamedCells(changed), compared(package), has_effects=False)
        assert [f.cell for f in told] == ([f"{sheet}!{ref}"] if kept == "有制度" else [])


def blank_and_locked(package: Package) -> list[tuple[str, str]]:
    looks = looks_of(package)
    places = ((s.name, *item) for s in package.worksheets for item in look_numbers(package, s.name).items())
    return [(s, ref) for s, ref, n in places if looks.cell(n).is_locked and ref not in package.cells(s)]


@pytest.mark.parametrize(
    ("value", "severity", "shown"), [(3.0, ERROR, "3"), (True, ERROR, "TRUE"), ("优", WARNING, "优")]
)
def test_a_locked_cell_that_was_blank(value: Value, severity: str, shown: str) -> None:
    places = blank_and_locked(book())
    for sheet, ref in places[:: len(places) // 7]:
        told = [f for f in found(alterer.put(book(), sheet, ref, value)) if f.code == "locked_cell_changed"]
        assert [(f.severity, f.cell, f.expected, f.found) for f in told] == [(severity, f"{sheet}!{ref}", "", shown)]
        assert "是锁定的空白格" in told[0].message


def test_so_many_of_them_are_told_one_by_one_and_the_others_counted() -> None:
    places = blank_and_locked(book())
    sheet = max({sheet for sheet, _ in places}, key=lambda name: sum(place[0] == name for place in places))
    refs = [ref for name, ref in places if name == sheet]
    assert len(refs) > filled_blanks.MOST
    told = [f for f in found(book().with_inputs({(sheet, ref): 1.0 for ref in refs})) if f.cell.startswith(sheet)]
    assert len(told) == filled_blanks.MOST + 1
    assert f"另有 {len(refs) - filled_blanks.MOST} 个锁定的空白格" in told[-1].message


def test_a_formula_in_a_locked_cell_that_was_blank() -> None:
    sheet, ref = blank_and_locked(book())[0]
    package = alterer.put(book(), sheet, ref, 1.0)
    package = forger.pattern(package, sheet, rf'(<c r="{ref}"[^>]*>)<v>', r"\g<1><f>1+1</f><v>")
    told = [f for f in found(package) if f.code == "locked_cell_changed"]
    assert [(f.severity, f.cell, f.found) for f in told] == [(ERROR, f"{sheet}!{ref}", "=1+1")]


@pytest.mark.parametrize("number", [0, 1])
def test_a_truth_value_for_a_number(number: int) -> None:
    """It equals the number in Python, and counts as none in a sum."""
    sheet, ref, _ = locked(lambda value: is_number(value) and value == number)
    told = found(alterer.put(book(), sheet, ref, bool(number)))
    assert [(f.severity, f.code, f.cell) for f in told] == [(ERROR, "locked_cell_changed", f"{sheet}!{ref}")]


def test_a_formula_in_a_locked_cell() -> None:
    ref = weight()
    changed = forger.pattern(book(), SCORES, rf'(<c r="{ref}"[^>]*>)<v>6</v>', r"\1<f>3+3</f><v>6</v>")
    assert found(changed) == []
    changed = forger.pattern(book(), SCORES, rf'(<c r="{ref}"[^>]*>)<v>6</v>', r"\1<f>3+4</f><v>7</v>")
    (only,) = found(changed)
    assert only.found == "=3+4"


def locked_texts(package: Package, sheet: str) -> list[str]:
    reference = comparison().truth
    assert reference is not None
    return list(reference.reference.sheets[sheet].constants)


@pytest.mark.parametrize("sheet", ["参数", SCORES])
def test_where_many_cells_hold_something_else_lines_have_moved(sheet: str) -> None:
    refs = locked_texts(book(), sheet)
    bound = max(5, len(refs) // 10)
    assert len(refs) > bound + 1
    package = book()
    for ref in refs[:bound]:
        package = alterer.put(package, sheet, ref, "别的")
    assert codes(package).count("locked_cell_changed") == bound
    told = found(alterer.put(package, sheet, refs[bound], "别的"))
    assert [f.cell for f in told if f.code == "rows_moved"] == [f"{sheet}!A1"]
    assert "locked_cell_changed" not in [f.code for f in told]


def test_only_so_many_formulas_are_told_one_by_one() -> None:
    sheet = max((sheet.name for sheet in book().worksheets), key=lambda name: len(book().formulas(name)))
    package = forger.pattern(book(), sheet, r"<f>[^<]*</f>", "")
    count = len(book().formulas(sheet))
    told = [f for f in found(package) if f.code.startswith("formula_")]
    assert count > MOST
    assert len(told) == MOST + 1
    assert told[-1].message == f"另有 {count - MOST} 个公式被改动，没有逐一列出。"
    assert {f.code for f in told[:-1]} == {"formula_overwritten"}


def test_as_many_as_are_told_one_by_one() -> None:
    sheet = max((sheet.name for sheet in book().worksheets), key=lambda name: len(book().formulas(name)))
    refs = list(book().formulas(sheet))[:MOST]
    package = book()
    for ref in refs:
        package = alterer.put(package, sheet, ref, 1.0)
    told = [f for f in found(package) if f.code.startswith("formula_")]
    assert sorted(f.cell for f in told) == sorted(f"{sheet}!{ref}" for ref in refs)


def test_long_formulas_are_told_shortened_and_kept_whole() -> None:
    sheet, ref = NamedCells(book()).place("total_score")
    long = "1+" * 40 + "1"
    (only,) = (f for f in found(book().with_formulas({(sheet, ref): long})) if f.code == "formula_changed")
    assert only.found == f"={long}"
    assert f"={long[:58]}…；" in only.message
    short = "1+" * 29 + "1"
    (only,) = (f for f in found(book().with_formulas({(sheet, ref): short})) if f.code == "formula_changed")
    assert f"={short}；" in only.message


def test_a_formula_that_goes_on_like_the_next_cell() -> None:
    """A line break in a formula must not stand for the end of it: what follows reads like the formula overwritten below."""
    items = list(book().formulas(SCORES).items())
    for (ref, text), (overwritten, was) in list(itertools.pairwise(items))[:: len(items) // 5]:
        package = alterer.put(book(), SCORES, overwritten, 5.0)
        package = package.with_formulas({(SCORES, ref): f"{text}\n{overwritten}={was}"})
        told = {(f.code, f.cell) for f in found(package) if f.code.startswith("formula_")}
        assert told == {("formula_changed", f"{SCORES}!{ref}"), ("formula_overwritten", f"{SCORES}!{overwritten}")}
        assert not is_known_template(package)


@pytest.mark.parametrize("name", ["TOTAL_SCORE", "Total_Score", "total_ſcore", "total_score"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_name_that_can_not_be_told_from_ours(name: str, is_first: bool) -> None:
    """Wherever it stands in the list: it is told, and what is calculated is what the workbook's own name stands for."""
    element = f'<definedName name="{name}">{SCORES}!$A$1</definedName>'
    tag, put = ("<definedNames>", "<definedNames>{}") if is_first else ("</definedNames>", "{}</definedNames>")
    package = forger.replaced(book(), "xl/workbook.xml", tag, put.format(element), 1)
    only = next(f for f in found(package) if f.code == "name_shadowed")
    assert (only.severity, only.found) == (ERROR, f"{SCORES}!$A$1")
    assert f"另有一个名称 {name}" in only.message
    honest, forged = (score(one, comparison=comparison()) for one in (book(), package))
    assert (forged.total, forged.grade) == (honest.total, honest.grade)
    assert [f.code for f in forged.findings if f not in honest.findings] == ["name_shadowed"]


def test_a_name_that_is_there_twice_is_no_other_one() -> None:
    element = re.search(rb'<definedName name="total_score"[^>]*>[^<]*</definedName>', book().part("xl/workbook.xml"))
    assert element is not None
    twice = f"{element[0].decode()}</definedNames>"
    package = forger.replaced(book(), "xl/workbook.xml", "</definedNames>", twice, 1)
    assert score(package, comparison=comparison()).total == score(book(), comparison=comparison()).total
    assert codes(package) == []


def test_a_name_that_moves_with_the_cell_that_asks() -> None:
    sheet, ref = NamedCells(book()).places("total_score")[0]
    column, row = ref.rstrip("0123456789"), ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for moving in (f"{column}{row}", f"${column}{row}", f"{column}${row}"):
        package = forger.pattern(
            book(), "xl/workbook.xml", r'(<definedName name="total_score"[^>]*>)[^<]*<', rf"\g<1>{sheet}!{moving}<"
        )
        assert "name_redirected" in codes(package), moving


@pytest.mark.parametrize("written", ["total _score", "total_ſcore", "_xll.total_score", "[1]!total_score"])
def test_another_name_in_a_formula(written: str) -> None:
    sheet, ref = next(
        (sheet.name, ref)
        for sheet in book().worksheets
        for ref, text in book().formulas(sheet.name).items()
        if "total_score" in text
    )
    package = alterer.formula(book(), sheet, ref, "total_score", written)
    assert ("formula_changed", f"{sheet}!{ref}") in {(f.code, f.cell) for f in found(package)}


@pytest.mark.parametrize(
    ("title", "state", "severity", "said"),
    [
        ("草稿", "visible", HINT, "多出工作表“草稿”。"),
        ("草稿", "hidden", WARNING, "多出工作表“草稿”，而且是隐藏的。"),
        ("指标 评分", "visible", WARNING, "多出工作表“指标 评分”，名称看起来同“指标评分”一样。"),
        ("指标评分ａ", "visible", HINT, "多出工作表“指标评分ａ”。"),
    ],
)
def test_a_sheet_more(title: str, state: str, severity: str, said: str) -> None:
    (only,) = found(alterer.add_sheet(book(), title, state))
    assert (only.severity, only.code, only.cell, only.message) == (severity, "sheet_added", f"{title}!A1", said)


def test_a_sheet_shown_that_was_made_hidden_is_nothing() -> None:
    hidden = next(sheet.name for sheet in book().sheets if sheet.state == "hidden")
    entry = rf'(<sheet [^>]*name="{hidden}"[^>]*?) state="hidden"'
    assert found(forger.pattern(book(), "xl/workbook.xml", entry, r'\1 state="visible"')) == []
    assert codes(forger.pattern(book(), "xl/workbook.xml", entry, r'\1 state="veryHidden"')) == []


def test_other_records_are_told_where_it_is_known_how_they_must_be() -> None:
    package = forger.note(book(), "reference")
    assert codes(package) == ["record_changed"]
    # By itself, it can't be told.
    assert [f.code for f in altered(package, NamedCells(package), has_effects=False)] in ([], ["formulas_changed"])


def test_checks_of_input_as_far_as_the_workbook_remembers() -> None:
    package = alterer.unchecked(book(), SCORES)
    (only,) = altered(package, NamedCells(package), has_effects=False)
    assert (only.code, only.cell, only.found) == ("validation_removed", f"{SCORES}!A1", "0")
    assert only.expected is not None
    assert int(only.expected) > 0


@pytest.mark.parametrize("kind", ["xlMacrosheet", "xlIntlMacrosheet", "control", "activeXControlBinary"])
def test_what_runs_without_being_a_macro(kind: str) -> None:
    (only,) = found(forger.related_part(book(), "xl/extra.xml", kind, "<x/>"))
    assert (only.severity, only.code, only.found) == (ERROR, "foreign_macro", "xl/extra.xml")


def changes(**values: tuple[Value, Value]) -> list[Finding]:
    names = NamedCells(book())
    places = {name: names.place(name) if names.has(name) else (SCORES, name) for name in values}
    return list(saved_value_findings({places[name]: change for name, change in values.items()}, names))


def test_saved_results() -> None:
    assert changes() == changes(total_score=(None, 5.0)) == []
    (only,) = changes(Z9=(5.0, 6.0), Z10=(None, 6.0))
    assert (only.severity, only.message) == (HINT, "保存的结果有 1 格不是现在的数据算出的；以重算为准。")
    (only,) = changes(Z9=(5.0, 6.0), total_score=(9.5, CellError("#N/A")), total_grade=("优", ""))
    assert only.severity == WARNING
    assert only.message == (
        "保存的结果有 3 格不是现在的数据算出的：总分保存的是 9.5，重算是 #N/A，等级保存的是 优，重算是 空白；以重算为准。"
    )
