"""Parts that are laid out with blanks and line ends: a new result changes the value alone."""

from __future__ import annotations

import io

import openpyxl
import pytest

from xlperf.package import Package, open_package
from xlperf.values import Value

PART = "xl/worksheets/sheet1.xml"


def indented(cell: bytes) -> Package:
    """A workbook whose B1 is written so."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = 2, "=A1*3"
    stream = io.BytesIO()
    book.save(stream)
    package = open_package(stream.getvalue())
    content = package.part(PART)
    start, end = content.index(b'<c r="B1"'), content.index(b"</c>", content.index(b'<c r="B1"')) + len(b"</c>")
    return package.with_parts({PART: content[:start] + cell + content[end:]})


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        (b'<c r="B1">\n <f>A1*3</f>\n</c>', 6.0, b'<c r="B1">\n <f>A1*3</f><v>6</v>\n</c>'),
        (b'<c r="B1">\n <f>A1*3</f>\n <v>5</v>\n</c>', 6.0, b'<c r="B1">\n <f>A1*3</f>\n <v>6</v>\n</c>'),
        (b'<c r="B1">\n <f>A1*3</f>\n <v>5</v>\n</c>', None, b'<c r="B1">\n <f>A1*3</f>\n \n</c>'),
        (b'<c r="B1"><f>A1*3</f><v></v></c>', 6.0, b'<c r="B1"><f>A1*3</f><v>6</v></c>'),
        (b'<c r="B1"> <f>A1*3</f> <v/> </c>', 6.0, b'<c r="B1"> <f>A1*3</f> <v>6</v> </c>'),
    ],
)
def test_blanks_stay(before: bytes, value: Value, after: bytes) -> None:
    package = indented(before)
    changed = package.patched({("Sheet", "B1"): value})
    assert changed.part(PART) == package.part(PART).replace(before, after)
    assert changed.value("Sheet", "B1") == value
