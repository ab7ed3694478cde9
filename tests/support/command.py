"""The command run as a person runs it, and its outputs read back."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.forked_command import run_forked

ROOT = Path(__file__).parents[2]


def started(folder: Path, *words: str | Path | int) -> subprocess.Popen[str]:
    """The command as a process of its own, in that folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "xlperf", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def run(folder: Path, *words: str | Path | int) -> tuple[int, str, str]:
    """Exit status, output and messages of the command, which has loaded its modules already."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return run_forked(folder, [*map(str, words)], environment)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """The rows of an output by heading."""
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
