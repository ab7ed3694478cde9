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

from xlperf.batch.examination import examine, one_sentence
from xlperf.confinement import confine_worker, grant
from xlperf.errors import UserError

FAILED = 3


def main() -> None:
    """Answers each line of JSON on the standard input with one on the standard output."""
    # Ctrl-C is for the command, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogateescape")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for standard in (1, 2):  # engines may print
        os.dup2(nowhere, standard)
    sys.excepthook = lambda kind, error, trace: _fail(answers, kind, error, trace)
    confine_worker()
    for line in sys.stdin.buffer:
        task = json.loads(line)
        grant(task.pop("seconds"))
        _answer(answers, _outcome(task))


def _outcome(task: dict[str, object]) -> dict[str, object]:
    try:
        return {"status": "done", **examine(**task)}  # type: ignore[arg-type]
    except UserError as error:
        return {"status": "quarantined", "reason": one_sentence(str(error))}


def _answer(answers: IO[str], outcome: dict[str, object]) -> None:
    answers.write(json.dumps(outcome, ensure_ascii=False, separators=(",", ":")) + "\n")
    answers.flush()


def _fail(answers: IO[str], kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last words of a worker that can't go on."""
    _answer(answers, {"status": "failed", "kind": kind.__name__})
    os._exit(FAILED)


if __name__ == "__main__":
    main()
