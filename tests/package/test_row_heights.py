"""Heights of rows: stated, raised, left alone; every other byte stays."""

from __future__ import annotations

import pytest

from tests.package.hand_written import package


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<row r="2" ht="15" customHeight="1">', '<row r="2" ht="36.5" customHeight="1">'),
        ("<row r='2' spans='1:2' ht='15.5'>", "<row r='2' spans='1:2' ht='36.5'>"),
        ('<row r="2" ht="40">', '<row r="2" ht="40">'),
        ('<row r="2" ht="36.5">', '<row r="2" ht="36.5">'),
        ('<row r="2">', '<row r="2" ht="36.5">'),
        ('<row spans="1:2" r="2" >', '<row spans="1:2" r="2"  ht="36.5">'),
        ('<row r="2" ht="?">', '<row r="2" ht="36.5">'),
    ],
)
def test_a_row_is_at_least_so_tall(before: str, after: str) -> None:
    other = '<row r="1"><c r="A1"><v>1</v></c></row>'
    book = package(f'{other}{before}<c r="A2"><v>2</v></c></row>')
    part = book.sheet("S").part
    raised = book.with_row_heights({("S", 2): 36.5, ("S", 9): 50.0})
    assert raised.part(part) == book.part(part).replace(before.encode(), after.encode())
    assert (raised is book) == (before == after)


def test_a_row_without_cells() -> None:
    book = package('<row r="1"/><row r="2"><c r="A2"><v>2</v></c></row>')
    assert b'<row r="1" ht="30"/>' in book.with_row_heights({("S", 1): 30.0}).part(book.sheet("S").part)
    assert book.with_row_heights({}) is book
