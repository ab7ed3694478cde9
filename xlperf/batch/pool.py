"""A pool of workers: a thread of this process for each, which hands it files, waits, and replaces it where it is lost."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from xlperf.batch.sources import Submission
from xlperf.confinement import ALLOWANCE, MEGABYTE, is_timeout

SECONDS = 60
# What an engine keeps grows; a new process costs a second.
FILES_A_WORKER = 300
# New workers that a file may lose to somebody who kills them, such as a system short of memory.
TRIES, KILLED = 3, -9
_TOO_LONG = "处理用时超过上限（{} 秒），已停止；请检查有没有整列的数组公式或循环的迭代计算"
_LOST = f"处理需要的内存超过上限（{ALLOWANCE.memory_bytes // MEGABYTE} MB）或计算引擎中途出错，已停止"
_FAILED = "程序处理这份文件时出错（{}），请把文件交给程序的维护者"
Outcome = dict[str, Any]


class _Worker:
    """One process; `lost` says why it is no more."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "xlperf.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self.handled = 0
        self._is_late = self._was_killed = False

    def ask(self, task: dict[str, object], seconds: int) -> Outcome | None:
        """What the worker answers; None where it does not, or not in time: then it is no more."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.handled += 1
        alarm = threading.Timer(seconds, self._too_late)
        alarm.start()
        try:
            self._process.stdin.write(json.dumps({**task, "seconds": seconds}).encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = b""
        finally:
            alarm.cancel()
        if not line.endswith(b"\n"):
            return None
        answer: Outcome = json.loads(line.decode("utf-8", "surrogateescape"))
        return answer

    def why_lost(self, seconds: int) -> str:
        """The sentence about the file at which the worker was lost."""
        self._process.wait()
        self._was_killed = not self._is_late and self._process.returncode == KILLED
        is_late = self._is_late or is_timeout(self._process.returncode)
        return _TOO_LONG.format(seconds) if is_late else _LOST

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


class Pool:
    """Workers that examine submissions; used as a context manager, at whose end none is left."""

    def __init__(self, jobs: int, seconds: int = SECONDS, output: Path | None = None) -> None:
        self._jobs, self._seconds = jobs, seconds
        self._output = None if output is None else str(output)
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()
        self._is_ended = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._is_ended = True
            for worker in self._workers:
                worker.end()

    def outcomes(self, submissions: Iterable[Submission]) -> Iterator[tuple[Submission, Outcome]]:
        """The outcome for each submission, in the order in which they are ready."""
        tasks: queue.SimpleQueue[Submission] = queue.SimpleQueue()
        results: queue.Queue[tuple[Submission, Outcome]] = queue.Queue(maxsize=4 * self._jobs)
        count = 0
        for submission in submissions:
            tasks.put(submission)
            count += 1
        for _ in range(min(self._jobs, count)):
            threading.Thread(target=self._run, args=(tasks, results), daemon=True).start()
        for _ in range(count):
            yield results.get()

    def _run(self, tasks: queue.SimpleQueue[Submission], results: queue.Queue[tuple[Submission, Outcome]]) -> None:
        worker = None
        while not self._is_ended:
            try:
                submission = tasks.get_nowait()
            except queue.Empty:
                break
            if worker is not None and worker.handled >= FILES_A_WORKER:
                self._without(worker)
                worker = None
            worker, outcome = self._examined(worker, submission)
            results.put((submission, outcome))
        if worker is not None:
            self._without(worker)

    def _examined(self, worker: _Worker | None, submission: Submission) -> tuple[_Worker | None, Outcome]:
        """The outcome, and the worker if it is still there.

        Where one is lost that has handled others before, a new one decides: what the file needs must not depend on them.
        """
        task = {k: v for k, v in submission.to_json().items() if k in ("name", "path", "member", "modified")}
        task["output"] = self._output
        tries = 0
        while True:
            current = worker or self._started()
            if current is None:
                return None, {"status": "quarantined", "reason": "已中断"}
            was_new = current.handled == 0
            outcome = current.ask(task, self._seconds)
            if outcome is not None and outcome["status"] != "failed":
                return current, outcome
            reason = _reason(outcome) or current.why_lost(self._seconds)
            tries += 1 if was_new else 0
            self._without(current)
            worker = None
            if tries >= (TRIES if current.was_killed else 1):
                return None, {"status": "quarantined", "reason": reason}

    def _started(self) -> _Worker | None:
        with self._lock:
            if self._is_ended:
                return None
            worker = _Worker()
            self._workers.add(worker)
            return worker

    def _without(self, worker: _Worker) -> None:
        with self._lock:
            worker.end()
            self._workers.discard(worker)


def _reason(outcome: Outcome | None) -> str:
    """What a worker said of itself before it ended; empty where it did not."""
    if outcome is None:
        return ""
    return _LOST if outcome["kind"] == "MemoryError" else _FAILED.format(outcome["kind"])
