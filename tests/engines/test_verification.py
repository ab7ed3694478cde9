"""`verify`: engines against each other and the saved values, differences by cell with the fault that explains them."""

from __future__ import annotations

import pytest

from tests.engines.test_compiled import workbook
from xlperf.engines.recalculation import recalculate
from xlperf.engines.verification import verify
from xlperf.errors import UserError
from xlperf.package import Package

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


def test_an_engine_that_cannot_is_named_and_the_others_go_on() -> None:
    package = workbook({"A1": 1, "B1": "=FISHER(0.5)", "C1": "=A1*2"})
    result = verify(package.patched({("表", "C1"): 2.0}), ("compiled",))
    assert "引擎不认识函数 FISHER：表!B1 等 1 个单元格" in result.refused["compiled"]
    assert result.differences == ()


def test_an_unknown_engine() -> None:
    with pytest.raises(UserError, match="没有名为“excel”的计算引擎"):
        verify(saved(B1="=1"), ("excel",))
