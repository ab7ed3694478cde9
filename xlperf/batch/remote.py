"""Files behind addresses (s3://, sftp://, http://, memory://, …), listed and read through fsspec.

Drivers are written by strangers and raise whatever they like; what comes of each call is one sentence or a value. They
run in the command or on a Dask worker, never in the limited process, which so needs neither network nor passwords.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TypeVar

from xlperf.errors import UserError
from xlperf.package.limits import DEFAULT_LIMITS

T = TypeVar("T")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|[a-z][a-z0-9+.-]+::)", re.I)
_USER = re.compile(r"//[^/@]*@")
_MAGIC = re.compile(r"[*?\[]")
_TIMES = ("mtime", "LastModified", "last_modified", "Last-Modified", "modified", "updated", "created")
_MARKS = ("ETag", "etag", "md5", "Content-MD5", "md5Hash", "contentHash")
PATIENCE = 60


def is_address(source: str) -> bool:
    """Whether a source is no path of this machine."""
    return _ADDRESS.match(source) is not None


@dataclass(frozen=True)
class RemoteFile:
    """A file behind an address: the address that was given, which names the driver, and the file's path for that."""

    source: str
    path: str

    def open(self) -> Any:
        """The file, open for reading at any place.

        Errors: UserError: it can't be opened.
        """
        return _attempt(lambda: _filesystem(self.source)[0].open(self.path, "rb"), self.source)

    def read(self, seconds: float = PATIENCE) -> bytes:
        """The whole file.

        Errors: UserError: it can't be read, not in that time, or is too large.
        """
        most = DEFAULT_LIMITS.compressed_bytes

        def content() -> bytes:
            with _filesystem(self.source)[0].open(self.path, "rb") as file:
                found: bytes = file.read(most + 1)
            return found

        data = _attempt(content, self.source, seconds)
        if len(data) > most:
            raise UserError(f"文件超过上限 {most:,} 字节，已拒绝；请删去图片、附件等无关内容后再试")
        return data


@dataclass(frozen=True)
class About:
    """A file with its own address (no user, no password) and what the driver says of it.

    `modified`: seconds; 0 where the driver doesn't say. `mark`: a checksum, where it gives one.
    """

    file: RemoteFile
    name: str
    size: int
    modified: float
    mark: str | None


def remote_files(source: str) -> Iterator[About]:
    """The files behind an address: a file, a folder with all below it, a pattern.

    Errors: UserError: there is none, the driver isn't installed, or can't get at it.
    """
    root, infos = _attempt(lambda: _listed(source), source, 10 * PATIENCE)
    if not infos:
        raise UserError(f"没有找到 {_shown(source)}；请检查地址")
    for path, info in sorted(infos.items()):
        mark = next((str(info[key]) for key in _MARKS if info.get(key)), None)
        name = _named(source, root, path)
        yield About(RemoteFile(source, path), name, int(info.get("size") or 0), _modified(info), mark)


def _listed(source: str) -> tuple[str, dict[str, Mapping[str, Any]]]:
    """The path of an address, and what the driver says of each file behind it."""
    filesystem, path = _filesystem(source)
    found: dict[str, Mapping[str, Any]] = {}
    if _MAGIC.search(path):
        for match, info in filesystem.glob(path, detail=True).items():
            found |= filesystem.find(match, detail=True) if info["type"] == "directory" else {match: info}
    elif _is_folder(filesystem, source, path):
        found = filesystem.find(path, detail=True)
    else:
        found = {path: filesystem.info(path)}
    stated = {name: info if info.get("size") is not None else filesystem.info(name) for name, info in found.items()}
    return path, stated


def _named(source: str, root: str, path: str) -> str:
    """The address of a file among those behind an address."""
    head, mark, chain = source.partition("::")
    if is_address(path):
        return _shown(path)
    start = head.rstrip("/")
    is_known = bool(root.strip("/")) and start.endswith(root.rstrip("/"))
    prefix = start.removesuffix(root.rstrip("/")) if is_known else f"{head.partition('://')[0]}://"
    return _shown(f"{prefix}{path}{mark}{chain}")


def _is_folder(filesystem: Any, source: str, path: str) -> bool:
    """A web server has no folders, only pages with links."""
    if source.startswith(("http://", "https://")):
        return source.endswith("/")
    return bool(filesystem.info(path)["type"] == "directory")


def _filesystem(source: str) -> tuple[Any, str]:
    """The driver of an address, and the path that it knows the address by."""
    from fsspec.core import url_to_fs

    filesystem, path = url_to_fs(source)
    return filesystem, str(path)


class _Call(Generic[T]):
    """A call of a driver in a thread of its own, whose end need not be waited for."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self.value: T | None = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def is_through(self, seconds: float) -> bool:
        """Makes the call; whether it came to an end in time."""
        self._thread.start()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with self:
            self.value = self._call()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        return True


def _attempt(call: Callable[[], T], source: str, seconds: float = PATIENCE) -> T:
    """What a driver gives.

    Errors: UserError: what it raised, in one sentence; that it takes too long.
    """
    made = _Call(call)
    shown = _shown(source)
    if not made.is_through(seconds):
        raise UserError(f"{shown}：{seconds:g} 秒没有回应；请检查网络后再试")
    if made.error is not None:
        raise UserError(_sentence(made.error, source, shown)) from None
    return made.value  # type: ignore[return-value]


def _sentence(error: BaseException, source: str, shown: str) -> str:
    protocol = source.partition("://")[0]
    lacking = error if isinstance(error, ImportError) else error.__cause__
    if isinstance(lacking, ImportError):
        cause = lacking.__cause__ if isinstance(lacking.__cause__, ImportError) else lacking
        name = (cause.name or "").partition(".")[0]
        if name == "fsspec":
            return f"读取 {protocol}:// 这样的地址需要 fsspec，没有安装；请运行 pip install xlperf[remote]"
        return f"读取 {protocol}:// 这样的地址还需要 {name or '它的驱动'}，没有安装；请用 pip install 安装它"
    if isinstance(error, FileNotFoundError):
        return f"没有找到 {shown}；请检查地址"
    if isinstance(error, PermissionError):
        return f"{shown}：没有读取权限，请检查账号、密码或密钥"
    if isinstance(error, ValueError) and "rotocol" in str(error):
        return f"不认识 {protocol}:// 这种地址；可用 s3://、sftp://、http://、file:// 等 fsspec 有驱动的"
    return f"{shown}：读不出来（{type(error).__name__}）；请检查地址、网络和权限"


def _shown(source: str) -> str:
    return _USER.sub("//", source)


def _modified(info: Mapping[str, Any]) -> float:
    value = next((info[key] for key in _TIMES if info.get(key) is not None), None)
    if isinstance(value, str):
        try:
            value = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return 0.0
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=value.tzinfo or dt.UTC).timestamp()
    return float(value) if isinstance(value, int | float) else 0.0
