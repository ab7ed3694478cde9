"""A workbook as an object: what is read is always current, what is filled is held to what people may type."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import numpy
import openpyxl
import pandas
import pytest

import xlperf
from tests.support.examples import example, scored
from xlperf.editions.conversion import Edition
from xlperf.evaluation.scoring import recalculated
from xlperf.workbook.names import NamedCells
from xlperf.workbook.row_heights import fitted


@pytest.fixture
def book() -> xlperf.Book:
    return xlperf.open(example("renhua-2021", Edition.NATIVE).data)


@pytest.mark.whole
def test_what_is_read_follows_what_was_filled(book: xlperf.Book) -> None:
    before = book["total_score"]
    book["award.18"] = 0
    assert book["award.18"] == 0
    assert book["total_score"] == pytest.approx(float(before) - 2)  # type: ignore[arg-type]
    package = example("renhua-2021", Edition.NATIVE)
    item = book.inputs["award.18"]
    sheet, ref = item.cell.split("!")
    engine = fitted(recalculated(package, {(sheet, ref): 0}))
    assert book["total_score"] == NamedCells(engine).value("total_score")
    assert book.to_bytes() == engine.data


@pytest.mark.whole
def test_an_untouched_book_is_the_same_bytes(book: xlperf.Book) -> None:
    assert book.recalculate() == ()
    assert book.to_bytes() == example("renhua-2021", Edition.NATIVE).data


@pytest.mark.whole
def test_score_is_that_of_the_command(book: xlperf.Book) -> None:
    ours, other = book.score().to_json(), scored("renhua-2021").to_json()
    assert ours.pop("edition") != other.pop("edition")
    assert ours == other


def test_keys_are_ids_labels_names_and_cells(book: xlperf.Book) -> None:
    item = book.inputs["quota_used"]
    assert book["quota_used"] == book[item.label] == book[item.cell] == item.value
    assert book[f"'{item.cell.split('!')[0]}'!$B$27"] == book["指标数据!b27"]
    assert "quota_used" in book.inputs
    assert book.inputs.get("nothing") is None
    assert len(list(book.inputs)) == len(book.inputs) > 1000


@pytest.mark.parametrize("key", ["nothing", "没有这张表!A1", "指标数据!", "指标数据!A0", "", "figure_label"])
def test_unknown_keys_are_key_errors_with_a_sentence(book: xlperf.Book, key: str) -> None:
    with pytest.raises(xlperf.Error) as refused:
        book[key]
    assert isinstance(refused.value, KeyError)
    assert str(refused.value).startswith(key)
    with pytest.raises(xlperf.Error) as unfilled:
        book[key] = 1
    assert (refused.value.code, unfilled.value.code) == ("unknown_name", "unknown_name")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("award.18", 99),
        ("award.18", -0.01),
        ("award.18", "两分"),
        ("award.18", object()),
        ("award.18", float("inf")),
        ("money_unit", "美元"),
        ("total_score", 100),
        ("指标评分!A1", "别的标题"),
        ("award_date.18", "昨天"),
    ],
)
def test_what_a_person_may_not_type_is_refused(book: xlperf.Book, key: str, value: object) -> None:
    with pytest.raises(xlperf.Error) as refused:
        book[key] = value
    assert refused.value.code == "value"
    assert book["total_score"] == 82.57


def test_update_is_all_or_nothing(book: xlperf.Book) -> None:
    with pytest.raises(xlperf.Error):
        book.update({"award.18": 0, "award.20": 99})
    assert book["total_score"] == 82.57


def test_values_of_python_numpy_and_pandas(book: xlperf.Book) -> None:
    book["quota_used"] = numpy.float64(200)
    assert book["quota_used"] == 200.0
    book["quota_used"] = Decimal("199.5")
    assert book["quota_used"] == 199.5
    for blank in (None, pandas.NA, float("nan"), numpy.nan, pandas.NaT):
        book["quota_used"] = 1
        book["quota_used"] = blank
        assert book["quota_used"] is None, blank
    book["award_date.18"] = dt.date(2022, 10, 31)
    assert book["award_date.18"] == 44865
    book["quota_used"] = 1e-7
    assert book["quota_used"] == 1e-7


@pytest.mark.whole
def test_save_and_open_again(book: xlperf.Book, tmp_path: Path) -> None:
    book["quota_used"] = 200
    book.save(tmp_path / "仁化.xlsx")
    again = xlperf.open(tmp_path / "仁化.xlsx")
    assert again.score() == book.score()
    assert again.recalculate() == ()
    with pytest.raises(xlperf.Error) as refused:
        book.save(tmp_path / "没有" / "仁化.xlsx")
    assert refused.value.code == "file"


@pytest.mark.whole
def test_what_if_leaves_the_book_alone(book: xlperf.Book) -> None:
    moves = book.what_if({"quota_used": 100}).target
    assert moves[0].before.value == 82.57 != moves[0].after.value
    assert book["total_score"] == 82.57
    with pytest.raises(xlperf.Error) as refused:
        book.what_if({"quota_used": "很多"})
    assert refused.value.code == "value"
    with pytest.raises(xlperf.Error) as refused:
        book.explain("没有这样的指标")
    assert refused.value.code == "unknown_name"


@pytest.mark.whole
def test_explain_and_check(book: xlperf.Book) -> None:
    assert book.explain("总分").value == 82.57
    assert book.check() == book.score().findings


def foreign() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "甲"
    sheet["A1"], sheet["A2"], sheet["A3"] = 2, "=A1*3", dt.date(2024, 1, 2)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_foreign_workbook_has_cells() -> None:
    book = xlperf.open(BytesIO(foreign()))
    assert not book.is_xlperf
    book["甲!A1"] = 5
    assert book["甲!A2"] == 15
    with pytest.raises(xlperf.Error) as refused:
        book["甲!A2"] = 1
    assert refused.value.code == "value"
    for act in (lambda: book.score(), lambda: book.inputs, lambda: book.frame("inputs"), lambda: book.explain()):
        with pytest.raises(xlperf.Error) as refused:
            act()
        assert refused.value.code == "not_xlperf"


def test_engines_by_name() -> None:
    book = xlperf.open(foreign())
    book.recalculate()
    found = book.verify(["compiled", "formualizer"])
    assert found.unexplained == ()
    assert set(found.engines) >= {"compiled", "formualizer"}
    with pytest.raises(xlperf.Error) as refused:
        book.recalculate(engine="abacus")
    assert refused.value.code == "calculation"


def test_what_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04nothing")
    for source in (tmp_path / "坏.xlsx", tmp_path / "没有.xlsx", b"", b"text"):
        with pytest.raises(xlperf.Error) as refused:
            xlperf.open(source)
        assert refused.value.code == "file"


@pytest.mark.whole
def test_openpyxl_copy_warns_of_losses(book: xlperf.Book) -> None:
    with pytest.warns(UserWarning, match="book.save"):
        copy = book.to_openpyxl()
    assert "指标评分" in copy.sheetnames  # type: ignore[attr-defined]
