"""A workbook written by hand, part by part, so that tests see the very bytes of its cells."""

from __future__ import annotations

import io
import zipfile

from xlperf.package import Package, open_package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "xl/worksheets/sheet1.xml"


def package(rows: str, *, before: str = "", after: str = "", parts: dict[str, str] | None = None) -> Package:
    """A workbook with one sheet S of these rows, shared strings and an absolute target."""
    stream = io.BytesIO()
    contents = {
        "[Content_Types].xml": f"<Types xmlns='{PACKAGE}/content-types'><Override ContentType="
        "'application/vnd.ms-excel.sheet.macroEnabled.main+xml' PartName='/xl/book.xml'/></Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r" Type="{RELATION}/officeDocument" Target="/xl/book.xml"/>'
        f'<Relationship Id="c" Type="{RELATION}/custom-properties" Target="docProps/custom.xml"/></Relationships>',
        "docProps/custom.xml": '<Properties xmlns="x" xmlns:vt="y"><property name="编号" pid="2"><vt:lpwstr>甲1'
        "</vt:lpwstr></property></Properties>",
        "xl/book.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><workbookPr date1904="1"/><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/><sheet name="藏" sheetId="2" state="hidden" r:id="r2"/></sheets>'
        "<definedNames><definedName name='合计' hidden='1'>S!$A$1</definedName>"
        '<definedName name="本地" localSheetId="1">S!$A$2</definedName></definedNames>'
        '<calcPr iterate="1" iterateCount="7"/></workbook>',
        "xl/_rels/book.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{RELATION}/worksheet" Target="/{SHEET}"/>'
        f'<Relationship Id="r2" Type="{RELATION}/worksheet" Target="worksheets/other%20one.xml"/>'
        f'<Relationship Id="s" Type="{RELATION}/sharedStrings" Target="strings.xml"/></Relationships>',
        "xl/strings.xml": f'<sst xmlns="{MAIN}"><si><t>一</t></si><si><r><rPr/><t>富</t></r><r><t xml:space="preserve"> 文'
        '</t></r><rPh sb="0" eb="1"><t>ふ</t></rPh></si><si/><si><t>_x0041__x005F_x0042_</t></si></sst>',
        "xl/worksheets/other one.xml": f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="B2" t="b">'
        "<x:f>TRUE</x:f><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>",
        SHEET: f'<?xml version="1.0"?>\n<!-- <sheetData/> --><worksheet xmlns="{MAIN}">{before}<sheetData>{rows}'
        f"</sheetData>{after}</worksheet>",
        **(parts or {}),
    }
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return open_package(stream.getvalue())
