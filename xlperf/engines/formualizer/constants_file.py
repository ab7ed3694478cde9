"""The sheets of a workbook with their constants as a small file, which an engine reads faster than cell by cell."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from xlperf.package import Cell
from xlperf.values import Value

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
# Text that reads the same however a reader treats spaces, codes and entities.
_PLAIN_TEXT = re.compile(r"[^\W_]+(?:[ .,:;()%/（）、，。：；《》—-]?[^\W_])*")

Constants = Mapping[str, Iterable[Cell]]


def is_writable(value: Value) -> bool:
    """Whether a constant may be stated in the file; others are set one by one."""
    return isinstance(value, bool | float) or (isinstance(value, str) and _PLAIN_TEXT.fullmatch(value) is not None)


def constants_workbook(constants: Constants, *, date1904: bool = False) -> bytes:
    """The bytes of an .xlsx with sheets of these names and in them these cells, which must be writable."""
    names = tuple(constants)
    sheets = "".join(f'<sheet name={quoteattr(n)} sheetId="{i}" r:id="s{i}"/>' for i, n in enumerate(names, 1))
    settings = '<workbookPr date1904="1"/>' if date1904 else ""
    numbers = range(1, len(names) + 1)
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _relationships([("w", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}">{settings}<sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relationships([(f"s{i}", "worksheet", f"s{i}.xml") for i in numbers]),
        **{f"xl/s{i}.xml": _sheet(cells) for i, cells in zip(numbers, constants.values(), strict=True)},
    }
    return _stored({name: content.encode() for name, content in parts.items()})


def _sheet(cells: Iterable[Cell]) -> str:
    """A worksheet part."""
    pieces = []
    row = 0
    for cell in cells:
        if cell.row != row:
            pieces.append(f'</row><row r="{cell.row}">' if row else f'<row r="{cell.row}">')
            row = cell.row
        value = cell.value
        if isinstance(value, bool):
            pieces.append(f'<c r="{cell.ref}" t="b"><v>{value:d}</v></c>')
        elif isinstance(value, str):
            pieces.append(f'<c r="{cell.ref}" t="str"><v>{value}</v></c>')
        else:
            pieces.append(f'<c r="{cell.ref}"><v>{value!r}</v></c>')
    end = "</row>" if row else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(pieces)}{end}</sheetData></worksheet>'


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
