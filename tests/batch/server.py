"""A PostgreSQL server of its own for the tests, in a temporary folder, reached through a socket only."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

# The server refuses to run as root.
USERS = ("postgres", "nobody")


def program(name: str) -> str | None:
    """One of PostgreSQL's programs; Debian leaves them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


def is_available() -> bool:
    return program("initdb") is not None and program("pg_ctl") is not None


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a server that is running."""
    folder = Path(tempfile.mkdtemp(prefix="xlperf-pg-"))
    user = _user()
    if user is not None:
        shutil.chown(folder, user)
    data = str(folder / "data")
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    try:
        _run(user, folder, program("initdb"), "-D", data, "-U", "xlperf", "-A", "trust", "-E", "UTF8", "--locale=C")
        _run(user, folder, program("pg_ctl"), "-D", data, "-l", str(folder / "log"), "-w", "-o", settings, "start")
        try:
            yield f"postgresql+psycopg://xlperf@/postgres?host={folder}"
        finally:
            _run(user, folder, program("pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def _user() -> str | None:
    """Whom the server runs as; None where it may run as ourselves."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in USERS if name in names)


def _run(user: str | None, folder: Path, *words: str | None) -> None:
    subprocess.run(
        [str(word) for word in words],
        user=user,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=3600,
    )
