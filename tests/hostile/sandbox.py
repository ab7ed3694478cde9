"""Runs the command on hostile files: each in a process of its own, with limits of time and memory, and watched.

`python -m tests.hostile.sandbox` loads everything once and then forks a process for each line of JSON that it gets.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.support.forking import Forking
from xlperf.package.user_folder import cache_folder, own_folder

MEGABYTE = 1 << 20
# Seconds of processor time a file may take, many times the most on a usual quiet machine: on a slow or busy one it is
# more of that too. On the clock it is only whether there is an end.
LONGEST = 60.0
LONGEST_ON_THE_CLOCK = 3600.0
# A recalculation may take a quarter of the memory of the machine, at most 1,500 MB.
LARGEST = 1600 * MEGABYTE
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
_NEVER = {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Outcome:
    """What a run of the command did; `touched`: files outside of the folder, programs and addresses it went for."""

    status: int
    out: str
    err: str
    seconds: float
    bytes: int
    touched: tuple[str, ...]

    @property
    def problem(self) -> str:
        """What is wrong with the way the command took the file; empty where nothing is."""
        if self.status not in (0, 1, 2) or "Traceback" in self.err:
            return f"status {self.status}: {self.err[-2000:]}"
        if self.seconds > LONGEST:
            return f"took {self.seconds:.1f} s"
        if self.bytes > LARGEST:
            return f"took {self.bytes / MEGABYTE:.0f} MB"
        if self.touched:
            return f"touched {', '.join(self.touched)}"
        if _CONTROL.search(self.out + self.err):
            return f"control characters on the terminal: {(self.out + self.err)!r:.500}"
        if self.status == 2 and not self._is_one_sentence:
            return f"not one Chinese sentence: {self.err!r} {self.out[:200]!r}"
        return ""

    @property
    def _is_one_sentence(self) -> bool:
        """A Chinese sentence, and nothing on the output but the same as JSON where JSON was asked for.

        Only cells that differ are listed, each on a line of its own.
        """
        first, *further = self.err.removesuffix("\n").split("\n")
        is_listed = all(line.startswith(("  ", "没有写出任何内容")) for line in further)
        is_alone = not self.out or json.loads(self.out) == {"error": self.err.removesuffix("\n")}
        return is_alone and self.err.endswith("。\n") and first.startswith(("错误：", "用法有误：")) and is_listed


class Sandbox:
    """The process that forks."""

    def __init__(self) -> None:
        self._forking = Forking("tests.hostile.sandbox")

    def run(self, folder: Path, *words: str) -> Outcome:
        """Runs the command in a folder, the only place where it may write."""
        answer = self._forking.ask([str(folder), words])
        return Outcome(**{**answer, "touched": tuple(answer["touched"])})

    def close(self) -> None:
        """Ends the process."""
        self._forking.close()


@contextlib.contextmanager
def sandbox() -> Iterator[Sandbox]:
    """A sandbox for as long as it is needed."""
    opened = Sandbox()
    try:
        yield opened
    finally:
        opened.close()


def _serve() -> None:
    import xlperf.__main__
    import xlperf.commands.results
    import xlperf.commands.terminal
    import xlperf.commands.workbooks
    import xlperf.editions.assembly
    import xlperf.engines.combined
    import xlperf.engines.compiled.engine
    import xlperf.engines.formualizer.engine
    import xlperf.evaluation.scoring  # noqa: F401

    for line in sys.stdin:
        folder, words = json.loads(line)
        with tempfile.TemporaryDirectory() as scratch:
            answer = _forked(Path(folder), words, Path(scratch))
        sys.stdout.write(json.dumps(asdict(answer)) + "\n")
        sys.stdout.flush()


def _forked(folder: Path, words: Sequence[str], scratch: Path) -> Outcome:
    process = os.fork()
    if not process:
        _run(folder, words, scratch)
    deadline = time.monotonic() + LONGEST_ON_THE_CLOCK
    ended, status, usage = os.wait4(process, os.WNOHANG)
    while not ended:
        time.sleep(0.003)
        if time.monotonic() > deadline:
            os.killpg(process, signal.SIGKILL)
            ended, status, usage = os.wait4(process, 0)
        else:
            ended, status, usage = os.wait4(process, os.WNOHANG)
    out, err, touched = ((scratch / name).read_text("utf-8", "replace") for name in ("out", "err", "touched"))
    left = [f"{path} (left behind)" for path in (scratch / "temporary").rglob("*")]
    seconds = usage.ru_utime + usage.ru_stime
    code = os.waitstatus_to_exitcode(status)
    return Outcome(code, out, err, seconds, usage.ru_maxrss * 1024, (*dict.fromkeys(touched.splitlines()), *left))


def _run(folder: Path, words: Sequence[str], scratch: Path) -> None:
    """The forked process, which never comes back."""
    from xlperf.__main__ import run

    os.setsid()
    for name, stream in (("out", 1), ("err", 2), ("touched", 3)):
        opened = os.open(scratch / name, os.O_WRONLY | os.O_CREAT)
        os.dup2(opened, stream)
    # What libraries write for a moment goes to a folder of its own, which has to be empty again.
    temporary = scratch / "temporary"
    temporary.mkdir()
    tempfile.tempdir = os.environ["TMPDIR"] = str(temporary)
    os.chdir(folder)
    # Compiled modules, which whoever imports them first would write, are not the command's doing.
    sys.dont_write_bytecode = True
    sys.argv = ["xlperf", *words]
    code = 70
    try:
        sys.addaudithook(_watch(folder, temporary))
        run()
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    except BaseException:  # noqa: BLE001 - whatever comes out here is what the test is after
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _watch(folder: Path, temporary: Path) -> Any:
    """An audit hook that notes what leaves the folder, but for plans that are kept and what is there for a moment."""
    plans, own = cache_folder(), own_folder()
    assert plans is not None
    assert own is not None
    inside = (f"{folder}{os.sep}", str(plans), str(own), str(temporary), "/dev/null")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        noted = ""
        is_writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if event in _NEVER:
            noted = f"{event} {arguments!r:.200}"
        elif is_writing or event in _CHANGES:
            noted = _outside(arguments[0])
        if noted:
            os.write(3, f"{noted}\n".encode())

    def _outside(path: object) -> str:
        if not isinstance(path, str | bytes | os.PathLike):
            return ""
        whole = os.path.normpath(os.path.join(folder, os.fsdecode(path)))
        return "" if whole.startswith(inside) else whole

    return hook


if __name__ == "__main__":
    _serve()
