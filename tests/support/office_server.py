"""One LibreOffice for a process of the tests: started when it is first asked, and asked for everything that it is needed for."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

_started: list[subprocess.Popen[str]] = []


def ask(**request: Any) -> dict[str, Any]:
    """What tests/hosts/calc.py answers; one that has died with the last request is replaced."""
    process = _process()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(request) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    if "failed" in answer:
        raise RuntimeError(answer["failed"])
    return answer


@cache
def python_with_uno() -> str | None:
    """A Python that can talk to LibreOffice, or None."""
    for candidate in (sys.executable, "/usr/bin/python3", shutil.which("python3") or ""):
        if candidate and Path(candidate).exists():
            tried = subprocess.run([candidate, "-c", "import uno"], capture_output=True, check=False)
            if tried.returncode == 0:
                return candidate
    return None


def _process() -> subprocess.Popen[str]:
    if _started and _started[-1].poll() is not None:
        _end()
    if not _started:
        command = [python_with_uno() or "python3", str(Path(__file__).parents[1] / "hosts" / "calc.py")]
        _started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        atexit.register(_end)
    return _started[-1]


def _end() -> None:
    """It ends with its input, and so does its LibreOffice."""
    atexit.unregister(_end)
    if _started:
        _started.pop().communicate(timeout=3600)
