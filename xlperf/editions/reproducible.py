"""Makes a freshly laid out workbook reproducible: fixed times, canonical XML, the content type of its edition."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache
from xml.etree import ElementTree

FIXED_TIME = (1980, 1, 1, 0, 0, 0)
FIXED_STAMP = b"2020-01-01T00:00:00Z"
PLAIN_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ROW = re.compile(rb'<row((?: [a-zA-Z]+="[^"]*")*?)( r="[0-9]+")')
_EMPTY_CELL = re.compile(rb'(<c [^<>]*?)(?: t="n")?></c>')
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def reproducible(workbook: bytes, *, is_macro_enabled: bool) -> bytes:
    """The same workbook with nothing in it that depends on when it was written."""
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
            result.writestr(entry, content, compresslevel=6)
    return target.getvalue()


@lru_cache(maxsize=256)
def _canonical(xml: bytes) -> bytes:
    """The XML in canonical form: openpyxl spells it in one way with lxml, in another without.

    Rows then begin with their number and empty cells are closed at once, as Excel writes them and readers expect. Most
    sheets are the same whatever the framework, and are remembered from one workbook to the next.
    """
    text = ElementTree.canonicalize(xml.decode()).encode()
    return _DECLARATION + _ROW.sub(rb"<row\2\1", _EMPTY_CELL.sub(rb"\1/>", text))
