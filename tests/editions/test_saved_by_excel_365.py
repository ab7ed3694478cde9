"""Workbooks in the shape in which Excel 365 saves them: formulas that were typed anew are dynamic arrays of one cell."""

from __future__ import annotations

import io
import re
from functools import partial

import pytest
from openpyxl import Workbook

from tests.support.excel365 import METADATA, THREAD, THREADED, as_excel_365
from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import built, with_values
from xlperf.editions.conversion import Edition, converted
from xlperf.editions.former_formulas import all_formulas
from xlperf.editions.plain import is_ours
from xlperf.editions.vba.parts import edited
from xlperf.engines import recalculate
from xlperf.engines.changes import differences
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.compiled.plan import forget
from xlperf.engines.recalculation import compiled_engine, registered_functions
from xlperf.engines.verification import verify
from xlperf.errors import UserError
from xlperf.evaluation.filled import Filled
from xlperf.evaluation.scoring import check, recalculated, score
from xlperf.explain.targets import explain, find_target
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package, open_package
from xlperf.package.user_folder import FOLDER_VARIABLE
from xlperf.workbook.identity import is_known_template, read_identity

RESAVED_COUNT = 40
OTHER = {Edition.UDF: Edition.NATIVE, Edition.NATIVE: Edition.UDF}


def resaved(package: Package) -> Package:
    """With every n-th formula of each sheet typed anew."""
    chosen = []
    for sheet in package.worksheets:
        refs = list(package.formulas(sheet.name))
        chosen += [(sheet.part, ref) for ref in refs[:: max(len(refs) // 4, 1)]]
    return open_package(as_excel_365(package.data, chosen))


@pytest.fixture(scope="module", params=[Edition.UDF, Edition.NATIVE], ids=str)
def before(request: pytest.FixtureRequest) -> Package:
    made = built(parse_framework(TEXT, ORIGIN), edition=request.param)
    return recalculated(with_values(made, quota_used=9.0, quota_issued=10.0), {}).package


@pytest.fixture(scope="module")
def after(before: Package) -> Package:
    return resaved(before)


def dynamic_cells(package: Package) -> list[tuple[str, str]]:
    return [
        (sheet.name, ref)
        for sheet in package.worksheets
        for ref, cell in package.cells(sheet.name).items()
        if cell.formula and cell.formula.is_single_dynamic
    ]


def test_the_shape_is_that_of_the_specification(after: Package) -> None:
    assert len(dynamic_cells(after)) >= RESAVED_COUNT
    for sheet in after.worksheets:
        head = after.part(sheet.part)[:1500].decode(errors="replace")
        assert re.search(r'<sheetPr codeName="Sheet\d+"', head)
        assert "xr:uid=" in head
    assert after.part("xl/metadata.xml").decode() == METADATA


def test_conversations_stay(after: Package) -> None:
    assert after.part(THREAD).decode() == THREADED
    assert THREAD in converted(after, OTHER[Edition(read_identity(after).edition)]).package.parts


def test_variables_of_let_and_lambda() -> None:
    """Stored as _xlpm.x; the result is reproduced, and moves with what it hangs on."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["B1"] = 3, "=_xlfn.LET(_xlpm.x,A1,_xlpm.x*2)"
    stream = io.BytesIO()
    book.save(stream)
    typed = open_package(as_excel_365(stream.getvalue(), [("xl/worksheets/sheet1.xml", "B1")]))
    saved = typed.patched({("Sheet", "B1"): 6.0})
    assert recalculate(saved).changes == ()
    (change,) = recalculate(saved, inputs={("Sheet", "A1"): 5.0}).changes
    assert (change.ref, change.new) == ("B1", 10.0)


def test_recalculation_changes_no_byte(after: Package) -> None:
    result = recalculate(after)
    assert (result.changes, result.notes) == ((), ())
    assert result.data == after.data


def test_the_compiled_engine_does_all_of_it(after: Package) -> None:
    assert not compiled_engine().load(after, registered_functions()).unable


def test_it_needs_nothing_that_was_learnt_from_the_template(after: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first workbook on a machine may be one of these."""
    monkeypatch.setenv(FOLDER_VARIABLE, "off")
    forget()
    model = CompiledEngine().load(after, registered_functions())
    assert model.unable == {}
    assert differences(after.saved_results, model.calculate()) == []


def test_score_and_findings_are_the_same(before: Package, after: Package) -> None:
    assert is_known_template(after)
    assert score(after) == score(before)
    assert check(after) == check(before)
    assert not [finding for finding in check(after) if finding.code.startswith("formula_")]


def test_a_changed_input_arrives(before: Package, after: Package) -> None:
    changed = score(with_values(before, quota_used=5.0))
    assert score(with_values(after, quota_used=5.0)) == changed
    assert changed.indicators != score(before).indicators


def test_explanations_are_the_same(before: Package, after: Package) -> None:
    def explained(package: Package) -> object:
        filled = Filled(package)
        return explain(filled, find_target(filled, "总分")).to_json()

    assert explained(after) == explained(before)


def test_verification_finds_no_difference(after: Package) -> None:
    found = verify(after, ("compiled", "formualizer"))
    assert (found.refused, found.unexplained) == ({}, ())


@pytest.mark.slow
def test_conversion_takes_them_as_ordinary_formulas(before: Package, after: Package) -> None:
    other = Edition.NATIVE if any(is_ours(text) for text in all_formulas(before).values()) else Edition.UDF
    found, wanted = converted(after, other), converted(before, other)
    assert found.count == wanted.count
    assert all_formulas(found.package) == all_formulas(wanted.package)
    assert score(found.package) == score(wanted.package)
    rewritten = {place for place, text in all_formulas(after).items() if all_formulas(found.package)[place] != text}
    assert rewritten
    assert not rewritten & set(dynamic_cells(found.package))


def test_an_array_formula_that_a_person_entered_is_still_named(before: Package) -> None:
    """Ctrl+Shift+Enter: no mark of a dynamic array."""
    place = next(place for place, text in all_formulas(before).items() if is_ours(text) or "SUM(" in text)
    typed = as_excel_365(before.data, [(before.sheet(place[0]).part, place[1])])
    entered = open_package(edited(typed, {before.sheet(place[0]).part: lambda text: text.replace(' cm="1"', "")}))
    assert not [found for found in check(open_package(typed)) if found.cell == "!".join(place)]
    assert [found for found in check(entered) if found.cell == "!".join(place)]
    with pytest.raises(UserError, match="数组公式"):
        entered.with_formulas({place: "1"})


def test_a_formula_that_may_spill_is_not_taken_for_an_ordinary_one() -> None:
    """=A1:A3*2 is typed as one formula and fills three cells; named where the file holds one of them, whatever it says."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["B1"] = 1, "=A1:A3*2"
    stream = io.BytesIO()
    book.save(stream)
    part = "xl/worksheets/sheet1.xml"
    typed = as_excel_365(stream.getvalue(), [(part, "B1")])
    for shown in ("B1", "B1:B3"):
        spread = edited(typed, {part: partial(re.sub, 'ref="B1"', f'ref="{shown}"')})
        package = open_package(spread)
        model = compiled_engine().load(package, registered_functions())
        assert model.calculate() == {}
        assert list(model.unable) == [("Sheet", "B1")]
        assert ("展开" if shown == "B1" else "没有全部写出") in model.unable["Sheet", "B1"]
        if shown != "B1":
            with pytest.raises(UserError, match="Sheet!B1 是数组公式"):
                package.with_formulas({("Sheet", "B1"): "1"})
