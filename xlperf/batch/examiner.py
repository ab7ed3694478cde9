"""An examiner: a limited process that examines submissions one by one, replaced where it is lost.

Whoever hands it submissions stays unharmed by them: a thread of the command as well as a task on a Dask worker.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from typing import Any

from xlperf.batch.outcomes import COMPARED, FAILED, Outcome, quarantined, unread
from xlperf.confinement import ALLOWANCE, MEGABYTE, child_environment

# Of the processor, so that a busy machine refuses nothing; by the clock a file may take several times as long, which
# ends those that wait for ever. Where the system limits no processor time, the clock has to do.
SECONDS = 60
CLOCK_FACTOR = 5 if hasattr(os, "fork") else 1
# What an engine keeps grows; a new process costs a second.
FILES_A_WORKER = 1_000
# New workers that a file may lose to somebody who kills them, such as a system short of memory.
TRIES, KILLED = 3, -9
# Which limit a file meets first depends on how busy the machine is; the sentence must not.
_LOST = (
    f"处理用时超过上限（{{}} 秒）、内存超过上限（{ALLOWANCE.memory_bytes // MEGABYTE} MB）或计算引擎中途出错，已停止；"
    "请检查有没有整列的数组公式、循环的迭代计算或反复拼接的长文字"
)
_FAILED = "程序处理这份文件时出错（{}），请把文件交给程序的维护者"
_STOPPED = "已中断"
Task = dict[str, Any]


def failed(kind: str) -> Outcome:
    """The outcome of a submission on which our own program fails."""
    return quarantined(_FAILED.format(kind))


class Examiner:
    """Examines submissions within limits for each."""

    def __init__(self) -> None:
        self._worker: _Worker | None = None
        self._lock = threading.Lock()
        self._is_ended = False

    def examine(self, task: Task, content: bytes | None = None, seconds: int = SECONDS) -> Outcome:
        """The outcome for a submission, of which `content` is the file where the worker can't read it itself.

        Where a worker is lost that has handled others before, a new one decides: what the file needs must not depend
        on them.
        """
        tries = 0
        while True:
            worker = self._current()
            if worker is None:
                return unread(_STOPPED)
            was_new = worker.handled == 0
            outcome = worker.ask(task, content, seconds)
            if outcome is not None and outcome["status"] != FAILED:
                return outcome
            worker.wait()
            reason = _reason(outcome, seconds)
            tries += 1 if was_new else 0
            self._drop()
            if worker.was_killed and tries >= TRIES:
                return unread(reason)
            if not worker.was_killed and tries:
                return self._told(reason, task, content, seconds)

    def end(self) -> None:
        """Ends the process, from any thread."""
        with self._lock:
            self._is_ended = True
            if self._worker is not None:
                self._worker.end()

    def _told(self, reason: str, task: Task, content: bytes | None, seconds: int) -> Outcome:
        """The refusal with what was altered in the file, if that at least can be found out."""
        worker = self._current()
        if worker is None:
            return unread(_STOPPED)
        found = worker.ask({**task, "is_compared_only": True}, content, seconds)
        if found is None or found["status"] != COMPARED:
            self._drop()
            return quarantined(reason)
        return quarantined(reason, found["alterations"])

    def _current(self) -> _Worker | None:
        with self._lock:
            if self._worker is not None and self._worker.handled >= FILES_A_WORKER:
                self._worker.end()
                self._worker = None
            if self._worker is None and not self._is_ended:
                self._worker = _Worker()
            return None if self._is_ended else self._worker

    def _drop(self) -> None:
        with self._lock:
            if self._worker is not None:
                self._worker.end()
                self._worker = None


class _Worker:
    """One process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "xlperf.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
        )
        self.handled = 0
        self._is_late = self._was_killed = False

    def ask(self, task: Task, content: bytes | None, seconds: int) -> Outcome | None:
        """What the worker answers; None where it does not, or not in time: then it is no more."""
        assert self._process.stdin is not None
        self.handled += 1
        size = None if content is None else len(content)
        alarm = threading.Timer(CLOCK_FACTOR * seconds, self._too_late)
        alarm.start()
        try:
            self._process.stdin.write(json.dumps({**task, "seconds": seconds, "size": size}).encode() + b"\n")
            self._process.stdin.write(content or b"")
            self._process.stdin.flush()
            return self._answer()
        except OSError:
            return None
        finally:
            alarm.cancel()

    def _answer(self) -> Outcome | None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        answer: Outcome = json.loads(line.decode("utf-8", "surrogateescape"))
        for name, size in answer.pop("sizes").items():
            answer[name] = self._process.stdout.read(size)
            if len(answer[name]) < size:
                return None
        return answer

    def wait(self) -> None:
        """Waits for the end of a process that doesn't answer any more."""
        self._process.wait()
        self._was_killed = not self._is_late and self._process.returncode == KILLED

    @property
    def was_killed(self) -> bool:
        """Whether somebody else ended the process, which says little about the file."""
        return self._was_killed

    def end(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _too_late(self) -> None:
        self._is_late = True
        self._process.kill()


def _reason(outcome: Outcome | None, seconds: int) -> str:
    """The sentence about a file at which a worker was lost: by a limit, or as it said itself, by our own fault."""
    if outcome is None or outcome["kind"] == "MemoryError":
        return _LOST.format(seconds)
    return _FAILED.format(outcome["kind"])
