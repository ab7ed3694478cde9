"""The bytes of a cell with another value: what other programs read in them, and not only what reads back here."""

from __future__ import annotations

import pytest

from tests.package.hand_written import SHEET, package
from xlperf.errors import CellError, UserError
from xlperf.package.edit.cached_values import number_text
from xlperf.values import Value


def patched(cell: str, value: Value) -> str:
    """The cell A1 with another cached value, as it stands in the part."""
    book = package(f'<row r="1">{cell}</row>').patched({("S", "A1"): value})
    part = book.part(SHEET).decode()
    return part.partition('<row r="1">')[2].partition("</row>")[0]


FORMULA = '<c r="A1" s="2"><f>B1</f><v>1</v></c>'


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (2.5, '<c r="A1" s="2"><f>B1</f><v>2.5</v></c>'),
        (2, '<c r="A1" s="2"><f>B1</f><v>2</v></c>'),
        (True, '<c r="A1" s="2" t="b"><f>B1</f><v>1</v></c>'),
        (False, '<c r="A1" s="2" t="b"><f>B1</f><v>0</v></c>'),
        (CellError("#N/A"), '<c r="A1" s="2" t="e"><f>B1</f><v>#N/A</v></c>'),
        ("优", '<c r="A1" s="2" t="str"><f>B1</f><v>优</v></c>'),
        ("", '<c r="A1" s="2" t="str"><f>B1</f><v></v></c>'),
        ("a&b<c", '<c r="A1" s="2" t="str"><f>B1</f><v>a&amp;b&lt;c</v></c>'),
        (None, '<c r="A1" s="2"><f>B1</f></c>'),
    ],
)
def test_each_kind_of_value(value: Value, cell: str) -> None:
    assert patched(FORMULA, value) == cell


@pytest.mark.parametrize("text", [" 前", "后 ", "a  b ", "\t甲"])
def test_blanks_at_the_ends_of_a_text_are_kept_by_others_too(text: str) -> None:
    """Excel drops them without this attribute; the reader here keeps them in any case."""
    assert patched(FORMULA, text) == f'<c r="A1" s="2" t="str"><f>B1</f><v xml:space="preserve">{text}</v></c>'
    assert "xml:space" not in patched(FORMULA, "前 后")


@pytest.mark.parametrize("formula", ['<f t="shared" si="0"/>', '<f ca="1" />', "<f></f>", "<f>B1&gt;C1</f >"])
@pytest.mark.parametrize("value", ["<v>1</v>", "<v/>", ""])
def test_the_formula_stays_as_it_was_written(formula: str, value: str) -> None:
    """A formula may be one tag or two; its end is not the end of the value that follows."""
    before = '<c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c>'
    rows = f'<row r="1">{before}</row><row r="2"><c r="A2">{formula}{value}</c></row>'
    book = package(rows).patched({("S", "A2"): 7.0})
    assert f'<row r="2"><c r="A2">{formula}<v>7</v></c></row>' in book.part(SHEET).decode()
    assert book.part(SHEET).decode().count(before) == 1


@pytest.mark.parametrize(
    "number", ['<c r="A1" t="n"><f>B1</f><v>1</v></c>', '<c r="A1"\n t = "str" ><f>B1</f><v>x</v></c>']
)
def test_the_type_stands_where_it_stood(number: str) -> None:
    assert patched(number, 2.0) == number.replace('\n t = "str" ', "").replace("<v>1<", "<v>2<").replace(
        "<v>x<", "<v>2<"
    )
    assert (
        patched('<c r="A1" t="n" s="3"><f>B1</f><v>1</v></c>', "x") == '<c r="A1" t="str" s="3"><f>B1</f><v>x</v></c>'
    )


@pytest.mark.parametrize("mark", [' vm="1"', " vm = '1'"])
def test_what_metadata_say_of_a_value_goes_with_the_value(mark: str) -> None:
    """They make a picture or a data type of it, and of an error a richer one; the cell's own stay."""
    cell = f'<c r="A1" cm="1"{mark} t="e"><f>B1</f><v>#VALUE!</v></c>'
    assert patched(cell, 3.0) == '<c r="A1" cm="1"><f>B1</f><v>3</v></c>'
    assert patched(cell, "x") == '<c r="A1" cm="1" t="str"><f>B1</f><v>x</v></c>'
    assert patched(cell, CellError("#N/A")) == f'<c r="A1" cm="1"{mark} t="e"><f>B1</f><v>#N/A</v></c>'


def test_cells_that_an_array_formula_fills_have_no_formula_of_their_own() -> None:
    rows = '<row r="1"><c r="A1"><f t="array" ref="A1:B1">{1,2}</f><v>1</v></c><c r="B1" s="4"><v>2</v></c></row>'
    book = package(rows).patched({("S", "B1"): "x", ("S", "A1"): 5.0})
    assert '<v>5</v></c><c r="B1" s="4" t="str"><v>x</v></c>' in book.part(SHEET).decode()


def test_a_result_that_no_cell_can_hold() -> None:
    for value, said in ((float("inf"), "不是有限的数"), (float("nan"), "不是有限的数"), ("x" * 32_768, "32767")):
        with pytest.raises(UserError, match=f"S!A1 .*{said}"):
            patched(FORMULA, value)
    assert "x" * 32_767 in patched(FORMULA, "x" * 32_767)


def test_the_same_value_changes_no_byte() -> None:
    """Numbers are the same to 15 digits, as Excel shows them; 1 and TRUE are not."""
    book = package('<row r="1"><c r="A1"><f>B1</f><v>0.30000000000000004</v></c></row>')
    assert book.patched({("S", "A1"): 0.3}) is book
    assert book.patched({("S", "A1"): 0.3000000000001}) is not book
    one = package(f'<row r="1">{FORMULA}</row>')
    assert one.patched({("S", "A1"): 1}) is one
    assert one.patched({("S", "A1"): True}) is not one
    assert one.patched({("S", "A1"): "1"}) is not one


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-1.5, "-1.5"), (0.1, "0.10000000000000001"), (1e21, "1E+21"),
        (1.5e-7, "1.4999999999999999E-7"), (1e300, "1.0000000000000001E+300"), (123456789012345678.0, "1.2345678901234568E+17"),
    ],
)  # fmt: skip
def test_numbers_as_excel_writes_them(number: float, text: str) -> None:
    assert number_text(number) == text
    assert float(text) == number
