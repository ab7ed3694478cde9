"""A lock on the folder of results: two commands in one folder would write over each other."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlperf.errors import UserError

NAME = ".lock"
_TAKEN = "{} 正由另一个 xlperf batch 使用；请等它结束，或换一个输出文件夹"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps other commands out of the folder, which is made where it is not there, and unmade where it stays empty.

    The system gives the lock back when the process ends, however it ends.
    Errors: UserError: another command has it; the folder can't be used.
    """
    try:
        is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = _held(folder)
    except OSError as error:
        raise UserError(f"{folder}：不能用作输出文件夹（系统错误 {error.errno}）") from None
    try:
        yield
    finally:
        # Whoever opened the file before it goes finds that out, see below. Windows removes no file that is open.
        with contextlib.suppress(OSError):
            (folder / NAME).unlink()
        os.close(descriptor)
        if is_new:
            with contextlib.suppress(OSError):
                folder.rmdir()


def is_empty(folder: Path) -> bool:
    """Whether the folder holds nothing but the lock."""
    return all(path.name == NAME for path in folder.iterdir())


def _held(folder: Path) -> int:
    """The open file of the lock, which is held; that it is still in its place is looked up once it is."""
    path = folder / NAME
    while True:
        with contextlib.ExitStack() as stack:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            stack.callback(os.close, descriptor)
            _take(descriptor, folder)
            if _is_there(descriptor, path):
                stack.pop_all()
                return descriptor


def _is_there(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _take(descriptor: int, folder: Path) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise UserError(_TAKEN.format(folder)) from None
