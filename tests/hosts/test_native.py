"""The native edition in LibreOffice: every case, every cell of the examples, generated fillings, and a person at work."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.case_workbook import FORMULA_COLUMN, ROWS
from tests.support.ci_size import DRAWN, some
from tests.support.fillings import Filling, Fillings
from tests.support.ledger_framework import COUNTED, PASSED, lines, single_points
from tests.support.libreoffice import require_tools
from tests.support.office import Office, Sheets, agree
from tests.support.plain_cases import plain_cases, plain_workbook
from tests.support.workbooks import built, places
from xlperf.editions.conversion import Edition, converted
from xlperf.engines import recalculate
from xlperf.evaluation.result import Evaluation, IndicatorResult
from xlperf.evaluation.scoring import recalculated, score
from xlperf.formula.addresses import reference
from xlperf.formula.functions import EXCEL_2010
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.identity import is_known_template, read_identity
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets import ledger, parameters, surveys
from xlperf.workbook.sheets.points import LEFT_OPEN

pytestmark = pytest.mark.slow

# LibreOffice has no truth values of its own: TRUE in a cell is the number 1 with a format.
TRUTH_IS_A_NUMBER_THERE = {
    "rate: truth value",
    "progress: a truth value is not skipped",
    "tiers: truth value for points",
    "satisfaction: truth value",
    "total: a truth value is not skipped",
}
# Fillings in CI: more where most indicators have rules.
WITH_RULES = {"renhua-2021", "yanjin-2022"}
ROUNDS = {name: 5 if name in WITH_RULES else 2 for name in example_names()}
ERRORS = {"#N/A", "#VALUE!", "#DIV/0!"}


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """One LibreOffice for all tests."""
    require_tools()
    with Office() as running:
        yield running


@pytest.fixture(params=some(example_names(), DRAWN))
def native(request: pytest.FixtureRequest) -> Path:
    """An example in the native edition."""
    return workbooks_folder() / "examples" / f"{request.param}.xlsx"


def without_caches(source: Path, target: Path) -> Path:
    """A copy in which no formula has a saved value."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            new.writestr(name, content)
    return target


def test_every_case_as_a_plain_formula(office: Office, tmp_path: Path) -> None:
    found, _ = plain_cases()
    (tmp_path / "cases.xlsx").write_bytes(plain_workbook())
    theirs = office.values(tmp_path / "cases.xlsx")
    wrong = {
        case.name
        for name, pairs in found.items()
        for number, (case, _) in enumerate(pairs)
        if not agree(case.expected, theirs[name].get(reference(1 + number * ROWS, FORMULA_COLUMN)))
    }
    assert wrong == TRUTH_IS_A_NUMBER_THERE


def different(package: Package, theirs: Sheets) -> dict[str, tuple[Value, Value]]:
    """The formula cells whose values differ."""
    return {
        f"{sheet.name}!{ref}": (package.value(sheet.name, ref), theirs[sheet.name].get(ref))
        for sheet in package.worksheets
        for ref in package.formulas(sheet.name)
        if not agree(package.value(sheet.name, ref), theirs[sheet.name].get(ref))
    }


def test_examples_from_stripped_caches(office: Office, native: Path, tmp_path: Path) -> None:
    package = open_package(native)
    theirs = office.values(without_caches(native, tmp_path / "copy.xlsx"))
    assert sum(len(package.formulas(sheet.name)) for sheet in package.worksheets) > 1_800
    assert different(package, theirs) == {}


def typed(filling: Mapping[tuple[str, str], Value]) -> list[dict[str, Any]]:
    """The filling as a person types it."""
    return [{"do": "type", "sheet": sheet, "at": ref, "value": value} for (sheet, ref), value in filling.items()]


def surely_whole_or_not(filling: Mapping[tuple[str, str], Value]) -> Filling:
    """The filling without counts that are whole but for a billionth: LibreOffice takes a sum of them for whole."""
    title = surveys.SHEET.title
    return {p: round(v, 9) if p[0] == title and isinstance(v, float) else v for p, v in filling.items()}


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(dict.fromkeys(example_names(), 200), marks=pytest.mark.soak)])
def test_generated_fillings(office: Office, native: Path, rounds: dict[str, int]) -> None:
    """LibreOffice and our engine on plain formulas, and our engine on those with functions of ours."""
    package, udf = open_package(native), open_package(native.with_suffix(".xlsm"))
    fillings = Fillings(package, 20211231)
    # A locked cell takes text, but is not emptied.
    office.values(native, [{"do": "unprotect", "sheet": parameters.SHEET.title, "at": "A1"}])
    before: Filling = {}
    outcomes: set[str] = set()
    for number in range(rounds[native.stem]):
        filling = surely_whole_or_not(fillings.next())
        restored = {place: package.value(*place) for place in before}
        theirs = office.values(actions=typed({**restored, **filling}))
        before = filling
        ours = recalculate(package, inputs=filling, trusted=True).package
        assert different(ours, theirs) == {}, number
        called = recalculate(udf, inputs=filling, trusted=True).package
        same = {
            (sheet.name, ref): (called.value(sheet.name, ref), ours.value(sheet.name, ref))
            for sheet in ours.worksheets
            for ref in ours.formulas(sheet.name)
            if not agree(called.value(sheet.name, ref), ours.value(sheet.name, ref))
        }
        assert same == {}, number
        outcomes |= {str(ours.value(sheet.name, ref)) for sheet in ours.worksheets for ref in ours.formulas(sheet.name)}
    # Some come up in many rounds only.
    assert (ERRORS if native.stem in WITH_RULES and rounds is not ROUNDS else {"#VALUE!"}) <= outcomes
    assert len(outcomes) > 100


def test_a_person_at_work(office: Office, tmp_path: Path) -> None:
    """Types values, pastes a table, sorts the ledger and saves: ours scores it the same and knows it again."""
    source = workbooks_folder() / "examples" / "renhua-2021.xlsx"
    original = open_package(source)
    filling: Filling = {("指标评分", "K9"): 4.0, ("指标评分", "O9"): "县里统一调配", ("要点评分底稿", "F4"): "不符合"}
    pasted = [["乡村振兴调研", "县委常委会", "是"], ["数据共享", "县政府常务会", "否"]]
    actions = [
        *typed(filling),
        {"do": "paste", "sheet": "重点工作", "at": "B8:D9", "rows": pasted},
        {"do": "sort", "sheet": ledger.SHEET.title, "at": "C4:O12", "column": 1, "ascending": False},
    ]
    theirs = office.values(source, actions, tmp_path / "saved.xlsx")
    saved = open_package(tmp_path / "saved.xlsx")
    filling |= {("重点工作", f"{c}{r}"): v for r, row in enumerate(pasted, 8) for c, v in zip("BCD", row, strict=True)}
    facts = [str(original.value(ledger.SHEET.title, f"D{row}")) for row in range(4, 13)]
    sorted_facts = [str(theirs[ledger.SHEET.title][f"D{row}"]) for row in range(4, 13)]
    assert sorted(sorted_facts) == sorted(facts) != sorted_facts != facts
    assert is_known_template(saved)
    assert read_identity(saved).edition == "native"
    assert read_identity(saved).framework_hash == read_identity(original).framework_hash
    expected, found = score(recalculated(original, filling).package), score(saved)
    assert (found.total, found.grade) == (expected.total, expected.grade)
    # The numbers of the lines are printed: a sorted fact stands under another one.
    assert unnumbered(found) == unnumbered(expected)
    back = converted(saved, Edition.UDF)
    assert back.notes == ()
    assert unnumbered(score(back.package)) == unnumbered(expected)


def test_findings_that_follow_from_the_ledger(office: Office, tmp_path: Path) -> None:
    """Lines that a person types score points that nobody was asked for; what is typed at the point counts before them."""
    package = built(single_points(), edition=Edition.NATIVE)
    (tmp_path / "blank.xlsx").write_bytes(package.data)
    office.values(tmp_path / "blank.xlsx")
    followed = NamedCells(package)
    outcomes = []
    for more in ({}, {"problem_points__2": 0.5}, {"problem_points__2": None, "finding__2__1": 1}):
        filling = places(package, **lines(COUNTED, COUNTED, PASSED), **more)
        theirs, ours = office.values(actions=typed(filling)), recalculated(package, filling).package
        assert different(ours, theirs) == {}
        outcomes.append([theirs[sheet].get(ref) for sheet, ref in followed.places("point_origin")[1:3]])
    assert outcomes == [["台账：2 处", "台账：不符合"], [LEFT_OPEN, "台账：不符合"], [None, "台账：不符合"]]


def unnumbered(result: Evaluation) -> list[IndicatorResult]:
    return [replace(indicator, problems=("W",) * len(indicator.problems)) for indicator in result.indicators]


def test_only_functions_of_excel_2010(native: Path) -> None:
    package = open_package(native)
    used = {
        name
        for sheet in package.worksheets
        for text in package.formulas(sheet.name).values()
        for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", re.sub(r'"[^"]*"', "", text))
    }
    assert len(used) > 20
    assert used - EXCEL_2010 == set()
    assert not package.has_macros
    assert "_xlfn" not in "".join(
        text for sheet in package.worksheets for text in package.formulas(sheet.name).values()
    )
