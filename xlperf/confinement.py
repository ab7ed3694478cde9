"""Runs the command in a process of its own, whose memory and time are limited: a workbook may ask for any amount of both.

A calculation stands still inside of the engine, where no exception reaches it, and memory that is not to be had ends the
whole process. So the limits are the operating system's. Where it has none to offer (Windows), nothing is limited.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from xlperf.errors import UserError

MEGABYTE = 1 << 20
# Three times as much as a calculation takes on a usual machine: there are machines a third as fast.
CALCULATION_SECONDS = 8.0
FORMULAS_A_SECOND = 5_000
FOREIGN_A_SECOND = 500
STOPPED = 2
_TOO_LONG = "错误：处理用时超过上限，已停止，没有写出任何内容；请检查有没有整列的数组公式或循环的迭代计算，改小后再试。"
_TOO_LARGE = (
    "错误：处理需要的内存超过上限（{} MB）或计算引擎中途出错，已停止，没有写出任何内容；"
    "请检查有没有整列的数组公式或反复拼接的长文字，改小后再试。"
)
_MOST_MEMORY = 1_500 * MEGABYTE
_is_confined = False


@dataclass(frozen=True)
class Allowance:
    """What a command may use; the seconds are the processor's, so that a busy machine refuses nothing."""

    memory_bytes: int = 500 * MEGABYTE
    seconds: int = 60


ALLOWANCE = Allowance()


def carried() -> int:
    """The memory that one command may use on this machine: a quarter of what there is, within bounds."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    return max(ALLOWANCE.memory_bytes, min(pages // 4, _MOST_MEMORY))


def child_environment() -> dict[str, str]:
    """The environment in which another Python finds the modules that this one does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}


def confined(command: Callable[[], None], allowance: Allowance = ALLOWANCE) -> None:
    """Runs the command in a child process under limits and exits with its status; a child that is stopped gives 2."""
    if not hasattr(os, "fork"):
        command()
        return
    too_large = _TOO_LARGE.format(allowance.memory_bytes // MEGABYTE)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(writing)
        _limit(reading, allowance)
        try:
            command()
            status = 0
        except MemoryError:
            sys.stderr.write(f"{too_large}\n")
            status = STOPPED
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        _leave(status)
    os.close(reading)
    # Ctrl-C reaches the child too, which says so and exits.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        sys.stderr.write(f"{_TOO_LONG if is_timeout(code) else too_large}\n")
        code = STOPPED
    _leave(code)


def isolated(work: Callable[[], bytes], allowance: Allowance = ALLOWANCE) -> bytes:
    """What the work gives, done in a process of its own under limits, so that what goes wrong in it ends nothing else.

    Errors: UserError: it was stopped at a limit, or our own program failed.
    """
    if not hasattr(os, "fork"):
        return work()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reading)
            _limit_memory(allowance.memory_bytes + _inherited_bytes())
            grant(allowance.seconds)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            with os.fdopen(writing, "wb") as answers:
                answers.write(work())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        found = answers.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == 0:
        return found
    if is_timeout(code):
        raise UserError("用时超过上限")
    raise UserError(
        "内存超过上限或计算引擎中途出错" if code < 0 else "程序处理这份文件时出错，请把文件交给程序的维护者"
    )


def _inherited_bytes() -> int:
    """The memory of a forked process that was its parent's, which may be large; nothing where the system doesn't say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[5]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0


@contextlib.contextmanager
def calculating(formulas: int, *, is_known: bool = True) -> Iterator[None]:
    """Stops a confined process whose calculation takes longer than this number of formulas may.

    `is_known`: the workbook is one of our templates; others are calculated several times and their formulas taken apart.
    """
    if not _is_confined:
        yield
        return
    signal.setitimer(
        signal.ITIMER_PROF, CALCULATION_SECONDS + formulas / (FORMULAS_A_SECOND if is_known else FOREIGN_A_SECOND)
    )
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


@contextlib.contextmanager
def unconfined() -> Iterator[None]:
    """Lifts the limits while another program is started, which would inherit them."""
    if not _is_confined:
        yield
        return
    import resource

    limits = {limit: resource.getrlimit(limit) for limit in (resource.RLIMIT_DATA, resource.RLIMIT_CPU)}
    for limit, (_, hard) in limits.items():
        resource.setrlimit(limit, (hard, hard))
    try:
        yield
    finally:
        for limit, both in limits.items():
            resource.setrlimit(limit, both)


def confine_worker(allowance: Allowance = ALLOWANCE) -> None:
    """Sets the limits of a process that handles one workbook after the other; `grant` gives it time for each."""
    if hasattr(os, "fork"):
        _limit_memory(allowance.memory_bytes)


def grant(seconds: int) -> None:
    """Gives a confined process that many seconds of the processor from now on."""
    if not _is_confined:
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    most = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def is_timeout(code: int) -> bool:
    """Whether a process that ended with this exit code (negative: a signal) was stopped because its time was up."""
    return hasattr(signal, "SIGPROF") and -code in (signal.SIGPROF, signal.SIGXCPU)


def _limit(parent: int, allowance: Allowance) -> None:
    """Sets the limits of this process, which ends with its parent."""
    _limit_memory(allowance.memory_bytes)
    grant(allowance.seconds)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    # What native code says before it ends the process is not for the user.
    sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _leave(status: int) -> NoReturn:
    """Ends this process at once: to give back piece by piece what it holds takes a fifth of a short command's time."""
    for stream in (sys.stdout, sys.stderr):
        # The reader of our output may have gone, or the command may have closed it.
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _leave_with(parent: int) -> None:
    os.read(parent, 1)
    os._exit(STOPPED)


def _limit_memory(most: int) -> None:
    global _is_confined
    import resource

    _is_confined = True
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
