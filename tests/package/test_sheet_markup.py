"""What is known of a worksheet part without taking it apart: how many elements it has, what stands around its cells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.package.hand_written import package
from xlperf.errors import UserError
from xlperf.package import Package, open_package
from xlperf.package.limits import DEFAULT_LIMITS
from xlperf.package.sheet_rules import are_surrounded_alike, has_outer_links
from xlperf.package.sheet_xml import SheetXml

PLAIN = (
    '<row r="1"><c r="A1" s="3"/><c r="B1"/><c r="C1" t="s" s="2"><v>0</v></c></row><row r="2"/>'
    '<row r="4" ht="9"><c r="A4"><f>1+1</f><v>2</v></c><c r="B4" t="inlineStr"><is><t>字</t></is></c></row>'
)
RICH = '<row r="1"><c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>富</t></r></is></c></row>'
UNUSUAL = ("<row><c><v>1</v></c></row>", '<row r="1" ><c  r="A1"><v>1</v></c></row>', RICH)


def counted(xml: SheetXml, name: bytes) -> int:
    return xml.content.count(b"<" + name + b" ", xml.start, xml.end) + xml.content.count(
        b"<" + name + b">", xml.start, xml.end
    )


def read(rows: str) -> SheetXml:
    return package(rows).reading("S").xml


def test_a_plain_part_is_counted_while_it_is_read() -> None:
    xml = read(PLAIN)
    assert xml.plain == (3, 5, True)
    assert (xml.count(b"row"), xml.count(b"c")) == (counted(xml, b"row"), counted(xml, b"c")) == (3, 5)
    assert xml.styles == {"A1": 3, "B1": 0, "C1": 2, "A4": 0, "B4": 0}


def test_one_without_shared_texts_says_so() -> None:
    xml = read('<row r="1"><c r="A1" t="str"><f>"s"</f><v>s</v></c></row>')
    assert xml.plain == (1, 1, False)


@pytest.mark.parametrize("rows", UNUSUAL)
def test_nothing_is_known_of_others(rows: str) -> None:
    xml = read(rows)
    assert xml.plain is None
    assert (xml.count(b"row"), xml.count(b"c")) == (1, 1)


def test_texts_with_parts_are_seen() -> None:
    assert package(RICH).reading("S").has_rich_texts
    assert not package(PLAIN).reading("S").has_rich_texts


def limited(content: Package, cells: int, formulas: int) -> Package:
    return open_package(content.data, limits=replace(DEFAULT_LIMITS, cells=cells, formulas=formulas))


@pytest.mark.parametrize(("cells", "formulas", "kind"), [(4, 9, "单元格"), (9, 0, "公式"), (5, 1, "")])
def test_as_many_as_may_be(cells: int, formulas: int, kind: str) -> None:
    """Where the tags are more than may be, elements are counted: no fewer and no more are read."""
    given = limited(package(PLAIN), cells, formulas)
    if not kind:
        assert given.value("S", "A4") == 2
        return
    with pytest.raises(UserError, match=f"个{kind}，超过上限 {cells if kind == '单元格' else formulas:,}"):
        given.value("S", "A4")


VIEW, MARGINS = '<sheetViews><sheetView workbookViewId="0"/></sheetViews>', '<pageMargins left="1"/>'


@pytest.mark.parametrize(
    ("other", "is_alike"),
    [
        (package("", before=VIEW, after=MARGINS), True),
        (package("<row r='9'/>", before=VIEW, after=MARGINS), True),
        (package(PLAIN, before=VIEW), False),
        (package(PLAIN, after=MARGINS), False),
        (package(PLAIN, before=VIEW.replace("0", "1"), after=MARGINS), False),
        (package(PLAIN, before=VIEW, after=MARGINS.replace("1", "2")), False),
    ],
)
def test_the_same_around_other_cells(other: Package, is_alike: bool) -> None:
    xml = package(PLAIN, before=VIEW, after=MARGINS).markup("S")
    assert are_surrounded_alike(xml, other.markup("S")) is is_alike
    assert are_surrounded_alike(other.markup("S"), xml) is is_alike


@pytest.mark.parametrize(
    ("after", "is_outer"),
    [
        ("", False),
        ('<hyperlinks><hyperlink ref="A1" location="甲!A1"/></hyperlinks><drawing r:id="r1"/>', False),
        ('<hyperlinks><hyperlink ref="A1" r:id="r1"/></hyperlinks>', True),
        ('<hyperlinks><hyperlink ref="A1" location="甲!A1"/><hyperlink ref="A2" r:id = "r1"/></hyperlinks>', True),
        ("<hyperlinks><hyperlink ref='A1' display='a>b' rel:id='r1'/></hyperlinks>", True),
        ("<x:hyperlinks><x:hyperlink ref='A1'\n y:id='r1'/></x:hyperlinks>", True),
        ('<hyperlinks><hyperlink ref="A1" display=" r:id=" location="甲!A1"/></hyperlinks>', False),
    ],
)
def test_links_that_lead_out(after: str, is_outer: bool) -> None:
    """A relation may be another one for the very same markup."""
    assert has_outer_links(package(PLAIN, after=after).markup("S")) is is_outer
