"""Records: what they are worth, how they are written, and who is blamed for a wrong cell."""

from __future__ import annotations

import json

import pytest

from xlperf.engines.conformance import Examined, Trial, general, records_of
from xlperf.engines.records import Grade, Record, records, written
from xlperf.engines.variants import function_of


@pytest.mark.parametrize(
    ("right", "wrong", "grade"),
    [(0, 0, Grade.EMPTY), (1, 0, Grade.THIN), (2, 0, Grade.CLEAN), (900, 1, Grade.BAD), (0, 1, Grade.BAD)],
)
def test_grades(right: int, wrong: int, grade: Grade) -> None:
    assert Record(right, wrong).grade is grade


def test_the_records_of_the_package() -> None:
    found = records()
    assert set(found) == {"compiled", "formualizer"}
    assert found["compiled"]["SUM(range)"].grade is Grade.CLEAN
    assert {name: dict(of) for name, of in found.items()} == {
        name: {variant: Record(*counts) for variant, counts in of.items()}
        for name, of in json.loads(written(found)).items()
    }


def outcome(*rows: tuple[str, tuple[str, ...], int]) -> Examined:
    return Examined(1, Trial(), Trial(), {"compiled": list(rows)})


def test_the_one_that_is_seldom_right_is_blamed() -> None:
    usual, odd = "ROUND(number,number)", "XIRR(range,range)"
    found = records_of([outcome(("right", (usual,), 9), ("wrong", (usual, odd, "+(number,number)"), 1))])["compiled"]
    assert found == {usual: Record(9, 0), odd: Record(0, 1)}


def test_an_operator_alone_is_blamed() -> None:
    found = records_of([outcome(("wrong", ("+(text,number)",), 2))])["compiled"]
    assert found == {"+(text,number)": Record(0, 2)}


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("formualizer 的 TEXT(number,'0 的') 算错过", "算错过"),
        ("结果区域是 A1，与文件中的 A1:A3 不同", "数组公式的结果区域与保存的不同"),
        ("引擎不认识函数 X", "引擎不认识函数 X"),
    ],
)
def test_reasons_in_general(reason: str, said: str) -> None:
    assert general(reason) == said


@pytest.mark.parametrize(("variant", "function"), [("{SUM(array)}", "SUM"), ("last +(a,b)", "last +"), ("*(a,b)", "*")])
def test_functions_of_variants(variant: str, function: str) -> None:
    assert function_of(variant) == function
