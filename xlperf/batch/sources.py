"""What was handed in: the workbooks in folders, behind patterns, in zip files, each with a name and a key of its own."""

from __future__ import annotations

import glob
import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from xlperf.batch.remote import About, RemoteFile, is_address, remote_files
from xlperf.batch.zips import Archive, Member, is_zip, members, read_member
from xlperf.errors import UserError

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods")
ARCHIVES = (".rar", ".7z", ".gz", ".tar", ".tgz")
ZIP = ".zip"
WITHIN = "!/"
# What Office and operating systems leave lying about.
_REMAINS = ("~$", ".")
_REMAIN_NAMES = ("thumbs.db", "desktop.ini")
_CLOSED = "文件夹打不开（系统错误 {}），里面的文件都没有处理，请检查权限；改好后加 --resume 再做"
_SPECIAL = "是管道或设备，不是文件，没有读取"
_PACKED = "压缩格式 {} 不能读，请先解开，再给出里面的工作簿或文件夹"


@dataclass(frozen=True)
class Submission:
    """A workbook handed in: its name (as given, zip and member), where it lies, and what tells a newer one from it.

    `source`: the address that leads to it, where it lies elsewhere. `zip_stamp`: another one where its zip is.
    """

    name: str
    path: str
    size: int
    modified: float
    member: int | None = None
    checksum: int | str | None = None
    source: str | None = None
    zip_stamp: float = 0.0

    @property
    def key(self) -> str:
        """Changes where the file does."""
        return json.dumps([self.name, self.size, self.modified, self.checksum], ensure_ascii=False)

    def task(self) -> dict[str, object]:
        """As a worker is told of it."""
        return {"name": self.name, "path": self.path, "member": self.member, "modified": self.modified}

    def content(self, seconds: float) -> bytes | None:
        """The file, where it lies behind an address; None where workers read it themselves.

        Errors: UserError: it can't be read, or not in that time.
        """
        if self.source is None:
            return None
        file = RemoteFile(self.source, self.path)
        return file.read(seconds) if self.member is None else read_member(file, self.member, self.zip_stamp)


@dataclass(frozen=True)
class Refusal:
    """What was handed in and can't be a submission, with the reason in one sentence; `is_skipped`: nobody meant it to.

    `is_folder`: a folder that can't be read, in which any number of submissions may lie.
    """

    name: str
    reason: str
    is_skipped: bool = False
    is_folder: bool = False


Found = Submission | Refusal


def find_submissions(sources: Iterable[str], without: Path) -> list[Found]:
    """Everything that the sources hold, each file once, by name; `without`: the folder of the results.

    Errors: UserError: a source that is not there.
    """
    found: dict[str, Found] = {}
    seen: set[str] = set()
    left_out = os.path.realpath(without)
    for source in sources:
        if is_address(source):
            for about in remote_files(source):
                for item in _of_remote(about):
                    found.setdefault(item.name, item)
            continue
        for path in _files(source):
            if isinstance(path, Refusal):
                found.setdefault(path.name, path)
                continue
            real = os.path.realpath(path)
            if real in seen or real.startswith(left_out + os.sep):
                continue
            seen.add(real)
            for item in _of_file(path):
                found.setdefault(item.name, item)
    return [found[name] for name in sorted(found)]


def _files(source: str) -> Iterator[Path | Refusal]:
    """The files of one source: a file, a folder with all below it, a pattern; the folders that can't be read."""
    path = Path(source)
    if path.is_dir():
        yield from _below(path)
    elif path.exists():
        yield path
    else:
        matches = [Path(match) for match in sorted(glob.glob(source, recursive=True))]
        if not matches:
            raise UserError(f"没有找到 {source}；请给出文件、文件夹、压缩包或 交来/*.xlsx 这样的写法")
        for match in matches:
            if match.is_dir():
                yield from _below(match)
            else:
                yield match


def _below(folder: Path) -> Iterator[Path | Refusal]:
    failures: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=failures.append):
        folders.sort()
        for name in sorted(files):
            yield Path(parent) / name
    for error in failures:
        name = Path(os.fsdecode(error.filename)).as_posix()
        yield Refusal(name, _CLOSED.format(error.errno), is_folder=True)


def _of_file(path: Path) -> Iterator[Found]:
    name = path.as_posix()
    if _is_remain(path.name):
        return
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            # Opening a pipe waits until somebody writes to it.
            yield Refusal(name, _SPECIAL)
            return
        if path.suffix.lower() == ZIP or (path.suffix.lower() not in WORKBOOKS and is_zip(path)):
            yield from _of_zip(path)
            return
    except OSError as error:
        yield Refusal(name, f"文件无法读取（系统错误 {error.errno}）")
        return
    refusal = _refusal(name, path.suffix.lower())
    yield refusal or Submission(name, str(path), about.st_size, about.st_mtime)


def _of_remote(about: About) -> Iterator[Found]:
    file, name = about.file, about.name
    suffix = os.path.splitext(file.path)[1].lower()
    if _is_remain(file.path.rpartition("/")[2]):
        return
    if suffix == ZIP:
        yield from _of_members(name, file, about.size, about.modified)
        return
    refusal = _refusal(name, suffix)
    yield refusal or Submission(name, file.path, about.size, about.modified, None, about.mark, file.source)


def _of_zip(path: Path) -> Iterator[Found]:
    about = path.stat()
    yield from _of_members(path.as_posix(), path, about.st_size, about.st_mtime)


def _of_members(name: str, archive: Archive, size: int, stamp: float) -> Iterator[Found]:
    try:
        inside = members(archive, size, stamp)
    except UserError as error:
        yield Refusal(name, str(error))
        return
    for member in inside:
        if member.name.startswith("__MACOSX/") or _is_remain(member.name.rpartition("/")[2]):
            continue
        yield _of_member(f"{name}{WITHIN}{member.name}", archive, member, stamp)


def _of_member(name: str, archive: Archive, member: Member, stamp: float) -> Found:
    suffix = os.path.splitext(member.name)[1].lower()
    if suffix == ZIP:
        return Refusal(name, "压缩包里还有压缩包，请先解开里面的一层")
    refusal = _refusal(name, suffix) or (Refusal(name, member.problem) if member.problem else None)
    if refusal is not None:
        return refusal
    path, source = (str(archive), None) if isinstance(archive, Path) else (archive.path, archive.source)
    return Submission(name, path, member.size, member.modified, member.index, member.checksum, source, stamp)


def _refusal(name: str, suffix: str) -> Refusal | None:
    if suffix in ARCHIVES:
        return Refusal(name, _PACKED.format(suffix))
    if suffix not in WORKBOOKS:
        return Refusal(name, "不是工作簿，没有处理", is_skipped=True)
    return None


def _is_remain(name: str) -> bool:
    return name.startswith(_REMAINS) or name.lower() in _REMAIN_NAMES
