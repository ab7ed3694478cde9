"""A worker: a process that examines one submission after the other, told so line by line, within limits of its own.

What goes wrong in it ends it: the pool sees that, says so of the file, and starts another one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from types import TracebackType
from typing import IO

from xlperf.batch.examination import Task, alterations, examine, opened
from xlperf.batch.outcomes import COMPARED, CONTENT, DONE, FAILED, RECORD, Outcome, as_line, written_out
from xlperf.confinement import confine_worker, grant
from xlperf.errors import UserError

FAILED_STATUS = 3


def main() -> None:
    """Answers each line of JSON on the standard input with one on the standard output."""
    # Ctrl-C is for the command, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for standard in (1, 2):  # engines may print
        os.dup2(nowhere, standard)
    sys.excepthook = lambda kind, error, trace: _fail(answers, kind, error, trace)
    confine_worker()
    for line in sys.stdin.buffer:
        order = json.loads(line)
        grant(order.pop("seconds"))
        size = order.pop("size")
        content = None if size is None else sys.stdin.buffer.read(size)
        look = _compared if order.pop("is_compared_only", False) else examine
        _answer(answers, look(Task(**order), content))


def _compared(task: Task, content: bytes | None) -> Outcome:
    """What was altered, of a workbook that took the last worker with it."""
    try:
        return {"status": COMPARED, "alterations": alterations(opened(task, content)[0], task.against)}
    except UserError:
        # What it is refused for is told already.
        return {"status": COMPARED, "alterations": []}


def _answer(answers: IO[bytes], outcome: Outcome) -> None:
    content = outcome.pop(CONTENT, None)
    following = {} if content is None else {CONTENT: content}
    if outcome["status"] == DONE:
        outcome = written_out(outcome)
        following[RECORD] = outcome.pop(RECORD)
    sizes = {name: len(part) for name, part in following.items()}
    answers.write(as_line({**outcome, "sizes": sizes}) + b"\n" + b"".join(following.values()))
    answers.flush()


def _fail(answers: IO[bytes], kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last words of a worker that can't go on."""
    _answer(answers, {"status": FAILED, "kind": kind.__name__})
    os._exit(FAILED_STATUS)


if __name__ == "__main__":
    main()
