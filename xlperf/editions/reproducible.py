"""Makes a freshly laid out workbook reproducible: fixed times, canonical XML, the content type of its edition."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache
from xml.etree import ElementTree
from xml.parsers import expat

FIXED_TIME = (1980, 1, 1, 0, 0, 0)
FIXED_STAMP = b"2020-01-01T00:00:00Z"
PLAIN_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ROW = re.compile(rb'<row((?: [a-zA-Z]+="[^"]*")*?)( r="[0-9]+")')
_EMPTY_CELL = re.compile(rb'(<c [^<>]*?)(?: t="n")?></c>')
_ROWS = re.compile(rb"(?<=<sheetData>).+(?=</sheetData>)", re.S)
_IN_TEXT, _IN_ATTRIBUTE = re.compile(r"[&<>\r]"), re.compile(r'[&<"\t\n\r]')
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def reproducible(workbook: bytes, *, is_macro_enabled: bool, level: int = 6) -> bytes:
    """The same workbook with nothing in it that depends on when it was written; `level`: how tightly it is packed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(target, "w") as result:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _TIMES.sub(rb"\g<1>" + FIXED_STAMP, content)
            if name == "[Content_Types].xml" and is_macro_enabled:
                content = content.replace(PLAIN_TYPE, MACRO_TYPE)
            if name.endswith((".xml", ".rels")):
                content = _canonical(content)
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            result.writestr(entry, content, compresslevel=level)
    return target.getvalue()


@lru_cache(maxsize=256)
def _canonical(xml: bytes) -> bytes:
    """The XML in canonical form: openpyxl spells it in one way with lxml, in another without.

    Rows then begin with their number and empty cells are closed at once, as Excel writes them and readers expect. Most
    sheets are the same whatever the framework, and are remembered from one workbook to the next.
    """
    rows = _ROWS.search(xml)
    plain = _canonical_rows(rows[0]) if rows else None
    if rows is None or plain is None:
        text = ElementTree.canonicalize(xml.decode()).encode()
    else:
        around = ElementTree.canonicalize((xml[: rows.start()] + xml[rows.end() :]).decode()).encode()
        text = around.replace(b"<sheetData></sheetData>", b"<sheetData>" + plain + b"</sheetData>", 1)
    return _DECLARATION + _ROW.sub(rb"<row\2\1", _EMPTY_CELL.sub(rb"\1/>", text))


def _canonical_rows(xml: bytes) -> bytes | None:
    """The rows of a sheet in canonical form, in a fifth of the time; None where there are namespaces in them."""
    written: list[str] = []
    prefixes: list[str] = []

    def start(name: str, attributes: list[str]) -> None:
        pairs = sorted(zip(attributes[::2], attributes[1::2], strict=True))
        prefixes.extend(each for each in (name, *attributes[::2]) if ":" in each or each == "xmlns")
        values = [f' {key}="{_IN_ATTRIBUTE.sub(_entity, value)}"' for key, value in pairs]
        written.append(f"<{name}{''.join(values)}>")

    parser = expat.ParserCreate()
    parser.ordered_attributes = parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: written.append(f"</{name}>")
    parser.CharacterDataHandler = lambda text: written.append(_IN_TEXT.sub(_entity, text))
    parser.Parse(b"<rows>" + xml + b"</rows>", True)
    # One attribute of XML itself, which stands alone.
    is_plain = all(prefix == "xml:space" for prefix in prefixes)
    return "".join(written)[len("<rows>") : -len("</rows>")].encode() if is_plain else None


def _entity(sign: re.Match[str]) -> str:
    return _ENTITIES[sign[0]]
