"""A Dask cluster as the workers of a batch: each task hands a submission to a limited process beside the Dask worker.

That process has the limits, and dies in the Dask worker's place; so the results are those of a run on one machine.
"""

from __future__ import annotations

import itertools
import logging
import os
import queue
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from types import TracebackType
from typing import Any

from xlperf import __version__
from xlperf.batch.examiner import SECONDS, Examiner, Task, failed
from xlperf.batch.outcomes import Outcome, unread
from xlperf.batch.sources import Submission
from xlperf.errors import UserError

# How long a scheduler may take to answer, and how long a cluster may be without any worker.
ANSWER_SECONDS, WORKERLESS_SECONDS = 10, 60
# Tasks on their way for each thread of the cluster: as many as keep it busy, few enough to be lost with a worker.
TASKS_A_THREAD = 2
_KILLING = "处理这份文件时 Dask 的工作进程接连中断，已停止；请单独检查这份文件，或查看集群的内存是否够用"
_GONE = "与 Dask 调度器 {} 的连接断了；做完的都已保存，集群恢复后用同样的命令加 --resume 接着做"
_WORKERLESS = "Dask 集群 {} 里没有工作进程；请启动 dask worker 后再试（已做的用 --resume 接着做）"
_idle: queue.LifoQueue[Examiner] = queue.LifoQueue()


def examined(submission: Submission, seconds: int, version: str, is_sent: bool, against: str = "") -> Outcome:
    """The outcome for a submission; runs on a Dask worker, whose limited processes serve one task after the other.

    Errors: UserError: this is another version of xlperf than that of the command.
    """
    if version != __version__:
        raise UserError(_version_problem([__version__], version))
    try:
        content = submission.content(seconds)
    except UserError as error:
        return unread(str(error))
    try:
        examiner = _idle.get_nowait()
    except queue.Empty:
        examiner = Examiner()
    try:
        task: Task = {**submission.task(), "is_sent": is_sent, "against": against}
        return examiner.examine(task, content, seconds)
    finally:
        _idle.put(examiner)


def released() -> None:
    """Ends the limited processes that are idle; runs on a Dask worker."""
    while not _idle.empty():
        _idle.get().end()


class Cluster:
    """The workers of a Dask cluster; used as a context manager.

    `work` is what runs on a Dask worker, with the arguments of `examined`.
    """

    def __init__(
        self, address: str, seconds: int = SECONDS, *, is_sent: bool = False, against: str = "", work: Any = examined
    ) -> None:
        self._address, self._seconds, self._is_sent, self._work = address, seconds, is_sent, work
        self._against = against
        self._ready: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._pending: dict[Any, Submission] = {}

    def __enter__(self) -> Cluster:
        distributed = _library()
        from distributed.comm.addressing import normalize_address, resolve_address

        # What it has to say of workers that come and go is for those who run the cluster.
        for name in ("distributed", *logging.Logger.manager.loggerDict):
            if name.partition(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            # A client that can't be made has more to say than one sentence.
            resolve_address(normalize_address(self._address))
            self._client = distributed.Client(self._address, timeout=ANSWER_SECONDS, set_as_default=False)
        except (OSError, ValueError):
            raise UserError(
                f"连不上 Dask 调度器 {self._address}；请检查地址（如 tcp://主机:8786），并确认 dask scheduler 正在运行"
            ) from None
        try:
            self._check_versions()
        except UserError:
            self._client.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for future in self._pending:
            future.release()
        if error is None:
            self._client.run(released, on_error="return")
        self._client.close()

    def outcomes(self, submissions: Sequence[Submission]) -> Iterator[tuple[Submission, Outcome]]:
        """The outcome for each submission, in the order in which they are ready.

        Errors: UserError: the cluster is gone, has no workers, or workers that don't see the files or differ in version.
        """
        self._check_paths(submissions)
        waiting = iter(submissions)
        suspects: list[Submission] = []
        self._submit(waiting)
        while self._pending:
            submission, outcome = self._next()
            self._submit(waiting)
            if outcome is None:
                suspects.append(submission)
            else:
                yield submission, outcome
        # A worker takes all its tasks with it when it dies: whose fault it was shows when each is alone.
        for submission in suspects:
            self._send(submission)
            _, outcome = self._next()
            yield submission, outcome if outcome is not None else unread(_KILLING)

    def _submit(self, waiting: Iterator[Submission]) -> None:
        room = max(0, TASKS_A_THREAD * max(1, self._threads) - len(self._pending))
        for submission in itertools.islice(waiting, room):
            self._send(submission)

    def _send(self, submission: Submission) -> None:
        place = submission if submission.source else replace(submission, path=os.path.abspath(submission.path))
        arguments = place, self._seconds, __version__, self._is_sent, self._against
        future = self._client.submit(self._work, *arguments, pure=False)
        self._pending[future] = submission
        future.add_done_callback(self._ready.put)

    def _next(self) -> tuple[Submission, Outcome | None]:
        """The next outcome; None where the workers that were to examine the submission died one after the other."""
        future = self._wait()
        submission = self._pending.pop(future)
        try:
            error = future.exception()
            outcome: Outcome | None = future.result() if error is None else None
        except (CancelledError, OSError):
            raise UserError(_GONE.format(self._address)) from None
        finally:
            future.release()
        if error is None:
            return submission, outcome
        if isinstance(error, UserError):
            raise error
        is_killed = isinstance(error, _library().KilledWorker)
        return submission, None if is_killed else failed(type(error).__name__)

    def _wait(self) -> Any:
        """The next future that is done, as long as there is somebody who works."""
        without = 0
        while True:
            try:
                return self._ready.get(timeout=ANSWER_SECONDS)
            except queue.Empty:
                without = 0 if self._count() else without + ANSWER_SECONDS
            if without >= WORKERLESS_SECONDS:
                raise UserError(_WORKERLESS.format(self._address))

    def _count(self) -> int:
        """The threads that the cluster has now."""
        try:
            self._threads: int = sum(self._client.nthreads().values())
        except (CancelledError, OSError):
            raise UserError(_GONE.format(self._address)) from None
        return self._threads

    def _check_paths(self, submissions: Sequence[Submission]) -> None:
        """That every worker sees what lies on this machine: a folder that all machines share."""
        path = next((os.path.abspath(item.path) for item in submissions if item.source is None), None)
        if path is None:
            return
        seen = self._client.run(os.path.exists, path, on_error="return")
        blind = sorted(worker for worker, is_seen in seen.items() if is_seen is not True)
        if blind:
            raise UserError(
                f"Dask 工作进程 {'、'.join(blind[:3])} 看不到 {path}；请放到各台机器都挂载在同一路径的共享文件夹，或用 s3:// 等地址"
            )

    def _check_versions(self) -> None:
        if not self._count():
            raise UserError(_WORKERLESS.format(self._address))

        # Sent as code, since a worker may have no xlperf at all.
        def version() -> str:
            try:
                import xlperf
            except ModuleNotFoundError:
                return "没有安装"
            return xlperf.__version__

        found = self._client.run(version, on_error="return").values()
        # What comes back as an error could not even be sent to another version of Python.
        others = {one if isinstance(one, str) else "Python 不同" for one in found} - {__version__}
        if others:
            raise UserError(_version_problem(sorted(others), __version__))


def _version_problem(others: list[str], version: str) -> str:
    return (
        f"Dask 工作进程的 xlperf 与本机的不同（本机 {version}，工作进程 {'、'.join(others)}）；"
        "请在每台机器上装同一版本（连同同一版 Python）后重新启动 dask worker"
    )


def _library() -> Any:
    try:
        import distributed
    except ModuleNotFoundError as error:
        raise UserError(f"--dask 需要 {error.name}，没有安装；请运行 pip install xlperf[dask]") from None
    return distributed
