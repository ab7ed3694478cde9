"""The marks of a small workbook: which changes keep them from coming up, and which are only another way to have them."""

from __future__ import annotations

import pytest

from tests.findings.small_book import book
from tests.support import forger
from xlperf.findings.finding import HINT, WARNING, Finding
from xlperf.findings.marks import mark_findings
from xlperf.package import Package

SCORES = "指标评分"
# The status column of the two indicators, and where their points are typed.
STATUS, TYPED = "N4:N5", "J4:L5"


def found(package: Package) -> list[Finding]:
    return list(mark_findings(package, book()))


def replaced(old: str, new: str) -> Package:
    return forger.replaced(book(), SCORES, old, new)


def rule(area: str, rest: str, dxf: str = "") -> Package:
    """One more conditional format; ours come behind it."""
    behind = forger.pattern(book(), SCORES, r'(<cfRule dxfId="\d+" priority=")', r"\g<1>1")
    return forger.conditional(behind, SCORES, area, dxf=dxf, rule="" if dxf else f"<cfRule {rest}</cfRule>")


def fill(colour: str) -> str:
    return f'<fill><patternFill><bgColor rgb="FF{colour}"/></patternFill></fill>'


def test_as_made() -> None:
    assert found(book()) == []
    assert f'sqref="{STATUS}"'.encode() in book().part(book().sheet(SCORES).part)


def test_one_cell_less() -> None:
    (only,) = found(replaced(f'<conditionalFormatting sqref="{STATUS}">', '<conditionalFormatting sqref="N4">'))
    assert (only.severity, only.code, only.cell, only.found) == (WARNING, "marks_removed", f"{SCORES}!N5", "N5")
    assert only.message == "工作表“指标评分”标出问题的条件格式被去掉、改动或挡住，N5有问题也不再标色。"


def test_what_is_pasted_into_inputs_takes_their_marks_away() -> None:
    (only,) = found(replaced(f'<conditionalFormatting sqref="{TYPED}">', '<conditionalFormatting sqref="J4:L4">'))
    assert (only.severity, only.cell, only.found) == (HINT, f"{SCORES}!J5", "J5 K5 L5")
    assert "J5 等 3 格" in only.message


def test_spread_over_more_cells_or_in_parts() -> None:
    assert found(replaced(f'<conditionalFormatting sqref="{STATUS}">', '<conditionalFormatting sqref="N4:N9">')) == []
    assert found(replaced(f'<conditionalFormatting sqref="{STATUS}">', '<conditionalFormatting sqref="N4 N5">')) == []
    whole = '<conditionalFormatting sqref="R4:R5">(<cfRule [^>]*>)<formula>.R4(.*?)</formula></cfRule></conditionalFormatting>'
    part = r'<conditionalFormatting sqref="{0}">\1<formula>$R{1}\2</formula></cfRule></conditionalFormatting>'
    parts = part.format("R4", "4") + part.format("R5", "5")
    assert found(forger.pattern(book(), SCORES, whole, parts)) == []
    # The same words in the second part ask about the row above.
    wrong = part.format("R4", "4") + part.format("R5", "4")
    assert [f.cell for f in found(forger.pattern(book(), SCORES, whole, wrong))] == [f"{SCORES}!R5"]


def test_truth_values_as_numbers() -> None:
    assert found(replaced('IF($P4="",FALSE,', 'IF($P4="",0,')) == []
    assert len(found(replaced('IF($P4="",FALSE,', 'IF($P4="",1,'))) == 1


@pytest.mark.parametrize(
    ("colour", "is_seen"), [("FFFF00", True), ("EBFFFF", True), ("FFFFEC", False), ("ECFFFF", False), ("FFFFFF", False)]
)
def test_another_colour(colour: str, is_seen: bool) -> None:
    changed = forger.pattern(
        book(), "xl/styles.xml", '<bgColor rgb="00(?:FDE2E0|FFEDC2)">', f'<bgColor rgb="00{colour}">'
    )
    assert (found(changed) == []) is is_seen


@pytest.mark.parametrize(
    ("rest", "is_stopped"),
    [
        ('type="expression" priority="1" stopIfTrue="1"><formula>TRUE</formula>', True),
        ('type="expression" priority="1" stopIfTrue="0"><formula>TRUE</formula>', False),
        ('type="expression" priority="1"><formula>TRUE</formula>', False),
        ('type="expression" priority="999" stopIfTrue="1"><formula>TRUE</formula>', False),
    ],
)
def test_one_that_stops_those_behind_it(rest: str, is_stopped: bool) -> None:
    assert [f.cell for f in found(rule("N5", rest))] == ([f"{SCORES}!N5"] if is_stopped else [])


@pytest.mark.parametrize(("colour", "is_masked"), [("FFFFFF", True), ("FAFAFA", True), ("FFC000", False)])
def test_one_that_paints_those_behind_it_over(colour: str, is_masked: bool) -> None:
    assert [f.cell for f in found(rule("N4:N5", "", fill(colour)))] == ([f"{SCORES}!N4"] if is_masked else [])
    assert found(rule("M4:M5", "", fill(colour))) == []


def test_marks_switched_off() -> None:
    for stated, count in (("0", 1), ("1", 0)):
        switch = f'<sheetPr enableFormatConditionsCalculation="{stated}"'
        assert len(found(forger.pattern(book(), SCORES, "<sheetPr(?=[ >])", switch))) == count
