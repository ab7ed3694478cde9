"""Workbooks of others, cell by cell: what keeps its value, what is refused by name, who vouches for what is new."""

from __future__ import annotations

import importlib
import math
import sys

import pytest

from tests.engines.foreign_workbooks import SHEET, require_ironcalc, workbook
from xlperf.engines import recalculate
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.compiled.library.function_table import is_known
from xlperf.engines.foreign import UnwitnessedError
from xlperf.engines.recalculation import IRONCALC, engine_named
from xlperf.engines.records import Grade, Record, record
from xlperf.engines.verification import verify
from xlperf.errors import UserError
from xlperf.values import Value


def test_a_cell_that_cannot_be_calculated_keeps_its_value() -> None:
    package = workbook(
        {"A1": 2, "B1": "=A1*3", "C1": '=DISPIMG("ID_1",1)', "D1": "=LEN(C1)"}, {"B1": 6.0, "C1": "图", "D1": 1.0}
    )
    result = recalculate(package, functions={})
    assert result.data is package.data
    assert result.kept == {(SHEET, "C1"): "引擎不认识函数 DISPIMG"}
    assert any("表!C1" in note for note in result.notes)


def test_what_is_not_kept_is_calculated_beside_it() -> None:
    package = workbook({"A1": 2, "B1": "=A1*3", "C1": '=DISPIMG("ID_1",1)'}, {"C1": "图"})
    result = recalculate(package, functions={})
    assert {change.ref: change.new for change in result.changes} == {"B1": 6.0}
    assert str(result.witnesses) == "1 个公式没有保存的值：1 个由引擎的记录核对，0 个没有核对"


def test_an_input_that_meets_a_kept_cell_is_refused_by_name() -> None:
    cells = {"A1": 2, "A2": 5, "B1": "=NOSUCH(1)", "C1": "=A1+B1", "D1": "=A2*2"}
    package = workbook(cells, {"B1": 7.0, "C1": 9.0, "D1": 10.0})
    assert recalculate(package, inputs={(SHEET, "A2"): 6}, functions={}).package.value(SHEET, "D1") == 12.0
    with pytest.raises(UserError, match=r"表!C1 既随改动的 表!A1 变化.*NOSUCH：表!B1"):
        recalculate(package, inputs={(SHEET, "A1"): 3}, functions={})


def test_a_kept_cell_that_hangs_on_the_input_itself_is_refused() -> None:
    package = workbook({"A1": 2, "B1": "=NOSUCH(A1)"}, {"B1": 7.0})
    with pytest.raises(UserError, match="表!B1 既随改动的 表!A1 变化"):
        recalculate(package, inputs={(SHEET, "A1"): 3}, functions={})


def test_only_the_cell_that_is_wrong_is_named() -> None:
    cells = {"A1": 2, "B1": "=A1+1", "C1": "=B1*2", "D1": "=C1*2"}
    package = workbook(cells, {"B1": 3.0, "C1": 7.0, "D1": 14.0})
    result = recalculate(package, functions={})
    assert result.data is package.data
    assert set(result.kept) == {(SHEET, "C1")}
    assert "表!C1  文件中 7  重算 6" in result.notes[0]
    forced = recalculate(package, force=True, functions={}).package
    assert (forced.value(SHEET, "C1"), forced.value(SHEET, "D1")) == (6.0, 12.0)


def test_a_result_that_nobody_vouches_for_is_refused_and_by_force_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlperf.engines.witnesses.grade", lambda engine, variant: Grade.EMPTY)
    package = workbook({"A1": 2, "B1": "=A1*3", "C1": "=A1&1"})
    with pytest.raises(
        UnwitnessedError, match=r"2 个公式没有保存的值：2 个没有核对：表!B1（compiled 的 \*\(number,number\) 没有记录"
    ):
        recalculate(package, functions={})
    forced = recalculate(package, force=True, functions={})
    assert forced.package.value(SHEET, "B1") == 6.0
    assert forced.witnesses is not None
    assert set(forced.witnesses.unwitnessed) == {(SHEET, "B1"), (SHEET, "C1")}
    assert any("表!B1" in note for note in forced.notes)


@pytest.mark.parametrize(("right", "wrong", "is_accepted"), [(1, 0, True), (9, 0, True), (9, 1, False), (0, 0, False)])
def test_agreement_helps_a_thin_record_only(
    monkeypatch: pytest.MonkeyPatch, right: int, wrong: int, is_accepted: bool
) -> None:
    monkeypatch.setattr("xlperf.engines.witnesses.grade", lambda engine, variant: Record(right, wrong).grade)
    package = workbook({"A1": 2, "B1": "=A1*3"})
    if not is_accepted:
        with pytest.raises(UnwitnessedError):
            recalculate(package, functions={})
        return
    found = recalculate(package, functions={}).witnesses
    assert found is not None
    assert dict(found.by) == ({"compiled、formualizer 两个引擎": 1} if right == 1 else {"引擎的记录": 1})


def test_ironcalc_may_be_the_one_that_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """formualizer has no PERMUTATIONA; without IronCalc nobody vouches for that of compiled."""
    require_ironcalc()
    monkeypatch.setattr("xlperf.engines.witnesses.grade", lambda engine, variant: Grade.THIN)
    package = workbook({"A1": 3, "B1": "=_xlfn.PERMUTATIONA(A1,2)", "C1": "=A1*2"})
    found = recalculate(package, functions={}).witnesses
    assert found is not None
    assert dict(found.by) == {"compiled、ironcalc 两个引擎": 1, "compiled、formualizer 两个引擎": 1}
    monkeypatch.setitem(sys.modules, "xlperf.engines.ironcalc_engine", None)
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(package, functions={})
    assert list(refused.value.witnesses.unwitnessed) == [(SHEET, "B1")]


def test_ironcalc_agrees_with_the_inputs_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    require_ironcalc()
    monkeypatch.setattr("xlperf.engines.witnesses.grade", lambda engine, variant: Grade.THIN)
    package = workbook({"A1": 3, "B1": "=_xlfn.PERMUTATIONA(A1,2)"})
    found = recalculate(package, inputs={(SHEET, "A1"): 4}, functions={})
    assert found.package.value(SHEET, "B1") == 16.0
    assert found.witnesses is not None
    assert not found.witnesses.unwitnessed


def test_what_ironcalc_finds_otherwise_is_not_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    """BITOR is formualizer's alone; a format that IronCalc doesn't know it shows otherwise than compiled."""
    require_ironcalc()
    monkeypatch.setattr("xlperf.engines.witnesses.grade", lambda engine, variant: Grade.THIN)
    package = workbook({"A1": 1234.5, "B1": '=TEXT(A1,"[DBNum2]0.0")', "C1": "=_xlfn.BITOR(5,A1)"})
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(package, functions={})
    assert (SHEET, "B1") in refused.value.witnesses.unwitnessed


def test_what_fails_in_this_file_is_vouched_for_nowhere_in_it() -> None:
    cells = {"A1": 2, "A2": 3, "B1": "=A1*3", "B2": "=A2*3", "C1": "=A1+1"}
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(workbook(cells, {"B1": 7.0}), functions={})
    assert refused.value.witnesses.unwitnessed == {(SHEET, "B2"): "*(number,number) 重现不出本文件中保存的值"}


def test_what_hangs_on_a_cell_without_any_value_is_not_vouched_for() -> None:
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(workbook({"A1": "=NOSUCH(1)", "B1": "=A1+1", "C1": "=1+1"}), functions={})
    assert set(refused.value.witnesses.unwitnessed) == {(SHEET, "A1"), (SHEET, "B1")}


def test_what_hangs_on_a_changed_input_needs_a_witness_too() -> None:
    """A saved value that was reproduced says nothing of the next one, where the engine was wrong before."""
    cells = {"A1": 2, "A2": 5, "B1": "=_xlfn.CHISQ.DIST(A1,2,TRUE)", "B2": "=A2*2", "C1": "=ROUND(B1,2)&1"}
    package = workbook(cells, {"B1": 1 - math.exp(-1), "B2": 10.0, "C1": "0.631"})
    assert record("formualizer", "CHISQ.DIST(number,number,truth)").grade is Grade.BAD
    assert recalculate(package, functions={}).data is package.data
    assert recalculate(package, inputs={(SHEET, "A2"): 6}, functions={}).package.value(SHEET, "B2") == 12.0
    with pytest.raises(
        UnwitnessedError, match=r"2 个公式随改动变化：1 个由引擎的记录核对，1 个没有核对：表!B1（.*算错过"
    ):
        recalculate(package, inputs={(SHEET, "A1"): 4}, functions={})
    forced = recalculate(package, inputs={(SHEET, "A1"): 4}, functions={}, force=True)
    assert forced.package.value(SHEET, "C1") == "0.861"
    assert any("1 个没有核对：表!B1" in note for note in forced.notes)


@pytest.mark.parametrize(("others", "is_accepted"), [(0, False), (1, True)])
def test_cells_of_this_file_that_come_out_as_saved_are_a_record_of_their_own(
    monkeypatch: pytest.MonkeyPatch, others: int, is_accepted: bool
) -> None:
    """BITOR is in no record: one cell makes its own thin, and nobody else vouches for it here; two are enough."""
    monkeypatch.setitem(sys.modules, "xlperf.engines.ironcalc_engine", None)
    cells: dict[str, object] = {"A1": 4, "B1": "=_xlfn.BITOR(A1,2)", "B2": "=_xlfn.BITOR(A1,1)"}
    saved: dict[str, Value] = {"B1": 6.0, "B2": 5.0}
    chosen = {ref: value for ref, value in cells.items() if ref != "B2" or others}
    package = workbook(chosen, {ref: saved[ref] for ref in chosen if ref in saved})
    if is_accepted:
        assert recalculate(package, inputs={(SHEET, "A1"): 8}, functions={}).package.value(SHEET, "B1") == 10.0
    else:
        with pytest.raises(UnwitnessedError, match="随改动变化"):
            recalculate(package, inputs={(SHEET, "A1"): 8}, functions={})
    assert recalculate(package, functions={}).data is package.data


def test_new_results_are_judged_by_the_kinds_that_the_inputs_make() -> None:
    """BITOR of numbers comes out as saved; of a text nothing is known."""
    package = workbook({"A1": 4, "B1": "=_xlfn.BITOR(A1,2)", "B2": "=_xlfn.BITOR(A1,1)"}, {"B1": 6.0, "B2": 5.0})
    with pytest.raises(UnwitnessedError, match=r"BITOR\(numeral,number\)"):
        recalculate(package, inputs={(SHEET, "A1"): "8"}, functions={})


def test_a_stale_cell_elsewhere_takes_nothing_from_what_excel_is_known_to_do_alike() -> None:
    cells = {"A1": 2, "A2": 3, "B1": "=A1*3", "B2": "=A2*3"}
    package = workbook(cells, {"B1": 7.0, "B2": 9.0})
    result = recalculate(package, inputs={(SHEET, "A2"): 4}, functions={})
    assert (result.package.value(SHEET, "B2"), set(result.kept)) == (12.0, {(SHEET, "B1")})
    assert any("表!B1  文件中 7  重算 6" in note for note in result.notes)


def test_two_engines_take_turns() -> None:
    """BITOR is formualizer's, arithmetic compiled's: each counts on the other's results."""
    cells = {"A1": 4, "A2": 6, "B1": "=A1+2", "B2": "=_xlfn.BITOR(B1,A2*2)", "B3": "=B2+1", "B4": "=_xlfn.BITOR(B3,2)"}
    assert not is_known("BITOR")
    found = recalculate(workbook(cells), force=True, functions={}).package
    assert [found.value(SHEET, ref) for ref in ("B1", "B2", "B3", "B4")] == [6.0, 14.0, 15.0, 15.0]
    package = workbook(cells, {"B1": 6.0, "B2": 14.0, "B3": 15.0, "B4": 15.0})
    changed = recalculate(package, inputs={(SHEET, "A1"): 6}, functions={}).package
    assert [changed.value(SHEET, ref) for ref in ("B1", "B2", "B3", "B4")] == [8.0, 12.0, 13.0, 15.0]


def test_what_was_refused_once_stays_refused() -> None:
    """A second calculation, in which nothing that it reads has changed, does not make a result of it."""
    package = workbook({"A1": -5, "A2": 1, "B1": '=TEXT(A1,"[>3]0;0.0")', "C1": "=A2+1"})
    model = CompiledEngine().load(package, {})
    for _ in range(3):
        results = model.calculate()
        assert (SHEET, "B1") in model.unable
        assert (SHEET, "B1") not in results
        model.set(SHEET, "A2", 7)
    assert results[SHEET, "C1"] == 8.0


def test_generated_formulas_vouch_for_a_result() -> None:
    """No workbook that Excel saved has the variant, but the generated formulas do; what they have not is named."""
    assert record("compiled", "SYD(number,number,number,number)")[:2] == (0, 0)
    cells = {"A1": 30000, "B1": "=SYD(A1,7500,10,1)", "C1": "=_xlfn.BITOR(A1,1)"}
    with pytest.raises(UnwitnessedError) as refused:
        recalculate(workbook(cells), functions={})
    assert list(refused.value.witnesses.unwitnessed) == [(SHEET, "C1")]


def test_verify_says_who_vouches_where_nothing_is_saved() -> None:
    found = verify(workbook({"A1": 2, "B1": "=A1*3", "C1": "=B1+1"}, {"C1": 7.0}), ("compiled", "formualizer"))
    assert found.differences == ()
    assert found.cells == 2
    assert str(found.witnesses) == "1 个公式没有保存的值：1 个由引擎的记录核对，0 个没有核对"


def test_a_file_that_openpyxl_cannot_read_is_a_refusal() -> None:
    pytest.importorskip("formulas")
    package = workbook({"A1": 2, "B1": "=A1*3"}, {"B1": 6.0})
    styles = package.part("xl/styles.xml")
    at = styles.index(b"<fill>")
    odd = package.with_parts({"xl/styles.xml": styles[:at] + b"<fill/>" + styles[styles.index(b"</fill>") + 7 :]})
    with pytest.raises(UserError, match="读不懂或算不了"):
        recalculate(odd, engine="formulas", functions={})
    found = verify(odd)
    assert "formulas" in found.refused
    assert found.differences == ()


def test_ironcalc_says_nothing_past_the_streams(capfd: pytest.CaptureFixture[str]) -> None:
    """It prints a line for each formula without a value, which would stand in the midst of what a command prints."""
    require_ironcalc()
    model = engine_named(IRONCALC).load(workbook({"A1": 2, "B1": "=A1*3", "B2": "=B1&1"}), {})
    assert model.calculate() == {(SHEET, "B1"): 6.0, (SHEET, "B2"): "61"}
    assert capfd.readouterr() == ("", "")


def test_a_fault_inside_ironcalc_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """pyo3 hands on what panics as no Exception; any other such thing goes on its way."""
    require_ironcalc()
    module = importlib.import_module("xlperf.engines.ironcalc_engine")
    package = workbook({"A1": 2, "B1": "=A1*3"})
    for name, expected in (("PanicException", UserError), ("KeyboardInterrupt", KeyboardInterrupt)):
        fault = type(name, (BaseException if name == "PanicException" else KeyboardInterrupt,), {})

        def failing(*_: object, fault: type[BaseException] = fault) -> object:
            raise fault("里面坏了")

        monkeypatch.setattr(module.ironcalc, "load_from_xlsx", failing)
        with pytest.raises(expected):
            engine_named(IRONCALC).load(package, {}).calculate()
