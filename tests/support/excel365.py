"""A workbook in the shape in which Excel 365 saves it, made by hand from the specification; nothing was saved by Excel.

Formulas that were typed anew are dynamic arrays of one cell ([MS-XLSX] 2.2.4.8, `cm` points into metadata.xml), every
sheet has a code name and an xr:uid, and there are parts that older programs do not know: rich values, threaded comments.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection

METADATA = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" \
xmlns:xlrd="http://schemas.microsoft.com/office/spreadsheetml/2017/richdata" \
xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray">\
<metadataTypes count="1"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" \
pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1" clearComments="1" assign="1" coerce="1" \
cellMeta="1"/></metadataTypes><futureMetadata name="XLDAPR" count="1"><bk><extLst>\
<ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}"><xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext>\
</extLst></bk></futureMetadata><cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>"""
RICH_VALUES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<rvData xmlns="http://schemas.microsoft.com/office/spreadsheetml/2017/richdata" count="0"/>"""
PERSONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments" \
xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>"""
# Part, content type, relationship type of the workbook to it.
PARTS = (
    (
        "xl/metadata.xml",
        METADATA,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sheetMetadata",
    ),
    (
        "xl/richData/rdrichvalue.xml",
        RICH_VALUES,
        "application/vnd.ms-excel.rdrichvalue+xml",
        "http://schemas.microsoft.com/office/2017/06/relationships/rdRichValue",
    ),
    (
        "xl/persons/person.xml",
        PERSONS,
        "application/vnd.ms-excel.person+xml",
        "http://schemas.microsoft.com/office/2017/10/relationships/person",
    ),
)
# A conversation at a cell of the first sheet, to which that sheet has a relationship.
THREAD, THREAD_RELATIONS = "xl/threadedComments/threadedComment1.xml", "xl/worksheets/_rels/sheet1.xml.rels"
THREADED = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">\
<threadedComment ref="A1" dT="2026-01-05T08:00:00.00" personId="{00000000-0000-0000-0000-000000000001}" \
id="{00000000-0000-0000-0000-000000000002}"><text>请核对</text></threadedComment></ThreadedComments>"""
_THREAD_TYPE = "application/vnd.ms-excel.threadedcomments+xml"
_THREAD_RELATION = (
    '<Relationship Id="rIdThread" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
    'Target="../threadedComments/threadedComment1.xml"/>'
)
_NO_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
_REVISION = "http://schemas.microsoft.com/office/spreadsheetml/2014/revision"
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f>')


def as_excel_365(workbook: bytes, typed_anew: Collection[tuple[str, str]] = ()) -> bytes:
    """The workbook as Excel 365 saves it. `typed_anew`: part and reference of formulas that become dynamic arrays."""
    target, number = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                number += 1
                refs = {ref for part, ref in typed_anew if part == entry.filename}
                content = _sheet(content.decode(), number, refs).encode()
            elif entry.filename == "[Content_Types].xml":
                types = [*((n, t) for n, _, t, _ in PARTS), (THREAD, _THREAD_TYPE)]
                overrides = "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in types)
                content = content.replace(b"</Types>", overrides.encode() + b"</Types>")
            elif entry.filename == "xl/_rels/workbook.xml.rels":
                relations = "".join(
                    f'<Relationship Id="rId36{n}" Type="{kind}" Target="{name.removeprefix("xl/")}"/>'
                    for n, (name, _, _, kind) in enumerate(PARTS)
                )
                content = content.replace(b"</Relationships>", relations.encode() + b"</Relationships>")
            elif entry.filename == THREAD_RELATIONS:
                content = _with_thread(content.decode())
            elif entry.filename == "xl/workbook.xml" and b"codeName=" not in content:
                content = re.sub(rb"<workbookPr\b", b'<workbookPr codeName="ThisWorkbook"', content, count=1)
            result.writestr(entry, content)
        for name, text, _, _ in PARTS:
            result.writestr(name, text)
        result.writestr(THREAD, THREADED)
        if THREAD_RELATIONS not in source.namelist():
            result.writestr(THREAD_RELATIONS, _with_thread(_NO_RELATIONS))
    return target.getvalue()


def _with_thread(relations: str) -> bytes:
    return relations.replace("</Relationships>", f"{_THREAD_RELATION}</Relationships>").encode()


def _sheet(text: str, number: int, refs: Collection[str]) -> str:
    uid = f'xmlns:xr="{_REVISION}" xr:uid="{{00000000-0001-0000-0000-{number:012X}}}"'
    text = re.sub(r"<worksheet\b", f"<worksheet {uid}", text, count=1)
    if "codeName=" not in text:
        text = re.sub(r"<sheetPr\b", f'<sheetPr codeName="Sheet{number}"', text, count=1)

    def dynamic(match: re.Match[str]) -> str:
        ref, attributes = match[1], match[2]
        return f'<c r="{ref}"{attributes} cm="1"><f t="array" ref="{ref}">' if ref in refs else match[0]

    return _CELL.sub(dynamic, text)
