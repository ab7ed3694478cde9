"""A zip archive as raw entries: checked on opening, inflated on demand, rewritten with unchanged entries copied raw."""

from __future__ import annotations

import functools
import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from deflate import DeflateError, crc32, deflate_compress, deflate_decompress

from xlperf.errors import UserError
from xlperf.escaping import excerpt
from xlperf.package.limits import Limits

_END = struct.Struct("<IHHHHIIH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_END_MAGIC, _CENTRAL_MAGIC, _LOCAL_MAGIC = b"PK\5\6", 0x02014B50, 0x04034B50
_ZIP64_LOCATOR = b"PK\6\7"
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800
_STORED, _DEFLATED = 0, 8
_ZIP64_FIELD = 1
_UNIX, _FILE_TYPE, _LINK = 3, 0o170000, 0o120000
_LEVEL = 1

_DAMAGED = "文件已损坏（{}），请重新取得一份完整的文件"


class Entry(NamedTuple):
    """One entry of the central directory, with the span of its data."""

    name: str
    method: int
    crc: int
    compressed: int
    inflated: int
    header: int
    data: int
    record: int


class Fingerprint:
    """The bytes of an entry as they are stored: compared in full, which takes less time than any digest of them."""

    __slots__ = ("_hash", "_raw", "_stated", "size")

    def __init__(self, raw: bytes, method: int, crc: int, size: int) -> None:
        self.size = size
        self._raw = raw
        self._stated = method, crc, size
        self._hash = hash(self._stated)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fingerprint) and self._stated == other._stated and self._raw == other._raw


@dataclass(frozen=True)
class Archive:
    """The bytes of a zip file and where its entries lie, in the order of the central directory."""

    blob: bytes
    entries: Mapping[str, Entry]
    directory: int
    end: int

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the entries, in the order of the central directory."""
        return tuple(self.entries)

    @functools.cached_property
    def folded(self) -> Mapping[str, str]:
        """The names of the entries by their spelling without case."""
        return {name.casefold(): name for name in self.entries}

    def read(self, name: str) -> bytes:
        """The inflated bytes of one entry, checked against its size and checksum."""
        entry = self.entries[name]
        raw = self.blob[entry.data : entry.data + entry.compressed]
        content = raw if entry.method == _STORED else _inflate(raw, entry)
        if len(content) != entry.inflated or crc32(content) != entry.crc:
            raise UserError(_DAMAGED.format(f"部件 {name} 的校验和不符"))
        return content

    def fingerprint(self, name: str) -> Fingerprint:
        """What tells the entry's content from any other."""
        entry = self.entries[name]
        raw = self.blob[entry.data : entry.data + entry.compressed]
        return Fingerprint(raw, entry.method, entry.crc, entry.inflated)

    def replaced(self, contents: Mapping[str, bytes], without: Collection[str] = ()) -> bytes:
        """The archive with other contents for some entries, and without some.

        All else is copied raw, in the same order and layout.
        """
        if not contents and not without:
            return self.blob
        bodies, moved, position = [], {}, 0
        for entry, stop in self._regions():
            if entry.name in without:
                continue
            content = contents.get(entry.name)
            region = self.blob[entry.header : stop] if content is None else self._rewritten(entry, content)
            moved[entry.name] = (position + self._first, region)
            bodies.append(region)
            position += len(region)
        kept = [entry for entry in self.entries.values() if entry.name not in without]
        records = [self._record(entry, *moved[entry.name], entry.name in contents) for entry in kept]
        directory = b"".join(records)
        start = self._first + position
        fields = list(_END.unpack_from(self.blob, self.end))
        fields[3:7] = len(kept), len(kept), len(directory), start
        comment = self.blob[self.end + _END.size :]
        return b"".join((self.blob[: self._first], *bodies, directory, _END.pack(*fields), comment))

    @property
    def _first(self) -> int:
        return min((entry.header for entry in self.entries.values()), default=self.directory)

    def _regions(self) -> Iterator[tuple[Entry, int]]:
        """Entries by their place in the file, each with the offset at which the next thing begins."""
        ordered = sorted(self.entries.values(), key=lambda entry: entry.header)
        starts = [entry.header for entry in ordered[1:]] + [self.directory]
        return zip(ordered, starts, strict=True)

    def _rewritten(self, entry: Entry, content: bytes) -> bytes:
        """A local header with its new data: sizes known in front, so that no data descriptor follows."""
        fields = list(_LOCAL.unpack_from(self.blob, entry.header))
        name_end = entry.header + _LOCAL.size + fields[9]
        name = self.blob[entry.header + _LOCAL.size : name_end]
        extra = _without_zip64(self.blob[name_end : entry.data])
        data = bytes(deflate_compress(content, _LEVEL))
        fields[2] &= ~_DESCRIPTOR
        fields[3] = _DEFLATED
        fields[6:9] = crc32(content), len(data), len(content)
        fields[10] = len(extra)
        return b"".join((_LOCAL.pack(*fields), name, extra, data))

    def _record(self, entry: Entry, offset: int, region: bytes, rewritten: bool) -> bytes:
        """The central directory record of an entry at its new place."""
        fields = list(_CENTRAL.unpack_from(self.blob, entry.record))
        name_end = entry.record + _CENTRAL.size + fields[10]
        extra = self.blob[name_end : name_end + fields[11]]
        comment = self.blob[name_end + fields[11] : name_end + fields[11] + fields[12]]
        if rewritten:
            local = _LOCAL.unpack_from(region)
            fields[3], fields[4] = local[2], local[3]
            fields[7:10] = local[6:9]
            extra = _without_zip64(extra)
            fields[11] = len(extra)
        fields[16] = offset
        name = self.blob[entry.record + _CENTRAL.size : name_end]
        return b"".join((_CENTRAL.pack(*fields), name, extra, comment))


def open_archive(blob: bytes, limits: Limits) -> Archive:
    """Reads the directory of a zip file and checks that it is what it claims to be.

    Errors: a UserError for every archive that is damaged, hostile, or uses a feature no workbook needs.
    """
    end = _end_of_directory(blob)
    _, _, _, _, count, size, directory, _ = _END.unpack_from(blob, end)
    if blob[max(end - 20, 0) : end].startswith(_ZIP64_LOCATOR) or count == 0xFFFF:
        raise UserError("文件是 ZIP64 格式的压缩包，不能处理；请用 Excel 或 WPS 打开后另存为 .xlsx")
    if directory + size != end:
        raise UserError(_DAMAGED.format("压缩包目录的位置不符"))
    if count > limits.parts:
        raise UserError(
            f"文件内有 {count} 个部件，超过上限 {limits.parts}，不像正常的工作簿，已拒绝；请向交来文件的人核实，重新取得"
        )
    entries: dict[str, Entry] = {}
    position = directory
    for _ in range(count):
        entry, position = _entry(blob, position, end)
        # Names that differ in case only are the same.
        if entries.setdefault(entry.name.casefold(), entry) is not entry:
            raise UserError(
                f"文件内有重名的部件 {entry.name}，不像正常的工作簿，已拒绝；请向交来文件的人核实，重新取得"
            )
    if position != end:
        raise UserError(_DAMAGED.format("压缩包目录的长度不符"))
    archive = Archive(blob, {entry.name: entry for entry in entries.values()}, directory, end)
    _check_sizes(archive, limits)
    return archive


def _end_of_directory(blob: bytes) -> int:
    end = blob.rfind(_END_MAGIC)
    if end < 0 or len(blob) - end < _END.size:
        raise UserError(_DAMAGED.format("压缩包不完整，缺少结尾，可能没有下载或传送完"))
    if end + _END.size + _END.unpack_from(blob, end)[7] != len(blob):
        raise UserError(_DAMAGED.format("压缩包结尾处有多余或缺少的内容"))
    return end


def _entry(blob: bytes, record: int, end: int) -> tuple[Entry, int]:
    """One record of the central directory, checked against its local header; and where the next one begins."""
    if record + _CENTRAL.size > end:
        raise UserError(_DAMAGED.format("压缩包目录被截断"))
    f = _CENTRAL.unpack_from(blob, record)
    begin = record + _CENTRAL.size
    following = begin + f[10] + f[11] + f[12]
    if f[0] != _CENTRAL_MAGIC or following > end:
        raise UserError(_DAMAGED.format("压缩包目录无法读出"))
    raw_name = blob[begin : begin + f[10]]
    name = _name(raw_name, bool(f[3] & _UTF8))
    if f[3] & _ENCRYPTED:
        raise UserError(f"部件 {name} 已加密，不能处理；请取消密码后重新保存")
    if f[1] >> 8 == _UNIX and f[15] >> 16 & _FILE_TYPE == _LINK:
        raise UserError(f"文件内的部件 {name} 是符号链接，可能是恶意文件，已拒绝；请向交来文件的人核实，重新取得")
    if f[4] not in (_STORED, _DEFLATED):
        raise UserError(f"部件 {name} 用了不认识的压缩方法（{f[4]}）；请用 Excel 或 WPS 打开后重新保存")
    if 0xFFFFFFFF in (f[8], f[9], f[16]):
        raise UserError(f"部件 {name} 用了 ZIP64 格式，不能处理；请用 Excel 或 WPS 打开后另存为 .xlsx")
    header = f[16]
    if header + _LOCAL.size > end:
        raise UserError(_DAMAGED.format(f"部件 {name} 的位置不符"))
    local = _LOCAL.unpack_from(blob, header)
    if local[0] != _LOCAL_MAGIC or local[9] != f[10] or not blob.startswith(raw_name, header + _LOCAL.size):
        raise UserError(_DAMAGED.format(f"部件 {name} 与压缩包目录不符"))
    data = header + _LOCAL.size + local[9] + local[10]
    return Entry(name, f[4], f[7], f[8], f[9], header, data, record), following


@functools.lru_cache(maxsize=1024)
def _name(raw: bytes, is_utf8: bool) -> str:
    """The name of an entry; workbooks mostly have the same ones."""
    try:
        name = raw.decode("utf-8" if is_utf8 or raw.isascii() else "cp437")
    except UnicodeDecodeError:
        raise UserError(_DAMAGED.format("部件名无法读出")) from None
    if name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/"):
        raise UserError(
            f"文件内有不正常的部件名“{excerpt(name)}”，可能是恶意文件，已拒绝；请向交来文件的人核实，重新取得"
        )
    return name


def _check_sizes(archive: Archive, limits: Limits) -> None:
    """Refuses bombs and entries that overlap, by the declared sizes; inflating holds them to these."""
    total = 0
    for entry, stop in archive._regions():
        if entry.data + entry.compressed > stop:
            raise UserError(_DAMAGED.format(f"部件 {entry.name} 的内容与别的部件重叠或被截断"))
        total += entry.inflated
        too_dense = entry.inflated > limits.ratio * max(entry.compressed, 1)
        if entry.inflated > limits.part_bytes and not too_dense:
            raise UserError(
                f"部件 {entry.name} 解压后过大（{entry.inflated:,} 字节，上限 {limits.part_bytes:,}），一次处理不了，已拒绝；"
                "请把数据拆成几个文件"
            )
        if entry.inflated > min(limits.part_bytes, limits.ratio_from_bytes) and too_dense:
            raise UserError(
                f"部件 {entry.name} 解压后过大（{entry.inflated:,} 字节），可能是恶意文件，已拒绝；请向交来文件的人核实，重新取得"
            )
    if total > limits.inflated_bytes:
        raise UserError(
            f"文件解压后过大（{total:,} 字节，上限 {limits.inflated_bytes:,}），已拒绝；请删去图片、附件等无关内容后再试"
        )


def _inflate(raw: bytes, entry: Entry) -> bytes:
    try:
        # At least one byte of room, or nothing would be looked at.
        return bytes(deflate_decompress(raw, max(entry.inflated, 1)))
    except DeflateError:
        raise UserError(_DAMAGED.format(f"部件 {entry.name} 不能按目录所写的大小解压")) from None


def _without_zip64(extra: bytes) -> bytes:
    """Extra fields without the ZIP64 sizes, which no longer hold for a rewritten entry."""
    kept, position = [], 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, position)
        if kind != _ZIP64_FIELD:
            kept.append(extra[position : position + 4 + size])
        position += 4 + size
    kept.append(extra[position:])
    return b"".join(kept)
