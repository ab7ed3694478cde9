"""What can be made again and is kept in a folder of the user's, signed with a key that nobody else has.

Anything else that lies there is not even looked into: kept plans hold code, and kept layouts decide what counts as altered.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
import sys
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path

from xlperf.errors import UserError
from xlperf.package.files import write_file

FOLDER_VARIABLE = "XLPERF_CACHE"
_KEY, _KEY_BYTES = "key", 32
_LARGEST = 64_000_000


def cache_folder() -> Path | None:
    """Where things are kept; None where there is no place, or the variable says “off”."""
    stated = os.environ.get(FOLDER_VARIABLE)
    if stated is not None:
        return None if stated in ("", "off") else Path(stated)
    return own_folder()


def own_folder() -> Path | None:
    """The folder that the system has for this user's caches, wherever things are kept; None where it says none."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "xlperf" / "cache" if base else None
    base = os.environ.get("XDG_CACHE_HOME")
    home = os.environ.get("HOME")
    folder = Path(base) if base else Path(home) / ".cache" if home else None
    return None if folder is None else folder / "xlperf"


@cache
def program_state(*rooms: str) -> list[tuple[str, int, int]]:
    """Path, size and time of change of the program's files in some of its folders, with all below them.

    What is kept depends on the program that made it; with no folder given, on all of it.
    """
    top = Path(__file__).parents[1]
    found: list[tuple[str, int, int]] = []
    folders = [str(top / room) for room in rooms] or [str(top)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".toml")):
                    about = entry.stat()
                    found.append((entry.path[len(str(top)) :], about.st_size, about.st_mtime_ns))
                elif entry.name != "__pycache__" and entry.is_dir():
                    folders.append(entry.path)
    return sorted(found)


def can_keep() -> bool:
    """Whether there is a folder in which things can be kept, so that looking for them has any use."""
    return _folder() is not None and _signature(b"") is not None


def kept(name: str) -> bytes | None:
    """What is kept by that name; None where there is nothing that this user is sure to have put there."""
    folder = _folder()
    try:
        if folder is None or not is_private(path := folder / name) or path.stat().st_size > _LARGEST:
            return None
        head, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    expected = _head(name, content)
    if expected is None or not hmac.compare_digest(head, expected):
        return None
    # What is asked for stays longest.
    with suppress(OSError):
        os.utime(path)
    return content


def keep(name: str, content: bytes, most: int) -> None:
    """Keeps content by a name, and of all with that ending only so many, the latest that were kept or asked for.

    A folder that can't be written to, or has been filled by others, is no reason to fail.
    """
    folder, head = _folder(), _head(name, content)
    if folder is None or head is None:
        return
    path = folder / name
    try:
        write_file(path, head + b"\n" + content)
        path.chmod(0o600)
        known = sorted(folder.glob(f"*{path.suffix}"), key=lambda other: other.stat().st_mtime)
        for old in known[:-most]:
            old.unlink(missing_ok=True)
    except (OSError, UserError):
        return


def _head(name: str, content: bytes) -> bytes | None:
    signed = _signature(name.encode() + content)
    return None if signed is None else f"xlperf {name} {signed}".encode()


def _folder() -> Path | None:
    """The folder in which things are kept; None where nothing can be, or others could put it there."""
    folder = _made(cache_folder())
    return folder if folder is not None and is_private(folder) else None


def _made(folder: Path | None) -> Path | None:
    try:
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


def is_private(path: Path) -> bool:
    """Whether a file or folder is the user's own, and no one else may write to it; Windows sees to that by itself."""
    if sys.platform == "win32":
        return True
    found = path.lstat()
    is_own = found.st_uid == os.getuid() and not stat.S_ISLNK(found.st_mode)
    return is_own and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _signature(content: bytes) -> str | None:
    """What only this user can have put beside that content; None where the user has no folder for a key.

    The key never lies in a folder that the variable names: that one may be handed on, or be written to by others.
    """
    folder = _made(own_folder())
    key = None if folder is None else _key(folder)
    return None if key is None else hmac.new(key, content, "sha256").hexdigest()


@lru_cache(maxsize=4)
def _key(folder: Path) -> bytes | None:
    """The key in the user's folder, made where there is none."""
    path = folder / _KEY
    try:
        if not is_private(folder):
            return None
        return _read(path) or _read(_new(path))
    except OSError:
        return None


def _read(path: Path) -> bytes | None:
    """A key that others can neither write nor read; None where there is none."""
    with suppress(FileNotFoundError):
        is_open = sys.platform != "win32" and path.lstat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        content = path.read_bytes()
        return content if len(content) == _KEY_BYTES and is_private(path) and not is_open else None
    return None


def _new(path: Path) -> Path:
    """Puts a new key there, whole and at once."""
    beside = path.with_name(f"{_KEY}.{secrets.token_hex(8)}")
    with open(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
    os.replace(beside, path)
    return path
