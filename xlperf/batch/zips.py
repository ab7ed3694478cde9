"""Zip files of submissions: their members listed and read one by one into memory, never unpacked to the disk."""

from __future__ import annotations

import datetime as dt
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from xlperf.batch.remote import RemoteFile
from xlperf.errors import UserError
from xlperf.escaping import excerpt
from xlperf.package.limits import DEFAULT_LIMITS, MEGABYTE

MOST_MEMBERS = 50_000
MOST_INFLATED = 10_000 * MEGABYTE
_ENCRYPTED, _UTF8 = 0x1, 0x800
# Times in a zip have no zone: submissions come from where this is the time.
BEIJING = dt.timezone(dt.timedelta(hours=8))
Archive = Path | RemoteFile
_BROKEN = "压缩包已损坏，读不出来，请重新取得一份完整的"


@dataclass(frozen=True)
class Member:
    """A file in a zip: its place in the directory, its name, size, time (seconds), checksum; why it can't be read."""

    index: int
    name: str
    size: int
    modified: float
    checksum: int
    problem: str = ""


def is_zip(path: Path) -> bool:
    """Whether a file of any name is a zip."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\3\4"


def members(archive: Archive, size: int, stamp: float) -> list[Member]:
    """The files in a zip, in its order; `stamp` is another one where the zip is.

    Errors: UserError: not a zip, damaged, or larger than anybody would send.
    """
    infos = _opened(archive, stamp).infolist()
    files = [(index, info) for index, info in enumerate(infos) if not info.is_dir()]
    if len(files) > MOST_MEMBERS:
        raise UserError(f"压缩包里有 {len(files):,} 个文件，超过上限 {MOST_MEMBERS:,}，已拒绝；请分成几个压缩包")
    total = sum(info.file_size for _, info in files)
    if total > MOST_INFLATED:
        raise UserError(f"压缩包解开后有 {total:,} 字节，超过上限 {MOST_INFLATED:,}，已拒绝；请分成几个压缩包")
    if sum(info.compress_size for _, info in files) > size:
        raise UserError("压缩包里的文件互相重叠，可能是恶意文件，已拒绝；请向交来文件的人核实，重新取得")
    return [_member(index, info) for index, info in files]


def read_member(archive: Archive, index: int, stamp: float) -> bytes:
    """The bytes of one file in a zip, at most as many as a workbook may have.

    Errors: UserError: it can't be read, or is too large.
    """
    zipped = _opened(archive, stamp)
    try:
        with zipped.open(zipped.infolist()[index]) as stream:
            content = stream.read(DEFAULT_LIMITS.compressed_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise UserError("压缩包里的这份文件已损坏，读不出来，请重新取得一份完整的") from None
    if len(content) > DEFAULT_LIMITS.compressed_bytes:
        raise UserError(
            f"文件超过上限 {DEFAULT_LIMITS.compressed_bytes:,} 字节，已拒绝；请删去图片、附件等无关内容后再试"
        )
    return content


@lru_cache(maxsize=1)
def _opened(archive: Archive, stamp: float) -> zipfile.ZipFile:
    """A zip with its directory read; the last one stays open, since its members are asked for one after the other."""
    try:
        return zipfile.ZipFile(archive if isinstance(archive, Path) else archive.open())
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OSError):
        raise UserError(_BROKEN) from None


def _member(index: int, info: zipfile.ZipInfo) -> Member:
    name = _name(info)
    problem = ""
    if info.flag_bits & _ENCRYPTED:
        problem = "压缩包有密码，不能读；请用密码解开后再交"
    elif any(part in ("..", "") for part in name.split("/")) or ":" in name:
        problem = f"压缩包里有不正常的文件名“{excerpt(name)}”，可能是恶意文件，已拒绝；请向交来文件的人核实"
    return Member(index, name, info.file_size, _time(info), info.CRC, problem)


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: Windows in Chinese writes GBK without saying so."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.partition("\0")[0].replace("\\", "/")


def _time(info: zipfile.ZipInfo) -> float:
    try:
        return dt.datetime(*info.date_time, tzinfo=BEIJING).timestamp()
    except ValueError:
        return 0.0
