"""The canonical form of a sheet's rows is that of the standard library, whatever stands in them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from xlperf.editions.reproducible import _canonical, _canonical_rows

ROWS = {
    "order of attributes": '<row spans="1:2" r="1"><c t="s" r="A1" s="3"><v>1</v></c></row>',
    "signs in texts": '<row r="1"><c r="A1"><f>IF(A1&amp;"&lt;&gt;"="甲",1,2)</f><v xml:space="preserve"> a&#13;\n\t&#9; </v></c></row>',
    "signs in attributes": '<row r="1" x=\'a&#9;&#10;&#13;&quot;&amp;&lt;&gt;&apos;\'><c r="A1"/></row>',
    "a prefix": '<row r="1" n:dyDescent="0.3"><c r="A1" n:x="1"/></row>',
    "a namespace": '<row r="1" xmlns:o="urn:o"><o:c o:r="A1"/></row>',
}


@pytest.mark.parametrize("name", ROWS)
def test_the_short_way_is_the_long_one(name: str) -> None:
    sheet = f'<w b="1" a="2" xmlns="urn:w" xmlns:n="urn:n"><sheetData>{ROWS[name]}</sheetData><n:e n:id="1"/></w>'
    taken_whole = ElementTree.canonicalize(sheet)
    before, _, found = taken_whole.partition("<sheetData>")
    rows, _, after = found.partition("</sheetData>")
    short = _canonical_rows(ROWS[name].encode()) if name[:2] != "a " else None
    assert short is None or short.decode() == rows
    assert (before + after).count(":id") == 1
    made = _canonical(sheet.encode()).decode().partition("\n")[2]
    assert ElementTree.canonicalize(made) == taken_whole


@pytest.mark.parametrize("name", [name for name in ROWS if name[:2] == "a "])
def test_namespaces_are_left_to_the_long_way(name: str) -> None:
    assert _canonical_rows(ROWS[name].replace('xmlns:o="urn:o" ', "").encode()) is None
