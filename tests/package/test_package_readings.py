"""A part read as a variation of one read before: the same cells, spans and refusals as when it is read by itself."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import partial

import pytest

from xlperf.errors import CellError, UserError
from xlperf.package import Package, open_package
from xlperf.package.cells import read_cells
from xlperf.package.edit.cached_values import with_values
from xlperf.package.limits import Limits
from xlperf.package.reuse.recent_sheets import Readings
from xlperf.package.reuse.template_diff import VariedCells
from xlperf.package.sheet_xml import SheetXml
from xlperf.workbook.locations import workbooks_folder

SHEET = "指标数据"
VALUE = re.compile(rb"<v>([0-9.]{2,})</v>")


@pytest.fixture(scope="module")
def package() -> Package:
    return open_package(workbooks_folder() / "examples" / "renhua-2021.xlsm")


@pytest.fixture(scope="module")
def content(package: Package) -> bytes:
    return package.part(package.sheet(SHEET).part)


def read(content: bytes, *before: bytes) -> tuple[object, int]:
    """The cells of a part as read after others, and how closely: 0 cell by cell, 1 row by row, 2 as a whole.

    Whatever is read in one of the quick ways is checked against reading alone.
    """
    readings = Readings()
    for earlier in before:
        readings.read("key", SheetXml(SHEET, "part", earlier), texts, date1904=False)
    alone = read_cells(SheetXml(SHEET, "part", content), texts)
    by_cells = readings.recall("key", content, texts)
    by_rows = readings.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
    for reading in (by_rows, by_cells) if by_cells is not None else (by_rows,):
        assert dict(reading.cells) == alone
        assert list(reading.cells) == list(alone)
        assert all(reading.cell(ref, cell.row) == cell for ref, cell in alone.items())
        results = {(SHEET, ref): cell.value for ref, cell in alone.items() if cell.formula is not None}
        assert dict(reading.results) == results
        constants = {(c.row, c.column): c.value for c in alone.values() if c.formula is None}
        known = {**reading.root.constants, **reading.differing}
        assert {place: value for place, value in known.items() if value is not None} == constants
        assert reading.xml.count(b"c") >= content.count(b"<c ")
        assert (reading.xml.start, reading.xml.end) == (
            SheetXml(SHEET, "part", content).start,
            content.rindex(b"</sheetData>"),
        )
    return alone, 0 if by_cells is not None else 1 if by_rows.root is not by_rows else 2


def texts() -> list[str]:
    return ["共享文字"] * 10_000


def test_changed_values(content: bytes) -> None:
    random_ = random.Random(1)
    for _ in range(10):
        changed = VALUE.sub(
            lambda m: b"<v>%d</v>" % random_.choice([1, 22, 333]) if random_.random() < 0.2 else m[0], content
        )
        assert read(changed, content)[1] == 0


CHANGES = (
    (VALUE, lambda pick: b"<v>%d</v>" % pick.choice([1, 22, 333]), 0.1),
    (re.compile(rb"</f><v>[^<]*</v>"), lambda pick: b"</f><v>%d</v>" % pick.randint(0, 9), 0.3),
    (re.compile(rb'<c r="[A-Z]+5"( s="[0-9]+")?(?: t="[a-z]+")?><v>'), lambda pick: rb'<c r="B5"\1 t="b"><v>', 0.05),
    (re.compile(rb"</f><v>[^<]*</v>"), lambda pick: b"</f>", 0.02),
    (
        re.compile(rb"<v>[^<]*</v>"),
        lambda pick: pick.choice([b"<v>x</v>", b"<v>\xff</v>", b"<v>1</v><v>2</v>", b""]),
        0.001,
    ),
    (re.compile(rb"<row [^>]*>"), lambda pick: b'<row r="5" ht="99">', 0.002),
)


def _made_anew(
    pick: random.Random, made: Callable[[random.Random], bytes], share: float, found: re.Match[bytes]
) -> bytes:
    return found.expand(made(pick)) if pick.random() < share else found[0]


def test_what_was_read_before_makes_no_difference(content: bytes) -> None:
    """The places where parts differed are learnt; all others are looked at as closely as ever."""
    pick, readings, varied = random.Random(3), Readings(), 0
    readings.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
    for number in range(150):
        changed = content
        for pattern, made, share in CHANGES[: 1 + number % len(CHANGES)]:
            changed = pattern.sub(partial(_made_anew, pick, made, share), changed)
        found = readings.recall("key", changed, texts)
        fresh = Readings()
        fresh.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
        again = fresh.recall("key", changed, texts)
        assert (found is None) == (again is None)
        if found is not None and again is not None:
            assert dict(found.differing) == dict(again.differing)
            try:
                alone = read_cells(SheetXml(SHEET, "part", changed), texts)
            except UserError:
                # What a formula was saved as is looked at when it is asked for.
                with pytest.raises(UserError, match=SHEET):
                    dict(found.results)
                continue
            assert dict(found.cells) == dict(again.cells) == alone
            assert dict(found.results) == dict(again.results)
            varied += 1
    assert 40 < varied < 150


@pytest.mark.parametrize(
    ("old", "new", "closeness"),
    [
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5"/>', 0),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="inlineStr"><is><t>text</t></is></c>', 0),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5"><v></v></c>', 0),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="str"><v></v></c>', 0),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="b"><v>1</v></c>', 0),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="e"><v>#N/A</v></c>', 0),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="d"><v>2021-03-01</v></c>', 1),
        (rb"</f><v>[^<]*</v>", b"</f><v></v>", 0),
        (rb"</f><v>[^<]*</v>", b"</f>", 0),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', b"", 1),
        (rb"<row r=\"5\"[^>]*>", b'<row r="5" ht="99">', 1),
        (rb"<sheetData>", b"<sheetData> ", 2),
        (rb"<f>[^<]*</f>", b"<f>1+1</f>", 2),
        (rb"</sheetData>", b'<row r="9999"><c r="A9999"><v>1</v></c></row></sheetData>', 2),
    ],
)
def test_other_changes(content: bytes, old: bytes, new: bytes, closeness: int) -> None:
    changed = re.sub(old, new.replace(b"\\", b"\\\\"), content, count=1, flags=re.S)
    assert changed != content
    assert read(changed, content)[1] == closeness


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


@pytest.mark.parametrize("raw", [b"1+" * 20_000 + b"1", b"&quot;" * 40_000, b"A" * 32_768])
def test_too_long_a_formula_is_refused_each_time(content: bytes, raw: bytes) -> None:
    changed = re.sub(rb"<f>[^<]*</f>", b"<f>%b</f>" % raw, content, count=1)
    readings = Readings()
    readings.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
    for _ in range(2):
        with pytest.raises(UserError, match="超过单元格的上限 32,767"):
            readings.read("key", SheetXml(SHEET, "part", changed), texts, date1904=False)


def test_too_long_a_text_is_refused_in_a_variation(content: bytes) -> None:
    long = b'<c r="B5" t="inlineStr"><is><t>%b</t></is></c>' % (b"x" * 32_768)
    changed = re.sub(rb'<c r="B5"[^>]*?(/>|>.*?</c>)', long, content, count=1)
    readings = Readings()
    readings.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
    with pytest.raises(UserError, match="超过单元格的上限 32,767"):
        readings.read("key", SheetXml(SHEET, "part", changed), texts, date1904=False)


def test_sheets_that_are_remembered_count_too(package: Package) -> None:
    assert all(package.cells(sheet.name) is not None for sheet in package.worksheets)
    again = open_package(package.data, limits=Limits(cells=1_000))
    with pytest.raises(UserError, match="超过上限 1,000"):
        list(map(again.cells, (sheet.name for sheet in again.worksheets)))


def test_what_is_kept_is_bounded_by_its_size(content: bytes) -> None:
    readings = Readings(capacity=3 * len(content))
    for key in "abcdef":
        readings.read(key, SheetXml(SHEET, "part", content), texts, date1904=False)
    assert list(readings._known) == ["d", "e", "f"]
    readings.read("f", SheetXml(SHEET, "part", content.replace(b"<f>", b"<f>1+", 1)), texts, date1904=False)
    assert readings._held == sum(len(known.reading.xml.content) for known in readings._known.values())


def test_a_workbook_that_is_only_seen(package: Package) -> None:
    changed = {(SHEET, ref): 7.0 for ref in package.formulas(SHEET)}
    seen, patched = package.seen_with(changed), package.patched(changed)
    assert seen.saved_results == patched.saved_results
    assert seen.all_formulas == patched.all_formulas
    assert package.value(SHEET, next(iter(package.formulas(SHEET)))) != 7.0
    for use in (lambda: seen.data, lambda: seen.patched({})):
        with pytest.raises(ValueError, match="only to be read"):
            use()


def test_shared_strings_that_moved(content: bytes) -> None:
    """Another program numbers the texts anew; cells with the same bytes may then hold other texts."""
    shared = content
    for number, ref in enumerate((b"A5", b"A6", b"A7")):
        cell = b'<c r="%b" s="1" t="s"><v>%d</v></c>' % (ref, number)
        shared = re.sub(rb'<c r="%b"[^>]*?(?:/>|>.*?</c>)' % ref, cell, shared, count=1, flags=re.S)
    assert shared.count(b't="s"') == 3
    readings, before, after = Readings(), ["甲", "乙", "丙"], ["甲", "新", "乙"]
    readings.read("key", SheetXml(SHEET, "part", shared), lambda: before, date1904=False, shared=1)
    typed = shared.replace(b"<v>2</v></c>", b"<v>1</v></c>", 1)
    for part in (shared, typed):
        varied = readings.recall("key", part, lambda: after)
        assert varied is not None
        assert dict(varied.cells) == read_cells(SheetXml(SHEET, "part", part), lambda: after)
    assert readings.recall("key", shared, lambda: after[:2]) is None
    # A cell that is not written in the plain way may hold any of them.
    odd = shared.replace(b'<c r="A6" s="1" t="s">', b'<c r="A6" s="1" t = "s">')
    readings.read("odd", SheetXml(SHEET, "part", odd), lambda: before, date1904=False, shared=1)
    assert readings.recall("odd", odd, lambda: before) is not None
    assert readings.recall("odd", odd.replace(b"<v>2</v></c>", b"<v>1</v></c>", 1), lambda: before) is not None
    varied = readings.recall("odd", odd, lambda: after)
    assert varied is None or dict(varied.cells) == read_cells(SheetXml(SHEET, "part", odd), lambda: after)
    assert readings.recall("key", shared.replace(b"<v>2</v></c>", b"<v>3</v></c>", 1), lambda: after) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sheetViews>", b"<sheetViews><!-- <sheetData> -->"),
        (b"<sheetViews>", b"<?xml-thing <sheetData> ?><sheetViews>"),
        (b"<sheetViews>", b'<sheetViews a="\xff">'),
    ],
)
def test_another_head_is_looked_at_closely(content: bytes, old: bytes, new: bytes) -> None:
    readings = Readings()
    readings.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
    changed = content.replace(old, new, 1)
    assert changed != content
    assert readings.recall("key", content.replace(old, b'<sheetViews a="1">', 1), texts) is not None
    try:
        assert readings.recall("key", changed, texts) is None
    except UserError:
        return


@pytest.mark.parametrize("raw", [b"1e999", b"nan", b"1_0", b"<!-- -->", b"\xff", b"\0", b"&bad;"])
def test_what_no_cell_holds_is_never_taken(content: bytes, raw: bytes) -> None:
    readings = Readings()
    readings.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
    cell = b'<c r="B5"%b><v>%b</v></c>' % (b' t="str"' if raw.startswith(b"&") else b"", raw)
    changed = re.sub(rb'<c r="B5"[^>]*?(/>|>.*?</c>)', lambda _: cell, content, count=1, flags=re.S)
    assert readings.recall("key", changed, texts) is None
    with pytest.raises(UserError):
        SheetXml(SHEET, "part", changed) and read(changed, content)


def test_a_broken_saved_result_is_refused_when_it_is_asked_for(content: bytes) -> None:
    readings = Readings()
    readings.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
    changed = re.sub(rb"(</f>)<v>[0-9.]+</v>", rb"\1<v>broken</v>", content, count=1)
    assert changed != content
    varied = readings.recall("key", changed, texts)
    assert varied is not None
    with pytest.raises(UserError, match="不能识别的内容"):
        len(varied.results)
    with pytest.raises(UserError):
        read_cells(SheetXml(SHEET, "part", changed), texts)


def test_elements_that_begin_otherwise_are_read_closely(content: bytes) -> None:
    odd = content.replace(b'<c r="B5"', b'<c\nr="B5"', 1)
    assert odd != content
    other = VALUE.sub(b"<v>7</v>", odd)
    assert read(other, odd)[1] > 0


def test_whether_a_formula_spills_is_no_matter_of_values(content: bytes) -> None:
    array = re.sub(rb'(<c r="[A-Z]+[0-9]+")([^<>]*>)<f>', rb'\1 cm="1"\2<f t="array" ref="A1">', content, count=1)
    assert array != content
    plain = array.replace(b' cm="1"', b"", 1)
    for one, two in ((array, plain), (plain, array)):
        assert read(two, one)[1] > 0


RESULTS = (
    0.0,
    -1.5,
    1e300,
    82.57,
    "",
    "良",
    " a & <b>",
    "_x0041_",
    True,
    False,
    CellError("#N/A"),
    CellError("#VALUE!"),
    None,
)


def test_results_are_written_as_into_a_part_read_by_itself(content: bytes) -> None:
    """Element by element in a variation, else by their places: the same bytes."""
    pick, readings = random.Random(4), Readings()
    readings.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
    current, compared = content, 0
    for number in range(60):
        varied = readings.recall("key", current, texts)
        if varied is None:
            # Spaces to be kept are not written in the plain way.
            current = content
            continue
        xml = SheetXml(SHEET, "part", current)
        cells = read_cells(xml, texts)
        assert isinstance(varied, VariedCells)
        formulas = [ref for ref, cell in cells.items() if cell.formula is not None]
        chosen = pick.sample(formulas, pick.randint(0, len(formulas)) if number % 3 else 5)
        values = {ref: pick.choice((*RESULTS, cells[ref].value)) for ref in chosen}
        found = varied.with_results(values)
        assert found == with_values(xml, cells, values)
        compared += 1
        current = found if found is not None and pick.random() < 0.7 else VALUE.sub(b"<v>7</v>", content, count=number)
    assert compared > 25


def test_only_results_are_rewritten(content: bytes) -> None:
    readings = Readings()
    readings.read("key", SheetXml(SHEET, "part", content), texts, date1904=False)
    varied = readings.recall("key", VALUE.sub(b"<v>7</v>", content, count=3), texts)
    assert isinstance(varied, VariedCells)
    constant = next(ref for ref, cell in varied.cells.items() if cell.formula is None)
    for ref in (constant, "XFD1048576"):
        with pytest.raises(LookupError):
            varied.with_results({ref: 1.0})
