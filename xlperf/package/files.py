"""Whole files read, and written so that a failure leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from xlperf.errors import UserError
from xlperf.package.limits import Limits


def read_file(path: Path, limits: Limits) -> bytes:
    """The bytes of a file.

    Errors: a UserError where it is missing, not a file, not readable or too large.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise UserError("不是文件，请给出工作簿的路径")
        if about.st_size > limits.compressed_bytes:
            raise UserError(
                f"文件有 {about.st_size:,} 字节，超过上限 {limits.compressed_bytes:,}，已拒绝；请删去图片、附件等无关内容后再试"
            )
        with path.open("rb") as file:
            return file.read(about.st_size)
    except FileNotFoundError:
        raise UserError("文件不存在，请检查路径") from None
    except (IsADirectoryError, NotADirectoryError):
        raise UserError("不是文件，请给出工作簿的路径") from None
    except PermissionError:
        raise UserError("没有读取权限，或文件正被别的程序独占") from None
    except OSError as error:
        raise UserError(f"文件无法读取（系统错误 {error.errno}）") from None
    except ValueError:
        raise UserError("路径含有不能使用的字符") from None


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to that takes its place once it is whole: it stands beside it first, then is renamed.

    Errors: a UserError where it can't be written; then nothing has changed.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise UserError(f"{path}：无法写入（系统错误 {error.errno}）；请检查文件夹是否存在、有无写入权限") from None
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, _mode(path))
        os.replace(name, path)
    except OSError as error:
        raise UserError(f"{path}：无法写入（系统错误 {error.errno}）；文件可能正被打开，或磁盘已满") from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def write_file(path: Path, data: bytes) -> None:
    """Writes a file whole.

    Errors: a UserError where it can't be written; then nothing has changed.
    """
    with replacing(path) as stream:
        stream.write(data)


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those that a new file would get."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
