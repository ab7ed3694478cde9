"""One small generator for every kind of broken or hostile file; `refused.toml` says what becomes of each."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable

from tests.support import hostile_workbooks as w
from tests.support.mutations import zipped

KINDS: dict[str, Callable[[], bytes]] = {}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Lists a generator under its name."""
    KINDS[make.__name__] = make
    return make


def with_parts(**parts: bytes | None) -> bytes:
    """The small workbook with other parts, by the names of their constants; None leaves one out."""
    changed = {getattr(w, name): content for name, content in parts.items()}
    return zipped({name: content for name, content in {**w.small_parts(), **changed}.items() if content is not None})


def with_cells(cells: str) -> bytes:
    """The small workbook with these cells in row 1 of its second sheet."""
    return with_parts(SECOND=w.sheet(f'<row r="1">{cells}</row>'))


def with_formulas(*formulas: str) -> bytes:
    """The small workbook with these formulas in column A of its second sheet; B1 to B50000 may be filled by others."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>{f}</f><v>1</v></c></row>' for n, f in enumerate(formulas, 1))
    return with_parts(SECOND=w.sheet(rows))


def with_names(names: str, formula: str) -> bytes:
    """The small workbook with these defined names and a formula on its second sheet."""
    return with_parts(
        BOOK=w.book(w.SHEETS, w.NAMES + names), SECOND=w.sheet(f'<row r="1"><c r="A1"><f>{formula}</f></c></row>')
    )


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


# The cells.


@kind
def million_rows() -> bytes:
    return with_parts(
        SECOND=w.sheet("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_000_001)))
    )


@kind
def million_empty_cells() -> bytes:
    letters = [chr(65 + n) for n in range(26)]
    rows = (
        f'<row r="{n}">{"".join(f"<c r={chr(34)}{x}{n}{chr(34)} s={chr(34)}1{chr(34)}/>" for x in letters)}</row>'
        for n in range(1, 40_001)
    )
    return with_parts(SECOND=w.sheet("".join(rows)))


@kind
def many_formulas() -> bytes:
    return with_formulas(*["1"] * 120_000)


@kind
def shared_string_out_of_range() -> bytes:
    return with_cells('<c r="A1" t="s"><v>99</v></c>')


@kind
def shared_string_of_many_digits() -> bytes:
    return with_cells(f'<c r="A1" t="s"><v>{"1" * 5000}</v></c>')


@kind
def wrong_cell_type() -> bytes:
    return with_cells('<c r="A1" t="zz"><v>1</v></c>')


@kind
def text_as_number() -> bytes:
    return with_cells('<c r="A1"><v>一百</v></c>')


@kind
def huge_number() -> bytes:
    return with_cells('<c r="A1"><v>1e999</v></c>')


@kind
def not_a_number() -> bytes:
    return with_cells('<c r="A1"><v>NaN</v></c>')


@kind
def impossible_date() -> bytes:
    return with_cells('<c r="A1" t="d"><v>2022-13-45</v></c>')


@kind
def cell_beyond_the_edge() -> bytes:
    return with_cells('<c r="XFE1"><v>1</v></c>')


@kind
def row_beyond_the_edge() -> bytes:
    return with_parts(SECOND=w.sheet('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'))


@kind
def cells_out_of_order() -> bytes:
    return with_cells('<c r="B1"><v>1</v></c><c r="A1"><v>1</v></c>')


@kind
def text_too_long() -> bytes:
    return with_cells(f'<c r="A1" t="str"><v>{"长" * 40_000}</v></c>')


@kind
def unknown_entity() -> bytes:
    return with_cells('<c r="A1" t="str"><v>&passwd;</v></c>')


@kind
def escape_sequence() -> bytes:
    return with_cells('<c r="A1"><v>\x1b[2J\x1b]0;x\x07</v></c>')


@kind
def shared_formula_without_its_first() -> bytes:
    return with_cells('<c r="A1"><f t="shared" si="7"/><v>1</v></c>')


@kind
def array_over_everything() -> bytes:
    return with_cells('<c r="A1"><f t="array" ref="A1:XFD1048576">1</f><v>1</v></c>')


@kind
def many_arrays() -> bytes:
    rows = (
        f'<row r="{n}"><c r="A{n}"><f t="array" ref="A{n}:B{n}">1</f><v>1</v></c><c r="B{n}"><v>1</v></c></row>'
        for n in range(1, 90_001)
    )
    return with_parts(SECOND=w.sheet("".join(rows)))


# The formulas.


@kind
def circle() -> bytes:
    return with_formulas("A2+1", "A1+1")


@kind
def deep_formula() -> bytes:
    return with_formulas("IF(1," * 2000 + "1" + ")" * 2000)


@kind
def deep_brackets() -> bytes:
    return with_formulas("(" * 8000 + "1" + ")" * 8000)


@kind
def long_formula() -> bytes:
    return with_formulas("1" + "+1" * 100_000)


@kind
def formula_of_nothing_sensible() -> bytes:
    return with_formulas(")(")


@kind
def unknown_function() -> bytes:
    return with_formulas('NOSUCH("a")')


@kind
def missing_sheet() -> bytes:
    return with_formulas("没有!A1")


@kind
def name_to_nowhere() -> bytes:
    return with_names('<definedName name="n">没有!$A$1</definedName>', "n+1")


@kind
def name_of_a_missing_sheet() -> bytes:
    return with_names('<definedName name="n" localSheetId="9">表!$A$1</definedName>', "1")


@kind
def names_in_a_circle() -> bytes:
    return with_names('<definedName name="n">m+1</definedName><definedName name="m">n+1</definedName>', "n")


@kind
def laughing_names() -> bytes:
    names = "".join(f'<definedName name="笑{n}">笑{n + 1}+笑{n + 1}+A1</definedName>' for n in range(1, 19))
    return with_names(names + '<definedName name="笑19">A2</definedName>', "笑1")


@kind
def calls_of_the_outside() -> bytes:
    return with_formulas('WEBSERVICE("http://127.0.0.1:9/")', 'CALL("kernel32","WinExec")', 'DDE("cmd","/c calc","1")')


@kind
def link_to_a_workbook() -> bytes:
    return with_formulas("[7]表!A1", "'[C:\\x.xlsx]表'!A1")


@kind
def arrays_that_take_hours() -> bytes:
    column = "SUMPRODUCT((表!B$1:B$20000&gt;1)*(表!B$1:B$20000&lt;{0}))"
    return with_formulas(*(column.format(n) for n in range(5000)))


@kind
def arrays_that_take_all_memory() -> bytes:
    nested = "".join(f"({c}:{c}+C:C)*(" for c in "DEFGHIJKLMNOPQRSTUV")
    return with_formulas(f"SUMPRODUCT({nested}W:W{')' * 19})")


@kind
def texts_that_take_all_memory() -> bytes:
    return with_formulas('REPT("长",30000)', *(f"A{n}&amp;A{n}" for n in range(1, 40)))


@kind
def texts_in_arrays_that_take_all_memory() -> bytes:
    return with_formulas('REPT("长",30000)', "SUMPRODUCT(LEN(B1:B50000&amp;A1))")


@kind
def chain_of_formulas() -> bytes:
    return with_formulas(*(f"A{n}" for n in range(2, 60_001)), "1")
