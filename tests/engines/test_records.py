"""Records: what they are worth, how they are written, and who is blamed for a wrong cell."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from tests.engines import generated_records
from tests.support.libreoffice import require_tools
from xlperf.engines.compiled.library.function_table import is_known
from xlperf.engines.conformance import Examined, Trial, general, records_of
from xlperf.engines.records import (
    ENOUGH_GENERATED,
    Grade,
    Record,
    _of_functions,
    generated,
    grade,
    records,
    written,
)
from xlperf.engines.variants import form_of, function_of, is_call


@pytest.mark.parametrize(
    ("record", "grade"),
    [
        *((Record(), Grade.EMPTY), (Record(1), Grade.THIN), (Record(2), Grade.CLEAN), (Record(900, 1), Grade.BAD)),
        *((Record(0, 1), Grade.BAD), (Record(0, 0, 3), Grade.EMPTY), (Record(0, 0, 4), Grade.CLEAN)),
        *((Record(1, 0, 3), Grade.THIN), (Record(9, 1, 4_000), Grade.BAD)),
    ],
)
def test_grades(record: Record, grade: Grade) -> None:
    assert record.grade is grade


def known(monkeypatch: pytest.MonkeyPatch, **found: tuple[int, int]) -> None:
    """Records of one engine, e, and no generated ones."""
    of = {name.replace("_", "(") + ")": Record(*counts) for name, counts in found.items()}
    monkeypatch.setattr("xlperf.engines.records.records", lambda: {"e": of})
    monkeypatch.setattr("xlperf.engines.records.generated", dict)
    _of_functions.cache_clear()


@pytest.mark.parametrize(
    ("right", "wrong", "expected"), [(5, 0, Grade.THIN), (4, 0, Grade.EMPTY), (900, 1, Grade.EMPTY)]
)
def test_other_kinds_of_arguments_make_a_thin_record_at_best(
    monkeypatch: pytest.MonkeyPatch, right: int, wrong: int, expected: Grade
) -> None:
    known(monkeypatch, F_number=(right, wrong), F_text=(0, 0), G_number=(9, 0))
    assert grade("e", "F(truth)") is expected
    assert grade("e", "{F(range)}") is expected
    assert grade("e", "H(number)") is Grade.EMPTY
    assert grade("e", "G(number)") is Grade.CLEAN
    assert grade("e", "F(number)") is (Grade.BAD if wrong else Grade.CLEAN)
    assert grade("other", "F(truth)") is Grade.EMPTY
    _of_functions.cache_clear()


def test_the_generated_records_of_the_package() -> None:
    """They are of functions that compiled knows, and no engine but compiled has any."""
    found = generated()
    assert set(found) == {"compiled"}
    assert len(found["compiled"]) > 5_000
    functions = {function_of(name) for name in found["compiled"] if is_call(name)}
    assert len(functions) > 200
    assert {name for name in functions if not is_known(name)} == set()
    assert min(found["compiled"].values()) >= ENOUGH_GENERATED


@pytest.mark.slow
@pytest.mark.soak
def test_one_run_of_the_generator_writes_the_generated_records(tmp_path: Path) -> None:
    require_tools()
    generated_records.main([str(tmp_path / "records.json")])
    kept = files("xlperf.engines").joinpath("generated_records.json").read_text(encoding="utf-8")
    assert (tmp_path / "records.json").read_text(encoding="utf-8") == kept


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("0.00", "0.00"), ('0"元"', "0x"), ("[>=90]优;[>=60]良;差", "[if]x;[if]x;x"), ("[>=90]特优;[>=61]好;很差", "[if]x;[if]x;x"),
        ('yyyy"年"m"月"d"日"', "yyyyxmxdx"), ("[DBNum2]General", "[DBNum2]General"), ("[h]:mm", "[h]xmm"), ("b2y", "b2y"),
    ],
)  # fmt: skip
def test_formats_without_their_words(form: str, said: str) -> None:
    assert form_of(repr(form)) == repr(said)


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
