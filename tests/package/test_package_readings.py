"""A part read as a variation of one read before: the same cells, spans and refusals as when it is read by itself."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import partial

import pytest

from xlperf.errors import CellError, UserError
from xlperf.package import Package, open_package
from xlperf.package.cells import Strings, read_cells
from xlperf.package.edit.cached_values import with_values
from xlperf.package.limits import Limits
from xlperf.package.reuse.template_diff import Template, varied
from xlperf.package.sheet_contents import SheetContents
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


def template(content: bytes, strings: Strings | None = None) -> Template:
    """A part that was read as a whole, for others to be compared with."""
    xml = SheetXml(SHEET, "part", content)
    known = strings or texts
    return Template(SheetContents(xml, read_cells(xml, known)), known, date1904=False)


def is_varied(content: bytes, before: bytes) -> bool:
    """Whether a part is read as a variation of an earlier one, which is then checked against reading it by itself."""
    alone = read_cells(SheetXml(SHEET, "part", content), texts)
    reading = varied(template(before), content, texts)
    if reading is None:
        return False
    assert dict(reading.cells) == alone
    assert list(reading.cells) == list(alone)
    results = {(SHEET, ref): cell.value for ref, cell in alone.items() if cell.formula is not None}
    assert dict(reading.results) == results
    seen = reading.seen_with({}).cells
    assert [(ref, cell.value, cell.formula) for ref, cell in seen.items()] == [
        (ref, cell.value, cell.formula) for ref, cell in alone.items()
    ]
    constants = {(c.row, c.column): c.value for c in alone.values() if c.formula is None}
    known = {**reading.root.constants, **reading.differing}
    assert {place: value for place, value in known.items() if value is not None} == constants
    xml = SheetXml(SHEET, "part", content)
    assert reading.xml.count(b"c") >= xml.count(b"c")
    assert (reading.xml.start, reading.xml.end) == (xml.start, xml.end)
    return True


def texts() -> list[str]:
    return ["共享文字"] * 10_000


def test_changed_values(content: bytes) -> None:
    random_ = random.Random(1)
    for _ in range(10):
        changed = VALUE.sub(
            lambda m: b"<v>%d</v>" % random_.choice([1, 22, 333]) if random_.random() < 0.2 else m[0], content
        )
        assert is_varied(changed, content)


CHANGES = (
    (VALUE, lambda pick: b"<v>%d</v>" % pick.choice([1, 22, 333]), 0.1),
    (re.compile(rb"</f><v>[^<]*</v>"), lambda pick: b"</f><v>%d</v>" % pick.randint(0, 9), 0.3),
    (re.compile(rb'<c r="[A-Z]+5"( s="[0-9]+")?(?: t="[a-z]+")?><v>'), lambda pick: rb'<c r="B5"\1 t="b"><v>', 0.05),
    (re.compile(rb"</f><v>[^<]*</v>"), lambda pick: b"</f>", 0.02),
    (re.compile(rb' s="[0-9]+"'), lambda pick: b' s="%d"' % pick.randint(0, 9), 0.05),
    (
        re.compile(rb"<v>[^<]*</v>"),
        lambda pick: pick.choice([b"<v>x</v>", b"<v>\xff</v>", b"<v>1</v><v>2</v>", b""]),
        0.001,
    ),
    (re.compile(rb"<row [^>]*>"), lambda pick: b'<row r="5" ht="99">', 0.002),
)


def _perhaps(
    made: Callable[[random.Random], bytes], share: float, pick: random.Random, match: re.Match[bytes]
) -> bytes:
    """What is made of a match so often as its share says."""
    return match.expand(made(pick)) if pick.random() < share else match[0]


@pytest.mark.whole
def test_whatever_has_changed(content: bytes) -> None:
    """A variation holds what reading by itself gives, or is refused as that is."""
    pick, known, found = random.Random(3), template(content), 0
    # What is known of the template's look is not that of another.
    assert known.reading.xml.styles
    for number in range(150):
        changed = content
        for pattern, made, share in CHANGES[: 1 + number % len(CHANGES)]:
            changed = pattern.sub(partial(_perhaps, made, share, pick), changed)
        reading = varied(known, changed, texts)
        if reading is None:
            continue
        try:
            xml = SheetXml(SHEET, "part", changed)
            alone = read_cells(xml, texts)
        except UserError as error:
            # What a formula was saved as is looked at when it is asked for.
            with pytest.raises(UserError, match=re.escape(str(error))):
                dict(reading.results)
            continue
        assert dict(reading.cells) == alone
        assert reading.xml.styles == xml.styles
        assert dict(reading.results) == {(SHEET, ref): c.value for ref, c in alone.items() if c.formula is not None}
        found += 1
    assert 40 < found < 150


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5"/>', True),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="inlineStr"><is><t>text</t></is></c>', True),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5"><v></v></c>', True),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="str"><v></v></c>', True),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="b"><v>1</v></c>', True),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="e"><v>#N/A</v></c>', True),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', rb'<c r="B5" t="d"><v>2021-03-01</v></c>', False),
        (rb"</f><v>[^<]*</v>", b"</f><v></v>", True),
        (rb"</f><v>[^<]*</v>", b"</f>", True),
        (rb'<c r="B5"[^>]*?(/>|>.*?</c>)', b"", False),
        (rb"<row r=\"5\"[^>]*>", b'<row r="5" ht="99">', True),
        (rb"<sheetData>", b"<sheetData> ", False),
        (rb"<f>[^<]*</f>", b"<f>1+1</f>", False),
        (rb"</sheetData>", b'<row r="9999"><c r="A9999"><v>1</v></c></row></sheetData>', False),
    ],
)
def test_other_changes(content: bytes, old: bytes, new: bytes, expected: bool) -> None:
    changed = re.sub(old, new.replace(b"\\", b"\\\\"), content, count=1, flags=re.S)
    assert changed != content
    assert is_varied(changed, content) is expected


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
    assert varied(template(content), changed, texts) is None
    with pytest.raises(UserError):
        read_cells(SheetXml(SHEET, "part", changed), texts)


@pytest.mark.parametrize("raw", [b"1+" * 20_000 + b"1", b"&quot;" * 40_000, b"A" * 32_768])
def test_too_long_a_formula_is_refused_each_time(content: bytes, raw: bytes) -> None:
    changed = re.sub(rb"<f>[^<]*</f>", b"<f>%b</f>" % raw, content, count=1)
    for _ in range(2):
        assert varied(template(content), changed, texts) is None
        with pytest.raises(UserError, match="超过单元格的上限 32,767"):
            read_cells(SheetXml(SHEET, "part", changed), texts)


def test_too_long_a_text_is_refused_in_a_variation(content: bytes) -> None:
    long = b'<c r="B5" t="inlineStr"><is><t>%b</t></is></c>' % (b"x" * 32_768)
    changed = re.sub(rb'<c r="B5"[^>]*?(/>|>.*?</c>)', long, content, count=1)
    assert varied(template(content), changed, texts) is None
    with pytest.raises(UserError, match="超过单元格的上限 32,767"):
        read_cells(SheetXml(SHEET, "part", changed), texts)


def test_sheets_that_are_remembered_count_too(package: Package) -> None:
    assert all(package.cells(sheet.name) is not None for sheet in package.worksheets)
    again = open_package(package.data, limits=Limits(cells=1_000))
    with pytest.raises(UserError, match="超过上限 1,000"):
        list(map(again.cells, (sheet.name for sheet in again.worksheets)))


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
    before, after = ["甲", "乙", "丙"], ["甲", "新", "乙"]
    known = template(shared, lambda: before)
    typed = shared.replace(b"<v>2</v></c>", b"<v>1</v></c>", 1)
    for part in (shared, typed):
        found = varied(known, part, lambda: after)
        assert found is not None
        assert dict(found.cells) == read_cells(SheetXml(SHEET, "part", part), lambda: after)
        assert found.differing[6, 1] == "新"
    assert varied(known, shared, lambda: after[:2]) is None
    # A cell that is not written in the plain way may hold any of them.
    odd = shared.replace(b'<c r="A6" s="1" t="s">', b'<c r="A6" s="1" t = "s">')
    known = template(odd, lambda: before)
    assert varied(known, odd, lambda: before) is not None
    assert varied(known, odd.replace(b"<v>2</v></c>", b"<v>1</v></c>", 1), lambda: before) is not None
    found = varied(known, odd, lambda: after)
    assert found is None or dict(found.cells) == read_cells(SheetXml(SHEET, "part", odd), lambda: after)
    assert varied(known, shared.replace(b"<v>2</v></c>", b"<v>3</v></c>", 1), lambda: after) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sheetViews>", b"<sheetViews><!-- <sheetData> -->"),
        (b"<sheetViews>", b"<?xml-thing <sheetData> ?><sheetViews>"),
        (b"<sheetViews>", b'<sheetViews a="\xff">'),
        (b"<sheetViews>", b"<sheetData/><sheetViews>"),
    ],
)
def test_another_head_is_looked_at_closely(content: bytes, old: bytes, new: bytes) -> None:
    changed, known = content.replace(old, new, 1), template(content)
    assert changed != content
    assert varied(known, content.replace(old, b'<sheetViews a="1">', 1), texts) is not None
    assert varied(known, changed, texts) is None


@pytest.mark.parametrize("raw", [b"1e999", b"nan", b"1_0", b"<!-- -->", b"\xff", b"\0", b"&bad;"])
def test_what_no_cell_holds_is_never_taken(content: bytes, raw: bytes) -> None:
    cell = b'<c r="B5"%b><v>%b</v></c>' % (b' t="str"' if raw.startswith(b"&") else b"", raw)
    changed = re.sub(rb'<c r="B5"[^>]*?(/>|>.*?</c>)', lambda _: cell, content, count=1, flags=re.S)
    assert varied(template(content), changed, texts) is None
    with pytest.raises(UserError):
        read_cells(SheetXml(SHEET, "part", changed), texts)


def test_a_broken_saved_result_is_refused_when_it_is_asked_for(content: bytes) -> None:
    changed = re.sub(rb"(</f>)<v>[0-9.]+</v>", rb"\1<v>broken</v>", content, count=1)
    assert changed != content
    found = varied(template(content), changed, texts)
    assert found is not None
    with pytest.raises(UserError, match="不是数"):
        len(found.results)
    with pytest.raises(UserError, match="不是数"):
        read_cells(SheetXml(SHEET, "part", changed), texts)


def test_elements_that_begin_otherwise_are_read_closely(content: bytes) -> None:
    odd = content.replace(b'<c r="B5"', b'<c\nr="B5"', 1)
    assert odd != content
    other = VALUE.sub(b"<v>7</v>", odd)
    assert not is_varied(other, odd)


def test_whether_a_formula_spills_is_no_matter_of_values(content: bytes) -> None:
    array = re.sub(rb'(<c r="[A-Z]+[0-9]+")([^<>]*>)<f>', rb'\1 cm="1"\2<f t="array" ref="A1">', content, count=1)
    assert array != content
    plain = array.replace(b' cm="1"', b"", 1)
    for one, two in ((array, plain), (plain, array)):
        assert not is_varied(two, one)


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


@pytest.mark.whole
def test_results_are_written_as_into_a_part_read_by_itself(content: bytes) -> None:
    """Element by element in a variation, else by their places: the same bytes."""
    pick, known = random.Random(4), template(content)
    current, compared = content, 0
    for number in range(60):
        reading = varied(known, current, texts)
        if reading is None:
            # Spaces to be kept are not written in the plain way.
            current = content
            continue
        xml = SheetXml(SHEET, "part", current)
        cells = read_cells(xml, texts)
        formulas = [ref for ref, cell in cells.items() if cell.formula is not None]
        chosen = pick.sample(formulas, pick.randint(0, len(formulas)) if number % 3 else 5)
        values = {ref: pick.choice((*RESULTS, cells[ref].value)) for ref in chosen}
        found = reading.with_results(values)
        assert found == with_values(xml, cells, values)
        compared += 1
        current = found if found is not None and pick.random() < 0.7 else VALUE.sub(b"<v>7</v>", content, count=number)
    assert compared > 25


def test_only_results_are_rewritten(content: bytes) -> None:
    reading = varied(template(content), VALUE.sub(b"<v>7</v>", content, count=3), texts)
    assert reading is not None
    constant = next(ref for ref, cell in reading.cells.items() if cell.formula is None)
    for ref in (constant, "XFD1048576"):
        with pytest.raises(UserError, match="不是公式的结果"):
            reading.with_results({ref: 1.0})


def test_nothing_stands_behind_a_blank_cell(content: bytes) -> None:
    blank = re.sub(rb'<c r="B5"[^>]*?(/>|>.*?</c>)', b'<c r="B5"/>', content, count=1, flags=re.S)
    twice = blank.replace(b'<c r="B5"/>', b'<c r="B5"/>r="B5"/>', 1)
    assert is_varied(content, blank)
    assert varied(template(blank), twice, texts) is None


def test_cells_elsewhere_in_the_part_are_none(content: bytes) -> None:
    """Only what stands among the rows is a cell, however much another element looks like one."""
    outside = content.replace(b"</sheetData>", b'</sheetData><extLst><c r="B9999"><v>1</v></c></extLst>', 1)
    assert varied(template(outside), outside.replace(b"<v>1</v></c></extLst>", b"<v>2</v></c></extLst>"), texts) is None
    assert is_varied(VALUE.sub(b"<v>7</v>", outside, count=3), outside)
