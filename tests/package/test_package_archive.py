"""The zip layer: hostile and damaged files are refused in one sentence, unchanged entries are copied raw."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from xlperf.errors import UserError
from xlperf.package import Limits, open_package, write_file

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
    f'Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>'
    '<sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c>'
    '<c r="B1"><f>A1*2</f><v>2</v></c></row></sheetData></worksheet>',
}


def workbook(replace: dict[str, str | bytes] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A small workbook; an empty text leaves a part out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in {**PARTS, **(replace or {})}.items():
            if content:
                archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10)), content, method)
    return stream.getvalue()


def refusal(blob: bytes, limits: Limits | None = None) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(UserError) as caught:
        open_package(blob, limits or Limits())
    return str(caught.value)


def test_small_workbook_opens() -> None:
    package = open_package(workbook())
    assert [sheet.name for sheet in package.sheets] == ["表"]
    assert package.value("表", "B1") == 2.0


def test_truncated_at_every_97th_byte() -> None:
    blob = workbook()
    for length in range(0, len(blob), 97):
        with contextlib.suppress(UserError):
            open_package(blob[:length]).cells("表")


def test_every_flipped_byte_is_refused_or_harmless() -> None:
    blob = workbook()
    for position in range(0, len(blob), 7):
        damaged = bytearray(blob)
        damaged[position] ^= 0xFF
        with contextlib.suppress(UserError):
            package = open_package(bytes(damaged))
            for sheet in package.worksheets:
                package.cells(sheet.name)
            assert package.tables == ()


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"", "空"),
        (b"hello, world", "纯文本"),
        (b"\x01\x02", "不是 Excel 工作簿"),
        (b"<html><table></table></html>", "网页"),
        (b"<?xml version='1.0'?><Workbook/>", "XML 表格"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE2"),
        (b"PK\3\4", "不完整"),
    ],
)
def test_other_files_are_named(start: bytes, said: str) -> None:
    assert said in refusal(start)


def test_open_document_is_named() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "OpenDocument" in refusal(stream.getvalue())


def test_duplicate_entries() -> None:
    blob = workbook().replace(b"xl/workbook.xml", b"_RELS/.RELSxxxx")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.xml", "1")
        archive.writestr("A.XML", "2")
    assert "重名" in refusal(stream.getvalue())
    assert refusal(blob)


@pytest.mark.parametrize("name", ["/xl/a.xml", "xl/../../a.xml", "xl\\a.xml", "C:/a.xml"])
def test_paths_that_lead_out(name: str) -> None:
    blob = workbook({"p" * len(name): "x"}).replace(b"p" * len(name), name.encode())
    assert "部件名" in refusal(blob)


def test_encrypted_entry() -> None:
    blob = bytearray(workbook())
    record = blob.find(b"PK\1\2")
    blob[record + 8] |= 1
    assert "加密" in refusal(bytes(blob))


def test_unknown_compression() -> None:
    assert "压缩方法" in refusal(workbook(method=zipfile.ZIP_BZIP2))


def test_bomb_by_ratio_and_by_lies() -> None:
    bomb = workbook({"xl/media/zeros.bin": bytes(20 << 20)})
    assert "过大" in refusal(bomb)
    blob = bytearray(workbook({"xl/worksheets/sheet1.xml": " " * 100_000}))
    name = b"xl/worksheets/sheet1.xml"
    record = blob.rfind(name) - 46
    struct.pack_into("<I", blob, record + 24, 10)
    with pytest.raises(UserError, match="不能按目录所写的大小解压"):
        open_package(bytes(blob)).cells("表")


@pytest.mark.parametrize("limits", [Limits(parts=3), Limits(part_bytes=100), Limits(inflated_bytes=100)])
def test_limits(limits: Limits) -> None:
    assert "拒绝" in refusal(workbook(), limits)


def test_compressed_limit(tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    path.write_bytes(workbook())
    with pytest.raises(UserError, match=r"大\.xlsx：.*上限"):
        open_package(path, Limits(compressed_bytes=10))


def test_overlapping_entries() -> None:
    blob = bytearray(workbook())
    record = blob.find(b"PK\1\2")
    struct.pack_into("<I", blob, record + 20, 100_000)
    assert "重叠" in refusal(bytes(blob))


@pytest.mark.parametrize("part", ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_document_type_is_refused(part: str) -> None:
    hostile = '<!DOCTYPE x [<!ENTITY a "b">]>' + PARTS[part]
    with pytest.raises(UserError, match="DOCTYPE"):
        open_package(workbook({part: hostile})).cells("表")


@pytest.mark.parametrize("part", list(PARTS))
@pytest.mark.parametrize("content", ["", "<broken", "\xff\xfe", "<a/>", b"\xff\xff\xff"])
def test_missing_or_broken_parts(part: str, content: str | bytes) -> None:
    with pytest.raises(UserError):
        open_package(workbook({part: content})).cells("表")


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><v>x</v></c>',
        '<c r="A1"><v>nan</v></c>',
        '<c r="A1"><v>1_0</v></c>',
        '<c r="A1" t="s"><v>0</v></c>',
        '<c r="A1" t="zz"><v>0</v></c>',
        '<c r="A2"><v>0</v></c>',
        '<c r="ZZZ1"><v>0</v></c>',
        '<c r="B1"><v>1</v></c><c r="A1"><v>2</v></c>',
        '<c r="A1"><!-- 1 --><v>0</v></c>',
        '<c r="A1"><v><![CDATA[1]]></v></c>',
        '<c r="A1" t="str"><v>&unknown;</v></c>',
        '<c r="A1"><f t="shared" si="9"/><v>0</v></c>',
        '<c r="A1"><v>0</v><v>1</v></c>',
        '<c r="A1" x=">"><v>0</v></c>',
        "text",
    ],
)
def test_cells_that_can_not_be_read_are_refused(cell: str) -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    with pytest.raises(UserError):
        open_package(workbook({"xl/worksheets/sheet1.xml": sheet})).formulas("表")


def test_unchanged_entries_are_copied_raw() -> None:
    blob = workbook({"xl/media/图.bin": b"\0\1" * 50}, zipfile.ZIP_STORED)
    package = open_package(blob)
    assert package.patched({("表", "B1"): 2.0}) is package
    changed = package.patched({("表", "B1"): 3.0})
    assert open_package(changed.data).value("表", "B1") == 3.0
    with zipfile.ZipFile(io.BytesIO(blob)) as before, zipfile.ZipFile(io.BytesIO(changed.data)) as after:
        assert after.testzip() is None
        assert before.namelist() == after.namelist()
        for old, new in zip(before.infolist(), after.infolist(), strict=True):
            assert (old.date_time, old.flag_bits) == (new.date_time, new.flag_bits)
            if old.filename != "xl/worksheets/sheet1.xml":
                assert (old.compress_type, old.CRC) == (new.compress_type, new.CRC)
    assert changed.patched({("表", "B1"): 2.0}).part("xl/worksheets/sheet1.xml") == package.part(
        "xl/worksheets/sheet1.xml"
    )


def test_data_descriptors_and_comment() -> None:
    class Unseekable(io.RawIOBase):
        """A stream on which zipfile writes data descriptors."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += data
            return len(data)

    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
        archive.comment = "备注".encode()
    package = open_package(bytes(stream.data))
    changed = package.patched({("表", "B1"): 3.0})
    with zipfile.ZipFile(io.BytesIO(changed.data)) as after:
        assert after.testzip() is None
        assert after.comment == "备注".encode()


def test_zlib_level_is_deterministic() -> None:
    package = open_package(workbook())
    assert package.patched({("表", "B1"): 5.0}).data == package.patched({("表", "B1"): 5.0}).data
    assert zlib.crc32(package.data) == zlib.crc32(open_package(package.data).data)


def test_files_on_disk(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="不存在"):
        open_package(tmp_path / "没有.xlsx")
    with pytest.raises(UserError, match="不是文件"):
        open_package(tmp_path)
    with pytest.raises(UserError, match="无法写入"):
        write_file(tmp_path / "没有" / "a.xlsx", b"")
    path = tmp_path / "a.xlsx"
    write_file(path, b"1")
    write_file(path, b"2")
    assert path.read_bytes() == b"2"
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match="无法写入"):
        write_file(tmp_path / "folder", b"3")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.xlsx", "folder"]
