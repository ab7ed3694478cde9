"""A part read as a variation of one read before: the same cells, spans and refusals as when it is read by itself."""

from __future__ import annotations

import random
import re

import pytest

from xlperf.errors import UserError
from xlperf.package import Package, open_package
from xlperf.package.cells import read_cells
from xlperf.package.readings import Readings
from xlperf.package.sheetxml import SheetXml
from xlperf.workbook.locations import workbooks_folder

SHEET = "指标数据"
VALUE = re.compile(rb"<v>([0-9.]{2,})</v>")


@pytest.fixture(scope="module")
def package() -> Package:
    return open_package(workbooks_folder() / "examples" / "renhua-2021.xlsm")


@pytest.fixture(scope="module")
def content(package: Package) -> bytes:
    return package.part(package.sheet(SHEET).part)


def read(content: bytes, *before: bytes) -> tuple[object, bool]:
    """The cells of a part as read after others, and whether it was read as a variation; checked against reading alone."""
    readings = Readings()
    for earlier in before:
        readings.read("key", SheetXml(SHEET, "part", earlier), texts, date1904=False)
    reading = readings.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
    alone = read_cells(SheetXml(SHEET, "part", content), texts)
    assert dict(reading.cells) == alone
    assert list(reading.cells) == list(alone)
    assert all(reading.cell(ref, cell.row) == cell for ref, cell in alone.items())
    expected = {(SHEET, ref): cell.value for ref, cell in alone.items() if cell.formula is not None}
    assert dict(reading.results) == expected
    return alone, reading.base is not None


def texts() -> list[str]:
    return ["共享文字"] * 10_000


def test_changed_values(content: bytes) -> None:
    random_ = random.Random(1)
    for _ in range(10):
        changed = VALUE.sub(
            lambda m: b"<v>%d</v>" % random_.choice([1, 22, 333]) if random_.random() < 0.2 else m[0], content
        )
        assert read(changed, content)[1]


@pytest.mark.parametrize(
    ("old", "new", "is_varied"),
    [
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5"/>', True),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="inlineStr"><is><t>text</t></is></c>', True),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', b"", True),
        (rb"<row r=\"5\"[^>]*>", b'<row r="5" ht="99">', True),
        (rb"<sheetData>", b"<sheetData> ", False),
        (rb"<f>[^<]*</f>", b"<f>1+1</f>", False),
        (rb"</sheetData>", b'<row r="9999"><c r="A9999"><v>1</v></c></row></sheetData>', False),
    ],
)
def test_other_changes(content: bytes, old: bytes, new: bytes, is_varied: bool) -> None:
    changed = re.sub(old, new.replace(b"\\", b"\\\\"), content, count=1, flags=re.S)
    assert changed != content
    assert read(changed, content)[1] is is_varied


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', b'<c r="B5"/>junk/>'),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', b'<c r="B6"><v>1</v></c>'),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', b'<c r="B5"><v>x</v></c>'),
        (rb"<row r=\"5\"", b'<row r="4"'),
        (rb"</row></sheetData>", b"</row>junk</sheetData>"),
    ],
)
def test_damage_is_refused_as_ever(content: bytes, old: bytes, new: bytes) -> None:
    changed = re.sub(old, new, content, count=1, flags=re.S)
    assert changed != content
    with pytest.raises(UserError):
        read(changed, content)
    with pytest.raises(UserError):
        read(changed)
