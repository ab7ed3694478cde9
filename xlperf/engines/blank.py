"""A workbook of blank sheets as a file's bytes, by which an engine learns their names and order."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats"
_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="{_TYPE}-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="{_TYPE}-officedocument.spreadsheetml.worksheet+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}-officedocument.spreadsheetml.sheet.main+xml"/>'
    "</Types>"
)
_SHEET = f'<worksheet xmlns="{_MAIN}"><sheetData/></worksheet>'


def blank_workbook(names: Sequence[str], *, date1904: bool = False) -> bytes:
    """The bytes of an .xlsx with blank sheets of these names."""
    sheets = "".join(f'<sheet name={quoteattr(n)} sheetId="{i}" r:id="s{i}"/>' for i, n in enumerate(names, 1))
    settings = '<workbookPr date1904="1"/>' if date1904 else ""
    numbers = range(1, len(names) + 1)
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _relationships([("w", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}">{settings}<sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relationships([(f"s{i}", "worksheet", f"s{i}.xml") for i in numbers]),
        **{f"xl/s{i}.xml": _SHEET for i in numbers},
    }
    return _stored({name: content.encode() for name, content in parts.items()})


def _relationships(related: Sequence[tuple[str, str, str]]) -> str:
    listed = "".join(f'<Relationship Id="{i}" Type="{_RELATION}/{kind}" Target="{to}"/>' for i, kind, to in related)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _stored(parts: dict[str, bytes]) -> bytes:
    """A zip of uncompressed entries."""
    bodies, records, offset = [], [], 0
    for name, content in parts.items():
        raw, size = name.encode(), len(content)
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, zlib.crc32(content), size, size, len(raw), 0)
        bodies.append(b"PK\3\4" + fields + raw + content)
        records.append(b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, offset) + raw)
        offset += len(bodies[-1])
    directory = b"".join(records)
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(directory), offset, 0)
    return b"".join((*bodies, directory, b"PK\5\6", end))
