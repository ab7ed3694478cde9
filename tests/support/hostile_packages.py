"""One small generator for every kind of file that is no workbook, no sound zip, or has bad parts."""

from __future__ import annotations

import stat
import struct
import zipfile

from tests.support import hostile_workbooks as w
from tests.support.hostile_workbooks import kind, with_parts
from tests.support.mutations import zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def patched(blob: bytes, magic: bytes, offset: int, layout: str, value: int) -> bytes:
    """A zip with one field of its last record of a kind set to something else."""
    damaged = bytearray(blob)
    struct.pack_into(layout, damaged, blob.rfind(magic) + offset, value)
    return bytes(damaged)


def renamed(old: str, new: str) -> bytes:
    """The small workbook with an entry under another name."""
    return zipped([(new if name == old else name, content) for name, content in w.small_parts().items()])


# What is no workbook at all.


@kind
def empty() -> bytes:
    return b""


@kind
def csv_renamed() -> bytes:
    return "编号,值\nquota_used,200\n".encode()


@kind
def csv_in_gb18030() -> bytes:
    return "编号,值\nquota_used,200\n".encode("gb18030")


@kind
def web_page() -> bytes:
    return b"\xef\xbb\xbf\r\n<html><table><tr><td>1</td></tr></table></html>"


@kind
def xml_table() -> bytes:
    return b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'


@kind
def pdf() -> bytes:
    return b"%PDF-1.7\n"


@kind
def rar() -> bytes:
    return b"Rar!\x1a\x07\x01\x00"


@kind
def noise() -> bytes:
    return bytes(range(1, 256)) * 40


@kind
def encrypted() -> bytes:
    """A workbook with a password is an OLE2 container with these streams."""
    return OLE + bytes(504) + "EncryptionInfo".encode("utf-16-le") + "EncryptedPackage".encode("utf-16-le")


@kind
def word_document() -> bytes:
    return with_parts(
        TYPES=w.small_parts()[w.TYPES].replace(
            w.TYPE.encode(), b"application/vnd.openxmlformats-officedocument.wordprocessingml"
        )
    )


@kind
def binary_workbook() -> bytes:
    old = f"{w.TYPE}.sheet.main+xml".encode()
    return with_parts(
        TYPES=w.small_parts()[w.TYPES].replace(old, b"application/vnd.ms-excel.sheet.binary.macroEnabled.main")
    )


@kind
def zip_of_pictures() -> bytes:
    return zipped({"a.png": b"\x89PNG"})


# The zip.


@kind
def truncated() -> bytes:
    return w.small()[:-30]


@kind
def truncated_early() -> bytes:
    return w.small()[:900]


@kind
def something_behind() -> bytes:
    return w.small() + bytes(70)


@kind
def something_before() -> bytes:
    return b"PK\3\4" + w.small()


@kind
def duplicate_entries() -> bytes:
    return zipped([*w.small_parts().items(), (w.SHEET.upper(), w.sheet())])


@kind
def absolute_path() -> bytes:
    return renamed(w.STYLES, "/etc/cron.d/x")


@kind
def path_outside() -> bytes:
    return renamed(w.STYLES, "xl/../../../x.xml")


@kind
def path_of_windows() -> bytes:
    return renamed(w.STYLES, "C:\\x.xml")


@kind
def symbolic_link() -> bytes:
    made_by_unix = patched(w.small(), b"PK\1\2", 4, "<H", 3 << 8 | 20)
    return patched(made_by_unix, b"PK\1\2", 38, "<I", (stat.S_IFLNK | 0o777) << 16)


@kind
def encrypted_entry() -> bytes:
    return patched(w.small(), b"PK\1\2", 8, "<H", 1)


@kind
def unknown_compression() -> bytes:
    return patched(w.small(), b"PK\1\2", 10, "<H", 14)


@kind
def zip64_sizes() -> bytes:
    return patched(w.small(), b"PK\1\2", 24, "<I", 0xFFFFFFFF)


@kind
def zip64_count() -> bytes:
    return patched(w.small(), b"PK\5\6", 10, "<H", 0xFFFF)


@kind
def overlapping_entries() -> bytes:
    return patched(w.small(), b"PK\1\2", 20, "<I", 5_000_000)


@kind
def two_entries_with_the_same_data() -> bytes:
    """As the bombs of 2019 are built: every entry points to the same compressed data."""
    blob = w.small()
    first = blob.find(b"PK\1\2")
    return patched(blob, b"PK\1\2", 42, "<I", struct.unpack_from("<I", blob, first + 42)[0])


@kind
def false_size() -> bytes:
    return patched(w.small(), b"PK\1\2", 24, "<I", 7)


@kind
def false_checksum() -> bytes:
    blob = w.small()
    record = blob.find(w.SHEET.encode(), blob.find(b"PK\1\2")) - 46
    return patched(blob[: record + 16] + bytes(4) + blob[record + 20 :], b"PK\5\6", 4, "<H", 0)


@kind
def bomb() -> bytes:
    return zipped({**w.small_parts(), w.STYLES: bytes(60 << 20)}, level=9)


@kind
def bomb_of_many_parts() -> bytes:
    return zipped({**w.small_parts(), **{f"xl/media/{n}.bin": bytes(7 << 20) for n in range(60)}})


@kind
def bomb_within_a_part() -> bytes:
    """A zip inside is never opened."""
    return with_parts(STYLES=zipped({"a": zipped({"b": bytes(1 << 20)})}))


@kind
def many_parts() -> bytes:
    return zipped({**w.small_parts(), **{f"xl/x{n}.xml": b"" for n in range(6000)}}, zipfile.ZIP_STORED)


# The parts.


@kind
def no_content_types() -> bytes:
    return with_parts(TYPES=None)


@kind
def no_relationships() -> bytes:
    return with_parts(ROOT=None)


@kind
def no_workbook() -> bytes:
    return with_parts(BOOK=None)


@kind
def no_sheet() -> bytes:
    return with_parts(SHEET=None)


@kind
def no_shared_strings() -> bytes:
    return with_parts(STRINGS=None)


@kind
def no_styles() -> bytes:
    return with_parts(STYLES=None)


@kind
def loop_of_relationships() -> bytes:
    return with_parts(
        BOOK_RELATIONS=w.relations(("r1", "worksheet", "workbook.xml"), ("r2", "worksheet", "workbook.xml"))
    )


@kind
def sheets_on_one_part() -> bytes:
    one = ("worksheet", "worksheets/sheet1.xml")
    return with_parts(BOOK_RELATIONS=w.relations(("r1", *one), ("r2", *one)))


@kind
def sheet_on_the_web() -> bytes:
    listed = w.relations(("r1", "worksheet", "http://127.0.0.1:9/a.xml"), ("r2", "worksheet", "worksheets/sheet2.xml"))
    return with_parts(BOOK_RELATIONS=listed.replace(b'a.xml"', b'a.xml" TargetMode="External"'))


@kind
def sheet_in_a_file() -> bytes:
    return with_parts(BOOK_RELATIONS=w.relations(("r1", "worksheet", "../../../../etc/passwd")))


@kind
def sheets_of_one_name() -> bytes:
    return with_parts(BOOK=w.book(w.SHEETS.replace("第二", "表")))


@kind
def ten_thousand_sheets() -> bytes:
    return with_parts(BOOK=w.book("".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, 10_001))))


@kind
def invalid_utf8() -> bytes:
    return with_parts(SHEET=w.sheet(w.ROWS).replace("乙".encode(), b"\xff\xfe"))


@kind
def utf16() -> bytes:
    return with_parts(SHEET=w.sheet(w.ROWS).decode().encode("utf-16"))


@kind
def laughs_in_utf16() -> bytes:
    """Without a byte order mark it is valid UTF-8 as well, and the XML parser would see what it is."""
    return with_parts(STRINGS=laughs(w.small_parts()[w.STRINGS]).decode().encode("utf-16-le"))


def laughs(content: bytes) -> bytes:
    """An entity that stands for a billion others."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>'.encode() + content.replace("名".encode(), b"&l9;")


@kind
def billion_laughs() -> bytes:
    return with_parts(STRINGS=laughs(w.small_parts()[w.STRINGS]))


@kind
def billion_laughs_in_a_sheet() -> bytes:
    return with_parts(SHEET=laughs(w.sheet(w.ROWS)))


@kind
def outer_dtd() -> bytes:
    return with_parts(BOOK=b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + w.small_parts()[w.BOOK])


@kind
def outer_entity() -> bytes:
    declared = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return with_parts(STRINGS=declared + w.small_parts()[w.STRINGS].replace("名".encode(), b"&e;"))


@kind
def deep_xml() -> bytes:
    return with_parts(
        STRINGS=w.small_parts()[w.STRINGS].replace(b"<si>", b"<a>" * 50_000 + b"</a>" * 50_000 + b"<si>", 1)
    )


@kind
def many_strings() -> bytes:
    return with_parts(STRINGS=f'<sst xmlns="{w.MAIN}">'.encode() + b"<si><t/></si>" * 700_000 + b"</sst>")


@kind
def xml_cut_off() -> bytes:
    return with_parts(BOOK=w.small_parts()[w.BOOK][:-20])


@kind
def table_without_a_column() -> bytes:
    return with_parts(TABLE=w.small_parts()[w.TABLE].replace(b'A1:C3"', b'A1:D3"'))


@kind
def table_nowhere() -> bytes:
    return with_parts(TABLE=w.small_parts()[w.TABLE].replace(b'A1:C3"', b'A0:ZZZZ3"'))


@kind
def endless_iteration() -> bytes:
    settings = b'<calcPr iterate="1" iterateCount="999999999"/></workbook>'
    return with_parts(BOOK=w.small_parts()[w.BOOK].replace(b"</workbook>", settings))
