"""`verify`: engines against each other and the saved values, differences by cell with the fault that explains them."""

from __future__ import annotations

import pytest

from tests.engines.single_sheets import workbook
from xlperf.editions.conversion import Edition
from xlperf.engines.recalculation import recalculate
from xlperf.engines.verification import SAVED, verify
from xlperf.errors import UserError
from xlperf.package import Package, open_package
from xlperf.workbook.locations import example_names, workbooks_folder

pytestmark = pytest.mark.slow

PAIR = ("compiled", "formualizer")


def saved(**cells: object) -> Package:
    return recalculate(workbook(cells), trusted=True, engine="compiled").package


def test_engines_that_agree() -> None:
    begun: list[str] = []
    result = verify(saved(A1=1, B1="=A1*2", C1='=B1&"分"'), PAIR, begun=begun.append)
    assert (result.cells, result.engines, result.differences) == (2, ("文件中", *PAIR), ())
    assert begun == [*PAIR]


def test_a_saved_value_that_no_engine_gets() -> None:
    package = saved(A1=1, B1="=A1*2").patched({("表", "B1"): 5.0})
    (difference,) = verify(package, PAIR).differences
    assert str(difference) == "表!B1  文件中 5  compiled 2  formualizer 2"


def test_a_known_fault_is_named() -> None:
    (difference,) = verify(saved(A1=0.1, B1="=A1+0.2=0.3"), PAIR).differences
    assert "compiled TRUE  formualizer FALSE（可能：formualizer 按二进制全部位数比较" in str(difference)


def test_rounding_of_formulas() -> None:
    pytest.importorskip("formulas")
    result = verify(saved(A1=0.015, B1="=ROUND(A1*11,2)"), ("compiled", "formulas"))
    (difference,) = result.differences
    assert str(difference).startswith("表!B1  文件中 0.17  compiled 0.17  formulas 0.16（formulas 舍入前")


def test_a_fault_is_proved_by_imitating_it() -> None:
    """A cell whose formula has two known faults in it; only the one that gives its value is named."""
    pytest.importorskip("formulas")
    cells = {"A1": 3, "A3": "甲", "B1": '=IF(COUNTIF(A1:A3,"?*")=1,SUMPRODUCT(--(A1:A3<>"")),7)', "C1": "=B1*2"}
    first, second = verify(saved(**cells), ("compiled", "formulas")).differences
    assert (first.values["compiled"], first.values["formulas"]) == (2.0, 7.0)
    assert "通配符" in first.reason
    assert second.reason == "formulas 的这一格随 表!B1 而不同"
    cells["B1"] = '=IF(COUNTIF(A1:A1,"?*")=0,SUMPRODUCT(--(A1:A3<>"")),7)'
    first, second = verify(saved(**cells), ("compiled", "formulas")).differences
    assert "formulas 把 -- 抵消掉" in first.reason
    assert first.is_explained
    assert second.is_explained


def test_a_changed_saved_value_and_what_follows_from_it() -> None:
    package = saved(A1=1, B1="=A1*2", C1="=B1+1").patched({("表", "B1"): 5.0, ("表", "C1"): 6.0})
    result = verify(package, PAIR)
    assert [str(difference) for difference in result.differences] == [
        "表!B1  文件中 5  compiled 2  formualizer 2",
        "表!C1  文件中 6  compiled 3  formualizer 3（文件中 的这一格随 表!B1 而不同）",
    ]
    assert [difference.ref for difference in result.unexplained] == ["B1"]


def test_a_fault_that_is_not_known() -> None:
    package = saved(A1="甲", B1="=LEN(A1)").patched({("表", "B1"): 5.0})
    (difference,) = verify(package, PAIR).differences
    assert (difference.reason, difference.is_explained) == ("", False)


CI_EXAMPLE = "huidong-2021.xlsx"
FILES = [f"{name}{edition.suffix}" for name in example_names() for edition in Edition]


@pytest.mark.parametrize(
    "file", [pytest.param(name, marks=() if name == CI_EXAMPLE else pytest.mark.soak) for name in FILES]
)
def test_every_difference_in_the_examples_is_explained(file: str) -> None:
    pytest.importorskip("formulas")
    result = verify(open_package(workbooks_folder() / "examples" / file))
    assert result.engines == (SAVED, "compiled", "formualizer", "formulas")
    assert (result.refused, result.unexplained) == ({}, ())
    # Each with its proof, none with a mere guess; all of `formulas`.
    assert not any("可能" in difference.reason for difference in result.differences)
    assert {name for difference in result.differences for name in difference.reasons} <= {"formulas"}
    assert result.cells > 1_800


def test_an_engine_that_cannot_is_named_and_the_others_go_on() -> None:
    package = workbook({"A1": 1, "B1": "=VDB(9,1,5,0,1)", "C1": "=A1*2"})
    result = verify(package.patched({("表", "C1"): 2.0}), ("compiled",))
    assert "引擎不认识函数 VDB：表!B1 等 1 个单元格" in result.refused["compiled"]
    assert result.differences == ()


def test_what_is_based_on_a_cell_that_an_engine_cannot_do_is_compared_all_the_same() -> None:
    cells = {"A1": "a", "A2": "=1/0", "B1": '=SUMIF(A1:A2,"a",A2:A3)', "C1": "=IF(ISERROR(B1),1,2)", "D1": "=C1*2"}
    result = verify(saved(**cells), PAIR)
    assert "SUMIF 的求和区域里 表!A2 是错误值" in result.refused["formualizer"]
    assert result.differences == ()


def test_an_unknown_engine() -> None:
    with pytest.raises(UserError, match="没有名为“excel”的计算引擎"):
        verify(saved(B1="=1"), ("excel",))
